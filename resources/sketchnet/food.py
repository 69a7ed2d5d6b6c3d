"""Things to eat (perhaps not the mushroom), each drawn in units on a Pen."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from resources.sketchnet.pen import Pen, polar


def mushroom(p: Pen) -> None:
    """A spotted cap on a pale stem."""
    stem = p.tone(0.11, 0.15, 0.95)
    w = p.uniform(0.17, 0.27)
    p.blob(
        [(-w, -0.05), (w, -0.05), (w * 1.1, 0.5), (w * 1.4, 0.9), (-w * 1.4, 0.9), (-w * 1.1, 0.5)],
        stem,
    )
    high, wide = p.uniform(0.85, 1.05), p.uniform(0.82, 0.95)
    box = QRectF(-wide, -0.95, 2 * wide, 2 * high)
    p.pie(box, 0, 180, p.tone(p.rng.choice((0.0, 0.0, 0.06)), 0.85, 0.85))
    spot = p.tone(0.1, 0.05, 1.0)
    base = -0.95 + high
    for x, y in ((-0.55, 0.22), (-0.25, 0.62), (0.05, 0.25), (0.38, 0.6), (0.62, 0.2)):
        p.dot(x * wide + p.uniform(-0.05, 0.05), base - y * high, p.uniform(0.07, 0.14), spot)
    if p.chance(0.4):
        p.curve([(-w * 1.2, 0.2), (0, 0.3), (w * 1.2, 0.2)], stem.darker(130), 0.07)


def strawberry(p: Pen) -> None:
    """A seeded red berry under green leaves."""
    p.blob(
        [
            (-0.45, -0.6),
            (0, -0.5),
            (0.45, -0.6),
            (0.75, -0.25),
            (0.5, 0.4),
            (0, 0.95),
            (-0.5, 0.4),
            (-0.75, -0.25),
        ],
        p.tone(0.985, 0.85, 0.88),
    )
    seed = p.tone(0.14, 0.6, 0.98) if p.chance(0.8) else p.tone(0.1, 0.6, 0.2)
    for row, count in enumerate((4, 5, 4, 3, 2)):
        y = -0.3 + 0.23 * row
        for i in range(count):
            x = (i - (count - 1) / 2) * 0.28
            p.dot(x, y + p.uniform(-0.03, 0.03), 0.055, seed)
    green = p.tone(0.32, 0.8, 0.6)
    n = p.rng.randint(5, 7)
    for i in range(n):
        a = 180 * i / (n - 1)
        tip = polar(p.uniform(0.5, 0.62), a, 0, -0.62)
        p.polygon(
            [
                polar(0.16, a - 90, 0, -0.62),
                (tip[0], tip[1] * 0.75 - 0.1),
                polar(0.16, a + 90, 0, -0.62),
            ],
            green,
        )
    p.line([(0, -0.6), (p.uniform(-0.15, 0.15), -0.95)], green, 0.1)


def watermelon(p: Pen) -> None:
    """A slice: green rind, white, red flesh with seeds; a half-disc or a wedge."""
    rind, white = p.tone(0.34, 0.8, 0.5), p.tone(0.25, 0.2, 0.95)
    flesh, seed = p.tone(0.98, 0.75, 0.92), p.tone(0.07, 0.6, 0.12)
    if p.chance(0.65):
        cy = -0.42
        for r, colour in ((0.97, rind), (0.84, white), (0.76, flesh)):
            p.pie(QRectF(-r, cy - r, 2 * r, 2 * r), 180, 180, colour)
        seeds = [
            polar(r, a, 0, cy)
            for r, n in ((0.58, 6), (0.32, 3))
            for a in [180 * (i + 0.5) / n for i in range(n)]
        ]
    else:
        for top, w, low, colour in (
            (-0.95, 0.85, 0.85, rind),
            (-0.95, 0.74, 0.66, white),
            (-0.95, 0.68, 0.56, flesh),
        ):
            p.blob([(0, top), (0, top), (w, low - 0.2), (0, low), (-w, low - 0.2)], colour)
        seeds = [(0, -0.35), (-0.2, 0.0), (0.2, -0.02), (0, 0.3), (-0.36, 0.28), (0.36, 0.28)]
    for x, y in seeds:
        p.leaf(x, y, 0.045, 0.075, p.uniform(-20, 20), seed) if p.style == "flat" else p.dot(
            x, y, 0.06, seed
        )


def ice_cream(p: Pen) -> None:
    """Scoops in a waffle cone."""
    cone = p.tone(0.09, 0.6, 0.85)
    w = p.uniform(0.42, 0.52)
    p.polygon([(-w, 0.0), (w, 0.0), (0, 0.97)], cone)
    dark = cone.darker(150)
    for i in (1, 2, 3):
        t = i / 4
        p.line([(-w + 2 * w * t, 0), (w * t, 0.97 * (1 - t))], dark, 0.04)
        p.line([(w - 2 * w * t, 0), (-w * t, 0.97 * (1 - t))], dark, 0.04)
    scoops = p.rng.randint(1, 3)
    for i in range(scoops):
        hue, s, v = p.rng.choice(
            (
                (0.95, 0.45, 0.98),
                (0.12, 0.3, 1.0),
                (0.06, 0.65, 0.45),
                (0.4, 0.4, 0.92),
                (0.6, 0.35, 0.97),
            )
        )
        y = -0.1 - 0.3 * i if scoops > 1 else -0.22
        r = 0.44 - 0.04 * i if scoops > 1 else 0.56
        bumps = [polar(r * (1.0 if k % 2 else 1.1), 22.5 * k, 0, y) for k in range(8)]
        top = [polar(r, 180 + 30 * k, 0, y) for k in range(7)]
        p.blob(top + bumps[1:8:2][:3], p.tone(hue, s, v))
    if p.chance(0.5):
        p.ellipse(0, -0.85, 0.12, 0.12, p.tone(0.98, 0.9, 0.8))
