"""What an attack changed, as a picture: 0.5 + factor · δ. No torch, no Qt."""

from __future__ import annotations

import numpy as np

from engine.attacks.parcels import Pixels
from engine.jobs import Picture

FACTORS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SHOWN = 99.9  # percent of the values that must not be cut off; a few outliers may
_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # as a grey network reads colours


def pixels_of(picture: Picture, channels: int = 3) -> Pixels:
    """A picture, uint8 (H, W, 3), as a network's pixels in [0, 1]: float32 (H, W, channels)."""
    values: Pixels = picture.astype(np.float32) / np.float32(255)
    if channels == 1:
        values = (values @ _GREY)[..., None]
    return values


def change(original: Picture, values: Pixels) -> Pixels:
    """δ = x − x̌, float32 (H, W, C), of an original (H, W, 3) and pixels (H, W, C) in [0, 1].

    Raises:
        ValueError: they are not of one size.
    """
    if original.shape[:2] != values.shape[:2]:
        raise ValueError(f"an original of {original.shape} and pixels of {values.shape}")
    delta: Pixels = values - pixels_of(original, values.shape[2])
    return delta


def magnification(original: Picture, values: Pixels) -> int:
    """The largest of ``FACTORS`` at which 99.9 % of |δ| · factor stay within 0.5.

    1 where none does, 1000 where nothing was changed.
    """
    size = float(np.percentile(np.abs(change(original, values)), SHOWN))
    # A change of exactly 0.5 / factor is a float's rounding more or less than that.
    return max((x for x in FACTORS if x * size <= 0.5 + 1e-6), default=1)


def difference(original: Picture, values: Pixels, factor: float) -> Picture:
    """The difference magnified: uint8 (H, W, 3), unchanged pixels of the middle grey 128."""
    shown = np.clip(0.5 + factor * change(original, values), 0, 1) * np.float32(255)
    levels = np.floor(shown + np.float32(0.5)).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(levels, (*levels.shape[:2], 3)))
