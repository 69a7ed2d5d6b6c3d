"""Random transformations before each forward pass: what survives them is no accident of a pixel.

One shift, scale, rotation and noise is drawn for the whole batch (Mordvintsev, Olah & Tyka 2015;
Olah, Mordvintsev & Schubert 2017), in one resampling; a crop (Fel et al. 2023) is part of it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.recipe import Recipe

_PADDING = {"reflection": "reflection", "mean": "zeros"}  # normalized, the mean colour is 0
_CENTRE, _SIDE, _LEAST = 0.15, 0.05, 0.05  # deviations of a crop's centre and side; its least side


def transformed(
    x: Tensor, recipe: Recipe, generator: torch.Generator, side: int | None = None
) -> Tensor:
    """x (N, C, H, W) shifted, scaled and rotated at random; x itself where the recipe asks none.

    The generator lives on the CPU, so that a seed draws the same numbers on every device.
    Where the recipe crops, the result has ``side`` pixels, the network's own; x's where none is
    given.
    """
    if recipe.shift or recipe.zoom or recipe.rotation or recipe.crop < 1:
        x = _moved(x, recipe, generator, side)
    if recipe.noise:
        noise = torch.empty(x.shape[1:], dtype=x.dtype).normal_(
            0, recipe.noise, generator=generator
        )
        x = x + noise.to(x.device)
    return x


def _moved(x: Tensor, recipe: Recipe, generator: torch.Generator, side: int | None) -> Tensor:
    down, right, zoom, turn = (2 * torch.rand(4, generator=generator) - 1).tolist()
    scale = 1 + recipe.zoom * zoom
    angle = math.radians(recipe.rotation * turn)
    cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
    # affine_grid's coordinates run from -1 to 1: a shift by the whole side is 2.
    matrix = [[cos, -sin, 2 * recipe.shift * right], [sin, cos, 2 * recipe.shift * down]]
    shape = [1, *x.shape[1:]]
    if recipe.crop < 1:
        matrix = _cropped(matrix, recipe.crop, generator)
        shape[-2:] = [side or x.shape[-2], side or x.shape[-1]]
    theta = torch.tensor([matrix], dtype=x.dtype, device=x.device)  # (1, 2, 3)
    grid = F.affine_grid(theta, shape, align_corners=False)
    return F.grid_sample(
        x,
        grid.expand(len(x), -1, -1, -1),
        padding_mode=_PADDING[recipe.border],
        align_corners=False,
    )


def _cropped(
    matrix: list[list[float]], crop: float, generator: torch.Generator
) -> list[list[float]]:
    """The same of a square part of x: as large as ``crop`` in the mean, about the middle."""
    across, down, size = torch.empty(3).normal_(generator=generator).tolist()
    part = min(max(crop + _SIDE * size, _LEAST), 1.0)
    (a, b, x), (c, d, y) = matrix
    return [
        [part * a, part * b, part * x + 2 * _CENTRE * across],
        [part * c, part * d, part * y + 2 * _CENTRE * down],
    ]
