"""How the blocks of a contact sheet are put on shelves, so that its tiles are as large as can be.

For a width of the sheet in tiles the breaks into shelves are found by dynamic programming, as
lines of text are broken; of several widths the one is taken whose tiles come out largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.views.sheet_plan import _GAP, _SHELF, _TIGHT_GAP, _TIGHT_SHELF, Place, Plan, Shelf

_FACTORS = (0.7, 0.85, 1.0, 1.15, 1.35, 1.6)  # of the width that would do without any gap
_MUCH = 1.5  # a tight plan is taken where its tiles are so much larger


@dataclass(frozen=True, slots=True)
class _Style:
    """``narrowest`` is what a block should have for its name; ``longest`` counts blocks a shelf."""

    tight: bool
    narrowest: float
    longest: int
    gap: float
    shelf: float


_LOOSE = _Style(False, 84.0, 14, _GAP, _SHELF)
_TIGHT = _Style(True, 24.0, 40, _TIGHT_GAP, _TIGHT_SHELF)


def arrange(counts: Sequence[int], width: float, height: float) -> Plan:
    """The blocks on shelves for a window of that size; ``counts`` are the units of each, from 1."""
    if not counts:
        return Plan([], [], [], tight=False)
    loose, large = _best(counts, width, height, _LOOSE)
    tight, larger = _best(counts, width, height, _TIGHT)
    return tight if larger > _MUCH * large else loose


def _best(counts: Sequence[int], width: float, height: float, style: _Style) -> tuple[Plan, float]:
    shape = max(width, 1.0) / max(height, 1.0)
    ideal = math.sqrt(sum(counts) * shape)
    plans = [
        _shelved(np.asarray(counts), across, width, style)
        for across in sorted({max(1, round(ideal * factor)) for factor in _FACTORS})
    ]
    scales = [plan.fitting(width, height) for plan in plans]
    at = scales.index(max(scales))
    return plans[at], scales[at]


def _shelved(counts: NDArray[np.int_], across: int, width: float, style: _Style) -> Plan:
    """The blocks broken into shelves about ``across`` tiles wide."""
    scale = max(width, 1.0) / across  # about what a tile will have
    slot = max(1, math.ceil(min(style.narrowest, width / 4) / scale))
    heights = _heights(int(counts.max()))
    # No thin towers, and room for the name where there are units for it: (B,)
    least = np.maximum(np.ceil(np.sqrt(counts * 0.75)), np.minimum(slot, counts))
    columns = np.maximum(-(-counts[:, None] // heights), least[:, None])  # (B, heights)
    before = np.vstack([np.zeros(len(heights)), np.cumsum(columns, axis=0)])  # (B + 1, heights)
    cost, came, rows = np.zeros(len(counts) + 1), [0], [0]
    for last in range(1, len(counts) + 1):
        first = np.arange(max(0, last - style.longest), last)
        room = across - (last - first - 1) * style.gap / scale
        fits = before[last] - before[first] <= room[:, None]  # (firsts, heights)
        lowest = np.where(fits.any(axis=1), heights[fits.argmax(axis=1)], 0)
        lowest[-1] = lowest[-1] or heights[-1]  # one block too wide for it has its own shelf
        price = np.where(lowest > 0, cost[first] + lowest * scale + style.shelf, np.inf)
        best = int(price.argmin())
        cost[last] = price[best]
        came.append(int(first[best]))
        rows.append(int(lowest[best]))
    places: list[Place] = []
    shelves: list[Shelf] = []
    for first_block, last_block, high in _breaks(came, rows):
        _fill(places, shelves, counts[first_block:last_block], least[first_block:last_block], high)
    return Plan([int(n) for n in counts], places, shelves, tight=style.tight)


def _heights(most: int) -> NDArray[np.int_]:
    """The heights of a shelf, in tiles, that are tried: each up to 32, then ever fewer."""
    found = list(range(1, 33))
    while found[-1] < most:
        found.append(math.ceil(found[-1] * 1.05))
    return np.array(found)


def _breaks(came: list[int], rows: list[int]) -> list[tuple[int, int, int]]:
    found, last = [], len(came) - 1
    while last:
        found.append((came[last], last, rows[last]))
        last = came[last]
    return found[::-1]


def _fill(
    places: list[Place],
    shelves: list[Shelf],
    counts: NDArray[np.int_],
    least: NDArray[np.float64],
    high: int,
) -> None:
    """Adds a shelf with these blocks, none higher than ``high`` tiles."""
    above = shelves[-1].above + shelves[-1].rows if shelves else 0
    first, before, highest = len(places), 0, 0
    for number, (count, narrow) in enumerate(zip(counts, least, strict=True)):
        columns = int(max(-(-count // high), narrow))
        rows = int(-(-count // columns))
        places.append(Place(len(shelves), number, before, columns, rows))
        before += columns
        highest = max(highest, rows)
    shelves.append(Shelf(first, len(places), above, highest))
