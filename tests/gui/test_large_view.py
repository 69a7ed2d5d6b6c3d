"""One image large: flipped in place, zoomed together, the keys that mean something else there."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gui.views.gallery_pictures import Pictures
from gui.views.large_view import LargeView
from tests.gui.attack_runs import some_runs


@pytest.fixture
def large(qtbot):
    pictures = Pictures()
    pictures.set_runs(some_runs(3, kept=True))
    large = LargeView(pictures)
    large.resize(904, 500)
    qtbot.addWidget(large)
    large.show()
    large.open(1)
    large.closes, large.turns = [], []
    large.closed.connect(lambda: large.closes.append(True))
    large.index_changed.connect(large.turns.append)
    return large


def inks(large) -> list[int]:
    return [large.triptych.shown(pane).pixelColor(0, 0).red() for pane in range(3)]


def test_space_flips_in_place_while_it_is_held(large, qtbot):
    before = inks(large)
    assert before[:2] == [100, 120]
    qtbot.keyPress(large.triptych, Qt.Key.Key_Space)
    assert inks(large)[:2] == [100, 100]
    qtbot.keyRelease(large.triptych, Qt.Key.Key_Space)
    assert inks(large) == before


def test_the_flip_does_not_stay_when_the_focus_goes(large, qtbot):
    qtbot.keyPress(large.triptych, Qt.Key.Key_Space)
    QApplication.sendEvent(large.triptych, QEvent(QEvent.Type.FocusOut))
    assert inks(large)[1] == 120


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Escape])
def test_takes_the_keys_that_pause_and_stop_elsewhere(large, key):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(large.triptych, event)
    assert event.isAccepted()


def test_esc_closes_from_the_pictures_and_from_a_button(large, qtbot):
    qtbot.keyClick(large.triptych, Qt.Key.Key_Escape)
    qtbot.keyClick(large._flip, Qt.Key.Key_Escape)
    assert len(large.closes) == 2


def test_arrows_turn_to_the_next_image(large, qtbot):
    qtbot.keyClick(large.triptych, Qt.Key.Key_Right)
    qtbot.keyClick(large.triptych, Qt.Key.Key_Right)  # there is none
    qtbot.keyClick(large.triptych, Qt.Key.Key_Left)
    assert large.turns == [2, 1]


def test_arrows_move_what_is_zoomed_in(large, qtbot):
    for _ in range(6):
        qtbot.keyClick(large.triptych, Qt.Key.Key_Plus)
    qtbot.keyClick(large.triptych, Qt.Key.Key_Right)
    assert large.turns == []


def test_the_zoom_stays_from_image_to_image(large, qtbot):
    qtbot.keyClick(large.triptych, Qt.Key.Key_Plus)
    zoom = large.triptych.zoom()
    qtbot.keyClick(large._after, Qt.Key.Key_Space)
    assert large.index() == 2
    assert large.triptych.zoom() == pytest.approx(zoom)


def test_the_same_place_lies_under_the_pointer_in_all_three(large):
    told = []
    large.pixel_hovered.connect(told.append)
    middle = large.triptych.pane(0).center()
    for pane in range(3):
        large.triptych._tell(QPointF(large.triptych.pane(pane).left() + middle.x(), middle.y()))
    assert told[0] == told[1] == told[2] == "x 8, y 8 · 100 100 100 → 120 120 120"


def test_shows_the_iteration_that_the_gallery_shows(large):
    large._pictures.iteration = 1
    large.refresh()
    assert inks(large)[1] == 110
