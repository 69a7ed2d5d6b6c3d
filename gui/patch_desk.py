"""The patches of a person's own folder that excite the selected unit most, indexed on the side."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine import images
from engine.jobs import NetworkRef, Picture
from engine.messages import Ended
from engine.patches.index import PatchIndex
from engine.patches.parcels import Patch, PatchError, PatchJob, PatchProgress
from engine.units import NetworkInfo, UnitError, parse_unit
from engine.worker import next_number
from gui.attack_text import digits
from gui.look_image import Preview
from gui.network_desk import NetworkDesk
from gui.patch_reader import PatchReader
from gui.pixels import thumbnail
from gui.settings import Settings
from gui.views.picture_cells import Cell

SHOWN = 12
_SIDE = 144  # pixels of a patch's picture: twice what is drawn


class PatchDesk(QObject):
    """One folder, remembered; its index goes on whenever the panel is seen."""

    image_wanted = Signal(object)  # Path, to be looked at
    preview_wanted = Signal(object)  # Preview

    def __init__(
        self,
        window: Any,
        engine: Any,
        desk: NetworkDesk,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel, self._messages = window.unit_panel, window.messages
        self._engine, self._desk, self._settings = engine, desk, settings
        self._folder = Path(settings.patches) if settings.patches else None
        self._unit = ""
        self._seen = False
        self._number = 0  # of the job that goes on, 0 where there is none
        self._of: NetworkRef | None = None  # whose job it is, or was
        self._paused = self._stopped = False
        self._progress: PatchProgress | None = None
        self._index: PatchIndex | None = None
        self._patches: list[Patch] = []
        self._reader = PatchReader(self)
        self._reader.found.connect(self._on_found)
        self._reader.read.connect(self._on_read)
        self._reader.failed.connect(self._messages.error)
        engine.told.connect(self._on_told)
        engine.ended.connect(self._on_ended)
        bar = self._panel.folder
        bar.pause_requested.connect(self._pause)
        bar.stop_requested.connect(self._stop)
        bar.resume_requested.connect(self._resume)
        self._panel.patch_chosen.connect(self._show_whole)
        self._panel.patch_opened.connect(self._open)
        self._show_folder()
        self._panel.set_patches([], folder=self._folder is not None)

    def end(self) -> None:
        """Reads nothing more and hears nothing more from the engine, which saves the index."""
        self._engine.told.disconnect(self._on_told)
        self._engine.ended.disconnect(self._on_ended)
        self._reader.end()
        self._close_index()

    # --- what is shown

    def set_network(self, _info: NetworkInfo) -> None:
        """A network is there: a folder has an index for each."""
        if self._of != self._desk.ref:
            self._leave()
        self._begin()

    def set_unit(self, unit: str) -> None:
        """Another unit is selected."""
        self._unit = unit
        self._ask()

    def set_seen(self, seen: bool) -> None:
        """Whether the panel is on the screen; what goes on goes on without it."""
        self._seen = seen
        self._begin()
        self._ask()

    @Slot(object)
    def open(self, folder: Path | str) -> None:
        """Indexes another folder."""
        self._leave()
        self._folder = Path(folder).absolute()
        self._settings.patches = str(self._folder)
        self._panel.set_patches([], folder=True)
        self._show_folder()
        self._begin()

    # --- the job

    def _begin(self) -> None:
        """Starts, or goes on with, the folder's index for the present network."""
        ready = self._desk.info is not None and not self._desk.busy
        if self._folder is None or not (ready and self._seen) or self._stopped:
            return
        if self._number or (self._of == self._desk.ref and self._progress is not None):
            return  # it goes on, or is done
        if not self._folder.is_dir():
            self._show_folder()
            return
        self._number, self._of, self._paused = next_number(), self._desk.ref, False
        folder = str(self._folder)
        self._engine.submit(PatchJob(self._number, self._desk.ref, self._desk.device, folder))
        self._show_folder()

    def _leave(self) -> None:
        """Another folder or network: what is indexed of this one stays on disk."""
        if self._number:
            self._engine.cancel(self._number)
        self._number, self._of, self._progress = 0, None, None
        self._paused = self._stopped = False
        self._close_index()

    @Slot(bool)
    def _pause(self, paused: bool) -> None:
        (self._engine.hold if paused else self._engine.release)(self._number)
        self._paused = paused
        self._show_folder()

    @Slot()
    def _stop(self) -> None:
        self._stopped = True
        self._engine.cancel(self._number)

    @Slot()
    def _resume(self) -> None:
        self._stopped, self._progress = False, None
        self._begin()

    @Slot(object)
    def _on_told(self, told: object) -> None:
        if not isinstance(told, PatchProgress) or told.number != self._number:
            return
        before, self._progress = self._progress, told
        self._show_folder()
        if before is None or before.saved != told.saved:
            self._ask()

    @Slot(object)
    def _on_ended(self, ended: Ended) -> None:
        if ended.number != self._number or not self._number:
            return
        self._number, self._paused = 0, False
        if ended.ended == "failed":
            self._stopped = True
            self._messages.error(ended.message, ended.details)
        self._show_folder()
        self._ask()

    def _show_folder(self) -> None:
        folder, told = self._folder, self._progress
        if folder is None:
            return
        done, total = (told.done, told.total) if told is not None else (0, 0)
        name, tip = folder.name or str(folder), str(folder)
        going_on = bool(self._number)
        if not going_on and not folder.is_dir():
            text = self.tr("{0} · not there any more").format(name)
        elif told is None:
            text = self.tr("{0} · listing…").format(name) if going_on else name
        elif done < total:
            text = self.tr("{0} · {1} of {2}").format(name, f"{done:,}", f"{total:,}")
            if going_on and not self._paused and math.isfinite(told.left) and told.left >= 1:
                text += self.tr(" · {0} left").format(_span(told.left))
        else:
            text = self.tr("{0} · {1} images").format(name, f"{total - told.broken:,}")
        if told is not None and told.broken:
            text += self.tr(" · {0} unreadable").format(f"{told.broken:,}")
            tip += "".join(f"\n{x.path}: {x.reason}" for x in told.examples[:8])
        bar = self._panel.folder
        bar.show_folder(text, tip)
        unfinished = self._stopped and (told is None or done < total)
        bar.show_progress(
            done, total, going_on=going_on, paused=self._paused, unfinished=unfinished
        )

    # --- the patches

    def _ask(self) -> None:
        info = self._desk.info
        if not self._seen or self._folder is None or info is None or not self._unit:
            return
        try:
            unit = parse_unit(self._unit, info)
            if self._index is None:
                self._index = PatchIndex.open(info, self._folder)
        except PatchError as error:
            self._messages.error(str(error))
            return
        except UnitError:
            return
        if self._index is None:
            self._on_found([])
        else:
            self._reader.ask(self._index, unit, SHOWN)

    def _close_index(self) -> None:
        self._reader.forget()
        self._patches = []
        self._panel.set_patches([], folder=self._folder is not None)
        if self._index is not None:
            self._index.close()
            self._index = None

    @Slot(object)
    def _on_found(self, patches: list[Patch]) -> None:
        if patches == self._patches and patches:
            return  # more was indexed, and nothing of it excites the unit more
        self._patches = patches
        self._panel.set_patches([_cell(x) for x in patches], folder=self._folder is not None)

    @Slot(int, object)
    def _on_read(self, row: int, picture: Picture) -> None:
        self._panel.grid.set_image(row, thumbnail(_enlarged(picture), _SIDE))

    @Slot(int)
    def _show_whole(self, row: int) -> None:
        """The whole image, the patch outlined."""
        if self._index is None or not 0 <= row < len(self._patches):
            return
        patch = self._patches[row]
        try:
            crop = self._index.crop(patch)
        except images.ImageError as error:
            self._messages.error(str(error))
            return
        says = self.tr("{0} here").format(digits(patch.activation))
        self.preview_wanted.emit(Preview(crop, patch.crop_box, Path(patch.path).name, says))

    @Slot(int)
    def _open(self, row: int) -> None:
        if 0 <= row < len(self._patches):
            self.image_wanted.emit(Path(self._patches[row].path))


def _cell(patch: Patch) -> Cell:
    value = digits(patch.activation)
    return Cell(
        value, f"{Path(patch.path).name}\n{value} @ {patch.position[0]},{patch.position[1]}"
    )


def _enlarged(picture: Picture) -> Picture:
    """A patch of few pixels as squares, not as a blur."""
    times = _SIDE // max(min(picture.shape[:2]), 1)
    if times < 2:
        return picture
    return np.repeat(np.repeat(picture, times, axis=0), times, axis=1)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
