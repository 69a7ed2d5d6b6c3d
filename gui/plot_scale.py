"""The arithmetic of a plot: ticks at round numbers, their text, and thinning of long curves."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def span(values: Array) -> tuple[float, float]:
    """Smallest and largest finite value with a little air; never empty."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low == high == 0:  # no prior: a line on the floor, not one amid millionths
        return 0.0, 1.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-12):
        room = max(abs(high) * 0.1, 1e-6)
        return low - room, high + room
    air = 0.06 * (high - low)
    return low - air, high + air


def ticks(low: float, high: float, count: int) -> list[float]:
    """About ``count`` round numbers from low to high: 1, 2 or 5 times a power of ten apart."""
    if not high > low or count < 1:
        return []
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def number(value: float, padded: bool = False) -> str:
    """A number in four digits, with k, M, G or e when it is far from 1.

    ``padded`` keeps the zeros at the end, so that numbers in a column stand under each other.
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size < 1e-12:
        return "0"
    if size >= 1e12 or size < 1e-4:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    unit = ""
    for limit, divisor, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if size >= limit:
            value, unit = value / divisor, letter
            break
    digits = f"{value:#.4g}" if padded else f"{value:.4g}"
    return digits.rstrip(".") + unit


def thinned(x: Array, y: Array, columns: int) -> tuple[Array, Array]:
    """A long curve by the lowest and the highest point of each column of pixels.

    What is drawn looks the same as with every point: no peak is lost, nor either end.
    """
    piece = math.ceil(len(x) / max(1, columns))
    if piece <= 4:
        return x, y
    whole = len(x) // piece * piece
    pieces = np.where(np.isfinite(y[:whole]), y[:whole], -np.inf).reshape(-1, piece)
    begins = np.arange(0, whole, piece)
    extremes = np.concatenate((begins + pieces.argmin(axis=1), begins + pieces.argmax(axis=1)))
    chosen = np.unique(np.concatenate(([0], extremes, np.arange(whole, len(x)), [len(x) - 1])))
    return x[chosen], y[chosen]
