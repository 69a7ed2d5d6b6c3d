"""The lecture's first figure: f trained on two classes of points, and x̂ climbing f or f − h.

METHODS.md §5; Fleuret, *Optimizing inputs*, slides 4 and 5. Points of two classes lie in the
plane; a small network is trained to tell them apart, f is its logit of class 1. Trained in a
discriminative manner it says nothing of where there is data: what climbs f leaves all of it. h is
the data's own density, −log p: what climbs f − λh stays among class 1's points.

Everything here is a function from a state to the next, so that whoever shows it can hold it, step
it and go back. No torch at import.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]

HIDDEN = 24  # units of each of the two hidden layers
RATE, DECAY = 0.02, 2e-3  # of the training
REACH = 4.0  # the plane that is drawn goes from -REACH to REACH
FAR = 40.0  # beyond it nothing is to be learned: x̂ stops


class PlaneError(ValueError):
    """Points that nothing can be learned from; the message says what is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """``places`` (N, 2), x to the right and y upwards; ``labels`` (N,) of 0 and 1."""

    places: Floats
    labels: NDArray[np.int64]

    def of(self, label: int) -> Floats:
        """The places of one class."""
        return self.places[self.labels == label]

    def spread(self, label: int) -> float:
        """The distance of a class's farthest point from its mean."""
        places = self.of(label)
        return float(np.linalg.norm(places - places.mean(0), axis=1).max())


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The network in training: its weights, Adam's two moments of each, and the steps so far."""

    weights: tuple[Floats, ...]
    first: tuple[Floats, ...]
    second: tuple[Floats, ...]
    steps: int = 0
    loss: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """x̂ and where it has been: ``trail`` (K + 1, 2), the start first, x̂ last."""

    trail: Floats

    @property
    def place(self) -> Floats:
        """x̂, (2,)."""
        return self.trail[-1]

    @property
    def lost(self) -> bool:
        """Whether it has left everything behind."""
        return bool(np.abs(self.place).max() > FAR)


@dataclass(frozen=True, slots=True, eq=False)
class PlaneQuestion:
    """Asks for the next moment: ``train`` steps of the network, then ``steps`` of x̂.

    ``weight`` is λ, ``step`` η; ``reach`` and ``side`` say what square is drawn how finely.
    """

    number: int
    points: Points
    fit: Fit
    climb: Climb
    train: int = 0
    steps: int = 0
    weight: float = 1.0
    step: float = 0.02
    reach: float = REACH
    side: int = 48
    network: None = None  # it has its own
    device: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The answer; ``f`` and ``h`` are x̂'s."""

    number: int
    fit: Fit
    climb: Climb
    surfaces: Surfaces
    f: float
    h: float


@dataclass(frozen=True, slots=True, eq=False)
class Surfaces:
    """f and h over the square that is drawn, (S, S) each, the highest y first."""

    f: Floats
    h: Floats
    reach: float


def default_points(count: int = 40, seed: int = 0) -> Points:
    """Two bananas that face each other, ``count`` points each."""
    random = np.random.default_rng(seed)
    angles = random.uniform(0, np.pi, (2, count))
    upper = np.stack([np.cos(angles[0]) - 0.5, np.sin(angles[0]) - 0.2], 1) * 1.3
    lower = np.stack([0.5 - np.cos(angles[1]), 0.2 - np.sin(angles[1])], 1) * 1.3
    places = np.concatenate([lower, upper]) + random.normal(0, 0.14, (2 * count, 2))
    return Points(places, np.repeat([0, 1], count))


def heaps(count: int = 30, seed: int = 0) -> Points:
    """Two heaps side by side, ``count`` points each."""
    random = np.random.default_rng(seed)
    places = random.normal(0, 0.45, (2 * count, 2)) + np.repeat(
        [[-1.1, -0.6], [1.1, 0.6]], count, 0
    )
    return Points(places, np.repeat([0, 1], count))


def ring(count: int = 40, seed: int = 0) -> Points:
    """A heap of class 1 in the middle of a ring of class 0."""
    random = np.random.default_rng(seed)
    angles = random.uniform(0, 2 * np.pi, count)
    around = 2.2 * np.stack([np.cos(angles), np.sin(angles)], 1)
    places = np.concatenate(
        [around + random.normal(0, 0.15, around.shape), random.normal(0, 0.4, (count, 2))]
    )
    return Points(places, np.repeat([0, 1], count))


SETS = {"bananas": default_points, "heaps": heaps, "ring": ring}


def fresh(seed: int = 0) -> Fit:
    """An untrained network 2 → 24 → 24 → 1."""
    random = np.random.default_rng(seed)
    sizes = (2, HIDDEN, HIDDEN, 1)
    weights: list[Floats] = []
    for rows, columns in pairwise(sizes):
        weights.append(random.normal(0, np.sqrt(2 / rows), (rows, columns)))
        weights.append(random.normal(0, 0.3, columns))
    none = tuple(np.zeros_like(w) for w in weights)
    return Fit(tuple(weights), none, none)


