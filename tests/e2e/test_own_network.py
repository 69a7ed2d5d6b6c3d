"""One's own network through the real window: dropped, tried, opened; and files that are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QApplication, QPushButton
from tqdm import tqdm

from engine.catalogue import own
from gui.dialogs.network import NetworkDialog
from gui.window import Window
from tests.e2e.conftest import Drive
from tests.engine.catalogue.exports import Small, save
from tests.engine.catalogue.test_malformed import Code, pickled, records, rewritten

Steps = Generator[Callable[[], object], None, None]


def shown() -> NetworkDialog | None:
    found = [x for x in QApplication.topLevelWidgets() if isinstance(x, NetworkDialog)]
    return next((x for x in found if x.isVisible()), None)


def ready() -> bool:
    dialog = shown()
    return dialog is not None and bool(dialog.photograph.top.rows)


def press(dialog: NetworkDialog, text: str) -> None:
    next(x for x in dialog.findChildren(QPushButton) if x.text() == text).click()


@pytest.fixture
def grey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # torch's, while it exports: a thread
    torch.manual_seed(0)
    return save(tmp_path / "mine.pt2", Small().eval(), batch=(1, 8))


def test_a_network_is_dropped_told_and_opened(grey: Path, drive: Drive) -> None:
    def script(window: Window) -> Steps:
        yield lambda: window.tree.selected()
        assert not window.actions_.network_settings.isEnabled()  # the embedded one's are its own
        window.drop_zone.files_dropped.emit([grey])
        yield ready
        dialog = shown()
        assert dialog is not None and "grey" in dialog.note
        before = dialog.photograph.top.rows
        assert {name for name, _ in before} == set("0123")
        dialog.form.classes.set_names(("ant", "bee", "cat", "dog"))
        dialog.form.mean.setText("0.9")
        dialog.form.mean.textEdited.emit("0.9")
        yield (
            lambda: {name for name, _ in dialog.photograph.top.rows} == {"ant", "bee", "cat", "dog"}
        )
        assert [p for _, p in dialog.photograph.top.rows] != [p for _, p in before]
        press(dialog, "Open")
        yield (
            lambda: (
                window.windowTitle()
                and window.tree.selected()
                and "4 classes" in window.status_label.text()
            )
        )
        assert own.read(grey) == own.Settings(mean=(0.9,), classes=("ant", "bee", "cat", "dog"))
        assert window.actions_.network_settings.isEnabled()
        window.tree.select("class:2")
        window.actions_.network_settings.trigger()
        yield ready
        dialog = shown()
        assert dialog is not None and dialog.form.classes.names() == ("ant", "bee", "cat", "dog")
        press(dialog, "As guessed")
        press(dialog, "Apply")
        yield lambda: shown() is None and not own.beside(grey).exists()
        yield lambda: "Loading" not in window.status_label.text()
        assert window.tree.selected() == "class:2"  # the same unit of the same network

    drive(script)


def malformed(folder: Path, good: Path) -> list[Path]:
    """Sixty files that are no networks, each of a name of its own."""
    made = []

    def write(name: str, data: bytes) -> None:
        made.append(folder / f"{len(made):02d}-{name}")
        made[-1].write_bytes(data)

    kinds = {
        "empty": b"",
        "text": b"a text\n",
        "png": b"\x89PNG\r\n\x1a\n" + bytes(50),
        "zeros": bytes(500),
        "zip": b"PK\x03\x04" + bytes(30),
        "end": b"PK\x05\x06" + bytes(18),
        "none": b"\x80\x04N.",
        "huge": (2**62).to_bytes(8, "little") + b"{}",
        "code": pickled({"w": Code()}),
        "list": pickled([1, 2]),
        "no-tensors": pickled({"epoch": 1}),
        "nan": pickled({"w": torch.tensor([float("nan")])}),
    }
    for name, data in kinds.items():
        for suffix in ("pt2", "pth", "safetensors"):
            write(f"{name}.{suffix}", data)
    whole = good.read_bytes()
    for part in (0.02, 0.2, 0.5, 0.9, 0.999):
        write("cut.pt2", whole[: int(part * len(whole))])
    content = records(good)
    for name in [x for x in content if x.startswith(("models/", "data/weights/", "archive_v"))]:
        for data in (b"", b"[]"):
            made.append(folder / f"{len(made):02d}-record.pt2")
            rewritten(made[-1], {**content, name: data})
    document = json.loads(content[next(x for x in content if x.startswith("models/"))])
    assert document["graph_module"]
    return made


def test_sixty_files_that_are_no_networks(
    grey: Path, drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITSCOPE_TEST_MARK", str(tmp_path / "ran"))
    folder = tmp_path / "bad"
    folder.mkdir()
    files = malformed(folder, grey)
    assert len(files) >= 50
    seen: dict[str, str] = {}

    def script(window: Window) -> Steps:
        yield lambda: window.tree.selected()
        for path in files:
            window.drop_zone.files_dropped.emit([path])
            yield lambda path=path: path.name in window.messages.text  # type: ignore[misc]
            seen[path.name] = window.messages.text
            assert shown() is None
        assert "40 classes" in window.status_label.text()  # the network that was open still is

    drive(script)
    assert len(seen) == len(files)
    for name, sentence in seen.items():
        assert sentence.startswith(name) and sentence.endswith("."), sentence
        assert "\n" not in sentence and "Traceback" not in sentence and "Error" not in sentence
    assert not (tmp_path / "ran").exists()
