"""Forty photographs dropped at once, one broken, one 12,000 × 9,000: does the window bear it?

The parent makes the photographs and the rows; the child, this module as a program, is the real
window with them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.children import ask, report
from tests.benchmarks.iterations import open_network
from tests.benchmarks.memory import resident
from tests.benchmarks.rows import Row, at_most

COUNT, LARGE = 40, (12_000, 9_000)
DELAY_MS, STOP_MS = 33.0, 50.0
NETWORK = "squeezenet1_0"


def measure(watch: float) -> list[Row]:
    """What the window does while forty photographs are read, attacked for some seconds, stopped."""
    import torch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = folder / f"{NETWORK}.pth"
        torch.save(open_network(NETWORK).model.state_dict(), weights)
        _photographs(folder / "photographs")
        plan = {"weights": str(weights), "photographs": str(folder / "photographs"), "watch": watch}
        _, found = ask("tests.benchmarks.forty", json.dumps(plan))
    pixels = LARGE[0] * LARGE[1] * 3 / 2**20
    iteration = found["seconds"] / max(1, found["iterations"])
    part = f"{NETWORK}, {found['images']} of {COUNT} images"
    return [
        at_most("forty", "event loop's delay while they are read, 99th percentile",
                _percentile(found["reading"]), "ms", DELAY_MS),
        Row("forty", "the same, worst", max(found["reading"]), "ms"),
        Row("forty", "time to read them all", found["read"], "s"),
        Row("forty", f"memory while they are read, above before (the large one is {pixels:.0f} MiB "
            "as pixels)", found["peak_reading"] - found["before"], "MiB"),
        Row("forty", "memory once they are read, above before",
            found["after_reading"] - found["before"], "MiB"),
        at_most("forty", f"event loop's delay while they are attacked ({part}), 99th percentile",
                _percentile(found["attacking"]), "ms", DELAY_MS),
        Row("forty", "the same, worst", max(found["attacking"]), "ms"),
        Row("forty", f"an iteration of all of them, PGD ({found['iterations']} seen)", iteration,
            "s"),
        Row("forty", "memory while they are attacked, above before",
            found["peak_attacking"] - found["before"], "MiB"),
        at_most("forty", "Stop to stopped, 39 folders written, beyond one iteration",
                1000 * (found["stop"] - iteration), "ms", STOP_MS),
        Row("forty", "Stop to stopped, 39 folders written", found["stop"], "s"),
    ]  # fmt: skip


def _percentile(gaps: list[float]) -> float:
    from tests.benchmarks.window import waits

    delays = waits(gaps)
    return delays[len(delays) * 99 // 100]


def _photographs(folder: Path) -> None:
    import numpy as np
    from PIL import Image

    folder.mkdir()
    for i in range(COUNT - 1):
        # Clouds: as soft as a photograph, so that a file's size is one's too.
        small = np.random.default_rng(i).integers(0, 256, (9, 12, 3), np.uint8)
        size = LARGE if i == 7 else (1600, 1200)
        kind = "png" if i % 3 == 0 else "jpg"
        Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(
            folder / f"{i:02d}.{kind}"
        )
    whole = (folder / "01.jpg").read_bytes()
    (folder / "39-broken.jpg").write_bytes(whole[: len(whole) // 3])


def watch(plan: dict[str, Any]) -> dict[str, Any]:
    """The child's whole session."""
    from engine.attacks.recipe import METHODS
    from engine.jobs import NetworkRef
    from engine.worker import Engine
    from gui.settings import Settings
    from gui.window import Window
    from tests.benchmarks.driving import Driver, Waits
    from tests.benchmarks.window_child import Ear, Probe

    settings = Settings()
    settings.network = NetworkRef(NETWORK, plan["weights"])
    settings.attack = METHODS["pgd-linf"].recipe.changed(steps=100_000, random_start=False)
    settings.sync()
    found: dict[str, Any] = {}

    def script(window: Window, engine: Engine) -> Waits:
        ear = Ear(engine)
        yield lambda: "classes" in window.status_label.text()
        window.show_page("adversarial")
        yield _lasts(1.0)
        memory = Peak()
        found["before"] = resident()
        probe = Probe()
        probe.start()
        began = time.perf_counter()
        window.drop_zone.files_dropped.emit([Path(plan["photographs"])])
        yield lambda: "Reading" in window.status_label.text()
        yield lambda: "Reading" not in window.status_label.text()
        found["read"] = time.perf_counter() - began
        yield _lasts(0.5)
        probe.stop()
        found["reading"] = probe.gaps
        found["peak_reading"], found["after_reading"] = memory.take(), resident()
        assert "39-broken.jpg" in window.messages.text, window.messages.text
        probe = Probe()
        probe.start()
        began = time.perf_counter()
        window.actions_.start.trigger()
        yield _lasts(plan["watch"])
        probe.stop()
        found["seconds"] = time.perf_counter() - began
        found["attacking"] = probe.gaps
        found["peak_attacking"] = memory.take()
        model = window.adversarial.table.model()
        found["iterations"] = model.rowCount() - 1 if model is not None else 0
        found["images"] = model.columnCount() if model is not None else 0
        asked = time.perf_counter()
        window.actions_.stop.trigger()
        yield lambda: ear.ended
        found["stop"] = ear.ended - asked
        memory.end()

    Driver(script, every_ms=20).run()
    return found


def _lasts(seconds: float) -> Any:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


class Peak:
    """The highest resident memory since it was last asked, looked at a hundred times a second."""

    def __init__(self) -> None:
        self._highest = resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def take(self) -> float:
        """In MiB; begins anew."""
        highest, self._highest = self._highest, resident()
        return highest

    def end(self) -> None:
        """Looks no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self._highest = max(self._highest, resident())


if __name__ == "__main__":
    report(watch(json.loads(sys.argv[1])))
