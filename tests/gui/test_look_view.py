"""The picture with heat: what the pointer and the keys tell, and what is painted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from engine.units import ReceptiveField
from gui.heat import Laid, lay
from gui.views.look_view import LookView

FIELD = ReceptiveField((16, 16), (16, 16), (0, 0), whole=False)


def spot(row: int, column: int, side: int = 6) -> Laid:
    values = np.zeros((side, side), np.float32)
    values[row, column] = 7
    return lay(values, (96, 96), FIELD, tokens=False)


@pytest.fixture
def view(qtbot) -> LookView:
    view = LookView()
    view.resize(240, 192)  # the picture is twice its size, 24 from the left
    qtbot.addWidget(view)
    view.show()
    view.set_picture(np.full((96, 96, 3), 128, np.uint8))
    view.set_style(1.0, "inferno", blended=False)
    return view


def pixel(view: LookView, x: int, y: int) -> QColor:
    return view.grab().toImage().pixelColor(x, y)


def test_the_box_is_at_the_strongest_place_until_the_pointer_moves_it(qtbot, view) -> None:
    told: list = []
    view.place_changed.connect(told.append)
    view.set_map(spot(4, 1))
    assert view.place() == (4, 1)
    qtbot.mouseMove(view, QPointF(24 + 2 * 40, 2 * 20).toPoint())  # pixel 40, 20
    assert view.place() == (1, 2)
    view.leaveEvent(None)
    assert view.place() == (4, 1)
    assert told == [(4, 1), (1, 2), (4, 1)]


def test_another_map_keeps_the_place_of_the_pointer(qtbot, view) -> None:
    view.set_map(spot(4, 1))
    view.choose((1, 2))
    view.set_map(spot(0, 0))
    assert view.place() == (1, 2)
    view.set_map(spot(0, 0, side=3))
    assert view.place() == (0, 0)


def test_a_neuron_has_its_box_where_it_is(view) -> None:
    view.set_map(spot(4, 1), place=(5, 5))
    assert view.place() == (5, 5)


def test_arrows_move_the_box_and_stay_inside(qtbot, view) -> None:
    view.set_map(spot(0, 4))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert view.place() == (1, 5)


def test_the_heat_lies_where_the_unit_looks(view) -> None:
    view.set_map(spot(2, 3))
    # Its cell is the picture's 48 … 64 across, 32 … 48 down: on the screen from 120, 64.
    assert pixel(view, 126, 70).name() == "#fcffa4"
    assert pixel(view, 40, 20).red() < 70  # silent: 60 % of black over the grey of 128
    view.set_style(0.0, "inferno", blended=False)
    assert pixel(view, 126, 70).name() == "#808080"


def test_sharp_and_blended_are_not_the_same(view) -> None:
    view.set_map(spot(2, 3))
    sharp = view.grab().toImage()
    view.set_style(1.0, "inferno", blended=True)
    assert view.grab().toImage() != sharp
    assert pixel(view, 136, 92).lightness() > pixel(view, 136, 120).lightness()


def test_a_new_picture_has_no_map_yet(view) -> None:
    view.set_map(spot(2, 3))
    view.set_picture(np.full((96, 96, 3), 10, np.uint8))
    assert view.map is None and view.place() is None
    assert pixel(view, 126, 70).name() == "#0a0a0a"


def test_an_outline_is_drawn(view) -> None:
    before = view.grab().toImage()
    view.set_outline((10, 10, 50, 50))
    assert view.grab().toImage() != before


def test_a_large_map_is_painted(view) -> None:
    values = np.random.default_rng(0).random((224, 224), dtype=np.float32)
    for blended in (True, False):
        view.set_style(0.7, "viridis", blended=blended)
        view.set_map(lay(values, (96, 96), None, tokens=False))
        assert not view.grab().toImage().isNull()
