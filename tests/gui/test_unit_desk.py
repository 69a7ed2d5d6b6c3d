"""The selected unit's panel, its desk against a stand-in engine that answers when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine import images
from engine.jobs import NetworkRef
from engine.maps import Fields, FieldsQuestion, Looked, LookQuestion
from engine.messages import Ended, Failed
from engine.patches.index import PatchIndex
from engine.patches.parcels import Patch, PatchJob, PatchProgress
from engine.units import ReceptiveField, Unit
from gui.exports import Exports
from gui.look_image import LookImage
from gui.network_desk import NetworkDesk
from gui.settings import Settings
from gui.unit_desk import UnitDesk
from tests.gui.standins import INFO, StandInEngine, StandInWindow

FIELD = ReceptiveField((3, 3), (1, 1), (-1, -1), whole=False)


def answer(question: LookQuestion, seed: int = 0) -> Looked:
    """A layer of 16 maps of which unit u is u + 1 at its position (u, u)."""
    crop = images.crop(question.picture, INFO.input_size, INFO.resize)
    if question.layer == "class":
        logits = np.array([1.0, 3.0, 2.0], np.float32)
        return Looked(question.number, "class", crop, logits, FIELD, (("spiral", 0.67),))
    maps = np.zeros((16, 96, 96), np.float32)
    for u in range(16):
        maps[u, u, u] = u + 1
    return Looked(question.number, question.layer, crop, maps, FIELD, (("spiral", 0.67),))


class Room(SimpleNamespace):
    """The desk with what is around it."""

    def questions(self, layer: str = "") -> list[LookQuestion]:
        asked = [x for x in self.engine.asked if isinstance(x, LookQuestion)]
        return [x for x in asked if not layer or x.layer == layer]

    def answers(self) -> None:
        """The engine answers what was asked last."""
        self.engine.told.emit(answer(self.questions()[-1]))


@pytest.fixture
def room(qtbot, tmp_path: Path) -> Iterator[Room]:
    window, engine, settings = StandInWindow(), StandInEngine(tmp_path / "runs"), Settings()
    qtbot.addWidget(window)
    exports = Exports(window, settings)
    desk = NetworkDesk(window, engine, settings, exports)
    unit = UnitDesk(window, engine, desk, exports, settings)
    desk.opened.connect(unit.set_network)
    desk.open(NetworkRef("sketchnet"))
    engine.load_done()
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((120, 160, 3), 90, np.uint8)).save(path)
    panel = window.unit_panel
    panel.resize(336, 600)
    made = Room(
        window=window, engine=engine, settings=settings, unit=unit, panel=panel, path=path,
        desk=desk, qtbot=qtbot,
    )  # fmt: skip
    yield made
    unit.end()
    desk.end()


@pytest.fixture
def looking(room: Room) -> Room:
    """An image is there, and a unit is selected, whose layer has answered."""
    room.unit.select("features.1:3")
    room.unit.look_at_file(room.path)
    room.qtbot.waitUntil(lambda: bool(room.questions("features.1")), timeout=10_000)
    room.answers()
    return room


def test_without_an_image_nothing_is_asked_but_the_fields(room: Room) -> None:
    room.unit.select("features.1:3")
    assert room.engine.asked == []  # the panel is behind another tab
    room.panel.shown.emit(True)
    assert [type(x) for x in room.engine.asked] == [FieldsQuestion]
    question = room.engine.asked[0]
    fields = {"features.1": ReceptiveField((7, 7), (2, 2), (-3, -3), whole=False)}
    room.engine.told.emit(Fields(question.number, question.network, fields))
    assert room.panel.head.title.text() == "features.1 · 3"
    assert "7×7 of 96×96" in room.panel.head.field.toolTip()
    assert not room.panel.start.isHidden() and room.panel.view.isHidden()


def test_the_network_sees_exactly_the_crop_that_is_shown(looking: Room) -> None:
    question = looking.questions()[-1]
    seen = images.crop(question.picture, INFO.input_size, INFO.resize, INFO.interpolation)
    whole = images.read(looking.path)
    np.testing.assert_array_equal(
        seen, images.crop(whole, INFO.input_size, INFO.resize, INFO.interpolation)
    )


@pytest.mark.parametrize(("size", "resize"), [(96, 96), (224, 256), (299, 342), (224, 235), (8, 9)])
def test_a_crop_in_its_frame_is_cropped_to_itself(qtbot, size: int, resize: int) -> None:
    image = LookImage()
    image.set_network(replace(INFO, input_size=size, resize=resize))
    rng = np.random.default_rng(0)
    with qtbot.waitSignal(image.changed, timeout=10_000):
        image.take(rng.integers(0, 256, (300, 411, 3), np.uint8), "noise")
    framed = image.framed()
    assert framed is not None and framed.nbytes <= 3 * resize**2
    np.testing.assert_array_equal(images.crop(framed, size, resize), image.crop)
    image.end()


def test_the_heat_appears_and_hovering_needs_no_other_question(looking: Room) -> None:
    laid = looking.panel.view.map
    assert laid is not None and laid.strongest() == (3, 3)
    before = len(looking.engine.asked)
    looking.window.tree.unit_hovered.emit("features.1:5")
    assert looking.panel.view.map.strongest() == (5, 5)
    assert looking.panel.head.title.toolTip() == "features.1 · 5"
    assert len(looking.engine.asked) == before
    looking.window.tree.unit_hovered.emit("")
    looking.qtbot.waitUntil(lambda: looking.panel.view.map.strongest() == (3, 3), timeout=5000)


def test_another_layer_is_asked_for_and_late_answers_are_dropped(looking: Room) -> None:
    hover = looking.window.tree.unit_hovered
    hover.emit("features.0:2")
    first = looking.questions()[-1]
    assert first.layer == "features.0" and looking.panel.view.map is None
    hover.emit("class:1")
    second = looking.questions()[-1]
    looking.engine.told.emit(answer(first))  # the pointer has gone on
    assert looking.panel.view.map is None
    looking.engine.told.emit(answer(second))
    assert "number 1 of 3" in looking.panel.response.text()
    assert "3.00" in looking.panel.response.text()


def test_another_image_forgets_the_answers_for_the_last_one(looking: Room) -> None:
    looking.unit.hover("features.0:2")
    late = looking.questions()[-1]
    looking.unit.hover("")
    with looking.qtbot.waitSignal(looking.unit.image.changed, timeout=10_000):
        looking.unit.look_at(np.zeros((96, 96, 3), np.uint8), "black")
    assert looking.panel.view.map is None
    looking.engine.told.emit(answer(late))
    looking.unit.hover("features.0:2")
    assert looking.panel.view.map is None  # that was of the other image
    looking.answers()
    assert looking.panel.view.map is not None


def test_the_strongest_are_ranked_and_a_click_selects(looking: Room) -> None:
    cells = looking.panel.cells
    assert [cells.cell(i).caption for i in range(3)] == ["15", "14", "13"]
    assert cells.cell(0).part == 1.0 and cells.cell(1).part == pytest.approx(15 / 16)
    assert cells.cell(0).image is not None  # its map, as no picture of it is known
    assert cells.selected() == -1  # number 12 of the layer: not among the first twelve
    wanted: list[str] = []
    looking.unit.unit_wanted.connect(wanted.append)
    cells.chosen.emit(1)
    assert wanted == ["features.1:14"]
    cells.hovered.emit(0)
    assert looking.panel.view.map.strongest() == (15, 15)


def test_a_neuron_s_box_is_at_its_position(looking: Room) -> None:
    looking.unit.select("features.1:3@40,41")
    assert looking.panel.view.place() == (40, 41)


def test_a_layer_that_fails_is_one_sentence(looking: Room) -> None:
    failed: list[str] = []
    looking.unit.failed.connect(lambda sentence, _details: failed.append(sentence))
    looking.unit.hover("features.0:2")
    looking.engine.told.emit(Failed(looking.questions()[-1].number, "No maps here.", ""))
    assert failed == ["No maps here."]


def test_files_dropped_on_the_panel(room: Room, tmp_path: Path) -> None:
    target = room.window.drop_zone.targets[0]
    assert target.widget is room.panel
    target.files_dropped.emit([room.path])
    room.qtbot.waitUntil(lambda: room.unit.image.crop is not None, timeout=10_000)
    assert room.settings.look == str(room.path)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    target.files_dropped.emit([broken])
    said = room.window.messages.said
    room.qtbot.waitUntil(lambda: bool(said("error")), timeout=10_000)
    assert "broken.png" in said("error")[0][0]
    assert room.unit.image.name == "photo.png"  # the image before it stays


def test_the_last_image_is_there_in_the_next_session(room: Room) -> None:
    room.settings.look = str(room.path)
    room.unit.select("features.1:3")
    room.panel.shown.emit(True)
    room.qtbot.waitUntil(lambda: bool(room.questions()), timeout=10_000)


def test_another_network_sees_it_anew(looking: Room) -> None:
    looking.desk.open(NetworkRef("other"))
    looking.engine.load_done(replace(INFO, input_size=64, resize=64))
    looking.unit.select("features.1:3")
    looking.qtbot.waitUntil(lambda: len(looking.questions()) == 2, timeout=10_000)
    assert looking.questions()[-1].picture.shape == (64, 64, 3)
    assert looking.panel.view.map is None


def test_the_style_is_remembered(looking: Room) -> None:
    looking.panel.controls.opacity.setValue(30)
    looking.panel.controls.blended.click()
    assert Settings().heat == (0.3, "inferno", False)


# --- patches


@pytest.fixture
def indexed(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A folder of three images whose index is there, made without an engine."""
    folder = room.path.parent / "photos"
    folder.mkdir()
    for number in range(3):
        grey = np.full((120, 120, 3), 80 * number, np.uint8)
        Image.fromarray(grey).save(folder / f"{number}.png")

    class Index:
        path = folder

        def top(self, unit: Unit, count: int) -> list[Patch]:
            assert count >= 9
            return [
                Patch(
                    unit, str(folder / f"{n}.png"), 10.0 - n, (n, n), (8, 4, 40, 36), (0, 0, 9, 9)
                )
                for n in (2, 1, 0)
            ]

        def crop(self, patch: Patch) -> np.ndarray:
            return images.crop(images.read(patch.path), 96, 96)

        def picture(self, patch: Patch) -> np.ndarray:
            top, left, bottom, right = patch.crop_box
            return self.crop(patch)[top:bottom, left:right]

        def close(self) -> None: ...

    room.index = Index()
    room.folder = folder
    monkeypatch.setattr(PatchIndex, "open", lambda *_: room.index)
    room.unit.select("features.1:3")
    room.panel.shown.emit(True)
    return room


