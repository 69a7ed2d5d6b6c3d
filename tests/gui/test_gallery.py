"""The light-table: where the pictures lie, what is said under them, keys, scrolling, dragging."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QScrollBar

from engine.attacks.parcels import Distortion
from gui.models.shown import levels, percent, record_at, values_at
from gui.views.canvas_bar import PictureDrag
from gui.views.gallery import Gallery
from gui.views.gallery_painter import GalleryPainter
from gui.views.gallery_pictures import Pictures, fitted
from gui.views.gallery_plan import ADVERSARIAL, DIFFERENCE, ORIGINAL, Arrangement, plan
from tests.gui.attack_runs import SIDE, a_run, add, picture, record, some_runs

ROOMS = [(640, 300), (940, 420), (1300, 640), (1300, 240)]


@pytest.fixture
def gallery(qtbot):
    gallery = Gallery()
    gallery.resize(1000, 600)
    qtbot.addWidget(gallery)
    gallery.show()
    gallery.told = []
    for name in ("selected_changed", "opened", "remove_requested", "save_requested"):
        getattr(gallery, name).connect(lambda x, name=name: gallery.told.append((name, x)))
    return gallery


# --- where the pictures lie


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("count", [1, 2, 3, 6, 40])
@pytest.mark.parametrize("started", [False, True])
def test_nothing_covers_anything(count, room, started):
    made = plan(count, *room, 18, started=started)
    whole = QRect(0, 0, made.width, made.height)
    places = []
    for index in range(count):
        item = made.item(index)
        for part in range(made.parts()):
            inside = [made.picture(index, part)]
            inside += [made.caption(index, part, line) for line in range(made.lines(part))]
            assert all(item.contains(place) for place in inside)
            places += inside
        assert whole.contains(item)
    for number, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[number + 1 :])


def test_arrangements_by_the_number_of_images():
    kinds = [plan(n, 900, 600, 18, started=True).arrangement for n in (1, 2, 3, 6)]
    rows, columns = Arrangement.ROWS, Arrangement.COLUMNS
    assert kinds == [rows, rows, columns, columns]
    assert plan(6, 900, 600, 18, started=False).arrangement is Arrangement.SHEET


def test_six_images_need_no_scroll_bar_on_a_small_laptop():
    made = plan(6, 760, 300, 19, started=True)
    assert made.width <= 750 and made.height <= 300


def test_pictures_take_the_room_there_is():
    sides = [plan(6, 1300, height, 18, started=True).side for height in (300, 500, 640)]
    assert sides[0] < sides[1] < sides[2]
    assert plan(1, 1300, 640, 18, started=True).side > 400


@pytest.mark.parametrize("count", [1, 6, 40])
@pytest.mark.parametrize("started", [False, True])
def test_what_lies_under_a_point(count, started):
    made = plan(count, 900, 500, 18, started=started)
    for index in (0, count // 2, count - 1):
        for part in range(made.parts()):
            assert made.at(made.picture(index, part).center()) == (index, part)
        assert made.at(made.item(index).topLeft() + QPoint(1, 1)) == (index, -1)


def test_only_what_is_in_view_is_painted(gallery, monkeypatch):
    painted = []
    paint = GalleryPainter.paint
    monkeypatch.setattr(
        GalleryPainter, "paint", lambda self, *a: (painted.append(a[2]), paint(self, *a))
    )
    gallery.set_runs(some_runs(40))
    gallery.refresh(None)
    gallery.grab()
    assert 3 <= len(set(painted)) <= 12
    painted.clear()
    gallery.horizontalScrollBar().setValue(gallery.horizontalScrollBar().maximum())
    gallery.grab()
    assert 39 in painted and 0 not in painted


# --- the pictures


def test_original_adversarial_and_difference_are_drawn(gallery):
    run = a_run((0, 1))
    add(run, record(2, 1), 104)  # 4 levels above the original's 100
    gallery.set_magnification(10)
    gallery.set_runs([run])
    gallery.refresh(None)
    drawn, made = gallery.viewport().grab().toImage(), gallery.plan()
    ratio = drawn.devicePixelRatio()
    inks = [drawn.pixelColor(made.picture(0, part).center() * ratio).red() for part in range(3)]
    assert inks[:2] == [100, 104]
    assert inks[2] == pytest.approx(127.5 + 40, abs=1)


def test_an_earlier_iteration_is_shown(gallery):
    gallery.set_runs(some_runs(3, (0, 0, 1)))
    gallery.refresh(1)
    drawn, made = gallery.viewport().grab().toImage(), gallery.plan()
    ink = drawn.pixelColor(made.picture(0, ADVERSARIAL).center() * drawn.devicePixelRatio())
    assert ink.red() == 110
    gallery.refresh(None)
    drawn = gallery.viewport().grab().toImage()
    ink = drawn.pixelColor(made.picture(0, ADVERSARIAL).center() * drawn.devicePixelRatio())
    assert ink.red() == 120


def test_the_magnification_is_one_for_all_and_the_middle_of_their_own():
    pictures = Pictures()
    runs = [a_run((0,)) for _ in range(3)]
    for run, level in zip(runs, (101, 105, 150), strict=True):  # 1, 5 and 50 levels
        add(run, record(1, 1), level)
    pictures.set_runs(runs)
    assert pictures.factor() == 20  # 0.5 · 255 / 5 = 25.5
    pictures.chosen = 2
    assert pictures.factor() == 2
    assert pictures.whole(2, DIFFERENCE).pixelColor(0, 0).red() == pytest.approx(227.5, abs=1)


def test_unrounded_values_are_measured_where_there_are_any():
    run = a_run((0,))
    values = np.full((SIDE, SIDE, 3), 100.2 / 255, np.float32)
    run.add(record(1, 1), picture(100), values)
    assert values_at(run, run.records[-1]) is values
    assert values_at(run, run.records[0])[0, 0, 0] == pytest.approx(100 / 255)


@pytest.mark.parametrize(("side", "squares"), [(64, True), (24, False), (8, False)])
def test_pixels_are_squares_only_when_enlarged_enough(side, squares):
    checks = QImage(16, 16, QImage.Format.Format_RGB32)
    for y in range(16):
        for x in range(16):
            checks.setPixelColor(x, y, QColor("white" if (x + y) % 2 else "black"))
    made = fitted(checks, side)
    inks = {made.pixelColor(x, y).red() for x in range(side) for y in range(side)}
    assert (inks == {0, 255}) is squares


def test_the_row_of_an_iteration_is_the_last_one_before_it():
    run = a_run((0, 0, 1))
    assert record_at(run, 1).iteration == 1
    assert record_at(run, 99).iteration == 2
    assert record_at(run, None).iteration == 2
    assert record_at(a_run(()), None) is None


@pytest.mark.parametrize(
    ("part", "text"),
    [(0.0102, "1.02 %"), (0, "0 %"), (0.00003, "0.003 %"), (1e-7, "<0.001 %"), (2.5, "250 %")],
)
def test_percent(part, text):
    assert percent(part) == text


@pytest.mark.parametrize(
    ("value", "text"), [(4.0, "4/255"), (3.6, "3.6/255"), (0.01, "<0.1/255"), (29.4, "29/255")]
)
def test_levels(value, text):
    assert levels(value) == text


# --- what is said of them


def texts(gallery, index: int, part: int) -> list[str]:
    painter = gallery._painter
    run = gallery.pictures.runs[index]
    shown = record_at(run, gallery.pictures.iteration)
    found = painter._texts(gallery.plan(), run, shown, part)
    return [" ".join(filter(None, (x.icon, x.mark.strip(), x.name, x.after))) for x in found]


def test_captions_of_a_column(gallery):
    runs = some_runs(3)
    runs[1].records[-1] = record(2, 1, saved=0, distortion=Distortion(0.0187, 0.02, 1.0, 20.0, 3.0))
    gallery.set_runs(runs)
    gallery.refresh(None)
    assert texts(gallery, 0, ORIGINAL) == ["jaguar 0.750"]
    assert texts(gallery, 0, ADVERSARIAL) == ["→ tiger 0.750", "saved: tiger"]
    assert texts(gallery, 0, DIFFERENCE) == ["2.00 % · 8/255"]
    assert texts(gallery, 1, ADVERSARIAL)[1] == "warning saved: jaguar"  # saving undoes it
    assert texts(gallery, 1, DIFFERENCE) == ["warning 1.87 % · 20/255"]  # out of the box
    gallery.refresh(1)
    assert texts(gallery, 0, ADVERSARIAL)[0] == "jaguar 0.750"


def test_captions_of_a_row_name_the_file(gallery):
    gallery.set_runs(some_runs(2))
    gallery.refresh(None)
    assert texts(gallery, 1, ORIGINAL) == ["jaguar 0.750", "image-1.jpg"]
    assert texts(gallery, 1, DIFFERENCE) == ["2.00 % relative distortion", "largest change 8/255"]


def test_the_selected_image_is_described(gallery):
    gallery.set_runs(some_runs(3))
    gallery.refresh(None)
    gallery.select(2)
    said = gallery.accessibleDescription()
    assert said.startswith("image-2.jpg")
    assert "jaguar" in said and "tiger" in said


# --- the person


def test_keys(gallery, qtbot):
    gallery.set_runs(some_runs(4))
    gallery.refresh(None)
    gallery.told.clear()
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    qtbot.keyClick(gallery, Qt.Key.Key_End)
    qtbot.keyClick(gallery, Qt.Key.Key_Right)  # there is none
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    qtbot.keyClick(gallery, Qt.Key.Key_Delete)
    assert gallery.told == [
        ("selected_changed", 1),
        ("selected_changed", 3),
        ("opened", 3),
        ("remove_requested", [3]),
    ]


def test_up_and_down_go_by_rows_of_the_sheet(gallery, qtbot):
    gallery.set_runs(some_runs(40, ()))
    across = gallery.plan().across
    assert across > 2
    qtbot.keyClick(gallery, Qt.Key.Key_Down)
    assert gallery.selected() == across
    qtbot.keyClick(gallery, Qt.Key.Key_Up)
    assert gallery.selected() == 0


def test_clicks_select_and_double_clicks_open(gallery, qtbot):
    gallery.set_runs(some_runs(4))
    gallery.refresh(None)
    gallery.told.clear()
    where = gallery.plan().picture(2, DIFFERENCE).center()
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(gallery.viewport(), left, pos=where)
    qtbot.mouseDClick(gallery.viewport(), left, pos=where)
    assert gallery.told == [("selected_changed", 2), ("opened", 2)]


def test_the_selected_image_is_brought_into_view(gallery):
    gallery.set_runs(some_runs(40))
    gallery.refresh(None)
    gallery.select(39)
    room = gallery.viewport().rect()
    assert room.contains(gallery.item_rect(39).center())
    gallery.select(0)
    assert gallery.item_rect(0).left() >= gallery.plan().left


def test_scrolled_columns_go_under_the_labels(gallery, qtbot):
    gallery.set_runs(some_runs(40))
    gallery.refresh(None)
    gallery.horizontalScrollBar().setValue(60)
    gallery.told.clear()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 100))
    assert gallery.told == []


def test_scrolls_with_the_bar_it_is_linked_to(gallery):
    bar = QScrollBar(Qt.Orientation.Horizontal)
    gallery.link(bar)
    gallery.set_runs(some_runs(40))
    gallery.refresh(None)
    bar.setRange(0, 1000)
    bar.setValue(300)
    assert gallery.offset().x() == 300
    gallery.horizontalScrollBar().setValue(1000)
    assert bar.value() == 1000


def test_the_menu(gallery):
    gallery.set_runs(some_runs(3))
    entries = {a.text(): a for a in gallery.menu_for(1).actions() if a.text()}
    assert list(entries) == [
        "Open large",
        "Save adversarial…",
        "Copy image",
        "Run the sphere test",
        "Remove",
    ]
    gallery.told.clear()
    entries["Save adversarial…"].trigger()
    entries["Remove"].trigger()
    assert gallery.told == [("save_requested", 1), ("remove_requested", [1])]


def test_before_a_run_there_is_nothing_to_save(gallery):
    gallery.set_runs(some_runs(3, ()))
    entries = {a.text(): a.isEnabled() for a in gallery.menu_for(0).actions() if a.text()}
    assert not entries["Save adversarial…"] and not entries["Copy image"]
    assert entries["Open large"] and entries["Remove"]


def move(gallery, kind, at: QPoint, buttons) -> None:
    place = QPointF(at)
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, place, gallery.viewport().mapToGlobal(place), left, buttons, none)
    getattr(gallery, {2: "mousePressEvent", 5: "mouseMoveEvent"}[kind.value])(event)


def test_a_picture_is_dragged_out_as_it_is_shown(gallery, monkeypatch):
    dragged = []
    monkeypatch.setattr(
        PictureDrag, "start", lambda self, source, image, begun: dragged.append((self, image))
    )
    gallery.set_runs(some_runs(3))
    gallery.refresh(None)
    start = gallery.plan().picture(1, ADVERSARIAL).center()
    left = Qt.MouseButton.LeftButton
    move(gallery, QMouseEvent.Type.MouseButtonPress, start, left)
    move(gallery, QMouseEvent.Type.MouseMove, start + QPoint(1, 0), left)
    assert dragged == []
    move(gallery, QMouseEvent.Type.MouseMove, start + QPoint(40, 0), left)
    drag, image = dragged[0]
    assert drag.name == "image-1-adversarial"
    assert (image.width(), image.pixelColor(0, 0).red()) == (SIDE, 120)


def test_the_newest_adversarial_is_dragged_with_its_recipe(gallery, monkeypatch, tmp_path):
    written = []
    monkeypatch.setattr(
        PictureDrag, "start", lambda self, *_: self.writer and self.writer(tmp_path / "x.png")
    )
    gallery.set_exporter(lambda index, path: written.append((index, path.name)))
    gallery.set_runs(some_runs(3))
    gallery.refresh(None)
    gallery.drag_out(2, ADVERSARIAL)
    gallery.drag_out(2, DIFFERENCE)  # is none
    gallery.refresh(1)
    gallery.drag_out(2, ADVERSARIAL)  # is another picture than the one that is saved
    assert written == [(2, "x.png")]


def test_a_shrinking_list_keeps_a_selection_that_exists(gallery):
    gallery.set_runs(some_runs(4))
    gallery.select(3)
    gallery.set_runs(some_runs(2))
    assert gallery.selected() == 1
    gallery.set_runs([])
    assert gallery.selected() == -1
    gallery.grab()


def test_a_right_click_shows_the_menu_of_what_is_under_it(gallery, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "PySide6.QtWidgets.QMenu.popup", lambda self, place: asked.append(self), raising=True
    )
    gallery.set_runs(some_runs(3))
    gallery.refresh(None)
    gallery.told.clear()
    at = gallery.plan().picture(1, ORIGINAL).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, at, gallery.viewport().mapToGlobal(at)
    )
    gallery.customContextMenuRequested.emit(at)
    del event
    assert len(asked) == 1
    asked[0].actions()[0].trigger()
    assert ("opened", 1) in gallery.told
