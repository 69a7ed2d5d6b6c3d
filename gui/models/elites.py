"""The archive's classes as a list: each with the best image so far, sorted and filtered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from engine.evolution.parcels import Champion
from engine.evolution.sheet import percent
from gui.pixels import thumbnail

Index = QModelIndex | QPersistentModelIndex

PICTURE_ROLE = Qt.ItemDataRole.UserRole  # QImage, or None where the class has no image yet
CONFIDENCE_ROLE = Qt.ItemDataRole.UserRole + 1  # float, or None
CLASS_ROLE = Qt.ItemDataRole.UserRole + 2  # the class's number
GENERATION_ROLE = Qt.ItemDataRole.UserRole + 3

BY_NAME, BY_CONFIDENCE, BY_AGE = "name", "confidence", "age"
ORDERS = (BY_NAME, BY_CONFIDENCE, BY_AGE)

PICTURE_SIDE = 176  # twice what is drawn, for screens of two pixels a point
_TOP = QModelIndex()


class EliteModel(QAbstractListModel):
    """Classes in a chosen order; what a generation changes is told by ``put``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: dict[int, str] = {}
        self._champions: dict[int, Champion] = {}
        self._images: dict[int, QImage] = {}
        self._rows: list[int] = []  # classes' numbers, as they are shown
        self._places: dict[int, int] = {}
        self._order, self._filter = BY_NAME, ""

    def set_classes(self, names: dict[int, str]) -> None:
        """An empty archive of these classes, by their numbers."""
        self.beginResetModel()
        self._names = dict(names)
        self._champions, self._images = {}, {}
        self._arrange()
        self.endResetModel()

    def put(self, champions: Iterable[Champion]) -> None:
        """Better images of some classes; they stay where they are until ``arrange``."""
        for champion in champions:
            self._champions[champion.index] = champion
            self._images.pop(champion.index, None)
            row = self._places.get(champion.index)
            if row is not None:
                index = self.index(row)
                self.dataChanged.emit(index, index)

    def set_order(self, order: str) -> None:
        """By ``name``, by ``confidence``, the surest first, or by ``age``, the newest first."""
        if order != self._order:
            self._order = order
            self.arrange()

    def set_filter(self, text: str) -> None:
        """Only classes with this in their name, or of this number."""
        text = " ".join(text.lower().split())
        if text != self._filter:
            self.beginResetModel()
            self._filter = text
            self._arrange()
            self.endResetModel()

    @property
    def order(self) -> str:
        return self._order

    def arrange(self) -> None:
        """Puts the classes in their order as it is now; what is selected stays selected."""
        before = self._rows
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        numbers = [before[index.row()] for index in kept]
        self._arrange()
        moved = [
            self.index(self._places[n]) if n in self._places else QModelIndex() for n in numbers
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def champion(self, number: int) -> Champion | None:
        """The best image of a class, by its number."""
        return self._champions.get(number)

    def row_of(self, number: int) -> QModelIndex:
        """Where a class is shown; invalid where it is not."""
        row = self._places.get(number)
        return QModelIndex() if row is None else self.index(row)

    # --- QAbstractListModel

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number = self._rows[index.row()]
        champion = self._champions.get(number)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[number]
        if role == CLASS_ROLE:
            return number
        if role == CONFIDENCE_ROLE:
            return None if champion is None else champion.confidence
        if role == GENERATION_ROLE:
            return None if champion is None else champion.generation
        if role == PICTURE_ROLE:
            return self._image(number)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            if champion is None:
                return self.tr("{0}: no image yet").format(self._names[number])
            return self.tr("{0}: {1}, found in generation {2}").format(
                self._names[number], percent(champion.confidence), f"{champion.generation:,}"
            )
        return None

    def _image(self, number: int) -> QImage | None:
        champion = self._champions.get(number)
        if champion is None:
            return None
        if number not in self._images:
            self._images[number] = thumbnail(
                champion.picture, min(PICTURE_SIDE, champion.picture.shape[0])
            )
        return self._images[number]

    def _arrange(self) -> None:
        rows = [
            n
            for n, name in self._names.items()
            if not self._filter or self._filter in name.lower() or self._filter == str(n)
        ]
        champions = self._champions
        if self._order == BY_NAME:
            rows.sort(key=lambda n: (self._names[n].lower(), n))
        elif self._order == BY_CONFIDENCE:
            rows.sort(key=lambda n: (-(champions[n].confidence if n in champions else -1.0), n))
        else:
            rows.sort(key=lambda n: (-(champions[n].generation if n in champions else -1), n))
        self._rows = rows
        self._places = {n: row for row, n in enumerate(rows)}
