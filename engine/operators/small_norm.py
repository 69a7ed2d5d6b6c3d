"""Pixels of small norm."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks import Preprocessing
from engine.recipe import Recipe


class SmallNorm:
    """Sets the pixels of the smallest norm over the channels to 0, in each image by itself: what
    is not needed for the main object is left out."""

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None:
        clear_smallest(x, x.norm(dim=1), recipe.small_norm)


def clear_smallest(x: Tensor, size: Tensor, fraction: float) -> None:
    """Sets the pixels of x (N, C, H, W) to 0 whose size (N, H, W) is under that quantile."""
    least = torch.quantile(size.flatten(1), fraction, dim=1).view(-1, 1, 1)
    x.mul_((size >= least).unsqueeze(1))
