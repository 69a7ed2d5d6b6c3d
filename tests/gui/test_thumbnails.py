"""The small pictures of units: read when looked at, the newest of a run's and an atlas's."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from engine.atlas.parcels import Made, UnitsMade, sections
from engine.atlas.store import Store, atlas_folder
from engine.jobs import NetworkRef
from engine.recipes import preset
from engine.units import CLASSES, Layer, NetworkInfo, Unit
from gui.thumbnails import Shelf, Thumbnails, file_of, folder_of
from gui.views.tree import NetworkTree

REF = NetworkRef("sketchnet")
LAYERS = tuple(Layer(f"layer{i}", "Conv2d", (1000, 4, 4), 9, 1000) for i in range(49))
LARGE = NetworkInfo("large", "Large", tuple(f"c{i}" for i in range(1000)), LAYERS, 96, 3, 10**6)


def grey(value: int, side: int = 96) -> np.ndarray:
    return np.full((side, side, 3), value, np.uint8)


def atlas(units: list[Unit], value: int, folder: Path | None = None) -> None:
    with Store.open(folder or atlas_folder(REF), REF, preset("balanced")) as store:
        store.plan(LARGE, sections(LARGE, ("layer0", "layer1", CLASSES)))
        store.put([Made(unit, grey(value), 1.0, "c1", 0.5) for unit in units])


@pytest.fixture
def tree(qtbot):
    made = NetworkTree()
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.set_network(LARGE)
    return made


@pytest.fixture
def thumbnails(tree):
    made = Thumbnails(tree)
    yield made
    made.end()


def value_of(tree: NetworkTree, unit: str) -> int | None:
    index = tree._model.index_of(unit)
    image = tree._model._pictures.get(index.internalId())
    return None if image is None else image.pixelColor(20, 20).red()


def test_of_fifty_thousand_units_only_those_on_the_screen_are_asked_for(qtbot, tree) -> None:
    asked: list[str] = []
    tree.pictures_wanted.connect(asked.extend)
    tree.show()
    tree.select("layer7:500")
    qtbot.waitUntil(lambda: "layer7:500" in asked)
    assert 5 < len(asked) < 80 and len(set(asked)) == len(asked)
    tree.view.viewport().repaint()
    QApplication.processEvents()
    before = len(asked)
    qtbot.wait(60)
    assert len(asked) == before  # once


def test_the_tree_shows_what_the_atlas_holds(qtbot, tree, thumbnails) -> None:
    atlas([Unit("layer0", 3), Unit(CLASSES, 7)], 90)
    thumbnails.open(REF)
    tree.show()
    tree.select("layer0:3")
    qtbot.waitUntil(lambda: value_of(tree, "layer0:3") == 90)
    tree.select("class:7")
    qtbot.waitUntil(lambda: value_of(tree, "class:7") == 90)
    assert value_of(tree, "layer0:4") is None


def test_the_newest_picture_of_a_unit_is_shown(tree, thumbnails) -> None:
    now = time.time()
    atlas([Unit("layer0", 3), Unit("layer0", 4)], 90)
    thumbnails.put(REF, "layer0:3", grey(200), now + 60)  # a run after it
    thumbnails.put(REF, "layer0:4", grey(200), now - 60)
    os.utime(file_of(REF, "layer0:3"), (now + 60, now + 60))
    os.utime(file_of(REF, "layer0:4"), (now - 60, now - 60))
    shelf = Shelf(REF, [atlas_folder(REF)])
    found = [shelf.small(unit) for unit in ("layer0:3", "layer0:4", "layer0:5")]
    shelf.close()
    assert found[0] is not None and found[0].mean() == pytest.approx(200, abs=2)
    assert found[1] is not None and found[1].mean() == pytest.approx(90, abs=2)
    assert found[2] is None


def test_a_neuron_has_its_run_s_picture_only(thumbnails) -> None:
    thumbnails.put(REF, "layer0:3@1,2", grey(120), time.time())
    shelf = Shelf(REF, [atlas_folder(REF)])
    found = shelf.small("layer0:3@1,2")
    assert found is not None and found.mean() == 120
    assert shelf.small("layer0:3@0,0") is None
    shelf.close()


def test_the_chosen_atlas_comes_before_the_network_s_first(qtbot, tree, thumbnails) -> None:
    other = atlas_folder(REF) / "lecture"
    atlas([Unit("layer0", 3), Unit("layer0", 4)], 90)
    atlas([Unit("layer0", 3)], 180, other)
    thumbnails.open(REF)
    tree.show()
    tree.select("layer0:3")
    qtbot.waitUntil(lambda: value_of(tree, "layer0:4") == 90)
    thumbnails.set_atlas(other)
    tree.set_network(LARGE)
    tree.select("layer0:3")
    qtbot.waitUntil(lambda: value_of(tree, "layer0:3") == 180)
    qtbot.waitUntil(lambda: value_of(tree, "layer0:4") == 90)


def test_what_is_broken_on_disk_is_as_if_it_were_not_there(thumbnails) -> None:
    folder_of(REF).mkdir(parents=True)
    file_of(REF, "layer0:3").write_bytes(b"\x89PNG broken")
    atlas_folder(REF).mkdir(parents=True)
    (atlas_folder(REF) / "atlas.sqlite").write_bytes(b"no database" * 50)
    shelf = Shelf(REF, [atlas_folder(REF)])
    assert shelf.small("layer0:3") is None
    shelf.close()


def test_what_the_atlas_makes_is_shown_at_once_of_its_own_network(tree, thumbnails) -> None:
    thumbnails.open(REF)
    units = (Unit("layer0", 1), Unit("layer0", 2))
    thumbnails.show_made(UnitsMade(1, REF, units, (grey(70, 64), None)))
    assert value_of(tree, "layer0:1") == 70 and value_of(tree, "layer0:2") is None
    other = NetworkRef("other", "/x.pth", "cd" * 32)
    thumbnails.show_made(UnitsMade(2, other, units, (grey(10, 64), grey(10, 64))))
    assert value_of(tree, "layer0:1") == 70 and value_of(tree, "layer0:2") is None
