"""Zoom out, zoom in, the whole: the buttons of a contact sheet."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui import theme


class SheetBar(QWidget):
    """Stands beside the sheet's name: over the sheet it would cover tiles."""

    zoom_in_chosen = Signal()
    zoom_out_chosen = Signal()
    whole_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._button("zoom-out", self.tr("Zoom out (−)")).clicked.connect(self.zoom_out_chosen)
        self._button("zoom-in", self.tr("Zoom in (+)")).clicked.connect(self.zoom_in_chosen)
        self._whole = self._button("fit", self.tr("The whole network (Home)"))
        self._whole.setCheckable(True)
        self._whole.clicked.connect(self.whole_chosen)

    def set_whole(self, whole: bool) -> None:
        """Whether the whole is looked at."""
        self._whole.setChecked(whole)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        theme.set_icon(button, name)
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self._row.addWidget(button)
        return button
