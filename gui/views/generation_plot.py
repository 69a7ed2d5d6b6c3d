"""Confidence by generation: the best class's, the mean, the median and the worst one's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.evolution.parcels import GenerationRecord
from engine.evolution.sheet import percent
from gui import theme
from gui.plot_scale import thinned, ticks

_LEFT, _TOP, _RIGHT, _BOTTOM = 52.0, 26.0, 20.0, 22.0
_VALUES = ("max", "mean", "median", "min")


class GenerationPlot(QWidget):
    """Four curves over the generations, from no confidence to certainty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("generationPlot")
        self.setAccessibleName(self.tr("Confidence by generation"))
        self.setToolTip(
            self.tr(
                "How sure the network is of the classes' images: of the best one, on average, in "
                "the middle and of the worst one"
            )
        )
        self.setMinimumHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMouseTracking(True)
        self._data = np.empty((1 + len(_VALUES), 1024))  # generation, then the values
        self._count = 0
        self._hover: int | None = None

    def sizeHint(self) -> QSize:
        return QSize(480, 150)

    def set_records(self, records: Sequence[GenerationRecord]) -> None:
        """Shows these instead of what was there."""
        self._count = 0
        self._hover = None
        self.append(records)

    def append(self, records: Sequence[GenerationRecord]) -> None:
        """Takes the next generations in."""
        needed = self._count + len(records)
        if needed > self._data.shape[1]:
            grown = np.empty((len(self._data), max(needed, 2 * self._data.shape[1])))
            grown[:, : self._count] = self._data[:, : self._count]
            self._data = grown
        if records:
            rows = [(x.generation, *(getattr(x, name) for name in _VALUES)) for x in records]
            self._data[:, self._count : needed] = np.array(rows, dtype=float).T
        self._count = needed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        if not self._count:
            painter.setPen(c.muted)
            empty = self.tr("The confidence is drawn here, generation by generation.")
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), empty)
            return
        self._paint_axes(painter, area)
        row = self._count - 1 if self._hover is None else self._hover
        if self._hover is not None:
            x = round(self._x(self._data[0, row], area)) + 0.5
            painter.setPen(QPen(c.disabled, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for place in reversed(range(len(_VALUES))):
            self._paint_curve(painter, area, place)
        self._paint_legend(painter, area, row)

    def _inks(self) -> tuple[QColor, ...]:
        c = theme.colours()
        return c.h_curve, c.success, c.accent, c.disabled

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        c = theme.colours()
        metrics = QFontMetricsF(painter.font())
        for tick in ticks(0.0, 1.0, max(2, int(area.height() / 30))):
            y = area.bottom() - tick * area.height()
            painter.setPen(QPen(c.track, 1))
            level = round(y) + 0.5
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
            text = f"{100 * tick:.0f} %"
            painter.setPen(c.muted)
            x = area.left() - 8 - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(x, y + metrics.capHeight() / 2), text)
        low, high = self._data[0, 0], self._data[0, self._count - 1]
        for tick in ticks(low, high, max(2, int(area.width() / 90))):
            if tick == int(tick):
                text = f"{int(tick):,}"
                x = self._x(tick, area) - metrics.horizontalAdvance(text) / 2
                painter.drawText(QPointF(x, area.bottom() + 4 + metrics.ascent()), text)

    def _paint_curve(self, painter: QPainter, area: QRectF, place: int) -> None:
        x, y = thinned(
            self._data[0, : self._count], self._data[1 + place, : self._count], int(area.width())
        )
        points = [
            QPointF(self._x(a, area), area.bottom() - b * area.height())
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        ]
        width = 2.2 if _VALUES[place] == "median" else 1.4
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(self._inks()[place], width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        if len(points) == 1:
            painter.drawPoint(points[0])
        painter.drawPolyline(QPolygonF(points))

    def _paint_legend(self, painter: QPainter, area: QRectF, row: int) -> None:
        c = theme.colours()
        metrics = QFontMetricsF(painter.font())
        titles = (self.tr("best"), self.tr("mean"), self.tr("median"), self.tr("worst"))
        values = [percent(float(self._data[1 + i, row])) for i in range(len(_VALUES))]
        texts = [f"{title}  {value}" for title, value in zip(titles, values, strict=True)]
        if sum(metrics.horizontalAdvance(x) + 34 for x in texts) > area.width():
            texts = list(titles)
        x, baseline = area.left(), 16.0
        for text, ink in zip(texts, self._inks(), strict=True):
            painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            middle = baseline - metrics.xHeight() / 2
            painter.drawLine(QPointF(x + 1, middle), QPointF(x + 11, middle))
            painter.setPen(c.muted)
            painter.drawText(QPointF(x + 18, baseline), text)
            x += 18 + metrics.horizontalAdvance(text) + 16
        if self._hover is not None:
            says = self.tr("generation {0}").format(f"{int(self._data[0, row]):,}")
            width = metrics.horizontalAdvance(says)
            if x + width < area.right():
                painter.drawText(QPointF(area.right() - width, baseline), says)

    def _x(self, generation: float, area: QRectF) -> float:
        low, high = self._data[0, 0], self._data[0, self._count - 1]
        return float(area.left() + (generation - low) / max(high - low, 1) * area.width())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._count:
            return
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        low, high = self._data[0, 0], self._data[0, self._count - 1]
        part = (event.position().x() - area.left()) / max(area.width(), 1)
        wanted = low + part * (high - low)
        self._hover = int(np.abs(self._data[0, : self._count] - wanted).argmin())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)
