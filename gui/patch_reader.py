"""Reads a unit's patches away from the window's thread: each is cut out of a photograph's file."""

from __future__ import annotations

import threading
from functools import partial

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine import images
from engine.jobs import Picture
from engine.patches.index import PatchIndex
from engine.patches.parcels import Patch, PatchError
from engine.units import Unit

WAIT_MS = 3000


class PatchReader(QObject):
    """The patches that excite a unit most, then their pictures; only of the unit asked for last."""

    found = Signal(object)  # list[Patch]
    read = Signal(int, object)  # the patch's row, its picture
    failed = Signal(str)
    _found = Signal(int, object, str)
    _read = Signal(int, int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._number = 0
        self._ended = threading.Event()
        self._found.connect(self._on_found)
        self._read.connect(self._on_read)

    def ask(self, index: PatchIndex, unit: Unit, count: int) -> None:
        """``found`` follows, and ``read`` for each of them."""
        self._number += 1
        self._pool.clear()
        self._pool.start(partial(self._work, self._number, index, unit, count))

    def forget(self) -> None:
        """What is being read is wanted no more."""
        self._number += 1
        self._pool.clear()

    def end(self) -> None:
        """Tells nothing more, and waits for the picture that is being read."""
        self._ended.set()
        self.forget()
        self._pool.waitForDone(WAIT_MS)

    def _work(self, number: int, index: PatchIndex, unit: Unit, count: int) -> None:
        # In the pool's thread, where an exception would be lost.
        patches: list[Patch] = []
        wrong = ""
        try:
            patches = index.top(unit, count)
        except PatchError as error:
            wrong = str(error)
        except Exception as error:
            wrong = f"{index.path} cannot be read: {error}."
        if self._late(number):
            return
        self._found.emit(number, patches, wrong)
        for row, patch in enumerate(patches):
            picture: Picture | None = None
            try:
                picture = index.picture(patch)
            except images.ImageError:
                pass  # gone since; its name and its number are still told
            except Exception:
                return  # the index was closed: another folder, another network
            if self._late(number):
                return
            if picture is not None and picture.size:
                self._read.emit(number, row, picture)

    def _late(self, number: int) -> bool:
        return self._ended.is_set() or number != self._number

    @Slot(int, object, str)
    def _on_found(self, number: int, patches: list[Patch], wrong: str) -> None:
        if number != self._number:
            return
        if wrong:
            self.failed.emit(wrong)
        self.found.emit(patches)

    @Slot(int, int, object)
    def _on_read(self, number: int, row: int, picture: Picture) -> None:
        if number == self._number:
            self.read.emit(row, picture)
