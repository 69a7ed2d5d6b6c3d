"""Ends an attack on the 8-bit lattice: what a PNG keeps of it fools as well.

Plain rounding undoes every change below half a level, and the least changes are mostly such: of an
attack that ends at the boundary it leaves less than what crosses it. But the nearest lattice point
over a linear boundary of normal g is known: of all k with Σ gᵢkᵢ ≥ m that of the least Σ kᵢ² is, by
its Lagrangian, k = round(s·g) with the smallest scale s that reaches m. So the scale is searched,
first along the attack's own change, then along fresh gradients of the margin at the nearest point.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.attacks.problem import Problem, lengths, per_image
from engine.attacks.recipe import BUDGET, METHODS, MINIMAL, AttackRecipe

# What is saved shall fool on another machine too, and in a batch of another size: by this part of
# the largest logit.
SLACK = 1e-3
ROUNDS = 4  # fresh gradients
TRIES = 6  # scales tried along each
SPAN = 10  # powers of two between half a level and more than all of them
TOLERANCE = 1e-3  # of a level: 8/255 in float32 is eight levels


def on_lattice(problem: Problem, pixels: Tensor, recipe: AttackRecipe) -> Tensor:
    """The attack's result (N, C, S, S) as pixels k/255 that still fool, near the originals.

    An image that ``pixels`` do not fool is only rounded. A minimal attack's ends as near as is
    found, any other's stays the rounded one where that fools. A change within ε stays within it,
    also where nothing there fools.
    """
    method = METHODS[recipe.method]
    epsilon = recipe.epsilon if method.goal == BUDGET else torch.inf
    result = _Lattice(problem, epsilon, method.norm).inside(pixels - problem.x)
    z = problem.logits(pixels)
    margin = problem.margin(z)
    wanted = recipe.confidence if "confidence" in method.reads else 0.0
    lead = torch.where(margin >= wanted, wanted, 0.0).maximum(_slack(z))
    rows = margin > 0
    if method.goal != MINIMAL:
        rows = rows & (problem.margin(problem.logits(result)) < lead)
    if rows.any():
        part = problem.part(rows)
        best = _Best(part, result[rows], lead[rows])
        lattice = _Lattice(part, epsilon, method.norm)
        search = _within if method.goal == BUDGET else _nearest
        search(lattice, best, pixels[rows])
        result[rows] = best.pixels
    return result


class _Lattice:
    """The points k/255 around the originals, within [0, 1] and ε."""

    def __init__(self, problem: Problem, epsilon: float, norm: str) -> None:
        self.problem = problem
        self.norm = norm
        self.epsilon = epsilon
        self._levels = problem.x * 255  # a grey network's originals need not be whole
        self._low: Tensor | float = 0.0
        self._high: Tensor | float = 255.0
        if norm == "inf" and epsilon < torch.inf:
            near = self._levels.round()
            self._low = (self._levels - 255 * epsilon - TOLERANCE).ceil().clamp_min(0).minimum(near)
            self._high = (
                (self._levels + 255 * epsilon + TOLERANCE).floor().clamp_max(255).maximum(near)
            )

    def at(self, change: Tensor, scale: Tensor) -> Tensor:
        """The point nearest to the originals changed by scale (N,) times change."""
        levels = torch.addcmul(self._levels, change, per_image(255 * scale)).round_()
        return levels.clamp_(self._low, self._high).div_(255)  # type: ignore[arg-type]

    def inside(self, change: Tensor, *, fill: bool = False) -> Tensor:
        """The point nearest to that change, which is shortened as a whole where it exceeds ε.

        ``fill``: and made as long as ε allows.
        """
        far = _first_step(change) * 2**SPAN if fill else change.new_ones(len(change))  # (N,)
        if self.norm == "inf" or self.epsilon == torch.inf or self._fits(change, far).all():
            return self.at(change, far)
        near = far * 0
        for _ in range(24):
            middle = (near + far) / 2
            fits = self._fits(change, middle)
            near, far = torch.where(fits, middle, near), torch.where(fits, far, middle)
        return self.at(change, near)

    def _fits(self, change: Tensor, scale: Tensor) -> Tensor:
        return lengths(self.at(change, scale) - self.problem.x) <= self.epsilon


class _Best:
    """Of every image the shortest change seen that fools by ``lead`` (N,), or if none, at all."""

    def __init__(self, problem: Problem, first: Tensor, lead: Tensor) -> None:
        self.pixels = first.clone()  # (N, C, S, S)
        self.safe = torch.zeros_like(lead, dtype=torch.bool)
        self._problem = problem
        self._lead = lead
        self._length = torch.full_like(lead, torch.inf)
        self.offer(first)

    def offer(self, pixels: Tensor) -> Tensor:
        """Tries these; which of them fool by the lead."""
        margin = self._problem.margin(self._problem.logits(pixels))
        length = lengths(pixels - self._problem.x)
        safe = margin >= self._lead
        shorter = (length < self._length) | (safe & ~self.safe)
        better = (margin > 0) & (safe | ~self.safe) & shorter
        self.pixels[better] = pixels[better]
        self._length = torch.where(better, length, self._length)
        self.safe |= safe
        return safe

    def missing(self, margin: Tensor) -> Tensor:
        """How far these margins are from the lead."""
        return self._lead - margin


def _nearest(lattice: _Lattice, best: _Best, pixels: Tensor) -> None:
    """Searches the shortest change that fools, from the attack's own ``pixels``."""
    problem, point = lattice.problem, pixels
    change = pixels - problem.x
    for k in range(ROUNDS + 1):
        margin, gradient, _ = problem.gradient(point, problem.margin)
        if k:
            change = gradient
        _search(lattice, best, change, point, gradient, best.missing(margin))
        point = torch.where(per_image(best.safe), best.pixels, point)


def _search(
    lattice: _Lattice,
    best: _Best,
    change: Tensor,
    point: Tensor,
    gradient: Tensor,
    missing: Tensor,
) -> None:
    """Tries scales of ``change`` for the smallest that fools; at first what is linearly right.

    By its ``gradient`` the margin at ``point`` is ``missing`` (N,) short of the lead.
    """
    unit = _first_step(change)
    low, high = unit.new_zeros(len(unit)), unit.new_full((len(unit),), float(SPAN))
    for _ in range(12):
        middle = (low + high) / 2
        moved = lattice.at(change, unit * middle.exp2()) - point
        enough = (gradient * moved).flatten(1).sum(1) >= missing
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
    scale, step = high, torch.full_like(high, 0.1)
    low, high = torch.full_like(low, -torch.inf), torch.full_like(high, torch.inf)
    for _ in range(TRIES):
        enough = best.offer(lattice.at(change, unit * scale.exp2()))
        low, high = torch.where(enough, low, scale), torch.where(enough, scale, high)
        scale = torch.where(
            low.isinf(), high - step, torch.where(high.isinf(), low + step, (low + high) / 2)
        ).clamp(0, SPAN)
        step = step * 2


def _within(lattice: _Lattice, best: _Best, pixels: Tensor) -> None:
    """Searches a change within ε that fools, from the attack's own ``pixels``."""
    problem = lattice.problem
    point = lattice.inside(pixels - problem.x, fill=True)
    best.offer(point)
    for _ in range(ROUNDS):
        if best.safe.all():
            return
        _, gradient, _ = problem.gradient(point, problem.margin)
        if lattice.norm == "inf":
            point = lattice.inside(point + gradient.sign() * lattice.epsilon / 2 - problem.x)
        else:
            step = gradient / per_image(lengths(gradient).clamp_min(1e-30))
            point = lattice.inside(point + step * lattice.epsilon - problem.x, fill=True)
        best.offer(point)


def _first_step(change: Tensor) -> Tensor:
    """The scale (N,) of ``change`` at which its largest value is half a level."""
    return 0.5 / 255 / change.abs().amax((1, 2, 3)).clamp_min(1e-30)


def _slack(z: Tensor) -> Tensor:
    """The margin (N,) that logits (N, classes) must have to be safe."""
    return SLACK * z.abs().amax(1)
