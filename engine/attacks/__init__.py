"""Adversarial examples: an attack a file, one signature, steps yielded (METHODS.md §3).

An attack is a function of a ``Problem`` and an ``AttackRecipe`` that yields an ``Iterate`` an
iteration, the untouched images first. To add one: its file, its line here and in ``recipe.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.attacks.problem import Iterate, Problem
    from engine.attacks.recipe import AttackRecipe

    Attack = Callable[[Problem, AttackRecipe], Iterator[Iterate]]

_HOMES = {
    "gradient-ascent": ("gradient_ascent", "gradient_ascent"),
    "fgsm": ("fgsm", "fgsm"),
    "pgd-linf": ("pgd", "pgd_linf"),
    "pgd-l2": ("pgd", "pgd_l2"),
    "lbfgs": ("lbfgs", "lbfgs"),
    "deepfool": ("deepfool", "deepfool"),
    "carlini-wagner": ("carlini_wagner", "carlini_wagner"),
}


def attack_of(method: str) -> Attack:
    """The attack of that name; its file is imported on first use: the rest needs no torch."""
    module, name = _HOMES[method]
    found: Attack = getattr(import_module(f"engine.attacks.{module}"), name)
    return found
