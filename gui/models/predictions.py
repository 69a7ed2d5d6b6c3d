"""One row for each iteration: what the network sees in the image, and f and h."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.jobs import Record
from gui.plot_scale import number

ITERATION, CLASS, PROBABILITY, F, H = range(5)
FRACTION = Qt.ItemDataRole.UserRole  # of a probability's cell: the probability itself
MOST = 5
_NOTHING = "·"
_Index = QModelIndex | QPersistentModelIndex


class PredictionsModel(QAbstractTableModel):
    """Records in order of iteration; columns iteration, class, p, f, h, then class and p again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[Record] = []
        self._classes = 1
        self._heads = (
            (self.tr("it"), self.tr("Iteration")),
            (self.tr("class"), self.tr("The most probable class")),
            (self.tr("p"), self.tr("Its probability")),
            (self.tr("f"), self.tr("The unit's response, which grows")),
            (self.tr("h"), self.tr("The prior, which keeps the image smooth")),
        )

    def set_records(self, records: Sequence[Record]) -> None:
        """Shows these instead of what was there."""
        self.beginResetModel()
        self._records = list(records)
        self.endResetModel()

    def append(self, records: Sequence[Record]) -> None:
        """Takes the next iterations in, all at once."""
        if not records:
            return
        count = len(self._records)
        self.beginInsertRows(QModelIndex(), count, count + len(records) - 1)
        self._records.extend(records)
        self.endInsertRows()

    def set_classes_shown(self, count: int) -> None:
        """How many of the most probable classes are shown, 1 to 5."""
        before, now = self.columnCount(), 3 + 2 * min(max(count, 1), MOST)
        if now > before:
            self.beginInsertColumns(QModelIndex(), before, now - 1)
            self._classes = (now - 3) // 2
            self.endInsertColumns()
        elif now < before:
            self.beginRemoveColumns(QModelIndex(), now, before - 1)
            self._classes = (now - 3) // 2
            self.endRemoveColumns()

    def classes_shown(self) -> int:
        """How many of the most probable classes are shown."""
        return self._classes

    def iteration(self, row: int) -> int:
        """The iteration of a row."""
        return self._records[row].iteration

    def row_of(self, iteration: int) -> int:
        """The row of an iteration or of the nearest later one; -1 without any row."""
        row = bisect_left(self._records, iteration, key=lambda record: record.iteration)
        return min(row, len(self._records) - 1)

    def text(self, rows: Iterable[int]) -> str:
        """Tab-separated lines of those rows, with the header, at full precision."""
        heads = [self._head(column)[0] for column in range(self.columnCount())]
        lines = ["\t".join(heads)]
        for row in rows:
            record = self._records[row]
            cells = [str(record.iteration), *self._pair(record, 0)]
            cells += [repr(record.f), repr(record.h)]
            for place in range(1, self._classes):
                cells += self._pair(record, place)
            lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3 + 2 * self._classes

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, column = self._records[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(record, column)
        place, is_class = place_of(column)
        if place is None:
            return None
        if role == FRACTION and not is_class:
            return record.top[place][1] if place < len(record.top) else None
        if role == Qt.ItemDataRole.ToolTipRole:
            if not record.top:
                return self.tr("The classes of this iteration's image were not asked for.")
            if is_class and place < len(record.top):
                return record.top[place][0]
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._head(section)[0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._head(section)[1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left = place_of(section)[1]
            side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _head(self, column: int) -> tuple[str, str]:
        if column < len(self._heads):
            return self._heads[column]
        place, is_class = place_of(column)
        name, tip = self._heads[CLASS if is_class else PROBABILITY]
        nth = (place or 0) + 1
        tip = self.tr("Most probable class number {0}").format(nth) if is_class else tip
        return f"{name} {nth}", tip

    def _shown(self, record: Record, column: int) -> str:
        if column == ITERATION:
            return str(record.iteration)
        if column in (F, H):
            return number(record.f if column == F else record.h, padded=True)
        place, is_class = place_of(column)
        if place is None or place >= len(record.top):
            return _NOTHING
        name, p = record.top[place]
        return name if is_class else probability(p)

    def _pair(self, record: Record, place: int) -> tuple[str, str]:
        if place >= len(record.top):
            return "", ""
        name, p = record.top[place]
        return name.replace("\t", " "), repr(p)


def place_of(column: int) -> tuple[int | None, bool]:
    """Which of the most probable classes a column is of, and whether it has its name."""
    if column in (CLASS, PROBABILITY):
        return 0, column == CLASS
    if column > H:
        return (column - 3) // 2, column % 2 == 1
    return None, False


def probability(p: float) -> str:
    """Four decimals; only certainty itself is written 1.0000."""
    if 0.9999 < p < 1:
        return "0.9999"
    return f"{p:.4f}"
