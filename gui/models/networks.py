"""The networks to choose from, grouped and narrowed as the person types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.catalogue.downloads import Progress
from engine.catalogue.index import AVAILABLE, EMBEDDED_STATE, HERE, WeightSet, megabytes
from engine.catalogue.timm_sets import HubSet
from engine.jobs import NetworkRef

MINE = "mine"
GROUPS = (EMBEDDED_STATE, HERE, MINE, AVAILABLE)
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)  # Entry; None for a heading

_Index = QModelIndex | QPersistentModelIndex
_ENOUGH = 3  # letters: fewer would leap about among two thousand names
_PLAIN = Qt.ItemFlag.NoItemFlags
_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


@dataclass(frozen=True, slots=True)
class Entry:
    """One network to choose.

    ``weights`` is its set in the catalogue, ``None`` for a file of the person's own; ``bytes`` is
    the file's size where the set does not tell it. ``part`` is how many bytes of a download that
    was cut are here. ``present`` is false where a file of the person's own is not there any more.
    """

    group: str
    title: str
    ref: NetworkRef
    weights: WeightSet | None = None
    bytes: int = 0
    part: int = 0
    present: bool = True

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return self.weights.key if self.weights else f"{self.ref.name}\n{self.ref.weights}"

    @property
    def size(self) -> int:
        """In bytes; 0 where it is not known."""
        return (self.weights.bytes if self.weights else 0) or self.bytes

    @property
    def subtitle(self) -> str:
        """The set's name where it is not the default one; the architecture of a file."""
        if self.weights is None:
            return self.ref.name if self.ref.name not in self.title else ""
        default = self.weights.default and not isinstance(self.weights, HubSet)
        return "" if default else self.weights.name

    @property
    def choosable(self) -> bool:
        """Whether it can be opened, once it is here."""
        return self.present and (self.weights is None or self.weights.classifies)

    @property
    def searched(self) -> str:
        """The text that a search looks through."""
        w = self.weights
        words = [self.title, self.ref.name, self.ref.weights, self.group]
        if w is not None:
            words += [w.key, w.name, w.license, "default" * w.default]
        return " ".join(words).lower().replace("-", "_")


class NetworkListModel(QAbstractListModel):
    """Headings and entries; without a search all of them, with one those that have every word."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[Entry, str]] = []
        self._rows: list[Entry | str] = []
        self._words: list[str] = []
        self._progress: dict[str, Progress | None] = {}  # by key; None waits for its turn
        self.current = ""  # the key of the network that is open
        self.titles = {
            EMBEDDED_STATE: self.tr("Comes with Unitscope"),
            HERE: self.tr("Downloaded"),
            MINE: self.tr("Mine"),
            AVAILABLE: self.tr("Available"),
        }

    def set_entries(self, entries: Sequence[Entry], current: str = "") -> None:
        """Other networks to choose from; the open one is marked."""
        texts = [(entry, entry.searched) for entry in entries]
        if [x for x, _ in self._entries] == list(entries) and current == self.current:
            return
        self.beginResetModel()
        self._entries, self.current = texts, current
        self._rows = self._found()
        self.endResetModel()

    def set_search(self, text: str) -> None:
        """Narrows to the entries that have every word; hyphens and underscores are the same."""
        words = text.lower().replace("-", "_").split()
        if words == self._words:
            return
        self.beginResetModel()
        self._words = words
        self._rows = self._found()
        self.endResetModel()

    def set_progress(self, progress: dict[str, Progress | None]) -> None:
        """The downloads that go on, or wait, by their sets' keys."""
        before, self._progress = self._progress, dict(progress)
        for key in before.keys() | progress.keys():
            row = self.row_of(key)
            if row >= 0 and before.get(key, 0) != progress.get(key, 0):
                self.dataChanged.emit(self.index(row), self.index(row))

    def downloads(self, key: str) -> bool:
        """Whether a set is being downloaded, or waits for it."""
        return key in self._progress

    def progress(self, key: str) -> Progress | None:
        """How far the download of a set is; ``None`` while it waits."""
        return self._progress.get(key)

    def row_of(self, key: str) -> int:
        """Where an entry is shown; -1 where it is not."""
        for row, shown in enumerate(self._rows):
            if isinstance(shown, Entry) and shown.key == key:
                return row
        return -1

    def first(self) -> int:
        """The first row that is no heading; -1 where there is none."""
        return 1 if len(self._rows) > 1 else -1

    def best(self, text: str) -> int:
        """The row that a text means: one called so, one whose name begins so, or the first."""
        wanted = text.strip().lower().replace("-", "_")
        ranked = []
        for row, entry in enumerate(self._rows):
            if wanted and isinstance(entry, Entry):
                names = [x.lower().replace("-", "_") for x in (entry.title, entry.key)]
                if wanted in names:
                    return row
                begun = any(x.removeprefix("timm/").startswith(wanted) for x in names)
                if begun and len(wanted) >= _ENOUGH:
                    ranked.append(row)
        return ranked[0] if ranked else self.first()

    def count(self) -> int:
        """How many entries are shown."""
        return sum(isinstance(x, Entry) for x in self._rows)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        entry = index.data(ENTRY_ROLE)
        return _ROW if isinstance(entry, Entry) else _PLAIN

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, str):
            text = self.titles[row]
            return text if role in (_DISPLAY, _SPOKEN) else None
        values: dict[int, Callable[[], object]] = {
            ENTRY_ROLE: lambda: row,
            _DISPLAY: lambda: f"{row.title} {row.subtitle}".strip(),
            _SPOKEN: lambda: self.spoken(row),
        }
        found = values.get(int(role))
        return found() if found else None

    def spoken(self, entry: Entry) -> str:
        """A row in words, for a screen reader."""
        w = entry.weights
        parts = [f"{entry.title} {entry.subtitle}".strip()]
        if entry.size:
            parts.append(megabytes(entry.size))
        if w is not None and w.top1 is not None:
            parts.append(self.tr("top-1 {0} %").format(f"{w.top1:.1f}"))
        if w is not None and w.parameters:
            parts.append(self.tr("{0} parameters").format(count_text(w.parameters)))
        if w is not None and w.size:
            parts.append(self.tr("input {0} pixels").format(w.size))
        if not entry.choosable:
            gone = self.tr("the file is gone")
            parts.append(gone if not entry.present else self.tr("no classifier"))
        if entry.key == self.current:
            parts.append(self.tr("open now"))
        parts.append(self.titles[entry.group].lower())
        return ", ".join(parts)

    def _found(self) -> list[Entry | str]:
        shown = [x for x, text in self._entries if all(word in text for word in self._words)]
        rows: list[Entry | str] = []
        for group in GROUPS:
            own = [x for x in shown if x.group == group]
            if own:
                rows += [group, *own]
        return rows


_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def count_text(count: int) -> str:
    """A number of parameters, short: ``1.2 M``, ``138 M``, ``1.1 G``."""
    if count < 1_000_000:
        return f"{count / 1e3:.0f} k"
    if count < 1_000_000_000:
        return f"{count / 1e6:.1f} M" if count < 10_000_000 else f"{count / 1e6:.0f} M"
    return f"{count / 1e9:.1f} G"
