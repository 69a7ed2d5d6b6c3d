"""What is said of a run beside another one: a few facts always, its recipe where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from engine.attacks.parcels import AttackRun
from engine.attacks.recipe import METHODS
from engine.jobs import Picture, Run
from engine.recipes import PRESETS

NOTHING = "–"


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of two runs. ``facts`` are always shown, ``values`` where they are not the same."""

    title: str
    picture: Picture | None
    facts: dict[str, str]
    values: dict[str, str]


def side_of(run: Run | AttackRun) -> Side:
    """What there is to say of a run."""
    return _attack(run) if isinstance(run, AttackRun) else _maximize(run)


def _t(text: str) -> str:
    return QCoreApplication.translate("Compare", text)


def _maximize(run: Run) -> Side:
    facts = {
        _t("Preset"): _preset(run),
        _t("Network"): run.network.name,
        _t("Iterations run"): str(run.records[-1].iteration) if run.records else NOTHING,
        _t("Response f"): f"{run.records[-1].f:.4g}" if run.records else NOTHING,
        _t("Prior h"): f"{run.records[-1].h:.4g}" if run.records else NOTHING,
        _t("Seen as"): _seen_as(run),
    }
    titles = {
        "steps": _t("Iterations"),
        "optimizer": _t("Optimizer"),
        "lr": _t("Step"),
        "lr_end": _t("Decays to"),
        "scale": _t("Weighed"),
        "prior": _t("Prior"),
        "prior_weight": _t("Prior's weight"),
        "shift": _t("Shift"),
        "zoom": _t("Zoom"),
        "rotation": _t("Rotation"),
        "size": _t("Size"),
        "seed": _t("Seed"),
        "start_std": _t("Starting noise"),
        "classify_every": _t("Classify every"),
    }
    recipe = run.recipe.as_dict()
    values = {titles[name]: _written(recipe[name]) for name in titles}
    values[_t("Started from")] = run.started_from
    turned = [f"{c.name} {_written(c.value)} @ {c.iteration}" for c in run.changes]
    values[_t("Turned")] = ", ".join(turned) or NOTHING
    return Side(run.title, run.result, facts, values)


def _attack(run: AttackRun) -> Side:
    method, last = METHODS[run.recipe.method], run.last
    facts = {_t("Attack"): method.title, _t("Network"): run.network.name}
    facts[_t("Before")] = run.before or NOTHING
    if last is not None:
        name, p = last.top[0]
        facts[_t("After")] = f"{name} · {p:.3f}"
        facts[_t("When saved")] = last.saved
        distortion = last.distortion
        facts[_t("Relative change")] = f"{100 * distortion.normalized:.3g} %"
        facts[_t("Length (L2)")] = f"{distortion.l2:.3g}"
        facts[_t("Largest change")] = f"{distortion.max_255:.3g}/255"
        fooled = run.fooled_at
        facts[_t("Fooled at iteration")] = NOTHING if fooled is None else str(fooled)
    recipe = run.recipe.as_dict()
    titles = {
        "target": _t("Target"),
        "steps": _t("Iterations"),
        "lr": _t("Step"),
        "epsilon": _t("Budget ε"),
        "loss": _t("Loss"),
        "step": _t("Step's length"),
        "random_start": _t("Random start"),
        "box": _t("Kept in range"),
        "lattice": _t("Stays when saved"),
        "confidence": _t("Confidence κ"),
        "search_steps": _t("Searches of c"),
        "initial_c": _t("First c"),
        "overshoot": _t("Overshoot"),
        "candidates": _t("Candidates"),
        "seed": _t("Seed"),
    }
    values = {
        title: _written(recipe[name]) for name, title in titles.items() if name in method.reads
    }
    values[_t("Image")] = run.source.name
    return Side(run.title, run.adversarial, facts, values)


def _preset(run: Run) -> str:
    preset = PRESETS.get(run.recipe.preset)
    if preset is None:
        return run.recipe.preset
    changed = preset.recipe.differences(run.recipe)
    return f"{preset.title} *" if changed else preset.title


def _seen_as(run: Run) -> str:
    for record in reversed(run.records):
        if record.top:
            name, probability = record.top[0]
            return f"{name} · {probability:.3f}"
    return NOTHING


def _written(value: Any) -> str:
    if value is None:
        return "network's own"
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    if isinstance(value, float):
        return f"{value:g}"
    return NOTHING if value == "" else str(value)
