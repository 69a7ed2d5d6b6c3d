"""The Atlas page's contact sheet: what a frame costs the window's thread, 10⁵ units against 10²."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from statistics import median, quantiles

import numpy as np

from engine.jobs import Picture
from gui.views.sheet_loader import TINY, Overview
from gui.views.sheet_plan import Block
from tests.benchmarks.rows import Row, at_most

SIZE = (1500, 900)
SCALES = (0.0, 8.0, 20.0, 45.0, 90.0, 160.0)  # pixels to a tile; 0 is the whole
FRAMES = 30
AT_MOST = 3.0  # times a sheet of 10² units, whose tiles are fewer and larger


class Noise:
    """Pictures out of a pool, so that making them takes no time."""

    def __init__(self, counts: dict[str, int]) -> None:
        random = np.random.default_rng(0)
        self._counts = counts
        self._small = random.integers(0, 256, (64, 64, 64, 3), np.uint8)
        self._large = random.integers(0, 256, (16, 224, 224, 3), np.uint8)
        self._tiny = random.integers(0, 256, (2048, TINY, TINY, 3), np.uint8)

    def overview(self, layer: str) -> Overview:
        count = self._counts[layer]
        tiny = np.resize(self._tiny, (count, TINY, TINY, 3))
        return Overview(tiny, np.ones(count, np.bool_), [""] * count)

    def thumbnails(self, layer: str, start: int, stop: int) -> Sequence[Picture | None]:
        return [self._small[i % 64] for i in range(start, stop)]

    def picture(self, layer: str, number: int) -> Picture | None:
        return self._large[number % 16]

    def close(self) -> None:
        pass


def measure() -> list[Row]:
    """Frames of panned sheets at several scales, and a flight from the whole to one unit."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    large = _frames([1024] * 98)
    small = _frames([50, 50])
    rows = []
    for scale in SCALES:
        what = "the whole" if not scale else f"{scale:g} pixels a unit"
        mine, theirs = median(large[scale]), median(small[scale])
        rows.append(Row("sheet", f"10⁵ units, {what}: a frame", mine, "ms"))
        ratio = mine / theirs
        rows.append(at_most("sheet", "    against 10² units", ratio, "×", AT_MOST))
    flight = quantiles(large[-1.0], n=20)[18]
    rows.append(Row("sheet", "10⁵ units, a flight to one: the 95th percentile", flight, "ms"))
    return rows


def _frames(counts: list[int]) -> dict[float, list[float]]:
    """Milliseconds of the window's thread for each frame, by scale; -1 is the flight."""
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from gui.views.sheet import Sheet

    app = QApplication.instance() or QApplication([])
    blocks = [Block(f"layer{i}", f"layer{i}", "Conv2d", n) for i, n in enumerate(counts)]
    sheet = Sheet()
    sheet.resize(*SIZE)
    sheet.show()
    sheet.open(blocks, Noise({block.layer: block.count for block in blocks}))
    image = QImage(*SIZE, QImage.Format.Format_RGB32)

    def frame() -> float:
        began = time.thread_time()
        sheet.render(image)
        took = time.thread_time() - began
        app.processEvents()
        return 1000 * took

    found: dict[float, list[float]] = {}
    middle = len(blocks) // 2, counts[0] // 2
    for scale in SCALES:
        sheet.show_whole()
        if scale:
            sheet._camera.show(*middle, scale, now=True)
        sheet.settle()
        frame()
        while sheet._pictures.wanted or sheet._pictures._put_off:
            time.sleep(0.005)
            frame()
        found[scale] = []
        for _ in range(FRAMES):
            sheet._camera.pan(2.0, 1.0)
            found[scale].append(frame())
    sheet.show_whole()
    sheet.settle()
    sheet._camera.show(*middle, 200.0)
    found[-1.0] = []
    while sheet._camera.moves:
        sheet._camera.step(1 / 60)
        found[-1.0].append(frame())
    sheet.end()
    sheet.close()
    return found