def tell(room: Room, done: int, saved: int, total: int = 3, **more: object) -> None:
    job = room.engine.jobs[-1]
    told = PatchProgress(job.number, job.folder, done, total, saved, 2.0, 60.0, 0)
    room.engine.told.emit(replace(told, **more))


def test_a_folder_dropped_on_the_panel_is_indexed_and_its_patches_appear(indexed: Room) -> None:
    room = indexed
    assert not room.panel.note.isHidden() and room.engine.jobs == []
    room.window.drop_zone.targets[0].files_dropped.emit([room.folder])
    (job,) = room.engine.jobs
    assert isinstance(job, PatchJob) and job.folder == str(room.folder)
    assert room.settings.patches == str(room.folder)
    tell(room, 1, 0)
    assert "1 of 3" in room.panel.folder.name._whole and not room.panel.folder.stop.isHidden()
    tell(room, 3, 3)
    grid = room.panel.grid
    room.qtbot.waitUntil(lambda: grid.shown() == 3, timeout=10_000)
    assert [grid.cell(i).caption for i in range(3)] == ["8.00", "9.00", "10.0"]
    assert "2.png" in grid.cell(0).tip
    room.qtbot.waitUntil(lambda: grid.cell(2).image is not None, timeout=10_000)
    assert [grid.cell(i).image.pixelColor(5, 5).red() for i in range(3)] == [160, 80, 0]
    room.engine.ended.emit(Ended(job.number, "finished", "", "", 1.0, ""))
    assert "3 images" in room.panel.folder.name._whole
    assert room.panel.folder.stop.isHidden() and room.panel.folder.bar.isHidden()
    room.panel.shown.emit(True)
    assert len(room.engine.jobs) == 1  # it is done


