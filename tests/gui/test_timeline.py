"""The timeline: range, choosing, playing, back to the newest."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSlider

from gui.views.timeline import Timeline


@pytest.fixture
def timeline(qtbot):
    timeline = Timeline()
    timeline.resize(500, 40)
    qtbot.addWidget(timeline)
    timeline.show()
    timeline.told = []
    timeline.iteration_chosen.connect(timeline.told.append)
    timeline.live_chosen.connect(lambda: timeline.told.append("live"))
    return timeline


def slider(timeline) -> QSlider:
    return timeline.findChild(QSlider, "timelineSlider")


def test_is_disabled_without_iterations(timeline):
    assert not timeline.isEnabled()
    timeline.set_range(9)
    assert timeline.isEnabled()
    timeline.set_range(-1)
    assert not timeline.isEnabled()


def test_follows_the_newest_while_live_and_stays_otherwise(timeline):
    timeline.set_range(10)
    assert slider(timeline).value() == 10
    timeline.set_current(4, live=False)
    timeline.set_range(20)
    assert (slider(timeline).value(), slider(timeline).maximum()) == (4, 20)
    timeline.set_current(30, live=True)
    assert (slider(timeline).value(), slider(timeline).maximum()) == (30, 30)
    assert timeline.told == []  # what the program sets, it is not told


def test_arrows_choose(timeline, qtbot):
    timeline.set_range(10)
    qtbot.keyClick(slider(timeline), Qt.Key.Key_Left)
    qtbot.keyClick(slider(timeline), Qt.Key.Key_Left)
    qtbot.keyClick(slider(timeline), Qt.Key.Key_Home)
    assert timeline.told == [9, 8, 0]
    timeline.set_range(11)
    assert slider(timeline).value() == 0  # no longer live


def test_a_click_jumps_there(timeline, qtbot):
    timeline.set_range(100)
    bar = slider(timeline)
    qtbot.mouseClick(
        bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() // 2, bar.height() // 2)
    )
    assert len(timeline.told) == 1
    assert timeline.told[0] == pytest.approx(50, abs=1)


def test_live_goes_back_to_the_newest(timeline, qtbot):
    timeline.set_range(10)
    timeline.set_current(3, live=False)
    assert not timeline._newest.isChecked()
    qtbot.mouseClick(timeline._newest, Qt.MouseButton.LeftButton)
    assert timeline.told == ["live"]
    assert timeline._newest.isChecked()
    assert slider(timeline).value() == 10
    qtbot.mouseClick(timeline._newest, Qt.MouseButton.LeftButton)
    assert timeline._newest.isChecked()  # it is a state, a second click does not end it


def test_plays_from_the_start_to_the_newest(timeline, qtbot):
    timeline.set_range(5)
    timeline._timer.setInterval(1)
    with qtbot.waitSignal(timeline.live_chosen, timeout=30_000):
        qtbot.mouseClick(timeline._play, Qt.MouseButton.LeftButton)
        assert timeline.playing()
    assert timeline.told == [0, 1, 2, 3, 4, "live"]
    assert not timeline.playing()


def test_playing_goes_on_while_it_is_told_what_it_chose(timeline, qtbot):
    timeline.iteration_chosen.connect(lambda i: timeline.set_current(i, live=False))
    timeline.set_range(4)
    timeline._timer.setInterval(1)
    with qtbot.waitSignal(timeline.live_chosen, timeout=30_000):
        qtbot.mouseClick(timeline._play, Qt.MouseButton.LeftButton)
    assert timeline.told == [0, 1, 2, 3, "live"]


def test_a_long_run_plays_within_seconds_and_the_person_stops_it(timeline, qtbot):
    timeline.set_range(100_000)
    qtbot.mouseClick(timeline._play, Qt.MouseButton.LeftButton)
    timeline._advance()
    assert timeline.told[-1] > 300
    qtbot.keyClick(slider(timeline), Qt.Key.Key_Right)
    assert not timeline.playing()
