"""Pixels of small contribution."""

from __future__ import annotations

from torch import Tensor

from engine.networks import Preprocessing
from engine.operators.small_norm import clear_smallest
from engine.recipe import Recipe


class SmallContribution:
    """Sets the pixels to 0 that f would change least without: |Σ over channels of x ∂f/∂x|."""

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None:
        clear_smallest(x, (x * uphill).sum(1).abs(), recipe.small_contribution)
