"""The controller against stand-in views and a stand-in engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.jobs import NetworkRef, Run
from engine.looking import Inspect
from engine.recipes import Recipe, preset
from engine.runs import load
from gui import theme
from gui.controller import Controller
from gui.session import Phase, duration, status_text
from gui.settings import Settings
from tests.gui.standins import StandInEngine, StandInWindow


@dataclass
class Desk:
    controller: Controller
    window: StandInWindow
    engine: StandInEngine
    data: Path

    def flush(self) -> None:
        """What the timer does 30 times a second."""
        for _ in range(3):
            self.controller.view._tick()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path / "data"))
    window = StandInWindow()
    qtbot.addWidget(window)
    engine = StandInEngine(tmp_path / "data" / "runs")
    controller = Controller(window, engine, Settings())
    controller.begin()
    yield Desk(controller, window, engine, tmp_path / "data")
    controller.shutdown()


def running(desk: Desk) -> None:
    desk.engine.load_done()
    desk.controller.start()
    desk.engine.begin(desk.engine.jobs[-1])


def test_loads_the_embedded_network_first(desk: Desk) -> None:
    assert desk.engine.wanted == [NetworkRef("sketchnet")]
    assert "Loading Sketchnet" in desk.window.status
    desk.engine.load_done()
    assert desk.window.tree.said("set_network")
    assert desk.window.tree.values["selected"] == "class:0"
    assert "3 classes" in desk.window.status


def test_start_before_the_network_is_there_starts_when_it_is(desk: Desk) -> None:
    desk.controller.start()
    assert not desk.engine.jobs
    desk.engine.load_done()
    assert [job.unit for job in desk.engine.jobs] == ["class:0"]


def test_stop_before_the_network_is_there_starts_nothing(desk: Desk) -> None:
    assert not desk.window.actions_.stop.isEnabled()
    desk.controller.start()
    assert "then it starts" in desk.window.status
    assert desk.window.actions_.stop.isEnabled()
    desk.controller.stop()
    desk.engine.load_done()
    assert not desk.engine.jobs


def test_steps_reach_every_view(desk: Desk) -> None:
    running(desk)
    job = desk.engine.jobs[-1]
    desk.engine.step(job, 0, 1, 2)
    desk.flush()
    assert len(desk.window.predictions.said("append")[-1][0]) == 3
    assert len(desk.window.curves.said("append")[-1][0]) == 3
    assert desk.window.canvas.said("set_image")[-1][0][0, 0, 0] == 2
    assert desk.window.progress == (2, 250, "2 of 250")
    assert desk.window.status == "2 of 250 · 40 it/s · 7 s left · CPU, 2 threads · seed 0"
    assert desk.window.caption[0] == "star"


def test_steps_of_an_older_job_are_dropped(desk: Desk) -> None:
    running(desk)
    old = desk.engine.jobs[-1]
    desk.engine.step(old, 0, 1)
    desk.controller.start("class:1")
    desk.engine.step(old, 2, 3)
    assert desk.controller.jobs.session.run is not None
    assert desk.controller.jobs.session.run.records == []
    assert "stop" in desk.engine.calls


def test_the_end_of_an_older_job_still_reaches_the_history(desk: Desk) -> None:
    running(desk)
    old = desk.engine.jobs[-1]
    desk.controller.start("class:1")
    folder = desk.engine.end(old, "stopped")
    assert desk.window.history.said("add")[-1][0].folder == folder
    assert desk.controller.jobs.session.busy


def test_the_end_gives_history_and_tree_their_picture(desk: Desk) -> None:
    running(desk)
    job = desk.engine.jobs[-1]
    desk.engine.step(job, 0, 1, 2)
    folder = desk.engine.end(job)
    entry = desk.window.history.said("add")[-1][0]
    assert (entry.folder, entry.title, entry.ended) == (folder, "star", "finished")
    assert desk.window.tree.said("set_picture")[-1][0] == "class:0"
    assert not desk.window.running
    assert (desk.data / "pictures" / "sketchnet" / "class%3A0.png").exists()


def test_looking_back_while_the_run_goes_on(desk: Desk) -> None:
    running(desk)
    job = desk.engine.jobs[-1]
    desk.engine.step(job, *range(5))
    desk.flush()
    desk.window.timeline.iteration_chosen.emit(1)
    desk.engine.step(job, 5, 6)
    desk.flush()
    assert desk.window.canvas.said("set_image")[-1][0][0, 0, 0] == 1
    assert desk.window.timeline.said("set_range")[-1] == (6,)
    desk.window.timeline.live_chosen.emit()
    assert desk.window.canvas.said("set_image")[-1][0][0, 0, 0] == 6


def test_turnable_values_reach_the_running_job(desk: Desk) -> None:
    running(desk)
    desk.engine.step(desk.engine.jobs[-1], 0, 1)
    recipe: Recipe = preset("balanced").changed(lr=0.2, seed=7)
    desk.window.recipe.recipe_changed.emit(recipe)
    assert [(x.lr, x.seed) for x in desk.engine.turned] == [(0.2, 0)]
    run = desk.controller.jobs.session.run
    assert run is not None
    assert [(c.iteration, c.name, c.value) for c in run.changes] == [(2, "lr", 0.2)]


def test_pause_and_continue(desk: Desk) -> None:
    running(desk)
    desk.controller.jobs.pause()
    assert desk.controller.jobs.session.phase is Phase.PAUSED
    assert "paused" in desk.window.status
    desk.controller.jobs.pause()
    assert desk.engine.calls[-2:] == ["pause", "resume"]


def test_switching_networks_stops_and_keeps_the_run(desk: Desk) -> None:
    running(desk)
    desk.controller.open_network(NetworkRef("vgg16", "w.pth"))
    assert "stop" in desk.engine.calls
    desk.engine.end(desk.engine.jobs[-1], "stopped")
    assert desk.window.history.said("add")
    desk.engine.load_done()
    assert [x.name for x in Settings().networks] == ["vgg16"]


def test_a_network_that_fails_to_load_changes_nothing(desk: Desk) -> None:
    desk.engine.load_done()
    desk.controller.open_network(NetworkRef("vgg16", "w.pth"))
    desk.engine.load_fails("It lacks the key features.0.weight.")
    assert desk.window.messages.said("error")[-1][0] == "It lacks the key features.0.weight."
    assert desk.window.network_chooser.currentText() == "Sketchnet"
    assert desk.controller.desk.ref.name == "sketchnet"


def test_the_queue_runs_one_after_the_other(desk: Desk) -> None:
    desk.engine.load_done()
    desk.window.tree.queue_requested.emit(["class:0", "class:1", "class:2"])
    assert [job.unit for job in desk.engine.jobs] == ["class:0"]
    for _ in range(3):
        desk.engine.end(desk.engine.jobs[-1])
    assert [job.unit for job in desk.engine.jobs] == ["class:0", "class:1", "class:2"]
    assert not desk.controller.jobs.session.busy


def test_stop_forgets_the_queue(desk: Desk) -> None:
    desk.engine.load_done()
    desk.controller.enqueue(["class:0", "class:1"])
    desk.controller.stop()
    desk.engine.end(desk.engine.jobs[-1], "stopped")
    assert len(desk.engine.jobs) == 1


def test_a_failed_run_says_why(desk: Desk) -> None:
    running(desk)
    desk.engine.end(desk.engine.jobs[-1], "failed", "f is no number any more.")
    assert desk.window.messages.said("error")[-1][0] == "f is no number any more."
    assert not desk.controller.jobs.session.busy


def test_a_starting_image_is_used_until_it_is_removed(desk: Desk) -> None:
    desk.engine.load_done()
    picture = np.zeros((4, 4, 3), np.uint8)
    desk.window.drop_zone.image_dropped.emit(picture, "a.png")
    desk.controller.start()
    assert desk.engine.jobs[-1].start is picture
    desk.window.recipe.start_removed.emit()
    desk.controller.start()
    assert desk.engine.jobs[-1].start is None


def test_a_run_of_the_history_opens_with_its_rows(desk: Desk, qtbot: QtBot) -> None:
    running(desk)
    folder = desk.engine.end(desk.engine.jobs[-1])
    desk.window.history.opened.emit(folder)
    # It is read away from the window's thread.
    qtbot.waitUntil(
        lambda: len(desk.window.predictions.said("set_records")[-1][0]) == 3, timeout=30_000
    )
    assert desk.controller.view.run is not None
    assert desk.controller.view.run.folder == folder


def test_of_two_runs_opened_in_a_row_the_second_is_shown(desk: Desk, qtbot: QtBot) -> None:
    running(desk)
    job = desk.engine.jobs[-1]
    folders = [desk.engine.end(job, last=last) for last in (2, 5)]
    opened: list[Run] = []
    desk.controller.history.opened.connect(opened.append)
    for folder in folders:
        desk.window.history.opened.emit(folder)
    qtbot.waitUntil(lambda: bool(opened), timeout=30_000)
    QCoreApplication.processEvents()
    assert [run.folder for run in opened] == folders[1:]


def test_a_run_that_cannot_be_read_says_so(desk: Desk, qtbot: QtBot) -> None:
    folder = desk.data / "runs" / "broken"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"format": 1}')
    desk.window.history.opened.emit(folder)
    qtbot.waitUntil(lambda: bool(desk.window.messages.said("error")), timeout=30_000)
    assert "broken" in desk.window.messages.said("error")[-1][0]


def test_a_run_opened_while_its_network_is_loaded_chooses_its_unit(
    desk: Desk, qtbot: QtBot
) -> None:
    running(desk)
    desk.controller.start("class:2")
    folder = desk.engine.end(desk.engine.jobs[-1])
    desk.controller.open_network(NetworkRef("sketchnet"))
    mine = desk.controller.view.run
    desk.window.history.opened.emit(folder)
    qtbot.waitUntil(lambda: desk.controller.view.run is not mine, timeout=30_000)
    assert not any("This run is of" in said[0] for said in desk.window.messages.said("notice"))
    desk.engine.load_done()
    assert desk.window.tree.values["selected"] == "class:2"


def test_a_run_that_fails_before_its_first_picture_leaves_no_other(desk: Desk) -> None:
    running(desk)
    desk.engine.step(desk.engine.jobs[-1], 0)
    desk.flush()
    desk.controller.start()
    desk.engine.ends_unsaved(desk.engine.jobs[-1], "Too small.")
    assert desk.window.canvas.said("set_image")[-1][0] is None


def test_a_new_run_takes_the_message_about_the_last_away(desk: Desk) -> None:
    running(desk)
    assert desk.window.messages.said("clear")


def test_a_line_names_the_starting_image_by_its_whole_path(desk: Desk, tmp_path: Path) -> None:
    desk.engine.load_done()
    path = tmp_path / "a b.png"
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(path)
    desk.window.drop_zone.files_dropped.emit([path])
    desk.window.recipe.copy_command_requested.emit()
    assert str(path) in QGuiApplication.clipboard().text()
    desk.window.recipe.copy_python_requested.emit()
    assert repr(str(path)) in QGuiApplication.clipboard().text()


def test_an_image_without_a_file_gives_no_line_but_can_be_saved(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.engine.load_done()
    QGuiApplication.clipboard().setText("before")
    desk.window.drop_zone.image_dropped.emit(np.zeros((4, 4, 3), np.uint8), "pasted")
    desk.window.recipe.copy_command_requested.emit()
    assert QGuiApplication.clipboard().text() == "before"
    text, choices = desk.window.messages.said("notice")[-1]
    assert "without a file" in text
    path = tmp_path / "start.png"
    exports = desk.controller.exports
    monkeypatch.setattr(exports, "ask_save", lambda *given: given[-1](str(path)))
    choices[0][1]()
    assert path.exists()
    assert str(path) in QGuiApplication.clipboard().text()


def test_opening_a_run_leaves_the_present_one_going(desk: Desk, qtbot: QtBot) -> None:
    running(desk)
    folder = desk.engine.end(desk.engine.jobs[-1])
    desk.controller.start()
    job = desk.engine.jobs[-1]
    desk.window.history.opened.emit(folder)
    qtbot.waitUntil(
        lambda: bool(desk.controller.view.run and desk.controller.view.run.folder), timeout=30_000
    )
    desk.engine.step(job, 0, 1)
    assert desk.controller.view.run is not desk.controller.jobs.session.run
    desk.controller.follow()
    assert desk.controller.view.run is desk.controller.jobs.session.run
    assert desk.window.canvas.said("set_image")[-1][0][0, 0, 0] == 1


def test_delete_asks_and_can_be_undone(desk: Desk) -> None:
    running(desk)
    folder = desk.engine.end(desk.engine.jobs[-1])
    desk.window.history.delete_requested.emit([folder])
    assert folder.exists()
    _text, choices = desk.window.messages.said("ask")[-1]
    choices[0][1]()
    assert not folder.exists()
    desk.window.actions_.undo_delete.trigger()
    assert desk.window.messages.said("notice")[-1][0] == "Run brought back."
    assert load(folder).ended == "finished"


def test_the_history_is_listed_from_disk(desk: Desk, qtbot: QtBot) -> None:
    running(desk)
    folders = [desk.engine.end(desk.engine.jobs[-1]) for _ in range(3)]
    desk.controller.history.keeper.begin()
    qtbot.waitUntil(lambda: bool(desk.window.history.said("set_entries")[-1][0]), timeout=30_000)
    listed = desk.window.history.said("set_entries")[-1][0]
    assert {entry.folder for entry in listed} == set(folders)


def test_actions_apply_only_when_they_can(desk: Desk) -> None:
    a = desk.window.actions_
    desk.engine.load_done()
    assert a.start.isEnabled()
    assert not any(x.isEnabled() for x in (a.pause, a.stop, a.save_image, a.queue, a.live))
    desk.controller.start()
    desk.engine.step(desk.engine.jobs[-1], 0)
    desk.flush()
    assert all(x.isEnabled() for x in (a.pause, a.stop, a.save_image, a.queue))


def test_weights_that_are_dropped_are_inspected(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(b"x")
    desk.window.drop_zone.files_dropped.emit([path])
    assert desk.engine.asked == [Inspect(desk.engine.asked[0].number, str(path))]


def test_what_is_no_image_is_refused_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("no image")
    desk.window.drop_zone.files_dropped.emit([path])
    assert desk.window.messages.said("error")[-1][0].endswith(".")


def test_a_picture_that_carries_its_recipe_offers_to_repeat_it(desk: Desk) -> None:
    running(desk)
    desk.window.recipe.values["recipe"] = preset("lecture").changed(seed=5)
    desk.controller.start("class:2")
    folder = desk.engine.end(desk.engine.jobs[-1])
    desk.window.recipe.values["recipe"] = preset("balanced")
    desk.window.drop_zone.files_dropped.emit([folder / "result.png"])
    assert desk.controller.starting.picture is not None
    _text, choices = desk.window.messages.said("ask")[-1]
    choices[0][1]()
    job = desk.engine.jobs[-1]
    assert (job.unit, job.recipe.seed, job.recipe.preset) == ("class:2", 5, "lecture")
    assert job.start is None


def test_a_fault_leaves_a_report(desk: Desk) -> None:
    desk.engine.load_done()
    desk.controller.open_network(NetworkRef("vgg16", "w.pth"))
    desk.engine.load_fails("It cannot be read.")
    reports = list((desk.data / "reports").glob("*.txt"))
    assert "It cannot be read." in reports[0].read_text("utf-8")


def test_the_theme_is_chosen_and_remembered(desk: Desk) -> None:
    desk.window.actions_.theme_dark.trigger()
    assert theme.is_dark()
    assert Settings().theme == "dark"
    desk.window.actions_.theme_light.trigger()
    assert not theme.is_dark()


def test_closing_remembers_the_recipe_and_hears_nothing_more(desk: Desk) -> None:
    running(desk)
    desk.window.recipe.values["recipe"] = preset("lecture")
    desk.window.closing.emit()
    assert desk.engine.calls[-1] == "close"
    assert Settings().recipe == preset("lecture")
    desk.engine.step(desk.engine.jobs[-1], 0)


def test_the_status_line() -> None:
    text = status_text(132, 250, 41.2, "CPU, 2 threads", 0, Phase.RUNNING)
    assert text == "132 of 250 · 41 it/s · 3 s left · CPU, 2 threads · seed 0"
    assert duration(125) == "2 min 5 s"
    assert duration(7320) == "2 h 2 min"
