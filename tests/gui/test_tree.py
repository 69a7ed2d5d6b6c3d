"""The network's tree: choosing, filter, keys, context menu."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QTreeView

from engine.units import Layer, NetworkInfo
from gui.views.tree import NetworkTree


def network() -> NetworkInfo:
    return NetworkInfo(
        name="small",
        title="Small",
        classes=("king crab", "Samoyed", "hermit crab"),
        layers=(
            Layer("features", "Sequential", (16, 8, 8), 5000, 0),
            Layer("features.0", "Conv2d", (8, 16, 16), 224, 8),
            Layer("features.7", "Conv2d", (16, 8, 8), 1168, 16),
        ),
        input_size=32,
        input_channels=3,
        parameters=6392,
    )


@pytest.fixture
def tree(qtbot) -> NetworkTree:
    made = NetworkTree()
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.set_network(network())
    made.show()
    return made


def row(tree: NetworkTree, unit: str) -> QPoint:
    return tree.view.visualRect(tree._model.index_of(unit)).center()


def test_fixed_names_and_accessible_names(tree: NetworkTree) -> None:
    field, view = tree.findChild(QLineEdit, "treeFilter"), tree.findChild(QTreeView, "networkTree")
    assert field.accessibleName()
    assert field.toolTip()
    assert view.accessibleName()


def test_a_click_selects_and_a_double_click_activates(qtbot, tree: NetworkTree) -> None:
    tree.select("features.7:2")
    assert tree.selected() == "features.7:2"
    place = row(tree, "features.7:3")
    with qtbot.waitSignal(tree.unit_selected) as chosen:
        qtbot.mouseClick(tree.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["features.7:3"]
    assert tree.selected() == "features.7:3"
    with qtbot.waitSignal(tree.unit_activated) as started:
        qtbot.mouseDClick(tree.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert started.args == ["features.7:3"]


def test_select_says_nothing(qtbot, tree: NetworkTree) -> None:
    with qtbot.assertNotEmitted(tree.unit_selected):
        tree.select("class:1")
    assert tree.view.currentIndex().data() == "Samoyed"


def test_return_in_the_filter_starts_what_it_names(qtbot, tree: NetworkTree) -> None:
    qtbot.keyClicks(tree.filter, "features.7:12@5,5")
    with qtbot.waitSignal(tree.unit_activated) as started:
        qtbot.keyClick(tree.filter, Qt.Key.Key_Return)
    assert started.args == ["features.7:12@5,5"]
    assert tree.selected() == "features.7:12@5,5"


def test_the_filter_waits_then_narrows_and_escape_brings_all_back(qtbot, tree: NetworkTree) -> None:
    qtbot.keyClicks(tree.filter, "crab")
    assert tree._model.rowCount() == 2
    qtbot.waitUntil(lambda: tree._model.rowCount() == 1, timeout=30_000)
    assert tree.view.currentIndex().data() == "king crab"
    qtbot.keyClick(tree.filter, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: tree._model.rowCount() == 2, timeout=30_000)


def test_an_emptied_filter_leaves_the_tree_as_it_was(qtbot, tree: NetworkTree) -> None:
    tree.select("class:1")
    tree.filter.setText("conv")
    qtbot.waitUntil(lambda: tree._model.filter == "conv", timeout=30_000)
    tree.filter.clear()
    qtbot.waitUntil(lambda: tree._model.filter == "", timeout=30_000)
    assert tree.view.currentIndex().data() == "Samoyed"
    assert tree.view.isExpanded(tree.view.currentIndex().parent())
    assert not tree.view.isExpanded(tree._model.index_of("features.7"))
    qtbot.keyClicks(tree.filter, "features.7:3")
    qtbot.keyClick(tree.filter, Qt.Key.Key_Return)
    tree.filter.clear()
    qtbot.waitUntil(lambda: tree._model.filter == "", timeout=30_000)
    assert tree._model.unit(tree.view.currentIndex()) == "features.7:3"
    assert tree.view.isExpanded(tree._model.index_of("features.7"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("features.7:9999", "there is no 9999"),
        ("features.7:3@99,99", "99,99 is outside"),
        ("features.8:3", "Did you mean features.7"),
    ],
)
def test_a_unit_that_is_not_there_is_not_replaced(
    qtbot, tree: NetworkTree, typed: str, said: str
) -> None:
    qtbot.keyClicks(tree.filter, typed)
    with qtbot.assertNotEmitted(tree.unit_activated):
        qtbot.keyClick(tree.filter, Qt.Key.Key_Return)
    assert tree._empty.isVisible()
    assert said in tree._empty.text()


def test_nothing_found_says_what_to_type(qtbot, tree: NetworkTree) -> None:
    qtbot.keyClicks(tree.filter, "zebra")
    qtbot.keyClick(tree.filter, Qt.Key.Key_Return)
    assert tree._empty.isVisible()
    assert "zebra" in tree._empty.text()
    assert "features.7:12" in tree._empty.text()


def test_return_in_the_tree_starts_and_space_is_left_to_the_run(qtbot, tree: NetworkTree) -> None:
    tree.select("class:2")
    with qtbot.waitSignal(tree.unit_activated) as started:
        qtbot.keyClick(tree.view, Qt.Key.Key_Return)
    assert started.args == ["class:2"]
    with qtbot.assertNotEmitted(tree.unit_activated):
        qtbot.keyClick(tree.view, Qt.Key.Key_Space)


def test_context_menu(qtbot, tree: NetworkTree) -> None:
    menu = tree.menu_for("features.7:3", ["features.7:3", "features.7:4"])
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(tree.maximize_requested) as bare:
        actions["Maximize without a prior"].trigger()
    assert bare.args == ["features.7:3", "no-prior"]
    with qtbot.waitSignal(tree.unit_activated) as centre:
        actions["Maximize its centre neuron"].trigger()
    assert centre.args == ["features.7:3@4,4"]
    with qtbot.waitSignal(tree.queue_requested) as queued:
        actions["Add 2 to the queue"].trigger()
    assert queued.args == [["features.7:3", "features.7:4"]]
    actions["Copy name"].trigger()
    assert QGuiApplication.clipboard().text() == "features.7:3\nfeatures.7:4"
    classes = [action.text() for action in tree.menu_for("class:1", ["class:1"]).actions()]
    assert "Maximize its centre neuron" not in classes


def test_it_paints_with_and_without_pictures(tree: NetworkTree) -> None:
    tree.select("class:1")
    before = tree.view.grab().toImage()
    tree.set_picture("class:1", np.full((32, 32, 3), (250, 10, 10), np.uint8))
    after = tree.view.grab().toImage()
    assert before != after


def test_another_network_empties_the_filter_and_the_choice(qtbot, tree: NetworkTree) -> None:
    tree.select("class:1")
    tree.filter.setText("crab")
    tree.set_network(network())
    assert tree.filter.text() == ""
    assert tree.selected() == ""
    assert tree._model.rowCount() == 2


def test_hovering_tells_the_unit_and_that_the_pointer_has_left(qtbot, tree: NetworkTree) -> None:
    tree.select("features.7:2")
    told: list[str] = []
    tree.unit_hovered.connect(told.append)
    view = tree.view
    for unit in ("features.7:3", "features.7:3", "features.7:4"):
        view.entered.emit(tree._model.index_of(unit))
    view.entered.emit(tree._model.index_of("features.7"))  # a layer is no unit
    view.entered.emit(tree._model.index_of("class:1"))
    view.viewportEntered.emit()
    assert told == ["features.7:3", "features.7:4", "", "class:1", ""]


def test_the_menu_shows_an_activation(qtbot, tree: NetworkTree) -> None:
    menu = tree.menu_for("features.7:3", ["features.7:3"])
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(tree.look_requested) as asked:
        actions["Show its activation on an image"].trigger()
    assert asked.args == ["features.7:3"]
