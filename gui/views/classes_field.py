"""Which classes are meant: all, or some by name or number, separated by commas."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.evolution.recipe import ALL, classes_of
from engine.units import NetworkInfo, UnitError
from gui import theme
from gui.views.fields import make_bare

_NAMED = 12  # classes that are shown by their names; more are numbers


class ClassesField(QWidget):
    """A line; what names no class is said under it, and changes nothing."""

    changed = Signal(str)  # as ``EvolveRecipe.classes``

    def __init__(self) -> None:
        super().__init__()
        self._info: NetworkInfo | None = None
        self._value = ALL
        self.edit = QLineEdit()
        make_bare(self.edit)
        self.edit.setPlaceholderText(self.tr("all"))
        self.edit.editingFinished.connect(self._edited)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        theme.set_kind(self.note, "error")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.edit)
        column.addWidget(self.note)
        self.setFocusProxy(self.edit)

    def name(self, text: str) -> None:
        """What it is called."""
        self.edit.setAccessibleName(text)

    def set_network(self, info: NetworkInfo) -> None:
        """The classes there are."""
        self._info = info
        self.set_value(self._value)

    def set_value(self, classes: str) -> None:
        """Shows classes as a recipe keeps them; says nothing."""
        self._value = classes
        self.note.hide()
        self.edit.setText("" if classes == ALL else self._named(classes))

    def _named(self, classes: str) -> str:
        numbers = [int(x) for x in classes.split(",")]
        names = self._info.classes if self._info else ()
        if len(numbers) > _NAMED or any(n >= len(names) for n in numbers):
            return ", ".join(map(str, numbers))
        alike = [name.lower() for name in names]
        return ", ".join(
            names[n] if alike.count(names[n].lower()) == 1 else str(n) for n in numbers
        )

    @Slot()
    def _edited(self) -> None:
        text = self.edit.text().strip()
        if self._info is None:
            return
        try:
            classes = classes_of(text, self._info) if text else ALL
        except UnitError as error:
            self.note.setText(str(error))
            self.note.show()
            return
        self.note.hide()
        if classes != self._value:
            self._value = classes
            self.changed.emit(classes)
