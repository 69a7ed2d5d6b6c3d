"""The Adversarial page in the real program: from dropped pictures to the History."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from engine.attacks.recipe import METHODS
from engine.runs import history_folder
from gui.settings import Settings
from gui.window import Window
from tests.e2e.conftest import Drive

Waits = Generator[Callable[[], object], None, None]
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def drop(window: Window, *paths: Path) -> None:
    """What the drop zone does with dropped files."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert window.drop_zone.take(data)


def use(method: str, **values: object) -> None:
    settings = Settings()
    settings.attack = METHODS[method].recipe.changed(**values)
    settings.sync()


def documents() -> list[dict[str, object]]:
    found = sorted(history_folder().glob("*/run.json"))
    return [json.loads(path.read_text("utf-8")) for path in found]


def press(window: Window, key: Qt.Key) -> None:
    QTest.keyClick(window, key)


def test_pictures_are_dropped_attacked_tested_and_kept(drive: Drive, tmp_path: Path) -> None:
    use("pgd-l2", epsilon=8.0, lr=1.0, steps=12, random_start=False)
    broken = tmp_path / "broken.png"
    broken.write_bytes((SAMPLES / "cat.png").read_bytes()[:500])

    def script(window: Window) -> Waits:
        window.show_page("adversarial")
        page = window.adversarial
        yield lambda: "classes" in window.status_label.text()
        assert not window.start_button.isEnabled()  # there is nothing to attack
        drop(window, SAMPLES / "cat.png", broken, SAMPLES / "fish.png")
        yield lambda: "broken.png" in window.messages.text
        assert page.selected() == 0
        press(window, Qt.Key.Key_F5)
        yield lambda: window.stop_button.isVisible()
        yield lambda: not window.stop_button.isVisible()
        table = page.table.model()
        assert table is not None and table.columnCount() == 2
        assert table.rowCount() == 12 + 2  # the untouched images, 12 steps, the 8-bit result
        strip = window.findChild(QListView, "historyStrip")
        assert strip is not None and strip.model().rowCount() == 2
        window.image_panel.sphere_requested.emit(16)
        yield lambda: any("sphere" in document for document in documents())

    assert drive(script) == 0
    found = documents()
    assert [x["source"]["name"] for x in found] in (  # type: ignore[index]
        ["cat.png", "fish.png"],
        ["fish.png", "cat.png"],
    )
    for document in found:
        assert document["ended"] == "finished"
        assert len(document["batch"]) == 2  # type: ignore[arg-type]
        assert document["fooled"] == document["fooled_saved"]
        assert 0 < document["distortion"]["l2"] <= 8.0 + 1e-4  # type: ignore[index]
    sphere = next(x["sphere"] for x in found if "sphere" in x)
    assert sphere["samples"] == 16  # type: ignore[index]


def test_the_next_session_opens_the_attack_with_its_batch(drive: Drive) -> None:
    use("fgsm")

    def first(window: Window) -> Waits:
        window.show_page("adversarial")
        yield lambda: "classes" in window.status_label.text()
        drop(window, SAMPLES / "cat.png", SAMPLES / "fish.png")
        yield lambda: window.start_button.isEnabled()
        press(window, Qt.Key.Key_F5)
        yield lambda: len(documents()) == 2 and not window.stop_button.isVisible()

    def second(window: Window) -> Waits:
        strip = window.findChild(QListView, "historyStrip")
        assert strip is not None
        yield lambda: strip.model().rowCount() == 2
        window.history.opened.emit(next(history_folder().iterdir()))
        yield lambda: window.page_name == "adversarial" and window.adversarial.selected() >= 0
        assert window.adversarial.table.model().columnCount() == 2
        assert window.attack_recipe.recipe().method == "fgsm"

    assert drive(first) == 0
    assert drive(second) == 0


def test_stop_ends_an_attack_and_keeps_it(drive: Drive, tmp_path: Path) -> None:
    use("gradient-ascent", steps=5000)
    for i in range(5):
        noise = np.random.default_rng(i).integers(0, 256, (120, 160, 3), np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{i}.png")

    def script(window: Window) -> Waits:
        window.show_page("adversarial")
        drop(window, tmp_path)
        yield lambda: window.start_button.isEnabled()
        press(window, Qt.Key.Key_F5)
        yield lambda: (window.adversarial.table.model().rowCount() or 0) > 3
        press(window, Qt.Key.Key_Escape)
        yield lambda: not window.stop_button.isVisible()
        assert len(documents()) == 5

    assert drive(script) == 0
    assert {document["ended"] for document in documents()} == {"stopped"}
