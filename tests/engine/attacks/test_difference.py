"""The difference as a picture: its levels by hand, its magnification at the bounds."""

from __future__ import annotations

import numpy as np
import pytest

from engine.attacks.difference import FACTORS, change, difference, magnification, pixels_of
from engine.attacks.parcels import Pixels
from engine.jobs import Picture


def grey(level: int = 100, side: int = 20) -> Picture:
    return np.full((side, side, 3), level, dtype=np.uint8)


def changed(original: Picture, levels: float) -> Pixels:
    return pixels_of(original) + np.float32(levels / 255)


def test_levels_by_hand() -> None:
    original = grey()
    values = pixels_of(original)
    values[0, 0] += np.float32(4 / 255)
    values[0, 1, 2] -= np.float32(4 / 255)
    values[0, 2] += np.float32(1)
    shown = difference(original, values, 10)
    assert shown.dtype == np.uint8 and shown.shape == original.shape
    assert shown[0, 0].tolist() == [168, 168, 168]  # 127.5 + 40, rounded up at the half
    assert shown[0, 1].tolist() == [128, 128, 88]
    assert shown[0, 2].tolist() == [255, 255, 255]
    assert (shown[1:] == 128).all()


@pytest.mark.parametrize(
    ("levels", "factor"),
    [(0.0, 1000), (0.1, 1000), (0.2, 500), (8, 10), (12.75, 10), (12.76, 5), (127.5, 1), (200, 1)],
)
def test_magnification_is_the_largest_that_fits(levels: float, factor: int) -> None:
    assert magnification(grey(20), changed(grey(20), levels)) == factor
    assert factor in FACTORS


def test_a_few_outliers_do_not_set_the_magnification() -> None:
    original = grey(side=100)
    values = changed(original, 1)
    values[0, :8] += np.float32(0.4)  # 24 of 30,000 values
    assert magnification(original, values) == 100
    values[:2] += np.float32(0.4)  # 2 % of them
    assert magnification(original, values) == 1


def test_a_grey_network_s_pixels_are_compared_with_what_it_sees() -> None:
    original = grey()
    original[..., 0] = 200  # what a grey network makes of it is 0.299 · 200 + 0.701 · 100
    values = pixels_of(original, 1)
    assert values.shape == (20, 20, 1)
    assert values[0, 0, 0] == pytest.approx((0.299 * 200 + 0.701 * 100) / 255, abs=1e-6)
    assert np.abs(change(original, values)).max() == 0
    shown = difference(original, values + np.float32(2 / 255), 10)
    assert shown.shape == original.shape and shown.flags["C_CONTIGUOUS"]
    assert (shown == 148).all()  # 127.5 + 20, rounded up at the half


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="an original of"):
        difference(grey(side=20), pixels_of(grey(side=21)), 1)
