"""Through the real main(): a network is chosen in the list, downloaded from loopback, and opens."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel

from engine.catalogue import index
from engine.catalogue.index import WeightSet
from gui.views.network_popup import NetworkPopup
from gui.window import Window
from tests.e2e.conftest import Drive
from tests.engine.catalogue.server import Served, serving

Waits = Generator[Callable[[], object], None, None]


@pytest.fixture
def served(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """SqueezeNet 1.1 with random weights, published by a server of this test's own."""
    import torch
    from torchvision.models import squeezenet1_1

    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    torch.manual_seed(0)
    file = io.BytesIO()
    torch.save(squeezenet1_1().state_dict(), file)
    content = file.getvalue()
    name = f"squeezenet1_1-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    with ExitStack() as stack:
        given = stack.enter_context(serving(Served(content=content, cuts=[1_500_000]), name))
        row = WeightSet(
            "squeezenet1_1", "V1", True, len(content), 1235496, 58.2, 80.6, 224, url=given.url
        )
        kept = own_home / "cache" / f"torchvision-{version('torchvision')}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"format": 1, "sets": [asdict(row)]}))
        index.published.cache_clear()
        yield given
        index.published.cache_clear()


def test_chosen_downloaded_and_opened(drive: Drive, served: Served) -> None:
    def script(window: Window) -> Waits:
        chooser = window.findChild(QComboBox, "networkChooser")
        popup = window.findChild(NetworkPopup, "networkPopup")
        assert chooser is not None and popup is not None
        yield lambda: "classes" in window.status_label.text()
        QTest.keyClick(chooser, Qt.Key.Key_Down)
        yield popup.isVisible
        yield lambda: not popup.reading.isVisible()
        QTest.keyClicks(popup.search, "squeeze")
        assert popup.detail.action.text() == "Download 5.0 MB"
        QTest.keyClick(popup.search, Qt.Key.Key_Return)
        assert not popup.isVisible()
        yield lambda: chooser.currentText() == "squeezenet1_1"
        yield lambda: "1000 classes" in window.status_label.text().replace(",", "")
        assert window.messages.text == ""
        assert window.findChild(QLabel, "statusLine").text().startswith("squeezenet1_1")

    assert drive(script) == 0
    row = index.find("squeezenet1_1")
    assert row.path.read_bytes() == served.content and row.state == "here"
    assert [x.get("Range") for x in served.asked] == [None, "bytes=1500000-"]


def test_closed_on_the_way_it_goes_on_in_the_next_session(drive: Drive, served: Served) -> None:
    served.cuts, served.pause, served.block = [], 0.02, 16 * 1024
    row = index.find("squeezenet1_1")

    def script(window: Window) -> Waits:
        popup = window.findChild(NetworkPopup, "networkPopup")
        assert popup is not None
        yield lambda: "classes" in window.status_label.text()
        yield lambda: not popup.reading.isVisibleTo(popup)
        popup.open_with("squeeze")
        QTest.keyClick(popup.search, Qt.Key.Key_Return)
        yield (
            lambda: (
                row.path.parent.exists() and any(x.stat().st_size > 10**6 for x in parts(row.path))
            )
        )

    assert drive(script) == 0
    assert not row.path.exists()
    (part,) = parts(row.path)
    kept = part.stat().st_size

    def again(window: Window) -> Waits:
        popup = window.findChild(NetworkPopup, "networkPopup")
        assert popup is not None
        served.pause = 0.0
        yield lambda: not popup.reading.isVisibleTo(popup)
        popup.open_with("squeeze")
        assert popup.detail.action.text().startswith("Continue, ")
        popup.detail.action.click()
        yield lambda: window.network_chooser.currentText() == "squeezenet1_1"
        yield lambda: "1000 classes" in window.status_label.text().replace(",", "")

    assert drive(again) == 0
    assert row.path.read_bytes() == served.content
    assert served.asked[-1]["Range"] == f"bytes={kept}-"


def parts(path: Path) -> list[Path]:
    """The parts of files in a folder."""
    return list(path.parent.glob("*.part"))
