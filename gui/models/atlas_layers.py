"""The layers that an atlas can be made of: which are chosen, how far each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.units import CLASSES, NetworkInfo

Index = QModelIndex | QPersistentModelIndex

LAYER_ROLE = Qt.ItemDataRole.UserRole  # LayerRow
_TOP = QModelIndex()


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer: its name, what it is, its units, how many are made, whether more are asked for."""

    name: str
    title: str
    kind: str
    total: int
    done: int = 0
    chosen: bool = False


def layer_rows(info: NetworkInfo) -> list[LayerRow]:
    """Every layer that has units, in the network's order, and the classes."""
    rows = [LayerRow(x.name, x.name, x.kind, x.channels) for x in info.layers if x.channels]
    if info.classes:
        rows.append(LayerRow(CLASSES, "Classes", "", len(info.classes)))
    return rows


def principal(info: NetworkInfo) -> tuple[str, ...]:
    """The layers that learn something of their own, and the classes.

    Left out: blocks that are listed by what is in them; activations, pools and norms, whose units
    are those of the layer before; and a last layer of as many units as there are classes, which
    are these classes.
    """
    names = [layer.name for layer in info.layers]
    found = []
    for layer in info.layers:
        inside = any(name.startswith(f"{layer.name}.") for name in names)
        if layer.channels and layer.parameters and not inside and "Norm" not in layer.kind:
            found.append(layer)
    if found and found[-1].channels == len(info.classes):
        found.pop()
    return (*(layer.name for layer in found), *((CLASSES,) if info.classes else ()))


class AtlasLayers(QAbstractListModel):
    """Rows in the network's order; ``chosen_changed`` tells what the person did."""

    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LayerRow] = []
        self._places: dict[str, int] = {}

    def set_rows(self, rows: Iterable[LayerRow]) -> None:
        """Shows these layers and no others."""
        self.beginResetModel()
        self._rows = list(rows)
        self._places = {row.name: place for place, row in enumerate(self._rows)}
        self.endResetModel()

    def rows(self) -> Sequence[LayerRow]:
        """What is shown."""
        return self._rows

    def set_done(self, name: str, done: int) -> None:
        """How many of a layer's units are made."""
        place = self._places.get(name)
        if place is not None:
            self._put(place, replace(self._rows[place], done=done))

    def choose(self, names: Iterable[str]) -> None:
        """Asks for these layers and no others."""
        wanted = set(names)
        for place, row in enumerate(self._rows):
            if row.chosen != (row.name in wanted):
                self._put(place, replace(row, chosen=row.name in wanted))
        self.chosen_changed.emit()

    def toggle(self, index: Index) -> None:
        """Asks for a layer, or no more."""
        if index.isValid():
            row = self._rows[index.row()]
            self._put(index.row(), replace(row, chosen=not row.chosen))
            self.chosen_changed.emit()

    def chosen(self) -> tuple[str, ...]:
        """The layers that are asked for."""
        return tuple(row.name for row in self._rows if row.chosen)

    def _put(self, place: int, row: LayerRow) -> None:
        if row != self._rows[place]:
            self._rows[place] = row
            index = self.index(place)
            self.dataChanged.emit(index, index)

    # --- QAbstractListModel

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == LAYER_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.chosen else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            made = self.tr("{0} of {1} made").format(f"{row.done:,}", f"{row.total:,}")
            return " · ".join(x for x in (row.title, row.kind, made) if x)
        return None
