"""The History strip, its model, and the comparison of two runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QListView

from engine.jobs import Change, NetworkRef, Run, Step
from engine.recipes import preset
from engine.runs import save
from gui.history_keeper import HistoryKeeper
from gui.models.history import PICTURE_ROLE, HistoryEntry, HistoryModel
from gui.views import compare
from gui.views.compare import CompareDialog
from gui.views.compare_side import side_of
from gui.views.history import HistoryStrip

PICTURE = np.full((100, 100, 3), 90, np.uint8)


def entry(folder: Path, title: str = "king crab", ended: str = "finished") -> HistoryEntry:
    return HistoryEntry(folder, title, "VGG16 · Balanced", ended, PICTURE)


@pytest.fixture
def strip(qtbot) -> HistoryStrip:
    made = HistoryStrip()
    qtbot.addWidget(made)
    made.resize(600, 120)
    made.show()
    return made


def test_the_model_is_sound_and_newest_first(qtbot, tmp_path: Path) -> None:
    model = HistoryModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_entries([entry(tmp_path / "a")])
    model.add(entry(tmp_path / "b", "star"))
    assert [model.index(row).data() for row in range(2)] == ["star", "king crab"]
    model.add(entry(tmp_path / "a", "again", "stopped"))  # in its place
    assert [model.index(row).data() for row in range(2)] == ["star", "again"]
    assert "stopped" in model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    model.remove(tmp_path / "b")
    model.remove(tmp_path / "not there")
    assert model.rowCount() == 1
    assert model.index(0).data(PICTURE_ROLE).pixelColor(3, 3).red() == 90
    assert tester.model() is model


def test_dragging_out_gives_the_png_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "result.png").write_bytes(b"x")
    model = HistoryModel()
    model.set_entries([entry(tmp_path / "a"), entry(tmp_path / "gone")])
    data = model.mimeData([model.index(0), model.index(1)])
    assert [url.toLocalFile() for url in data.urls()] == [
        (tmp_path / "a" / "result.png").as_posix()
    ]


def test_empty_it_says_what_will_be_here(strip: HistoryStrip, tmp_path: Path) -> None:
    assert strip.findChild(QLabel).isVisible()
    strip.add(entry(tmp_path))
    assert strip.findChild(QListView, "historyStrip").isVisible()
    strip.remove(tmp_path)
    assert strip.findChild(QLabel).isVisible()


def test_double_click_return_and_delete(qtbot, strip: HistoryStrip, tmp_path: Path) -> None:
    strip.set_entries([entry(tmp_path / "a"), entry(tmp_path / "b")])
    view = strip.view
    place = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(strip.opened) as opened:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [tmp_path / "b"]
    with qtbot.waitSignal(strip.opened):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    with qtbot.waitSignal(strip.delete_requested) as deleted:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert deleted.args == [[tmp_path / "b"]]


def test_context_menus(qtbot, strip: HistoryStrip, tmp_path: Path) -> None:
    one, two = tmp_path / "a", tmp_path / "b"
    actions = {action.text(): action for action in strip.menu_for([one]).actions()}
    with qtbot.waitSignal(strip.start_from_requested) as start:
        actions["Start from this image"].trigger()
    assert start.args == [one]
    actions = {action.text(): action for action in strip.menu_for([one, two]).actions()}
    with qtbot.waitSignal(strip.compare_requested) as both:
        actions["Compare side by side"].trigger()
    assert both.args == [one, two]


def test_the_selection_survives_a_new_list(strip: HistoryStrip, tmp_path: Path) -> None:
    entries = [entry(tmp_path / name) for name in "abc"]
    strip.set_entries(entries)
    strip.view.setCurrentIndex(strip.view.model().index(1, 0))
    strip.set_entries(entries[::-1])
    assert strip.selected() == [tmp_path / "b"]


def test_badges_are_painted(strip: HistoryStrip, tmp_path: Path) -> None:
    strip.set_entries([entry(tmp_path)])
    finished = strip.view.grab().toImage()
    strip.add(entry(tmp_path, ended="interrupted"))
    assert strip.view.grab().toImage() != finished


def run(**values: object) -> Run:
    made = Run(
        network=NetworkRef("vgg16"),
        unit="class:121",
        title="king crab",
        recipe=preset("balanced").changed(**values),
        device="cpu",
    )
    made.add(Step(0, 1.5, 2.5, (("king crab", 0.25),), PICTURE))
    return made


def test_comparison_names_only_what_differs(qtbot) -> None:
    first, second = run(lr=0.1), run(seed=4)
    second.changes.append(Change(7, "zoom", 0.0))
    dialog = CompareDialog(first, second)
    qtbot.addWidget(dialog)
    facts = compare.facts(side_of(first), side_of(second))
    assert facts["Step"] == ("0.1", f"{preset('balanced').lr:g}")
    assert facts["Seed"] == ("0", "4")
    assert facts["Seen as"] == ("king crab · 0.250", "king crab · 0.250")
    assert facts["Turned"] == ("–", "zoom 0 @ 7")
    assert "Rotation" not in facts
    dialog.show()
    assert not dialog.grab().isNull()


def test_runs_brought_back_lie_where_they_lay(
    strip: HistoryStrip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITSCOPE_DATA", str(tmp_path))
    folders = []
    keeper = HistoryKeeper(strip)
    for number in range(4):
        kept = Run(NetworkRef("vgg16"), "class:3", f"run {number}", preset("balanced"), "cpu")
        kept.ended = "finished"
        folder = tmp_path / "runs" / str(number)
        folder.mkdir(parents=True)
        save(kept, folder)
        folders.append(folder)
        keeper.add(folder)
    lies = [strip._model.entry(row).folder for row in range(4)]
    assert lies == folders[::-1]
    keeper.delete([folders[3], folders[1]])
    assert strip._model.rowCount() == 2
    keeper.undo()
    assert [strip._model.entry(row).folder for row in range(4)] == lies
