"""A combo box that the mouse's wheel leaves alone."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """Is opened to be changed: who scrolls a panel past it means the panel, not another network."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
