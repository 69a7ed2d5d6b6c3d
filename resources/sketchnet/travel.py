"""Buildings and vehicles, each drawn in units on a Pen."""

from __future__ import annotations

from PySide6.QtGui import QPainterPath

from resources.sketchnet.pen import Pen


def house(p: Pen) -> None:
    """Walls, a roof, a door, windows, in many a chimney."""
    wall = p.tone(p.rng.choice((0.1, 0.14, 0.55, 0.0)), p.uniform(0.1, 0.5), 0.93)
    roof = p.tone(p.rng.choice((0.02, 0.06, 0.6)), 0.7, p.uniform(0.5, 0.8))
    glass = p.tone(0.55, 0.5, 0.9)
    w, top = p.uniform(0.66, 0.78), p.uniform(-0.2, -0.05)
    if p.chance(0.7):
        x = p.rng.choice((-1, 1)) * 0.45
        p.rect(x - 0.1, -0.85, 0.2, 0.6, p.tone(0.02, 0.6, 0.6))
    p.rect(-w, top, 2 * w, 0.95 - top, wall)
    p.polygon([(-w - 0.18, top), (0, -0.95), (w + 0.18, top)], roof)
    door = p.uniform(-0.12, 0.12) if p.chance(0.6) else p.rng.choice((-1, 1)) * 0.3
    p.rect(door - 0.15, 0.4, 0.3, 0.55, p.tone(0.07, 0.65, 0.45))
    p.dot(door + 0.09, 0.7, 0.035, p.tone(0.14, 0.7, 0.95))
    for x in (-0.45, 0.45):
        y = 0.12 if abs(door - x) < 0.5 and abs(door) > 0.15 else 0.2
        p.rect(x - 0.15, y, 0.3, 0.26, glass)
        p.line([(x, y), (x, y + 0.26)], wall.darker(150), 0.04)
        p.line([(x - 0.15, y + 0.13), (x + 0.15, y + 0.13)], wall.darker(150), 0.04)
    if p.chance(0.4):
        p.ellipse(0, (top - 0.95) / 2 + 0.1, 0.12, 0.12, glass)


def lighthouse(p: Pen) -> None:
    """A striped tapering tower with a lamp room, beams in many, on a rock."""
    red, white = p.tone(0.0, 0.85, 0.85), p.tone(0.1, 0.03, 0.98)
    yellow = p.tone(0.14, 0.7, 1.0)
    if p.chance(0.6):
        for side in (-1, 1):
            p.polygon([(0, -0.62), (side * 0.97, -0.9), (side * 0.97, -0.4)], yellow)
    p.blob([(-0.7, 0.97), (-0.45, 0.75), (0.45, 0.75), (0.7, 0.97)], p.tone(0.08, 0.2, 0.45))
    bands = p.rng.randint(4, 6)
    low, high = p.uniform(0.34, 0.42), p.uniform(0.19, 0.25)
    y0, y1 = -0.42, 0.82
    for i in range(bands):
        a, b = i / bands, (i + 1) / bands
        wa, wb = high + (low - high) * a, high + (low - high) * b
        ya, yb = y0 + (y1 - y0) * a, y0 + (y1 - y0) * b
        p.polygon([(-wa, ya), (wa, ya), (wb, yb), (-wb, yb)], red if i % 2 else white)
    p.rect(-high - 0.1, -0.48, 2 * high + 0.2, 0.1, p.tone(0.6, 0.2, 0.3))
    p.rect(-high * 0.75, -0.75, high * 1.5, 0.27, yellow)
    p.polygon([(-high - 0.04, -0.75), (0, -0.98), (high + 0.04, -0.75)], red)


def sailboat(p: Pen) -> None:
    """A hull with a mast, two sails, waves in many."""
    hull = p.tone(p.rng.choice((0.06, 0.0, 0.6)), 0.75, p.uniform(0.4, 0.8))
    sail = p.tone(p.rng.choice((0.1, 0.0, 0.14)), p.uniform(0, 0.6), 0.98)
    jib = p.tone(p.rng.choice((0.0, 0.1, 0.55)), p.uniform(0.0, 0.8), 0.95)
    p.line([(0, -0.97), (0, 0.5)], p.tone(0.07, 0.6, 0.3), 0.07)
    w = p.uniform(0.65, 0.8)
    p.polygon([(0.07, -0.88), (0.07, 0.32), (w, 0.32)], sail)
    p.polygon([(-0.07, -0.75), (-0.07, 0.32), (-w * 0.85, 0.32)], jib)
    if p.chance(0.3):
        for t in (0.35, 0.65):
            p.line([(0.07, -0.88 + 1.2 * t), (0.07 + w * t * 0.9, -0.88 + 1.2 * t)], hull, 0.05)
    p.polygon([(-0.92, 0.45), (0.92, 0.45), (0.6, 0.82), (-0.6, 0.82)], hull)
    if p.chance(0.5):
        p.line([(-0.82, 0.56), (0.82, 0.56)], p.tone(0, 0, 1.0), 0.05)
    if p.chance(0.65):
        blue = p.tone(0.57, 0.7, 0.75)
        p.curve([(-0.98 + 0.245 * i, 0.85 + 0.07 * (-1) ** i) for i in range(9)], blue, 0.12)


