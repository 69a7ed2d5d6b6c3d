"""The sphere test drawn: one direction inside, random points twice as far all around."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

SIDE = 136
MOST = 1500  # points drawn; of more samples each stands for several
_ANGLE = math.radians(-38)  # of the adversarial's direction


class SphereDrawing(QWidget):
    """A sphere of points around the original: a drawing of the test, not of its coordinates.

    A sample a point, those that changed class large and in the colour of a fooled network; the
    adversarial image at half the radius.
    """

    def __init__(self) -> None:
        super().__init__()
        self._fooled = False
        self._samples = 0
        self._told: tuple[bool, int, int, int] | None = None
        self._changed = np.zeros(0, bool)  # sample by sample, as they came
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Drawing of the sphere test"))
        self.setToolTip(
            self.tr(
                "The original in the middle, the adversarial image beside it, random images twice "
                "as far away. Those that change class are in colour. A drawing: the space itself "
                "has as many dimensions as the image has values."
            )
        )

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def show_state(self, fooled: bool, done: int, samples: int, changed: int) -> None:
        """``done`` of ``samples`` points, ``changed`` of them of another class.

        Told again while the test goes on, the points that were there keep their colours.
        """
        told = (fooled, done, samples, changed)
        if told == self._told:
            return
        self._told = told
        self._fooled, self._samples = fooled, samples
        known, was = len(self._changed), int(self._changed.sum())
        if done < known or changed < was or (done == known and changed > was):  # another test
            self._changed, known, was = np.zeros(0, bool), 0, 0
        if done > known:
            # Spread evenly over the new ones: which of them it was nobody told.
            steps = np.arange(done - known + 1) * (changed - was) // (done - known)
            self._changed = np.concatenate([self._changed, np.diff(steps) > 0])
        self.update()

    def points_drawn(self) -> tuple[int, int]:
        """How many points are drawn, and how many of them in colour."""
        marks = self._marks()
        return len(marks), int(marks.sum())

    def _marks(self) -> NDArray[np.bool_]:
        count = min(self._samples, MOST)
        if not count:
            return self._changed[:0]
        edges = np.arange(count + 1) * self._samples // count
        whole = int(np.searchsorted(edges[1:], len(self._changed), side="right"))
        total = np.concatenate([[0], np.cumsum(self._changed)])
        marks: NDArray[np.bool_] = np.diff(total[edges[: whole + 1]]) > 0
        return marks

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        radius = min(self.width(), self.height()) / 2 - 5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(c.border, 1))
        painter.drawEllipse(middle, radius, radius)
        marks = self._marks()
        shown = _on_sphere(min(max(self._samples, 1), MOST))[: len(marks)] * radius
        shown = shown + np.array([middle.x(), middle.y()])
        quiet = QColor(c.muted)
        quiet.setAlphaF(0.62)
        for where, ink, width in ((~marks, quiet, 1.7), (marks, c.error, 4.6)):
            pen = QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in shown[where].tolist()]))
        self._paint_direction(painter, middle, radius / 2)

    def _paint_direction(self, painter: QPainter, middle: QPointF, length: float) -> None:
        c = theme.colours()
        ink = c.error if self._fooled else c.muted
        tip = middle + QPointF(math.cos(_ANGLE), math.sin(_ANGLE)) * length
        # In the window's colour under it, or it would drown in the points of the near side.
        painter.setPen(QPen(c.window, 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle, tip)
        painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle, tip)
        painter.setPen(QPen(c.window, 2))
        painter.setBrush(c.text)
        painter.drawEllipse(QRectF(middle.x() - 4, middle.y() - 4, 8, 8))
        painter.setBrush(ink)
        painter.drawEllipse(QRectF(tip.x() - 6, tip.y() - 6, 12, 12))


@lru_cache(maxsize=4)
def _on_sphere(count: int) -> NDArray[np.float64]:
    """Points on the unit sphere seen from the front, (count, 2), always the same ones."""
    points = np.random.default_rng(0).normal(size=(count, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points[:, :2]
