"""The optimized picture of a unit: of its newest run in the History, or its small one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from PySide6.QtCore import QObject, Signal, Slot

from engine import images
from engine.jobs import NetworkRef, Picture, Run
from gui.history_keeper import picture_of, subtitle, written
from gui.thumbnails import folder_of


class UnitPictures(QObject):
    """Hears of every run that is listed or added."""

    added = Signal(str)  # the unit of a run that is the newest now

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[tuple[str, str], tuple[float, Path, str]] = {}

    @Slot(object, object)
    def add(self, run: Run, _picture: Picture) -> None:
        """A run of the History."""
        if run.folder is None:
            return
        key, made = _key(run.network, run.unit), written(run.folder)
        if made >= self._newest.get(key, (0.0,))[0]:
            self._newest[key] = (made, run.folder, subtitle(run))
            self.added.emit(run.unit)

    def of(self, ref: NetworkRef, unit: str) -> tuple[Picture, str, Path | None] | None:
        """A unit's picture, what is to be said of it, and its run's folder."""
        found = self._newest.get(_key(ref, unit))
        if found is not None:
            try:
                return images.read(picture_of(found[1])), found[2], found[1]
            except images.ImageError:  # deleted meanwhile
                del self._newest[_key(ref, unit)]
        small = folder_of(ref) / f"{quote(unit, safe='@,')}.png"
        try:
            return images.read(small), "", None
        except images.ImageError:
            return None


def _key(ref: NetworkRef, unit: str) -> tuple[str, str]:
    return str(folder_of(ref)), unit
