"""The lecture's table: iterations down, images across, the class of each; then other networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from engine.attacks.parcels import AttackRecord, AttackRun, Transfer
from engine.jobs import NetworkRef
from gui.models.predictions import probability
from gui.models.shown import outside_line, percent, saved_line
from gui.session import network_label

RECORD = Qt.ItemDataRole.UserRole  # the cell's AttackRecord
CHANGED = Qt.ItemDataRole.UserRole + 1  # whether the class is no longer the first one
CLASS = Qt.ItemDataRole.UserRole + 2  # the cell's class and its probability
_Index = QModelIndex | QPersistentModelIndex


class ClassTableModel(QAbstractTableModel):
    """Reads the runs' records; ``refresh`` tells it that there are more of them.

    Under the iterations a row for each other network that was asked what it makes of the images.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[AttackRun] = ()
        self._rows = 0
        self._networks: tuple[NetworkRef, ...] = ()
        self._marked = -1

    @property
    def iterations(self) -> int:
        """How many rows are iterations; those of other networks follow."""
        return self._rows

    def set_runs(self, runs: Sequence[AttackRun]) -> None:
        """Shows these instead of what was there."""
        self.beginResetModel()
        self._runs = runs
        self._rows = self._longest()
        self._networks = self._asked()
        self.endResetModel()

    def refresh(self) -> None:
        """Takes in what the runs have grown by."""
        now = self._longest()
        if self._networks != self._asked():
            self.set_runs(self._runs)
        elif now > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, now - 1)
            self._rows = now
            self.endInsertRows()
        elif now < self._rows:  # the same images are attacked anew
            self.set_runs(self._runs)

    def mark(self, column: int) -> None:
        """The image whose name stands out; -1 for none."""
        for changed in {self._marked, column}:
            if 0 <= changed < self.columnCount():
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, changed, changed)
        self._marked = column

    def iteration(self, row: int) -> int:
        """The iteration of a row."""
        record = self._any(min(row, self._rows - 1))
        return record.iteration if record else row

    def row_of(self, iteration: int) -> int:
        """The row of an iteration or of the last one before it; -1 without any row."""
        row = min(iteration, self._rows - 1)
        while row > 0 and self.iteration(row) > iteration:
            row -= 1
        return row

    def text(self, rows: Iterable[int]) -> str:
        """Tab-separated lines of those rows, with the images' names above."""
        lines = ["\t".join([self.tr("it"), *(_flat(run.source.name) for run in self._runs)])]
        for row in rows:
            cells = [self._head(row)]
            cells += [_flat(found[0]) if found else "" for found in self._row(row)]
            lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows + len(self._networks)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, row = self._runs[index.column()], index.row()
        if row >= self._rows:
            return self._transfer_data(run, self._networks[row - self._rows], role)
        records = run.records
        if row >= len(records):
            return None
        record = records[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return record.top[0][0]
        if role == CLASS:
            return record.top[0]
        if role == RECORD:
            return record
        if role == CHANGED:
            return record.index != records[0].index
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name, p = record.top[0]
            return f"{name}, {probability(p)}"
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if not 0 <= section < (len(self._runs) if across else self.rowCount()):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._runs[section].source.name if across else self._head(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            if across:
                return self._runs[section].source.path or self._runs[section].source.name
            return self._row_tip(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and across and section == self._marked:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def _transfer_data(self, run: AttackRun, network: NetworkRef, role: int) -> Any:
        found = _transfer(run, network)
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.after[0][0]
        if role == CLASS:
            return found.after[0]
        if role == CHANGED:
            return found.fooled
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            before, after = found.before[0][0], found.after[0][0]
            if found.fooled:
                said = self.tr("{0} is fooled as well: {1} → {2}")
            else:
                said = self.tr("{0} is not fooled: {1}, and still {2}")
            return said.format(network_label(network), before, after)
        return None

    def _row(self, row: int) -> list[tuple[str, float] | None]:
        return [self.index(row, column).data(CLASS) for column in range(len(self._runs))]

    def _asked(self) -> tuple[NetworkRef, ...]:
        return tuple(dict.fromkeys(x.network for run in self._runs for x in run.transfers))

    def _longest(self) -> int:
        return max((len(run.records) for run in self._runs), default=0)

    def _any(self, row: int) -> AttackRecord | None:
        return next((run.records[row] for run in self._runs if row < len(run.records)), None)

    def _head(self, row: int) -> str:
        if row >= self._rows:
            return network_label(self._networks[row - self._rows])
        record = self._any(row)
        if record is not None and record.settled:
            return self.tr("result") if row == self._rows - 1 else self.tr("best")
        return str(self.iteration(row))

    def _row_tip(self, row: int) -> str:
        if row >= self._rows:
            network = self._networks[row - self._rows]
            return self.tr("What {0} makes of the adversarial images").format(
                network_label(network)
            )
        record = self._any(row)
        if record is not None and record.settled and row < self._rows - 1:
            return self.tr("The best that the attack found, before it is brought to 8-bit pixels")
        if record is not None and record.settled:
            return self.tr(
                "What the attack ends with; on the 8-bit lattice where that is asked for"
            )
        if self.iteration(row) == 0:
            return self.tr("The untouched images")
        return self.tr("Iteration {0}").format(self.iteration(row))

    def _tip(self, record: AttackRecord) -> str:
        lines = [f"{probability(p)}  {name}" for name, p in record.top]
        lines += ["", saved_line(record)]
        far = percent(record.distortion.normalized)
        lines.append(self.tr("Relative distortion {0}").format(far))
        if record.distortion.outside_255 > 0:
            lines.append(outside_line(record))
        return "\n".join(lines)


def _transfer(run: AttackRun, network: NetworkRef) -> Transfer | None:
    return next((x for x in run.transfers if x.network == network), None)


def _flat(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
