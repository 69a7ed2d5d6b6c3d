"""The camera over a contact sheet: what is under the pointer stays, the sheet is never lost."""

from __future__ import annotations

import pytest

from gui.views.sheet_camera import Camera
from gui.views.sheet_shelves import arrange

COUNTS = [8, 16, 24, 32, 48, 96, 112, 40]


@pytest.fixture
def camera() -> Camera:
    made = Camera()
    made.set_size(900, 600)
    made.set_plan(arrange(COUNTS, 900, 600))
    return made


def under(camera: Camera, x: float, y: float) -> tuple[int, int] | None:
    return camera.plan.unit_at(camera.left + x, camera.top + y, camera.scale)


def place_of(camera: Camera, block: int, unit: int) -> tuple[float, float]:
    x, y = camera.plan.tile(block, unit, camera.scale)
    return x - camera.left + camera.scale / 2, y - camera.top + camera.scale / 2


def test_it_begins_with_the_whole(camera: Camera) -> None:
    width, height = camera.plan.size(camera.scale)
    assert width <= 900 and height <= 600 and (width > 890 or height > 590)
    assert camera.whole and not camera.moves
    camera.set_size(700, 500)
    assert camera.scale == pytest.approx(camera.plan.fitting(700, 500), rel=1e-6)


def test_what_is_under_the_pointer_stays_there_on_all_the_way(camera: Camera) -> None:
    x, y = place_of(camera, 5, 50)
    camera.zoom_by(12.0, x, y)
    frames = 0
    while camera.moves:
        camera.step(1 / 60)
        assert place_of(camera, 5, 50) == pytest.approx((x, y), abs=1e-6)
        frames += 1
        assert frames < 100
    assert frames > 5
    assert not camera.whole and under(camera, x, y) == (5, 50)


def test_turns_of_the_wheel_add_up_while_it_moves(camera: Camera) -> None:
    start = camera.scale
    camera.zoom_by(2.0, 450, 300)
    camera.step(1 / 60)
    camera.zoom_by(2.0, 450, 300)
    camera.settle()
    assert camera.scale == pytest.approx(4 * start)


def test_it_goes_from_the_whole_to_one_unit_and_no_further(camera: Camera) -> None:
    camera.zoom_by(1e6, 450, 300, now=True)
    assert camera.scale == camera.largest < 600
    camera.zoom_by(1e-6, 10, 10, now=True)
    assert camera.scale == camera.smallest and camera.whole


def test_a_flight_ends_with_the_unit_in_the_middle(camera: Camera) -> None:
    camera.show(4, 17, 90.0)
    before = camera.scale
    camera.step(0.1)
    assert before < camera.scale < 90
    for _ in range(60):
        camera.step(1 / 60)
    assert not camera.moves and camera.scale == 90
    assert place_of(camera, 4, 17) == pytest.approx((450, 300))
    camera.show_whole()
    camera.settle()
    assert camera.whole and camera.scale == camera.smallest


def test_the_sheet_never_leaves_the_window(camera: Camera) -> None:
    for scale in (1.5, 5.0, 20.0):
        camera.show_whole(now=True)
        camera.zoom_by(scale, 450, 300, now=True)
        for way in ((1e5, 0), (-1e5, 0), (0, 1e5), (0, -1e5)):
            camera.pan(*way)
            width, height = camera.plan.size(camera.scale)
            assert camera.left < width and camera.left + 900 > 0
            assert camera.top < height and camera.top + 600 > 0
            # Something of it is in the middle of the window.
            assert 0 <= camera.left + 450 <= width and 0 <= camera.top + 300 <= height


def test_a_unit_is_uncovered_by_the_shortest_way(camera: Camera) -> None:
    camera.show(0, 0, 60.0, now=True)
    camera.uncover(0, 0)
    here = camera.left, camera.top
    camera.uncover(0, 1)  # seen already
    assert (camera.left, camera.top) == here
    camera.uncover(7, 39)
    x, y = place_of(camera, 7, 39)
    assert 30 <= x <= 870 and 30 <= y <= 570


def test_after_a_resize_the_middle_is_still_the_middle(camera: Camera) -> None:
    camera.show(6, 40, 70.0, now=True)
    camera.set_size(700, 400)
    assert place_of(camera, 6, 40) == pytest.approx((350, 200))


def test_without_any_block_nothing_fails() -> None:
    camera = Camera()
    camera.set_size(300, 200)
    camera.zoom_by(2, 10, 10, now=True)
    camera.pan(3, 4)
    camera.show_whole(now=True)
    assert camera.plan.unit_at(0, 0, camera.scale) is None
