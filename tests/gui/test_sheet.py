"""The contact sheet against a source in memory: its pixels, its signals, what it asks for."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.views.sheet import Sheet
from gui.views.sheet_pictures import Kept, empty_colour
from gui.views.sheet_plan import Block
from tests.gui.sheets import BLOCKS, NAMES, Memory, colour


@pytest.fixture
def sheet(qtbot):
    made = Sheet()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.end()


def settled(qtbot, sheet: Sheet) -> None:
    """Waits until all that is seen is there."""
    sheet.settle()

    def there() -> bool:
        sheet.repaint()
        return not sheet._pictures.wanted and not sheet._pictures.fresh

    qtbot.waitUntil(there, timeout=5000)


def place(sheet: Sheet, unit: str) -> QPoint:
    """The middle of a unit's tile."""
    found = sheet.unit_of(unit)
    assert found is not None
    return sheet._painter.tile(found).center().toPoint()


def painted(sheet: Sheet, unit: str) -> tuple[int, int, int]:
    """The colour in a unit's middle, without what is marked."""
    at = place(sheet, unit)
    pixel = sheet.seen().pixelColor(at)
    return pixel.red(), pixel.green(), pixel.blue()


def some_units() -> list[tuple[str, int]]:
    return [("features.0", 0), ("features.0", 15), ("features.2", 23), ("class", 3)]


@pytest.mark.parametrize("scale", [3.0, 9.0, 14.0, 30.0, 60.0, 110.0, 200.0])
def test_at_every_scale_a_tile_has_its_unit_s_picture(qtbot, sheet, scale) -> None:
    memory = Memory(missing=[("features.2", 7)])
    sheet.open(BLOCKS, memory)
    for layer, number in [*some_units(), ("features.2", 7)]:
        unit = sheet.unit_of(f"{layer}:{number}")
        sheet._camera.scale = scale  # smaller than the whole, too
        sheet._camera._place(sheet._camera.plan.middle(*unit), 450, 300)
        settled(qtbot, sheet)
        expected = empty_colour() if number == 7 else colour(layer, number)
        assert painted(sheet, f"{layer}:{number}") == pytest.approx(expected, abs=3)
    assert threading.get_ident() not in memory.threads


def test_nothing_but_what_is_seen_is_loaded(qtbot, sheet) -> None:
    many = [Block(f"layer{i}", f"layer{i}", "", 1024) for i in range(40)]
    memory = Memory()
    memory.counts = {block.layer: block.count for block in many}
    sheet.open(many, memory)
    settled(qtbot, sheet)
    kinds = [kind for kind, _, _ in memory.asked]
    assert kinds.count("overview") == 40 and set(kinds) == {"overview"}
    sheet._camera.show(20, 500, 120.0, now=True)
    settled(qtbot, sheet)
    pictures = [x for x in memory.asked if x[0] == "picture"]
    assert 20 <= len(pictures) <= 9 * 7  # of 40,960
    assert {layer for _, layer, _ in pictures} <= {"layer19", "layer20", "layer21"}
    assert len([x for x in memory.asked if x[0] == "thumbnails"]) <= 4 * 8


def test_a_picture_that_was_just_made_is_seen_at_every_scale(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory(missing=[("features.2", 5)]))
    red = np.full((64, 64, 3), (250, 20, 30), np.uint8)
    settled(qtbot, sheet)
    assert painted(sheet, "features.2:5") == empty_colour()
    sheet.show_unit("features.2:5")
    settled(qtbot, sheet)
    sheet._camera.show(1, 5, 40.0, now=True)
    settled(qtbot, sheet)
    sheet.put("features.2:5", red, "fish")
    settled(qtbot, sheet)
    assert painted(sheet, "features.2:5") == pytest.approx((250, 20, 30), abs=3)
    sheet.show_whole()
    settled(qtbot, sheet)
    assert painted(sheet, "features.2:5") == pytest.approx((250, 20, 30), abs=3)


def test_one_made_before_its_layer_was_read_is_not_lost(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory(missing=[("features.2", 5)]))
    sheet.put("features.2:5", np.full((64, 64, 3), 200, np.uint8), "fish")
    settled(qtbot, sheet)
    assert sheet._pictures.made(1, 5) and sheet._pictures.top(1, 5) == "fish"
    assert painted(sheet, "features.2:5") == pytest.approx((200, 200, 200), abs=3)


def test_a_click_selects_a_double_click_and_return_open(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    selected, opened = [], []
    sheet.unit_selected.connect(selected.append)
    sheet.unit_activated.connect(opened.append)
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place(sheet, "features.2:9"))
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place(sheet, "features.2:9"))
    assert selected == ["features.2:9"] and sheet.selected() == "features.2:9"
    QTest.mouseDClick(sheet, Qt.MouseButton.LeftButton, pos=place(sheet, "class:1"))
    assert selected[-1] == "class:1" and opened == ["class:1"]
    QTest.keyClick(sheet, Qt.Key.Key_Left)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert opened[-1] == selected[-1] == "class:0"
    QTest.keyClick(sheet, Qt.Key.Key_PageUp)
    assert selected[-1] == "features.2:0"
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))  # beside every tile
    assert sheet.selected() == "features.2:0"


