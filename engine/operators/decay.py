"""Decay."""

from __future__ import annotations

from torch import Tensor

from engine.networks import Preprocessing
from engine.recipe import Recipe


class Decay:
    """x ← (1 − decay) x: large values, which few pixels of a photograph have, are costly."""

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None:
        x.mul_(1 - recipe.decay)
