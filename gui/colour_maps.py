"""Colours for numbers, even to the eye and safe for the colour-blind, as tables of numbers.

Viridis and Inferno are by S. van der Walt, N. Smith and E. Firing (2015), in the public domain
(CC0): every eighth of their 256 colours, the others between them; no level is off by more than 2.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_TABLES = {
    "inferno": (
        "000004 040312 0b0724 150b37 210c4a 2f0a5b 3d0965 4a0c6b 57106e 64156e 71196e 7d1e6d "
        "8a226a 972766 a32c61 b0315b bc3754 c63d4d d04545 da4e3c e35933 eb6429 f1711f f67e14 "
        "f98c0a fb9b06 fcaa0f fbba1f f9c932 f5d949 f2e865 f3f586 fcffa4"
    ),
    "viridis": (
        "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e "
        "2c728e 297a8e 26828e 23898e 21918c 1f978b 1f9f88 21a685 27ad81 31b57b 3dbc74 4cc26c "
        "5cc863 6ece58 81d34d 95d840 aadc32 c0df25 d5e21a eae51a fde725"
    ),
    "grey": "000000 ffffff",
}
NAMES = tuple(_TABLES)
_LEAST_COVER = 0.6  # of the opacity


@lru_cache(maxsize=len(_TABLES))
def table(name: str) -> NDArray[np.uint8]:
    """A colour map's 256 colours, uint8 (256, 3), from the least to the most."""
    stops = np.array([list(bytes.fromhex(x)) for x in _TABLES[name].split()], np.float64)
    places = np.round(np.linspace(0, 255, len(stops)))
    levels = np.arange(256)
    columns = [np.interp(levels, places, stops[:, c]) for c in range(3)]
    made: NDArray[np.uint8] = np.stack(columns, axis=1).round().astype(np.uint8)
    made.setflags(write=False)
    return made


@lru_cache(maxsize=8)
def inks(name: str, opacity: float) -> NDArray[np.uint32]:
    """A map's 256 colours as Qt's premultiplied ARGB, to be laid over a picture.

    The most is as opaque as ``opacity`` says; the least covers less, so that what a unit does not
    respond to is still seen.
    """
    alpha = 255 * opacity * np.linspace(_LEAST_COVER, 1.0, 256)  # (256,)
    rgb = (table(name) * (alpha[:, None] / 255)).round().astype(np.uint32)  # (256, 3)
    whole = alpha.round().astype(np.uint32)
    argb = whole << 24 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    return argb.astype(np.uint32)


def levels(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Numbers as 0 … 255 between ``low`` and ``high``, beyond them the nearer end; NaN is 0."""
    span = high - low
    if not span > 0:
        return np.zeros(values.shape, np.uint8)
    scaled = (values - np.float32(low)) * np.float32(255 / span)
    clipped = np.clip(np.nan_to_num(scaled, nan=0.0), 0, 255)
    whole: NDArray[np.uint8] = np.rint(clipped).astype(np.uint8)
    return whole
