"""Runs of an attack, made by hand: which class at which iteration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.attacks.difference import change
from engine.attacks.parcels import AttackRecord, AttackRun, Distortion, Source
from engine.attacks.recipe import AttackRecipe
from engine.jobs import NetworkRef
from gui.models.shown import keep_change, keep_changes

SIDE = 16
NAMES = ("jaguar", "tiger", "leopard", "a cat", "a dog", "an eel")


def record(
    iteration: int, index: int, first: int = 0, *, saved: int | None = None, **values: object
) -> AttackRecord:
    """A row whose class is ``NAMES[index]`` at 0.75; saved it is the same unless told."""
    kept = index if saved is None else saved
    rest = [name for name in NAMES if name != NAMES[index]]
    top = ((NAMES[index], 0.75), *((name, 0.05) for name in rest[:4]))
    given: dict[str, object] = {
        "iteration": iteration,
        "top": top,
        "index": index,
        "fooled": index != first,
        "saved": NAMES[kept],
        "saved_index": kept,
        "saved_fooled": kept != first,
        "loss": 0.5,
        "gradient": 0.25,
        "distortion": Distortion(0.01 * iteration, 0.02 * iteration, 0.5, 4.0 * iteration, 0.0),
        "settled": False,
    }
    return AttackRecord(**{**given, **values})  # type: ignore[arg-type]


def picture(level: int) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), level, np.uint8)


def add(run: AttackRun, row: AttackRecord, level: int | None = None) -> None:
    """The next iteration; its picture is one grey, 100 + 10 · iteration."""
    level = (100 + 10 * row.iteration) % 250 if level is None else level
    shown = picture(level)
    run.add(row, shown, shown.astype(np.float32) / 255)
    keep_change(run, change(run.source.picture, run.values).astype(np.float16))


def a_run(
    classes: Sequence[int] = (0, 0, 1), name: str = "cat.jpg", *, kept: bool = False
) -> AttackRun:
    """A run with a class an iteration; without any it has not begun. ``kept`` keeps changes."""
    source = Source(name, picture(100), f"/photos/{name}")
    run = AttackRun(NetworkRef("sketchnet"), source, AttackRecipe(), "cpu")
    if kept:
        keep_changes([run])
    for iteration, index in enumerate(classes):
        add(run, record(iteration, index, classes[0]))
    return run


def some_runs(
    count: int, classes: Sequence[int] = (0, 0, 1), *, kept: bool = False
) -> list[AttackRun]:
    return [a_run(classes, f"image-{number}.jpg", kept=kept) for number in range(count)]
