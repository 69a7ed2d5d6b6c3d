"""The Atlas page's desk against a stand-in engine, with a real store on disk."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine.atlas.parcels import AtlasProgress, AtlasStarted, Made, UnitsMade, sections
from engine.atlas.store import NAME, Store, atlas_folder
from engine.jobs import NetworkRef
from engine.recipes import preset
from engine.units import Unit
from gui.controller import Controller
from gui.models.atlas_layers import principal
from gui.session import Phase
from gui.settings import Settings
from tests.gui.standins import INFO, StandInEngine, StandInWindow

MAIN = ("features.0", "class")


@pytest.fixture
def made(qtbot, tmp_path):
    """Window, engine, controller, as they are once Sketchnet is there."""
    window, engine = StandInWindow(), StandInEngine(tmp_path / "runs")
    qtbot.addWidget(window)
    controller = Controller(window, engine, Settings())
    controller.begin()
    engine.load_done()
    window.show_page("atlas")
    yield SimpleNamespace(window=window, engine=engine, desk=controller.atlas, all=controller)
    controller.shutdown()


def picture(number: int) -> np.ndarray:
    return np.full((96, 96, 3), 40 + number * 9, np.uint8)


def fill(desk, units: list[Unit], recipe=None) -> Store:
    """A store with some units, as the engine makes it."""
    recipe = recipe or preset("balanced")
    store = Store.open(atlas_folder(desk.network), desk.network, recipe)
    store.plan(INFO, sections(INFO, MAIN))
    store.put([Made(unit, picture(unit.index), 1.0, "fish", 0.9) for unit in units])
    return store


def tell(made, job, units: list[Unit]) -> None:
    """The engine has put these units into the store."""
    with fill(made.desk, units) as store:
        done = sum(count for _, count, _ in store.layers())
        small = tuple(store.thumbnail(unit) for unit in units)
    made.engine.told.emit(UnitsMade(job.number, job.network, tuple(units), small))
    made.engine.told.emit(AtlasProgress(job.number, "class", done, 19, done / 19, 2.0, 8.0))


def begin(made):
    made.window.actions_.start.trigger()
    job = made.engine.jobs[-1]
    made.engine.told.emit(AtlasStarted(job.number, job, "Sketchnet", "CPU, 2 threads", 0, 19))
    return job


def ended(made, job, how: str = "finished", message: str = "") -> None:
    made.engine.ended.emit(
        SimpleNamespace(
            number=job.number, ended=how, message=message, details="", seconds=3.0, folder="",
            folders=(),
        )
    )  # fmt: skip


def test_what_learns_is_chosen_and_its_repetitions_are_not() -> None:
    assert principal(INFO) == MAIN  # neither the ReLU nor the block around both
    logits = replace(INFO.layers[1], name="fc", kind="Linear", shape=(3,), channels=3)
    assert principal(replace(INFO, layers=(*INFO.layers, logits))) == MAIN  # those are the classes
    norm = replace(INFO.layers[1], name="features.9", kind="BatchNorm2d")
    assert principal(replace(INFO, layers=(*INFO.layers, norm))) == MAIN


def test_before_the_first_picture_the_page_says_what_it_is_for(made) -> None:
    page = made.window.atlas
    assert not page.sheet_shown
    assert "Sketchnet" in page._empty_text.text() and page._start.isEnabled()
    assert "19 units in 2 layers" in page._empty_note.text()
    made.window.atlas_panel.layers.choose([])
    assert not page._start.isEnabled()
    made.desk.start()
    assert not made.engine.jobs
    assert "at least one layer" in made.window.messages.said("notice")[-1][0]


def test_start_asks_for_the_marked_layers(made) -> None:
    job = begin(made)
    assert (job.layers, job.recipe) == (MAIN, preset("balanced"))
    assert job.folder == str(atlas_folder(job.network)) and job.network == NetworkRef("sketchnet")
    assert made.window.atlas.sheet_shown  # the tiles to come, empty
    assert [block.layer for block in made.window.atlas.sheet.blocks] == list(MAIN)
    made.desk.start()  # once is enough
    assert len(made.engine.jobs) == 1


def test_pictures_appear_on_the_sheet_in_the_list_and_in_the_tree(made, qtbot) -> None:
    job = begin(made)
    tell(made, job, [Unit("features.0", 3), Unit("class", 2)])
    sheet = made.window.atlas.sheet
    assert sheet._pictures.fresh.keys() == {(0, 3), (1, 2)}
    rows = {row.name: row.done for row in made.window.atlas_panel.layers.rows()}
    assert rows == {"features.0": 1, "features.1": 0, "class": 1}
    assert [x[0] for x in made.window.tree.said("set_picture")] == ["features.0:3", "class:2"]
    assert made.window.status.startswith("2 of 19 units · 2.0 units/s · 8 s left · CPU")
    assert made.window.progress == (2, 19, "2 of 19")
    assert made.window.notes["atlas"] == "11%"
    ended(made, job)
    assert made.desk.phase is Phase.IDLE and made.window.notes["atlas"] == ""
    assert "17 still to make: less than a minute" in made.window.status


def test_pause_and_stop_are_of_this_job_alone(made) -> None:
    job = begin(made)
    made.window.actions_.pause.trigger()
    assert made.engine.calls[-1] == f"hold {job.number}" and made.desk.phase is Phase.PAUSED
    assert "paused" in made.window.status
    made.window.actions_.pause.trigger()
    assert made.engine.calls[-1] == f"release {job.number}" and made.desk.phase is Phase.RUNNING
    made.window.actions_.stop.trigger()
    assert made.engine.calls[-1] == f"cancel {job.number}" and made.desk.phase is Phase.STOPPING
    ended(made, job, "stopped")
    assert made.desk.phase is Phase.IDLE
    assert not made.window.atlas.sheet_shown  # nothing was made


def test_it_goes_on_while_another_page_works(made) -> None:
    job = begin(made)
    made.window.show_page("maximize")
    made.window.actions_.start.trigger()
    assert len(made.engine.jobs) == 2 and f"cancel {job.number}" not in made.engine.calls
    tell(made, job, [Unit("class", 0)])
    assert made.window.notes["atlas"] == "5%" and made.desk.busy
    assert not made.window.status.startswith("1 of 19")  # that line is the run's
    made.window.actions_.stop.trigger()  # ends the run, not the atlas
    assert f"cancel {job.number}" not in made.engine.calls


def test_another_network_has_another_atlas_and_this_one_goes_on_later(made) -> None:
    job = begin(made)
    tell(made, job, [Unit("class", 0)])
    made.window.show_page("maximize")
    first = made.desk.network
    made.all.open_network(NetworkRef("tiny", "/somewhere/tiny.pth", "ab" * 32))
    made.engine.load_done(replace(INFO, name="tiny", title="Tiny"))
    assert made.engine.calls[-1] == f"cancel {job.number}" or f"cancel {job.number}" in (
        made.engine.calls
    )
    assert not made.desk.busy and not made.window.atlas.sheet_shown
    assert "Tiny" in made.window.atlas._empty_text.text()
    made.desk._resume()
    assert len(made.engine.jobs) == 1  # of this network none was going on
    made.all.open_network(first)
    made.engine.load_done()
    assert made.window.atlas.sheet_shown  # what was made of it is there
    made.desk._resume()
    assert made.engine.jobs[-1].layers == MAIN and len(made.engine.jobs) == 2


def test_after_a_kill_it_goes_on_and_after_a_stop_it_does_not(made, qtbot, tmp_path) -> None:
    begin(made)  # and nothing says that it ended
    window, engine = StandInWindow(), StandInEngine(tmp_path / "runs")
    qtbot.addWidget(window)
    again = Controller(window, engine, Settings())
    again.begin()
    engine.load_done()
    assert not engine.jobs  # not before the window is usable
    again.atlas._resume()
    assert [job.layers for job in engine.jobs] == [MAIN]
    again.atlas.stop()
    engine.ended.emit(
        SimpleNamespace(
            number=engine.jobs[0].number, ended="stopped", message="", details="", seconds=1.0,
            folder="", folders=(),
        )
    )  # fmt: skip
    again.atlas._resume()
    assert len(engine.jobs) == 1
    again.shutdown()


def test_a_store_is_gone_on_with_as_it_was_begun(made) -> None:
    few = preset("balanced").changed(steps=5)
    fill(made.desk, [Unit("class", 1)], few).close()
    made.desk.set_network(INFO)
    made.desk.start()
    assert made.engine.jobs[-1].recipe == few


def test_each_preset_has_an_atlas_of_its_own(made) -> None:
    fill(made.desk, [Unit("class", 1)]).close()
    made.desk.set_network(INFO)
    assert made.window.atlas.sheet_shown
    made.window.atlas_panel.preset_chosen.emit("lecture")
    assert not made.window.atlas.sheet_shown
    made.desk.start()
    job = made.engine.jobs[-1]
    assert job.recipe == preset("lecture")
    assert job.folder == str(atlas_folder(made.desk.network) / "lecture")


def test_nothing_is_started_when_all_is_made(made) -> None:
    units = [Unit("class", i) for i in range(3)] + [Unit("features.0", i) for i in range(16)]
    fill(made.desk, units).close()
    made.desk.set_network(INFO)
    made.desk.start()
    assert not made.engine.jobs
    assert "Every unit" in made.window.messages.said("notice")[-1][0]
    assert made.desk.status() == "19 units in 2 layers, all made."


def test_a_damaged_store_is_one_sentence(made) -> None:
    folder = atlas_folder(made.desk.network)
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(b"no database at all" * 100)
    made.desk.set_network(INFO)
    assert NAME in made.window.messages.said("error")[-1][0]
    assert not made.window.atlas.sheet_shown


def test_a_store_of_another_network_is_not_shown(made) -> None:
    other = NetworkRef("vgg16")
    folder = atlas_folder(made.desk.network)
    with Store.open(folder, other, preset("balanced")) as store:
        store.plan(INFO, sections(INFO, MAIN))
        store.put([Made(Unit("class", 1), picture(1), 1.0, "fish", 0.9)])
    made.desk.set_network(INFO)
    assert "an atlas of vgg16" in made.window.messages.said("error")[-1][0]
    assert not made.window.atlas.sheet_shown


def test_a_failure_is_told_and_what_was_made_stays(made) -> None:
    job = begin(made)
    tell(made, job, [Unit("class", 0)])
    ended(made, job, "failed", "The disk is full.")
    assert made.window.messages.said("error")[-1][0] == "The disk is full."
    assert made.window.atlas.sheet_shown and not made.desk.busy


def test_the_selection_is_one_with_the_tree_s(made) -> None:
    fill(made.desk, [Unit("class", 1)]).close()
    made.desk.set_network(INFO)
    made.window.atlas.sheet.unit_selected.emit("class:1")
    assert made.window.tree.said("choose")[-1] == ("class:1",)
    made.window.tree.unit_selected.emit("class:2")
    assert made.window.atlas.sheet.selected() == "class:2"
    made.window.atlas.sheet.unit_activated.emit("class:2")
    assert made.window.page_name == "maximize" and made.engine.jobs[-1].unit == "class:2"


def test_a_unit_s_picture_is_copied_as_it_is_in_the_store(made, qapp) -> None:
    fill(made.desk, [Unit("class", 1)]).close()
    made.desk.set_network(INFO)
    made.window.atlas.sheet.select("class:1")
    run = made.desk.commands._selected()
    assert run is not None and run.unit == "class:1" and run.title == "spiral"
    assert run.result == pytest.approx(picture(1), abs=2)
    made.window.atlas.sheet.select("class:2")
    assert made.desk.commands._selected() is None
    assert "no picture yet" in made.window.messages.said("notice")[-1][0]


def test_the_sheet_for_a_browser_is_written_beside_the_window(made, qtbot, tmp_path) -> None:
    fill(made.desk, [Unit("class", 1)]).close()
    made.desk.set_network(INFO)
    source = atlas_folder(made.desk.network)
    made.desk.commands.write_page(source, tmp_path)
    qtbot.waitUntil(lambda: made.window.messages.said("notice")[-1][0] == "Saved atlas.html.")
    assert "spiral" in (tmp_path / "atlas.html").read_text("utf-8")
    made.desk.commands.write_page(source, tmp_path / "no such folder")
    qtbot.waitUntil(lambda: bool(made.window.messages.said("error")))
    assert "atlas.html" in made.window.messages.said("error")[-1][0]
