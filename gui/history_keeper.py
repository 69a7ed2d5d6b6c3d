"""The History's folder and its strip: listed in batches, deleted to a trash, brought back."""

from __future__ import annotations

import contextlib
import shutil
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine import images
from engine.attacks import store
from engine.attacks.parcels import AttackRun
from engine.attacks.recipe import METHODS
from engine.evolution import store as evolutions
from engine.evolution.document import SHEET
from engine.evolution.parcels import EvolveRun
from engine.evolution.recipe import PRESETS as EVOLVE_PRESETS
from engine.jobs import Picture, Run
from engine.recipes import PRESETS
from engine.runs import RunError, data_folder, history_folder, load_head, method_of
from gui.models.history import RESULT, HistoryEntry
from gui.session import network_label
from gui.thumbnails import reduced

ATTACKED = "adversarial.png"
AnyRun = Run | AttackRun | EvolveRun
SHOWN = 160  # pixels of an entry's picture: twice what is drawn, for screens of two a point
BATCH = 3  # folders a turn of the event loop, 20 milliseconds


def trash_folder() -> Path:
    """Where deleted runs wait until the next start."""
    return data_folder() / "trash"


class HistoryKeeper(QObject):
    """Keeps the strip equal to the folder."""

    found = Signal(object, object)  # Run (its head), Picture: of every unit's run listed or added
    failed = Signal(str)
    deleted = Signal(int)  # how many went to the trash together
    restored = Signal(int)  # how many came back from it
    undo_changed = Signal(bool)

    def __init__(self, strip: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._waiting: deque[Path] = deque()
        self._listed: dict[Path, HistoryEntry] = {}
        self._fresh: dict[Path, HistoryEntry] = {}  # of this session, before the list was whole
        self._trashed: list[list[tuple[Path, Path, int]]] = []  # was where, is where, row
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_batch)

    def begin(self) -> None:
        """Empties the trash of the last session and starts to list the runs, the newest first."""
        shutil.rmtree(trash_folder(), ignore_errors=True)
        with contextlib.suppress(OSError):
            folders = [x for x in history_folder().iterdir() if x.is_dir()]
            self._waiting = deque(sorted(folders, key=written, reverse=True))
        self._timer.start()

    def end(self) -> None:
        """Stops listing."""
        self._timer.stop()
        self._waiting.clear()

    @Slot(object)
    def add(self, folder: Path, row: int = 0) -> None:
        """A run was just saved: it comes first; one that comes back, at its row."""
        made = self._entry(folder)
        if made is None:
            return
        self._strip.add(made[1], row)
        if self._timer.isActive():
            self._fresh[folder] = made[1]
        self._tell(made)

    def delete(self, folders: list[Path]) -> None:
        """Moves runs to the trash; ``undo`` brings them back."""
        moved: list[tuple[Path, Path, int]] = []
        for folder in folders:
            target = trash_folder() / f"{len(self._trashed)}" / folder.name
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder, target)
            except OSError as error:
                self.failed.emit(
                    self.tr("{0} could not be deleted: {1}.").format(
                        folder.name, error.strerror or error
                    )
                )
                continue
            self._listed.pop(folder, None)
            self._fresh.pop(folder, None)
            moved.append((folder, target, self._strip.remove(folder) or 0))
        if moved:
            self._trashed.append(moved)
            self.deleted.emit(len(moved))
            self.undo_changed.emit(True)

    @Slot()
    def undo(self) -> None:
        """Brings back what was deleted last."""
        if not self._trashed:
            return
        back = 0
        for folder, place, row in reversed(self._trashed.pop()):  # each to the row it had then
            try:
                shutil.move(place, folder)
            except OSError as error:
                self.failed.emit(
                    self.tr("{0} could not be brought back: {1}.").format(
                        folder.name, error.strerror or error
                    )
                )
                continue
            self.add(folder, row)
            back += 1
        if back:
            self.restored.emit(back)
        self.undo_changed.emit(bool(self._trashed))

    @Slot()
    def _read_batch(self) -> None:
        for _ in range(min(BATCH, len(self._waiting))):
            made = self._entry(self._waiting.popleft())
            if made is not None:
                self._listed[made[1].folder] = made[1]
                self._tell(made)
        if not self._waiting:
            self._timer.stop()
        if not self._waiting or len(self._listed) == BATCH:
            # The newest are there at once, then all; one call keeps the order.
            rest = {k: v for k, v in self._listed.items() if k not in self._fresh}
            self._strip.set_entries([*reversed(self._fresh.values()), *rest.values()])
        if not self._waiting:
            self._listed, self._fresh = {}, {}

    def _tell(self, made: tuple[AnyRun, HistoryEntry]) -> None:
        if isinstance(made[0], Run) and made[1].picture is not None:
            self.found.emit(made[0], made[1].picture)

    def _entry(self, folder: Path) -> tuple[AnyRun, HistoryEntry] | None:
        try:
            head = _HEADS.get(method_of(folder), load_head)
            run: AnyRun = head(folder)
        except RunError:
            return None  # a folder of somebody else's, or one just begun
        path = picture_of(folder)
        return run, HistoryEntry(
            folder=folder,
            title=run.title,
            subtitle=subtitle(run),
            ended=run.ended or "interrupted",
            picture=_picture(path),
            image=path.name,
        )


_HEADS: dict[str, Callable[[Path], AnyRun]] = {
    "attack": store.load_head,
    "evolve": evolutions.load_head,
}


def picture_of(folder: Path) -> Path:
    """The picture that stands for a run: what was grown, the adversarial image, the sheet."""
    found = (folder / name for name in (ATTACKED, SHEET))
    return next((path for path in found if path.exists()), folder / RESULT)


def subtitle(run: AnyRun) -> str:
    """What tells a run from others: network, preset or attack, when."""
    parts = [network_label(run.network)]
    if isinstance(run, Run):
        preset = PRESETS.get(run.recipe.preset)
        parts.append(preset.title if preset else "Custom")
    elif isinstance(run, EvolveRun):
        known = EVOLVE_PRESETS.get(run.recipe.preset)
        parts.append(known.title if known else "Custom")
    else:
        parts.append(METHODS[run.recipe.method].title)
    with contextlib.suppress(ValueError):
        made = datetime.fromisoformat(run.created).astimezone()
        today = made.date() == datetime.now().astimezone().date()
        parts.append(f"{made:%H:%M}" if today else f"{made:%d %b %Y}")
    return " · ".join(parts)


def _picture(path: Path) -> Picture | None:
    try:
        return reduced(images.read(path), SHOWN)
    except Exception:  # a lost or broken picture costs the picture, not the list
        return None


def written(folder: Path) -> float:
    """When a run was written last, in seconds since 1970; 0 where there is none."""
    try:
        return (folder / "run.json").stat().st_mtime
    except OSError:
        return 0.0
