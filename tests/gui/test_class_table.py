"""The lecture's table: cells, what is coloured, growing, following, choosing, copying."""

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.modeltest import ModelTester

from engine.attacks.parcels import Distortion, Transfer
from engine.jobs import NetworkRef
from gui.models.class_table import CHANGED, ClassTableModel
from gui.views.class_table import ClassTable
from tests.gui.attack_runs import a_run, add, record, some_runs


@pytest.fixture
def table(qtbot):
    table = ClassTable()
    table.resize(600, 150)
    table.set_columns(90, 160)
    qtbot.addWidget(table)
    table.show()
    table.told, table.images = [], []
    table.iteration_chosen.connect(table.told.append)
    table.image_chosen.connect(table.images.append)
    return table


def grow(runs, iteration: int, index: int = 1) -> None:
    for run in runs:
        add(run, record(iteration, index))


def newest_in_view(table) -> bool:
    last = table.visualRect(table.table.index(table.table.rowCount() - 1, 0))
    return table.viewport().rect().contains(last.center())


def test_model_keeps_qts_rules(qtbot):
    model = ClassTableModel()
    tester = ModelTester(None)
    tester.check(model)
    runs = some_runs(3, ())
    model.set_runs(runs)
    grow(runs, 0, 0)
    model.refresh()
    grow(runs, 1)
    grow(runs, 2)
    model.mark(1)
    model.refresh()
    for run in runs:
        run.records.clear()
    model.refresh()
    assert model.rowCount() == 0


def test_iterations_down_images_across():
    model = ClassTableModel()
    model.set_runs([a_run((0, 0, 1), "one.jpg"), a_run((2, 2), "two.jpg")])
    assert (model.rowCount(), model.columnCount()) == (3, 2)
    shown = [[model.index(row, column).data() for column in range(2)] for row in range(3)]
    assert shown == [["jaguar", "leopard"], ["jaguar", "leopard"], ["tiger", None]]
    across = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(2)]
    assert across == ["one.jpg", "two.jpg"]
    assert model.headerData(2, Qt.Orientation.Vertical) == "2"


def test_a_cell_is_marked_when_its_class_is_not_the_first_one():
    model = ClassTableModel()
    # Back to the first class at 3; at 2 it is another one, though not the one that is aimed at.
    run = a_run((0, 1, 2, 0))
    run.records[2] = record(2, 2, fooled=False)
    model.set_runs([run])
    assert [model.index(row, 0).data(CHANGED) for row in range(4)] == [False, True, True, False]


def test_the_settled_row_is_the_result():
    run = a_run((0, 1))
    add(run, record(2, 1, settled=True))
    model = ClassTableModel()
    model.set_runs([run])
    assert model.headerData(2, Qt.Orientation.Vertical) == "result"
    assert model.text(range(3)) == "it\tcat.jpg\n0\tjaguar\n1\ttiger\nresult\ttiger\n"


def test_tooltip_has_the_top_five_and_what_saving_does():
    run = a_run((0,))
    add(run, record(1, 1, saved=0, distortion=Distortion(0.0123, 0.02, 1, 5, 3.0)))
    model = ClassTableModel()
    model.set_runs([run])
    tip = model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[:2] == ["0.7500  tiger", "0.0500  jaguar"]
    assert len([line for line in tip.splitlines() if line.startswith("0.")]) == 5
    assert "Saving undoes it" in tip and "jaguar again" in tip
    assert "1.23 %" in tip
    assert "3/255" in tip


def test_a_changed_cell_is_coloured(table):
    table.set_runs(some_runs(1, (0, 1)))
    table.refresh(0)  # the selected row is not the one that is looked at
    drawn = table.viewport().grab().toImage()
    ratio = drawn.devicePixelRatio()

    def ink(row: int):
        place = table.visualRect(table.table.index(row, 0))
        spot = QPoint(place.right() - 20, place.bottom() - 4) * ratio
        return drawn.pixelColor(spot)

    changed = ink(1)
    assert changed.red() > changed.green() + 5  # the rose of a changed class
    assert abs(table.palette().base().color().red() - table.palette().base().color().green()) <= 1


def test_the_bar_is_as_long_as_the_probability(table):
    table.set_runs([a_run((0, 0))])
    table.refresh(1)
    drawn = table.viewport().grab().toImage()
    place = table.visualRect(table.table.index(0, 0))
    y = place.bottom() - 3
    ground = drawn.pixelColor(place.right() - 4, y)  # beyond the bar there is nothing
    coloured = [x for x in range(place.left(), place.right()) if drawn.pixelColor(x, y) != ground]
    assert len(coloured) == pytest.approx(0.75 * place.width(), abs=6)


