"""What a window may ask of one job while it runs, and what the job tells it. No Qt."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.messages import AttackSteps, SphereProgress, Started, Steps, Transferred
from engine.pace import HALT_SECONDS
from engine.recipes import Values


class Stopped(Exception):
    """No error: the window asked the job to end; what it has is kept."""


def _halt(go_on: threading.Event) -> None:
    go_on.wait(HALT_SECONDS)


class Control:
    """The requests to one job. They are its own: a late one never reaches the next job.

    ``between`` is called between two iterations, also while the job is held.
    """

    def __init__(self, between: Callable[[], object] = lambda: None) -> None:
        self._between = between
        self.stop = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.turned: queue.SimpleQueue[Values] = queue.SimpleQueue()

    def pulse(self, halt: Callable[[threading.Event], object] = _halt) -> None:
        """Where a job may be halted or ended: ``halt`` waits a moment while it is paused.

        Raises:
            Stopped: it should end.
        """
        self._between()
        while not self.go_on.is_set():
            halt(self.go_on)
            self._between()
        if self.stop.is_set():
            raise Stopped

    def end(self) -> None:
        """Asks it to end, paused or not."""
        self.stop.set()
        self.go_on.set()


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears what a job tells, a callable a kind; its end is what driving it returns."""

    started: Callable[[Started], object]
    stepped: Callable[[Steps], object]
    attacked: Callable[[AttackSteps], object]
    sphered: Callable[[SphereProgress], object]
    transferred: Callable[[Transferred], object]
    told: Callable[[object], object]  # whatever else a kind of job has to say
    saved: Callable[[Path], object]
    notice: Callable[[str], object]