def trained(fit: Fit, points: Points, steps: int) -> Fit:
    """The network after ``steps`` more steps of Adam on the cross-entropy of all points.

    Raises:
        PlaneError: there are not points of both classes.
    """
    import torch

    _check(points)
    places = torch.from_numpy(points.places)  # (N, 2)
    labels = torch.from_numpy(points.labels).double()  # (N,)
    weights = [torch.from_numpy(w.copy()).requires_grad_() for w in fit.weights]
    # Each class counts the same, however many points it has.
    share = torch.where(labels == 1, 1 / labels.sum(), 1 / (1 - labels).sum()) / 2  # (N,)
    first = [m.copy() for m in fit.first]
    second = [v.copy() for v in fit.second]
    loss = fit.loss
    for k in range(fit.steps + 1, fit.steps + steps + 1):
        logits = _f(places, weights)
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, labels, reduction="none"
        )
        value = (share * each).sum() + DECAY * sum(w.square().sum() for w in weights[::2])
        gradients = torch.autograd.grad(value, weights)
        loss = float(value.detach())
        for w, g, m, v in zip(weights, gradients, first, second, strict=True):
            array = g.numpy()
            m += 0.1 * (array - m)
            v += 0.01 * (array * array - v)
            step = RATE * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.99**k)) + 1e-8)
            w.data -= torch.from_numpy(step)
    return Fit(
        tuple(w.detach().numpy() for w in weights),
        tuple(first),
        tuple(second),
        fit.steps + steps,
        loss,
    )


def climbed(
    climb: Climb, fit: Fit, points: Points, *, weight: float, step: float, steps: int = 1
) -> Climb:
    """x̂ after ``steps`` steps x ← x − η∇(λh(x) − f(x)), λ the ``weight``, η the ``step``.

    It stops where it is once it is ``lost``.

    Raises:
        PlaneError: there are not points of both classes.
    """
    import torch

    _check(points)
    weights = [torch.from_numpy(w) for w in fit.weights]
    places = torch.from_numpy(points.places)
    trail = [climb.place]
    for _ in range(steps):
        if np.abs(trail[-1]).max() > FAR:
            break
        x = torch.from_numpy(trail[-1][None].copy()).requires_grad_()  # (1, 2)
        value = weight * _h(x, places) - _f(x, weights)
        (gradient,) = torch.autograd.grad(value.sum(), x)
        trail.append(trail[-1] - step * gradient[0].numpy())
    return replace(climb, trail=np.concatenate([climb.trail, np.array(trail[1:]).reshape(-1, 2)]))


def surfaces(fit: Fit, points: Points, side: int = 48, reach: float = REACH) -> Surfaces:
    """f and h on a grid of ``side`` by ``side`` places from -reach to reach.

    Raises:
        PlaneError: there are not points of both classes.
    """
    import torch

    _check(points)
    axis = np.linspace(-reach, reach, side)
    grid = np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)
    x = torch.from_numpy(grid)
    with torch.no_grad():
        f = _f(x, [torch.from_numpy(w) for w in fit.weights]).numpy()
        h = _h(x, torch.from_numpy(points.places)).numpy()
    return Surfaces(f.reshape(side, side), h.reshape(side, side), reach)


def answer(question: PlaneQuestion, _network: None) -> Moment:
    """The moment that the question asks for.

    Raises:
        PlaneError: there are not points of both classes.
    """
    q = question
    fit = trained(q.fit, q.points, q.train) if q.train else q.fit
    climb = q.climb
    if q.steps:
        climb = climbed(climb, fit, q.points, weight=q.weight, step=q.step, steps=q.steps)
    drawn = surfaces(fit, q.points, q.side, q.reach)
    return Moment(q.number, fit, climb, drawn, *values(climb.place, fit, q.points))


def values(place: Floats, fit: Fit, points: Points) -> tuple[float, float]:
    """f and h at one place."""
    import torch

    x = torch.from_numpy(np.asarray(place, float)[None])
    with torch.no_grad():
        f = _f(x, [torch.from_numpy(w) for w in fit.weights])
        return float(f), float(_h(x, torch.from_numpy(points.places)))


def bandwidth(places: Floats) -> float:
    """Of the Gaussian kernels: half of Scott's rule (Scott 1992), which is for a single heap of
    points and would fill the room between two."""
    deviation = float(places.std(0).mean()) or 1.0
    return max(0.05, deviation * len(places) ** (-1 / 6) / 2)


def _f(x: Tensor, weights: list[Tensor]) -> Tensor:
    """The logit of class 1, (N,): softplus between the layers, so that it grows without bound."""
    from torch.nn import functional

    for w, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = functional.softplus(x @ w + b, beta=3)
    return (x @ weights[-2] + weights[-1])[:, 0]


def _h(x: Tensor, places: Tensor) -> Tensor:
    """−log p, (N,), p the Gaussian kernel estimate of all data's density."""
    import math

    import torch

    sigma = bandwidth(places.numpy())
    squares = torch.cdist(x, places).square()  # (N, M)
    return (
        -torch.logsumexp(-squares / (2 * sigma**2), 1)
        + math.log(len(places))
        + math.log(2 * math.pi * sigma**2)
    )


def _check(points: Points) -> None:
    for label in (0, 1):
        if not (points.labels == label).any():
            raise PlaneError(f"There is no point of class {label}: click to put one.")
