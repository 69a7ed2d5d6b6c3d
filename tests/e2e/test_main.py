"""The main job, from the first click to the History of the next session."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QListView, QProgressBar, QTableView

from engine.jobs import NetworkRef
from engine.recipes import preset
from engine.runs import history_folder
from gui.settings import Settings
from gui.views.canvas import Canvas
from gui.views.messagebar import MessageBar
from gui.window import Window
from tests.e2e.conftest import Drive

Waits = Generator[Callable[[], object], None, None]


def button(window: Window, name: str) -> QAbstractButton:
    found = window.findChild(QAbstractButton, name)
    assert found is not None
    return found


def click(window: Window, name: str) -> None:
    QTest.mouseClick(button(window, name), Qt.MouseButton.LeftButton)


def rows(window: Window) -> int:
    table = window.findChild(QTableView, "predictionsTable")
    assert table is not None
    model = table.model()
    return model.rowCount() if model is not None else 0


def kept(window: Window) -> int:
    strip = window.findChild(QListView, "historyStrip")
    assert strip is not None
    model = strip.model()
    return model.rowCount() if model is not None else 0


def grows(window: Window) -> bool:
    canvas = window.findChild(Canvas, "canvas")
    return canvas is not None and canvas.image() is not None


def running(window: Window) -> bool:
    return button(window, "stopButton").isVisible()


def ready(window: Window) -> bool:
    return "classes" in window.status_label.text()


def documents() -> list[dict[str, object]]:
    return [json.loads(x.read_text("utf-8")) for x in history_folder().glob("*/run.json")]


@pytest.fixture
def short() -> None:
    """Runs of thirty iterations."""
    settings = Settings()
    settings.recipe = preset("lecture").changed(steps=30)
    settings.sync()


def test_the_first_minute(drive: Drive) -> None:
    images: list[int] = []

    def script(window: Window) -> Waits:
        assert not running(window)
        yield lambda: button(window, "startButton").isEnabled()
        click(window, "startButton")
        yield lambda: grows(window)
        canvas = window.findChild(Canvas, "canvas")
        assert canvas is not None
        first = canvas.image()
        yield lambda: rows(window) > 10
        images.append(int(first is not None and first != canvas.image()))
        bar = window.findChild(QProgressBar, "progressBar")
        assert bar is not None
        assert bar.text().endswith("of 250")
        click(window, "stopButton")
        yield lambda: not running(window)  # long before its 250: it ended as stopped
        yield lambda: kept(window) == 1

    assert drive(script) == 0
    assert images == [1]
    assert [x["ended"] for x in documents()] == ["stopped"]

    def next_session(window: Window) -> Waits:
        yield lambda: kept(window) == 1
        yield lambda: ready(window)

    assert drive(next_session) == 0


def test_a_run_to_its_end(drive: Drive, short: None) -> None:
    def script(window: Window) -> Waits:
        window.activateWindow()
        yield window.isActiveWindow
        QTest.keyClick(window, Qt.Key.Key_F5)
        yield lambda: running(window)
        yield lambda: not running(window)
        assert rows(window) == 31
        assert window.status_label.text().startswith("30 of 30")
        window.page.timeline.iteration_chosen.emit(10)
        yield lambda: kept(window) == 1

    assert drive(script) == 0
    assert [x["ended"] for x in documents()] == ["finished"]


def test_a_hundred_starts_and_stops(drive: Drive) -> None:
    def script(window: Window) -> Waits:
        yield lambda: ready(window)
        for turn in range(100):
            click(window, "startButton")
            yield lambda: running(window)
            if turn % 3:
                before = rows(window)
                yield lambda before=before: rows(window) != before
            window.actions_.stop.trigger()
            yield lambda: not running(window)
        assert window.messages.text == ""

    assert drive(script) == 0


def test_switching_networks_while_running(drive: Drive, tmp_path: Path) -> None:
    import torch
    from torchvision.models import squeezenet1_1

    torch.manual_seed(0)
    path = tmp_path / "squeezenet1_1.pth"
    torch.save(squeezenet1_1().state_dict(), path)
    Settings().remember(NetworkRef("squeezenet1_1", str(path)))

    def choose(window: Window, row: int) -> None:
        chooser = window.findChild(QComboBox, "networkChooser")
        assert chooser is not None
        chooser.setCurrentIndex(row)
        chooser.activated.emit(row)

    def script(window: Window) -> Waits:
        yield lambda: ready(window)
        for row in (1, 0, 1):
            click(window, "startButton")
            yield lambda: rows(window) > 2
            choose(window, row)
            yield lambda: not running(window)
            yield lambda: not window.status_label.text().startswith("Loading")
        assert window.messages.text == ""
        click(window, "startButton")
        yield lambda: running(window) and rows(window) > 1

    assert drive(script) == 0
    assert len(documents()) == 4


def test_closing_while_running_keeps_the_run(drive: Drive) -> None:
    def script(window: Window) -> Waits:
        click(window, "startButton")
        yield lambda: rows(window) > 5

    assert drive(script) == 0
    assert [x["ended"] for x in documents()] == ["stopped"]


def test_closing_at_once(drive: Drive) -> None:
    def script(window: Window) -> Waits:
        click(window, "startButton")
        yield lambda: True

    assert drive(script) == 0


def test_a_file_that_is_no_image_is_one_sentence(drive: Drive, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no image at all")

    def script(window: Window) -> Waits:
        bar = window.findChild(MessageBar)
        assert bar is not None
        yield lambda: "broken.png" in bar.text

    assert drive(script, (str(path),)) == 0
