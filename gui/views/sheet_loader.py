"""Brings a contact sheet's pictures from where they are kept, away from the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from engine.jobs import Picture
from gui.pixels import square, to_image

TINY = 8  # the side of the smallest picture of a unit, kept for all of them
WAIT_MS = 3000

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A layer's units in short: ``tiny`` uint8 (N, 8, 8, 3), ``made`` bool (N,), the class that a
    network sees most in each unit's picture, empty where there is none."""

    tiny: NDArray[np.uint8]
    made: NDArray[np.bool_]
    tops: list[str]


class Source(Protocol):
    """Where pictures are kept; called in the loader's thread alone."""

    def overview(self, layer: str) -> Overview:
        """All of a layer at once."""

    def thumbnails(self, layer: str, start: int, stop: int) -> Sequence[Picture | None]:
        """The small pictures, uint8 (S, S, 3), of units ``start`` up to ``stop``."""

    def picture(self, layer: str, number: int) -> Picture | None:
        """The whole picture of one unit."""

    def close(self) -> None:
        """Nothing more is asked of it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The overview of a layer."""

    layer: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows and columns of a layer's tiles as one image, ``side`` pixels to a tile.

    ``columns`` are all that the layer has on the sheet, ``count`` its units; ``empty`` is the
    colour of a tile not yet made, ``beyond`` of a place without a unit.
    """

    layer: str
    side: int
    left: int
    top: int
    right: int
    bottom: int
    columns: int
    count: int
    empty: Colour
    beyond: Colour


@dataclass(frozen=True, slots=True)
class Whole:
    """One unit's whole picture."""

    layer: str
    number: int


Wanted = Layer | Chunk | Whole


class Loader(QObject):
    """Loads what is wanted now, the first first; what is wanted no more is not loaded."""

    arrived = Signal(object, object)  # Wanted, Overview or QImage or None
    failed = Signal(str)  # one sentence
    _loaded = Signal(int, object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._wanted: list[Wanted] = []
        self._under_way: set[Wanted] = set()  # being loaded, or on its way to the window's thread
        self._number = 0
        self._works = False
        self._loaded.connect(self._on_loaded)

    def open(self, source: Source | None) -> None:
        """Loads from there from now on; the one before is closed in the loader's thread."""
        with self._lock:
            before, self._source = self._source, source
            self._number += 1
            self._wanted = []
            self._under_way.clear()
        if before is not None:
            self._pool.start(partial(_close, before))

    def want(self, wanted: Sequence[Wanted]) -> None:
        """What shall be loaded, in this order, in the place of what was wanted before."""
        with self._lock:
            self._wanted = [x for x in wanted if x not in self._under_way]
            start = bool(self._wanted) and self._source is not None and not self._works
            self._works = self._works or start
        if start:
            self._pool.start(self._work)

    def end(self) -> None:
        """Loads nothing more."""
        self.open(None)
        self._pool.waitForDone(WAIT_MS)

    def _work(self) -> None:
        # In the pool's thread, where an exception would be lost.
        while True:
            with self._lock:
                source, number = self._source, self._number
                if source is None or not self._wanted:
                    self._works = False
                    return
                wanted = self._wanted.pop(0)
                self._under_way.add(wanted)
            found, wrong = None, ""
            try:
                found = _load(source, wanted)
            except Exception as error:
                wrong = f"Pictures of the atlas cannot be read: {error}"
            self._loaded.emit(number, wanted, found, wrong)

    @Slot(int, object, object, str)
    def _on_loaded(self, number: int, wanted: Wanted, found: object, wrong: str) -> None:
        if number != self._number:
            return
        with self._lock:
            self._under_way.discard(wanted)
        if wrong:
            self.failed.emit(wrong)
        self.arrived.emit(wanted, found)


def _close(source: Source) -> None:
    source.close()


def _load(source: Source, wanted: Wanted) -> Overview | QImage | None:
    if isinstance(wanted, Layer):
        return source.overview(wanted.layer)
    if isinstance(wanted, Whole):
        picture = source.picture(wanted.layer, wanted.number)
        return None if picture is None else to_image(picture)
    return _mosaic(source, wanted)


def _mosaic(source: Source, wanted: Chunk) -> QImage:
    side = wanted.side
    height, width = wanted.bottom - wanted.top, wanted.right - wanted.left
    pixels = np.empty((height * side, width * side, 3), np.uint8)
    pixels[:] = wanted.beyond
    for row in range(wanted.top, wanted.bottom):
        start = row * wanted.columns + wanted.left
        stop = min(row * wanted.columns + wanted.right, wanted.count)
        if start >= stop:
            break
        y = (row - wanted.top) * side
        for column, picture in enumerate(source.thumbnails(wanted.layer, start, stop)):
            tile = pixels[y : y + side, column * side : (column + 1) * side]
            tile[:] = wanted.empty if picture is None else square(picture, side)
    return to_image(pixels).convertToFormat(QImage.Format.Format_RGB32)
