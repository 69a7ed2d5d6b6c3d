"""Gaussian blur."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from engine.networks import Preprocessing
from engine.recipe import Recipe

_CUT = 4.0  # deviations at which the kernel ends, as scipy.ndimage's


class Blur:
    """Blurs every ``blur_every``-th iteration's image, the first included: fine detail must win
    its place anew between two blurs."""

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None:
        if iteration % recipe.blur_every == 0:
            x.copy_(blurred(x, recipe.blur))


def blurred(x: Tensor, sigma: float) -> Tensor:
    """x (..., H, W) ⊛ a Gaussian of σ pixels; beyond the border the image is mirrored."""
    height, width = x.shape[-2:]
    down, across = (_matrix(side, sigma).to(x) for side in (height, width))
    return down @ x @ across.T


@lru_cache(maxsize=8)
def _matrix(side: int, sigma: float) -> Tensor:
    """(side, side): row i holds what each pixel of a line gives to pixel i."""
    reach = int(_CUT * sigma + 0.5)
    weights = [math.exp(-0.5 * (k / sigma) ** 2) for k in range(-reach, reach + 1)]
    total = sum(weights)
    matrix = torch.zeros(side, side, dtype=torch.float64)
    row = torch.arange(side)
    for k, weight in zip(range(-reach, reach + 1), weights, strict=True):
        place = (row + k) % (2 * side)  # the line and its mirror image, for ever
        matrix[row, torch.minimum(place, 2 * side - 1 - place)] += weight / total
    return matrix
