"""The strongest images of very many units, kept while images come and go. Plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.patches.parcels import SHOWN

KEPT = SHOWN + 8  # so that a few deleted images cost no new search

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


class Best:
    """For each of U units the strongest images, at most ``KEPT``, the first ones first.

    ``values``, ``images`` and ``places`` are (U, KEPT): the activation (−∞ where there is none),
    the image's number and the position in the unit's map, counted row by row. Of equal ones those
    that came first stay. Nothing that is not kept exceeds a unit's ``bar``: the last one kept, or,
    where images were dropped since, ``floor`` (U,), the last one that was kept before. So what is
    kept are the strongest of all that were seen and are still there, however few.
    """

    def __init__(self, units: int) -> None:
        self.values: Floats = np.full((units, KEPT), -np.inf, np.float32)
        self.images: Numbers = np.full((units, KEPT), -1, np.int32)
        self.places: Numbers = np.full((units, KEPT), -1, np.int32)
        self.floor: Floats = np.full(units, -np.inf, np.float32)

    def bar(self, units: slice | NDArray[np.intp]) -> Floats:
        """What an activation must exceed to be kept, (units,)."""
        return np.maximum(self.values[units, -1], self.floor[units])

    def add(
        self, units: NDArray[np.intp], values: Floats, image: int, places: NDArray[np.intp]
    ) -> None:
        """One image's activations and their places, each (n,), of n different units."""
        above = values > self.bar(units)
        units = units[above]
        rows = self.values[units], self.images[units], self.places[units]
        # What was last is lost, if there was one.
        rows[0][:, -1] = values[above]
        rows[1][:, -1] = image
        rows[2][:, -1] = places[above]
        self._sort(units, rows)

    def drop(self, gone: NDArray[np.int32]) -> bool:
        """Forgets images; whether what is left still tells each unit's strongest ``SHOWN``."""
        units = np.flatnonzero(np.isin(self.images, gone).any(1))
        self.floor[units] = self.bar(units)
        rows = self.values[units], self.images[units], self.places[units]
        lost = np.isin(rows[1], gone)
        rows[0][lost], rows[1][lost], rows[2][lost] = -np.inf, -1, -1
        self._sort(units, rows)
        kept = (self.images[units] >= 0).sum(1)
        return bool(((kept >= SHOWN) | np.isneginf(self.floor[units])).all())

    def _sort(self, units: NDArray[np.intp], rows: tuple[Floats, Numbers, Numbers]) -> None:
        order = np.argsort(-rows[0], axis=1, kind="stable")
        for all_rows, row in zip((self.values, self.images, self.places), rows, strict=True):
            all_rows[units] = np.take_along_axis(row, order, 1)
