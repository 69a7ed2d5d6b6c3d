"""The direct encoding: a genome is the pixels themselves, uint8 (N, C, S, S), on the device.

In colour they are hue, saturation and value (*paper*), in grey the brightness; a level of 255 is 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.evolution.colours import hsv_to_rgb, to_levels
from engine.evolution.recipe import EvolveRecipe

DRAWN_AT_ONCE = 2**20  # values; more at once only leaves the processor's cache


def fresh(
    recipe: EvolveRecipe, count: int, channels: int, side: int, generator: torch.Generator
) -> Tensor:
    """The first generation: uniform noise, or one level everywhere that is mutated once."""
    shape = (count, channels, side, side)
    if recipe.start == "noise":
        levels = torch.empty(shape, dtype=torch.uint8, device=generator.device)
        return levels.random_(0, 256, generator=generator)
    level = 0 if recipe.start == "black" else 128
    levels = torch.full(shape, level, dtype=torch.uint8, device=generator.device)
    if channels == 3 and recipe.start == "grey":
        levels[:, 1] = 0  # no saturation
    return mutate(levels, recipe.mutation_rate, recipe.eta, generator)


def children(
    parents: Tensor, recipe: EvolveRecipe, rate: float, generator: torch.Generator
) -> Tensor:
    """A child of each parent (N, C, S, S): couples are crossed where the recipe says so, then all
    are mutated. Takes the parents' own memory.
    """
    if recipe.crossover:
        cross(parents, recipe.crossover, recipe.crossover_eta, generator)
    return mutate(parents, rate, recipe.eta, generator)


def mutate(levels: Tensor, rate: float, eta: float, generator: torch.Generator) -> Tensor:
    """Polynomial mutation in place: each value with that chance, by a step of Deb's distribution.

    d = (2u)^(1/(η+1)) − 1 for u < ½, else 1 − (2(1−u))^(1/(η+1)); the value is clamped to [0, 1].
    """
    flat = levels.view(-1)
    where = chosen(len(flat), rate, generator)
    d = polynomial(torch.rand(len(where), generator=generator, device=flat.device), eta)
    values = flat[where].float().add_(d.mul_(255)).round_().clamp_(0, 255)
    flat[where] = values.to(torch.uint8)
    return levels


def polynomial(u: Tensor, eta: float) -> Tensor:
    """From uniform numbers to the mutation's steps, in [-1, 1]; takes u's memory."""
    below = u < 0.5
    sign = torch.where(below, 1.0, -1.0)
    # Both halves are one formula, of the distance from the nearer end.
    size = torch.where(below, u, 1 - u).mul_(2).pow_(1 / (eta + 1)).sub_(1)
    return size.mul_(sign)


def chosen(count: int, rate: float, generator: torch.Generator) -> Tensor:
    """Indices of which each of ``count`` is one with that chance, independently; in order.

    The gaps between such indices are geometric: a tenth of the random numbers is enough.
    """
    device = generator.device
    kind = torch.float32 if device.type == "mps" else torch.float64
    # More than are ever needed, but for one case in 10¹⁵, which is drawn anew.
    want = int(count * rate + 8 * math.sqrt(count * rate * (1 - rate)) + 16)
    scale = math.log1p(-rate) if rate < 1 else -math.inf
    while True:
        u = torch.rand(want, generator=generator, device=device, dtype=kind)
        gaps = u.neg_().log1p_().div_(scale).clamp_(max=float(count)).floor_().to(torch.int64)
        where = gaps.add_(1).cumsum(0).sub_(1)
        if int(where[-1]) >= count - 1:
            return where[: int(torch.searchsorted(where, count))]


def cross(levels: Tensor, part: float, eta: float, generator: torch.Generator) -> Tensor:
    """Simulated binary crossover in place (Deb & Agrawal 1995): couples i and i + N/2.

    A couple is crossed with the chance ``part``; then each value with ½, as usual. The two
    children lie about their parents' middle as far apart, spread by β: mostly little changed.
    """
    half = len(levels) // 2
    device = levels.device
    couples = torch.rand(half, generator=generator, device=device) < part
    for i in couples.nonzero()[:, 0].tolist():
        first, second = levels[i].view(-1), levels[half + i].view(-1)
        where = chosen(len(first), 0.5, generator)
        a, b = first[where].float(), second[where].float()
        u = torch.rand(len(where), generator=generator, device=device)
        beta = torch.where(u < 0.5, 2 * u, 0.5 / (1 - u)).pow_(1 / (eta + 1))
        swap = torch.rand(len(where), generator=generator, device=device) < 0.5
        beta = torch.where(swap, -beta, beta)
        middle, apart = (a + b) / 2, (a - b) / 2 * beta
        first[where] = (middle + apart).round_().clamp_(0, 255).to(torch.uint8)
        second[where] = (middle - apart).round_().clamp_(0, 255).to(torch.uint8)
    return levels


def draw(levels: Tensor) -> Tensor:
    """The genomes' pictures, uint8 (N, C, S, S): red, green and blue of colour, grey as it is."""
    if levels.shape[1] != 3:
        return levels
    pictures = torch.empty_like(levels)
    at_once = max(1, DRAWN_AT_ONCE // levels[0].numel())
    for part, out in zip(levels.split(at_once), pictures.split(at_once), strict=True):
        h, s, v = part.float().div_(255).unbind(1)
        torch.stack([to_levels(x) for x in hsv_to_rgb(h, s, v)], 1, out=out)
    return pictures
