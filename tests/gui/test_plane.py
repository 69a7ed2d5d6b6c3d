"""The Plane page against the engine's own function, answered at once, and by the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine import plane
from engine.messages import Failed
from engine.plane import PlaneError, PlaneQuestion, Points
from gui.controller import Controller
from gui.plane_desk import PlaneDesk
from gui.session import Phase
from gui.settings import Settings
from tests.gui.standins import StandInEngine, StandInWindow


class AnsweringEngine(StandInEngine):
    """Answers questions about the plane when it is told to."""

    def answer(self) -> None:
        while self.asked:
            question = self.asked.pop(0)
            if not isinstance(question, PlaneQuestion):
                continue
            try:
                self.told.emit(plane.answer(question, None))
            except PlaneError as error:
                self.told.emit(Failed(question.number, str(error), ""))


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlaneDesk]:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path / "data"))
    window = StandInWindow()
    qtbot.addWidget(window)
    window.plane.view.resize(424, 424)  # 400 pixels for 8 units
    engine = AnsweringEngine(tmp_path / "data" / "runs")
    controller = Controller(window, engine, Settings())
    controller.begin()
    engine.asked.clear()
    window.show_page("plane")
    controller.plane._timer.stop()  # the tests go from moment to moment themselves
    yield controller.plane
    controller.shutdown()


def moments(desk: PlaneDesk, count: int = 1) -> None:
    for _ in range(count):
        desk._ask()
        desk._engine.answer()


def spot(desk: PlaneDesk, x: float, y: float) -> QPoint:
    return desk.page.view._spot(np.array([x, y])).toPoint()


def test_it_trains_by_itself_and_climbs_when_run(desk: PlaneDesk) -> None:
    moments(desk, 3)
    assert desk.fit.steps == 18 and len(desk.climb.trail) == 1
    desk.run_or_hold()
    moments(desk, 5)
    assert desk.phase is Phase.RUNNING and len(desk.climb.trail) == 6
    desk.run_or_hold()
    assert desk.phase is Phase.PAUSED
    moments(desk, 2)
    assert len(desk.climb.trail) == 6
    desk.one_step()
    moments(desk)
    assert len(desk.climb.trail) == 7
    desk.back()
    assert len(desk.climb.trail) == 1


def test_the_page_makes_the_lecture_s_argument(desk: PlaneDesk) -> None:
    desk.fit = plane.trained(desk.fit, desk.points, 400)
    desk.panel.train.set_value(False)
    desk.panel.weight.set_value(0.0)
    desk.panel.step.set_value(0.2)
    desk.start()
    moments(desk, 40)
    assert "left all data" in desk.page._says.text()
    assert desk.moment is not None and desk.moment.surfaces.reach > plane.REACH  # it is in view
    desk.panel.weight.set_value(1.0)
    desk.panel.step.set_value(0.03)
    desk.start()
    moments(desk, 150)
    assert "among class 1" in desk.page._says.text()
    assert desk.phase is Phase.IDLE  # it rests


def test_points_come_move_and_go_by_the_mouse(desk: PlaneDesk, qtbot: QtBot) -> None:
    view, count = desk.page.view, len(desk.points.labels)
    desk.page.label.set_value("0")
    desk.page.label.changed.emit("0")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot(desk, 3.0, 3.0))
    assert len(desk.points.labels) == count + 1 and desk.points.labels[-1] == 0
    assert desk.points.places[-1] == pytest.approx([3.0, 3.0], abs=0.03)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=spot(desk, 3.0, 3.0))
    qtbot.mouseMove(view, spot(desk, 2.0, 3.0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spot(desk, 2.0, 3.0))
    assert desk.points.places[-1] == pytest.approx([2.0, 3.0], abs=0.05)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert desk.points.places[-1][0] == pytest.approx(2.05, abs=0.05)
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=spot(desk, 2.05, 3.0))
    assert len(desk.points.labels) == count


def test_what_is_moved_meanwhile_is_not_put_back_by_a_late_answer(desk: PlaneDesk) -> None:
    desk._ask()
    place = np.array([1.5, -2.0])
    desk.page.view.start_moved.emit(place)
    desk._engine.answer()
    assert desk.climb.place == pytest.approx(place)
    moments(desk)
    assert desk.climb.trail[0] == pytest.approx(place)


def test_a_class_without_points_is_said(desk: PlaneDesk) -> None:
    ones = desk.points.of(1)
    desk.set_points(Points(ones, np.ones(len(ones), np.int64)))
    moments(desk)
    assert "no point of class 0" in desk.page.view._message
    desk.set_points(plane.default_points())
    moments(desk)
    assert desk.page.view._message == ""


def test_nothing_is_asked_while_another_page_is_in_front(desk: PlaneDesk) -> None:
    desk._window.show_page("maximize")
    assert not desk._timer.isActive()
    desk._window.show_page("plane")
    assert desk._timer.isActive()
    desk._timer.stop()
