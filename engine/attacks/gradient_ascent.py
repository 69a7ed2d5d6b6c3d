"""Gradient ascent on the loss (*lecture*): x ← x + η ∇ₓ ℓ(f(x; w), y), in normalized space."""

from __future__ import annotations

from collections.abc import Iterator

from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import AttackRecipe


def gradient_ascent(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Plain SGD steps as Fleuret's slide prints them; ``box`` and a unit step are choices.

    In double precision where the device has it: past the boundary the steps amplify float32's
    rounding until an image's distortion differs by a percent from one number of threads, or one
    batch, to another. Twice as slow, and the same digits everywhere.

    The loss's sum over the batch, not its mean, so that an image's steps do not depend on how
    many others are attacked with it.

    Source: Fleuret, *Optimizing inputs*; METHODS.md §3.
    """
    problem = problem.in_double()
    objective = problem.adversity(recipe.loss)
    mean, std = problem.scale
    x = problem.normalized(problem.x)
    for k in range(recipe.steps + 1):
        loss, gradient, logits = problem.gradient(x, objective, normalized=True)
        length = lengths(gradient)  # (N,)
        yield Iterate(x * std + mean, logits, loss, length)
        if k == recipe.steps:
            return
        if recipe.step == "unit":
            gradient = gradient / per_image(length.clamp_min(1e-30))
        x = x + recipe.lr * gradient
        if recipe.box:
            x = x.maximum((0 - mean) / std).minimum((1 - mean) / std)
