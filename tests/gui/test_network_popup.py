"""The panel of all networks: what it lists, finds, says, and how keys and mouse choose in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.catalogue import index
from engine.catalogue.downloads import Progress
from engine.catalogue.index import AVAILABLE, EMBEDDED_STATE, HERE, WeightSet, embedded_set
from engine.jobs import NetworkRef
from gui.models.networks import ENTRY_ROLE, MINE, Entry, NetworkListModel, count_text
from gui.views.choice import SearchedChoice
from gui.views.network_popup import NetworkPopup
from gui.views.network_rows import cells, figures, progress_text
from tests.gui.conftest import CATALOGUE

ALEXNET, SQUEEZENET, VGG, FEATURES, SWAG = CATALOGUE
RESNETS = ("a_resnet50", "resnet50_b", "resnet50", "next_net", "a_next")
OWN = NetworkRef("lenet.pt2", "/nets/lenet.pt2")
GONE = NetworkRef("resnet18", "/nets/gone.pth")


def entry(weights: WeightSet, group: str = AVAILABLE, part: int = 0) -> Entry:
    return Entry(group, weights.network, NetworkRef(weights.key), weights, part=part)


ENTRIES = (
    entry(ALEXNET, part=12_000_000),
    entry(VGG),
    entry(FEATURES),
    entry(SWAG),
    entry(SQUEEZENET, HERE),
    Entry(MINE, "lenet", OWN, bytes=1_700_000),
    Entry(MINE, "gone", GONE, present=False),
    entry(embedded_set(), EMBEDDED_STATE),
)


@pytest.fixture
def popup(qtbot: QtBot) -> Iterator[NetworkPopup]:
    field = SearchedChoice()
    qtbot.addWidget(field)
    field.addItem("Sketchnet")
    field.show()
    made = NetworkPopup(NetworkListModel(field), field)
    field.asked.connect(made.open_with)
    made._model.set_entries(ENTRIES, embedded_set().key)
    yield made
    made.hide()


def shown(popup: NetworkPopup) -> list[str]:
    model = popup._model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def current(popup: NetworkPopup) -> str:
    return str(popup.list.currentIndex().data())


def to(popup: NetworkPopup, weights: WeightSet) -> None:
    popup.list.setCurrentIndex(popup._model.index(popup._model.row_of(weights.key)))


def test_groups_in_their_order_each_under_its_heading(popup: NetworkPopup) -> None:
    assert shown(popup) == [
        "Comes with Unitscope",
        "sketchnet",
        "Downloaded",
        "squeezenet1_1",
        "Mine",
        "lenet lenet.pt2",
        "gone resnet18",
        "Available",
        "alexnet",
        "vgg16",
        "vgg16 FEATURES",
        "vit_b_16 SWAG_E2E_V1",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vgg feat", ["Available", "vgg16 FEATURES"]),
        ("VIT-B", ["Available", "vit_b_16 SWAG_E2E_V1"]),
        ("example.org", ["Available", "vit_b_16 SWAG_E2E_V1"]),
        ("mine resnet", ["Mine", "gone resnet18"]),
        ("nets/lenet", ["Mine", "lenet lenet.pt2"]),
        ("here", ["Downloaded", "squeezenet1_1"]),
    ],
)
def test_every_word_is_searched(popup: NetworkPopup, text: str, found: list[str]) -> None:
    popup._model.set_search(text)
    assert shown(popup) == found


def test_figures_are_the_metadata_s() -> None:
    assert figures(entry(SWAG)) == ["345 MB", "85.3 %", "97.7 %", "87 M", "384 px"]
    assert figures(entry(FEATURES))[1:3] == ["", ""]
    assert figures(Entry(MINE, "lenet", OWN, bytes=1_700_000)) == ["1.7 MB", "", "", "", ""]
    assert [count_text(x) for x in (638_160, 1_235_496, 86_859_496, 1_100_000_000)] == [
        "638 k",
        "1.2 M",
        "87 M",
        "1.1 G",
    ]
    assert progress_text(Progress(2_100_000, 5_000_000)) == "2.1 of 5.0 MB"
    assert progress_text(Progress(640_000, 5_000_000)) == "640 kB of 5.0 MB"
    assert progress_text(Progress(640_000, 0)) == "640 kB"
    assert progress_text(Progress(0, 0)) == "connecting…"


def test_the_keys_open_it_at_the_open_network_move_past_headings_and_pick(
    qtbot: QtBot, popup: NetworkPopup
) -> None:
    qtbot.keyClick(popup._owner, Qt.Key.Key_Down)
    assert popup.isVisible() and current(popup) == "sketchnet"
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    assert current(popup) == "squeezenet1_1"
    with qtbot.waitSignal(popup.picked) as told:
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert told.args[0].ref == NetworkRef("squeezenet1_1")
    assert not popup.isVisible()


def test_typing_on_the_field_searches_and_return_downloads(
    qtbot: QtBot, popup: NetworkPopup
) -> None:
    qtbot.keyClick(popup._owner, "s")
    qtbot.keyClicks(popup.search, "wag")
    with qtbot.waitSignal(popup.picked) as told:
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert told.args[0].weights is SWAG
    popup.open_with()
    assert popup.search.text() == "" and len(shown(popup)) == 12


def test_what_is_called_so_comes_before_what_has_it_in_its_name(popup: NetworkPopup) -> None:
    made = [WeightSet(x, "V1", True, 1, 1, 70.0, 90.0, 9, url=f"x/{x}") for x in RESNETS]
    popup._model.set_entries([entry(x) for x in made])
    for typed, found in (
        ("resnet50", "resnet50"),
        ("next", "next_net"),
        ("50", "a_resnet50"),
        ("n", "a_resnet50"),
    ):
        popup.open_with(typed)
        assert current(popup) == found


def test_nothing_found_is_a_sentence(qtbot: QtBot, popup: NetworkPopup) -> None:
    popup.open_with("zzz")
    said = [x.text() for x in popup.findChildren(QLabel) if x.isVisible()]
    assert "No network has “zzz” in its name." in said
    with qtbot.assertNotEmitted(popup.picked, wait=20):
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)


@pytest.mark.parametrize("weights", [FEATURES, None])
def test_what_cannot_be_opened_says_why_and_is_not_picked(
    qtbot: QtBot, popup: NetworkPopup, weights: WeightSet | None
) -> None:
    popup.open_with()
    key = weights.key if weights else f"{GONE.name}\n{GONE.weights}"
    popup.list.setCurrentIndex(popup._model.index(popup._model.row_of(key)))
    assert popup.detail.action.isHidden()
    why = "no classifier" if weights else "no file /nets/gone.pth"
    assert why in popup.detail.note.toolTip()
    with qtbot.assertNotEmitted(popup.picked, wait=20):
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)


def test_the_button_says_how_much_will_come(popup: NetworkPopup) -> None:
    popup.open_with()
    to(popup, VGG)
    assert popup.detail.action.text() == "Download 553 MB"
    to(popup, ALEXNET)
    assert popup.detail.action.text() == "Continue, 33 MB left"
    assert "12 MB of 45 MB are here already" in popup.detail.note.toolTip()
    to(popup, SQUEEZENET)
    assert popup.detail.action.text() == "Open"
    to(popup, embedded_set())
    assert popup.detail.action.isHidden()  # it is open


def test_licence_and_recipe_are_addresses_to_follow(popup: NetworkPopup) -> None:
    popup.open_with("swag")
    assert popup.detail.links.openExternalLinks()
    assert 'href="https://example.org/LICENSE"' in popup.detail.links.text()
    assert 'href="https://example.org/recipe"' in popup.detail.links.text()
    assert popup.detail.note.text().endswith("…") and len(popup.detail.note.toolTip()) > 200


def click(qtbot: QtBot, popup: NetworkPopup, key: str, *, action: bool = False) -> None:
    at = popup.list.visualRect(popup._model.index(popup._model.row_of(key)))
    assert at.isValid() and popup.list.viewport().rect().contains(at.center())
    name, _, end = cells(at)
    place: QPoint = end.center() if action else name.center()
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_opens_what_is_here_and_shows_what_is_not(
    qtbot: QtBot, popup: NetworkPopup
) -> None:
    popup.open_with()
    with qtbot.assertNotEmitted(popup.picked, wait=20):
        click(qtbot, popup, VGG.key)
    assert popup.isVisible() and popup.detail.entry.weights is VGG
    with qtbot.waitSignal(popup.picked) as told:
        click(qtbot, popup, SQUEEZENET.key)
    assert told.args[0].weights is SQUEEZENET and not popup.isVisible()
    popup.open_with()
    with qtbot.waitSignal(popup.picked) as told:
        click(qtbot, popup, VGG.key, action=True)
    assert told.args[0].weights is VGG


def test_a_download_is_seen_and_cancelled_in_its_row(qtbot: QtBot, popup: NetworkPopup) -> None:
    popup.open_with()
    popup.set_progress({VGG.key: Progress(100, 553_000_000, 10.0, 1.0), ALEXNET.key: None})
    popup.grab()  # both kinds of row are painted
    to(popup, VGG)
    assert popup.detail.action.text() == "Cancel"
    with qtbot.waitSignal(popup.cancel_requested) as told:
        click(qtbot, popup, VGG.key, action=True)
    assert told.args == [VGG.key]
    with qtbot.waitSignal(popup.cancel_requested):
        popup.detail.action.click()
    with qtbot.assertNotEmitted(popup.picked, wait=20):
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)  # it is on its way already


def test_one_of_mine_is_removed_by_mouse_and_by_button(qtbot: QtBot, popup: NetworkPopup) -> None:
    popup.open_with()
    key = f"{OWN.name}\n{OWN.weights}"
    with qtbot.waitSignal(popup.remove_requested) as told:
        click(qtbot, popup, key, action=True)
    assert told.args[0].ref == OWN
    assert not popup.detail.remove.isHidden()
    popup.detail.remove.setFocus()
    with qtbot.waitSignal(popup.remove_requested):
        qtbot.keyClick(popup.detail.remove, Qt.Key.Key_Return)


def test_tab_reaches_the_buttons_and_escape_leaves(qtbot: QtBot, popup: NetworkPopup) -> None:
    popup.open_with("swag")
    seen = []
    for _ in range(6):
        qtbot.keyClick(popup.focusWidget() or popup, Qt.Key.Key_Tab)
        seen.append(popup.focusWidget())
    assert popup.detail.action in seen and popup.open_weights in seen
    assert popup.detail.links in seen
    popup.open_weights.setFocus()
    with qtbot.waitSignal(popup.weights_requested):
        qtbot.keyClick(popup.open_weights, Qt.Key.Key_Return)
    popup.open_with("swag")
    qtbot.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_screen_reader_hears_the_row_from_the_search_line(popup: NetworkPopup) -> None:
    popup.open_with("swag")
    heard = popup.search.accessibleDescription()
    assert heard == (
        "vit_b_16 SWAG_E2E_V1, 345 MB, top-1 85.3 %, 87 M parameters, input 384 pixels, available"
    )
    spoken = popup.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == heard
    to(popup, FEATURES)


def test_other_entries_leave_the_same_one_under_the_keys(popup: NetworkPopup) -> None:
    popup.open_with()
    to(popup, VGG)
    moved = [entry(VGG, HERE), *(x for x in ENTRIES if x.weights is not VGG)]
    popup._model.set_entries(moved, embedded_set().key)
    assert popup.detail.entry.weights is VGG and popup.detail.action.text() == "Open"


def test_two_thousand_networks_open_and_narrow(popup: NetworkPopup) -> None:
    many = [
        entry(WeightSet(f"net{i}", f"set{i}", True, 10**6, 10**6, 70.0, 90.0, 224, url=f"x/{i}"))
        for i in range(2000)
    ]
    popup._model.set_entries(many)
    popup.open_with()
    popup.grab()
    popup.search.setText("net19 set19")
    assert len(shown(popup)) == 1 + 111  # 19, 190 … 199, 1900 … 1999
    assert isinstance(popup.list.currentIndex().data(ENTRY_ROLE), Entry)


def test_the_catalogue_of_these_tests_is_the_short_one() -> None:
    assert index.all_sets()[1:] == CATALOGUE
