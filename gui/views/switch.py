"""Something that is on or off, with a line under it that says what that means."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme

_INDENT = 24  # the mark and the space behind it


class Switch(QWidget):
    """A check box over its explanation."""

    changed = Signal(bool)

    def __init__(self, text: str, note: str) -> None:
        super().__init__()
        self.box = QCheckBox(text)
        self.box.setAccessibleName(text)
        self.box.setAccessibleDescription(note)
        self._note = QLabel(note)
        self._note.setWordWrap(True)
        theme.set_kind(self._note, "muted")
        under = QHBoxLayout()
        under.setContentsMargins(_INDENT, 0, 0, 0)
        under.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addLayout(under)
        self.setFocusProxy(self.box)
        self.box.clicked.connect(self.changed)

    def value(self) -> bool:
        """Whether it is on."""
        return self.box.isChecked()

    def set_value(self, on: bool) -> None:
        """Turns it on or off; says nothing."""
        self.box.setChecked(on)

    def setToolTip(self, tip: str) -> None:
        """What it does, under the pointer wherever it is on the switch."""
        super().setToolTip(tip)
        self.box.setToolTip(tip)
