"""Weights that are brought here one after the other, in a thread of their own."""

from __future__ import annotations

import threading
import time
import traceback
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine.catalogue import downloads
from engine.catalogue.downloads import DownloadError, Progress
from engine.catalogue.index import WeightSet

WAIT_MS = 3000
BEAT = 0.1  # seconds between two of the window's pictures of it


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a download came to nothing; ``details`` where nobody thought of that."""

    weights: WeightSet
    sentence: str
    details: str = ""


class DownloadDesk(QObject):
    """A queue of sets; what has come of a cancelled or a failed one is kept, and gone on from."""

    changed = Signal()
    finished = Signal(object)  # WeightSet: its file is here, whole
    failed = Signal(object)  # Failed
    cancelled = Signal(object)  # WeightSet
    _told = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._waiting: list[WeightSet] = []
        self._present: WeightSet | None = None
        self._progress: Progress | None = None
        self._number = 0
        self._stop = threading.Event()
        self._told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        """Whether something is being downloaded."""
        return self._present is not None

    @property
    def present(self) -> tuple[WeightSet, Progress] | None:
        """What is being downloaded, and how far it is."""
        if self._present is None:
            return None
        return self._present, self._progress or Progress(0, self._present.bytes)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def state(self) -> dict[str, Progress | None]:
        """Every download by its set's key; ``None`` for those that wait."""
        found: dict[str, Progress | None] = {x.key: None for x in self._waiting}
        if self.present is not None:
            found[self.present[0].key] = self.present[1]
        return found

    def fetch(self, weights: WeightSet) -> None:
        """Downloads a set after those before it; one that is on its way already is left alone."""
        if weights.key in self.state():
            return
        self._waiting.append(weights)
        self._next()
        self.changed.emit()

    @Slot(str)
    def cancel(self, key: str) -> None:
        """Stops a download, or forgets one that waits; what has come stays for the next time."""
        dropped = [x for x in self._waiting if x.key == key]
        self._waiting = [x for x in self._waiting if x.key != key]
        if self._present is not None and self._present.key == key:
            dropped.append(self._present)
            self._drop()
            self._next()
        for weights in dropped:
            self.cancelled.emit(weights)
        self.changed.emit()

    def end(self) -> None:
        """Stops them all; a part of a file is kept for the next session."""
        self._waiting = []
        self._drop()
        self._pool.waitForDone(WAIT_MS)

    def _drop(self) -> None:
        self._number += 1
        self._stop.set()
        self._present = self._progress = None

    def _next(self) -> None:
        if self._present is not None or not self._waiting:
            return
        self._number += 1
        self._present, self._progress = self._waiting.pop(0), None
        self._stop = threading.Event()
        self._pool.start(partial(self._bring, self._number, self._present, self._stop))

    def _bring(self, number: int, weights: WeightSet, stop: threading.Event) -> None:
        # In the pool's thread, where an exception would be lost.
        ended: object = weights
        try:
            last = 0.0
            with closing(downloads.fetch(weights)) as steps:
                for progress in steps:
                    if stop.is_set():
                        return
                    now = time.monotonic()
                    if now - last >= BEAT:
                        last = now
                        self._told.emit(number, progress)
        except DownloadError as error:
            ended = Failed(weights, str(error))
        except Exception as error:
            sentence = f"{weights.key} could not be downloaded: {error}."
            ended = Failed(weights, sentence, traceback.format_exc())
        if not stop.is_set():
            self._told.emit(number, ended)

    @Slot(int, object)
    def _on_told(self, number: int, told: object) -> None:
        if number != self._number:
            return
        if isinstance(told, Progress):
            self._progress = told
            self.changed.emit()
            return
        self._present = self._progress = None
        self._next()
        if isinstance(told, Failed):
            self.failed.emit(told)
        else:
            self.finished.emit(told)
        self.changed.emit()
