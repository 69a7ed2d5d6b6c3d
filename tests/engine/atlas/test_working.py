"""An atlas in the background of the engine's thread: it gives way, stops, and goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.atlas.parcels import AtlasJob, AtlasProgress, AtlasStarted, UnitsMade
from engine.atlas.store import Store
from engine.recipes import preset
from engine.units import Unit
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard
from tests.engine.test_worker import SKETCHNET, job

FEW = preset("balanced").changed(steps=3)


def atlas(folder: Path, *layers: str, steps: int = 3) -> AtlasJob:
    recipe = FEW.changed(steps=steps)
    return AtlasJob(next_number(), SKETCHNET, layers, recipe, "cpu", str(folder))


def told(heard: Heard, kind: type[Any], number: int) -> list[Any]:
    return [x for x in heard.all("told") if isinstance(x, kind) and x.number == number]


def test_it_is_made_and_told(engine: Engine, heard: Heard, tmp_path: Path) -> None:
    engine.submit(wanted := atlas(tmp_path, "features.0", "class", steps=1))
    end = heard.end_of(wanted.number)
    assert (end.ended, end.folder) == ("finished", str(tmp_path)) and end.seconds > 0
    (started,) = told(heard, AtlasStarted, wanted.number)
    assert (started.job, started.done, started.total) == (wanted, 0, 48)
    assert (started.title, started.device_title[:3]) == ("Sketchnet", "CPU")
    made = told(heard, UnitsMade, wanted.number)
    units = [unit for batch in made for unit in batch.units]
    assert units[0] == Unit("features.0", 0) and units[-1] == Unit("class", 39) and len(units) == 48
    assert all(x.shape == (64, 64, 3) for batch in made for x in batch.thumbnails)
    last = told(heard, AtlasProgress, wanted.number)[-1]
    assert (last.done, last.total, round(last.share, 6)) == (48, 48, 1) and last.rate > 0
    with Store.open(tmp_path) as store:
        assert store.layers() == [("features.0", 8, 8), ("class", 40, 40)]


def test_it_stops_and_the_next_one_goes_on(engine: Engine, heard: Heard, tmp_path: Path) -> None:
    layers = ("features.2", "features.3", "features.4")
    engine.submit(first := atlas(tmp_path, *layers, steps=8))
    heard.wait(lambda: told(heard, UnitsMade, first.number))
    engine.submit(other := job())  # the foreground does not wait for it
    heard.end_of(other.number)
    engine.cancel(first.number)
    assert heard.end_of(first.number).ended == "stopped"
    with Store.open(tmp_path) as store:
        there = len(store.done())
    assert 16 <= there < 48
    engine.submit(second := atlas(tmp_path, *layers, steps=8))
    assert heard.end_of(second.number).ended == "finished"
    (started,) = told(heard, AtlasStarted, second.number)
    assert (started.done, started.total) == (there, 48)
    made = sum(len(x.units) for x in told(heard, UnitsMade, second.number))
    assert made == 48 - there


def test_closing_the_window_leaves_the_store_whole(tmp_path: Path, qapp: object) -> None:
    engine = Engine()
    heard = Heard(engine)
    engine.start()
    engine.submit(wanted := atlas(tmp_path, "features.2", "class", steps=4))
    heard.wait(lambda: told(heard, UnitsMade, wanted.number))
    assert engine.close()
    assert [x.name for x in tmp_path.iterdir()] == ["atlas.sqlite"]  # no log is left
    with Store.open(tmp_path) as store:
        assert len(store.done()) >= 16


def test_faults_end_it_with_a_sentence(engine: Engine, heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "atlas.sqlite").write_text("no store at all, and long enough to be sure of that\n")
    engine.submit(wanted := atlas(tmp_path, "class"))
    end = heard.end_of(wanted.number)
    assert end.ended == "failed" and "is damaged" in end.message
    engine.submit(wanted := atlas(tmp_path / "new", "features.9999"))
    end = heard.end_of(wanted.number)
    assert end.ended == "failed" and "no layer 'features.9999'" in end.message
    assert not (tmp_path / "new").exists()