def car(p: Pen) -> None:
    """A saloon from the side: body, cabin with windows, wheels, lights."""
    paint = p.tone(p.rng.choice((0.0, 0.6, 0.14, 0.33)), 0.8, p.uniform(0.6, 0.9))
    glass, tyre = p.tone(0.54, 0.4, 0.93), p.tone(0.6, 0.2, 0.1)
    roof, back = p.uniform(-0.55, -0.42), p.uniform(-0.7, -0.55)
    p.polygon([(back, 0.0), (back + 0.2, roof), (0.25, roof), (0.58, 0.0)], paint)
    p.polygon(
        [(back + 0.14, -0.02), (back + 0.28, roof + 0.1), (-0.08, roof + 0.1), (-0.08, -0.02)],
        glass,
    )
    p.polygon([(0.02, -0.02), (0.02, roof + 0.1), (0.2, roof + 0.1), (0.44, -0.02)], glass)
    p.blob(
        [(-0.95, 0.05), (-0.9, -0.02), (0.6, -0.02), (0.92, 0.1), (0.97, 0.42), (-0.97, 0.42)],
        paint,
    )
    p.line([(-0.03, 0.02), (-0.03, 0.38)], paint.darker(170), 0.03)
    p.dot(0.88, 0.17, 0.08, p.tone(0.15, 0.6, 1.0))
    p.dot(-0.9, 0.17, 0.06, p.tone(0.0, 0.9, 0.9))
    r = p.uniform(0.2, 0.25)
    for x in (-0.54, 0.54):
        p.ellipse(x, 0.42, r, r, tyre)
        p.dot(x, 0.42, r * 0.5, p.tone(0.6, 0.05, 0.85))


def rocket(p: Pen) -> None:
    """A pointed hull with a porthole, fins and a flame."""
    hull = p.tone(0.6, p.uniform(0, 0.15), 0.95)
    red, blue = p.tone(0.0, 0.8, 0.85), p.tone(0.56, 0.6, 0.85)
    w = p.uniform(0.3, 0.38)
    if p.chance(0.85):
        long = p.uniform(0.8, 0.97)
        p.blob(
            [(-0.22, 0.45), (0.22, 0.45), (0.16, 0.7), (0, long), (-0.16, 0.7)],
            p.tone(0.07, 0.9, 0.98),
        )
        p.blob([(-0.11, 0.45), (0.11, 0.45), (0, long - 0.2)], p.tone(0.15, 0.8, 1.0))
    for side in (-1, 1):
        p.polygon([(side * w * 0.8, 0.0), (side * (w + 0.38), 0.6), (side * w * 0.6, 0.48)], red)
    path = QPainterPath()
    path.moveTo(0, -0.97)
    path.cubicTo(w * 1.3, -0.55, w * 1.2, 0.1, w * 0.7, 0.5)
    path.lineTo(-w * 0.7, 0.5)
    path.cubicTo(-w * 1.2, 0.1, -w * 1.3, -0.55, 0, -0.97)
    p.path(path, hull)
    nose = QPainterPath()
    nose.moveTo(0, -0.97)
    nose.quadTo(w * 0.75, -0.7, w * 0.88, -0.42)
    nose.lineTo(-w * 0.88, -0.42)
    nose.quadTo(-w * 0.75, -0.7, 0, -0.97)
    p.path(nose, red)
    r = p.uniform(0.13, 0.18)
    p.ellipse(0, -0.12, r, r, blue)
    p.ring(0, -0.12, r, p.tone(0.6, 0.2, 0.3), 0.05)
    p.polygon([(-0.05, 0.15), (0.05, 0.15), (0.05, 0.6), (-0.05, 0.6)], red)


def balloon(p: Pen) -> None:
    """A hot-air balloon: a striped envelope, ropes, a basket."""
    a, b = p.tone(p.rng.choice((0.0, 0.6, 0.8)), 0.8, 0.88), p.tone(0.14, p.uniform(0.1, 0.8), 0.97)
    n = p.rng.choice((5, 7))
    r, cy = p.uniform(0.62, 0.7), -0.3
    dark = p.tone(0.07, 0.6, 0.3)
    for side in (-1, 1):
        p.line([(side * 0.25, 0.25), (side * 0.13, 0.7)], dark, 0.04)
    for i in range(n):
        left, right = -1 + 2 * i / n, -1 + 2 * (i + 1) / n
        path = QPainterPath()
        path.moveTo(0, cy - r)
        path.cubicTo(left * r * 1.33, cy - r, left * r * 1.33, cy + r * 0.5, left * 0.25, 0.35)
        path.lineTo(right * 0.25, 0.35)
        path.cubicTo(right * r * 1.33, cy + r * 0.5, right * r * 1.33, cy - r, 0, cy - r)
        p.path(path, a if i % 2 else b)
    p.rect(-0.17, 0.66, 0.34, 0.28, p.tone(0.08, 0.6, 0.6), 0.05)
    p.line([(-0.17, 0.78), (0.17, 0.78)], dark, 0.04)


def traffic_light(p: Pen) -> None:
    """Three lamps in a dark box; all lit, or one."""
    box = p.tone(p.rng.choice((0.6, 0.15, 0.4)), p.uniform(0.1, 0.8), p.uniform(0.12, 0.4))
    w = p.uniform(0.36, 0.44)
    pole = p.chance(0.5)
    low = 0.6 if pole else 0.95
    if pole:
        p.rect(-0.08, low - 0.05, 0.16, 0.97 - low, p.tone(0.6, 0.1, 0.45))
    p.rect(-w, -0.95, 2 * w, 0.95 + low, box, 0.14)
    lit = p.rng.randrange(5)
    step = (0.95 + low) / 3
    for i, hue in enumerate((0.0, 0.13, 0.38)):
        on = lit > 2 or lit == i
        y = -0.95 + step * (i + 0.5)
        r = min(step * 0.4, w * 0.75)
        colour = p.tone(hue, 0.9, 0.97 if on else 0.5)
        p.dot(0, y, r, colour)
        if p.chance(0.5):
            p.dot(-r * 0.3, y - r * 0.3, r * 0.25, colour.lighter(150))
        elif p.style == "ink":
            p.ring(0, y, r, p.ink, 0.05)
