"""f and h over the iterations, each on its own scale.

Painted by ourselves: importing pyqtgraph costs as long as importing all of Qt, before the window
can be shown, and two curves with a marker need little of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.jobs import Record
from gui import theme
from gui.plot_scale import Array, number, span, thinned, ticks

_TOP, _BOTTOM, _SIDE = 26.0, 22.0, 52.0
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}


class CurvePlot(QWidget):
    """f on the left axis and h on the right; a click or a drag chooses an iteration."""

    iteration_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvePlot")
        self.setAccessibleName(self.tr("f and h over the iterations"))
        self.setToolTip(
            self.tr("f, the unit's response, and h, the prior. Click or drag to see an iteration.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(76)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMouseTracking(True)
        self._data = np.empty((3, 1024))  # iteration, f, h; grows by doubling
        self._count = 0
        self._marker: int | None = None
        self._hover: int | None = None

    def sizeHint(self) -> QSize:
        return QSize(480, 150)

    def set_records(self, records: Sequence[Record]) -> None:
        """Shows these instead of what was there."""
        self._count = 0
        self._hover = None
        self.append(records)

    def append(self, records: Sequence[Record]) -> None:
        """Takes the next iterations in."""
        needed = self._count + len(records)
        if needed > self._data.shape[1]:
            grown = np.empty((3, max(needed, 2 * self._data.shape[1])))
            grown[:, : self._count] = self._data[:, : self._count]
            self._data = grown
        if records:
            rows = [(record.iteration, record.f, record.h) for record in records]
            self._data[:, self._count : needed] = np.array(rows, dtype=float).T
        self._count = needed
        self.update()

    def clear(self) -> None:
        """Shows nothing."""
        self._marker = None
        self.set_records(())

    def set_marker(self, iteration: int | None) -> None:
        """Marks the iteration whose picture is shown."""
        if iteration != self._marker:
            self._marker = iteration
            self.update()

    def marker(self) -> int | None:
        """The marked iteration."""
        return self._marker

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        area = self._area()
        if not self._count:
            painter.setPen(c.muted)
            empty = self.tr("f and h are drawn here while an image grows.")
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), empty)
        else:
            self._paint_legend(painter, area)
            iterations, f, h = self._data[:, : self._count]
            self._paint_iterations(painter, area)
            f_span, h_span = span(f), span(h)
            self._paint_axis(painter, area, f_span, c.f_curve, left=True)
            self._paint_axis(painter, area, h_span, c.h_curve, left=False)
            self._paint_curve(painter, area, iterations, h, h_span, c.h_curve)
            self._paint_curve(painter, area, iterations, f, f_span, c.f_curve)
            self._paint_marker(painter, area, f_span, h_span)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(c.accent, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        c = theme.colours(self)
        metrics = QFontMetricsF(painter.font())
        at = self._hover if self._hover is not None else self._marker
        row = self._row(at)
        f_text, h_text = self.tr("f, the unit's response"), self.tr("h, the prior")
        if row is not None:
            f_text += f"  {number(self._data[1, row])}"
            h_text += f"  {number(self._data[2, row])}"
        if metrics.horizontalAdvance(f_text + h_text) + 60 > area.width():
            f_text = f_text.replace(self.tr("f, the unit's response"), "f")
            h_text = h_text.replace(self.tr("h, the prior"), "h")
        baseline = 16.0
        for text, colour, left in ((f_text, c.f_curve, True), (h_text, c.h_curve, False)):
            width = metrics.horizontalAdvance(text)
            x = area.left() if left else area.right() - width - 18
            painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            middle = baseline - metrics.xHeight() / 2
            painter.drawLine(QPointF(x + 1, middle), QPointF(x + 11, middle))
            painter.setPen(c.muted)
            painter.drawText(QPointF(x + 18, baseline), text)

    def _paint_iterations(self, painter: QPainter, area: QRectF) -> None:
        c = theme.colours(self)
        metrics = QFontMetricsF(painter.font())
        low, high = self._range()
        right_end = -1e9
        painter.setPen(c.muted)
        for tick in ticks(low, high, max(2, int(area.width() / 90))):
            if tick != int(tick):
                continue
            text = f"{int(tick)}"
            width = metrics.horizontalAdvance(text)
            x = self._x(tick, area) - width / 2
            if x > right_end + 12 and x + width <= self.width():
                painter.drawText(QPointF(x, area.bottom() + 4 + metrics.ascent()), text)
                right_end = x + width

    def _paint_axis(
        self, painter: QPainter, area: QRectF, values: tuple[float, float], ink: QColor, left: bool
    ) -> None:
        c = theme.colours(self)
        metrics = QFontMetricsF(painter.font())
        low, high = values
        for tick in ticks(low, high, max(1, int(area.height() / 34))):
            y = area.bottom() - (tick - low) / (high - low) * area.height()
            text = number(tick)
            width = metrics.horizontalAdvance(text)
            if left:
                painter.setPen(QPen(c.track, 1))
                level = round(y) + 0.5
                painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
            painter.setPen(ink)
            x = area.left() - 8 - width if left else area.right() + 8
            painter.drawText(QPointF(x, y + metrics.capHeight() / 2), text)

    def _paint_curve(
        self,
        painter: QPainter,
        area: QRectF,
        iterations: Array,
        values: Array,
        extent: tuple[float, float],
        ink: QColor,
    ) -> None:
        low, high = extent
        x, y = thinned(iterations, values, int(area.width()))
        finite = np.isfinite(y)
        first, last = self._range()
        across = area.left() + (x[finite] - first) / max(last - first, 1) * area.width()
        down = area.bottom() - (y[finite] - low) / (high - low) * area.height()
        points = [QPointF(a, b) for a, b in zip(across.tolist(), down.tolist(), strict=True)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if len(points) == 1:
            painter.drawPoint(points[0])
        painter.drawPolyline(QPolygonF(points))

    def _paint_marker(
        self,
        painter: QPainter,
        area: QRectF,
        f_span: tuple[float, float],
        h_span: tuple[float, float],
    ) -> None:
        c = theme.colours(self)
        if self._hover is not None and self._hover != self._marker:
            x = round(self._x(self._hover, area)) + 0.5
            painter.setPen(QPen(c.disabled, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        row = self._row(self._marker)
        if row is None:
            return
        x = round(self._x(self._data[0, row], area)) + 0.5
        painter.setPen(QPen(c.muted, 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for values, (low, high), ink in ((2, h_span, c.h_curve), (1, f_span, c.f_curve)):
            value = self._data[values, row]
            if np.isfinite(value):
                y = area.bottom() - (value - low) / (high - low) * area.height()
                painter.setPen(QPen(c.window, 2))
                painter.setBrush(ink)
                painter.drawEllipse(QPointF(x, y), 5, 5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._iteration_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._iteration_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and near != self._marker:
            self._choose(near)
        if near != self._hover:
            self._hover = near
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._row(self._marker)
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None or not self._count:
            super().keyPressEvent(event)
            return
        row = self._count - 1 if row is None else min(max(row + step, 0), self._count - 1)
        self._choose(int(self._data[0, row]))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def _choose(self, iteration: int | None) -> None:
        if iteration is not None:
            self.set_marker(iteration)
            self.iteration_chosen.emit(iteration)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_SIDE, _TOP, -_SIDE, -_BOTTOM)

    def _range(self) -> tuple[float, float]:
        return float(self._data[0, 0]), float(self._data[0, self._count - 1])

    def _x(self, iteration: float, area: QRectF) -> float:
        low, high = self._range()
        return area.left() + (iteration - low) / max(high - low, 1) * area.width()

    def _row(self, iteration: int | None) -> int | None:
        if iteration is None or not self._count:
            return None
        row = int(np.searchsorted(self._data[0, : self._count], iteration))
        return min(row, self._count - 1)

    def _iteration_at(self, x: float) -> int | None:
        if not self._count:
            return None
        area = self._area()
        low, high = self._range()
        wanted = low + (x - area.left()) / max(area.width(), 1) * (high - low)
        row = int(np.abs(self._data[0, : self._count] - wanted).argmin())
        return int(self._data[0, row])
