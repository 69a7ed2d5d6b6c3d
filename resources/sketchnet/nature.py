"""Plants and weather, each drawn in units on a Pen."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath

from resources.sketchnet.pen import Pen, polar


def star(p: Pen) -> None:
    """Five or six points."""
    n = p.rng.choice((5, 5, 5, 6))
    inner = p.uniform(0.36, 0.48)
    colour = p.tone(0.14, 0.85, 0.95)
    points = [polar(0.95 if i % 2 == 0 else inner, -90 + 180 * i / n) for i in range(2 * n)]
    p.polygon(points, colour)
    if p.chance(0.4):
        shade = colour.darker(125)
        for i in range(0, 2 * n, 2):
            p.polygon([(0, 0), points[i], points[i + 1]], shade)


def heart(p: Pen) -> None:
    """A heart, sometimes with a highlight."""
    path = QPainterPath()
    dip, top, side = p.uniform(-0.5, -0.3), p.uniform(-1.1, -0.9), p.uniform(1.0, 1.25)
    path.moveTo(0, 0.9)
    path.cubicTo(-0.35, 0.5, -side, 0.15, -0.92, -0.35)
    path.cubicTo(-0.85, top, -0.2, top, 0, dip)
    path.cubicTo(0.2, top, 0.85, top, 0.92, -0.35)
    path.cubicTo(side, 0.15, 0.35, 0.5, 0, 0.9)
    p.path(path, p.tone(0.98, 0.85, 0.88))
    if p.chance(0.5):
        p.curve([(-0.65, -0.25), (-0.6, -0.5), (-0.42, -0.62)], p.tone(0, 0.1, 1.0), 0.1)


def sun(p: Pen) -> None:
    """A disc with rays: triangles or lines."""
    colour = p.tone(0.13, 0.9, 0.98)
    rays = p.rng.randint(8, 14)
    disc = p.uniform(0.42, 0.56)
    kind = p.rng.randrange(3)
    ray = p.tone(0.09, 0.9, 0.97)
    for i in range(rays):
        a = 360 * i / rays
        length = 0.97 if kind != 2 or i % 2 == 0 else 0.8
        if kind == 1:
            p.line([polar(disc + 0.12, a), polar(length, a)], ray, 0.09)
        else:
            w = 130 / rays
            p.polygon([polar(disc + 0.06, a - w), polar(length, a), polar(disc + 0.06, a + w)], ray)
    p.ellipse(0, 0, disc, disc, colour)


def flower(p: Pen) -> None:
    """Petals about a centre, with stem and leaves in most."""
    n = p.rng.randint(5, 9)
    whole = p.chance(0.65)
    cy, r = (-0.4, 0.36) if whole else (0.0, 0.62)
    if whole:
        green = p.tone(0.33, 0.8, 0.6)
        bend = p.uniform(-0.15, 0.15)
        p.curve([(0, cy), (bend, 0.3), (0, 0.97)], green, 0.09)
        for side in (-1, 1):
            if p.chance(0.8):
                p.leaf(side * 0.3 + bend, p.uniform(0.4, 0.65), 0.32, 0.13, -side * 35, green)
    petal = p.tone(p.rng.choice((0.93, 0.0, 0.8, 0.14, 0.6, 0.05)), p.uniform(0.2, 0.85), 0.93)
    wide = r * p.uniform(2.4, 3.0) / n
    for i in range(n):
        a = 360 * i / n
        x, y = polar(r * 0.9, a, 0, cy)
        p.leaf(x, y, r * 0.62, wide, a, petal)
    p.ellipse(0, cy, r * 0.45, r * 0.45, p.tone(0.13, 0.9, 0.95))


def tree(p: Pen) -> None:
    """A round leafy crown of bumps on a brown trunk."""
    brown = p.tone(0.07, 0.65, 0.42)
    w = p.uniform(0.1, 0.17)
    p.polygon([(-w, 0), (w, 0), (w * 1.5, 0.97), (-w * 1.5, 0.97)], brown)
    for side in (-1, 1):
        p.line([(0, 0.35), (side * 0.35, 0.0)], brown, 0.08)
    green = p.tone(p.uniform(0.25, 0.38), 0.75, p.uniform(0.45, 0.75))
    bumps = p.rng.randint(7, 11)
    rx, ry, cy = p.uniform(0.5, 0.66), p.uniform(0.42, 0.5), p.uniform(-0.45, -0.35)
    crown = QPainterPath()
    for i in range(bumps):
        x, y = polar(1, 360 * i / bumps + p.uniform(-8, 8))
        r = p.uniform(0.2, 0.3)
        bump = QPainterPath()
        bump.addEllipse(QRectF(x * rx - r, cy + y * ry - r, 2 * r, 2 * r))
        crown = crown.united(bump) if i else bump
    core = QPainterPath()
    core.addEllipse(QRectF(-rx, cy - ry, 2 * rx, 2 * ry))
    p.path(crown.united(core), green)
    if p.chance(0.5):
        fruit = p.tone(0.0, 0.85, 0.85)
        for _ in range(p.rng.randint(4, 8)):
            x, y = polar(p.uniform(0.1, 0.9), p.uniform(0, 360))
            p.dot(x * rx, cy + y * ry, 0.075, fruit)
    elif p.chance(0.6):
        for _ in range(6):
            x, y = polar(p.uniform(0.1, 0.9), p.uniform(0, 360))
            x, y = x * rx, cy + y * ry
            p.curve([(x - 0.1, y), (x, y + 0.07), (x + 0.1, y)], green.darker(150), 0.05)


def fir_tree(p: Pen) -> None:
    """Tiers of a conifer, sometimes with balls and a star."""
    green = p.tone(p.uniform(0.33, 0.42), 0.75, p.uniform(0.35, 0.6))
    p.rect(-0.12, 0.6, 0.24, 0.37, p.tone(0.07, 0.65, 0.42))
    tiers = p.rng.randint(3, 4)
    wide = p.uniform(0.6, 0.78)
    for i in reversed(range(tiers)):
        top = -0.97 + 1.2 * i / tiers
        low = -0.97 + 1.65 * (i + 1) / tiers
        w = wide * (i + 1.3) / (tiers + 0.3)
        sag = p.uniform(0.0, 0.1)
        p.polygon(
            [(0, top), (w, low), (w * 0.4, low - sag), (-w * 0.4, low - sag), (-w, low)], green
        )
    if p.chance(0.4):
        for _ in range(p.rng.randint(5, 9)):
            y = p.uniform(-0.4, 0.6)
            x = p.uniform(-0.6, 0.6) * wide * (y + 1) / 1.7
            p.dot(x, y, 0.07, p.tone(p.rng.choice((0.0, 0.14, 0.6, 0.9)), 0.85, 0.95))


def cactus(p: Pen) -> None:
    """A saguaro: a column with bent arms, ribs and spines, in a pot or in sand."""
    green = p.tone(p.uniform(0.3, 0.4), 0.7, p.uniform(0.45, 0.7))
    w = p.uniform(0.32, 0.42)
    arms = []
    for side in (-1, 1):
        if side == 1 or p.chance(0.85):
            y, up = p.uniform(-0.1, 0.35), p.uniform(0.4, 0.65)
            reach = p.uniform(0.55, 0.7)
            arms.append(
                [(0, y), (side * reach * 0.7, y), (side * reach, y - 0.15), (side * reach, y - up)]
            )
    body = [(0, 0.8), (0, -0.7)]
    style, p.style = p.style, "cartoon"  # the body is strokes: their colour is the fill's
    ink = p.ink if style == "ink" else green.darker(260)
    if style != "flat":
        for points in arms:
            p.curve(points, ink, w * 0.65 + 1.6 * p.stroke)
        p.line(body, ink, w + 1.6 * p.stroke)
    fill = p.paper if style == "ink" else green
    for points in arms:
        p.curve(points, fill, w * 0.65)
    p.line(body, fill, w)
    p.style = style
    mark = green.darker(190) if p.chance(0.6) else p.tone(0.15, 0.2, 0.98)
    if p.chance(0.5):
        for x in (-0.3, 0, 0.3):
            p.line([(x * w, 0.75), (x * w, -0.7)], mark, 0.03)
    else:
        for i in range(7):
            y = -0.7 + 0.2 * i
            for x in (-0.5, 0, 0.5):
                x0 = x * w
                p.line([(x0 - 0.05, y - 0.05), (x0, y), (x0 + 0.05, y - 0.05)], mark, 0.03)
    if p.chance(0.6):
        p.polygon([(-0.4, 0.55), (0.4, 0.55), (0.3, 0.97), (-0.3, 0.97)], p.tone(0.05, 0.7, 0.75))
    else:
        p.ellipse(0, 0.88, 0.75, 0.1, p.tone(0.12, 0.5, 0.85))


def rainbow(p: Pen) -> None:
    """Coloured half rings, with clouds at the feet in most."""
    bands = p.rng.randint(5, 7)
    inner = p.uniform(0.3, 0.45)
    step = (0.97 - inner) / bands
    cy = p.uniform(0.35, 0.6)
    back = p.chance(0.12)
    style, p.style = p.style, "cartoon"
    for i in range(bands):
        hue = 0.8 * (i if not back else bands - 1 - i) / (bands - 1)
        r = 0.97 - step * (i + 0.5)
        arc = QPainterPath()
        arc.arcMoveTo(QRectF(-r, cy - r, 2 * r, 2 * r), 0)
        arc.arcTo(QRectF(-r, cy - r, 2 * r, 2 * r), 0, 180)
        p.stroke_path(arc, p.tone(hue, 0.9, 0.95), step * 1.08)
    p.style = style
    if p.chance(0.6):
        white = p.tone(0.6, 0.05, 0.98)
        for side in (-1, 1):
            _cloud(p, side * 0.66, cy + 0.05, 0.36, white)


def _cloud(p: Pen, x: float, y: float, size: float, colour: QColor) -> None:
    """A cloud of discs with a flat belly, size being half its width."""
    path = QPainterPath()
    path.addRoundedRect(
        QRectF(x - size, y - size * 0.2, 2 * size, size * 0.6), size * 0.3, size * 0.3
    )
    for dx, dy, r in ((-0.45, -0.2, 0.42), (0.1, -0.4, 0.55), (0.55, -0.1, 0.38)):
        r *= size * p.uniform(0.9, 1.15)
        disc = QPainterPath()
        disc.addEllipse(QRectF(x + dx * size - r, y + dy * size - r, 2 * r, 2 * r))
        path = path.united(disc)
    p.path(path, colour)


def rain_cloud(p: Pen) -> None:
    """A cloud from which drops or streaks fall."""
    blue = p.tone(0.58, 0.8, 0.9)
    drops = p.chance(0.6)
    slant = p.uniform(-0.12, 0.12)
    for row in range(2):
        for i in range(4 if row == 0 else 3):
            x = -0.6 + 0.4 * i + 0.2 * row + p.uniform(-0.06, 0.06)
            y = 0.25 + 0.4 * row + p.uniform(-0.05, 0.05)
            if drops:
                p.blob(
                    [
                        (x + slant, y - 0.12),
                        (x + 0.08, y + 0.12),
                        (x, y + 0.22),
                        (x - 0.08, y + 0.12),
                    ],
                    blue,
                )
            else:
                p.line([(x + slant, y - 0.1), (x - slant, y + 0.2)], blue, 0.07)
    _cloud(p, 0, -0.3, p.uniform(0.8, 0.9), p.tone(0.6, 0.12, p.uniform(0.6, 0.97)))


def snowflake(p: Pen) -> None:
    """Six arms with side branches."""
    colour = p.tone(0.55, p.uniform(0.05, 0.5), 0.98)
    width = p.uniform(0.06, 0.11)
    marks = [(p.uniform(0.35, 0.5), p.uniform(0.18, 0.3)), (p.uniform(0.62, 0.75), 0.24)]
    tip = p.chance(0.3)
    for i in range(6):
        a = 60 * i
        p.line([(0, 0), polar(0.95, a)], colour, width)
        for r, length in marks:
            x, y = polar(r, a)
            p.line(
                [polar(length, a - 50, x, y), (x, y), polar(length, a + 50, x, y)], colour, width
            )
        if tip:
            p.dot(*polar(0.92, a), 0.1, colour)
    if p.chance(0.4):
        p.line([polar(0.25, 60 * i) for i in range(7)], colour, width)
