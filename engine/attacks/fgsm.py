"""The fast gradient sign method: one step of ε·sign(∇ℓ) (Goodfellow et al. 2015)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch

from engine.attacks.pgd import climb
from engine.attacks.problem import Iterate, Problem
from engine.attacks.recipe import AttackRecipe


def fgsm(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Every pixel moves by ε, but where the box [0, 1] ends or its gradient is exactly 0.

    However many ``steps`` the recipe says, which this attack does not read: it is one.
    """
    # One step from the image itself is within ε already.
    return climb(problem, replace(recipe, steps=1), recipe.epsilon, torch.sign, lambda delta: delta)
