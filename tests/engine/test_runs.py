"""A run's folder: whole after a round trip, the last good one after a failure."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine import runs
from engine.folders import FRAMES_KEPT
from engine.images import repeat_of
from engine.jobs import Change, Frames, NetworkRef, Picture, Run, Step
from engine.recipes import preset
from engine.runs import RunError

TOP = (("king crab", 0.75), ("crane", 0.125), ("star", 0.0625), ("fish", 0.03), ("Ähre", 0.02))


def picture(level: int, side: int = 16) -> Picture:
    return np.full((side, side, 3), level, dtype=np.uint8)


def a_run(steps: int = 5, ended: str = "finished") -> Run:
    run = Run(
        network=NetworkRef("squeezenet1_0", "/w/squeezenet.pth", "ab12"),
        unit="class:121",
        title="king crab",
        recipe=preset("balanced").changed(steps=steps, seed=2**60, size=96),
        device="cpu",
        ended=ended,
        seconds=1.5,
    )
    for k in range(steps + 1):
        run.add(Step(k, 0.1 * k, 1 / (k + 1), TOP if k % 2 == 0 else (), picture(20 * k)))
    run.changes = [Change(2, "lr", 0.2), Change(3, "prior", "l2")]
    return run


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    run = a_run()
    folder = runs.new_folder(tmp_path, run)
    runs.save(run, folder)
    for place in (folder, folder / "run.json"):
        back = runs.load(place)
        for name in ("network", "unit", "title", "recipe", "device", "method", "started_from",
                     "created", "seconds", "ended", "message", "changes", "folder"):  # fmt: skip
            assert getattr(back, name) == getattr(run, name), name
        assert back.records == run.records
        assert back.frames.all().keys() == run.frames.all().keys()
        for k, image in back.frames.all().items():
            assert np.abs(image.astype(int) - 20 * k).max() <= 2  # frames are JPEG
        assert np.array_equal(back.result, run.result)  # the result is a PNG


def test_a_list_s_head_is_the_run_without_its_rows(tmp_path: Path) -> None:
    run = a_run()
    runs.save(run, tmp_path)
    head = runs.load_head(tmp_path)
    assert (head.unit, head.title, head.recipe, head.ended) == (
        run.unit, run.title, run.recipe, "finished",
    )  # fmt: skip
    assert head.records == run.records[-1:]
    assert head.result is None


def test_the_documented_form(tmp_path: Path) -> None:
    runs.save(a_run(), tmp_path)
    document = json.loads((tmp_path / "run.json").read_text("utf-8"))
    wanted = {
        "format": 1,
        "method": "maximize",
        "network": {"name": "squeezenet1_0", "weights": "/w/squeezenet.pth", "sha256": "ab12"},
        "unit": "class:121",
        "changes": [
            {"iteration": 2, "name": "lr", "value": 0.2},
            {"iteration": 3, "name": "prior", "value": "l2"},
        ],
        "device": "cpu",
        "seconds": 1.5,
        "ended": "finished",
    }
    assert {k: document[k] for k in wanted} == wanted
    assert isinstance(document["program"], str)
    assert document["recipe"] == a_run().recipe.as_dict()
    assert document["steps"][0] == {
        "iteration": 0, "f": 0.0, "h": 1.0, "top": [[name, p] for name, p in TOP],
    }  # fmt: skip
    assert document["images"]["result"] == "result.png"
    for name in [document["images"]["result"], *document["images"]["frames"].values()]:
        assert (tmp_path / name).is_file()


def test_a_png_carries_what_repeats_it(tmp_path: Path) -> None:
    run = a_run()
    runs.save(run, tmp_path)
    said = repeat_of(tmp_path / "result.png")
    assert said is not None
    assert (said["unit"], said["recipe"]) == ("class:121", run.recipe.as_dict())
    assert said["network"]["name"] == "squeezenet1_0"
    assert [c["name"] for c in said["changes"]] == ["lr", "prior"]


def test_nothing_but_the_run_is_left_in_its_folder(tmp_path: Path) -> None:
    run = a_run(2, ended="")
    for _ in range(3):
        runs.save(run, tmp_path)
    found = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert found == [f"frames/{k:06d}.jpg" for k in range(3)] + ["result.png", "run.json"]


def test_frames_that_were_thinned_out_leave_the_disk(tmp_path: Path) -> None:
    run = a_run(1, ended="")
    for k in range(2, 301):
        run.add(Step(k, 0.0, 0.0, (), picture(k % 256)))
        if k % 100 == 0:
            runs.save(run, tmp_path)
            files = sorted((tmp_path / "frames").iterdir())
            assert len(files) <= FRAMES_KEPT
            assert files[0].stem == "000000" and files[-1].stem == f"{k:06d}"
            assert set(runs.load(tmp_path).frames.all()) == {int(f.stem) for f in files}


def test_folders_are_named_after_the_unit_and_never_taken_twice(tmp_path: Path) -> None:
    run = a_run()
    names = [runs.new_folder(tmp_path / "out", run).name for _ in range(3)]
    assert names == ["class-121", "class-121-2", "class-121-3"]
    run.unit = "features.7:12@5,6"
    assert runs.new_folder(tmp_path, run).name == "features.7-12@5,6"
    run.unit = "class:../../../x\0y"
    assert runs.new_folder(tmp_path, run).parent == tmp_path
    assert "squeezenet1_0" in runs.new_folder(tmp_path, run, dated=True).name
    run.network = NetworkRef("timm/resnet18.a1_in1k")
    folder = runs.new_folder(tmp_path, run, dated=True)
    assert folder.parent == tmp_path and "timm-resnet18.a1_in1k" in folder.name


def test_where_no_folder_can_be_made_a_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for parent in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(RunError, match="file"):
            runs.new_folder(parent, a_run())


def test_frames_keep_their_budget_the_first_and_the_newest() -> None:
    size = picture(0).nbytes
    frames = Frames(budget=20 * size)
    for k in range(10_000):
        frames.add(k, picture(k % 256))
        assert len(frames.all()) <= 21
    kept = list(frames.all())
    assert kept[0] == 0 and kept[-1] == 9999
    gaps = np.diff(kept[:-1])
    assert (gaps == gaps[0]).all() and len(kept) > 8
    near = frames.at(5000)
    assert near is not None and abs(near[0] - 5000) <= gaps[0]
    assert near[1].flat[0] == near[0] % 256
    spread = list(frames.spread(5))
    assert len(spread) == 5 and spread[0] == 0 and spread[-1] == 9999


def test_no_frames_yet() -> None:
    assert Frames().at(3) is None and Frames().all() == {} and Frames().spread(5) == {}
    run = a_run()
    run.frames = Frames()
    assert run.result is None
