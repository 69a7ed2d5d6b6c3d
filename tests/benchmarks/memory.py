"""Memory over 10,000 iterations: of the engine alone, and of the window with all it keeps."""

from __future__ import annotations

import sys

from tests.benchmarks.children import ask, report
from tests.benchmarks.rows import Row, at_most

SIZE = 32  # pixels: the same work on every iteration, and many of them
FLAT = 8.0  # MiB between the first tenth and the end: the allocator's own unrest


def measure(iterations: int) -> list[Row]:
    """How much the resident memory grows after the first tenth."""
    found = []
    for mode, what in (("engine", "of the engine"), ("window", "of the window")):
        _, (early, late, kept) = ask("tests.benchmarks.memory", mode, str(iterations))
        found.append(
            at_most(
                "memory",
                f"growth {what}, iteration {iterations // 10:,} to {iterations:,}"
                + (f", less {kept:.0f} MiB of pictures kept" if kept else ""),
                late - early - kept,
                "MiB",
                FLAT,
                early=early,
                late=late,
                kept=kept,
            )
        )
    return found


def _engine(iterations: int) -> tuple[float, float, float]:
    from engine.catalogue import embedded
    from engine.maximization import maximize
    from engine.recipes import preset

    recipe = preset("balanced").changed(steps=iterations, size=SIZE)
    early = 0.0
    for step in maximize(embedded.load(), "class:0", recipe):
        if step.iteration == iterations // 10:
            early = resident()
    return early, resident(), 0.0


def _window(iterations: int) -> tuple[float, float, float]:
    from engine.recipes import preset
    from engine.worker import Engine
    from gui.settings import Settings
    from gui.window import Window
    from tests.benchmarks.driving import Driver, Waits, rows

    recipe = preset("balanced").changed(steps=iterations, size=SIZE)
    settings = Settings()
    settings.recipe = recipe
    settings.sync()
    marks: list[float] = []

    def script(window: Window, _engine: Engine) -> Waits:
        yield window.actions_.start.isEnabled
        window.actions_.start.trigger()
        yield lambda: rows(window) >= iterations // 10
        marks.append(resident())
        yield lambda: rows(window) > iterations
        marks.append(resident())

    Driver(script, every_ms=50).run()
    # The pictures of the timeline have a budget of their own (runs.Frames).
    return marks[0], marks[1], 0.9 * iterations * SIZE * SIZE * 3 / 2**20


def resident() -> float:
    """The process's resident memory now, in MiB."""
    import os
    from pathlib import Path

    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    report({"engine": _engine, "window": _window}[sys.argv[1]](int(sys.argv[2])))
