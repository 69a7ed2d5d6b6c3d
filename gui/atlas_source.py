"""A store on disk as what a contact sheet is painted from."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.atlas.store import Store, exists
from engine.jobs import NetworkRef, Picture
from engine.runs import RunError
from engine.units import CLASSES, NetworkInfo, Unit
from gui.models.atlas_layers import LayerRow
from gui.views.sheet_loader import TINY, Overview
from gui.views.sheet_plan import Block


class StoreSource:
    """Opens the store of a folder when it is first asked; without one nothing is made.

    A store that is written meanwhile is read as it is at each question.
    """

    def __init__(self, folder: Path, counts: dict[str, int], network: NetworkRef) -> None:
        self._folder = folder
        self._network = network
        self._counts = counts
        self._store: Store | None = None

    def overview(self, layer: str) -> Overview:
        count = self._counts[layer]
        tiny = np.zeros((count, TINY, TINY, 3), np.uint8)
        made = np.zeros(count, np.bool_)
        tops = [""] * count
        store = self._opened()
        if store is not None:
            numbers, dots = store.dots(layer)
            tiny[numbers] = dots
            made[numbers] = True
            for entry in store.entries(layer):
                tops[entry.unit.index] = entry.top
        return Overview(tiny, made, tops)

    def thumbnails(self, layer: str, start: int, stop: int) -> Sequence[Picture | None]:
        store = self._opened()
        return store.thumbnails(layer, start, stop) if store else [None] * (stop - start)

    def picture(self, layer: str, number: int) -> Picture | None:
        store = self._opened()
        return store.picture(Unit(layer, number)) if store else None

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _opened(self) -> Store | None:
        # One that is just being made has no tables yet, of one that is damaged the desk tells.
        if self._store is None and exists(self._folder):
            with contextlib.suppress(RunError):
                self._store = Store.open(self._folder, self._network)
        return self._store


def blocks_of(rows: Sequence[LayerRow], info: NetworkInfo) -> list[Block]:
    """The layers that a sheet shows: those asked for, and those of which there are pictures."""
    return [
        Block(
            row.name,
            row.title,
            f"{row.kind} · {row.total:,}" if row.kind else f"{row.total:,}",
            row.total,
            info.classes if row.name == CLASSES else (),
        )
        for row in rows
        if row.chosen or row.done
    ]