def test_what_is_selected_elsewhere_is_marked_and_not_told_back(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    told = []
    sheet.unit_selected.connect(told.append)
    sheet._camera.show(0, 0, 150.0, now=True)
    sheet.select("class:3")
    assert sheet.selected() == "class:3" and not told
    assert sheet.rect().contains(place(sheet, "class:3"))  # it has moved to it
    sheet.select("features.9:1")  # not on the sheet
    assert sheet.selected() == ""


def test_a_drag_moves_and_selects_nothing(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    sheet._camera.show(1, 20, 200.0, now=True)
    told = []
    sheet.unit_selected.connect(told.append)
    before = place(sheet, "features.2:20")
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=QPoint(450, 300))
    QTest.mouseMove(sheet, QPoint(430, 290))
    QTest.mouseMove(sheet, QPoint(400, 280))
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=QPoint(400, 280))
    way = place(sheet, "features.2:20") - before
    assert (way.x(), way.y()) == (-50, -20) and not told


def turn(sheet: Sheet, at: QPoint, angle: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(sheet.mapToGlobal(at)), QPoint(), QPoint(0, angle),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(sheet, event)


def test_the_wheel_zooms_about_the_pointer(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    at, before = place(sheet, "features.2:13"), sheet.zoom()
    for _ in range(3):
        turn(sheet, at, 120)
    sheet.settle()
    assert sheet.zoom() == pytest.approx(before * 2**1.5, rel=1e-6)
    assert (place(sheet, "features.2:13") - at).manhattanLength() <= 2
    turn(sheet, at, -2400)
    sheet.settle()
    assert sheet.whole


def test_keys_zoom_about_the_selected_unit(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    sheet.select("features.2:13")
    at = place(sheet, "features.2:13")
    QTest.keyClick(sheet, Qt.Key.Key_Plus)
    sheet.settle()
    assert (place(sheet, "features.2:13") - at).manhattanLength() <= 2 and not sheet.whole
    QTest.keyClick(sheet, Qt.Key.Key_Home)
    sheet.settle()
    assert sheet.whole


def test_keys_that_are_the_window_s_go_on_to_it(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_F5):
        pressed = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        pressed.setAccepted(True)
        sheet.keyPressEvent(pressed)
        assert not pressed.isAccepted()


def test_the_card_says_what_is_under_the_pointer(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory(missing=[("class", 0)]))
    settled(qtbot, sheet)
    sheet.underMouse = lambda: True  # offscreen the pointer is nowhere
    hovered = []
    sheet.unit_hovered.connect(hovered.append)
    sheet._hover(QPointF(place(sheet, "features.2:3")))
    assert (sheet._card._title, sheet._card._note) == ("features.2 · 3", "seen as king crab")
    assert sheet._card.isVisible()
    sheet._hover(QPointF(place(sheet, "class:3")))
    assert (sheet._card._title, sheet._card._note) == (NAMES[3], "")  # which it is seen as
    sheet._hover(QPointF(place(sheet, "class:0")))
    assert sheet._card._note == "not made yet"
    sheet._hover(QPointF(1, 1))
    assert not sheet._card.isVisible()
    assert hovered == ["features.2:3", "class:3", "class:0", ""]


def test_the_menu_is_asked_for_where_it_is_opened(qtbot, sheet) -> None:
    sheet.open(BLOCKS, Memory())
    asked = []
    sheet.menu_requested.connect(lambda unit, at: asked.append(unit))
    at = place(sheet, "features.0:4")
    reason = QContextMenuEvent.Reason
    QApplication.sendEvent(sheet, QContextMenuEvent(reason.Mouse, at, sheet.mapToGlobal(at)))
    QApplication.sendEvent(sheet, QContextMenuEvent(reason.Keyboard, QPoint(1, 1), QPoint(1, 1)))
    assert asked == ["features.0:4", "features.0:4"] and sheet.selected() == "features.0:4"


def test_another_colour_scheme_is_another_ground(qtbot, sheet) -> None:
    app = QApplication.instance()
    sheet.open(BLOCKS, Memory(missing=[("features.0", 2)]))
    settled(qtbot, sheet)
    try:
        theme.apply(app, "dark")
        settled(qtbot, sheet)
        assert sheet.seen().pixelColor(1, 1) == theme.DARK.canvas
        assert painted(sheet, "features.0:2") == pytest.approx(empty_colour(), abs=1)
        assert max(painted(sheet, "features.0:2")) < 80
    finally:
        theme.apply(app, "light")


def test_a_source_that_fails_says_so_and_leaves_the_sheet(qtbot, sheet) -> None:
    memory = Memory()
    memory.fault = "the disk went away"
    with qtbot.waitSignal(sheet.failed) as told:
        sheet.open(BLOCKS, memory)
        sheet.repaint()
    assert "the disk went away" in told.args[0]
    sheet.show_whole()
    sheet.settle()
    sheet.repaint()


def test_the_source_before_is_closed(qtbot, sheet) -> None:
    first, second = Memory(), Memory()
    sheet.open(BLOCKS, first)
    sheet.open(BLOCKS, second)
    qtbot.waitUntil(lambda: first.closed)
    assert not second.closed
    sheet.open([], None)
    qtbot.waitUntil(lambda: second.closed)
    sheet.repaint()


def test_no_more_is_kept_than_the_budget() -> None:
    kept = Kept(10_000)
    image = QImage(20, 20, QImage.Format.Format_RGB32)  # 1,600 bytes
    for i in range(20):
        kept.put(i, image)
        kept.get(0)  # which is used all the time
    assert kept.bytes <= 10_000 and kept.get(0) is not None
    assert kept.get(5) is None and kept.get(19) is not None
    kept.put(19, None)
    assert kept.bytes == 1600 * (len(list(kept)) - 1)
