"""The classes of a network to choose a target from, narrowed as the person types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.attacks.recipe import RANDOM

VALUE_ROLE = int(Qt.ItemDataRole.UserRole)  # the recipe's ``target``
NUMBER_ROLE = VALUE_ROLE + 1  # the class's number, as text

_Index = QModelIndex | QPersistentModelIndex


def target_of(index: int, names: Sequence[str]) -> str:
    """How a recipe writes a class: by its name, by its number where the name is not enough."""
    name = names[index]
    lower = name.lower()
    alike = sum(other.lower() == lower for other in names)
    plain = name == name.strip() and not name.isdecimal() and name != RANDOM and name
    return name if plain and alike == 1 else str(index)


def index_of(target: str, names: Sequence[str]) -> int | None:
    """The class that a recipe's target means in a network; ``None`` where it has no such one."""
    text = target.strip()
    if text.isdecimal():
        return int(text) if int(text) < len(names) else None
    found = [i for i, name in enumerate(names) if name.lower() == text.lower()]
    return found[0] if len(found) == 1 else None


class ClassChoiceModel(QAbstractListModel):
    """Any class, a random one, then every class; with a search what matches, the best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._lower: list[str] = []
        self._general = [("", self.tr("Any other class")), (RANDOM, self.tr("Random class"))]
        self._shown: list[int] = []  # class numbers; -2 and -1 are the general ones
        self._search = ""

    def set_names(self, names: tuple[str, ...]) -> None:
        """The classes of another network."""
        self.beginResetModel()
        self._names = names
        self._lower = [name.lower() for name in names]
        self._shown = self._found()
        self.endResetModel()

    def set_search(self, text: str) -> None:
        """Narrows to the classes that hold a text, or have that number."""
        search = " ".join(text.lower().split())
        if search == self._search:
            return
        self.beginResetModel()
        self._search = search
        self._shown = self._found()
        self.endResetModel()

    def row_of(self, target: str) -> int:
        """Where a target is shown; -1 where it is not."""
        general = [value for value, _text in self._general]
        index = index_of(target, self._names) if target not in general else None
        number = general.index(target) - 2 if target in general else index
        return self._shown.index(number) if number in self._shown else -1

    def general(self, target: str) -> str:
        """The text of a target that is no class; empty for a class."""
        return dict(self._general).get(target, "")

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number = self._shown[index.row()]
        if number < 0:
            value, text = self._general[number + 2]
            drawn = self.tr("For each image one of its own, drawn by the seed")
            found = {
                int(Qt.ItemDataRole.DisplayRole): text,
                int(Qt.ItemDataRole.ToolTipRole): drawn if value == RANDOM else text,
                VALUE_ROLE: value,
                NUMBER_ROLE: "",
            }
            return found.get(int(role))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[number]
        if role == VALUE_ROLE:
            return target_of(number, self._names)
        return str(number) if role == NUMBER_ROLE else None

    def _found(self) -> list[int]:
        search = self._search
        if not search:
            return [-2, -1, *range(len(self._names))]
        ranked = []
        for number, name in enumerate(self._lower):
            place = name.find(search)
            if search == str(number):
                ranked.append((0, number))
            elif place == 0:
                ranked.append((1, number))
            elif place > 0:
                ranked.append((3 if name[place - 1].isalnum() else 2, number))
        general = [
            i - 2 for i, (_value, text) in enumerate(self._general) if search in text.lower()
        ]
        return [number for _rank, number in sorted(ranked)] + general
