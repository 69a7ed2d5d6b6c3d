"""In a process of its own: the real window, driven and watched."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Slot

from engine.jobs import NetworkRef
from engine.maximization import maximize
from engine.messages import Steps
from engine.recipes import preset
from engine.worker import Engine
from gui.settings import Settings
from gui.window import Window
from tests.benchmarks.children import report
from tests.benchmarks.driving import Driver, Waits, rows
from tests.benchmarks.window import Plan

RECIPE = preset("lecture").changed(steps=100_000)


class Probe(QObject):
    """A timer of 1 ms in the window's thread; what lies between two timeouts is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._clock.start()
        self._timer.start(1)

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()


class Ear(QObject):
    """Hears the engine in the window's thread: where a job is, and when it ended."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.marks: list[tuple[float, int]] = []
        self.ended = 0.0
        engine.stepped.connect(self._on_stepped)
        engine.ended.connect(self._on_ended)

    def forget(self) -> None:
        self.marks.clear()
        self.ended = 0.0

    def rate(self) -> float:
        """Iterations a second of the present job, its first emission left out."""
        (t0, k0), (t1, k1) = self.marks[1], self.marks[-1]
        return (k1 - k0) / (t1 - t0)

    @Slot(object)
    def _on_stepped(self, steps: Steps) -> None:
        self.marks.append((steps.seconds, steps.steps[-1].iteration))

    @Slot(object)
    def _on_ended(self, _ended: Any) -> None:
        self.ended = time.perf_counter()


def watch(plan: Plan) -> dict[str, list[float]]:
    """Everything in one session of the program."""
    settings = Settings()
    settings.recipe = RECIPE
    if plan.weights:
        settings.network = NetworkRef(plan.network, plan.weights)
    settings.sync()
    found: dict[str, list[float]] = {"gaps": [], "open": [], "alone": [], "stops": []}

    def script(window: Window, engine: Engine) -> Waits:
        start, stop = window.actions_.start, window.actions_.stop
        ear, probe = Ear(engine), Probe()

        def lasts(seconds: float) -> Any:
            until = time.monotonic() + seconds
            return lambda: time.monotonic() >= until

        yield lambda: "classes" in window.status_label.text()
        start.trigger()
        yield lambda: len(ear.marks) > 3
        probe.start()
        yield lasts(plan.watch)
        probe.stop()
        found["gaps"] = probe.gaps
        stop.trigger()
        yield lambda: ear.ended
        for _ in range(plan.turns):
            found["alone"].append(0.0)
            # Between two jobs, in the thread that runs them: all is the same but the window.
            engine._requests.put((_alone, (engine, plan, found["alone"])))
            yield lambda: found["alone"][-1]
            ear.forget()
            start.trigger()
            yield lambda: len(ear.marks) > 1
            yield lasts(plan.turn)
            found["open"].append(ear.rate())
            stop.trigger()
            yield lambda: ear.ended
        for _ in range(plan.stops):
            ear.forget()
            start.trigger()
            yield lambda: len(ear.marks) > 3 and rows(window) > 2
            asked = time.perf_counter()
            stop.trigger()
            yield lambda: ear.ended
            found["stops"].append(ear.ended - asked)

    Driver(script, every_ms=20).run()
    return found


def _alone(engine: Engine, plan: Plan, rates: list[float]) -> None:
    network = next(iter(engine._networks.values()))
    steps = maximize(network, first_unit(network.classes), RECIPE)
    for _ in range(2):
        next(steps)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < plan.turn:
        next(steps)
        count += 1
    rates[-1] = count / (time.perf_counter() - began)


def first_unit(classes: tuple[str, ...]) -> str:
    """What the window starts on."""
    names = [name for name in ("star", "king crab") if name in classes]
    return f"class:{names[0] if names else 0}"


if __name__ == "__main__":
    report(watch(Plan(**json.loads(sys.argv[1]))))
