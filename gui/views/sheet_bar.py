"""The small bar over a contact sheet: zoom out, zoom in, the whole."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui import theme


class SheetBar(QWidget):
    """Lies in the lower right corner of its parent."""

    zoom_in_chosen = Signal()
    zoom_out_chosen = Signal()
    whole_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 3, 4, 3)
        self._row.setSpacing(1)
        self._button("zoom-out", self.tr("Zoom out (−)")).clicked.connect(self.zoom_out_chosen)
        self._button("zoom-in", self.tr("Zoom in (+)")).clicked.connect(self.zoom_in_chosen)
        self._whole = self._button("fit", self.tr("The whole network (Home)"))
        self._whole.setCheckable(True)
        self._whole.clicked.connect(self.whole_chosen)

    def set_whole(self, whole: bool) -> None:
        """Whether the whole is looked at."""
        self._whole.setChecked(whole)

    def place(self) -> None:
        """Moves into the corner."""
        self.resize(self.sizeHint())
        corner = self._over.rect().bottomRight() - self.rect().bottomRight()
        self.move(corner - QPoint(12, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(c.raised)
        painter.setPen(c.border)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        theme.set_icon(button, name)
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self._row.addWidget(button)
        return button
