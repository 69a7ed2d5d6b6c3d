"""The unit's panel in the real program: an image's heat, and the patches of a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import resources
from gui.window import Window
from tests.e2e.conftest import Drive

Waits = Generator[Callable[[], object], None, None]
SAMPLES = Path(resources.__file__).parent / "samples"


def test_an_image_is_dropped_and_a_folder(drive: Drive, tmp_path: Path) -> None:
    folder = tmp_path / "drawings"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.png"))[:5]:
        shutil.copy(path, folder)

    def script(window: Window) -> Waits:
        panel, target = window.unit_panel, window.drop_zone._targets[0]
        yield lambda: "classes" in window.status_label.text()
        window.actions_.look.trigger()
        yield lambda: not panel.visibleRegion().isEmpty()
        yield lambda: window.recipe_dock.isHidden() or window.height() >= 1000
        window.tree.filter.setText("features.7:3")
        window.tree.filter.returnPressed.emit()  # selects and starts it
        window.actions_.stop.trigger()
        window.show_unit()
        target.files_dropped.emit([folder / "cat.png"])
        yield lambda: panel.view.map is not None
        assert panel.head.title.text() == "features.7 · 3"
        assert "cat" in panel.bar.seen.toolTip()
        here = panel.view.map
        assert here is not None and here.field is not None and here.values.max() > 0
        window.tree.unit_hovered.emit("features.7:5")
        assert panel.view.map is not here  # at once: the layer's maps are there
        target.files_dropped.emit([folder])
        yield lambda: panel.grid.shown() == 5
        yield lambda: all(panel.grid.cell(i).image is not None for i in range(5))
        activations = [float(panel.grid.cell(i).caption) for i in range(5)]
        assert activations == sorted(activations, reverse=True)
        # What the index says of the cat, its map says too.
        row = next(i for i in range(5) if "cat.png" in panel.grid.cell(i).tip)
        window.tree.unit_hovered.emit("features.7:3")
        assert activations[row] == float(f"{panel.view.map.values.max():.3g}")
        panel.grid.opened.emit(0)
        yield lambda: panel.bar.name.toolTip() == panel.grid.cell(0).tip.split("\n")[0]

    assert drive(script) == 0
