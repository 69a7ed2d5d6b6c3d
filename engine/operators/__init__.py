"""What is done to the pixels after a step, a file each (Yosinski et al. 2015).

A prior bends the step; an operator takes the image that the step made and changes it. To add one:
a file with its class, a line here, its value in ``engine.recipe``.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from engine.networks import Preprocessing
from engine.operators.blur import Blur
from engine.operators.decay import Decay
from engine.operators.small_contribution import SmallContribution
from engine.operators.small_norm import SmallNorm
from engine.operators.valid_pixels import ValidPixels
from engine.recipe import Recipe


class Operator(Protocol):
    """Changes x (N, C, H, W) in place where the recipe asks for it; reads its own value alone.

    ``uphill`` is f's gradient, of x's shape, where the step began; iterations count from 0.
    """

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None: ...


# In the order of the paper's own program.
OPERATORS: dict[str, Operator] = {
    "decay": Decay(),
    "blur": Blur(),
    "small_norm": SmallNorm(),
    "small_contribution": SmallContribution(),
    "valid_pixels": ValidPixels(),
}


@torch.no_grad()
def operate(
    x: Tensor, uphill: Tensor, recipe: Recipe, iteration: int, preprocessing: Preprocessing
) -> None:
    """Applies what the recipe asks for to x, in place."""
    for name, operator in OPERATORS.items():
        if getattr(recipe, name):
            operator(x, uphill, recipe, iteration, preprocessing)
