"""What is said of an atlas: how far it is, how long it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.units import NetworkInfo
from gui.models.atlas_layers import LayerRow
from gui.session import Phase, duration


def roughly(seconds: float) -> str:
    """A time that nobody can know to the second: ``about 6 min``, ``about 3 h``."""
    if seconds < 60:
        return _tr("less than a minute")
    if seconds < 3600:
        return _tr("about {0} min").format(round(seconds / 60))
    hours = seconds / 3600
    return _tr("about {0} h").format(round(hours) if hours >= 10 else round(hours, 1))


def rate_text(rate: float) -> str:
    """``3.1 units/s``, or the seconds of one where it takes longer than that."""
    if rate <= 0 or not math.isfinite(rate):
        return ""
    if rate >= 1:
        return _tr("{0} units/s").format(f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}")
    return _tr("{0} s a unit").format(f"{1 / rate:.0f}" if rate <= 0.1 else f"{1 / rate:.1f}")


def progress_text(
    done: int, total: int, rate: float, left: float, phase: Phase, *parts: str
) -> str:
    """``412 of 888 units · 3.1 units/s · 2 min 20 s left``, and what else is given."""
    said = [_tr("{0} of {1} units").format(f"{done:,}", f"{total:,}")]
    if phase is Phase.PAUSED:
        said.append(_tr("paused"))
    elif phase is Phase.STOPPING:
        said.append(_tr("stopping"))
    elif phase is Phase.STARTING:
        said.append(_tr("starting"))
    elif phase is Phase.RUNNING:
        said.append(rate_text(rate))
        if math.isfinite(left) and left > 0 and rate > 0:
            near = left < 600
            said.append(_tr("{0} left").format(duration(left) if near else roughly(left)))
    return " · ".join(x for x in (*said, *parts) if x)


def missing(rows: Sequence[LayerRow]) -> int:
    """Units that are asked for and not made."""
    return sum(row.total - row.done for row in rows if row.chosen)


def summary(rows: Sequence[LayerRow], rate: float) -> str:
    """What Start would do, in a sentence or two; ``rate`` in units a second, 0 if not known."""
    chosen = [row for row in rows if row.chosen]
    if not chosen:
        return _tr("Mark the layers whose units shall be pictures.")
    total, left = sum(row.total for row in chosen), missing(rows)
    layers = _tr("1 layer") if len(chosen) == 1 else _tr("{0} layers").format(len(chosen))
    said = _tr("{0} units in {1}").format(f"{total:,}", layers)
    if not left:
        return _tr("{0}, all made.").format(said)
    if left < total:
        said = _tr("{0}, {1} still to make").format(said, f"{left:,}")
    if rate > 0:
        return _tr("{0}: {1} at the rate measured last.").format(said, roughly(left / rate))
    return _tr("{0}. How long it takes is measured as it goes.").format(said)


def empty_text(info: NetworkInfo | None) -> str:
    """What the page is for."""
    if info is None:
        return _tr("As soon as the network is there, its units can be laid out here.")
    return _tr(
        "The atlas grows, for every unit of {0}, the image that it wants to see, and lays them "
        "out on one sheet that zooms from the whole network to a single unit. It goes on in the "
        "background while you work on other pages, and is kept."
    ).format(info.title)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Atlas", text)
