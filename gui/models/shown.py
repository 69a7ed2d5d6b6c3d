"""What there is of an attacked image at one iteration: its row, its picture, its words."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from engine.attacks.difference import pixels_of
from engine.attacks.parcels import AttackRecord, AttackRun, Pixels
from engine.jobs import Frames, Picture

CHANGES_BUDGET = 192 * 2**20  # bytes, of all images of a job


def last_iteration(runs: Sequence[AttackRun]) -> int:
    """The newest iteration of any of them; -1 while there is none."""
    return max((run.records[-1].iteration for run in runs if run.records), default=-1)


def record_at(run: AttackRun, iteration: int | None) -> AttackRecord | None:
    """The row of that iteration, or the last one before it; ``None`` asks for the newest."""
    if not run.records or iteration is None:
        return run.last
    row = bisect_right(run.records, iteration, key=lambda record: record.iteration)
    return run.records[max(row - 1, 0)]


def picture_at(run: AttackRun, record: AttackRecord) -> tuple[int, Picture] | None:
    """The kept picture nearest to a row, with the iteration it is of."""
    if record is run.last and run.adversarial is not None:
        return record.iteration, run.adversarial
    return run.frames.at(record.iteration)


def keep_changes(runs: Sequence[AttackRun]) -> None:
    """From now on what each iteration changes is kept, within a memory that they all share."""
    for run in runs:
        run.changes = Frames(CHANGES_BUDGET // len(runs))


def keep_change(run: AttackRun, delta: NDArray[np.float16] | None) -> None:
    """Keeps what the newest iteration has changed, ``AttackStep.changes``, where asked for.

    A difference that is magnified a hundred times cannot be had from the 8-bit pictures: the
    small changes are not in them, and in those from the disk there are a JPEG's own.
    """
    if run.changes is not None and run.last is not None and delta is not None:
        run.changes.add(run.last.iteration, delta.view(np.uint8))


def values_at(run: AttackRun, record: AttackRecord) -> Pixels | None:
    """The unrounded pixels of a row, or of the kept one nearest to it; ``None`` without any."""
    if record is run.last and run.values is not None:
        return run.values
    if record is run.records[0]:
        return pixels_of(run.source.picture)
    found = run.changes.at(record.iteration) if run.changes is not None else None
    if found is None:
        return None
    delta = found[1].view(np.float16).astype(np.float32)
    values: Pixels = pixels_of(run.source.picture, delta.shape[2]) + delta
    return values


def percent(part: float) -> str:
    """``1.02 %``; what is smaller than 0.01 % keeps a digit. Of an image of zeros it is none."""
    if not math.isfinite(part):
        return "–"
    value = 100 * part
    if value < 0.01:
        if value == 0:
            return "0 %"
        return f"{value:.3f} %" if value >= 0.0005 else "<0.001 %"
    return f"{value:.2f} %" if value < 100 else f"{value:.0f} %"


def levels(value: float) -> str:
    """A change in 8-bit levels: ``4/255``, ``0.3/255``."""
    text = f"{value:.0f}" if value >= 10 or abs(value - round(value)) < 0.005 else f"{value:.1f}"
    return "<0.1/255" if 0 < value < 0.05 else f"{text}/255"


def describe(run: AttackRun, record: AttackRecord | None) -> str:
    """Everything the views know of an image at one iteration, a fact a line."""
    if record is None or not run.records:
        return run.source.name
    name, p = run.records[0].top[0]
    lines = [
        run.source.name,
        _tr("Before: {0} · {1:.4f}").format(name, p),
        _tr("Now: {0} · {1:.4f}").format(*record.top[0]),
        saved_line(record),
        _tr("Relative distortion {0} (network's space), {1} (pixels)").format(
            percent(record.distortion.normalized), percent(record.distortion.pixels)
        ),
        _tr("Length of the change {0:.3g}, largest {1}").format(
            record.distortion.l2, levels(record.distortion.max_255)
        ),
    ]
    if record.distortion.outside_255 > 0:
        lines.append(outside_line(record))
    return "\n".join(line for line in lines if line)


def undone(record: AttackRecord) -> bool:
    """Whether it fools, but not any more once it is saved as 8-bit pixels."""
    return record.fooled and not record.saved_fooled


def outside(record: AttackRecord) -> bool:
    """Whether pixels are so far outside [0, 1] that a file cannot hold them."""
    return record.distortion.outside_255 >= 0.5


def saved_line(record: AttackRecord) -> str:
    """What the network sees after saving, in words."""
    if undone(record):
        return _tr("Saving undoes it: as an 8-bit PNG it is {0} again").format(record.saved)
    return _tr("Saved as an 8-bit PNG: {0}").format(record.saved)


def outside_line(record: AttackRecord) -> str:
    """By how far pixels left the box, in words."""
    return _tr("Pixels left the range that a file can hold, by up to {0}").format(
        levels(record.distortion.outside_255)
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shown", text)
