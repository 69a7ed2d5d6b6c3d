"""Small pictures side by side, each with a word under it: units in a row, patches in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.views.framed import paint_framed

GAP = 6
PAD = 3  # around a picture, where the ground of a chosen one is seen


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One picture. ``caption`` stands under it, ``tip`` says all; ``part`` 0 … 1 is a bar."""

    caption: str
    tip: str
    image: QImage | None = None
    part: float | None = None


class PictureCells(QWidget):
    """Cells from left to right; with ``one_row`` only as many as fit."""

    chosen = Signal(int)  # a click, or the arrow keys
    opened = Signal(int)  # a double-click, or Return
    hovered = Signal(int)  # -1 when the pointer has left

    def __init__(self, side: int, *, one_row: bool) -> None:
        super().__init__()
        self._side, self._one_row = side, one_row
        self._cells: list[Cell] = []
        self._selected = -1
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # --- setters

    def set_cells(self, cells: Sequence[Cell]) -> None:
        """Shows these; none of them is chosen."""
        count = len(self._cells)
        self._cells = list(cells)
        self._selected = self._hovered = -1
        if len(cells) != count:
            self._fit_height()
        self._describe()
        self.update()

    def set_image(self, index: int, image: QImage) -> None:
        """A picture that came later than its cell."""
        if 0 <= index < len(self._cells):
            self._cells[index] = replace(self._cells[index], image=image)
            self.update()

    def select(self, index: int) -> None:
        """Marks one as chosen, or none with -1; says nothing."""
        self._selected = index if index < len(self._cells) else -1
        self._describe()
        self.update()

    def selected(self) -> int:
        """The chosen one, -1 where there is none."""
        return self._selected

    def shown(self) -> int:
        """How many are on the screen."""
        return min(len(self._cells), self._across()) if self._one_row else len(self._cells)

    def cell(self, index: int) -> Cell:
        """One of the cells."""
        return self._cells[index]

    # --- geometry

    def _pitch(self) -> tuple[float, float]:
        caption = self._small().pointSizeF() * 1.9
        bar = 4 if any(x.part is not None for x in self._cells) else 0
        side = self._side + 2 * PAD
        return side + GAP, side + caption + bar + (0 if self._one_row else 4)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.88)
        return font

    def _across(self, width: int | None = None) -> int:
        pitch, _ = self._pitch()
        return max(1, int(((self.width() if width is None else width) + GAP) // pitch))

    def heightForWidth(self, width: int) -> int:
        return round(self._rows(self._across(width)) * self._pitch()[1])

    def _rows(self, across: int) -> int:
        return 1 if self._one_row else max(-(-len(self._cells) // across), 1)

    def sizeHint(self) -> QSize:
        return QSize(3 * round(self._pitch()[0]), self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._pitch()[0]), round(self._pitch()[1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._fit_height()

    def _fit_height(self) -> None:
        # Fixed: a layout in a scroll area asks for a height before it gives the width.
        self.setFixedHeight(self.heightForWidth(self.width()))

    def spot(self, index: int) -> tuple[int, int]:
        """A cell's row and column."""
        return divmod(index, self._across())

    def rect_of(self, index: int) -> QRectF:
        """Where a cell's picture lies."""
        width, height = self._pitch()
        row, column = self.spot(index)
        return QRectF(column * width + PAD, row * height + PAD, self._side, self._side)

    def at(self, point: QPointF) -> int:
        """The cell under a point, -1 where there is none."""
        width, height = self._pitch()
        under = int(point.y() // height), int(point.x() // width)
        return next((i for i in range(self.shown()) if self.spot(i) == under), -1)

    # --- the pointer and the keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(QPointF(event.pos()))
            if tip:
                QToolTip.showText(event.globalPos(), tip, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        """What is said of what lies there."""
        index = self.at(point)
        return self._cells[index].tip if index >= 0 else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.opened.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.hovered.emit(index)
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor
            )
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = Qt.Key(event.key()), self._selected
        steps = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Up: self._beside(-1),
            Qt.Key.Key_Down: self._beside(1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.shown() - 1,
        }
        if key in steps and 0 <= steps[key] < self.shown():
            self._choose(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self.opened.emit(at)
        elif key not in steps:
            event.ignore()  # Space pauses, Esc stops

    def _beside(self, rows: int) -> int:
        """The cell so many rows under the chosen one."""
        if self._selected < 0:
            return 0
        row, column = self.spot(self._selected)
        wanted = (row + rows, column)
        return next((i for i in range(self.shown()) if self.spot(i) == wanted), -1)

    def _choose(self, index: int) -> None:
        self.select(index)
        self.chosen.emit(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    focusOutEvent = focusInEvent

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def _describe(self) -> None:
        there = 0 <= self._selected < len(self._cells)
        self.setAccessibleDescription(self._cells[self._selected].tip if there else "")

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c, small = theme.colours(), self._small()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small)
        metrics = painter.fontMetrics()
        focused = self.hasFocus()
        for index in range(self.shown()):
            cell, rect = self._cells[index], self.rect_of(index)
            ring = c.accent if index == self._selected else None
            if ring is None and index == self._hovered:
                ring = c.muted
            paint_framed(painter, rect, cell.image, 5, ring)
            if focused and index == max(self._selected, 0):
                painter.setPen(c.accent)
                painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 7, 7)
            y = rect.bottom() + 3
            if cell.part is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                for part, ink in ((1.0, c.track), (cell.part, c.accent)):
                    painter.setBrush(ink)
                    wide = max(rect.width() * min(max(part, 0), 1), 2.5)
                    painter.drawRoundedRect(QRectF(rect.left(), y, wide, 2.5), 1.2, 1.2)
                y += 4
            room = int(rect.width()) + GAP
            text = metrics.elidedText(cell.caption, Qt.TextElideMode.ElideRight, room)
            painter.setPen(c.text if index == self._selected else c.muted)
            label = QRectF(rect.left() - GAP / 2, y, room, metrics.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, text)
        self.paint_more(painter)
        painter.end()

    def paint_more(self, painter: QPainter) -> None:
        """What an heir draws beside the cells."""
