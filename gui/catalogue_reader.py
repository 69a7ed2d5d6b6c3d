"""Reads the catalogue away from the window's thread: torchvision's list takes seconds at first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine.catalogue import downloads, index, timm_sets
from engine.catalogue.index import AVAILABLE, HERE, WeightSet
from engine.jobs import NetworkRef

WAIT_MS = 3000


@dataclass(frozen=True, slots=True)
class Listed:
    """A set of weights as the disk has it: its state, its file, the bytes of a cut download.

    ``bytes`` is the file's size where only the file tells it.
    """

    weights: WeightSet
    state: str
    path: str
    part: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """A file of the person's own: its size, ``None`` where it is gone."""

    ref: NetworkRef
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every set there is, and the files opened before."""

    listed: tuple[Listed, ...] = ()
    own: tuple[Own, ...] = ()
    whole: bool = True  # false while more is being read

    by_file: dict[str, Listed] = field(init=False, compare=False, repr=False)
    by_key: dict[str, Listed] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_file", {x.path: x for x in self.listed if x.path})
        object.__setattr__(self, "by_key", {x.weights.key: x for x in self.listed})

    def of_file(self, path: str) -> Listed | None:
        """The set whose file that is."""
        return self.by_file.get(path)


class CatalogueReader(QObject):
    """Reads it when asked; of several requests only the last one's answer is told."""

    read = Signal(object)  # Catalogue
    failed = Signal(str, str)  # sentence, details
    _done = Signal(int, object, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ended = threading.Event()
        self._number = 0
        self._done.connect(self._on_done)

    def ask(self, own: Sequence[NetworkRef]) -> None:
        """Reads the list and the disk; ``read`` follows, or ``failed``."""
        self._number += 1
        self._pool.clear()
        self._pool.start(partial(self._read, self._number, tuple(own)))

    def end(self) -> None:
        """Tells nothing more."""
        self._ended.set()
        self._number += 1
        self._pool.clear()
        self._pool.waitForDone(WAIT_MS)

    def _read(self, number: int, own: tuple[NetworkRef, ...]) -> None:
        # In the pool's thread, where an exception would be lost.
        found, sentence, details = None, "", ""
        try:
            files = tuple(Own(x, _size(x.weights)) for x in own)
            sets = (index.embedded_set(), *index.published())
            found = Catalogue(tuple(map(_listed, sets)), files)
            if timm_sets.installed():  # whose list may take longer
                self._done.emit(number, replace(found, whole=False), "", "")
                more = tuple(map(_listed, timm_sets.published()))
                found = replace(found, listed=found.listed + more)
        except Exception as error:
            sentence = "The list of networks cannot be read; the embedded one is there."
            details = f"{type(error).__name__}: {error}"
        if not self._ended.is_set():
            self._done.emit(number, found, sentence, details)

    @Slot(int, object, str, str)
    def _on_done(self, number: int, found: Catalogue | None, sentence: str, details: str) -> None:
        if number != self._number:
            return
        if found is not None:
            self.read.emit(found)
        else:
            self.failed.emit(sentence, details)


def _listed(weights: WeightSet) -> Listed:
    state = weights.state
    path = weights.place if state == HERE else ""
    known = weights.bytes > 0
    part = downloads.part_of(weights) if state == AVAILABLE and known else 0
    return Listed(weights, state, path, part, 0 if known else _size(path) or 0)


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
