"""What surrounds an object: background, clutter, shadow, light and grain."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPen,
    QPolygonF,
    QRadialGradient,
)

Mode = QPainter.CompositionMode


def any_colour(rng: Random) -> QColor:
    """Any colour, pale and dull ones more often than a uniform draw has them."""
    return QColor.fromHsvF(rng.random(), rng.random() ** 1.5, rng.uniform(0.1, 1.0))


def noise_image(rng: Random, cells: int, size: int, spread: float) -> QImage:
    """Smooth coloured noise: a grid of cells x cells random colours, enlarged to size."""
    generator = np.random.default_rng(rng.getrandbits(32))
    base = np.array([rng.uniform(60, 200) for _ in range(3)])
    grey = generator.normal(0, spread, (cells, cells, 1))
    grid = base + grey + generator.normal(0, spread * 0.5, (cells, cells, 3))
    rgba = np.full((cells, cells, 4), 255, np.uint8)
    rgba[..., :3] = np.clip(grid, 0, 255)
    image = QImage(rgba.data, cells, cells, 4 * cells, QImage.Format.Format_RGBA8888)
    return image.scaled(
        size, size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def paint_background(painter: QPainter, rng: Random, size: int) -> None:
    """Flat, gradient, horizon, smooth noise or grain, in any colours."""
    box = QRectF(0, 0, size, size)
    kind = rng.choices(("flat", "linear", "radial", "horizon", "noise"), (3, 2, 1.5, 1.5, 3))[0]
    a, b = any_colour(rng), any_colour(rng)
    if kind == "noise":
        painter.drawImage(0, 0, noise_image(rng, rng.choice((3, 5, 9, 16, 32)), size, 35))
        return
    if kind == "flat":
        painter.fillRect(box, a)
        return
    if kind == "radial":
        gradient: QLinearGradient | QRadialGradient = QRadialGradient(
            QPointF(rng.uniform(0, size), rng.uniform(0, size)), size * rng.uniform(0.5, 1)
        )
    else:
        angle = rng.uniform(0, 2 * math.pi) if kind == "linear" else math.pi / 2
        d = QPointF(math.cos(angle), math.sin(angle)) * size / 2
        gradient = QLinearGradient(box.center() - d, box.center() + d)
    gradient.setColorAt(0, a)
    gradient.setColorAt(1, b)
    if kind == "horizon":
        y = rng.uniform(0.45, 0.85)
        gradient.setColorAt(y, a.lighter(115))
        gradient.setColorAt(min(y + 0.01, 1.0), b)
    painter.fillRect(box, QBrush(gradient))


def paint_clutter(painter: QPainter, rng: Random, size: int) -> None:
    """A few shapes that belong to no class: strokes, discs, slabs, splinters."""
    if rng.random() < 0.4:
        return
    for _ in range(rng.randint(1, 7)):
        colour = any_colour(rng)
        colour.setAlphaF(rng.uniform(0.3, 1))
        x, y = rng.uniform(0, size), rng.uniform(0, size)
        w, h = size * rng.uniform(0.04, 0.35), size * rng.uniform(0.04, 0.35)
        painter.save()
        painter.translate(x, y)
        painter.rotate(rng.uniform(0, 360))
        kind = rng.randrange(4)
        if kind == 0:
            pen = QPen(colour, size * rng.uniform(0.01, 0.04))
            painter.setPen(pen)
            painter.drawPolyline(
                QPolygonF([QPointF(rng.uniform(-w, w) * 2, rng.uniform(-h, h)) for _ in range(3)])
            )
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if kind == 1:
                painter.drawEllipse(QPointF(0, 0), w / 2, h / 2)
            elif kind == 2:
                painter.drawRect(QRectF(-w / 2, -h / 2, w, h))
            else:
                painter.drawPolygon(
                    QPolygonF([QPointF(rng.uniform(-w, w), rng.uniform(-h, h)) for _ in range(3)])
                )
        painter.restore()


def tint_texture(layer: QImage, rng: Random, size: int) -> None:
    """Lay smooth noise over the object, within its own shape."""
    painter = QPainter(layer)
    painter.setCompositionMode(Mode.CompositionMode_SourceAtop)
    painter.setOpacity(rng.uniform(0.08, 0.3))
    painter.drawImage(0, 0, noise_image(rng, rng.choice((6, 12, 24, 48)), size, 70))
    painter.end()


def paint_shadow(painter: QPainter, layer: QImage, rng: Random, size: int, pale: bool) -> None:
    """The object's own shape, dark (or pale: a halo), soft and moved aside, under the object."""
    small = layer.scaled(
        size // 4,
        size // 4,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    tint = QPainter(small)
    tint.setCompositionMode(Mode.CompositionMode_SourceIn)
    tint.fillRect(small.rect(), QColor(255, 255, 255) if pale else QColor(0, 0, 0))
    tint.end()
    reach = size * rng.uniform(0, 0.06)
    angle = rng.uniform(0, 2 * math.pi)
    painter.setOpacity(rng.uniform(0.2, 0.6))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    dx, dy = round(reach * math.cos(angle)), round(reach * math.sin(angle))
    painter.drawImage(QRect(dx, dy, size, size), small)
    painter.setOpacity(1)


def paint_light(painter: QPainter, rng: Random, size: int) -> None:
    """A lamp or a vignette over the whole picture."""
    if rng.random() < 0.5:
        return
    x, y = rng.uniform(0, size), rng.uniform(0, size)
    gradient = QRadialGradient(QPointF(x, y), size * rng.uniform(0.8, 1.5))
    gradient.setColorAt(0, QColor(255, 255, 255, int(rng.uniform(0, 90))))
    gradient.setColorAt(1, QColor(0, 0, 0, int(rng.uniform(0, 130))))
    painter.fillRect(QRectF(0, 0, size, size), QBrush(gradient))
