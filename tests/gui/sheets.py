"""Contact sheets for tests: a source in memory whose every unit has a colour of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from engine.jobs import Picture
from gui.views.sheet_loader import TINY, Overview
from gui.views.sheet_plan import Block

NAMES = ("star", "spiral", "fish", "king crab")
BLOCKS = [
    Block("features.0", "features.0", "Conv2d · 16", 16),
    Block("features.2", "features.2", "Conv2d · 40", 40),
    Block("class", "Classes", "4", 4, NAMES),
]


def colour(layer: str, number: int) -> tuple[int, int, int]:
    """A unit's colour, bright, none like another's within a layer."""
    seed = sum(map(ord, layer)) + 977 * number
    return 60 + seed * 37 % 190, 60 + seed * 83 % 190, 60 + seed * 151 % 190


class Memory:
    """Every unit is made but those in ``missing``; notes what was asked for, and from where."""

    def __init__(self, missing: Sequence[tuple[str, int]] = ()) -> None:
        self.missing = set(missing)
        self.counts = {block.layer: block.count for block in BLOCKS}
        self.asked: list[tuple[str, str, int]] = []
        self.threads: set[int] = set()
        self.closed = False
        self.fault = ""

    def _note(self, what: str, layer: str, number: int) -> None:
        self.asked.append((what, layer, number))
        self.threads.add(threading.get_ident())
        if self.fault:
            raise OSError(self.fault)

    def _one(self, layer: str, number: int, side: int) -> Picture | None:
        if (layer, number) in self.missing:
            return None
        return np.full((side, side, 3), colour(layer, number), np.uint8)

    def overview(self, layer: str) -> Overview:
        self._note("overview", layer, 0)
        count = self.counts[layer]
        tiny = np.zeros((count, TINY, TINY, 3), np.uint8)
        for i in range(count):
            tiny[i] = colour(layer, i)
        made = np.array([(layer, i) not in self.missing for i in range(count)])
        return Overview(tiny, made, ["king crab"] * count)

    def thumbnails(self, layer: str, start: int, stop: int) -> Sequence[Picture | None]:
        self._note("thumbnails", layer, start)
        return [self._one(layer, i, 64) for i in range(start, stop)]

    def picture(self, layer: str, number: int) -> Picture | None:
        self._note("picture", layer, number)
        return self._one(layer, number, 96)

    def close(self) -> None:
        self.closed = True
