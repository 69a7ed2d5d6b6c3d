"""``unitscope atlas``: what it writes, how it goes on, how it ends."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from engine.atlas import making, render
from engine.atlas.store import Store
from engine.cli import main

ROOT = Path(__file__).resolve().parents[3]
FAST = ["--steps", "2", "--size", "32", "--device", "cpu"]


def atlas(folder: Path, *arguments: str) -> list[str]:
    return ["atlas", "--layer", "features.0", "--layer", "classes", *arguments, "-o", str(folder)]


def unitscope(*arguments: str) -> subprocess.Popen[str]:
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "engine.cli", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


def count(folder: Path) -> int:
    """How many units a store holds that another process fills."""
    try:
        connection = sqlite3.connect(f"file:{folder}/atlas.sqlite?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM units").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return 0


def test_it_writes_a_store_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(atlas(tmp_path / "a", *FAST)) == 0
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    assert line.split("\t")[:3] == ["2 layers", "48 of 48 units", "48 made now"]
    assert line.endswith(str(tmp_path / "a" / "atlas.html")) and said.err == ""  # no bar in a pipe
    assert sorted(x.name for x in (tmp_path / "a").iterdir()) == ["atlas.html", "atlas.sqlite"]
    page = (tmp_path / "a" / "atlas.html").read_text("utf-8")
    assert page.count("<li ") == 48 and 'data-unit="class:39"' in page
    assert main(atlas(tmp_path / "a", *FAST, "--layer", "features.1")) == 0
    line = capsys.readouterr().out
    assert line.split("\t")[:3] == ["3 layers", "56 of 56 units", "8 made now"]
    assert main(atlas(tmp_path / "a", *FAST)) == 0
    assert capsys.readouterr().out.split("\t")[1:3] == ["48 of 48 units", "0 made now"]


def test_the_iterations_of_an_atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "make", lambda *_: iter(()))
    for options, steps in (([], 128), (["--preset", "lecture"], 250), (["--steps", "7"], 7)):
        folder = tmp_path / str(steps)
        assert main(["atlas", "--layer", "classes", *options, "-o", str(folder)]) == 0
        with Store.open(folder) as store:
            assert store.recipe.steps == steps


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--layer", "features.99"], "no layer 'features.99'"),
        (["--layer", "features"], "features (Sequential) has no channels"),
        (["--network", "vgg61"], "no network 'vgg61'"),
        (["--preset", "lectern"], "no preset 'lectern'"),
        (["--steps", "0"], "steps is 0"),
        (["--device", "abacus"], "no device 'abacus'"),
    ],
    ids=str,
)
def test_a_wrong_command_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["atlas", *arguments, "-o", str(tmp_path / "a")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and not (tmp_path / "a").exists()
    assert len(said.err.splitlines()) == 1 and says in said.err


def test_another_recipe_is_not_mixed_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(atlas(tmp_path, *FAST)) == 0
    before = (tmp_path / "atlas.html").read_bytes()
    assert main(atlas(tmp_path, *FAST, "--seed", "3")) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and "--seed 0 not 3" in said
    assert (tmp_path / "atlas.html").read_bytes() == before and count(tmp_path) == 48


def test_a_damaged_store_and_a_disk_that_takes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "atlas.sqlite").write_bytes(b"something else that lies here" * 100)
    assert main(atlas(tmp_path, *FAST)) == 1
    assert "is damaged" in capsys.readouterr().err
    assert (tmp_path / "atlas.sqlite").read_bytes()[:14] == b"something else"
    (tmp_path / "file").write_text("")
    assert main(atlas(tmp_path / "file", *FAST)) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyboardInterrupt(), "Interrupted"),
        (torch.OutOfMemoryError("CUDA out of memory"), "memory"),
        (RuntimeError("A surprise"), "class is left out: a surprise."),
    ],
    ids=str,
)
def test_what_was_made_before_the_end_is_shown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    says: str,
) -> None:
    real = render.climb

    def failing(network: object, units: list[object], *more: object, **values: object) -> object:
        if len(units) > 1 and units[0].layer == "class":  # type: ignore[attr-defined]
            raise error
        return real(network, units, *more, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(render, "climb", failing)
    if isinstance(error, torch.OutOfMemoryError):  # not even one image fits
        monkeypatch.setattr(render.Renderer, "batches", lambda *_: iter([[0, 1]]))
        monkeypatch.setattr(render, "climb", lambda *_, **__: (_ for _ in ()).throw(error))
    assert main(atlas(tmp_path, *FAST)) == 1
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1 and says in said.err
    assert "\t" in said.out and (tmp_path / "atlas.html").is_file()
    made = 0 if isinstance(error, torch.OutOfMemoryError) else 8
    assert f"{made} of 48 units\t{made} made now" in said.out and count(tmp_path) == made


def test_ctrl_c_in_the_real_command(tmp_path: Path) -> None:
    process = unitscope(*atlas(tmp_path, "--steps", "60", "--size", "32", "--device", "cpu"))
    limit = time.monotonic() + 300  # on a machine with much else to do
    while count(tmp_path) < 8 and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1 and err == "unitscope: Interrupted.\n"
    assert "of 48 units" in out and (tmp_path / "atlas.html").is_file()
    assert count(tmp_path) >= 8


@pytest.mark.hard
@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_killed_at_a_third_it_ends_whole(tmp_path: Path) -> None:
    command = ("--layer", "features.14", "--steps", "24", "--device", "cpu")
    whole = unitscope("atlas", *command, "-o", str(tmp_path / "whole"))
    whole.communicate(timeout=600)
    assert whole.returncode == 0
    cut = unitscope("atlas", *command, "-o", str(tmp_path / "cut"))
    while count(tmp_path / "cut") < 16 and cut.poll() is None:
        time.sleep(0.01)
    cut.send_signal(signal.SIGKILL)
    cut.communicate()
    there = count(tmp_path / "cut")
    assert cut.returncode == -signal.SIGKILL and 16 <= there < 48
    assert not (tmp_path / "cut" / "atlas.html").exists()
    again = unitscope("atlas", *command, "-o", str(tmp_path / "cut"))
    out, err = again.communicate(timeout=600)
    assert (again.returncode, err) == (0, "")
    assert f"48 of 48 units\t{48 - there} made now" in out
    with Store.open(tmp_path / "whole") as one, Store.open(tmp_path / "cut") as other:
        assert one.done() == other.done() == {("features.14", i) for i in range(48)}
        assert one.files("pictures", "features.14") == other.files("pictures", "features.14")
        assert count(tmp_path / "cut") == 48  # rows, not keys: no unit twice
