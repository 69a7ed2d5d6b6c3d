"""``unitscope evolve``: what it prints and writes, how it goes on, and a process that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli import main
from engine.evolution import store
from tests.engine.evolution.test_evolve import same

ROOT = Path(__file__).resolve().parents[3]
SHORT = ["evolve", "--device", "cpu", "--batch", "6", "--classes", "star, fish,5"]


def test_a_run_is_written_and_goes_on_where_it_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, whole = tmp_path / "run", tmp_path / "whole"
    command = [*SHORT, "--encoding", "direct", "-o", str(folder)]
    assert main([*command, "--generations", "2"]) == 0
    said = capsys.readouterr()
    assert said.err == ""  # no bar in a pipe
    row = said.out.strip().split("\t")
    assert row[0] == "generation 2" and row[-1] == str(folder / "sheet.png")
    document = json.loads((folder / "run.json").read_text("utf-8"))
    assert document["format"] == 1 and document["method"] == "evolve"
    assert document["ended"] == "finished"
    assert [x["generation"] for x in document["steps"]] == [0, 1, 2]
    assert all({"min", "median", "mean", "max"} <= x.keys() for x in document["steps"])
    assert len(document["archive"]) == 3
    for entry in document["archive"]:
        assert {"class", "confidence", "generation", "image"} <= entry.keys()
        with Image.open(folder / entry["image"]) as image:
            assert json.loads(image.text["unitscope"])["recipe"]["encoding"] == "direct"
    confidences = [x["confidence"] for x in document["archive"]]
    assert document["steps"][-1]["median"] == np.median(confidences)
    # The same command again, further: as if it had not ended.
    assert main([*command, "--generations", "4"]) == 0
    assert "goes on after generation 2" in capsys.readouterr().err
    assert main([*SHORT, "--encoding", "direct", "--generations", "4", "-o", str(whole)]) == 0
    ours, theirs = store.load_to_continue(folder), store.load_to_continue(whole)
    assert same(ours.archive, theirs.archive) and ours.records == theirs.records
    capsys.readouterr()
    # What would make it another archive is refused, and what is impossible.
    for wrong, sentence in (
        (["--seed", "3"], "--seed 0, not 3"),
        (["--encoding", "cppn"], "--encoding direct, not cppn"),
        (["--classes", "all"], "--classes"),
        (["--batch", "0"], "batch is 0"),
    ):
        assert main([*command, *wrong]) == 2
        error = capsys.readouterr().err
        assert sentence in error and error.count("\n") <= 2, error
    assert same(store.load_to_continue(folder).archive, theirs.archive)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--classes", "stra"], "Did you mean"),
        (["--preset", "papers"], "There is no preset"),
        (["--mutation-rate", "0"], "mutation_rate is 0"),
        (["--crossover", "0.5"], "cppn does not read --crossover"),
        (["--size", "16"], "too small"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_made(
    wrong: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    assert main(["evolve", "--device", "cpu", *wrong, "-o", str(folder)]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_or_holds_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert main([*SHORT, "--generations", "1", "-o", str(file / "run")]) == 1
    assert "cannot be made" in capsys.readouterr().err
    other = tmp_path / "other"
    other.mkdir()
    (other / "run.json").write_text('{"format": 1, "method": "attack"}')
    assert main([*SHORT, "-o", str(other)]) == 2
    assert "another kind" in capsys.readouterr().err


def test_ctrl_c_keeps_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.evolution import evolve as loop

    real = loop.evolve

    def interrupted(*args, **kwargs):
        for step in real(*args, **kwargs):
            yield step
            if step.generation == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(loop, "evolve", interrupted)
    assert main([*SHORT, "--generations", "9", "-o", str(tmp_path)]) == 1
    assert "Interrupted" in capsys.readouterr().err
    kept = store.load_to_continue(tmp_path)
    assert kept.generation == 2
    assert store.load(tmp_path).ended == "stopped"
    assert (tmp_path / "sheet.png").is_file()


def test_a_killed_process_goes_on_to_the_bit(tmp_path: Path) -> None:
    """Killed with -9 in the midst of its work, and given the same command again."""
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "UNITSCOPE_DATA": str(tmp_path / "data")}
    script = (
        "import engine.autosave as a, sys; a.FIRST_SECONDS = a.SAVE_SECONDS = 0.05; a.SHARE = 0\n"
        "from engine.cli import main; main(sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, *SHORT, "--generations", "100000", "-o", str(folder)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while _generation(folder) < 5:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = store.load(folder)
    assert kept.interrupted and len(kept.champions) == 3
    end = str(kept.generation + 3)
    assert main([*SHORT, "--generations", end, "-o", str(folder)]) == 0
    assert main([*SHORT, "--generations", end, "-o", str(whole)]) == 0
    ours, theirs = store.load_to_continue(folder), store.load_to_continue(whole)
    assert same(ours.archive, theirs.archive)
    assert ours.records == theirs.records
    names = [sorted(x.name for x in (f / "images").iterdir()) for f in (folder, whole)]
    assert names[0] == names[1]


def _generation(folder: Path) -> int:
    try:
        return int(json.loads((folder / "run.json").read_text("utf-8"))["generation"])
    except FileNotFoundError:
        return -1
