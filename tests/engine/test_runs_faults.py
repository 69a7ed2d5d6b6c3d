"""A run's folder on a bad disk, of a killed process, edited by others: a sentence, never a loss."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import runs
from engine.jobs import NetworkRef, Picture, Record, Run, Step
from engine.recipes import preset
from engine.runs import RunError

ROOT = Path(__file__).resolve().parents[2]
TOP = (("king crab", 0.75), ("Ähre", 0.02))


def picture(level: int) -> Picture:
    return np.full((16, 16, 3), level, dtype=np.uint8)


def a_run(steps: int = 5, ended: str = "finished") -> Run:
    run = Run(
        network=NetworkRef("squeezenet1_0"),
        unit="class:121",
        title="king crab",
        recipe=preset("lecture").changed(steps=steps),
        device="cpu",
        ended=ended,
    )
    for k in range(steps + 1):
        run.add(Step(k, 0.1 * k, 1 / (k + 1), TOP, picture(20 * k)))
    return run


def full_after(monkeypatch: pytest.MonkeyPatch, writes: int, number: int) -> None:
    """From that many synchronized writes on, the disk answers with an error."""
    left = [writes]
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if left[0] <= 0:
            raise OSError(number, os.strerror(number))
        left[0] -= 1
        real(descriptor)

    monkeypatch.setattr(runs.os, "fsync", fsync)


@pytest.mark.parametrize("writes", range(5))
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_failing_write_leaves_the_last_good_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int, number: int
) -> None:
    run = a_run(2, ended="")
    runs.save(run, tmp_path)
    good = (tmp_path / "run.json").read_bytes()
    for k in range(3, 6):
        run.add(Step(k, 1.0, 1.0, TOP, picture(20 * k)))
    with monkeypatch.context() as patch:
        full_after(patch, writes, number)
        if writes < 5:
            with pytest.raises(RunError, match=r"cannot be saved in .*: .*\.$"):
                runs.save(run, tmp_path)
    assert (tmp_path / "run.json").read_bytes() == good
    assert not list(tmp_path.rglob("*.tmp"))
    back = runs.load(tmp_path)
    assert len(back.records) == 3 and len(back.frames.all()) == 3
    runs.save(run, tmp_path)  # the disk has room again
    assert len(runs.load(tmp_path).records) == 6


def test_numbers_that_json_has_not_are_an_error_with_a_sentence(tmp_path: Path) -> None:
    run = a_run()
    runs.save(run, tmp_path)
    run.records.append(Record(6, float("nan"), 0.0, ()))
    with pytest.raises(RunError, match="cannot be saved"):
        runs.save(run, tmp_path)
    assert len(runs.load(tmp_path).records) == 6


def test_a_killed_process_leaves_an_interrupted_run(tmp_path: Path) -> None:
    script = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
import numpy as np
from pathlib import Path
from engine import jobs, runs
from engine.recipes import Recipe
run = jobs.Run(network=jobs.NetworkRef("sketchnet"), unit="class:1", title="cat",
               recipe=Recipe(), device="cpu")
image = np.full((16, 16, 3), 7, np.uint8)
run.add(jobs.Step(0, 1.0, 2.0, (("cat", 0.5),), image))
runs.save(run, Path({str(tmp_path)!r}))
run.add(jobs.Step(1, 3.0, 4.0, (), image))
class Killed(type(Path())):
    def replace(self, target):
        os.kill(os.getpid(), 9)
runs.Path.replace = Killed.replace
runs.save(run, Path({str(tmp_path)!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr.decode()
    back = runs.load(tmp_path)
    assert back.interrupted and back.ended == ""
    assert back.records == [Record(0, 1.0, 2.0, (("cat", 0.5),))]
    assert back.result is not None and back.result.mean() == 7
    assert runs.load_head(tmp_path).interrupted


def test_a_lost_picture_costs_that_picture(tmp_path: Path) -> None:
    runs.save(a_run(), tmp_path)
    (tmp_path / "frames" / "000002.jpg").unlink()
    (tmp_path / "frames" / "000003.jpg").write_bytes(b"\xff\xd8 cut off")
    (tmp_path / "result.png").write_bytes(b"")
    back = runs.load(tmp_path)
    assert sorted(back.frames.all()) == [0, 1, 4, 5]
    assert len(back.records) == 6


def test_pictures_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    runs.save(a_run(), folder)
    (tmp_path / "secret.png").write_bytes((folder / "result.png").read_bytes())
    document = json.loads((folder / "run.json").read_text("utf-8"))
    document["images"] = {"result": "../secret.png", "frames": {"1": str(tmp_path / "secret.png")}}
    (folder / "run.json").write_text(json.dumps(document), "utf-8")
    assert runs.load(folder).frames.all() == {}


def test_no_run_there(tmp_path: Path) -> None:
    for load in (runs.load, runs.load_head):
        with pytest.raises(RunError, match=r"no run\.json"):
            load(tmp_path)
        with pytest.raises(RunError, match=r"no run\.json"):
            load(tmp_path / "absent")


def write(folder: Path, **values: Any) -> None:
    runs.save(a_run(), folder)
    document = json.loads((folder / "run.json").read_text("utf-8"))
    for key, value in values.items():
        if value is ...:
            del document[key]
        else:
            document[key] = value
    (folder / "run.json").write_text(json.dumps(document), "utf-8")


def test_a_run_of_a_later_version_says_so(tmp_path: Path) -> None:
    write(tmp_path, format=2)
    for load in (runs.load, runs.load_head):
        with pytest.raises(RunError, match="later version"):
            load(tmp_path)


@pytest.mark.parametrize(
    "values",
    [
        {"recipe": {"steps": 0}},
        {"recipe": []},
        {"recipe": ...},
        {"network": "vgg16"},
        {"unit": ...},
        {"ended": "exploded"},
        {"ended": ["finished"]},
        {"steps": None},
        {"steps": 5},
        {"steps": [None]},
        {"steps": [{"iteration": 10**400, "f": 10**400, "h": 0, "top": []}]},
        {"steps": [{"iteration": float("inf"), "f": 0, "h": 0, "top": []}]},
        {"steps": [{"iteration": 0, "f": 0, "h": 0, "top": 3}]},
        {"seconds": 10**400},
        {"seconds": "long"},
        {"changes": [3]},
        {"changes": 7},
        {"format": "1"},
    ],
    ids=str,
)
def test_a_wrong_document_is_an_error_with_a_sentence(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    write(tmp_path, **values)
    for load in (runs.load, runs.load_head):
        with pytest.raises(RunError):
            load(tmp_path)


@pytest.mark.parametrize("images", [None, [], {"result": 3}, {"frames": 3}])
def test_wrong_images_are_an_error(tmp_path: Path, images: Any) -> None:
    write(tmp_path, images=images)
    with pytest.raises(RunError):
        runs.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "[" * 100_000, "\xff\xfe"])
def test_a_broken_file_is_an_error_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_bytes(text.encode("latin-1"))
    for load in (runs.load, runs.load_head):
        with pytest.raises(RunError) as caught:
            load(tmp_path)
        assert str(caught.value).endswith(".") and len(str(caught.value)) < 500


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("fuzz")
    runs.save(a_run(2), folder)
    return folder, (folder / "run.json").read_bytes()


@given(
    at=st.integers(0, 10_000),
    cut=st.integers(0, 8),
    new=st.binary(max_size=6) | st.sampled_from([b"null", b"1e999", b"NaN", b"[]", b"{}", b"-1"]),
)
def test_damage_is_a_run_or_an_error_with_a_sentence(
    valid: tuple[Path, bytes], at: int, cut: int, new: bytes
) -> None:
    folder, data = valid
    at %= len(data)
    (folder / "run.json").write_bytes(data[:at] + new + data[at + cut :])
    for load in (runs.load, runs.load_head):
        try:
            load(folder)
        except RunError as error:
            assert str(error)