def test_a_click_shows_the_whole_image_and_a_double_click_looks_at_it(indexed: Room) -> None:
    room = indexed
    room.unit.patches.open(room.folder)
    tell(room, 3, 3)
    room.qtbot.waitUntil(lambda: room.panel.grid.shown() == 3, timeout=10_000)
    room.panel.grid.chosen.emit(1)
    assert room.panel.view._outline == (8, 4, 40, 36)
    assert room.panel.bar.name._whole == "1.png" and not room.panel.bar.back.isHidden()
    room.panel.bar.back.click()
    assert room.panel.bar.back.isHidden()
    assert not room.panel.start.isHidden()  # as before: no image is looked at
    room.panel.grid.opened.emit(1)
    room.qtbot.waitUntil(lambda: room.unit.image.name == "1.png", timeout=10_000)


def test_indexing_is_held_ended_and_goes_on(indexed: Room) -> None:
    room = indexed
    room.unit.patches.open(room.folder)
    job, bar = room.engine.jobs[-1], room.panel.folder
    bar.pause.click()
    bar.pause.click()
    assert room.engine.calls[-2:] == [f"hold {job.number}", f"release {job.number}"]
    tell(room, 1, 1)
    bar.stop.click()
    assert room.engine.calls[-1] == f"cancel {job.number}"
    room.engine.ended.emit(Ended(job.number, "stopped", "", "", 1.0, ""))
    assert not bar.resume.isHidden() and bar.pause.isHidden()
    room.panel.shown.emit(True)
    assert len(room.engine.jobs) == 1  # who stopped it decides when it goes on
    bar.resume.click()
    assert len(room.engine.jobs) == 2 and bar.resume.isHidden()


def test_another_network_has_an_index_of_its_own(indexed: Room) -> None:
    room = indexed
    room.unit.patches.open(room.folder)
    first = room.engine.jobs[-1]
    room.desk.open(NetworkRef("other"))
    room.engine.load_done(replace(INFO, name="other"))
    assert room.engine.calls[-1] == f"cancel {first.number}"
    second = room.engine.jobs[-1]
    assert second.network.name == "other" and second.folder == first.folder
    room.engine.ended.emit(Ended(first.number, "stopped", "", "", 1.0, ""))
    assert not room.panel.folder.stop.isHidden()  # that was the other one's


def test_a_folder_without_images_is_one_sentence(indexed: Room) -> None:
    room = indexed
    room.unit.patches.open(room.folder)
    job = room.engine.jobs[-1]
    room.engine.ended.emit(Ended(job.number, "failed", "It holds no images.", "", 1.0, ""))
    assert room.window.messages.said("error")[-1][0] == "It holds no images."


def test_the_folder_of_the_last_session_that_is_gone(qtbot, room: Room, tmp_path: Path) -> None:
    room.unit.patches.open(tmp_path / "gone")
    room.panel.shown.emit(True)
    assert room.engine.jobs == []
    assert "not there any more" in room.panel.folder.name._whole
