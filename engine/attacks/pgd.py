"""Projected gradient ascent (Madry et al. 2018): the loss climbed within ε of the image.

A step is made, the whole change brought back within ε, then the pixels into [0, 1]; in that order,
which is Foolbox's too. Lengths are of pixels in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import AttackRecipe

# Below this length a gradient is 0: the squares of its components are lost in float32.
LEAST = 1e-12


def pgd_linf(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Steps of α along the gradient's sign; no pixel changes by more than ε."""

    def project(delta: Tensor) -> Tensor:
        return delta.clamp(-recipe.epsilon, recipe.epsilon)

    start = noise_linf(problem, recipe.epsilon) if recipe.random_start else None
    return climb(problem, recipe, recipe.lr, torch.sign, project, start)


def pgd_l2(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Steps of length α along the gradient; the whole change is no longer than ε."""

    def unit(gradient: Tensor) -> Tensor:
        return gradient * per_image(1 / lengths(gradient).clamp_min(LEAST))

    def project(delta: Tensor) -> Tensor:
        factor = recipe.epsilon / lengths(delta).clamp_min(LEAST)
        return delta * per_image(factor.clamp_max(1))

    start = noise_l2(problem, recipe.epsilon) if recipe.random_start else None
    return climb(problem, recipe, recipe.lr, unit, project, start)


def climb(
    problem: Problem,
    recipe: AttackRecipe,
    size: float,
    direction: Callable[[Tensor], Tensor],
    project: Callable[[Tensor], Tensor],
    start: Tensor | None = None,
) -> Iterator[Iterate]:
    """``recipe.steps`` steps up the loss; towards the targets where there are some.

    Args:
        size: a step's, in front of the direction.
        direction: of gradients (N, C, S, S).
        project: brings changes (N, C, S, S) back within the budget.
        start: (C, S, S), added to every image before its first step. The first iterate is the
            untouched images all the same, the one after it what the first step made.
    """
    objective = problem.adversity(recipe.loss)
    x = problem.x
    loss, gradient, logits = problem.gradient(x, objective)
    yield Iterate(x, logits, loss, lengths(gradient))
    if start is not None:
        x = (x + start).clamp(0, 1)
        _, gradient, _ = problem.gradient(x, objective)
    for _ in range(recipe.steps):
        x = x + size * direction(gradient)
        x = (problem.x + project(x - problem.x)).clamp(0, 1)
        loss, gradient, logits = problem.gradient(x, objective)
        yield Iterate(x, logits, loss, lengths(gradient))


def noise_linf(problem: Problem, epsilon: float) -> Tensor:
    """Uniform within ±ε: (C, S, S)."""
    noise = torch.rand(problem.x[0].shape, generator=_generator(problem))
    return ((2 * noise - 1) * epsilon).to(problem.x)


def noise_l2(problem: Problem, epsilon: float) -> Tensor:
    """Uniform in the ball of radius ε: (C, S, S).

    The first n coordinates of a point on the sphere in n + 2 dimensions are uniform in the ball in
    n (Voelker, Gosmann & Stewart 2017).
    """
    shape = problem.x[0].shape
    point = torch.randn(shape.numel() + 2, generator=_generator(problem), dtype=torch.float64)
    return (point[:-2] / point.norm() * epsilon).float().view(shape).to(problem.x)


def _generator(problem: Problem) -> torch.Generator:
    """From the seed afresh. One draw serves every image, so that an image's start is the same
    alone, in another place of the batch, and where targets were drawn before it."""
    return torch.Generator().manual_seed(problem.generator.initial_seed())
