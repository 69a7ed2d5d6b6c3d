"""DeepFool on networks whose boundaries are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.attacks.problem import Iterate, Problem, lengths
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]
LinearOf = Callable[[Tensor, Tensor], Network]


def five_planes() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(5, 768, generator=generator) * 0.1, torch.zeros(5)


def nearest(x: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, int]:
    """r = |f|·w/‖w‖² of the nearest boundary, and the class beyond it, in float64."""
    x, weight, bias = x.double().flatten(), weight.double(), bias.double()
    z = weight @ x + bias
    own = int(z.argmax())
    found: list[tuple[float, int, Tensor]] = []
    for k in range(5):
        if k != own:
            w, f = weight[k] - weight[own], z[own] - z[k]
            found.append((float(f / w.norm()), k, f * w / w.norm() ** 2))
    _, k, r = min(found, key=lambda one: one[0])
    return r, k


def test_the_closed_form(linear_of: LinearOf, noise: Picture, solve: Solve) -> None:
    weight, bias = five_planes()
    network = linear_of(weight, bias)
    problem, exact = solve(network, noise, method="deepfool", overshoot=0.0, steps=1)
    _, over = solve(network, noise, method="deepfool", overshoot=0.02)
    assert len(over) == 2  # one step, as a linear network needs
    for row in range(5):
        r, beyond = nearest(problem.x[row], weight, bias)
        assert r.norm() > 0.01
        for iterates, factor in ((exact, 1.0), (over, 1.02)):
            change = (iterates[1].pixels - problem.x)[row].double().flatten()
            assert (change - factor * r).norm() < 1e-4 * r.norm()
        assert over[1].logits[row].argmax() == beyond
    assert problem.fooled(over[1].logits).all()


def test_only_the_most_probable_classes_are_looked_at(linear_of: LinearOf, solve: Solve) -> None:
    # In a grey image class 1 is the next but its boundary is far, class 2's is nearer.
    weight, bias = torch.zeros(5, 768), torch.tensor([0.0, -0.1, -0.2, -9.0, -9.0])
    weight[1, 0], weight[2, 1] = 0.4, 2.0
    bias -= weight.sum(1) * 128 / 255
    grey = np.full((1, 16, 16, 3), 128, np.uint8)
    _, two = solve(linear_of(weight, bias), grey, method="deepfool", candidates=2)
    _, three = solve(linear_of(weight, bias), grey, method="deepfool", candidates=3)
    assert two[-1].logits.argmax(1).tolist() == [1]
    assert three[-1].logits.argmax(1).tolist() == [2]


def test_every_image_is_fooled_and_then_left_alone(
    tiny: Network, noise: Picture, solve: Solve
) -> None:
    problem, iterates = solve(tiny, noise, method="deepfool")
    assert torch.equal(iterates[0].pixels, problem.x)
    assert problem.fooled(problem.logits(iterates[-1].pixels)).all()
    assert len(iterates) < 50
    for row in range(5):
        done = [bool(problem.fooled(iterate.logits)[row]) for iterate in iterates]
        first = done.index(True)
        assert all(done[first:])
        for iterate in iterates[first:]:
            assert torch.equal(iterate.pixels[row], iterates[-1].pixels[row])
            assert iterate.gradient[row].isnan()
        assert all(iterate.gradient[row] > 0 for iterate in iterates[:first])


def test_an_image_does_not_depend_on_the_others(
    tiny: Network, noise: Picture, solve: Solve
) -> None:
    _, together = solve(tiny, noise, method="deepfool")
    for row in range(5):
        _, alone = solve(tiny, noise[row : row + 1], method="deepfool")
        torch.testing.assert_close(together[-1].pixels[row : row + 1], alone[-1].pixels)


def test_it_keeps_to_the_box_and_takes_longer(linear_of: LinearOf, solve: Solve) -> None:
    # Half of the nearest step leads out of a black image: it has to be made up for.
    weight, bias = torch.zeros(5, 768), torch.tensor([0.5, 0.0, -9.0, -9.0, -9.0])
    weight[1, :384], weight[1, 384:] = 0.05, -0.05
    black = np.zeros((1, 16, 16, 3), np.uint8)
    problem, iterates = solve(linear_of(weight, bias), black, method="deepfool")
    for iterate in iterates:
        assert iterate.pixels.min() >= 0 and iterate.pixels.max() <= 1
    assert len(iterates) > 2
    assert problem.fooled(iterates[-1].logits).all()


def test_steps_are_a_limit(tiny: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(tiny, noise, method="deepfool", steps=1, overshoot=0.0)
    assert len(iterates) == 2
    assert not problem.fooled(iterates[-1].logits).all()
    assert (iterates[-1].loss > iterates[0].loss).all()


def test_a_network_without_a_gradient_is_left_alone(
    linear_of: LinearOf, noise: Picture, solve: Solve
) -> None:
    constant = linear_of(torch.zeros(5, 768), torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0]))
    problem, iterates = solve(constant, noise, method="deepfool", steps=3)
    assert torch.equal(iterates[-1].pixels, problem.x)
    assert lengths(iterates[-1].pixels - problem.x).tolist() == pytest.approx([0] * 5)
