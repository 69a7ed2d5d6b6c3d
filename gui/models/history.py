"""The kept runs as a list: a picture, a name, how it ended. Dragged out, a run is its PNG file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)
from PySide6.QtGui import QImage

from engine.jobs import Picture
from gui.pixels import thumbnail, to_image

Index = QModelIndex | QPersistentModelIndex

PICTURE_ROLE = Qt.ItemDataRole.UserRole  # QImage, or None
SUBTITLE_ROLE = Qt.ItemDataRole.UserRole + 1
ENDED_ROLE = Qt.ItemDataRole.UserRole + 2
FOLDER_ROLE = Qt.ItemDataRole.UserRole + 3

PICTURE_SIDE = 144  # twice what is drawn, for screens of two pixels a point
RESULT = "result.png"
_TOP = QModelIndex()


@dataclass(frozen=True, slots=True, eq=False)
class HistoryEntry:
    """A run of the History. ``ended``: ``finished``, ``stopped``, ``failed``, ``interrupted``."""

    folder: Path
    title: str
    subtitle: str = ""
    ended: str = "finished"
    picture: Picture | None = None
    image: str = RESULT  # the file that a drag carries out


class HistoryModel(QAbstractListModel):
    """Runs in the order they are given, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[HistoryEntry] = []
        self._images: dict[Path, QImage] = {}

    def set_entries(self, entries: Iterable[HistoryEntry]) -> None:
        """Shows these runs and no others."""
        self.beginResetModel()
        self._entries = list(entries)
        self._images = {}
        self.endResetModel()

    def add(self, entry: HistoryEntry, place: int = 0) -> None:
        """Puts a run in front or at that row, or in its own where it is listed."""
        row = self.row_of(entry.folder)
        self._images.pop(entry.folder, None)
        if row is not None:
            self._entries[row] = entry
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        place = min(place, len(self._entries))
        self.beginInsertRows(QModelIndex(), place, place)
        self._entries.insert(place, entry)
        self.endInsertRows()

    def remove(self, folder: Path) -> None:
        """Takes a run out of the list; one that is not there is no error."""
        row = self.row_of(folder)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._entries[row]
            self._images.pop(folder, None)
            self.endRemoveRows()

    def row_of(self, folder: Path) -> int | None:
        """The row of the run in that folder."""
        for row, entry in enumerate(self._entries):
            if entry.folder == folder:
                return row
        return None

    def entry(self, row: int) -> HistoryEntry:
        """The run of a row."""
        return self._entries[row]

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == PICTURE_ROLE:
            return self._image(entry)
        if role == SUBTITLE_ROLE:
            return entry.subtitle
        if role == ENDED_ROLE:
            return entry.ended
        if role == FOLDER_ROLE:
            return entry.folder
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = [entry.title, entry.subtitle, self.ended_text(entry.ended)]
            return "\n".join(part for part in parts if part)
        return None

    def ended_text(self, ended: str) -> str:
        """How a run ended, for a person; empty where it ended as it should."""
        return {
            "stopped": self.tr("stopped"),
            "failed": self.tr("failed"),
            "interrupted": self.tr("interrupted"),
        }.get(ended, "")

    def _image(self, entry: HistoryEntry) -> QImage | None:
        if entry.picture is None:
            return None
        if entry.folder not in self._images:
            if min(entry.picture.shape[:2]) < PICTURE_SIDE:  # few pixels stay sharp pixels
                self._images[entry.folder] = to_image(entry.picture)
            else:
                self._images[entry.folder] = thumbnail(entry.picture, PICTURE_SIDE)
        return self._images[entry.folder]

    # --- dragging out

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.NoItemFlags
        return (
            flag.ItemIsEnabled
            | flag.ItemIsSelectable
            | flag.ItemIsDragEnabled
            | flag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        entries = [self._entries[index.row()] for index in indexes]
        files = [entry.folder / entry.image for entry in entries]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in files if path.exists()])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction
