"""Textures and figures that repeat, each drawn in units on a Pen."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from resources.sketchnet.pen import Pen, polar


def _patch(p: Pen, fill: bool) -> float:
    """Clip to a patch and return its half side: the whole picture, or a disc or a square."""
    kind = p.rng.random()
    if kind < 0.45:
        return 1.7
    clip = QPainterPath()
    r = p.uniform(0.9, 1.0)
    if kind < 0.65:
        clip.addEllipse(QPointF(0, 0), r, r)
    elif kind < 0.85:
        clip.addRect(QRectF(-r, -r, 2 * r, 2 * r))
    else:
        clip.addRoundedRect(QRectF(-r, -r * 0.75, 2 * r, r * 1.5), 0.2, 0.2)
    p.painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    if fill:
        p.painter.fillPath(clip, p.tone(0.1, 0.1, 0.8))
    return r


def brick_wall(p: Pen) -> None:
    """Courses of staggered bricks with mortar between."""
    r = _patch(p, fill=False)
    mortar = p.tone(0.1, 0.1, p.uniform(0.6, 0.92))
    h = p.uniform(0.2, 0.34)
    w = h * p.uniform(1.9, 2.5)
    gap = p.uniform(0.035, 0.06)
    brick = p.tone(p.uniform(0.0, 0.06), p.uniform(0.5, 0.8), p.uniform(0.5, 0.8))
    p.painter.fillRect(QRectF(-r, -r, 2 * r, 2 * r), p.ink if p.style == "ink" else mortar)
    style, p.style = p.style, "flat"
    rows = int(2 * r / h) + 2
    vary = p.uniform(0, 18)
    for j in range(rows):
        y = -r + j * h
        x = -r - (0.5 * w if j % 2 else 0)
        while x < r:
            colour = brick.darker(int(100 + p.uniform(-vary, vary)))
            if style == "ink":
                colour = p.paper
            p.rect(x, y, w - gap, h - gap, colour)
            x += w
    p.style = style


def checkerboard(p: Pen) -> None:
    """Squares of two tones."""
    r = _patch(p, fill=False)
    n = p.rng.randint(4, 8)
    side = 2.0 / n
    light, dark = (
        p.tone(p.rng.random(), p.uniform(0, 0.5), 0.97),
        p.tone(p.rng.random(), p.uniform(0, 0.8), p.uniform(0.05, 0.4)),
    )
    p.painter.fillRect(QRectF(-r, -r, 2 * r, 2 * r), light)
    count = math.ceil(r / side)
    for j in range(-count, count):
        for i in range(-count, count):
            if (i + j) % 2:
                p.painter.fillRect(QRectF(i * side, j * side, side, side), dark)


def honeycomb(p: Pen) -> None:
    """Hexagonal cells."""
    r = _patch(p, fill=False)
    size = p.uniform(0.19, 0.32)
    wax, honey = p.tone(0.1, 0.85, p.uniform(0.35, 0.7)), p.tone(0.12, 0.85, 0.95)
    p.painter.fillRect(QRectF(-r, -r, 2 * r, 2 * r), p.ink if p.style == "ink" else wax)
    style, p.style = p.style, "flat"
    inner = size * p.uniform(0.8, 0.88)
    for j in range(-int(r / (1.5 * size)) - 1, int(r / (1.5 * size)) + 2):
        for i in range(-int(r / (1.73 * size)) - 1, int(r / (1.73 * size)) + 2):
            x = 1.732 * size * (i + (0.5 if j % 2 else 0))
            y = 1.5 * size * j
            colour = honey.darker(int(p.uniform(95, 130)))
            if style == "ink":
                colour = p.paper
            p.polygon([polar(inner, 60 * k + 30, x, y) for k in range(6)], colour)
    p.style = style


def spider_web(p: Pen) -> None:
    """Radial threads joined by sagging rings, a spider in some."""
    light = p.chance(0.5)
    thread = p.tone(0.6, p.uniform(0, 0.3), 0.98 if light else 0.15)
    if p.style == "ink":
        thread = p.ink
    width = p.uniform(0.03, 0.055)
    n = p.rng.randint(7, 10)
    angles = [360 * (i + p.uniform(-0.15, 0.15)) / n for i in range(n)]
    reach = p.uniform(0.95, 1.4)
    rings = p.rng.randint(4, 5)
    sag = p.uniform(0.8, 0.9)
    for a in angles:
        p.line([(0, 0), polar(reach, a)], thread, width)
    for k in range(1, rings + 1):
        r = reach * k / (rings + 0.3)
        for i in range(n):
            a, b = angles[i], angles[(i + 1) % n] + (360 if i == n - 1 else 0)
            path = QPainterPath(QPointF(*polar(r, a)))
            path.quadTo(QPointF(*polar(r * sag * 0.85, (a + b) / 2)), QPointF(*polar(r, b)))
            p.stroke_path(path, thread, width)
    if p.chance(0.35):
        x, y = polar(p.uniform(0.2, 0.6), p.rng.choice(angles))
        black = p.tone(0.6, 0.2, 0.1)
        for i in range(4):
            for side in (-1, 1):
                p.line([(x, y), (x + side * 0.22, y - 0.18 + 0.12 * i)], black, 0.035)
        p.dot(x, y, 0.12, black)


def spiral(p: Pen) -> None:
    """One line winding outwards."""
    turns = p.uniform(2.3, 4.2)
    width = p.uniform(0.3, 0.55) * 0.95 / turns
    sense = p.rng.choice((-1, 1))
    start = p.uniform(0, 360)
    power = p.uniform(0.85, 1.15)
    n = int(turns * 12)
    points = [
        polar(0.94 * (i / n) ** power, start + sense * 360 * turns * i / n) for i in range(n + 1)
    ]
    if p.chance(0.35):
        p.ellipse(0, 0, 0.99, 0.99, p.tone(p.rng.random(), 0.4, 0.9))
    colour = p.tone(p.rng.random(), p.uniform(0.3, 0.9), p.rng.choice((0.2, 0.5, 0.95)))
    if p.style == "cartoon":
        p.curve(points, colour.darker(260), width * 1.5)
    p.curve(points, colour, width)
