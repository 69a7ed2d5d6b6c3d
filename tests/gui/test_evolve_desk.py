"""The Evolve page's desk against a stand-in engine, and its views against plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.evolution import store
from engine.evolution.lineage import GenomeOf, Lineage, LineageQuestion
from engine.evolution.parcels import (
    BreedQuestion,
    Brood,
    Champion,
    EvolveJob,
    EvolveProgress,
    EvolveRun,
    EvolveSteps,
    Generation,
    Judged,
    JudgeQuestion,
    Shoot,
)
from engine.evolution.recipe import EvolveRecipe
from engine.jobs import NetworkRef
from gui.controller import Controller
from gui.models.elites import BY_AGE, BY_CONFIDENCE, CLASS_ROLE, EliteModel
from gui.session import Phase
from gui.settings import Settings
from tests.gui.standins import StandInEngine, StandInWindow

NAMES = {0: "star", 1: "spiral", 2: "fish"}


def champion(index: int, confidence: float, generation: int) -> Champion:
    picture = np.full((16, 16, 3), 10 * generation % 256, np.uint8)
    return Champion(index, NAMES[index], confidence, generation, picture, generation)


def generation(number: int, *changed: Champion) -> Generation:
    return Generation(number, 0.1, 0.2, 0.3, 0.9, 200 * (number + 1), changed)


@dataclass
class Desk:
    controller: Controller
    window: StandInWindow
    engine: StandInEngine
    data: Path

    @property
    def evolve(self):  # type: ignore[no-untyped-def]
        return self.controller.evolve

    def begun(self) -> EvolveJob:
        """An evolution that the engine has begun."""
        self.window.show_page("evolve")
        self.engine.load_done()
        self.controller.start()
        job = self.engine.jobs[-1]
        assert isinstance(job, EvolveJob)
        self.engine.begin(job)
        return job

    def steps(self, job: EvolveJob, *steps: Generation) -> None:
        self.engine.told.emit(EvolveSteps(job.number, steps, 2.0, 1.5))
        self.evolve._show_frame()  # what the timer does ten times a second

    def ends(self, job: EvolveJob, ended: str = "finished", message: str = "") -> Path:
        folder = store.new_folder(self.data / "runs", self.evolve.run)
        run = replace(self.evolve.run, ended=ended)
        store.save(run, folder)
        self.engine.ended.emit(
            SimpleNamespace(
                number=job.number, ended=ended, message=message, details="", seconds=3.0,
                folder=str(folder), folders=(),
            )
        )  # fmt: skip
        return folder


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


def rows(model: EliteModel) -> list[int]:
    return [model.index(row).data(CLASS_ROLE) for row in range(model.rowCount())]


def test_start_evolves_and_generations_fill_the_grid(desk: Desk) -> None:
    job = desk.begun()
    assert job.recipe == desk.window.evolve_recipe.recipe() and not job.continue_from
    page = desk.window.evolve
    assert rows(page.model) == [2, 1, 0]  # fish, spiral, star: every class has its place
    desk.steps(job, generation(0, champion(0, 0.5, 0)), generation(1, champion(2, 0.8, 1)))
    assert page.model.champion(0).confidence == 0.5
    assert page.model.champion(1) is None
    assert page.plot._count == 2
    assert "generation 1 of" in desk.window.status and "2.0 generations/s" in desk.window.status
    desk.engine.told.emit(EvolveProgress(job.number, 2, 50, 200))
    desk.evolve._show_frame()
    assert "25 % of the next" in desk.window.status


def test_what_an_older_job_tells_is_dropped(desk: Desk) -> None:
    old = desk.begun()
    desk.controller.start()
    desk.steps(old, generation(0, champion(0, 0.5, 0)))
    assert desk.evolve.run.records == [] and f"cancel {old.number}" in desk.engine.calls


def test_pause_stop_and_the_end_keep_it(desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(0, champion(0, 0.5, 0)))
    desk.controller.pause()
    assert desk.evolve.phase is Phase.PAUSED and "paused" in desk.window.status
    desk.controller.stop()
    assert desk.evolve.phase is Phase.STOPPING
    folder = desk.ends(job, "stopped")
    assert desk.evolve.phase is Phase.IDLE and desk.evolve.run.folder == folder
    added = desk.window.history.said("add")
    assert added and added[-1][0].folder == folder and added[-1][0].image == "sheet.png"


def test_it_goes_on_where_it_stopped_and_past_its_end(desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(0, champion(0, 0.5, 0)), generation(7, champion(0, 0.6, 7)))
    folder = desk.ends(job, "stopped")
    page = desk.window.evolve
    assert not page._go_on.isHidden()
    desk.evolve.go_on()
    again = desk.engine.jobs[-1]
    assert again.continue_from == str(folder) and again.recipe == job.recipe
    assert page.model.champion(0).generation == 7  # what was there stays in view
    desk.engine.begin(again)
    desk.steps(again, generation(8))
    desk.ends(again)
    desk.window.evolve_recipe.set_recipe(job.recipe.changed(generations=5))
    desk.evolve.go_on()
    assert desk.engine.jobs[-1].recipe.generations == 8 + 5


def test_another_page_s_run_ends_it_and_it_ends_theirs(desk: Desk) -> None:
    job = desk.begun()
    desk.controller.start("class:1")
    assert f"cancel {job.number}" in desk.engine.calls
    desk.window.show_page("evolve")
    desk.controller.start()
    assert desk.controller.jobs.session.phase is Phase.STOPPING


def test_a_selected_image_is_asked_about(desk: Desk) -> None:
    job = desk.begun()
    best = champion(1, 0.7, 3)
    desk.steps(job, generation(3, best))
    desk.window.evolve.grid.select(1)
    lineage, judge = desk.engine.asked[-2:]
    assert isinstance(lineage, LineageQuestion) and isinstance(judge, JudgeQuestion)
    assert (lineage.index, lineage.job) == (1, job.number)
    panel = desk.window.elite_panel
    assert panel.top.isHidden() and panel.ancestry.isHidden()
    desk.engine.told.emit(Judged(judge.number, job.network, ((("spiral", 0.7), ("fish", 0.1)),)))
    desk.engine.told.emit(Lineage(lineage.number, 1, None, ()))
    assert not panel.top.isHidden() and panel.genome.isHidden()
    desk.engine.told.emit(Judged(judge.number - 1, job.network, ((("fish", 1.0),),)))
    assert panel.bars._rows[0][0] == "spiral"  # a late answer changes nothing


def test_another_network_says_what_it_sees(desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(3, champion(1, 0.7, 3)))
    desk.window.evolve.grid.select(1)
    other = NetworkRef("squeezenet1_0", "/w.pth")
    desk.window.elite_panel.ask_requested.emit(other)
    question = desk.engine.asked[-1]
    assert question.network == other
    desk.engine.told.emit(Judged(question.number, other, ((("Spiral", 0.4),),)))
    (answer,) = desk.evolve.asking._answers
    assert answer[1:] == ("Spiral", 0.4, True)


def test_images_go_to_the_other_pages(desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(3, champion(1, 0.7, 3)))
    desk.window.evolve.maximize_requested.emit(1)
    assert desk.window.page_name == "maximize"
    assert desk.window.tree.values["selected"] == "class:1"
    assert desk.controller.starting.picture is not None
    desk.window.show_page("evolve")
    desk.window.evolve.attack_requested.emit(1)
    assert desk.window.page_name == "adversarial"


def test_breeding_by_hand(desk: Desk) -> None:
    desk.window.show_page("evolve")
    desk.engine.load_done()
    page = desk.window.evolve
    page.breeding_requested.emit(-1)
    question = desk.engine.asked[-1]
    assert isinstance(question, BreedQuestion) and question.parents == ()
    picture = np.zeros((8, 8, 3), np.uint8)
    shoots = tuple(Shoot(picture, (("fish", 0.1 * i),), f"genome {i}") for i in range(5))
    desk.engine.told.emit(Brood(question.number, shoots))
    assert page.breeds and not page.breeding.breed.isEnabled()
    for place in (1, 4):
        page.breeding._children[place].click()
    assert page.breeding.liked() == [1, 4] and page.breeding.breed.isEnabled()
    page.breeding.breed.click()
    assert desk.engine.asked[-1].parents == ("genome 1", "genome 4")
    assert not page.breeding.breed.isEnabled()  # until they are there


def test_breeding_begins_from_a_class_of_the_archive(desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(3, champion(1, 0.7, 3)))
    desk.window.evolve.breeding_requested.emit(1)
    question = desk.engine.asked[-1]
    assert question.parents == (GenomeOf(1, job.number, ""),) and question.recipe == job.recipe


def test_a_kept_run_opens_with_its_grid_and_curve(desk: Desk) -> None:
    desk.engine.load_done()
    run = EvolveRun(NetworkRef("sketchnet"), EvolveRecipe(generations=4), "cpu", ended="finished")
    run.add(generation(4, champion(2, 0.9, 4)))
    folder = store.new_folder(desk.data / "runs", run)
    store.save(run, folder)
    desk.evolve.open(store.load(folder))
    assert desk.window.page_name == "evolve"
    assert desk.window.evolve.model.champion(2).confidence == 0.9
    assert desk.window.evolve_recipe.recipe().generations == 4


def test_the_line_that_repeats_it_is_copied(desk: Desk) -> None:
    desk.window.show_page("evolve")
    desk.engine.load_done()
    recipe = desk.window.evolve_recipe.recipe().changed(generations=77, classes="0,2", seed=5)
    desk.window.evolve_recipe.set_recipe(recipe)
    desk.controller.commands._on_page("copy_command")()
    line = QGuiApplication.clipboard().text()
    assert line.startswith("unitscope evolve --network sketchnet --encoding cppn --preset balanced")
    assert "--generations 77" in line and "--classes 0,2" in line and "--seed 5" in line


def test_orders_and_the_filter(qtbot: QtBot) -> None:
    model = EliteModel()
    model.set_classes(NAMES)
    model.put([champion(0, 0.5, 9), champion(1, 0.9, 2)])
    model.set_order(BY_CONFIDENCE)
    assert rows(model) == [1, 0, 2]
    model.set_order(BY_AGE)
    assert rows(model) == [0, 1, 2]
    model.set_filter("s")
    assert set(rows(model)) == {0, 1, 2}
    model.set_filter("spi")
    assert rows(model) == [1]
    model.set_filter("2")
    assert rows(model) == [2]


def test_a_selection_survives_being_put_in_another_order(qtbot: QtBot, desk: Desk) -> None:
    job = desk.begun()
    desk.steps(job, generation(0, champion(0, 0.1, 0), champion(1, 0.2, 0), champion(2, 0.3, 0)))
    page = desk.window.evolve
    page.grid.select(0)
    page.model.set_order(BY_CONFIDENCE)
    desk.steps(job, generation(1, champion(0, 0.9, 1)))
    page.model.arrange()
    assert rows(page.model)[0] == 0 and page.selected() == 0


def test_a_class_that_is_none_is_said_and_changes_nothing(desk: Desk) -> None:
    desk.engine.load_done()
    panel = desk.window.evolve_recipe
    field = panel.rows.classes
    field.edit.setText("star, fsh")
    field._edited()
    assert "no class 'fsh'" in field.note.text() and panel.recipe().classes == "all"
    field.edit.setText("star, fish")
    field._edited()
    assert panel.recipe().classes == "0,2" and field.note.isHidden()


def test_return_opens_an_image_large_and_it_grows_there(qtbot: QtBot, desk: Desk) -> None:
    job = desk.begun()
    page = desk.window.evolve
    desk.steps(job, generation(0, champion(1, 0.1, 0)))
    page.grid.select(1)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert page._opened == 1 and page.large.image().pixelColor(0, 0).red() == 0
    desk.steps(job, generation(5, champion(1, 0.4, 5)))
    assert page.large.image().pixelColor(0, 0).red() == 50
