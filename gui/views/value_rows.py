"""Rows of a recipe's values: each has a name, a field, and a signal when the person turns it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.recipes import Values
from gui.views.choice import Choice
from gui.views.fields import Segments, SliderField
from gui.views.sections import FieldLabel, Section


class ValueRows(QWidget):
    """Shows values and tells which of them the person turned; subclasses say which there are.

    A row's key is its value's name, unless ``key`` says otherwise: one value may have two rows,
    each in its own unit, of which one is shown.
    """

    turned = Signal(str, object)  # name, value

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, tuple[QWidget, FieldLabel]] = {}
        self._show: dict[str, tuple[str, Callable[[Any], None]]] = {}
        self.titles: dict[str, str] = {}
        self._tips: dict[str, str] = {}

    def show_recipe(self, recipe: Values) -> None:
        """Shows every value; says nothing."""
        values = recipe.as_dict()
        for name, show in self._show.values():
            if name in values:  # a row may be of something beside the recipe
                show(values[name])

    def field(self, key: str) -> QWidget:
        """The field of a value."""
        return self._rows[key][0]

    def stack(self, sections: list[Section]) -> None:
        """The sections under each other."""
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 8)
        column.setSpacing(4)
        for section in sections:
            column.addWidget(section)
        column.addStretch(1)

    def slider(
        self,
        section: Section,
        name: str,
        title: str,
        tip: str,
        field: SliderField,
        key: str = "",
    ) -> None:
        """A row with a slider and its number."""
        field.name(title, tip)
        whole = field.number.decimals() == 0
        field.changed.connect(
            lambda value: self.turned.emit(name, round(value) if whole else value)
        )
        self.add(section, name, title, tip, field, field.set_value, key)

    def segments(
        self, section: Section, name: str, title: str, tip: str, choices: list[tuple[str, str, str]]
    ) -> None:
        """A row with a few choices side by side: value, text, tooltip."""
        field = Segments(choices)
        field.name(title)
        field.changed.connect(lambda value: self.turned.emit(name, value))
        self.add(section, name, title, tip, field, field.set_value)

    def choice(
        self, section: Section, name: str, title: str, tip: str, choices: list[tuple[str, str]]
    ) -> None:
        """A row with a list to choose from: value, text."""
        field = Choice()
        field.setAccessibleName(title)
        for value, text in choices:
            field.addItem(text, value)
        field.activated.connect(lambda row: self.turned.emit(name, field.itemData(row)))
        self.add(
            section,
            name,
            title,
            tip,
            field,
            lambda value: field.setCurrentIndex(field.findData(value)),
        )

    def add(
        self,
        section: Section,
        name: str,
        title: str,
        tip: str,
        field: QWidget,
        show: Callable[[Any], None],
        key: str = "",
    ) -> None:
        """A row with any field; ``show`` puts a value into it and says nothing."""
        label = section.add(title, field, tip)
        self.register(section, name, title, tip, field, label, show, key or name)

    def register(
        self,
        section: Section,
        name: str,
        title: str,
        tip: str,
        field: QWidget,
        label: FieldLabel,
        show: Callable[[Any], None],
        key: str,
    ) -> None:
        """A row that is in its section already."""
        self._rows[key] = (field, label)
        self._show[key], self.titles[key], self._tips[key] = (name, show), title, tip
