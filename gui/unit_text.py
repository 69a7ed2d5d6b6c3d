"""A unit in words: its layer, how much it sees, what it makes of an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.units import NetworkInfo, ReceptiveField, Unit
from gui.attack_text import digits, probability
from gui.views.unit_head import UnitFacts


def facts(unit: Unit, info: NetworkInfo, field: ReceptiveField | None) -> UnitFacts:
    """A unit's name, its layer with type, output shape and parameters, its receptive field."""
    form, title = str(unit), info.title_of(unit)
    if unit.kind == "class":
        layer = _tr("Class {0} of {1}: its logit").format(unit.index, f"{len(info.classes):,}")
        return UnitFacts(form, title, layer)
    of = info.layer(unit.layer)
    parts = [of.kind, "×".join(str(x) for x in of.shape)]
    if of.parameters:
        parts.append(_tr("{0} parameters").format(f"{of.parameters:,}"))
    return UnitFacts(form, title, " · ".join(parts), field_line(field, info.input_size))


def field_line(field: ReceptiveField | None, side: int) -> str:
    """``Sees 67×67 of 224×224 pixels, the next one 8 further``."""
    if field is None:
        return ""
    if field.whole:
        return _tr("Sees the whole image")
    size = f"{field.size[1]}×{field.size[0]}"
    steps = sorted(set(field.stride))
    step = "×".join(str(x) for x in (field.stride[::-1] if len(steps) > 1 else steps))
    if min(field.size) > side:
        text = _tr("Sees {0} pixels, more than the image, in steps of {1}")
        return text.format(size, step)
    return _tr("Sees {0} of {1} pixels, in steps of {2}").format(size, f"{side}×{side}", step)


def rank_of(strengths: np.ndarray, index: int) -> int:
    """A unit's place among its layer's, 1 for the strongest; equals share the better one."""
    return int((strengths > strengths[index]).sum()) + 1


def response(strengths: np.ndarray, index: int) -> str:
    """A unit without a map: its number, and its place among the others."""
    return _tr("{0}, number {1} of {2} in this layer").format(
        digits(float(strengths[index])),
        f"{rank_of(strengths, index):,}",
        f"{len(strengths):,}",
    )


def class_response(logits: np.ndarray, index: int) -> str:
    """A class's logit, probability and place."""
    p = np.exp(logits.astype(np.float64) - float(logits.max()))
    return _tr("Logit {0}, probability {1}, number {2} of {3}").format(
        digits(float(logits[index])),
        probability(float(p[index] / p.sum())),
        f"{rank_of(logits, index):,}",
        f"{len(logits):,}",
    )


def seen(top: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The image's first class in short, and its first five in lines."""
    if not top:
        return "", ""
    lines = [f"{name}  {probability(p)}" for name, p in top]
    return f"{top[0][0]} {probability(top[0][1])}", "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("UnitText", text)
