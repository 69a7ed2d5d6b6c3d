"""Combo boxes that the mouse's wheel leaves alone, and one that opens a list of its own kind."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyleOptionComboBox

PICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OPENS = (*PICKS, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space)
_FRAME = 34  # the arrow and the margins, in pixels


class Choice(QComboBox):
    """Is opened to be changed: who scrolls a panel past it means the panel, not another network."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SearchedChoice(Choice):
    """Looks like any other choice; asks for a searchable list where those open their own."""

    asked = Signal(str)  # what was typed already

    def showPopup(self) -> None:
        self.asked.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.key() in _OPENS:
            self.asked.emit("")
        elif text.isprintable() and text.strip() and not held:
            self.asked.emit(text)
        else:
            super().keyPressEvent(event)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        metrics, room = self.fontMetrics(), max(self.width() - _FRAME, 1)
        option.currentText = metrics.elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
