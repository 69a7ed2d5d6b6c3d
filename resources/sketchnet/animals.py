"""Animals and faces, each drawn in units on a Pen."""

from __future__ import annotations

from PySide6.QtGui import QPainterPath

from resources.sketchnet.pen import Pen, polar


def _eye(p: Pen, x: float, y: float, r: float) -> None:
    """A white eye with a pupil that looks somewhere."""
    p.ellipse(x, y, r, r, p.tone(0, 0, 1.0))
    a = p.uniform(0, 360)
    px, py = polar(r * 0.25, a, x, y)
    p.dot(px, py, r * 0.55, p.tone(0.6, 0.4, 0.08))


def fish(p: Pen) -> None:
    """A body with tail, fins, an eye, stripes or scales."""
    colour = p.tone(p.rng.choice((0.07, 0.55, 0.13, 0.95, 0.45)), 0.75, 0.92)
    fin = p.tone(p.rng.choice((0.03, 0.13, 0.6, 0.08)), 0.8, 0.85)
    h = p.uniform(0.38, 0.56)
    fork = p.uniform(0.6, 0.78)
    p.polygon([(0.4, 0), (0.97, -0.5), (fork, 0), (0.97, 0.5)], fin)
    p.polygon([(-0.3, -h * 0.75), (0.1, -h - 0.32), (0.35, -h * 0.5)], fin)
    if p.chance(0.7):
        p.polygon([(-0.15, h * 0.75), (0.15, h + 0.25), (0.3, h * 0.5)], fin)
    body = QPainterPath()
    body.moveTo(-0.95, 0)
    body.cubicTo(-0.6, -h * 1.45, 0.15, -h * 1.3, 0.6, 0)
    body.cubicTo(0.15, h * 1.3, -0.6, h * 1.45, -0.95, 0)
    p.path(body, colour)
    mark = p.tone(p.rng.choice((0.1, 0.6, 0.0)), p.uniform(0, 0.7), p.rng.choice((0.98, 0.3)))
    kind = p.rng.randrange(3)
    if kind == 0:
        for x in (-0.25, 0.02, 0.27):
            y = h * (0.82 - 0.9 * max(0.0, x))
            p.curve([(x, -y), (x + 0.1, 0), (x, y)], mark, 0.1)
    elif kind == 1:
        for x in (-0.2, 0.02, 0.24):
            for y in (-0.18, 0.0, 0.18):
                if abs(y) < h * 0.4 or x < 0.1:
                    p.curve([(x, y - 0.08), (x + 0.09, y), (x, y + 0.08)], colour.darker(180), 0.04)
    p.curve([(-0.45, -h * 0.6), (-0.34, 0), (-0.45, h * 0.6)], colour.darker(200), 0.05)
    _eye(p, -0.62, -0.1, 0.12)


def butterfly(p: Pen) -> None:
    """Two pairs of spotted wings, a body, antennae."""
    hue = p.rng.choice((0.08, 0.6, 0.75, 0.13, 0.9))
    wing, low = p.tone(hue, 0.85, 0.92), p.tone(hue + p.uniform(-0.08, 0.08), 0.7, 0.85)
    spot = p.tone(hue + 0.5, 0.5, p.rng.choice((0.98, 0.2)))
    up, out = p.uniform(0.65, 0.9), p.uniform(0.85, 0.97)
    for side in (-1, 1):
        p.blob(
            [
                (0, 0.0),
                (side * 0.45, 0.08),
                (side * 0.75, 0.45),
                (side * 0.45, 0.85),
                (side * 0.15, 0.55),
            ],
            low,
        )
        p.blob(
            [
                (0, 0.05),
                (side * 0.25, -0.5),
                (side * 0.7, -up),
                (side * out, -0.45),
                (side * 0.65, 0.1),
            ],
            wing,
        )
        p.dot(side * 0.62, -0.45, p.uniform(0.1, 0.17), spot)
        p.dot(side * 0.45, 0.45, p.uniform(0.08, 0.13), spot)
        if p.chance(0.5):
            p.dot(side * 0.35, -0.2, 0.08, spot)
    dark = p.tone(0.07, 0.5, 0.15)
    for side in (-1, 1):
        p.curve([(0, -0.4), (side * 0.1, -0.7), (side * 0.28, -0.88)], dark, 0.045)
        p.dot(side * 0.28, -0.88, 0.055, dark)
    p.leaf(0, 0.1, 0.09, 0.52, 0, dark)


