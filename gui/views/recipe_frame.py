"""What every panel of a recipe is: the choice on top, the values under it, and the buttons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from gui import theme
from gui.views.image_fields import ElidedLabel
from gui.views.recipe_parts import CHANGED_DELAY_MS, Footer, keep_room, scrolled, tool_button


class RecipeFrame(QWidget):
    """Tells a recipe that was turned several times at once but once.

    A subclass builds its top and its rows, and keeps ``_recipe`` whole: what a field cannot show
    exactly is kept until the person turns it.
    """

    recipe_changed = Signal(object)
    save_requested = Signal()
    open_requested = Signal()
    copy_command_requested = Signal()
    copy_python_requested = Signal()

    _recipe: Any

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._running = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHANGED_DELAY_MS)
        self._timer.timeout.connect(self._tell)

    def _assemble(self, top: QLayout, rows: QWidget) -> None:
        footer = Footer()
        footer.save_requested.connect(self.save_requested)
        footer.open_requested.connect(self.open_requested)
        footer.copy_command_requested.connect(self.copy_command_requested)
        footer.copy_python_requested.connect(self.copy_python_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(scrolled(rows), 1)
        column.addWidget(footer)

    def _says_line(self, tip: str) -> QHBoxLayout:
        """What is said of the recipe, beside the button that takes back what was turned."""
        # One line, whatever it says: what is under it must not move while a value is turned.
        self._says = ElidedLabel()
        self._reset = tool_button("reset", self.tr("Reset"), tip)
        self._reset.clicked.connect(self._reset_values)
        keep_room(self._reset)
        line = QHBoxLayout()
        line.addWidget(self._says, 1)
        line.addWidget(self._reset)
        return line

    def _say(self, text: str, differing: bool) -> None:
        self._reset.setVisible(differing)
        self._says.set_text(text)
        kind = "warning" if differing else "muted"
        if self._says.property("kind") != kind:
            theme.set_kind(self._says, kind)

    @Slot()
    def _tell(self) -> None:
        self.recipe_changed.emit(self._recipe)

    @Slot()
    def _reset_values(self) -> None:
        raise NotImplementedError
