"""Carlini & Wagner's L2 attack: ‖δ‖² + c·max(κ − margin, 0), minimized by Adam in tanh space."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import torch
from torch import Tensor

from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import AttackRecipe
from engine.optimizers import Adam

LARGEST = 1e30  # c; ten times as much a few times more is no number in float32
INSIDE = 0.999999  # of [−1, 1]: where the inverse of tanh is still a number
PROGRESS = 0.9999  # of the least loss in the tenth of the steps before; what falls less is stuck


def carlini_wagner(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Searches for each image the c of the least change that leads by κ; settles on that.

    The first c is ``initial_c``, then ten times as much until one fools, then what lies in the
    middle between the largest that did not and the smallest that did. Each has ``steps`` steps
    from the untouched image and a fresh Adam; an image that is stuck waits for the next c.

    Source: Carlini & Wagner 2017, section VI; the constants as Foolbox has them.
    """
    count, steps = len(problem.x), recipe.steps
    start = torch.atanh((2 * problem.x - 1) * INSIDE)
    c = problem.x.new_full((count,), recipe.initial_c)
    low, high = torch.zeros_like(c), torch.full_like(c, torch.inf)
    best, shortest = problem.x.clone(), torch.full_like(c, torch.inf)
    state = _State(problem)
    for search in range(recipe.search_steps):
        w, adam = start.clone(), Adam(start)
        found = torch.zeros_like(problem.labels, dtype=torch.bool)
        active = torch.ones_like(found)
        least, before = torch.full_like(c, torch.inf), torch.full_like(c, torch.inf)
        for k in range(steps):
            gradient = state.evaluate(w, c, active, recipe.confidence)
            if search == k == 0:
                state.pixels = problem.x.clone()
            yield state.iterate(f"c {search + 1} of {recipe.search_steps}")
            length = lengths(state.pixels - problem.x)
            fooled = active & (state.margin > 0) & (state.margin >= recipe.confidence)
            better = fooled & (length < shortest)
            best[better], shortest[better] = state.pixels[better], length[better]
            found |= fooled
            adam.step(w, gradient, recipe.lr)
            if k % ceil(steps / 10):
                least = least.minimum(state.loss)
            elif k:
                least = least.minimum(state.loss)
                active &= least <= PROGRESS * before
                least, before = torch.full_like(c, torch.inf), least
                if not active.any():
                    break
        high, low = torch.where(found, c, high), torch.where(found, low, c)
        c = torch.where(high.isinf(), (c * 10).clamp_max(LARGEST), (low + high) / 2)
    # Where nothing fooled, what the largest c came to.
    yield Iterate(torch.where(per_image(shortest.isinf()), state.pixels, best), settled=True)


class _State:
    """Where every image stands; those that are not active stay as they were."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.pixels = problem.x.clone()  # (N, C, S, S)
        self.logits = problem.x.new_zeros(len(problem.x), len(problem.network.classes))
        self.margin = problem.x.new_zeros(len(problem.x))
        self.loss = torch.zeros_like(self.margin)
        self.gradient = torch.zeros_like(self.margin)  # its length, in pixels

    def evaluate(self, w: Tensor, c: Tensor, active: Tensor, confidence: float) -> Tensor:
        """The loss's gradient with respect to w; zero where an image is not active."""
        part = self._problem.part(active)
        pixels = (w[active].tanh() + 1) / 2
        margin, towards, logits = part.gradient(pixels, part.margin)
        change = pixels - part.x
        short, c = (confidence - margin).clamp_min(0), c[active]
        gradient = 2 * change - per_image(c * (short > 0)) * towards
        self.pixels[active], self.logits[active], self.margin[active] = pixels, logits, margin
        self.loss[active] = change.flatten(1).square().sum(1) + c * short
        self.gradient[active] = lengths(gradient)
        result = torch.zeros_like(w)
        result[active] = gradient * 2 * pixels * (1 - pixels)  # dx/dw = (1 − tanh² w) / 2
        return result

    def iterate(self, note: str) -> Iterate:
        """A copy, since what is yielded is kept."""
        return Iterate(
            self.pixels.clone(), self.logits.clone(), self.loss.clone(), self.gradient.clone(), note
        )
