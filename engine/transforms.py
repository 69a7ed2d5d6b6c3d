"""Random transformations before each forward pass: what survives them is no accident of a pixel.

One shift, scale and rotation is drawn for the whole batch (Mordvintsev, Olah & Tyka 2015; Olah,
Mordvintsev & Schubert 2017), in one resampling with reflected borders.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.recipes import Recipe


def transformed(x: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """x (N, C, H, W) shifted, scaled and rotated at random; x itself where the recipe asks none.

    The generator lives on the CPU, so that a seed draws the same numbers on every device.
    """
    if not (recipe.shift or recipe.zoom or recipe.rotation):
        return x
    down, right, zoom, turn = (2 * torch.rand(4, generator=generator) - 1).tolist()
    scale = 1 + recipe.zoom * zoom
    angle = math.radians(recipe.rotation * turn)
    cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
    # affine_grid's coordinates run from -1 to 1: a shift by the whole side is 2.
    matrix = [[cos, -sin, 2 * recipe.shift * right], [sin, cos, 2 * recipe.shift * down]]
    theta = torch.tensor([matrix], dtype=x.dtype, device=x.device)  # (1, 2, 3)
    grid = F.affine_grid(theta, [1, *x.shape[1:]], align_corners=False)
    return F.grid_sample(
        x, grid.expand(len(x), -1, -1, -1), padding_mode="reflection", align_corners=False
    )
