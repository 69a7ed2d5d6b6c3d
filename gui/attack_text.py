"""Attacks in words: numbers, class changes, the line that names an attack and its values."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from engine.attacks.parcels import AttackRecord, AttackRun
from engine.attacks.recipe import METHODS, AttackRecipe


def percent(part: float) -> str:
    """``2.81 %``; three digits, however small the part is."""
    if not math.isfinite(part):
        return "–"
    return f"{digits(100 * part)} %"


def digits(value: float) -> str:
    """Three digits without an exponent down to a millionth: ``29.4``, ``0.0711``, ``1340``."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    text = f"{value:.2e}" if size < -6 or size > 6 else f"{value:.{max(0, 2 - size)}f}"
    return text.replace("-", "−")  # a minus, not a hyphen


def probability(p: float) -> str:
    """Three places; what is nearly certain but not quite is not shown as 1."""
    if 0.9995 <= p < 1:
        return "> 0.999"
    if 0 < p < 0.0005:
        return "< 0.001"
    return f"{p:.3f}"


def record_at(run: AttackRun, iteration: int | None) -> AttackRecord | None:
    """The run's row of an iteration, the newest where ``None`` or beyond the last."""
    if iteration is None:
        return run.last
    found = [x for x in run.records if x.iteration <= iteration]
    return found[-1] if found else run.last


def recipe_line(recipe: AttackRecipe) -> str:
    """``Gradient ascent, 15 iterations, η = 0.1``: the attack with the values that it reads."""
    method = METHODS[recipe.method]
    reads = method.reads
    parts = [method.title]
    if "steps" in reads:
        text = _tr("{0} iterations") if recipe.steps != 1 else _tr("{0} iteration")
        parts.append(text.format(recipe.steps))
    if "epsilon" in reads:
        in_levels = method.norm == "inf"
        parts.append(f"ε = {recipe.epsilon * 255:.3g}/255" if in_levels else
                     f"ε = {recipe.epsilon:g}")  # fmt: skip
    if "lr" in reads:
        signed = method.norm == "inf"
        name = "α" if "epsilon" in reads else "η"
        parts.append(f"{name} = {recipe.lr * 255:.3g}/255" if signed else
                     f"{name} = {recipe.lr:g}")  # fmt: skip
    if "step" in reads and recipe.step == "unit":
        parts.append(_tr("steps of unit length"))
    if "loss" in reads and recipe.loss != "cross-entropy":
        parts.append(_tr("margin loss"))
    if "random_start" in reads and recipe.random_start:
        parts.append(_tr("random start"))
    if "confidence" in reads and recipe.confidence:
        parts.append(f"κ = {recipe.confidence:g}")
    if "overshoot" in reads:
        parts.append(_tr("overshoot {0}").format(f"{recipe.overshoot:g}"))
    if "search_steps" in reads:
        parts.append(_tr("{0} values of c").format(recipe.search_steps))
    if recipe.target:
        parts.append(_tr("target: {0}").format(recipe.target))
    if recipe.lattice:
        parts.append(_tr("on 8-bit pixels"))
    return ", ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("AttackText", text)
