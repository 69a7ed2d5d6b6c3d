"""Run folders are read away from the window's thread; only the newest question is answered."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from engine.jobs import NetworkRef, Run
from engine.recipes import preset
from gui import run_reader
from gui.run_reader import RunReader


def made(folder: Path) -> Run:
    run = Run(NetworkRef("sketchnet"), "class:0", "star", preset("lecture"), "cpu")
    run.folder = folder
    return run


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Reading waits until the gate is open."""
    opened = threading.Event()

    def load(folder: Path) -> Run:
        assert threading.current_thread() is not threading.main_thread()
        opened.wait(60)
        return made(folder)

    monkeypatch.setattr(run_reader, "_load", load)
    return opened


def test_the_window_goes_on_while_a_run_is_read(qtbot, gate: threading.Event) -> None:
    reader, told = RunReader(), []
    reader.read([Path("a"), Path("b")], lambda runs: told.append([r.folder for r in runs]))
    assert told == []
    gate.set()
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert told == [[Path("a"), Path("b")]]
    reader.end()


def test_an_older_question_is_dropped(qtbot, gate: threading.Event) -> None:
    reader, told = RunReader(), []
    for name in ("a", "b", "c"):
        reader.read([Path(name)], lambda runs: told.append(runs[0].folder))
    gate.set()
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert told == [Path("c")]
    reader.end()


def test_after_the_end_nothing_is_told(qtbot, gate: threading.Event) -> None:
    reader, told = RunReader(), []
    reader.read([Path("a")], told.append)
    threading.Timer(0.01, gate.set).start()
    reader.end()
    QCoreApplication.processEvents()
    assert told == []


def test_whatever_goes_wrong_is_a_sentence(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(folder: Path) -> Run:
        raise MemoryError("too much")

    monkeypatch.setattr(run_reader, "_load", load)
    reader = RunReader()
    with qtbot.waitSignal(reader.failed) as said:
        reader.read([Path("a")], lambda runs: None)
    assert "too much" in said.args[0]
    reader.end()
