"""What excites a unit most: its optimized picture, large, and natural patches around it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from gui import theme
from gui.views.framed import paint_framed
from gui.views.picture_cells import GAP, PAD, PictureCells

_WANTED = 72  # a column's width at least
_LEAST_ACROSS = 4
_SPAN = 2  # rows and columns of the optimized picture


class PatchGrid(PictureCells):
    """The first two rows and columns are the optimized picture's; ``note`` stands for patches."""

    maximize_requested = Signal()
    optimized_opened = Signal()

    def __init__(self, note: QWidget) -> None:
        super().__init__(56, one_row=False)
        self.setObjectName("patchGrid")
        self.setAccessibleName(self.tr("The patches that excite the unit most"))
        self._optimized: QImage | None = None
        self._tip = ""
        self._note = note
        note.setParent(self)
        self.maximize = QPushButton(self.tr("Maximize"), self)
        self.maximize.setToolTip(self.tr("Grows the image that this unit wants to see"))
        self.maximize.clicked.connect(self.maximize_requested)
        self._place()

    def set_optimized(self, image: QImage | None, tip: str = "") -> None:
        """The unit's optimized picture; a button that makes it where there is none."""
        self._optimized, self._tip = image, tip
        self._place()
        self.update()

    def show_note(self, shown: bool) -> None:
        """The note in the patches' place."""
        self._note.setVisible(shown)
        self._place()

    def optimized_rect(self) -> QRectF:
        """Where the optimized picture lies."""
        width, height = self._pitch()
        side = min(_SPAN * width - GAP, _SPAN * height - 8) - 2 * PAD
        return QRectF(PAD, PAD, side, side)

    # --- geometry: rows that begin beside the picture

    def _across(self, width: int | None = None) -> int:
        room = (self.width() if width is None else width) + GAP
        return max(_LEAST_ACROSS, room // (_WANTED + GAP))

    def spot(self, index: int) -> tuple[int, int]:
        across = self._across()
        beside = across - _SPAN
        if index < _SPAN * beside:
            row, column = divmod(index, beside)
            return row, column + _SPAN
        row, column = divmod(index - _SPAN * beside, across)
        return row + _SPAN, column

    def _rows(self, across: int) -> int:
        under = max(len(self._cells) - _SPAN * (across - _SPAN), 0)
        return _SPAN + -(-under // across)

    def _fit(self) -> None:
        self._side = int((self.width() + GAP) / self._across()) - GAP - 2 * PAD

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_ACROSS * 48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        picture = self.optimized_rect().toRect()
        self.maximize.setVisible(self._optimized is None)
        size = self.maximize.sizeHint()
        self.maximize.setGeometry(
            QRect(
                picture.center().x() - min(size.width(), picture.width() - 8) // 2,
                picture.center().y() - size.height() // 2,
                min(size.width(), picture.width() - 8),
                size.height(),
            )
        )
        left = picture.right() + GAP + 8
        self._note.setGeometry(left, 0, max(self.width() - left, 0), picture.bottom() + 4)

    # --- the pointer

    def tip_at(self, point: QPointF) -> str:
        if self._optimized is not None and self.optimized_rect().contains(point):
            return self._tip
        return super().tip_at(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._optimized is not None and self.optimized_rect().contains(event.position()):
            self.optimized_opened.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def paint_more(self, painter: QPainter) -> None:
        rect = self.optimized_rect()
        if self._optimized is not None:
            paint_framed(painter, rect, self._optimized, 6)
            return
        painter.setPen(QPen(theme.colours().disabled, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
