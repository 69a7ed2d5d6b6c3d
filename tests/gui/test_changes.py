"""What an earlier iteration changed: kept exactly, or said not to be."""

from __future__ import annotations

import numpy as np

from engine.attacks.difference import change
from gui.models.shown import keep_change, keep_changes, values_at
from gui.views.gallery_pictures import Pictures
from gui.views.gallery_plan import DIFFERENCE
from tests.gui.attack_runs import SIDE, a_run, picture, record

SMALL = 0.2 / 255  # nothing of it is left in 8-bit pixels


def grown(channels: int = 3):
    run = a_run(())
    keep_changes([run])
    for iteration in range(4):
        values = np.full((SIDE, SIDE, channels), 100 / 255 + iteration * SMALL, np.float32)
        run.add(record(iteration, 0), picture(100), values)
        keep_change(run, change(run.source.picture, run.values).astype(np.float16))
    return run


def test_a_change_too_small_for_eight_bits_is_kept_of_every_iteration():
    for channels in (3, 1):
        run = grown(channels)
        for iteration in (1, 2):
            values = values_at(run, run.records[iteration])
            far = values - np.float32(100 / 255)
            np.testing.assert_allclose(far, iteration * SMALL, rtol=2e-3)


def test_an_earlier_iterations_difference_is_drawn_from_the_change():
    pictures = Pictures()
    pictures.set_runs([grown()])
    pictures.chosen = 500
    pictures.iteration = 1
    ink = pictures.whole(0, DIFFERENCE).pixelColor(0, 0)
    assert ink.red() == round(255 * (0.5 + 500 * SMALL))


def test_without_the_change_there_is_no_difference_but_of_the_first_and_the_last():
    pictures = Pictures()
    pictures.set_runs([a_run((0, 0, 1))])
    pictures.iteration = 1
    assert pictures.whole(0, DIFFERENCE) is None
    assert pictures.factor() == 5  # as of the result, 20 levels away
    pictures.iteration = 0
    assert pictures.whole(0, DIFFERENCE).pixelColor(0, 0).red() == 128
    pictures.iteration = None
    assert pictures.whole(0, DIFFERENCE) is not None


def test_changes_are_thinned_within_their_memory(monkeypatch):
    monkeypatch.setattr("gui.models.shown.CHANGES_BUDGET", 8 * SIDE * SIDE * 3 * 2)
    run = a_run(())
    keep_changes([run])
    for iteration in range(100):
        run.add(record(iteration, 0), picture(100), np.zeros((SIDE, SIDE, 3), np.float32))
        keep_change(run, change(run.source.picture, run.values).astype(np.float16))
    assert len(run.changes.all()) <= 9  # the newest is kept beside them