def ladybird(p: Pen) -> None:
    """A red round back with a line and black spots, a black head, legs."""
    black, red = p.tone(0.6, 0.3, 0.08), p.tone(p.rng.choice((0.0, 0.0, 0.08)), 0.9, 0.88)
    for side in (-1, 1):
        for y in (-0.3, 0.1, 0.5):
            p.line([(side * 0.6, y), (side * 0.95, y + p.uniform(-0.15, 0.15))], black, 0.07)
        p.curve([(side * 0.15, -0.75), (side * 0.25, -0.9), (side * 0.4, -0.96)], black, 0.05)
    p.ellipse(0, -0.55, 0.38, 0.32, black)
    for side in (-1, 1):
        p.dot(side * 0.18, -0.68, 0.08, p.tone(0, 0, 1.0))
    w = p.uniform(0.68, 0.78)
    p.ellipse(0, 0.17, w, 0.72, red)
    p.line([(0, -0.53), (0, 0.87)], black, 0.06)
    spots = [(0.3, -0.2), (0.45, 0.22), (0.25, 0.55)] + ([(0.2, 0.15)] if p.chance(0.4) else [])
    r = p.uniform(0.1, 0.15)
    for x, y in spots:
        for side in (-1, 1):
            p.dot(side * x, y, r, black)


def octopus(p: Pen) -> None:
    """A round head with big eyes above curling arms with suckers."""
    colour = p.tone(p.rng.choice((0.93, 0.02, 0.78, 0.08)), 0.65, 0.88)
    pale = p.tone(0.95, 0.2, 1.0)
    n = p.rng.randint(5, 7)
    width = p.uniform(0.15, 0.19)
    arms = []
    for i in range(n):
        t = 2 * i / (n - 1) - 1
        bend = p.uniform(0.1, 0.25) * (1 if t >= 0 else -1)
        arms.append(
            [
                (t * 0.35, 0.0),
                (t * 0.55, 0.4),
                (t * 0.75 - bend * 0.4, 0.7),
                (t * 0.8 + bend * 0.3, 0.88),
            ]
        )
    style, p.style = p.style, "cartoon"  # arms are strokes: their colour is the fill's
    ink = p.ink if style == "ink" else colour.darker(260)
    if style != "flat":
        for points in arms:
            p.curve(points, ink, width + 1.6 * p.stroke)
    for points in arms:
        p.curve(points, p.paper if style == "ink" else colour, width)
        for x, y in points[1:]:
            p.dot(x, y, 0.045, ink if style == "ink" else pale)
    p.style = style
    w = p.uniform(0.5, 0.62)
    p.blob(
        [(0, -0.95), (w, -0.65), (w, -0.15), (0.4, 0.15), (-0.4, 0.15), (-w, -0.15), (-w, -0.65)],
        colour,
    )
    for side in (-1, 1):
        _eye(p, side * 0.24, -0.25, 0.16)
    if p.chance(0.5):
        p.curve([(-0.13, 0.0), (0, 0.06), (0.13, 0.0)], colour.darker(250), 0.05)


def cat(p: Pen) -> None:
    """A cat's head: pointed ears, slit eyes, nose, whiskers."""
    hue, s, v = p.rng.choice(
        ((0.08, 0.7, 0.9), (0.1, 0.1, 0.6), (0.07, 0.4, 0.35), (0.1, 0.1, 0.95), (0.6, 0.1, 0.3))
    )
    fur, pink = p.tone(hue, s, v), p.tone(0.97, 0.4, 0.95)
    for side in (-1, 1):
        tip = p.uniform(0.62, 0.75)
        p.polygon([(side * 0.8, -0.1), (side * tip, -0.97), (side * 0.15, -0.5)], fur)
        p.polygon([(side * 0.66, -0.35), (side * tip * 0.95, -0.75), (side * 0.35, -0.5)], pink)
    p.ellipse(0, 0.15, 0.85, p.uniform(0.68, 0.77), fur)
    if p.chance(0.6):
        for x in (-0.2, 0.0, 0.2):
            p.line([(x, -0.5), (x * 0.7, -0.25)], fur.darker(190), 0.07)
    iris = p.tone(p.rng.choice((0.3, 0.15, 0.5)), 0.7, 0.9)
    dark = p.tone(0.6, 0.2, 0.08)
    for side in (-1, 1):
        p.leaf(side * 0.37, 0.02, 0.19, 0.15, side * -12, iris)
        p.leaf(side * 0.37, 0.02, 0.045, 0.13, 0, dark)
        for y in (0.3, 0.4, 0.5):
            p.line(
                [(side * 0.3, 0.4), (side * 0.98, y * 2 - 0.42)],
                dark if v > 0.5 else p.tone(0, 0, 0.98),
                0.03,
            )
    p.polygon([(-0.1, 0.28), (0.1, 0.28), (0, 0.4)], pink)
    p.curve([(-0.22, 0.5), (-0.1, 0.56), (0, 0.42), (0.1, 0.56), (0.22, 0.5)], dark, 0.045)


