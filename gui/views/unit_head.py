"""Which unit is looked at: its name, its layer, and how much of the image one position sees."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import theme
from gui.views.image_fields import ElidedLabel


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit in words: its name, its layer with type, shape and parameters, its receptive field."""

    form: str
    title: str
    layer: str
    field: str = ""


class UnitHead(QWidget):
    """Three lines; the last only where a field is known."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel()
        theme.set_kind(self.title, "title")
        self.layer, self.field = ElidedLabel(), ElidedLabel()
        for label in (self.layer, self.field):
            theme.set_kind(label, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for label in (self.title, self.layer, self.field):
            column.addWidget(label)

    def set_facts(self, facts: UnitFacts) -> None:
        """Shows a unit."""
        self.title.set_text(facts.title)
        self.layer.set_text(facts.layer)
        self.field.set_text(facts.field)
        self.field.setVisible(bool(facts.field))
        self.setAccessibleName(", ".join(x for x in (facts.title, facts.layer, facts.field) if x))
