"""Where a map lies on a picture, what its colours stand for: against numbers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.units import ReceptiveField
from gui.colour_maps import NAMES, inks, levels, table
from gui.heat import Laid, lay, shades, span

SIDE = (96, 96)


def ramp(rows: int, columns: int) -> np.ndarray:
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)


def test_a_position_is_the_middle_of_what_it_sees() -> None:
    field = ReceptiveField((7, 7), (4, 4), (-3, -3), whole=False)
    laid = lay(ramp(24, 24), SIDE, field, tokens=False)
    # Position 0 sees -3 … 4, its middle 0.5; the next is 4 further on.
    assert laid.area() == (-1.5, -1.5, 94.5, 94.5)
    assert laid.centre((0, 0)) == (0.5, 0.5)
    assert laid.centre((2, 5)) == (8.5, 20.5)
    assert laid.box((0, 0)) == (0, 0, 4, 4)
    assert laid.box((2, 5)) == (5, 17, 12, 24)
    assert laid.place_at(20.5, 8.5) == (2, 5)
    assert laid.place_at(22.4, 8.5) == (2, 5)
    assert laid.place_at(22.6, 8.5) == (2, 6)
    assert laid.place_at(-50, 500) == (23, 0)


def test_a_field_that_is_not_square() -> None:
    field = ReceptiveField((3, 9), (2, 6), (-1, -3), whole=False)
    laid = lay(ramp(10, 4), SIDE, field, tokens=False)
    top, left, bottom, right = laid.area()
    assert (top, bottom) == (-0.5, 19.5)
    assert (left, right) == (-1.5, 22.5)


@pytest.mark.parametrize("field", [None, ReceptiveField(SIDE, (0, 0), (0, 0), whole=True)])
def test_without_a_window_of_its_own_it_is_spread_evenly(field: ReceptiveField | None) -> None:
    laid = lay(ramp(4, 6), SIDE, field, tokens=False)
    assert laid.area() == (0, 0, 96, 96)
    assert laid.place_at(95, 25) == (1, 5)


def test_one_position_covers_the_picture() -> None:
    field = ReceptiveField((200, 200), (8, 8), (-52, -52), whole=False)
    assert lay(ramp(1, 1), SIDE, field, tokens=False).area() == (0, 0, 96, 96)


def test_tokens_after_a_class_token_are_a_grid() -> None:
    laid = lay(ramp(197, 1), (224, 224), None, tokens=True)
    assert laid.shape == (14, 14) and laid.first == 1
    assert laid.values[0, 0] == 1 and laid.values[13, 13] == 196
    assert laid.position((1, 2)) == (17, 0)
    assert laid.place((17, 0)) == (1, 2)
    assert laid.place((0, 0)) is None
    table = tuple((16 * (i // 14), 16 * (i % 14)) for i in range(196))
    boxes = ((0, 0, 0, 0), *((t, x, t + 16, x + 16) for t, x in table))
    field = ReceptiveField((16, 16), (16, 0), (0, 0), whole=False, table=boxes, columns=1)
    of_patches = lay(ramp(197, 1), (224, 224), field, tokens=True)
    assert of_patches.area() == (0, 0, 224, 224)
    assert of_patches.box((1, 2)) == (16, 32, 32, 48)


def test_tokens_without_a_class_token_and_those_that_make_no_grid() -> None:
    assert lay(ramp(49, 1), SIDE, None, tokens=True).shape == (7, 7)
    strip = lay(ramp(15, 1), SIDE, None, tokens=True)
    assert strip.strip and strip.shape == (1, 15)
    assert strip.area()[2:] == (96, 96) and strip.area()[0] > 80


def test_what_the_colours_stand_for() -> None:
    assert span(np.array([[-3, 5]], np.float32)) == (0, 5)
    assert span(np.array([[-3, -1]], np.float32)) == (-3, -1)
    low, high = span(np.zeros((2, 2), np.float32))
    assert low < high
    assert span(np.full((2, 2), np.nan, np.float32)) == (0, 1)


def test_levels_go_from_end_to_end() -> None:
    given = np.array([[-1, 0, 5, 10, 20, np.nan]], np.float32)
    assert levels(given, 0, 10).tolist() == [[0, 0, 128, 255, 255, 0]]
    assert levels(given, 3, 3).tolist() == [[0] * 6]


def test_blended_is_bilinear_between_the_middles() -> None:
    laid = lay(np.array([[0, 100], [200, 300]], np.float32), SIDE, None, tokens=False)
    # At 4×4 the middles lie at -0.25, 0.25, 0.75, 1.25 cells, held at the ends.
    at = np.clip((np.arange(4) + 0.5) / 2 - 0.5, 0, 1)
    exact = at[:, None] * 200 + at[None] * 100
    found = shades(laid, (0, 300), (4, 4), blended=True)
    assert np.abs(found - exact * 255 / 300).max() <= 1
    assert shades(laid, (0, 300), (4, 4), blended=False).shape == (2, 2)
    one = lay(np.ones((1, 1), np.float32), SIDE, None, tokens=False)
    assert shades(one, (0, 1), (5, 3), blended=True).tolist() == [[255] * 3] * 5


@pytest.mark.parametrize("name", NAMES)
def test_colours_brighten_all_the_way(name: str) -> None:
    """What makes a map readable in grey, and without seeing red: its lightness alone orders it."""
    rgb = table(name)[::5].astype(float) / 255  # 8-bit levels do not brighten at each step
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lightness = linear @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) > 0).all()
    assert lightness[-1] > 0.6


def test_known_colours() -> None:
    """matplotlib's own: viridis(0), viridis(0.5), inferno(1.0), as published."""
    assert table("viridis")[0].tolist() == [0x44, 0x01, 0x54]
    assert np.abs(table("viridis")[128].astype(int) - [0x21, 0x91, 0x8C]).max() <= 2
    assert table("inferno")[255].tolist() == [0xFC, 0xFF, 0xA4]


def test_inks_are_premultiplied() -> None:
    ink = inks("inferno", 0.5)
    alpha, red = int(ink[255]) >> 24, int(ink[255]) >> 16 & 255
    assert alpha == 128 and red == round(0xFC * 0.5)
    assert int(ink[0]) >> 24 < alpha
    assert (inks("grey", 0.0) == 0).all()


def test_a_neuron_stays_where_it_is() -> None:
    laid = Laid(ramp(3, 3), SIDE)
    assert laid.place((1, 2)) == (1, 2) == laid.position((1, 2))
    assert laid.strongest() == (2, 2)
