"""The window by itself: its fixed names, keys, layout, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.settings import Settings
from gui.views.messagebar import MessageBar
from gui.window import Window

FIXED_NAMES = (
    "networkTree",
    "treeFilter",
    "networkChooser",
    "deviceChooser",
    "startButton",
    "pauseButton",
    "stopButton",
    "progressBar",
    "canvas",
    "curvePlot",
    "timeline",
    "predictionsTable",
    "recipePanel",
    "historyStrip",
    "pages",
    "dropZone",
)


def tip_of(control: QWidget | None) -> str:
    """What is shown over a control: its own tip, or what it lies in gives one."""
    while control is not None and not control.isWindow():
        if control.toolTip():
            return control.toolTip()
        control = control.parentWidget()
    return ""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path))
    made = Window()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize("name", FIXED_NAMES)
def test_fixed_names(window: Window, name: str) -> None:
    found = [x for x in window.findChildren(QWidget) if x.objectName() == name]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("F5", "start"),
        ("Space", "pause"),
        ("Esc", "stop"),
        ("Ctrl+O", "open"),
        ("Ctrl+S", "save_image"),
        ("Ctrl+V", "paste"),
    ],
)
def test_fixed_keys(window: Window, key: str, action: str) -> None:
    assert QKeySequence(key) in getattr(window.actions_, action).shortcuts()


def test_no_key_has_two_meanings(window: Window) -> None:
    keys = [
        key.toString()
        for action in window.actions_.findChildren(QAction)
        for key in action.shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_every_control_has_a_name_and_a_tip(window: Window) -> None:
    wrong = []
    for control in window.findChildren(QWidget):
        kinds = (QAbstractButton, QComboBox, QAbstractSpinBox)
        if not isinstance(control, kinds) or control.objectName().startswith("qt_"):
            continue
        if control.metaObject().className().startswith("QLineEditIcon"):
            continue
        if control.objectName().startswith("Scroll"):  # the tab bar's own
            continue
        name = control.accessibleName() or getattr(control, "text", str)()
        if not name or not tip_of(control):
            wrong.append((control.metaObject().className(), control.objectName(), name))
    assert not wrong


def test_every_action_has_a_tip(window: Window) -> None:
    for action in window.actions_.findChildren(QAction):
        assert action.toolTip() and action.toolTip() != action.text()


def test_only_what_applies_is_on_the_screen(window: Window) -> None:
    window.set_running(False)
    assert not window.stop_button.isVisible()
    assert not window.progress_bar.isVisible()
    assert not window.page.curves.isVisible()
    window.set_running(True)
    assert window.stop_button.isVisible()
    window.page.set_caption("star", "Class")
    assert window.page.curves.isVisible()


def test_space_types_a_space_in_a_text_field(window: Window, qtbot: QtBot) -> None:
    pauses: list[bool] = []
    window.actions_.pause.setEnabled(True)
    window.actions_.pause.triggered.connect(lambda _checked=False: pauses.append(True))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field = window.tree.filter
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == " "
    assert not pauses
    window.page.canvas.setFocus()
    qtbot.keyClick(window.page.canvas, Qt.Key.Key_Space)
    assert len(pauses) == 1


def test_the_layout_survives(window: Window, qtbot: QtBot) -> None:
    settings = Settings()
    window.history_dock.hide()
    settings.layouts = window.layouts.state()
    settings.sync()
    other = Window()
    qtbot.addWidget(other)
    kept = Settings().layouts
    assert set(kept) == {"maximize"}
    other.layouts.restore(kept)
    other.show()
    assert not other.history_dock.isVisible()
    other.reset_layout()
    assert other.history_dock.isVisible()


def test_each_page_has_its_own_panels(window: Window) -> None:
    assert window.tree_dock.isVisible() and window.recipe.isVisible()
    assert window.predictions.isVisible() and not window.image_panel.isVisible()
    window.show_page("adversarial")
    assert window.page_name == "adversarial"
    assert not window.tree_dock.isVisible()
    assert window.attack_recipe.isVisible() and not window.recipe.isVisible()
    assert window.image_panel.isVisible() and not window.predictions.isVisible()
    assert window.predictions_dock.windowTitle() == "Image"
    window.history_dock.hide()  # of this page alone
    window.show_page("maximize")
    assert window.tree_dock.isVisible() and window.history_dock.isVisible()
    assert window.predictions_dock.windowTitle() == "Predictions"
    window.show_page("adversarial")
    assert not window.history_dock.isVisible() and not window.tree_dock.isVisible()


def test_the_message_bar_offers_and_leaves(window: Window, qtbot: QtBot) -> None:
    taken: list[str] = []
    bar = window.messages
    assert isinstance(bar, MessageBar)
    bar.notice("Run deleted.", [("Undo", lambda: taken.append("undo"))])
    assert bar.text == "Run deleted."
    undo = next(x for x in bar.findChildren(QAbstractButton) if x.text() == "Undo")
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert taken == ["undo"]
    assert bar.text == ""
    bar.error("The disk is full.", "trace")
    assert bar.text == "The disk is full."
    tabs = window.pages.tabBar()
    assert bar.y() >= tabs.mapTo(bar.parentWidget(), tabs.rect().bottomLeft()).y()


def test_settings_that_are_broken_count_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path))
    (tmp_path / "settings.ini").write_text(
        '[General]\nrecipe="{broken"\nnetwork=3\ntheme=pink\nnetworks="{}"\n', "utf-8"
    )
    settings = Settings()
    assert settings.recipe.preset == "balanced"
    assert settings.network is None
    assert settings.networks == []
    assert settings.theme == "system"


@pytest.mark.parametrize("running", [False, True])
def test_return_presses_the_button_that_has_the_focus(
    window: Window, qtbot: QtBot, running: bool
) -> None:
    window.set_running(running)  # while a run goes on Space is not the button's
    answers: list[str] = []
    window.messages.ask(
        "Delete it?",
        [("Delete", lambda: answers.append("deleted")), ("Keep", lambda: answers.append("kept"))],
    )
    focused = window.focusWidget()
    assert isinstance(focused, QAbstractButton)
    assert focused.text() == "Delete"
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert answers == ["deleted"]


def test_the_wheel_over_a_choice_chooses_nothing(window: Window) -> None:
    combos = [x for x in window.findChildren(QComboBox) if x.isVisible()]
    assert len(combos) >= 4  # network, device, preset, prior
    window.network_chooser.addItems(["a", "b"])
    for combo in combos:
        combo.setFocus()
        before = combo.currentIndex()
        for turn in (-120, 120):
            wheel = QWheelEvent(
                QPointF(9, 9),
                combo.mapToGlobal(QPointF(9, 9)),
                QPoint(),
                QPoint(0, turn),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(combo, wheel)
            assert combo.currentIndex() == before, combo.accessibleName()


def test_the_unit_s_panel_has_the_whole_height_and_the_recipe_comes_back(qtbot, window) -> None:
    window.resize(1200, 760)
    window.show()
    qtbot.waitUntil(lambda: window.recipe_dock.isVisible(), timeout=10_000)
    assert window.unit_dock in window.tabifiedDockWidgets(window.predictions_dock)
    seen: list[bool] = []
    window.unit_panel.shown.connect(seen.append)
    qtbot.wait(50)
    assert window.unit_panel.visibleRegion().isEmpty()  # the predictions are in front at first
    assert seen == []
    window.show_unit()
    qtbot.waitUntil(lambda: window.recipe_dock.isHidden(), timeout=10_000)
    assert seen == [True] and window.predictions.visibleRegion().isEmpty()
    qtbot.waitUntil(lambda: window.unit_panel.height() > 400, timeout=10_000)
    window.predictions_dock.raise_()
    qtbot.waitUntil(lambda: window.recipe_dock.isVisible(), timeout=10_000)
    assert seen == [True, False]
    window.show_page("adversarial")
    assert window.unit_dock.isHidden() and not window.unit_dock.toggleViewAction().isVisible()
    window.show_unit()
    assert window.page_name == "maximize"


def test_a_wide_page_behind_squeezes_no_panel(qtbot, window) -> None:
    window.resize(1152, 720)
    window.reset_layout()
    qtbot.waitUntil(lambda: window.tree_dock.width() >= 260, timeout=10_000)
    assert window.predictions_dock.width() >= 320
    assert window.width() <= 1152
