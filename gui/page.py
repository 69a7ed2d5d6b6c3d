"""What every page is to the window: a widget with a caption and a division of its own."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """A page without a division or a caption keeps these as they are."""

    def set_caption(self, title: str, subtitle: str) -> None:
        """What the page shows."""

    def reset(self) -> None:
        """The division that the page has at first."""

    def split(self) -> QByteArray:
        """The present division, for the settings."""
        return QByteArray()

    def restore_split(self, state: QByteArray) -> None:
        """A division that ``split`` gave."""
