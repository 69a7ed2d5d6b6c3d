"""The searchable target: what it finds, what it writes into the recipe, its keys, its speed."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from engine.attacks.recipe import RANDOM
from engine.units import NetworkInfo, parse_unit
from gui.models.class_choice import NUMBER_ROLE, VALUE_ROLE, ClassChoiceModel, index_of, target_of
from gui.views.target import TargetField

NAMES = ("king crab", "crab", "Crane", "hermit crab", "crane", "scrabble", "7", "random", "Samoyed")
MANY = tuple(f"class number {i} of many" for i in range(1000))


@pytest.fixture
def field(qtbot) -> TargetField:
    made = TargetField()
    qtbot.addWidget(made)
    made.set_classes(NAMES, "Net")
    made.resize(220, 30)
    made.show()
    return made


def shown(model: ClassChoiceModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize("names", [NAMES, MANY])
def test_every_class_is_written_so_that_the_engine_finds_it(names: tuple[str, ...]) -> None:
    info = NetworkInfo("net", "Net", names, (), 8, 3, 0)
    for i in range(len(names)):
        target = target_of(i, names)
        assert target not in ("", RANDOM)
        assert parse_unit(f"class:{target}", info).index == i
        assert index_of(target, names) == i


def test_names_are_written_as_names_and_ambiguous_ones_as_numbers() -> None:
    assert [target_of(i, NAMES) for i in (0, 2, 4, 6, 7)] == ["king crab", "2", "4", "6", "7"]
    assert index_of("crane", NAMES) is None
    assert index_of("99", NAMES) is None


def test_a_search_gives_the_best_first(field: TargetField) -> None:
    assert shown(field.model)[:3] == ["Any other class", "Random class", "king crab"]
    field.model.set_search("  CRAB ")
    assert shown(field.model) == ["crab", "king crab", "hermit crab", "scrabble"]
    field.model.set_search("8")
    assert shown(field.model) == ["Samoyed"]
    field.model.set_search("any")
    assert shown(field.model) == ["Any other class"]
    field.model.set_search("none of these")
    assert shown(field.model) == []


def test_rows_show_the_class_and_its_number(field: TargetField) -> None:
    row = field.model.index(field.model.row_of("samoyed"))
    assert (row.data(), row.data(NUMBER_ROLE), row.data(VALUE_ROLE)) == ("Samoyed", "8", "Samoyed")
    assert field.model.row_of("") == 0
    assert field.model.row_of(RANDOM) == 1


def test_it_shows_what_is_set_and_says_nothing(qtbot, field: TargetField) -> None:
    with qtbot.assertNotEmitted(field.changed, wait=20):
        field.set_value("hermit crab")
    assert field.value() == "hermit crab"
    assert field.button.currentText() == "hermit crab · 3"
    field.set_value("")
    assert field.button.currentText() == "Any other class"


def test_a_class_that_the_network_has_not_is_told(field: TargetField) -> None:
    field.set_value("krill")
    assert field.button.currentText() == "krill"
    assert field.note.isVisible()
    assert "Net" in field.note.text()
    field.set_classes((*NAMES, "krill"), "Other")
    assert not field.note.isVisible()
    assert field.button.currentText() == "krill · 9"


def test_without_a_network_nothing_is_wrong_with_a_class(qtbot) -> None:
    made = TargetField()
    qtbot.addWidget(made)
    made.set_value("krill")
    assert not made.note.text()


def test_typing_on_the_field_searches_and_return_picks(qtbot, field: TargetField) -> None:
    qtbot.keyClick(field.button, "h")
    assert field.popup.isVisible()
    qtbot.keyClicks(field.popup.search, "ermit")
    with qtbot.waitSignal(field.changed) as told:
        qtbot.keyClick(field.popup.search, Qt.Key.Key_Return)
    assert told.args == ["hermit crab"]
    assert field.value() == "hermit crab"
    assert not field.popup.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Space])
def test_the_keys_open_it_at_the_chosen_class_and_move(qtbot, field: TargetField, key) -> None:
    field.set_value("crab")
    qtbot.keyClick(field.button, key)
    assert field.popup.list.currentIndex().data() == "crab"
    qtbot.keyClick(field.popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(field.popup.search, Qt.Key.Key_Return)
    assert field.value() == "2"
    assert field.button.currentText() == "Crane · 2"


def test_escape_leaves_everything_and_stops_no_run(qtbot, field: TargetField) -> None:
    field.set_value("crab")
    field.button.showPopup()
    # What the window's Esc would be asked first: accepted, it is this list's own.
    asked = QKeyEvent(
        QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )
    asked.ignore()
    QApplication.sendEvent(field.popup.search, asked)
    assert asked.isAccepted()
    with qtbot.assertNotEmitted(field.changed, wait=20):
        qtbot.keyClick(field.popup.search, Qt.Key.Key_Escape)
    assert not field.popup.isVisible()
    assert field.value() == "crab"


def test_a_search_without_a_match_says_so_and_return_picks_nothing(qtbot, field) -> None:
    field.button.showPopup()
    qtbot.keyClicks(field.popup.search, "zebra")
    assert not field.popup.list.isVisible()
    with qtbot.assertNotEmitted(field.changed, wait=20):
        qtbot.keyClick(field.popup.search, Qt.Key.Key_Return)
    field.popup.hide()
    field.button.showPopup()
    assert field.popup.search.text() == ""
    assert field.popup.list.isVisible()


def test_a_click_picks(qtbot, field: TargetField) -> None:
    field.button.showPopup()
    view = field.popup.list
    place = view.visualRect(field.model.index(1)).center()
    with qtbot.waitSignal(field.changed) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [RANDOM]


def test_the_list_stays_on_the_screen(qtbot, field: TargetField) -> None:
    room = field.screen().availableGeometry()
    field.move(room.right() - 100, room.bottom() - 30)
    field.button.showPopup()
    assert room.contains(field.popup.geometry())


def test_a_thousand_classes_make_a_key_no_slower_than_it_is_seen(qtbot, field) -> None:
    field.set_classes(MANY, "Many")
    field.button.showPopup()
    QApplication.processEvents()
    taken = []
    for letter in "number 77":
        start = time.process_time()
        qtbot.keyClick(field.popup.search, letter)
        QApplication.processEvents()
        taken.append(time.process_time() - start)
    assert sorted(taken)[len(taken) // 2] < 0.1
    assert all("number 77" in name for name in shown(field.model))
    assert field.model.rowCount() == 11
