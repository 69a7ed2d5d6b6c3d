"""The command line: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import __version__, runs
from engine.cli import main
from engine.images import repeat_of
from engine.recipes import preset

ROOT = Path(__file__).resolve().parents[2]
FAST = ["--steps", "2", "--size", "48", "--device", "cpu"]


def folders(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir())


def test_units_are_written_forms_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "--layer", "features.7"]) == 0
    forms = capsys.readouterr().out.splitlines()
    assert forms[0] == "features.7:0" and forms[-1] == f"features.7:{len(forms) - 1}"
    assert main(["units", "--layer", "classes"]) == 0
    classes = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [form for form, _ in classes] == [f"class:{i}" for i in range(len(classes))]
    assert all(name for _, name in classes)
    assert main(["units"]) == 0
    everything = capsys.readouterr().out.splitlines()
    assert set(forms) < {line.split("\t")[0] for line in everything}


def test_maximize_writes_a_folder_for_each_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    units = ["class:3", "features.7:5", "features.7:5@2,3"]
    assert (
        main(["maximize", *units, *FAST, "--seed", "9", "--prior-weight", "2", "-o", str(out)]) == 0
    )
    assert folders(out) == ["class-3", "features.7-5", "features.7-5@2,3"]
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 3 and "\r" not in said.err  # no bar in a pipe
    for unit, name in zip(units, folders(out), strict=True):
        run = runs.load(out / name)
        wanted = preset("balanced").changed(steps=2, size=48, seed=9, prior_weight=2.0)
        assert (run.unit, run.ended, run.device, run.recipe) == (unit, "finished", "cpu", wanted)
        assert [r.iteration for r in run.records] == [0, 1, 2]
        assert len(run.records[-1].top) == 5
        with Image.open(out / name / "result.png") as image:
            assert image.size == (48, 48)
        repeat = repeat_of(out / name / "result.png")
        assert repeat is not None and repeat["unit"] == unit


def test_the_same_command_gives_the_same_image(tmp_path: Path) -> None:
    command = ["maximize", "class:3", *FAST, "-o", str(tmp_path)]
    assert main(command) == main(command) == 0
    first, second = (np.asarray(Image.open(tmp_path / n / "result.png")) for n in folders(tmp_path))
    assert np.array_equal(first, second)


def test_a_start_s_picture_is_kept_in_the_record(tmp_path: Path) -> None:
    Image.new("RGB", (60, 50), (200, 30, 30)).save(tmp_path / "red.png")
    command = ["maximize", "class:3", *FAST, "--start", str(tmp_path / "red.png")]
    assert main([*command, "-o", str(tmp_path / "out")]) == 0
    run = runs.load(tmp_path / "out" / "class-3")
    assert run.started_from == "image"
    assert np.abs(run.frames.all()[0].mean((0, 1)) - (200, 30, 30)).max() < 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["class:nothing"], "no class 'nothing'"),
        (["features.7"], "is no unit"),
        (["features.7:99999"], "channels, 0 to"),
        (["class:3", "--network", "vgg61"], "no network 'vgg61'"),
        (["class:3", "--network", "vgg16", "--weights", "absent.pth"], "no file absent.pth"),
        (["class:3", "--device", "abacus"], "no device 'abacus'"),
        (["class:3", "--preset", "lectern"], "no preset 'lectern'"),
        (["class:3", "--steps", "0"], "steps is 0"),
        (["class:3", "--lr", "nan"], "lr is nan"),
        (["class:3", "--start", "absent.png"], "no file absent.png"),
    ],
    ids=str,
)
def test_a_wrong_command_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["maximize", *arguments, "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and not (tmp_path / "out").exists()
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("unitscope: ") and says in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["maximize", "class:3"],
        ["maximize", "-o", "out"],
        ["maximize", "class:3", "-o", "out", "--prior", "beauty"],
        ["maximize", "class:3", "-o", "out", "--steps", "many"],
        ["units", "--colour", "red"],
        ["--nothing"],
    ],
    ids=str,
)
def test_the_parser_s_own_refusals(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: unitscope" in capsys.readouterr().err


def test_a_disk_that_takes_nothing_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["maximize", "class:3", *FAST, "-o", str(tmp_path / "file")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "ended", "says"),
    [
        (KeyboardInterrupt(), "stopped", "Interrupted"),
        (torch.OutOfMemoryError("CUDA out of memory"), "failed", "memory"),
        (RuntimeError("a surprise"), "failed", "a surprise"),
    ],
    ids=str,
)
def test_what_was_made_before_a_failure_is_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    ended: str,
    says: str,
) -> None:
    from engine import maximization as room

    real = room.maximize

    def failing(*arguments: object) -> object:
        steps = real(*arguments)  # type: ignore[arg-type]
        yield next(steps)
        yield next(steps)
        raise error

    monkeypatch.setattr(room, "maximize", failing)
    assert main(["maximize", "class:3", *FAST, "-o", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and says in said
    run = runs.load(tmp_path / "class-3")
    assert run.ended == ended and len(run.records) == 2 and run.result is not None


def test_the_real_command(tmp_path: Path) -> None:
    def unitscope(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "engine.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    version = unitscope("--version")
    assert (version.returncode, version.stdout) == (0, f"Unitscope {__version__}\n")
    done = unitscope("maximize", "class:star", "class:3", *FAST, "-o", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    for name in folders(tmp_path):
        assert json.loads((tmp_path / name / "run.json").read_text("utf-8"))["ended"] == "finished"


def test_units_with_their_receptive_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "--layer", "features.5", "--verbose", "--device", "cpu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "features.5:0\t10×10\tevery 2×2" and len(lines) == 24
    assert main(["units", "--layer", "classes", "--verbose", "--device", "cpu"]) == 0
    assert "\t96×96\twhole image\t" in capsys.readouterr().out.splitlines()[0]
