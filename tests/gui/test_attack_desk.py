"""The Adversarial page's desks against stand-in views and a stand-in engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engine.attacks import store
from engine.attacks.parcels import (
    AttackJob,
    AttackRecord,
    AttackStep,
    Distortion,
    Sphere,
    SphereJob,
    Transfer,
    TransferJob,
)
from engine.attacks.recipe import METHODS
from engine.jobs import NetworkRef
from gui.controller import Controller
from gui.session import Phase
from gui.settings import Settings
from tests.gui.standins import INFO, StandInEngine, StandInWindow

SIDE = INFO.input_size


class Desk:
    def __init__(self, window: StandInWindow, engine: StandInEngine, folder: Path) -> None:
        self.window, self.engine, self.folder = window, engine, folder
        self.controller = Controller(window, engine, Settings())
        self.controller.begin()
        self.attacks = self.controller.adversarial.attacks
        self.messages = window.messages

    def picture(self, name: str, side: int = 40) -> Path:
        path = self.folder / name
        Image.fromarray(np.full((side, 2 * side, 3), 90, np.uint8)).save(path)
        return path

    def drop(self, qtbot: QtBot, *paths: Path) -> None:
        self.window.drop_zone.files_dropped.emit(list(paths))
        qtbot.waitUntil(lambda: not self.attacks.images.busy)

    @property
    def job(self) -> AttackJob:
        job = self.engine.jobs[-1]
        assert isinstance(job, AttackJob)
        return job

    def step(self, iteration: int, name: str, fooled: bool) -> None:
        """An iteration of the present job, its images a little brighter each time."""
        count = len(self.job.sources)
        record = AttackRecord(
            iteration,
            ((name, 0.7),),
            1,
            fooled,
            name,
            1,
            fooled,
            0.5,
            2.0,
            Distortion(l2=iteration),
        )
        images = np.full((count, SIDE, SIDE, 3), 90 + iteration, np.uint8)
        values = images.astype(np.float32) / 255
        step = AttackStep(iteration, (record,) * count, images, values)
        self.engine.attacked.emit(
            SimpleNamespace(
                number=self.job.number,
                steps=(step,),
                rate=9.0,
                seconds=0.5,
                targets=("crab",) * count,
            )
        )

    def finish(self, ended: str = "finished") -> list[Path]:
        """The present job has ended, and its runs are on disk."""
        folders = []
        for run in self.attacks.batch.runs if self.attacks.batch else []:
            run.ended = ended
            folder = store.new_folder(self.folder / "data" / "runs", run, dated=True)
            store.save(run, folder)
            folders.append(folder)
        self.tell_ended(self.job.number, ended, folders)
        return folders

    def tell_ended(self, number: int, ended: str = "finished", folders: list[Path] = []) -> None:  # noqa: B006
        self.engine.ended.emit(
            SimpleNamespace(
                number=number, ended=ended, message="", details="", seconds=1.0, folder="",
                folders=tuple(str(x) for x in folders),
            )
        )  # fmt: skip


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path / "data"))
    window = StandInWindow()
    qtbot.addWidget(window)
    made = Desk(window, StandInEngine(tmp_path / "data" / "runs"), tmp_path)
    made.engine.load_done()
    window.show_page("adversarial")
    yield made
    made.controller.shutdown()


def attacked(desk: Desk, qtbot: QtBot, count: int = 2) -> None:
    desk.drop(qtbot, *(desk.picture(f"{i}.png") for i in range(count)))
    desk.controller.start()
    desk.step(0, "star", False)
    desk.step(1, "fish", True)
    desk.finish()


def test_dropped_files_and_folders_become_crops_in_order(desk: Desk, qtbot: QtBot) -> None:
    folder = desk.folder / "album"
    folder.mkdir()
    for name in ("b.png", "c.png"):
        desk.picture(f"album/{name}")
    (folder / "notes.txt").write_text("no image")
    desk.drop(qtbot, desk.picture("a.png"), folder)
    assert [run.source.name for run in desk.attacks.runs] == ["a.png", "b.png", "c.png"]
    assert all(run.source.picture.shape == (SIDE, SIDE, 3) for run in desk.attacks.runs)
    assert desk.window.adversarial.runs == desk.attacks.runs


def test_a_broken_image_is_named_and_the_others_come(desk: Desk, qtbot: QtBot) -> None:
    broken = desk.folder / "broken.png"
    broken.write_bytes(desk.picture("whole.png").read_bytes()[:60])
    desk.drop(qtbot, broken, desk.picture("good.png"))
    assert [run.source.name for run in desk.attacks.runs] == ["good.png"]
    (said,) = desk.messages.said("error")
    assert "broken.png" in said[0]


def test_many_refusals_are_one_message(desk: Desk, qtbot: QtBot) -> None:
    paths = [desk.folder / f"{i}.png" for i in range(9)]
    for path in paths:
        path.write_text("nothing")
    desk.drop(qtbot, *paths)
    (said,) = desk.messages.said("error")
    assert "6 more" in said[0]


def test_a_folder_without_images_says_so(desk: Desk, qtbot: QtBot) -> None:
    (desk.folder / "empty").mkdir()
    desk.drop(qtbot, desk.folder / "empty")
    assert "no image" in desk.messages.said("error")[0][0]


def test_start_attacks_all_images_as_one_job(desk: Desk, qtbot: QtBot) -> None:
    desk.drop(qtbot, desk.picture("a.png"), desk.picture("b.png"))
    desk.controller.start()
    assert [source.name for source in desk.job.sources] == ["a.png", "b.png"]
    assert desk.job.recipe == METHODS["gradient-ascent"].recipe
    assert desk.window.running
    assert "begins" in desk.window.adversarial.caption[1]
    desk.step(0, "star", False)
    desk.step(1, "fish", True)
    assert desk.window.adversarial.runs[0].records[-1].top[0][0] == "fish"
    folders = desk.finish()
    assert not desk.window.running
    assert "2 of 2 fooled" in desk.window.adversarial.caption[0]
    listed = [entry[0].folder for entry in desk.window.history.said("add")]
    assert listed == folders


def test_start_waits_for_the_images_that_are_being_read(desk: Desk, qtbot: QtBot) -> None:
    desk.window.drop_zone.files_dropped.emit([desk.picture("a.png", 900)])
    desk.controller.start()
    assert not desk.engine.jobs
    qtbot.waitUntil(lambda: bool(desk.engine.jobs))
    assert len(desk.job.sources) == 1


def test_images_dropped_before_the_network_is_there_wait_for_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path / "data"))
    window = StandInWindow()
    qtbot.addWidget(window)
    desk = Desk(window, StandInEngine(tmp_path / "data" / "runs"), tmp_path)
    window.show_page("adversarial")
    assert not window.actions_.start.isEnabled()
    window.drop_zone.files_dropped.emit([desk.picture("a.png")])
    assert window.actions_.start.isEnabled()
    desk.controller.start()
    assert not desk.engine.jobs
    desk.engine.load_done()
    qtbot.waitUntil(lambda: bool(desk.engine.jobs))
    assert desk.job.sources[0].name == "a.png"
    desk.controller.shutdown()


def test_another_network_s_size_reads_the_images_again(desk: Desk, qtbot: QtBot) -> None:
    from dataclasses import replace

    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.open_network(NetworkRef("other", "w.pth"))
    desk.engine.load_done(replace(INFO, input_size=64, resize=64))
    qtbot.waitUntil(lambda: not desk.attacks.images.busy)
    assert desk.attacks.runs[0].source.picture.shape == (64, 64, 3)


def test_what_was_attacked_is_read_again_only_when_it_is_attacked_anew(
    desk: Desk, qtbot: QtBot
) -> None:
    from dataclasses import replace

    attacked(desk, qtbot, 1)
    desk.controller.open_network(NetworkRef("other", "w.pth"))
    desk.engine.load_done(replace(INFO, input_size=64, resize=64))
    assert desk.attacks.runs[0].source.picture.shape == (SIDE, SIDE, 3)
    assert desk.attacks.runs[0].records
    desk.controller.start()
    qtbot.waitUntil(lambda: len(desk.engine.jobs) == 2)
    assert desk.job.sources[0].picture.shape == (64, 64, 3)


def test_stop_keeps_what_there_is_and_a_late_step_is_dropped(desk: Desk, qtbot: QtBot) -> None:
    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.start()
    desk.step(0, "star", False)
    desk.controller.stop()
    assert desk.attacks.phase is Phase.STOPPING
    assert "stop" in desk.engine.calls
    desk.finish("stopped")
    assert "0 of 15 · stopped" in desk.window.status
    desk.step(1, "fish", True)
    assert len(desk.attacks.runs[0].records) == 1
    assert desk.attacks.runs[0].ended == "stopped"


def test_pause_holds_the_attack(desk: Desk, qtbot: QtBot) -> None:
    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.start()
    desk.step(0, "star", False)
    desk.controller.pause()
    assert desk.attacks.phase is Phase.PAUSED and desk.engine.calls[-1] == "pause"
    desk.controller.pause()
    assert desk.attacks.phase is Phase.RUNNING and desk.engine.calls[-1] == "resume"


def test_images_are_removed_but_not_from_under_a_job(desk: Desk, qtbot: QtBot) -> None:
    desk.drop(qtbot, desk.picture("a.png"), desk.picture("b.png"), desk.picture("c.png"))
    desk.window.adversarial.remove_requested.emit([0, 2])
    assert [run.source.name for run in desk.attacks.runs] == ["b.png"]
    desk.controller.start()
    desk.window.adversarial.remove_requested.emit([0])
    assert len(desk.attacks.runs) == 1


def test_a_sphere_test_is_kept_with_its_run(desk: Desk, qtbot: QtBot) -> None:
    attacked(desk, qtbot)
    desk.window.image_panel.sphere_requested.emit(50)
    job = desk.engine.jobs[-1]
    assert isinstance(job, SphereJob) and job.samples == 50 and len(job.images) == 1
    found = Sphere(2.0, 50, 1, (("fish", 1),))
    desk.engine.sphered.emit(
        SimpleNamespace(
            number=job.number, key=0, done=50, samples=50, sphere=found, adversarial="fish",
            finished=True,
        )
    )  # fmt: skip
    desk.tell_ended(job.number)
    run = desk.attacks.runs[0]
    assert run.sphere == found
    assert not desk.controller.adversarial.examinations.busy
    qtbot.waitUntil(lambda: store.load(run.folder).sphere == found)


def test_a_stopped_sphere_test_is_one_of_fewer_samples(desk: Desk, qtbot: QtBot) -> None:
    attacked(desk, qtbot, 1)
    desk.window.image_panel.sphere_requested.emit(50)
    job = desk.engine.jobs[-1]
    so_far = Sphere(2.0, 20, 0, ())
    desk.engine.sphered.emit(
        SimpleNamespace(
            number=job.number, key=0, done=20, samples=50, sphere=so_far, adversarial="fish",
            finished=False,
        )
    )  # fmt: skip
    assert desk.attacks.runs[0].sphere is None
    desk.window.image_panel.sphere_stopped.emit()
    assert desk.engine.calls[-1] == f"cancel {job.number}"
    desk.tell_ended(job.number, "stopped")
    assert desk.attacks.runs[0].sphere == so_far


def test_transfer_asks_the_other_network_about_every_image(desk: Desk, qtbot: QtBot) -> None:
    attacked(desk, qtbot)
    other = NetworkRef("vgg16", "v.pth")
    desk.window.image_panel.transfer_requested.emit(other)
    job = desk.engine.jobs[-1]
    assert isinstance(job, TransferJob) and job.network == other and len(job.images) == 2
    told = Transfer(other, (("crab", 0.9),), (("kite", 0.6),))
    for key in (0, 1):
        desk.engine.transferred.emit(SimpleNamespace(number=job.number, key=key, transfer=told))
        desk.engine.transferred.emit(SimpleNamespace(number=job.number, key=key, transfer=told))
    desk.tell_ended(job.number)
    assert [run.transfers for run in desk.attacks.runs] == [[told], [told]]


def test_an_attack_of_the_history_opens_with_those_attacked_beside_it(
    desk: Desk, qtbot: QtBot
) -> None:
    attacked(desk, qtbot)
    folder = desk.attacks.runs[1].folder
    desk.window.adversarial.remove_requested.emit([0, 1])
    desk.window.show_page("maximize")
    desk.window.history.opened.emit(folder)
    qtbot.waitUntil(lambda: bool(desk.attacks.runs))
    assert desk.window.page_name == "adversarial"
    assert desk.attacks.runs[-1].title == "star → fish"
    said, (selected,) = desk.window.adversarial.said[-1]
    assert said == "select" and desk.attacks.runs[selected].folder == folder
    desk.controller.start()
    assert desk.job.sources[-1].picture.shape == (SIDE, SIDE, 3)


def test_a_hint_s_remedy_is_set_and_started(desk: Desk, qtbot: QtBot) -> None:
    attacked(desk, qtbot, 1)
    desk.window.image_panel.remedy_chosen.emit({"loss": "margin"})
    assert desk.window.attack_recipe.recipe().loss == "margin"
    assert len(desk.engine.jobs) == 2 and desk.job.recipe.loss == "margin"


def test_a_run_of_the_other_page_is_stopped_for_an_attack(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show_page("maximize")
    desk.controller.start()
    desk.engine.begin(desk.engine.jobs[-1])
    desk.window.show_page("adversarial")
    assert desk.window.actions_.stop.isEnabled()
    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.start()
    assert "stop" in desk.engine.calls
    assert isinstance(desk.engine.jobs[-1], AttackJob)


def test_the_recipe_and_the_background_are_remembered(desk: Desk) -> None:
    wanted = METHODS["pgd-l2"].recipe.changed(epsilon=0.5)
    desk.window.attack_recipe.set_recipe(wanted)
    desk.window.attack_recipe.background_changed.emit("black")
    desk.controller.shutdown()
    assert Settings().attack == wanted
    assert Settings().background == "black"


def test_an_adversarial_image_offers_the_recipe_that_it_carries(desk: Desk, qtbot: QtBot) -> None:
    desk.window.attack_recipe.set_recipe(METHODS["deepfool"].recipe.changed(steps=7))
    attacked(desk, qtbot, 1)
    run = desk.attacks.runs[0]
    assert run.folder is not None
    run.recipe = METHODS["deepfool"].recipe.changed(steps=7)
    alone = desk.folder / "alone.png"
    desk.controller.adversarial.exports.write_png(run, alone)
    desk.window.attack_recipe.set_recipe(METHODS["fgsm"].recipe)
    desk.drop(qtbot, alone)
    text, actions = desk.messages.said("notice")[-1]
    assert "alone.png" in text and [title for title, _ in actions] == ["Use that recipe"]
    actions[0][1]()
    assert desk.window.attack_recipe.recipe().steps == 7
    desk.drop(qtbot, run.folder / "adversarial.png")
    assert [x[0] for x in desk.messages.said("notice")[-1][1]] == [
        "Open its run",
        "Use that recipe",
    ]
    desk.messages.calls.clear()
    desk.drop(qtbot, desk.picture("plain.png"))
    assert not desk.messages.said("notice")


def test_several_images_are_for_the_page_that_takes_several(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show_page("maximize")
    desk.drop(qtbot, desk.picture("a.png"), desk.picture("b.png"))
    assert desk.window.page_name == "adversarial"
    assert [run.source.name for run in desk.attacks.runs] == ["a.png", "b.png"]


def test_the_caption_tells_what_became_the_target(desk: Desk, qtbot: QtBot) -> None:
    desk.drop(qtbot, desk.picture("a.png"))
    recipe = desk.window.attack_recipe.recipe().changed(target="fish")
    desk.window.attack_recipe.set_recipe(recipe)
    desk.controller.start()
    desk.step(0, "star", False)
    desk.step(1, "sun", False)
    desk.finish()
    assert (
        desk.window.adversarial.caption[0] == "0 of 1 became crab"
    )  # the name that the engine tells


def test_the_selection_stays_with_its_image_or_goes_to_the_neighbour(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.drop(qtbot, *(desk.picture(f"{name}.png") for name in "abc"))
    page = desk.window.adversarial
    page.selected = lambda: 1
    desk.attacks.remove([0])
    assert [x for name, x in page.said if name == "select"][-1] == (0,)  # b
    page.selected = lambda: 1
    desk.attacks.remove([1])
    assert [x for name, x in page.said if name == "select"][-1] == (0,)  # c is gone, b beside it
    desk.drop(qtbot, desk.picture("d.png"), desk.picture("e.png"))
    assert [x for name, x in page.said if name == "select"][-1] == (1,)  # the first that came


def test_images_that_come_while_an_attack_goes_on_wait_for_the_next(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.start()
    desk.step(0, "star", False)
    desk.drop(qtbot, desk.picture("b.png"))
    desk.step(1, "fish", True)
    assert desk.attacks.view._timer.isActive()  # and the run is still followed
    assert [len(run.records) for run in desk.attacks.runs] == [2, 0]
    desk.finish()
    assert [run.ended for run in desk.attacks.runs] == ["finished", ""]
    desk.controller.start()
    assert [source.name for source in desk.job.sources] == ["a.png", "b.png"]


def test_an_image_is_not_removed_from_under_an_attack_and_it_says_so(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.drop(qtbot, desk.picture("a.png"))
    desk.controller.start()
    desk.window.adversarial.remove_requested.emit([0])
    assert len(desk.attacks.runs) == 1
    assert "stop it first" in desk.messages.said("error")[-1][0]
