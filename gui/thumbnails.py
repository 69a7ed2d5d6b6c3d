"""The small picture of each unit: from its runs and from the atlas, brought when it is looked at.

Of a network of 50,000 units none is read when it is opened. The tree asks for those of the rows
that it paints; they are read in a thread, and what is newest of a unit is shown: what its last run
made, kept a file each, or what the atlas holds.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine import images
from engine.atlas.store import Store, atlas_folder, exists
from engine.jobs import NetworkRef, Picture
from engine.runs import RunError, data_folder, write_png
from engine.units import Unit

SIDE = 64
WAIT_MS = 3000
_BATCH = 48  # units read before the first of them are shown


def folder_of(ref: NetworkRef) -> Path:
    """Where the small pictures of a network's runs are: by its weights' sum, or its name."""
    name = ref.sha256[:16] or re.sub(r"[^A-Za-z0-9._-]+", "-", ref.name)
    return data_folder() / "pictures" / name


def file_of(ref: NetworkRef, unit: str) -> Path:
    """Where the small picture of a unit's last run is."""
    return folder_of(ref) / f"{quote(unit, safe='@,')}.png"


class Shelf:
    """A network's small pictures on disk; used in one thread."""

    def __init__(self, ref: NetworkRef, atlases: Sequence[Path]) -> None:
        self._ref = ref
        self._atlases = list(dict.fromkeys(atlases))
        self._stores: dict[Path, Store] = {}

    def small(self, unit: str) -> Picture | None:
        """A unit's newest picture; ``None`` where there is none."""
        path = file_of(self._ref, unit)
        made, store = self._newest(unit)
        with contextlib.suppress(Exception):  # a broken small picture is made again by a run
            if path.stat().st_mtime >= made:
                return images.read(path)
        return store.thumbnail(_unit(unit)) if store is not None else None

    def close(self) -> None:
        """Reads no more."""
        for store in self._stores.values():
            store.close()
        self._stores.clear()

    def _newest(self, unit: str) -> tuple[float, Store | None]:
        """When the first atlas that has a unit made it, and that atlas."""
        if "@" not in unit:
            for folder in self._atlases:
                with contextlib.suppress(RunError):  # the Atlas page says what is wrong with it
                    if folder not in self._stores and exists(folder):
                        self._stores[folder] = Store.open(folder, self._ref)
                    store = self._stores.get(folder)
                    entry = store.entry(_unit(unit)) if store is not None else None
                    if entry is not None:
                        return entry.made, store
        return 0.0, None


class Thumbnails(QObject):
    """Keeps what runs make, and gives the tree what it asks for."""

    _found = Signal(int, object)  # number, list[tuple[str, Picture]]

    def __init__(self, tree: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = tree
        self._ref: NetworkRef | None = None
        self._atlas: Path | None = None
        self._shelf: Shelf | None = None
        self._number = 0
        self._ended = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(-1)
        self._found.connect(self._on_found)
        tree.pictures_wanted.connect(self.read)

    def open(self, ref: NetworkRef) -> None:
        """The tree shows this network from now on."""
        self._ref, self._atlas = ref, None
        self._change_shelf()

    def set_atlas(self, folder: Path) -> None:
        """The atlas that the small pictures come from before others of the network."""
        if folder != self._atlas:
            self._atlas = folder
            self._change_shelf()

    def end(self) -> None:
        """Reads nothing more, and waits for what is being read."""
        self._ended.set()
        self._number += 1
        self._change_shelf(last=True)
        self._pool.waitForDone(WAIT_MS)

    def put(self, ref: NetworkRef, unit: str, picture: Picture, made: float) -> None:
        """What a run made of a unit, at that time (seconds since 1970), unless a newer one did."""
        path = file_of(ref, unit)
        with contextlib.suppress(OSError):
            if path.stat().st_mtime >= made:
                return
        small = reduced(picture)
        with contextlib.suppress(OSError):  # a full disk costs the memory of it, no more
            path.parent.mkdir(parents=True, exist_ok=True)
            write_png(path, small)
        if self._ref is not None and folder_of(ref) == folder_of(self._ref):
            self._tree.set_picture(unit, small)

    @Slot(object)
    def show_made(self, made: Any) -> None:
        """Units that the atlas has just made (``UnitsMade``)."""
        if self._ref is not None and atlas_folder(made.network) == atlas_folder(self._ref):
            for unit, picture in zip(made.units, made.thumbnails, strict=True):
                if picture is not None:
                    self._tree.set_picture(str(unit), picture)

    @Slot(object)
    def read(self, units: list[str]) -> None:
        """The tree is about to show these."""
        if self._shelf is not None:
            for start in range(0, len(units), _BATCH):
                some = units[start : start + _BATCH]
                self._pool.start(partial(self._read, self._number, self._shelf, some))

    def _change_shelf(self, *, last: bool = False) -> None:
        self._number += 1
        self._pool.clear()
        if self._shelf is not None:
            self._pool.start(self._shelf.close)
        self._shelf = None
        if self._ref is not None and not last:
            own = atlas_folder(self._ref)
            self._shelf = Shelf(self._ref, [self._atlas or own, own])
            self._tree.forget_wanted()

    def _read(self, number: int, shelf: Shelf, units: list[str]) -> None:
        # In the pool's thread, where an exception would be lost.
        if self._ended.is_set() or number != self._number:
            return
        found = []
        for unit in units:
            with contextlib.suppress(Exception):  # a picture that cannot be read is not there
                picture = shelf.small(unit)
                if picture is not None:
                    found.append((unit, picture))
        if found and not self._ended.is_set():
            self._found.emit(number, found)

    @Slot(int, object)
    def _on_found(self, number: int, found: list[tuple[str, Picture]]) -> None:
        if number == self._number:
            for unit, picture in found:
                self._tree.set_picture(unit, picture)


def reduced(picture: Picture, side: int = SIDE) -> Picture:
    """A picture, uint8 (H, W, 3), of about that side, by the mean of whole blocks."""
    factor = max(1, min(picture.shape[:2]) // side)
    if factor == 1:
        return picture
    height, width = (x // factor * factor for x in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    small: Picture = blocks.mean(axis=(1, 3)).astype("uint8")
    return small


def _unit(form: str) -> Unit:
    layer, _, number = form.rpartition(":")
    return Unit(layer, int(number))
