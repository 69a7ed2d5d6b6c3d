"""Where champions come from: parents back to the first generation, kept compactly. No torch, no Qt.

Every image that ever won a cell has a number, in order of birth. What no champion descends from is
forgotten now and then. The small pictures stay within a fixed budget of memory: those of the first
generation are always kept, the others thinned evenly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.evolution.parcels import Ancestor
from engine.jobs import Picture

SIDE = 64  # of the small pictures, at most
BUDGET = 24 * 2**20
NOBODY = -1  # the parent of those of the first generation

_COLUMNS = {
    "born": np.int64,
    "parent": np.int64,
    "generation": np.int64,
    "index": np.int32,
    "confidence": np.float64,
}


class Ancestry:
    """The family tree of an archive's champions."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._rows: dict[str, NDArray[Any]] = {
            name: np.zeros(0, kind) for name, kind in _COLUMNS.items()
        }
        self._pictures: dict[int, Picture] = {}
        self._stride = 1
        self._next = 0
        self._tidy_at = 1024

    def __len__(self) -> int:
        return len(self._rows["born"])

    def add(
        self,
        parents: NDArray[np.int64],
        generation: int,
        index: NDArray[np.int32],
        confidence: NDArray[np.float64],
        pictures: Iterable[Picture],
    ) -> NDArray[np.int64]:
        """Takes in the images that won a cell in a generation; returns their numbers.

        ``index`` and ``confidence`` say which class each of them serves best.
        """
        count = len(parents)
        born = np.arange(self._next, self._next + count, dtype=np.int64)
        self._next += count
        new = {
            "born": born,
            "parent": parents,
            "generation": np.full(count, generation),
            "index": index,
            "confidence": confidence,
        }
        for name, kind in _COLUMNS.items():
            self._rows[name] = np.concatenate([self._rows[name], new[name].astype(kind)])
        for number, parent, picture in zip(born.tolist(), parents.tolist(), pictures, strict=True):
            if parent == NOBODY or number % self._stride == 0:
                self._pictures[number] = small(picture)
        return born

    def tidy(self, champions: NDArray[np.int64]) -> None:
        """Forgets who no champion descends from, once there are many, and thins the pictures."""
        if len(self) >= self._tidy_at:
            alive = self._alive(champions)
            self._rows = {name: column[alive] for name, column in self._rows.items()}
            known = set(self._rows["born"].tolist())
            self._pictures = {k: v for k, v in self._pictures.items() if k in known}
            self._tidy_at = max(1024, 2 * len(self))
        while self._too_large():
            roots = set(self._rows["born"][self._rows["parent"] == NOBODY].tolist())
            self._stride *= 2
            thinned = {
                k: v for k, v in self._pictures.items() if k in roots or k % self._stride == 0
            }
            if len(thinned) == len(self._pictures) and self._stride > self._next:
                break  # nothing but the first generation's is left
            self._pictures = thinned

    def chain(self, born: int) -> tuple[Ancestor, ...]:
        """A champion's ancestors, the first generation's first, itself the last."""
        rows = self._rows
        found: list[Ancestor] = []
        number = born
        while number != NOBODY:
            at = self._at(number)
            found.append(
                Ancestor(
                    int(number),
                    int(rows["generation"][at]),
                    int(rows["index"][at]),
                    float(rows["confidence"][at]),
                    self._pictures.get(int(number)),
                )
            )
            number = int(rows["parent"][at])
        return tuple(reversed(found))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it by name, as a file keeps it."""
        kept = sorted(self._pictures)
        shape = self._pictures[kept[0]].shape if kept else (0, 0, 3)
        pictures = [self._pictures[k] for k in kept]
        return {
            **self._rows,
            "pictured": np.array(kept, np.int64),
            "pictures": np.stack(pictures) if kept else np.zeros((0, *shape), np.uint8),
            "counters": np.array([self._stride, self._next, self._tidy_at], np.int64),
        }

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]], budget: int = BUDGET) -> Ancestry:
        """What ``arrays`` gave; raises ``KeyError`` or ``ValueError`` where they do not fit."""
        found = cls(budget)
        found._rows = {name: arrays[name].astype(kind) for name, kind in _COLUMNS.items()}
        count = len(found)
        if any(column.shape != (count,) for column in found._rows.values()):
            raise ValueError("the ancestry's columns differ in length")
        numbers = found._rows["born"]
        parents = found._rows["parent"]
        if (np.diff(numbers) <= 0).any() or not np.isin(parents, [NOBODY, *numbers]).all():
            raise ValueError("the ancestry has gaps")
        if (parents >= numbers).any():
            raise ValueError("the ancestry has a child before its parent")
        pictures = arrays["pictures"].astype(np.uint8)
        found._pictures = dict(zip(arrays["pictured"].tolist(), pictures, strict=True))
        found._stride, found._next, found._tidy_at = (int(x) for x in arrays["counters"])
        return found

    def _at(self, number: int) -> int:
        at = int(np.searchsorted(self._rows["born"], number))
        if at >= len(self) or self._rows["born"][at] != number:
            raise KeyError(number)
        return at

    def _alive(self, champions: NDArray[np.int64]) -> NDArray[np.bool_]:
        alive = np.zeros(len(self), np.bool_)
        found = np.unique(champions[champions != NOBODY])
        while len(found):
            at = np.searchsorted(self._rows["born"], found)
            at = at[~alive[at]]
            alive[at] = True
            parents = self._rows["parent"][at].astype(np.int64)
            found = np.unique(parents[parents != NOBODY])
        return alive

    def _too_large(self) -> bool:
        some = next(iter(self._pictures.values()), None)
        return some is not None and len(self._pictures) * some.nbytes > self._budget


def small(picture: Picture) -> Picture:
    """A picture (H, W, 3) reduced by a whole number to at most 64 pixels a side; a copy."""
    factor = -(-max(picture.shape[:2]) // SIDE)
    if factor == 1:
        return picture.copy()
    return np.asarray(Image.fromarray(picture).reduce(factor))
