"""The Atlas page in the real program: made, cut off, gone on with, looked at, opened."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.atlas.store import Store, atlas_folder
from engine.catalogue import load_ref
from engine.jobs import NetworkRef
from engine.recipes import preset
from engine.runs import history_folder
from gui.settings import Settings
from gui.window import Window
from tests.e2e.conftest import Drive

Waits = Generator[Callable[[], object], None, None]
LAYERS = ["features.0", "features.2"]  # 24 units
FEW = preset("balanced").changed(steps=3)


def begun() -> NetworkRef:
    """A store without a unit, whose pictures take three steps each; two layers are marked."""
    ref = load_ref(NetworkRef("sketchnet"), "cpu").ref
    Store.open(atlas_folder(ref), ref, FEW).close()
    settings = Settings()
    settings.set_atlas(f"{atlas_folder(ref).name}/balanced", {"layers": LAYERS})
    settings.offered = True  # the offer of an ImageNet network was made in an earlier session
    settings.recipe = preset("lecture").changed(steps=5)
    settings.sync()
    return ref


def made(ref: NetworkRef) -> dict[str, int]:
    with Store.open(atlas_folder(ref)) as store:
        return {name: done for name, done, _total in store.layers()}


def test_an_atlas_is_made_in_two_sessions_and_opened(drive: Drive) -> None:
    ref = begun()

    def first(window: Window) -> Waits:
        window.show_page("atlas")
        assert not window.atlas.sheet_shown
        yield lambda: window.atlas._start.isEnabled()
        QTest.mouseClick(window.atlas._start, Qt.MouseButton.LeftButton)
        yield lambda: any(row.done for row in window.atlas_panel.layers.rows())
        # And the window is closed, while the second layer is being made.

    def second(window: Window) -> Waits:
        tab = window.places.index(window.place("atlas"))
        yield lambda: "classes" in window.status_label.text()
        yield lambda: "%" in window.pages.tabText(tab)  # it goes on by itself, quietly
        yield lambda: "%" not in window.pages.tabText(tab)
        window.show_page("atlas")
        sheet = window.atlas.sheet
        assert [block.layer for block in sheet.blocks] == LAYERS
        yield lambda: sheet._pictures.count_made(1) == 16
        sheet.setFocus()
        QTest.keyClick(sheet, Qt.Key.Key_PageDown)
        assert window.tree.selected() == sheet.selected()
        QTest.keyClick(sheet, Qt.Key.Key_Return)
        yield lambda: window.page_name == "maximize"
        yield lambda: window.stop_button.isVisible()
        yield lambda: not window.stop_button.isVisible()
        assert window.messages.text == ""

    assert drive(first) == 0
    assert 0 < sum(made(ref).values()) < 24
    assert drive(second) == 0
    assert made(ref) == {"features.0": 8, "features.2": 16}
    assert [x.name for x in history_folder().iterdir() if "features.0-0" in x.name]
