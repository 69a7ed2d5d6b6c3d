"""Ends an attack on the 8-bit lattice: what a PNG keeps of it fools as well."""

from __future__ import annotations

from torch import Tensor

from engine.attacks.problem import Problem
from engine.attacks.recipe import AttackRecipe


def on_lattice(problem: Problem, pixels: Tensor, recipe: AttackRecipe) -> Tensor:
    return pixels.mul(255).round().clamp(0, 255).div(255)
