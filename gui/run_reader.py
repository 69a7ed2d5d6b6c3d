"""Reads run folders away from the window's thread: 250 rows take 0.1 to 0.3 s, 10,000 take 0.6."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine.attacks import store
from engine.evolution import store as evolutions
from engine.runs import RunError, load, method_of

WAIT_MS = 3000


class RunReader(QObject):
    """Only what was asked for last is told: who opens one run and then another wants the other.

    A folder gives a ``Run`` or an ``EvolveRun``, or of an attack the list of ``AttackRun``
    attacked together.
    """

    failed = Signal(str)  # one sentence
    _done = Signal(int, object, str)  # number, list[Any], what went wrong

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ended = threading.Event()
        self._number = 0
        self._then: Callable[[list[Any]], object] | None = None
        self._done.connect(self._on_done)

    def read(self, folders: Sequence[Path], then: Callable[[list[Any]], object]) -> None:
        """Reads runs with their rows and pictures; ``then`` gets them in the window's thread."""
        self._number += 1
        self._then = then
        self._pool.clear()
        self._pool.start(partial(self._read, self._number, [Path(x) for x in folders]))

    def end(self) -> None:
        """Tells nothing more, and waits for what is being read."""
        self._ended.set()
        self._then = None
        self._pool.clear()
        self._pool.waitForDone(WAIT_MS)

    def _read(self, number: int, folders: list[Path]) -> None:
        # In the pool's thread, where an exception would be lost.
        runs, wrong = [], ""
        try:
            runs = [_load(folder) for folder in folders if not self._ended.is_set()]
        except RunError as error:
            wrong = str(error)
        except Exception as error:
            wrong = f"{folders[0].name} cannot be read: {error}"
        if not self._ended.is_set():
            self._done.emit(number, runs, wrong)

    @Slot(int, object, str)
    def _on_done(self, number: int, runs: list[Any], wrong: str) -> None:
        if number != self._number or self._then is None:
            return
        then, self._then = self._then, None
        if wrong:
            self.failed.emit(wrong)
        else:
            then(runs)


def _load(folder: Path) -> Any:
    method = method_of(folder)
    if method == "attack":
        return store.load_batch(folder)
    return evolutions.load(folder) if method == "evolve" else load(folder)
