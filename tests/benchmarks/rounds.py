"""Contestants take turns, A B C A B C …; what is compared are their times within a round."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds an iteration, by contestant, one value a round."""

    seconds: Mapping[str, list[float]]

    def rate(self, name: str) -> float:
        """Iterations a second, the median round."""
        return 1 / median(self.seconds[name])

    def ratio(self, slow: str, fast: str) -> float:
        """How many times longer the first takes: the median over the rounds."""
        return median(a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True))

    def spread(self, slow: str, fast: str) -> tuple[float, float]:
        """The quartiles of that ratio."""
        ratios = sorted(a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True))
        return ratios[len(ratios) // 4], ratios[(3 * len(ratios)) // 4]


def alternate(
    contestants: Mapping[str, Iterator[Any]],
    rounds: int,
    turn_seconds: float,
    multiples: Mapping[str, int] | None = None,
) -> Rounds:
    """Lets each contestant iterate for about ``turn_seconds`` a round.

    ``multiples``: what does something more at every n-th iteration gets whole cycles of n.
    """
    counts = {}
    for name, iterations in contestants.items():
        for _ in range(2):  # memory, oneDNN's kernels
            next(iterations)
        cycle = (multiples or {}).get(name, 1)
        counts[name] = cycle * max(1, round(turn_seconds / _timed(iterations, 1) / cycle))
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, iterations in contestants.items():
            seconds[name].append(_timed(iterations, counts[name]))
    return Rounds(seconds)


def _timed(iterations: Iterator[Any], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        next(iterations)
    return (time.perf_counter() - began) / count
