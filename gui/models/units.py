"""A network's layers, channels and classes as a tree: integer ids, no object for a unit.

A group (a layer, a container, the classes) has its place in a list as id; a unit's id carries its
group's and its own number. Rows that a filter leaves out are kept in short lists a group, so that
50,000 units open and filter in the time of 50.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage

from engine.jobs import Picture
from engine.units import CLASSES, NetworkInfo, Unit, UnitError, parse_unit
from gui.models.unit_filter import NEURON, Group, groups_of, match
from gui.pixels import thumbnail

Index = QModelIndex | QPersistentModelIndex

UNIT_ROLE = Qt.ItemDataRole.UserRole  # the written form, "" for what is no unit
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1  # what stands muted beside the name
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 2  # QImage, or None
PREFIX_ROLE = Qt.ItemDataRole.UserRole + 3  # "features." of features.7

PICTURE_SIDE = 56  # twice what is drawn, for screens of two pixels a point
_PICTURES_KEPT = 8192  # 100 MB; the oldest go first
_ASK_MS = 20  # pictures of what is painted within it are asked for together
_BITS = 24
_MASK = (1 << _BITS) - 1
_TOP = QModelIndex()
_GROUP_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_UNIT_FLAGS = _GROUP_FLAGS | Qt.ItemFlag.ItemNeverHasChildren


class UnitModel(QAbstractItemModel):
    """Columns: name, output shape, parameters. ``set_filter`` narrows it to what matches.

    A picture that a view paints, and that is not there, is asked for once: ``pictures_wanted``.
    """

    pictures_wanted = Signal(object)  # list[str]: units, the one asked for last first

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: set[int] = set()  # pictures that were asked for
        self._asking: list[int] = []  # and those that will be
        self._ask = QTimer(self, singleShot=True, interval=_ASK_MS)
        self._ask.timeout.connect(self._tell_wanted)
        self._info: NetworkInfo | None = None
        self._groups: list[Group] = []
        self._names: list[str] = []  # the classes' names in lower case
        self._layers: dict[str, int] = {}  # a group's place by its name, the classes' is ""
        self._pictures: OrderedDict[int, QImage] = OrderedDict()
        self._filter = ""
        self._neuron: Unit | None = None
        # What is shown: the groups and the units of a group; _units holds those of a filter.
        self._children: dict[int, list[int]] = {-1: []}
        self._place: dict[int, int] = {}
        self._units: dict[int, Sequence[int]] = {}
        self._shown: dict[int, Sequence[int]] = {}

    # --- what it shows

    def set_network(self, info: NetworkInfo | None) -> None:
        """Shows another network, unfiltered."""
        self.beginResetModel()
        self._info = info
        self._groups = groups_of(info) if info else []
        self._names = [name.lower() for name in info.classes] if info else []
        self._layers = {group.name: place for place, group in enumerate(self._groups)}
        self._pictures.clear()
        self.forget_wanted()
        self._filter, self._neuron = "", None
        self._show(set(range(len(self._groups))), {})
        self.endResetModel()

    @property
    def network(self) -> NetworkInfo | None:
        return self._info

    def set_filter(self, text: str) -> None:
        """Shows only what matches: a class's name, a layer's name or type, a written form."""
        text = " ".join(text.lower().split())
        if text == self._filter:
            return
        self.beginResetModel()
        self._filter, self._neuron = text, None
        if text and self._info is not None:
            found = match(text, self._groups, self._names, self._info)
            self._neuron = found.neuron
            self._show(found.groups, found.units)
        else:
            self._show(set(range(len(self._groups))), {})
        self.endResetModel()

    @property
    def filter(self) -> str:
        return self._filter

    def filtered_groups(self) -> list[tuple[QModelIndex, int]]:
        """Every shown group: its index, and how many units in it the filter named."""
        return [(self._group_index(g), len(self._units.get(g, ()))) for g in sorted(self._place)]

    def largest_group(self) -> int:
        """The most units that one layer, or the classes, have."""
        return max((group.units for group in self._groups), default=0)

    def has_groups(self, index: Index) -> bool:
        """Whether the group at an index shows others inside it."""
        return index.internalId() in self._children

    def best_match(self) -> QModelIndex:
        """What the filter most likely means: the unit or layer of exactly that name, or the first
        match."""
        if not self._filter or self._info is None:
            return QModelIndex()
        if self._neuron is not None:
            return self.index_of(str(self._neuron))
        name = self._filter
        for g in self._place:
            if name in (self._groups[g].name.lower(), self._groups[g].searched):
                return self._group_index(g)
        wanted = name.rpartition(":")[2].strip()
        for g, units in self._units.items():
            if units:
                called = {str(number): row for row, number in enumerate(units)}
                if self._groups[g].is_classes:
                    called |= {self._names[number]: row for row, number in enumerate(units)}
                row = called.get(wanted, 0) + len(self._children.get(g, ()))
                return self.index(row, 0, self._group_index(g))
        whole = [g for g in sorted(self._place) if self._filter in self._groups[g].searched]
        return self._group_index(whole[0]) if whole else QModelIndex()

    def _show(self, shown: set[int], units: dict[int, Sequence[int]]) -> None:
        self._children, self._place = {-1: []}, {}
        for g in sorted(shown):
            siblings = self._children.setdefault(self._groups[g].parent, [])
            self._place[g] = len(siblings)
            siblings.append(g)
        self._units = units
        self._shown = {g: units.get(g, range(self._groups[g].units)) for g in shown}

    # --- units and indexes

    def index_of(self, form: str) -> QModelIndex:
        """Where a unit or a layer of that written form is shown; invalid where it is not."""
        if form and self._layers.get(form) in self._place:
            return self._group_index(self._layers[form])
        if self._info is None:
            return QModelIndex()
        try:
            unit = parse_unit(form, self._info)
        except UnitError:
            return QModelIndex()
        if unit.position is not None and unit != self._neuron:
            return QModelIndex()
        group = self._layers["" if unit.layer == CLASSES else unit.layer]
        row = self._row_of(group, unit.index if unit.position is None else NEURON)
        return QModelIndex() if row is None else self.index(row, 0, self._group_index(group))

    def unit(self, index: Index) -> str:
        """The written form of the unit at an index; empty for a layer."""
        if not index.isValid() or index.internalId() <= _MASK:
            return ""
        return self._form(*self._split(index))

    def _form(self, group: int, number: int) -> str:
        if number == NEURON:
            return str(self._neuron)
        layer = CLASSES if self._groups[group].is_classes else self._groups[group].name
        return f"{layer}:{number}"

    def layer(self, index: Index) -> str:
        """The name of the layer at an index; empty for a unit and for the classes."""
        if not index.isValid() or index.internalId() > _MASK:
            return ""
        return self._groups[index.internalId()].name

    def picture(self, form: str) -> QImage | None:
        """The small picture of a unit, where it is known."""
        found = self._key_of(form)
        return None if found is None else self._pictures.get(found[0])

    def _key_of(self, form: str) -> tuple[int, int, Unit] | None:
        """The identity of a unit that can have a picture, its group, and itself."""
        if self._info is None:
            return None
        try:
            unit = parse_unit(form, self._info)
        except UnitError:
            return None
        if unit.position is not None:
            return None
        group = self._layers["" if unit.layer == CLASSES else unit.layer]
        return (group + 1) << _BITS | unit.index, group, unit

    def set_picture(self, form: str, picture: Picture) -> None:
        """The small picture of a unit, shown from now on."""
        found = self._key_of(form)
        if found is None:
            return
        key, group, unit = found
        self._pictures[key] = thumbnail(picture, PICTURE_SIDE)
        self._pictures.move_to_end(key)
        while len(self._pictures) > _PICTURES_KEPT:
            self._asked.discard(self._pictures.popitem(last=False)[0])
        row = self._row_of(group, unit.index)
        if row is not None:
            index = self.index(row, 0, self._group_index(group))
            self.dataChanged.emit(index, index, [PICTURE_ROLE])

    def forget_wanted(self) -> None:
        """What was asked for in vain is asked for again."""
        self._asked.clear()
        self._asking.clear()

    def _picture(self, index: Index) -> QImage | None:
        key = index.internalId()
        found = self._pictures.get(key)
        if found is None and key not in self._asked:
            self._asked.add(key)
            self._asking.append(key)
            self._ask.start()
        return found

    @Slot()
    def _tell_wanted(self) -> None:
        wanted, self._asking = self._asking[::-1], []
        units = [self._form((key >> _BITS) - 1, key & _MASK) for key in wanted]
        if units:
            self.pictures_wanted.emit(units)

    def _row_of(self, group: int, number: int) -> int | None:
        if group not in self._place:
            return None
        units, first = self._shown.get(group, ()), len(self._children.get(group, ()))
        return first + units.index(number) if number in units else None

    def _group_index(self, group: int, column: int = 0) -> QModelIndex:
        return self.createIndex(self._place[group], column, group)

    @staticmethod
    def _split(index: Index) -> tuple[int, int]:
        identity = index.internalId()
        return (identity >> _BITS) - 1, identity & _MASK

    # --- QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _TOP) -> QModelIndex:
        # The view asks this of every row when a group is opened: it has to be short.
        group = parent.internalId() if parent.isValid() else -1
        if group > _MASK or row < 0 or not 0 <= column < 3:
            return QModelIndex()
        children = self._children.get(group)
        if children is not None:
            if row < len(children):
                return self.createIndex(row, column, children[row])
            place = row - len(children)
        else:
            place = row
        units = self._shown.get(group, ())
        if place >= len(units):
            return QModelIndex()
        return self.createIndex(row, column, (group + 1) << _BITS | units[place])

    def parent(self, index: Index = _TOP) -> Any:
        if not index.isValid():
            return QModelIndex()
        if index.internalId() > _MASK:
            return self._group_index(self._split(index)[0])
        above = self._groups[index.internalId()].parent
        return self._group_index(above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _TOP) -> int:
        if not parent.isValid():
            return len(self._children[-1])
        if parent.internalId() > _MASK or parent.column():
            return 0
        group = parent.internalId()
        return len(self._children.get(group, ())) + len(self._shown.get(group, ()))

    def columnCount(self, parent: Index = _TOP) -> int:
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if index.internalId() > _MASK:
            return self._unit_data(index, role)
        return self._group_data(self._groups[index.internalId()], index, role)

    def _unit_data(self, index: Index, role: int) -> Any:
        group, number = self._split(index)
        if index.column():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if number == NEURON and self._neuron is not None and self._neuron.position:
                row, column = self._neuron.position
                return f"{self._neuron.index} @ {row},{column}"
            if self._groups[group].is_classes and self._info is not None:
                return self._info.classes[number]
            return str(number)
        if role == UNIT_ROLE:
            return self.unit(index)
        if role == NOTE_ROLE:
            return str(number) if self._groups[group].is_classes else ""
        if role == PICTURE_ROLE:
            return self._picture(index)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            if self._groups[group].is_classes and self._info is not None:
                return f"{self._info.classes[number]} · {self.unit(index)}"
            return self.unit(index)
        return None

    def _group_data(self, group: Group, index: Index, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            name = self.tr("classes") if group.is_classes else group.leaf
            return (name, group.shape, group.parameters)[index.column()]
        if role == NOTE_ROLE:
            place = index.internalId()
            if self._units.get(place):
                return self.tr("{0} of {1}").format(
                    f"{len(self._units[place]):,}", f"{group.units:,}"
                )
            return f"{group.units:,}" if group.is_classes else group.kind
        if role == PREFIX_ROLE:
            return group.prefix
        if role == UNIT_ROLE:
            return ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return group.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{group.name or self.tr('classes')} {group.kind}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _UNIT_FLAGS if index.internalId() > _MASK else _GROUP_FLAGS
