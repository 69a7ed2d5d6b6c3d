"""DeepFool (Moosavi-Dezfooli et al. 2016): steps to the nearest linearized boundary, in L2."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import AttackRecipe

# A step is at least this long, in pixels of [0, 1]: shorter ones are lost in float32's rounding,
# and at the boundary itself the linearized distance is 0.
SHORTEST = 1e-4


def deepfool(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Until every image is fooled, the ones that are stay as they are; at most ``steps`` times.

    As if the network were linear, the nearest of the most probable classes is at the distance
    |f|/‖w‖, with f the difference of the logits and w its gradient, and r = |f|·w/‖w‖² goes there.
    The sum of these steps, ``overshoot`` longer, is what the image is changed by. ``loss`` is the
    margin, ``gradient`` the length of that w; an image that is done has none.
    """
    label, others = _classes(problem, recipe.candidates)
    x, total = problem.x, torch.zeros_like(problem.x)
    logits = problem.logits(x)
    for k in range(recipe.steps + 1):
        todo = (~problem.fooled(logits)).nonzero().flatten()
        slopes = torch.full_like(logits[:, 0], torch.nan)
        if len(todo) == 0 or k == recipe.steps:
            yield Iterate(x, logits, problem.margin(logits), slopes)
            return
        r, slopes[todo] = _nearest(problem, x[todo], label[todo], others[todo])
        yield Iterate(x, logits, problem.margin(logits), slopes)
        total[todo] += r
        x = x.clone()
        x[todo] = (problem.x[todo] + (1 + recipe.overshoot) * total[todo]).clamp(0, 1)
        logits = logits.clone()
        logits[todo] = problem.logits(x[todo])


def _classes(problem: Problem, candidates: int) -> tuple[Tensor, Tensor]:
    """The first prediction (N,), and the next most probable classes of the untouched images."""
    logits = problem.logits(problem.x)
    best = logits.topk(min(candidates, logits.shape[1])).indices
    return best[:, 0], best[:, 1:]


def _nearest(
    problem: Problem, pixels: Tensor, label: Tensor, others: Tensor
) -> tuple[Tensor, Tensor]:
    """The step to the nearest linearized boundary, (n, C, S, S), and the length of its w, (n,)."""
    steps, slopes = [], []
    for x, own, rivals in zip(
        pixels.split(problem.chunk),
        label.split(problem.chunk),
        others.split(problem.chunk),
        strict=True,
    ):
        x = x.detach().requires_grad_()
        z = problem.network.logits(problem.normalized(x))
        gaps = z.gather(1, own[:, None]) - z.gather(1, rivals)  # (n, candidates - 1)
        least = torch.full_like(gaps[:, 0], torch.inf).detach()
        w, slope = torch.zeros_like(x), torch.zeros_like(least)
        # One at a time: the gradients of a thousand classes would not fit.
        for gap in gaps.unbind(1):
            problem.pulse()
            gradient = -torch.autograd.grad(gap.sum(), x, retain_graph=True)[0]
            length = lengths(gradient).clamp_min(1e-12)
            distance = gap.detach().abs() / length
            nearer = distance < least
            least = torch.where(nearer, distance, least)
            slope = torch.where(nearer, length, slope)
            w = torch.where(per_image(nearer), gradient, w)
        # No gradient at all: no direction either.
        size = torch.where(least.isfinite(), least.clamp_min(SHORTEST), 0)
        steps.append(w * per_image(size / slope.clamp_min(1e-12)))
        slopes.append(slope)
    return torch.cat(steps), torch.cat(slopes)
