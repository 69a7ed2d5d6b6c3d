"""The Adversarial page: from nothing to a table under the pictures."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from gui.pages.adversarial import AdversarialPage
from tests.gui.attack_runs import add, record, some_runs


@pytest.fixture
def page(qtbot):
    page = AdversarialPage()
    page.resize(1000, 800)
    qtbot.addWidget(page)
    page.show()
    return page


def told(signal) -> list:
    heard: list = []
    signal.connect(lambda *values: heard.append(values[0] if values else True))
    return heard


def test_without_images_it_says_what_to_do(page, qtbot):
    assert page.start.isVisible()
    assert not page.timeline.isVisible() and not page.gallery.isVisible()
    opens, samples, many = map(
        told, (page.open_images_requested, page.sample_chosen, page.samples_chosen)
    )
    for button in page.start.findChildren(QPushButton):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opens == [True]
    assert len(many[0]) == 12
    thumb = page.start.findChildren(QToolButton)[0]
    qtbot.mouseClick(thumb, Qt.MouseButton.LeftButton)
    assert samples[0].suffix == ".png" and samples[0].is_file()


def test_samples_fit_the_width(page, qtbot):
    for width in (560, 900, 1300):
        page.resize(width, 700)
        bar = page.start.horizontalScrollBar()
        qtbot.waitUntil(lambda bar=bar: bar.maximum() == 0, timeout=1000)


def test_originals_alone_have_neither_table_nor_timeline(page):
    page.set_runs(some_runs(3, ()))
    assert page.gallery.isVisible()
    assert not page.table.isVisible() and not page.timeline.isVisible()
    assert not page.magnification.isVisible()
    assert page.selected() == 0


def test_a_run_brings_them(page):
    runs = some_runs(3, ())
    page.set_runs(runs)
    for run in runs:
        add(run, record(0, 0))
    page.refresh(None)
    assert page.table.isVisible() and page.timeline.isVisible() and page.magnification.isVisible()
    assert page.table.table.rowCount() == 1


@pytest.mark.parametrize("count", [3, 6, 40])
@pytest.mark.parametrize("width", [640, 1000, 1300])
def test_the_columns_of_the_table_stand_under_the_pictures(page, qtbot, count, width):
    page.resize(width, 800)
    page.set_runs(some_runs(count, (0,) * 30))
    qtbot.wait(1)

    def misplaced() -> list[int]:
        table, gallery = page.table, page.gallery
        shift = table.viewport().x() + table.x() - gallery.x()
        return [
            column
            for column in range(count)
            if abs(gallery.item_rect(column).left() - table.columnViewportPosition(column) - shift)
            or gallery.item_rect(column).width() != table.columnWidth(column)
        ]

    assert misplaced() == []
    page.select(count - 1)
    assert misplaced() == []
    assert page.gallery.viewport().rect().contains(page.gallery.item_rect(count - 1).center())
    bar = page.table.horizontalScrollBar()
    bar.setValue(bar.maximum() // 3)
    assert misplaced() == []
    if count == 40:
        assert bar.maximum() > 0
    elif width > 640:
        assert bar.maximum() == 0


def test_the_timeline_follows_or_stays(page):
    runs = some_runs(2, (0, 0, 1))
    page.set_runs(runs)
    chosen, live = told(page.iteration_chosen), told(page.live_chosen)
    page.refresh(1)
    assert page.table.currentIndex().row() == 1
    for run in runs:
        add(run, record(3, 1))
    page.refresh(1)
    assert page.timeline._slider.value() == 1 and page.timeline._slider.maximum() == 3
    page.refresh(None)
    assert page.timeline._slider.value() == 3
    assert chosen == [] and live == []  # what the program shows was not chosen by anyone
    page.timeline._slider.setValue(2)
    page.timeline._newest.click()
    assert chosen == [2] and live == [True]


def test_choosing_in_the_table_chooses_in_the_gallery(page, qtbot):
    page.set_runs(some_runs(4))
    selected, chosen = told(page.selected_changed), told(page.iteration_chosen)
    where = page.table.visualRect(page.table.table.index(1, 2)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert page.selected() == 2
    assert selected == [2] and chosen == [1]


def test_the_magnification_is_shown_and_chosen(page):
    runs = some_runs(3, (0,))
    for run in runs:
        add(run, record(1, 1), 104)  # 4 levels: 0.5 · 255 / 4 = 31.9
    page.set_runs(runs)
    assert page.factor() == 20
    assert "20×" in page.magnification.currentText()
    page.magnification.setCurrentIndex(page.magnification.findData(5))
    assert page.factor() == 5
    assert page.magnification.currentText() == "5×"


def test_large_and_back(page, qtbot):
    page.set_runs(some_runs(3))
    opened = told(page.opened)
    page.gallery.setFocus()
    page.select(1)
    qtbot.keyClick(page.gallery, Qt.Key.Key_Return)
    assert opened == [1]
    assert page.large.isVisible() and not page.gallery.isVisible() and page.timeline.isVisible()
    qtbot.keyClick(page.large.triptych, Qt.Key.Key_Right)
    assert page.selected() == 2
    page.refresh(1)
    assert page.large.triptych.shown(1).pixelColor(0, 0).red() == 110
    qtbot.keyClick(page.large.triptych, Qt.Key.Key_Escape)
    assert page.gallery.isVisible() and not page.large.isVisible()


def test_large_ends_with_its_image(page):
    page.set_runs(some_runs(3))
    page.open_large(2)
    page.set_runs(some_runs(2))
    assert page.gallery.isVisible()
    page.open_large(0)
    page.set_runs([])
    assert page.start.isVisible()


def test_the_division_is_kept(page):
    page.set_runs(some_runs(3))
    page._split.setSizes([300, 400])
    state = page.split()
    sizes = page._split.sizes()
    page.reset()
    assert abs(page._split.sizes()[0] - sizes[0]) > 100
    page.restore_split(state)
    assert page._split.sizes() == pytest.approx(sizes, abs=2)
