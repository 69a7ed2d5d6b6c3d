"""Tools and instruments, each drawn in units on a Pen."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from resources.sketchnet.pen import Pen, polar


def umbrella(p: Pen) -> None:
    """A scalloped canopy in gores on a hooked stick."""
    a, b = p.tone(p.rng.random(), 0.8, 0.85), p.tone(p.rng.random(), p.uniform(0, 0.8), 0.95)
    gores = p.rng.choice((4, 5, 6))
    stick = p.tone(0.07, 0.6, 0.35)
    side = p.rng.choice((-1, 1))
    p.line([(0, -0.97), (0, 0.7)], stick, 0.08)
    p.curve([(0, 0.7), (side * 0.06, 0.88), (side * 0.2, 0.92), (side * 0.32, 0.75)], stick, 0.1)
    top, y, w = -0.85, p.uniform(0.0, 0.1), p.uniform(0.88, 0.97)
    plain = p.chance(0.3)
    for i in range(gores):
        x0, x1 = -w + 2 * w * i / gores, -w + 2 * w * (i + 1) / gores
        path = QPainterPath()
        path.moveTo(0, top)
        path.quadTo(x0 * 0.95, top + 0.1, x0, y)
        path.quadTo((x0 + x1) / 2, y - p.uniform(0.12, 0.2), x1, y)
        path.quadTo(x1 * 0.95, top + 0.1, 0, top)
        p.path(path, a if i % 2 == 0 or plain else b)
        if plain and i:
            p.curve([(0, top), (x0 * 0.75, top + 0.3), (x0, y)], a.darker(160), 0.04)


def hourglass(p: Pen) -> None:
    """Two bulbs with sand between wooden plates."""
    wood, sand = p.tone(0.07, 0.65, 0.5), p.tone(0.12, 0.65, 0.92)
    glass = p.tone(0.53, 0.2, 0.96)
    w, neck = p.uniform(0.5, 0.62), 0.06
    for sign in (-1, 1):
        path = QPainterPath()
        path.moveTo(-w, sign * 0.8)
        path.cubicTo(-w, sign * 0.35, -neck, sign * 0.25, -neck, 0)
        path.lineTo(neck, 0)
        path.cubicTo(neck, sign * 0.25, w, sign * 0.35, w, sign * 0.8)
        path.closeSubpath()
        p.path(path, glass)
        if p.style == "flat":
            p.stroke_path(path, glass.darker(170), 0.05)
    level = p.uniform(0.35, 0.6)
    x = w * (0.45 + 0.5 * level)
    p.blob(
        [
            (-x, -level),
            (x, -level),
            (x * 0.5, -0.26),
            (0.03, -0.04),
            (-0.03, -0.04),
            (-x * 0.5, -0.26),
        ],
        sand,
    )
    peak = p.uniform(0.3, 0.55)
    p.polygon(
        [
            (-w * 0.92, 0.76),
            (-w * 0.5, 0.35 + peak / 2),
            (0, peak),
            (w * 0.5, 0.35 + peak / 2),
            (w * 0.92, 0.76),
        ],
        sand,
    )
    p.line([(0, 0), (0, peak)], sand, 0.04)
    for y in (-0.97, 0.79):
        p.rect(-w - 0.14, y, 2 * w + 0.28, 0.18, wood, 0.05)
    if p.chance(0.5):
        for side in (-1, 1):
            p.line([(side * (w + 0.06), -0.8), (side * (w + 0.06), 0.8)], wood, 0.07)


def light_bulb(p: Pen) -> None:
    """A glass pear with a filament on a threaded socket, rays in some."""
    glass, metal = p.tone(0.15, p.uniform(0.2, 0.8), 0.99), p.tone(0.6, 0.08, 0.6)
    ray = p.chance(0.45)
    cy, r = (-0.2, 0.5) if ray else (-0.32, 0.63)
    if ray:
        for i in range(9):
            a = 150 + 30 * i
            p.line(
                [polar(r + 0.14, a, 0, cy), polar(r + 0.34, a, 0, cy)], p.tone(0.13, 0.9, 1), 0.07
            )
    low = 0.45
    path = QPainterPath()
    path.moveTo(-0.22, low)
    path.cubicTo(-0.22, low - 0.25, -r * 1.05, cy + r * 0.7, -r, cy)
    path.arcTo(QRectF(-r, cy - r, 2 * r, 2 * r), 180, -180)
    path.cubicTo(r * 1.05, cy + r * 0.7, 0.22, low - 0.25, 0.22, low)
    path.closeSubpath()
    p.path(path, glass)
    wire = p.tone(0.06, 0.8, 0.4)
    zig = [(-0.2, cy), (-0.1, cy + 0.14), (0, cy), (0.1, cy + 0.14), (0.2, cy)]
    p.line([(-0.08, low), *zig, (0.08, low)], wire, 0.045)
    for i in range(3):
        p.rect(-0.25 + 0.02 * i, low + 0.14 * i, 0.5 - 0.04 * i, 0.13, metal, 0.05)
    p.ellipse(0, low + 0.46, 0.12, 0.06, metal.darker(170))


def anchor(p: Pen) -> None:
    """A ring, a stock, a shank, curved arms with flukes."""
    iron = p.tone(0.6, 0.4, p.uniform(0.25, 0.6))
    width = p.uniform(0.13, 0.18)
    p.ring(0, -0.76, 0.16, iron, width * 0.7)
    p.line([(0, -0.6), (0, 0.85)], iron, width)
    p.line([(-0.4, -0.38), (0.4, -0.38)], iron, width)
    d = p.uniform(0.0, 0.15)
    p.curve(
        [(-0.78, 0.25 + d), (-0.55, 0.68 + d), (0, 0.87), (0.55, 0.68 + d), (0.78, 0.25 + d)],
        iron,
        width,
    )
    style, p.style = p.style, "flat"
    for side in (-1, 1):
        tip = p.ink if style == "ink" else iron
        p.polygon([(side * 0.86, 0.02 + d), (side * 0.97, 0.48 + d), (side * 0.52, 0.4 + d)], tip)
    p.style = style
    if p.chance(0.4):
        rope = p.tone(0.1, 0.5, 0.8)
        p.curve([(0.05, -0.9), (0.35, -0.55), (-0.25, -0.1), (0.25, 0.35), (-0.2, 0.7)], rope, 0.07)


def gear(p: Pen) -> None:
    """A toothed wheel with a hole and, in some, spokes."""
    metal = p.tone(p.rng.choice((0.6, 0.1, 0.08)), p.uniform(0.05, 0.5), p.uniform(0.45, 0.8))
    n = p.rng.randint(8, 13)
    root = p.uniform(0.7, 0.78)
    points = []
    for i in range(n):
        a, s = 360 * i / n, 360 / n
        points += [
            polar(root, a),
            polar(0.96, a + 0.15 * s),
            polar(0.96, a + 0.42 * s),
            polar(root, a + 0.57 * s),
        ]
    path = QPainterPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.closeSubpath()
    hole = p.uniform(0.16, 0.36)
    path.addEllipse(QRectF(-hole, -hole, 2 * hole, 2 * hole))
    if p.chance(0.35) and hole < 0.27:
        for i in range(5):
            x, y = polar(0.5, 72 * i)
            path.addEllipse(QRectF(x - 0.12, y - 0.12, 0.24, 0.24))
    p.path(path, metal)
    if p.chance(0.4):
        p.ring(0, 0, (root + hole) / 2 + 0.08, metal.darker(150), 0.05)


def clock(p: Pen) -> None:
    """A dial with marks and two hands, bells and feet in some."""
    case = p.tone(p.rng.choice((0.0, 0.6, 0.12, 0.07)), 0.7, p.uniform(0.4, 0.85))
    dark = p.tone(0.6, 0.3, 0.12)
    alarm = p.chance(0.35)
    r, cy = (0.74, 0.12) if alarm else (0.94, 0)
    if alarm:
        for side in (-1, 1):
            p.leaf(side * 0.5, -0.68, 0.26, 0.18, side * 38, case)
            p.line([(side * 0.4, 0.7), (side * 0.58, 0.95)], case, 0.12)
    p.ellipse(0, cy, r, r, case)
    p.ellipse(0, cy, r * 0.84, r * 0.84, p.tone(0.13, 0.06, 0.98))
    for i in range(12):
        a = 30.0 * i
        w = 0.08 if i % 3 == 0 else 0.045
        p.line(
            [polar(r * (0.62 if i % 3 == 0 else 0.68), a, 0, cy), polar(r * 0.74, a, 0, cy)],
            dark,
            w,
        )
    a = p.uniform(0, 360)
    b = a + p.rng.choice((-1, 1)) * p.uniform(35, 180)
    p.line([(0, cy), polar(r * 0.36, a, 0, cy)], dark, 0.1)
    p.line([(0, cy), polar(r * 0.58, b, 0, cy)], dark, 0.07)
    p.dot(0, cy, 0.08, p.tone(0.0, 0.8, 0.8))


def guitar(p: Pen) -> None:
    """An acoustic guitar: waisted body, sound hole, neck with frets, strings."""
    wood, dark = p.tone(0.08, 0.75, p.uniform(0.55, 0.88)), p.tone(0.06, 0.7, 0.22)
    low, up = p.uniform(0.46, 0.54), p.uniform(0.34, 0.4)
    p.rect(-0.085, -0.8, 0.17, 0.9, dark.lighter(170))
    p.rect(-0.13, -0.98, 0.26, 0.24, dark)
    p.blob(
        [
            (0, -0.12),
            (up, -0.05),
            (up * 0.95, 0.2),
            (up * 0.75, 0.32),
            (low, 0.6),
            (low * 0.7, 0.9),
            (0, 0.97),
            (-low * 0.7, 0.9),
            (-low, 0.6),
            (-up * 0.75, 0.32),
            (-up * 0.95, 0.2),
            (-up, -0.05),
        ],
        wood,
    )
    p.dot(0, 0.32, 0.17, dark)
    p.rect(-0.2, 0.66, 0.4, 0.08, dark)
    for i in range(5):
        y = -0.66 + 0.12 * i
        p.line([(-0.08, y), (0.08, y)], p.tone(0.1, 0.1, 0.9), 0.025)
    for x in (-0.045, 0.0, 0.045):
        p.line([(x, -0.9), (x, 0.68)], p.tone(0.12, 0.15, 0.95), 0.018)
    for side in (-1, 1):
        for y in (-0.93, -0.82):
            p.dot(side * 0.17, y, 0.045, p.tone(0.12, 0.3, 0.8))
