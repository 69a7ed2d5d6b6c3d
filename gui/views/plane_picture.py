"""A surface over the plane as colours with contours: numbers in, an image out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QColor, QImage

from gui.plot_scale import ticks

Floats = NDArray[np.float64]

SIDE = 432  # pixels of the picture; what is drawn is scaled from it
_BANDS = 12  # contours, about


def picture(values: Floats, low: QColor, high: QColor, ground: QColor) -> QImage:
    """A square image of a surface (S, S), its lowest part in one colour and its highest in another.

    What lies far below the rest (a density's −h does) is cut off, so that the rest keeps colours.
    """
    finite = np.nan_to_num(values, nan=0.0, posinf=1e30, neginf=-1e30)
    top, bottom = float(finite.max()), float(np.quantile(finite, 0.25))
    bottom = max(float(finite.min()), top - 2.5 * max(top - bottom, 1e-9))
    shown = np.clip(finite, bottom, top).astype(np.float32)
    fine = np.asarray(Image.fromarray(shown, "F").resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    step = next(iter(np.diff(ticks(bottom, top, _BANDS))), max(top - bottom, 1e-9) / _BANDS)
    band = np.floor(fine / step)
    middle = (band + 0.5) * step
    part = np.clip((middle - bottom) / max(top - bottom, 1e-9), 0, 1)[..., None]
    ends = [np.array([c.red(), c.green(), c.blue()], np.float32) for c in (low, ground, high)]
    # Two straight ways through the ground's colour: what is neither high nor low is quiet.
    colours = np.where(
        part < 0.5,
        ends[0] + (ends[1] - ends[0]) * 2 * part,
        ends[1] + (ends[2] - ends[1]) * (2 * part - 1),
    )
    edge = np.zeros(band.shape, bool)
    edge[:, 1:] |= band[:, 1:] != band[:, :-1]
    edge[1:] |= band[1:] != band[:-1]
    colours[edge] *= 0.82
    pixels = np.ascontiguousarray(colours.clip(0, 255).astype(np.uint8))
    return QImage(pixels.data, SIDE, SIDE, 3 * SIDE, QImage.Format.Format_RGB888).copy()
