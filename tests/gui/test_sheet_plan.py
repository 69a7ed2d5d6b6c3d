"""Where everything lies on a contact sheet, against brute force over every tile."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gui.views.sheet_plan import HEADER, MARGIN, Place, Plan, Shelf
from gui.views.sheet_shelves import arrange

SKETCHNET = [8, 16, 24, 32, 48, 48, 48, 96, 96, 96, 112, 112, 112, 40]
WINDOWS = ((800, 600), (1300, 800), (500, 900))


def mixes() -> list[list[int]]:
    random = np.random.default_rng(0)
    deep = [int(n) for n in random.choice([64, 128, 256, 512, 1024], 90)]
    return [SKETCHNET, [128], [1], [1, 1, 1000], [4096, 3, 3, 3], deep]


@pytest.mark.parametrize("counts", mixes(), ids=lambda x: f"{len(x)} blocks")
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_no_tile_covers_another_nor_a_name_and_all_are_inside(counts, window) -> None:
    plan = arrange(counts, *window)
    assert [plan.places[i].shelf for i in range(len(counts))] == sorted(
        place.shelf for place in plan.places
    )
    fits = plan.fitting(*window)
    for scale in (fits, 7.3, 40.0):
        width, height = plan.size(scale)
        boxes, names = [], []
        for block, count in enumerate(counts):
            left, top, wide, high = plan.block(block, scale)
            assert left >= MARGIN - 1e-6 and top >= 0
            assert left + wide <= width + 1e-6 and top + high <= height + 1e-6
            columns = plan.places[block].columns
            assert (plan.places[block].rows - 1) * columns < count
            assert count <= plan.places[block].rows * columns
            boxes.append((left, top, left + wide, top + high))
            above = min(HEADER, plan.shelf_gap(scale))
            names.append((left, top - above, left + plan.room(block, scale), top))
        rects = boxes + names
        for (i, a), (j, b) in itertools.combinations(enumerate(rects), 2):
            apart = (
                a[2] <= b[0] + 1e-6 or b[2] <= a[0] + 1e-6
                or a[3] <= b[1] + 1e-6 or b[3] <= a[1] + 1e-6
            )  # fmt: skip
            assert apart, (i, j, a, b)


@pytest.mark.parametrize("counts", mixes(), ids=lambda x: f"{len(x)} blocks")
def test_the_whole_fits_and_nothing_larger_would(counts) -> None:
    for window in WINDOWS:
        plan = arrange(counts, *window)
        scale = plan.fitting(*window)
        wide, tall = plan.size(scale)
        assert wide <= window[0] and tall <= window[1]
        wide, tall = plan.size(scale * 1.01 + 0.01)
        assert wide > window[0] or tall > window[1]
        # No arrangement at all could be larger than tiles without gaps and names.
        assert scale <= math.sqrt(window[0] * window[1] / sum(counts)) + 1e-6


def test_the_arrangement_is_nearly_the_best_of_all() -> None:
    """Of four blocks: every way to break them into shelves, every height of each shelf."""
    counts, window = [16, 36, 24, 8], (640, 480)
    best = 0.0
    for breaks in itertools.product((False, True), repeat=len(counts) - 1):
        starts = [0, *(i + 1 for i, cut in enumerate(breaks) if cut), len(counts)]
        shelves = list(itertools.pairwise(starts))
        for heights in itertools.product(range(2, 9), repeat=len(shelves)):
            places, rows, above = [], [], 0
            for number, ((first, last), high) in enumerate(zip(shelves, heights, strict=True)):
                before = 0
                for i in range(first, last):
                    columns = math.ceil(counts[i] / high)
                    places.append(Place(number, i - first, before, columns, high))
                    before += columns
                rows.append(Shelf(first, last, above, high))
                above += high
            best = max(best, Plan(counts, places, rows, tight=False).fitting(*window))
    assert arrange(counts, *window).fitting(*window) >= 0.85 * best


def test_a_place_belongs_to_the_tile_that_is_painted_there() -> None:
    plan = arrange(SKETCHNET, 800, 600)
    for scale in (plan.fitting(800, 600), 33.0):
        for block, count in enumerate(SKETCHNET):
            for unit in range(count):
                x, y = plan.tile(block, unit, scale)
                for part in (0.01, 0.5, 0.99):
                    assert plan.unit_at(x + part * scale, y + part * scale, scale) == (block, unit)
    x, y = plan.tile(0, 0, 20.0)
    assert plan.unit_at(x + 1, y - 3, 20.0) is None  # its layer's name
    assert plan.unit_at(2, 2, 20.0) is None


def test_beyond_the_last_unit_there_is_none() -> None:
    plan = Plan([5], [Place(0, 0, 0, 3, 2)], [Shelf(0, 1, 0, 2)], tight=False)
    x, y = plan.tile(0, 4, 10.0)
    assert plan.unit_at(x + 5, y + 5, 10.0) == (0, 4)
    assert plan.unit_at(x + 15, y + 5, 10.0) is None


@pytest.mark.parametrize("counts", [SKETCHNET, mixes()[-1]], ids=["loose", "tight"])
def test_what_a_place_is_stays_itself_at_every_scale(counts) -> None:
    plan = arrange(counts, 800, 600)
    random = np.random.default_rng(1)
    for _ in range(200):
        scale, other = random.uniform(2, 90, 2)
        block = int(random.integers(len(counts)))
        unit = int(random.integers(counts[block]))
        part = random.uniform(0.02, 0.98, 2)
        x, y = plan.tile(block, unit, scale)
        anchor = plan.anchor(x + part[0] * scale, y + part[1] * scale, scale)
        there = plan.tile(block, unit, other)
        expected = (there[0] + part[0] * other, there[1] + part[1] * other)
        assert plan.at(anchor, other) == pytest.approx(expected)
    for x, y in random.uniform(0, 900, (200, 2)):  # gaps and names too come back to their place
        anchor = plan.anchor(x, y, 11.0)
        assert plan.at(anchor, 11.0) == pytest.approx((x, y))
    middle = plan.at(plan.middle(2, 5), 17.0)
    assert middle == pytest.approx([v + 8.5 for v in plan.tile(2, 5, 17.0)])


def test_only_what_is_in_a_rectangle_is_visible() -> None:
    plan = arrange(mixes()[-1], 1300, 800)
    for rect in ((0, 0, 300, 200), (500, 300, 520, 310), (0, 0, 1e6, 1e6)):
        left, top, right, bottom = rect
        found = set(plan.visible(left, top, right, bottom, 6.0))
        for block in range(len(plan.places)):
            x, y, wide, high = plan.block(block, 6.0)
            inside = x < right and x + wide > left and y < bottom and y + high > top
            assert not inside or block in found
        if rect[2] < 1e6:
            assert len(found) < len(plan.places)


def test_the_keys_reach_every_unit_in_order() -> None:
    plan = arrange(SKETCHNET, 800, 600)
    unit, seen = (0, 0), [(0, 0)]
    for _ in range(sum(SKETCHNET) - 1):
        unit = plan.beside(*unit, 1)
        seen.append(unit)
    assert seen == [(b, n) for b, count in enumerate(SKETCHNET) for n in range(count)]
    assert plan.beside(*unit, 1) == unit  # the last stays the last
    assert plan.beside(3, 0, -1) == (2, SKETCHNET[2] - 1)
    assert plan.beside(0, 0, -1) == (0, 0)


def test_up_and_down_go_on_to_the_next_shelf() -> None:
    plan = arrange(SKETCHNET, 800, 600)
    for block, count in enumerate(SKETCHNET):
        for unit in range(count):
            x, y = plan.tile(block, unit, 20.0)
            other = plan.below(block, unit, 1)
            under = plan.tile(*other, 20.0)
            last = plan.places[block].shelf == len(plan.shelves) - 1
            if other != (block, unit):
                assert under[1] > y or plan.places[other[0]].shelf > plan.places[block].shelf
            else:
                assert last or unit == count - 1
            up = plan.below(block, unit, -1)
            assert up == (block, unit) or plan.tile(*up, 20.0)[1] < y
            assert x >= 0
