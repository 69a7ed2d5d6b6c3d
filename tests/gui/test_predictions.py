"""The table of predictions: rows, following the newest, choosing, copying."""

import time

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractSlider, QTableView
from pytestqt.modeltest import ModelTester

from engine.jobs import Record
from gui.models.predictions import FRACTION, PredictionsModel, probability
from gui.views.predictions import PredictionsTable

TOP = (("king crab", 0.75), ("isopod", 0.125), ("rock crab", 0.0625), ("a", 0.01), ("b", 0.0))


def records(count: int, first: int = 0, every: int = 1) -> list[Record]:
    return [Record(i, i * 1.5, 4.25, () if i % every else TOP) for i in range(first, first + count)]


@pytest.fixture
def table(qtbot):
    table = PredictionsTable()
    table.resize(420, 300)
    qtbot.addWidget(table)
    table.show()
    table.told = []
    table.iteration_chosen.connect(table.told.append)
    return table


def row_in_view(table) -> int:
    return table.view.rowAt(table.view.viewport().height() - 4)


def wheel_up(table) -> None:
    bar = table.view.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)


def test_model_keeps_qts_rules(qtbot):
    model = PredictionsModel()
    tester = ModelTester(None)
    tester.check(model)
    model.append(records(3))
    model.set_classes_shown(5)
    model.append(records(2, 3, every=9))
    model.set_classes_shown(1)
    model.set_records(records(1))


def test_cells():
    model = PredictionsModel()
    model.append(records(11, every=10))

    def shown(row):
        return [model.index(row, c).data() for c in range(model.columnCount())]

    assert shown(10) == ["10", "king crab", "0.7500", "15.00", "4.250"]
    assert shown(3) == ["3", "·", "·", "4.500", "4.250"]
    assert model.index(10, 2).data(FRACTION) == 0.75
    assert model.index(3, 2).data(FRACTION) is None
    assert model.index(3, 1).data(Qt.ItemDataRole.ToolTipRole)
    model.set_classes_shown(3)
    assert shown(10)[5:] == ["isopod", "0.1250", "rock crab", "0.0625"]
    heads = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert heads == ["it", "class", "p", "f", "h", "class 2", "p 2", "class 3", "p 3"]


def test_only_certainty_is_written_as_one():
    assert probability(1.0) == "1.0000"
    assert probability(0.99997) == "0.9999"
    assert probability(0.00004) == "0.0000"


def test_rows_of_iterations():
    model = PredictionsModel()
    assert model.row_of(5) == -1
    model.append(records(5, first=10))
    assert [model.row_of(i) for i in (0, 10, 12, 14, 99)] == [0, 0, 2, 4, 4]


def test_the_newest_stays_in_view_until_the_person_scrolls(table):
    table.append(records(100))
    assert row_in_view(table) == 99
    table.append(records(50, 100))
    assert row_in_view(table) == 149
    wheel_up(table)
    before = row_in_view(table)
    table.append(records(50, 150))
    assert row_in_view(table) == before
    bar = table.view.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    table.append(records(50, 200))
    assert row_in_view(table) == 249


def test_choosing_an_older_row_tells_and_stays_there(table, qtbot):
    table.append(records(100))
    table.set_current(99)
    assert table.told == []
    qtbot.keyClick(table.view, Qt.Key.Key_Up)
    assert table.told == [98]
    table.append(records(100, 100))
    assert table.view.currentIndex().row() == 98
    assert row_in_view(table) < 110
    table.set_current(199)
    assert row_in_view(table) == 199
    assert table.told == [98]


def test_rows_picked_for_copying_stay_picked_while_a_run_goes_on(table):
    table.append(records(20))
    table.view.selectAll()
    table.append(records(1, 20))
    table.set_current(20)
    assert len(table.view.selectionModel().selectedRows()) == 20


def test_set_current_shows_an_iteration_out_of_view(table):
    table.append(records(500))
    table.set_current(40)
    rect = table.view.visualRect(table.model.index(40, 0))
    assert table.view.viewport().rect().contains(rect)
    table.clear()
    table.set_current(3)  # nothing there: nothing happens
    assert table.told == []


def test_copy_is_tab_separated_with_a_header(table, qtbot):
    table.append(records(3, every=2))
    table.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == [
        "it\tclass\tp\tf\th",
        "0\tking crab\t0.75\t0.0\t4.25",
        "1\t\t\t1.5\t4.25",
        "2\tking crab\t0.75\t3.0\t4.25",
    ]
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.view.selectionModel().select(table.model.index(1, 0), flags)
    table.set_classes_shown(3)
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["1\t\t\t1.5\t4.25\t\t\t\t"]


def test_classes_shown_by_the_buttons(table, qtbot):
    with qtbot.waitSignal(table.classes_shown_changed) as told:
        qtbot.mouseClick(table._choices.button(5), Qt.MouseButton.LeftButton)
    assert told.args == [5]
    assert table.model.columnCount() == 13
    table.set_classes_shown(1)
    assert table._choices.button(1).isChecked()
    with pytest.raises(ValueError, match="1, 3 or 5"):
        table.set_classes_shown(2)


def test_ten_thousand_rows_in_batches_are_fast(table, qtbot):
    begun = time.thread_time()
    for first in range(0, 10_000, 50):
        table.append(records(50, first))
        table.set_current(first + 49)
    assert time.thread_time() - begun < 4  # 0.3 s of the processor's, however busy it is
    assert table.findChild(QTableView, "predictionsTable").model().rowCount() == 10_000
    assert row_in_view(table) == 9999


def test_the_newest_row_stays_in_view_when_the_window_shrinks(table, qtbot):
    table.append(records(100))
    assert row_in_view(table) == 99
    for height in (160, 220, 120):
        table.resize(420, height)
        qtbot.waitUntil(lambda: row_in_view(table) == 99, timeout=30_000)
    table.set_classes_shown(5)  # the bar at the bottom comes
    qtbot.waitUntil(lambda: row_in_view(table) == 99, timeout=30_000)
    table.set_current(20)
    table.resize(420, 200)
    assert row_in_view(table) < 99
