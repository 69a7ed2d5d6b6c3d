"""Szegedy et al.'s attack: c·‖r‖² + ℓ(f(x + r)) within the box, by projected L-BFGS."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import softplus

from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import AttackRecipe

MEMORY = 5  # pairs of a step and the gradient's change, an image
ARMIJO = 1e-4  # part of the decrease that the gradient promises
PROGRESS = 1e-4  # part of the objective; a step that gains less is the last for this c


def lbfgs(problem: Problem, recipe: AttackRecipe) -> Iterator[Iterate]:
    """Searches for each image the largest c whose minimum still fools; settles on the nearest seen.

    The first c is ``initial_c``, then ten times as much or as little until one fools and one does
    not, then their geometric mean. Each has ``steps`` evaluations, from the nearest image that
    fools so far. Every image has its own curvature and its own line search; one evaluation of the
    network tries a point of each.

    Source: Szegedy et al. 2014, section 4.1, but that each c starts where the last one ended.
    Untargeted, ℓ is −log(1 − p_y): unlike −ℓ of p_y it is bounded below, and where the network is
    certain its gradient does not vanish.
    """
    c = problem.x.new_full((len(problem.x),), recipe.initial_c)
    low, high = torch.zeros_like(c), torch.full_like(c, torch.inf)  # fooled, did not
    best, shortest = problem.x.clone(), torch.full_like(c, torch.inf)
    start = problem.x
    for search in range(recipe.search_steps):
        note = f"c {search + 1} of {recipe.search_steps}"
        descent = _Descent(problem, c, start)
        for _ in range(recipe.steps):
            descent.evaluate()
            yield Iterate(
                descent.trial.clone(),
                descent.logits.clone(),
                descent.value.clone(),
                lengths(descent.gradient),
                note,
            )
            length = lengths(descent.trial - problem.x)
            better = problem.fooled(descent.logits) & (length < shortest)
            best[better], shortest[better] = descent.trial[better], length[better]
            descent.step()
            if not descent.active.any():
                break
        fooled = descent.fooled
        low, high = torch.where(fooled, c, low), torch.where(fooled, high, c)
        c = torch.where(
            high.isinf(), c * 10, torch.where(low == 0, c / 10, low.sqrt() * high.sqrt())
        )
        start = torch.where(per_image(shortest.isinf()), descent.x, best)
    yield Iterate(start, settled=True)


class _Descent:
    """Minimizes F(x) = c·‖x − x₀‖² + ℓ(f(x)) over [0, 1] for a batch, each image on its own.

    ``trial`` is the point to look at next, ``x`` the best so far, where F is ``least``. An image
    that makes no progress is not ``active`` any more and stays as it is.
    """

    def __init__(self, problem: Problem, c: Tensor, start: Tensor) -> None:
        self._problem = problem
        self._c = c
        self.active = torch.ones_like(c, dtype=torch.bool)
        self.fooled = torch.zeros_like(self.active)  # at x
        self.trial = start.clone()  # (N, C, S, S)
        self.logits = start.new_zeros(len(c), len(problem.network.classes))
        self.value = torch.zeros_like(c)  # F at the trial
        self.gradient = torch.zeros_like(start)
        self.x = start.clone()
        self.least = torch.full_like(c, torch.inf)  # F at x
        self._g = torch.zeros_like(start)
        self._way = torch.zeros_like(start)  # the direction of the line search
        self._t = torch.ones_like(c)  # how far along it the trial is
        self._memory = _Memory(start)

    def evaluate(self) -> None:
        """Asks the network at the trials."""
        part = self._problem.part(self.active)
        rows = self.active.nonzero()[:, 0]
        pixels, c = self.trial[rows], self._c[rows]
        wanted = part.labels if part.targets is None else part.targets
        sign = 1 if part.targets is None else -1

        def loss(z: Tensor, some: slice) -> Tensor:
            own = wanted[some, None]
            lead = z.gather(1, own)[:, 0] - z.scatter(1, own, -torch.inf).logsumexp(1)
            return softplus(sign * lead)  # −log(1 − p_y), or −log p_t

        value, gradient, logits = part.gradient(pixels, loss)
        change = pixels - part.x
        self.value[rows] = value + c * change.flatten(1).square().sum(1)
        self.gradient[rows] = gradient + per_image(2 * c) * change
        self.logits[rows] = logits

    def step(self) -> None:
        """Takes the trials that are low enough; chooses the next ones."""
        moved = self.trial - self.x
        promised = _dot(self._g, moved)
        first = self.least.isinf()
        low = (promised < 0) & (self.value <= self.least + ARMIJO * promised)
        taken = self.active & (first | low)
        self._memory.add(moved, self.gradient - self._g, taken & ~first)
        gain = self.least - self.value
        stuck = taken & ~first & (gain <= PROGRESS * self.value.abs())
        self.fooled = torch.where(taken, self._problem.fooled(self.logits), self.fooled)
        self.x[taken], self._g[taken] = self.trial[taken], self.gradient[taken]
        self.least = torch.where(taken, self.value, self.least)
        # A parabola through F and its slope at x and F at the trial; within a tenth and a half.
        bent = 2 * (self.value - self.least - promised)
        shorter = (-promised / bent.clamp_min(1e-30)).clamp(0.1, 0.5)
        self._t = torch.where(taken, 1.0, self._t * shorter)
        if taken.any():
            self._aim(taken)
        self.active &= ~stuck & (self._t > 1e-4)
        ahead = torch.addcmul(self.x, self._way, per_image(self._t)).clamp_(0, 1)
        self.trial = torch.where(per_image(self.active), ahead, self.trial)

    def _aim(self, rows: Tensor) -> None:
        """Chooses the directions of these images, (N,) of bool, from their x."""
        g, x = self._g, self.x
        free = ~(((x <= 0) & (g > 0)) | ((x >= 1) & (g < 0)))
        slope = g * free
        # Without curvature: the regularizer's own, or to where ℓ would be 0, whichever is nearer.
        square = _dot(slope, slope).clamp_min(1e-30)
        simple = (self.least / square).minimum(0.5 / self._c)
        way = -self._memory.solve(slope, simple) * free
        way = torch.where(per_image(_dot(way, slope) < 0), way, -slope * per_image(simple))
        self._way = torch.where(per_image(rows), way, self._way)


class _Memory:
    """The last pairs of every image: what its steps told of the inverse Hessian."""

    def __init__(self, like: Tensor) -> None:
        self._s = like.new_zeros(MEMORY, *like.shape)
        self._y = torch.zeros_like(self._s)
        self._rho = like.new_zeros(MEMORY, len(like))  # 1 / (s·y); 0: no pair, which then is inert
        self._next = torch.zeros(len(like), dtype=torch.long, device=like.device)
        self._rows = torch.arange(len(like), device=like.device)

    def add(self, s: Tensor, y: Tensor, rows: Tensor) -> None:
        """Keeps the pairs of these images, (N,) of bool, that show positive curvature."""
        curvature = _dot(s, y)
        rows = rows & (curvature > 1e-6 * lengths(s) * lengths(y))
        at, i = self._next[rows], self._rows[rows]
        self._s[at, i], self._y[at, i] = s[rows], y[rows]
        self._rho[at, i] = 1 / curvature[rows]
        self._next[rows] = (at + 1) % MEMORY

    def solve(self, g: Tensor, simple: Tensor) -> Tensor:
        """The inverse Hessian times g; ``simple`` (N,) times g where nothing is known.

        Source: Nocedal & Wright, *Numerical Optimization*, algorithm 7.4.
        """
        q, i = g.clone(), self._rows
        order = [(self._next - 1 - k) % MEMORY for k in range(MEMORY)]  # newest first
        weights = []
        for at in order:
            weight = self._rho[at, i] * _dot(self._s[at, i], q)
            q -= per_image(weight) * self._y[at, i]
            weights.append(weight)
        newest = order[0]
        rho, y = self._rho[newest, i], self._y[newest, i]
        scale = torch.where(rho > 0, 1 / (rho * _dot(y, y)).clamp_min(1e-30), simple)
        q *= per_image(scale)
        for at, weight in zip(reversed(order), reversed(weights), strict=True):
            back = self._rho[at, i] * _dot(self._y[at, i], q)
            q += per_image(weight - back) * self._s[at, i]
        return q


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """Of each image: (N, C, S, S) and the like to (N,)."""
    return (a * b).flatten(1).sum(1)
