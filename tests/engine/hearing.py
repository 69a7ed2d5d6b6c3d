"""Hears the engine's thread, as a window would."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Slot

from engine.messages import Ended
from engine.worker import Engine

SECONDS = 60.0
SIGNALS = (
    "devices",
    "loaded",
    "load_failed",
    "started_job",
    "stepped",
    "attacked",
    "sphered",
    "transferred",
    "told",
    "ended",
    "saved",
    "notice",
)


class Heard(QObject):
    """Everything the engine says, received in the test's own thread."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.said: list[tuple[str, Any]] = []
        self.strangers = 0
        for name in SIGNALS:
            getattr(engine, name).connect(getattr(self, name))

    def _hear(self, name: str, what: Any) -> None:
        self.strangers += threading.current_thread() is not threading.main_thread()
        self.said.append((name, what))

    @Slot(object)
    def devices(self, what: object) -> None:
        self._hear("devices", what)

    @Slot(object)
    def loaded(self, what: object) -> None:
        self._hear("loaded", what)

    @Slot(object)
    def load_failed(self, what: object) -> None:
        self._hear("load_failed", what)

    @Slot(object)
    def told(self, what: object) -> None:
        self._hear("told", what)

    @Slot(object)
    def started_job(self, what: object) -> None:
        self._hear("started_job", what)

    @Slot(object)
    def stepped(self, what: object) -> None:
        self._hear("stepped", what)

    @Slot(object)
    def attacked(self, what: object) -> None:
        self._hear("attacked", what)

    @Slot(object)
    def sphered(self, what: object) -> None:
        self._hear("sphered", what)

    @Slot(object)
    def transferred(self, what: object) -> None:
        self._hear("transferred", what)

    @Slot(object)
    def ended(self, what: object) -> None:
        self._hear("ended", what)

    @Slot(object)
    def saved(self, what: object) -> None:
        self._hear("saved", what)

    @Slot(str)
    def notice(self, what: str) -> None:
        self._hear("notice", what)

    def all(self, name: str) -> list[Any]:
        return [what for said, what in self.said if said == name]

    def iterations(self, number: int) -> list[int]:
        batches = [
            steps for steps in self.all("stepped") + self.all("attacked") if steps.number == number
        ]
        return [step.iteration for steps in batches for step in steps.steps]

    def wait(self, condition: Callable[[], object]) -> None:
        limit = time.monotonic() + SECONDS
        while not condition():
            QCoreApplication.processEvents()
            time.sleep(0.002)
            assert time.monotonic() < limit, [name for name, _ in self.said]

    def end_of(self, number: int) -> Ended:
        self.wait(lambda: any(e.number == number for e in self.all("ended")))
        (end,) = [e for e in self.all("ended") if e.number == number]
        return end