def face(p: Pen) -> None:
    """A person's face: hair, eyes with brows, nose, mouth."""
    skin = p.tone(0.07, p.uniform(0.25, 0.6), p.uniform(0.5, 0.98))
    hair = p.tone(p.uniform(0.05, 0.12), p.uniform(0.3, 0.8), p.uniform(0.1, 0.8))
    dark = p.tone(0.07, 0.5, 0.1)
    w, long = p.uniform(0.6, 0.7), p.chance(0.45)
    if long:
        p.rect(-w - 0.15, -0.65, 2 * w + 0.3, p.uniform(1.2, 1.5), hair, 0.35)
    for side in (-1, 1):
        p.ellipse(side * w, 0.08, 0.12, 0.18, skin)
    p.ellipse(0, 0.08, w, 0.85, skin)
    fringe = p.uniform(-0.42, -0.3)
    part = p.uniform(-0.3, 0.3)
    p.blob(
        [
            (-w - 0.06, -0.05),
            (-w - 0.06, -0.6),
            (-0.3, -0.95),
            (0.3, -0.95),
            (w + 0.06, -0.6),
            (w + 0.06, -0.05),
            (w * 0.75, fringe),
            (part, fringe - 0.12),
            (-w * 0.75, fringe),
        ],
        hair,
    )
    for side in (-1, 1):
        p.leaf(side * 0.27, 0.0, 0.15, 0.09, 0, p.tone(0, 0, 1.0))
        p.dot(side * 0.27, 0.0, 0.075, p.tone(0.58, 0.5, 0.25))
        p.curve([(side * 0.13, -0.17), (side * 0.28, -0.23), (side * 0.43, -0.17)], dark, 0.06)
    p.curve([(0.0, 0.05), (0.08, 0.26), (-0.05, 0.3)], skin.darker(170), 0.05)
    smile = p.uniform(-0.03, 0.13)
    lip = p.tone(0.98, 0.7, 0.75)
    if p.chance(0.4):
        p.blob([(-0.25, 0.5), (0, 0.52), (0.25, 0.5), (0, 0.56 + smile)], lip)
    else:
        p.curve([(-0.26, 0.5), (0, 0.5 + smile), (0.26, 0.5)], lip, 0.08)


def eye(p: Pen) -> None:
    """One big eye: almond white, coloured iris, pupil, highlight, lashes."""
    dark = p.tone(0.07, 0.4, 0.1)
    h = p.uniform(0.5, 0.68)
    for i in range(7):
        t = -0.75 + 0.25 * i
        y = -h * (1 - t * t) * 1.02
        p.curve([(t, y), (t * 1.12, y - 0.12), (t * 1.25, y - 0.24)], dark, 0.06)
    path = QPainterPath()
    path.moveTo(-0.97, 0)
    path.cubicTo(-0.5, -h * 1.35, 0.5, -h * 1.35, 0.97, 0)
    path.cubicTo(0.5, h * 1.2, -0.5, h * 1.2, -0.97, 0)
    p.path(path, p.tone(0.05, 0.03, 0.99))
    if p.style == "flat":
        p.stroke_path(path, dark, 0.07)
    x = p.uniform(-0.18, 0.18)
    iris = p.tone(p.rng.choice((0.58, 0.3, 0.07, 0.5)), 0.75, 0.75)
    r = p.uniform(0.34, 0.42)
    p.ellipse(x, 0, r, r, iris)
    for i in range(12):
        p.line(
            [polar(r * 0.45, 30 * i, x, 0), polar(r * 0.9, 30 * i, x, 0)], iris.darker(150), 0.03
        )
    p.dot(x, 0, r * 0.5, dark)
    p.dot(x + 0.12, -0.13, 0.08, p.tone(0, 0, 1.0))
    if p.chance(0.4):
        p.curve([(-0.8, -0.7), (-0.1, -0.95), (0.85, -0.72)], dark, 0.13)
