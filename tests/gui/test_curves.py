"""The plot of f and h: ticks, numbers, thinning, choosing an iteration."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.jobs import Record
from gui import theme
from gui.plot_scale import number, span, thinned, ticks
from gui.views.curves import CurvePlot


def records(count: int, first: int = 0) -> list[Record]:
    return [Record(i, float(i), 5 - i / 100, ()) for i in range(first, first + count)]


@pytest.fixture
def plot(qtbot):
    plot = CurvePlot()
    plot.resize(604, 200)
    qtbot.addWidget(plot)
    plot.show()
    return plot


def has(plot, colour) -> bool:
    image = plot.grab().toImage()
    inside = range(60, image.width() - 60, 1)
    return any(image.pixelColor(x, y) == colour for x in inside for y in range(30, 170, 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (192.5, "192.5"), (196.0, "196"), (123456.0, "123.5k"), (2.5e6, "2.5M"),
     (-2e-7, "-2.0e-7"), (math.nan, "–"), (math.inf, "–")],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_numbers_of_a_column_keep_their_zeros():
    assert number(196.0, padded=True) == "196.0"
    assert number(1234.5, padded=True) == "1234"


def test_ticks_are_round_and_inside():
    assert ticks(-3, 209, 3) == [0, 100, 200]
    assert ticks(0, 1, 4) == pytest.approx([0, 0.5, 1])
    assert ticks(1, 1, 4) == []


def test_span_is_never_empty_and_ignores_what_is_not_finite():
    low, high = span(np.array([3.0, 3.0]))
    assert low < 3 < high
    low, high = span(np.array([1.0, math.nan, math.inf, 2.0]))
    assert 0.5 < low < 1 < 2 < high < 2.5
    assert span(np.array([math.nan])) == span(np.zeros(3)) == (0, 1)


def test_thinning_loses_no_peak_and_no_end():
    x = np.arange(20_000.0)
    y = np.sin(x / 50)
    y[12_345], y[777] = 9, math.nan
    thin_x, thin_y = thinned(x, y, 500)
    assert len(thin_x) < 1500
    assert (thin_x[0], thin_x[-1]) == (0, 19_999)
    assert np.all(np.diff(thin_x) > 0)
    assert np.nanmax(thin_y) == 9
    short_x, _ = thinned(x[:100], y[:100], 500)
    assert len(short_x) == 100


def test_draws_both_curves_in_their_colours(plot):
    c = theme.colours()
    assert not has(plot, c.f_curve)
    plot.set_records(records(100))
    plot.set_marker(50)
    assert has(plot, c.f_curve)
    assert has(plot, c.h_curve)
    plot.clear()
    assert not has(plot, c.f_curve)
    assert plot.marker() is None


def test_appends_as_if_set_at_once(plot):
    plot.set_records(records(3000))
    whole = plot.grab().toImage()
    plot.clear()
    for first in range(0, 3000, 500):
        plot.append(records(500, first))
    plot.append([])
    assert plot.grab().toImage() == whole


def test_one_record_and_no_finite_value_are_drawn(plot):
    plot.set_records(records(1))
    plot.grab()
    plot.set_records([Record(0, math.nan, math.inf, ()), Record(1, math.nan, 1.0, ())])
    plot.set_marker(0)
    plot.grab()


def test_a_click_chooses_the_iteration_under_it(plot, qtbot):
    told = []
    plot.iteration_chosen.connect(told.append)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 80))
    assert told == []
    plot.set_records(records(101))
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(302, 80))
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(2, 80))
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(600, 80))
    assert told == [50, 0, 100]
    assert plot.marker() == 100


def test_arrows_choose_the_next_iteration(plot, qtbot):
    told = []
    plot.set_records(records(10))
    plot.set_marker(5)
    plot.iteration_chosen.connect(told.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        qtbot.keyClick(plot, key)
    assert told == [4, 5, 6, 9]