def test_follows_the_newest_until_the_person_scrolls(table):
    runs = some_runs(2, (0,) * 40)
    table.set_runs(runs)
    table.refresh(None)
    assert newest_in_view(table)
    grow(runs, 40)
    table.refresh(None)
    assert newest_in_view(table)
    table.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
    grow(runs, 41)
    table.refresh(None)
    assert not newest_in_view(table)
    table.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    grow(runs, 42)
    table.refresh(None)
    assert newest_in_view(table)


def test_an_earlier_iteration_is_marked_and_stays_in_view(table):
    runs = some_runs(2, (0,) * 40)
    table.set_runs(runs)
    table.refresh(5)
    assert table.currentIndex().row() == 5
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()).center())
    grow(runs, 40)
    table.refresh(5)
    assert table.currentIndex().row() == 5
    assert not newest_in_view(table)
    assert table.told == []


def test_choosing_a_row_tells_its_iteration_and_a_cell_its_image(table, qtbot):
    table.set_runs(some_runs(3))
    table.refresh(None)
    where = table.visualRect(table.table.index(1, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert table.told == [1]
    assert table.images == [2]


def test_a_rows_head_chooses_an_iteration_and_no_image(table, qtbot):
    table.set_runs(some_runs(3))
    table.refresh(None)
    table.select_image(2)
    head = table.verticalHeader()
    where = QPoint(20, head.sectionViewportPosition(1) + 5)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert table.told == [1]
    assert table.images == []


def test_keys_go_through_iterations_and_images(table, qtbot):
    table.set_runs(some_runs(3))
    table.refresh(None)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.told == [1]
    assert table.images == [1]


def test_copy_pastes_into_a_spreadsheet(table, qtbot):
    runs = [a_run((0, 0, 1), "one\ttwo.jpg"), a_run((2, 2, 3), "b.jpg")]
    table.set_runs(runs)
    rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.table.index(2, 0), rows)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "it\tone two.jpg\tb.jpg\n2\ttiger\ta cat\n"
    table.copy_all()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4


def test_rows_picked_for_copying_stay_picked_while_the_run_goes_on(table):
    runs = some_runs(2, (0, 0, 1))
    table.set_runs(runs)
    flags = QItemSelectionModel.SelectionFlag
    for row in (0, 1):
        table.selectionModel().select(table.table.index(row, 0), flags.Select | flags.Rows)
    grow(runs, 3)
    table.refresh(None)
    assert sorted(i.row() for i in table.selectionModel().selectedRows()) == [0, 1]


@pytest.mark.parametrize("themed", [False, True])
def test_columns_stand_where_they_are_told(table, themed):
    if themed:  # its border takes a pixel
        table.setStyleSheet("QTableView { border: 1px solid transparent; }")
        QApplication.sendPostedEvents()
    table.set_runs(some_runs(2))
    table.set_columns(150, 200)
    assert table.viewport().x() == 150
    assert table.visualRect(table.table.index(0, 1)).left() == 200
    assert np.diff([table.columnViewportPosition(c) for c in range(2)]).tolist() == [200]


def test_the_chosen_images_name_stands_out(table):
    table.set_runs(some_runs(2))
    table.select_image(1)
    fonts = [
        table.table.headerData(c, Qt.Orientation.Horizontal, Qt.ItemDataRole.FontRole)
        for c in range(2)
    ]
    assert fonts[0] is None
    assert fonts[1].weight() == fonts[1].Weight.DemiBold
    assert table.told == [] and table.images == []


def test_other_networks_follow_the_iterations(qtbot):
    runs = some_runs(2)
    model = ClassTableModel()
    model.set_runs(runs)
    rows = model.rowCount()
    other = NetworkRef("vgg16", "v.pth")
    runs[1].transfers = [Transfer(other, (("crab", 0.9),), (("kite", 0.6),))]
    model.refresh()
    assert model.rowCount() == rows + 1 == model.iterations + 1
    assert model.headerData(rows, Qt.Orientation.Vertical) == "vgg16"
    assert model.index(rows, 0).data() is None
    cell = model.index(rows, 1)
    assert (cell.data(), cell.data(CHANGED)) == ("kite", True)
    assert "crab → kite" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert model.iteration(rows) == model.iteration(rows - 1)
    assert model.text([rows]).splitlines()[1].split("\t") == ["vgg16", "", "kite"]
    runs[1].transfers = [Transfer(other, (("kite", 0.9),), (("kite", 0.6),))]
    assert cell.data(CHANGED) is False
