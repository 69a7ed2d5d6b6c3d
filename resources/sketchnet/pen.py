"""A pen that draws parts of an object in one style, with one palette and one light.

Objects are drawn in *units*: the square [-1, 1] x [-1, 1], y pointing down, which the scene places
in the picture. Lengths and stroke widths below are in these units, angles in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

Point = tuple[float, float]


class Pen:
    """Draws shapes on a painter that is already in units.

    Styles: ``flat`` fills without an outline, ``cartoon`` fills and outlines, ``ink`` leaves a
    paper-coloured fill and one colour of stroke, as a line drawing. Every scene rotates the hues
    of all parts together or leaves them natural, so that a colour alone never tells a class.
    """

    def __init__(self, painter: QPainter, rng: Random) -> None:
        self.painter = painter
        self.rng = rng
        self.style = rng.choices(("flat", "cartoon", "ink"), (0.42, 0.43, 0.15))[0]
        self.stroke = rng.uniform(0.03, 0.075)
        natural = rng.random() < 0.62
        self.hue_shift = rng.gauss(0, 0.02) if natural else rng.random()
        self.saturation = rng.uniform(0.6, 1.15) if rng.random() < 0.85 else rng.uniform(0.1, 0.4)
        self.gamma = math.exp(rng.gauss(0, 0.25))
        self.shading = rng.choice((0.0, rng.uniform(0.1, 0.4)))
        self.light = rng.uniform(0, 2 * math.pi)
        dark = rng.random() < 0.8
        self.ink = QColor.fromHsvF(rng.random(), rng.uniform(0, 0.7), 0.2 if dark else 0.95)
        self.paper = QColor.fromHsvF(rng.random(), rng.uniform(0, 0.2), 0.97 if dark else 0.2)

    def uniform(self, low: float, high: float) -> float:
        """A number between low and high."""
        return self.rng.uniform(low, high)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def tone(self, hue: float, saturation: float, value: float) -> QColor:
        """The colour (each in [0, 1]) as this scene's palette has it, with a little jitter."""
        rng = self.rng
        return QColor.fromHsvF(
            (hue + self.hue_shift + rng.gauss(0, 0.015)) % 1.0,
            min(1.0, max(0.0, saturation * self.saturation + rng.gauss(0, 0.03))),
            min(1.0, max(0.02, value**self.gamma + rng.gauss(0, 0.03))),
        )

    def _fill(self, colour: QColor, box: QRectF) -> QBrush:
        if self.style == "ink":
            # Dark parts (spots, seeds, pupils) must stay visible in a line drawing.
            return QBrush(self.ink if colour.valueF() < 0.4 else self.paper)
        if not self.shading:
            return QBrush(colour)
        dx = math.cos(self.light) * box.width() / 2
        dy = math.sin(self.light) * box.height() / 2
        middle = box.center()
        gradient = QLinearGradient(middle - QPointF(dx, dy), middle + QPointF(dx, dy))
        gradient.setColorAt(0, colour.lighter(int(100 * (1 + self.shading))))
        gradient.setColorAt(1, colour.darker(int(100 * (1 + 1.5 * self.shading))))
        return QBrush(gradient)

    def _outline(self, colour: QColor, width: float) -> QPen:
        ink = self.ink if self.style == "ink" else colour
        return QPen(
            ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        )

    def _ready(self, colour: QColor, box: QRectF) -> None:
        self.painter.setBrush(self._fill(colour, box))
        if self.style == "flat":
            self.painter.setPen(Qt.PenStyle.NoPen)
        else:
            self.painter.setPen(self._outline(colour.darker(260), self.stroke))

    def path(self, path: QPainterPath, colour: QColor) -> None:
        """Fill (and outline, by style) a path."""
        self._ready(colour, path.boundingRect())
        self.painter.drawPath(path)

    def polygon(self, points: Sequence[Point], colour: QColor) -> None:
        """A closed polygon."""
        polygon = QPolygonF([QPointF(x, y) for x, y in points])
        self._ready(colour, polygon.boundingRect())
        self.painter.drawPolygon(polygon)

    def blob(self, points: Sequence[Point], colour: QColor) -> None:
        """A closed smooth curve through the points."""
        self.path(smooth(points), colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: QColor) -> None:
        """An ellipse about (x, y)."""
        box = QRectF(x - rx, y - ry, 2 * rx, 2 * ry)
        self._ready(colour, box)
        self.painter.drawEllipse(box)

    def leaf(self, x: float, y: float, rx: float, ry: float, angle: float, colour: QColor) -> None:
        """An ellipse whose first axis points along the angle."""
        self.painter.save()
        self.painter.translate(x, y)
        self.painter.rotate(angle)
        self.ellipse(0, 0, rx, ry, colour)
        self.painter.restore()

    def rect(
        self, x: float, y: float, width: float, height: float, colour: QColor, radius: float = 0
    ) -> None:
        """A rectangle from its left top corner, its corners rounded by radius."""
        box = QRectF(x, y, width, height)
        self._ready(colour, box)
        if radius:
            self.painter.drawRoundedRect(box, radius, radius)
        else:
            self.painter.drawRect(box)

    def pie(self, box: QRectF, start: float, span: float, colour: QColor) -> None:
        """A half-disc like sector closed by its chord, angles counter-clockwise from the right."""
        self._ready(colour, box)
        self.painter.drawChord(box, round(start * 16), round(span * 16))

    def line(self, points: Sequence[Point], colour: QColor, width: float = 0.07) -> None:
        """An open polyline."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._outline(colour, width))
        self.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def curve(self, points: Sequence[Point], colour: QColor, width: float = 0.07) -> None:
        """An open smooth curve through the points."""
        self.stroke_path(smooth(points, closed=False), colour, width)

    def stroke_path(self, path: QPainterPath, colour: QColor, width: float = 0.07) -> None:
        """The path's line alone."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._outline(colour, width))
        self.painter.drawPath(path)

    def ring(self, x: float, y: float, r: float, colour: QColor, width: float) -> None:
        """A circle's line alone."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._outline(colour, width))
        self.painter.drawEllipse(QPointF(x, y), r, r)

    def dot(self, x: float, y: float, r: float, colour: QColor) -> None:
        """A disc without an outline, for spots and pupils."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        ink = self.style == "ink" and colour.valueF() < 0.4
        self.painter.setBrush(QBrush(self.ink if ink else colour))
        self.painter.drawEllipse(QPointF(x, y), r, r)


def smooth(points: Sequence[Point], closed: bool = True) -> QPainterPath:
    """A Catmull-Rom curve through the points, as cubic Bezier segments."""
    n = len(points)
    path = QPainterPath(QPointF(*points[0]))
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        path.cubicTo(
            b[0] + (c[0] - a[0]) / 6,
            b[1] + (c[1] - a[1]) / 6,
            c[0] - (d[0] - b[0]) / 6,
            c[1] - (d[1] - b[1]) / 6,
            c[0],
            c[1],
        )
    return path


def polar(radius: float, angle: float, x: float = 0, y: float = 0) -> Point:
    """The point at this distance and angle (degrees, clockwise on the screen) from (x, y)."""
    a = math.radians(angle)
    return x + radius * math.cos(a), y + radius * math.sin(a)
