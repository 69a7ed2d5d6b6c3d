"""How fast a job goes, and how often a window hears of it. No torch, no Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

EMIT_SECONDS = 1 / 60  # a fast network makes many iterations between two emissions
HALT_SECONDS = 0.05  # how long a question waits while a job is held


class Numbered(Protocol):
    """A step of any method."""

    @property
    def iteration(self) -> int: ...


S = TypeVar("S", bound=Numbered)


class Clock:
    """How long a job has run, pauses not counted."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._paused = 0.0

    @property
    def seconds(self) -> float:
        """Since it was made, pauses not counted."""
        return time.perf_counter() - self._began - self._paused

    def halt(self, go_on: threading.Event) -> None:
        """Waits a moment for the event; the time does not count."""
        halted = time.perf_counter()
        go_on.wait(HALT_SECONDS)
        self._paused += time.perf_counter() - halted


class Pace(Clock, Generic[S]):
    """Collects steps and emits them at most 60 times a second; knows time and rate.

    ``emit`` gets the steps, the iterations a second, and the seconds that the job has run.
    """

    def __init__(self, emit: Callable[[tuple[S, ...], float, float], object]) -> None:
        super().__init__()
        self._emit = emit
        self._waiting: list[S] = []
        self._emitted = time.perf_counter()
        self._marks: list[tuple[float, int]] = []

    def add(self, step: S) -> None:
        """Takes a step in, and emits what waits if it is time."""
        self._waiting.append(step)
        if time.perf_counter() - self._emitted >= EMIT_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Emits what waits."""
        if not self._waiting:
            return
        now = self.seconds
        self._marks.append((now, self._waiting[-1].iteration))
        # Over the last two seconds or so, that the time left neither jumps nor lags.
        while len(self._marks) > 2 and now - self._marks[0][0] > 2:
            self._marks.pop(0)
        (t0, k0), (t1, k1) = self._marks[0], self._marks[-1]
        rate = (k1 - k0) / (t1 - t0) if t1 > t0 else 0.0
        self._emit(tuple(self._waiting), rate, now)
        self._waiting.clear()
        self._emitted = time.perf_counter()

    def halt(self, go_on: threading.Event) -> None:
        """Emits what waits, and waits a moment for the event; the time does not count."""
        self.flush()
        super().halt(go_on)
