"""From starting the process to a window that can be used, and to the first iteration."""

from __future__ import annotations

import time
from statistics import median

from tests.benchmarks.children import ask, report
from tests.benchmarks.rows import Row, at_most

USABLE, FIRST = 1.0, 4.0  # seconds


def measure(times: int) -> list[Row]:
    """Starts the program ``times`` times, after once unmeasured that fills the file cache."""
    found = []
    for _ in range(times + 1):
        began, marks = ask("tests.benchmarks.startup")
        found.append({name: at - began for name, at in marks.items()})
    usable, first = ([x[name] for x in found[1:]] for name in ("usable", "first"))
    return [
        at_most(
            "startup",
            "start to a usable window",
            median(usable),
            "s",
            USABLE,
            all=usable,
            cold=found[0]["usable"],
        ),
        at_most(
            "startup",
            "start to the first iteration, Start pressed at once",
            median(first),
            "s",
            FIRST,
            all=first,
            cold=found[0]["first"],
        ),
    ]


def _child() -> None:
    from engine.worker import Engine
    from gui.window import Window
    from tests.benchmarks.driving import Driver, Waits, rows

    marks: dict[str, float] = {}

    def script(window: Window, _engine: Engine) -> Waits:
        handle = window.windowHandle()
        yield lambda: handle is not None and handle.isExposed()
        yield window.actions_.start.isEnabled
        # The event loop turned with the window drawn and Start ready: it can be used.
        marks["usable"] = time.time()
        window.actions_.start.trigger()
        yield lambda: rows(window) > 0
        marks["first"] = time.time()

    Driver(script, every_ms=2).run()
    report(marks)


if __name__ == "__main__":
    _child()
