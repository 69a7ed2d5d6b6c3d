"""The shapes of a CPPN's functions, for marks in its nodes."""

from __future__ import annotations

import math


def _shape(function: object, reach: float) -> tuple[float, ...]:
    xs = [reach * (i / 12 - 1) for i in range(25)]
    return tuple(function(x) for x in xs)  # type: ignore[operator]


# Values in [-1, 1] from left to right.
MARKS: dict[str, tuple[float, ...]] = {
    "sine": _shape(math.sin, math.pi),
    "sigmoid": _shape(lambda x: math.tanh(2 * x), 1.6),
    "gaussian": _shape(lambda x: 2 * math.exp(-x * x) - 1, 2.2),
    "linear": _shape(lambda x: x, 1.0),
}
