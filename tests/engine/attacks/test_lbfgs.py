"""L-BFGS: its minima against closed forms, its ends against PGD's on real photographs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.attacks.attack import pose
from engine.attacks.lbfgs import _Descent
from engine.attacks.problem import Iterate, Problem, lengths
from engine.attacks.recipe import AttackRecipe
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]


@pytest.fixture
def linear(linear_of: Callable[[Tensor, Tensor], Network]) -> Network:
    torch.manual_seed(2)
    return linear_of(torch.randn(5, 768) / 20, torch.zeros(5))


def test_photographs_become_a_random_class(squeezenet: Network, crops: Picture,
                                           solve: Solve) -> None:  # fmt: skip
    values = {"target": "random", "seed": 1}
    problem, iterates = solve(
        squeezenet, crops, method="lbfgs", steps=13, search_steps=2, initial_c=2.0, **values
    )
    ours = iterates[-1].pixels
    assert (problem.logits(ours).argmax(1) == problem.targets).all()
    assert ours.min() >= 0 and ours.max() <= 1
    # PGD L2 uses up its ε = 1, where it gets there at all.
    assert lengths(ours - problem.x).median() <= 1


def least(linear: Network, problem: Problem, c: float) -> Tensor:
    """c·‖x − x₀‖² + ℓ at its one minimum in the box, (N,), by thousands of the simplest steps."""
    mean, std = (t.double() for t in problem.scale)
    weight, bias = linear.model.linear.weight.double(), linear.model.linear.bias.double()
    x0 = problem.x.double()

    def objective(x: Tensor) -> Tensor:
        z = ((x - mean) / std).flatten(1) @ weight.T + bias
        loss = torch.nn.functional.cross_entropy(z, problem.targets, reduction="none")
        return loss + c * (x - x0).flatten(1).square().sum(1)

    bend = float((weight.view(5, 3, 256) / std.view(1, 3, 1)).square().sum()) + 2 * c
    x = x0.clone().requires_grad_()
    for _ in range(1500):
        (gradient,) = torch.autograd.grad(objective(x).sum(), x)
        x = (x - gradient / bend).clamp(0, 1).detach().requires_grad_()
    return objective(x).detach()


@pytest.mark.parametrize("c", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("dark", [False, True])  # half the pixels at the box's side
def test_finds_the_minimum_of_its_objective(linear: Network, noise: Picture, c: float,
                                            dark: bool) -> None:  # fmt: skip
    pictures = np.where(noise > 128, noise, 0).astype(np.uint8) if dark else noise
    problem = pose(linear, pictures, AttackRecipe(method="lbfgs", target="random"))
    descent = _Descent(problem, torch.full((5,), c), problem.x)
    values = []
    for _ in range(60):
        descent.evaluate()
        descent.step()
        values.append(descent.least.clone())
        if not descent.active.any():
            break
    assert all((after <= before).all() for before, after in pairwise(values))
    assert ((descent.least - least(linear, problem, c)) / descent.least).max() < 2e-3


@pytest.mark.parametrize("target", ["", "random"])
def test_ends_near_the_nearest_boundary(
    linear_of: Callable[[Tensor, Tensor], Network], noise: Picture, solve: Solve, target: str
) -> None:
    torch.manual_seed(2)
    # Logits so large that one class after the other takes part in the loss.
    sharp = linear_of(torch.randn(5, 768), torch.zeros(5))
    problem, iterates = solve(
        sharp, noise, method="lbfgs", target=target, steps=30, search_steps=10
    )
    ours = iterates[-1].pixels
    assert iterates[-1].settled
    assert problem.fooled(problem.logits(ours)).all()
    margin, gradient, _ = problem.gradient(problem.x, problem.margin)
    length = lengths(ours - problem.x)
    assert (length >= 0.999 * -margin / lengths(gradient)).all()
    if not target:  # else several boundaries are in the way
        nearest = [away(problem, j) for j in range(5)]
        assert (length <= 1.05 * torch.stack(nearest).amin(0)).all()


def away(problem: Problem, j: int) -> Tensor:
    """How far a linear network's boundary to class j is, (N,); infinite to its own."""

    def ahead(z: Tensor, rows: slice) -> Tensor:
        return z.gather(1, problem.labels[rows, None])[:, 0] - z[:, j]

    lead, gradient, _ = problem.gradient(problem.x, ahead)
    return (lead / lengths(gradient)).where(problem.labels != j, torch.inf)


@pytest.mark.parametrize("target", ["", "random"])
def test_moves_an_image_that_the_network_is_certain_of(
    linear_of: Callable[[Tensor, Tensor], Network], noise: Picture, solve: Solve, target: str
) -> None:
    torch.manual_seed(2)
    certain = linear_of(torch.randn(5, 768) * 20, torch.zeros(5))
    problem, iterates = solve(
        certain, noise, method="lbfgs", target=target, steps=30, search_steps=8
    )
    assert (problem.logits(problem.x).softmax(1).amax(1) == 1).all()
    assert problem.fooled(problem.logits(iterates[-1].pixels)).all()


def test_an_image_does_not_depend_on_the_others(linear: Network, noise: Picture,
                                                solve: Solve) -> None:  # fmt: skip
    values = {"method": "lbfgs", "steps": 20, "search_steps": 6}
    _, together = solve(linear, noise, **values)
    for i in range(len(noise)):
        problem, alone = solve(linear, noise[i : i + 1], **values)
        apart = lengths(alone[-1].pixels - together[-1].pixels[i])
        assert apart <= 0.02 * lengths(alone[-1].pixels - problem.x)


def test_where_nothing_fools_it_says_so(linear: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(linear, noise, method="lbfgs", steps=3, search_steps=2, initial_c=1e9)
    assert torch.equal(iterates[0].pixels, problem.x)
    assert not any(iterate.settled for iterate in iterates[:-1])
    assert iterates[-1].settled
    assert not problem.fooled(problem.logits(iterates[-1].pixels)).any()
