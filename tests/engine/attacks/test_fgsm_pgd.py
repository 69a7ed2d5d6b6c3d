"""FGSM and PGD: closed forms on a linear network, the budget, the random start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine.attacks.pgd import noise_l2, noise_linf
from engine.attacks.problem import Iterate, Problem, lengths
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]
LinearOf = Callable[[Tensor, Tensor], Network]


def two_classes(noise: Picture, distance: float) -> tuple[Tensor, Tensor]:
    """W and b of a network that gives the first image class 0, with |f|/‖w‖₁ = ``distance``."""
    weight = torch.zeros(5, 768)
    weight[1] = torch.randn(768, generator=torch.Generator().manual_seed(2)) * 0.1
    x = torch.from_numpy(noise[0]).double().permute(2, 0, 1).flatten() / 255
    f = -distance * weight[1].double().abs().sum() - weight[1].double() @ x
    bias = torch.tensor([0.0, 0.0, -1e4, -1e4, -1e4])
    bias[1] = f
    return weight, bias


@pytest.mark.parametrize("distance", [0.004, 0.03, 0.1])
def test_fgsm_flips_where_epsilon_is_more_than_f_by_w1(
    distance: float, noise: Picture, linear_of: LinearOf, solve: Solve
) -> None:
    network = linear_of(*two_classes(noise, distance))
    for factor, flips in ((0.99, False), (1.01, True)):
        problem, iterates = solve(network, noise[:1], method="fgsm", epsilon=factor * distance)
        assert problem.labels.tolist() == [0]
        assert problem.fooled(iterates[-1].logits).tolist() == [flips]


def test_pgd_l2_goes_along_w_to_its_budget(
    noise: Picture, linear_of: LinearOf, solve: Solve
) -> None:
    weight, bias = two_classes(noise, 0.03)
    values = {"method": "pgd-l2", "lr": 0.1, "epsilon": 0.25, "steps": 5}
    problem, iterates = solve(linear_of(weight, bias), noise[:1], **values)
    w = (weight[1] / weight[1].norm()).view(1, 3, 16, 16)
    for iterate, length in zip(iterates, (0, 0.1, 0.2, 0.25, 0.25, 0.25), strict=True):
        torch.testing.assert_close(iterate.pixels - problem.x, length * w, rtol=0, atol=1e-6)


@pytest.mark.parametrize("random_start", [False, True])
@pytest.mark.parametrize("loss", ["cross-entropy", "margin"])
@pytest.mark.parametrize("method", ["pgd-linf", "pgd-l2"])
def test_the_budget_and_the_box_are_kept(
    method: str, loss: str, random_start: bool, tiny: Network, noise: Picture, solve: Solve
) -> None:
    noise[0], noise[1, :8] = 0, 255
    epsilon, lr = (0.05, 0.02) if method == "pgd-linf" else (1.0, 0.4)
    problem, iterates = solve(
        tiny, noise, method=method, loss=loss, random_start=random_start, steps=6,
        epsilon=epsilon, lr=lr,
    )  # fmt: skip
    assert len(iterates) == 7
    assert torch.equal(iterates[0].pixels, problem.x)
    for iterate in iterates:
        delta = iterate.pixels - problem.x
        length = lengths(delta) if method == "pgd-l2" else delta.abs().amax((1, 2, 3))
        assert length.max() <= epsilon * (1 + 1e-5)
        assert iterate.pixels.min() >= 0 and iterate.pixels.max() <= 1
        torch.testing.assert_close(iterate.logits, problem.logits(iterate.pixels))
    assert (iterates[-1].loss > iterates[0].loss).all()


@pytest.mark.parametrize("method", ["fgsm", "pgd-linf", "pgd-l2"])
def test_they_go_towards_a_target(method: str, tiny: Network, noise: Picture, solve: Solve) -> None:
    epsilon = 1.0 if method == "pgd-l2" else 0.02
    _, iterates = solve(tiny, noise, method=method, target="2", epsilon=epsilon, lr=epsilon / 4)
    before, after = (iterates[k].logits.log_softmax(1)[:, 2] for k in (0, -1))
    assert (after > before).all()
    torch.testing.assert_close(iterates[-1].loss, after)


@pytest.mark.parametrize("method", ["pgd-linf", "pgd-l2"])
def test_an_image_starts_alike_alone_and_among_others(
    method: str, tiny: Network, noise: Picture, solve: Solve
) -> None:
    values = {"method": method, "random_start": True, "steps": 1, "lr": 1e-3, "epsilon": 0.5}
    _, together = solve(tiny, noise, **values, seed=4)
    _, alone = solve(tiny, noise[3:4], **values, seed=4)
    _, other = solve(tiny, noise[3:4], **values, seed=5)
    torch.testing.assert_close(together[1].pixels[3:4], alone[1].pixels)
    assert (alone[1].pixels - other[1].pixels).abs().max() > 0.005
    # A target's draw does not move it.
    _, aimed = solve(tiny, noise, **values, seed=4, target="random")
    assert (aimed[1].pixels - together[1].pixels).abs().max() < 0.01


def test_starts_are_uniform_within_the_budget(tiny: Network) -> None:
    x = torch.zeros(2, 1, 1, 3)
    radii, values = [], []
    for seed in range(500):
        problem = Problem(tiny, x, torch.zeros(2), None, torch.Generator().manual_seed(seed))
        radii.append(noise_l2(problem, 2.0).norm() / 2)
        values.append(noise_linf(problem, 2.0) / 2)
    # Of a ball in three dimensions r³ is uniform; 4 standard errors of 500.
    volumes = torch.stack(radii) ** 3
    assert volumes.max() <= 1
    assert volumes.mean() == pytest.approx(0.5, abs=4 * 0.2887 / 500**0.5)
    corners = torch.stack(values).flatten()
    assert corners.abs().max() <= 1
    assert corners.mean() == pytest.approx(0, abs=4 * 0.577 / 1500**0.5)
    assert (corners**2).mean() == pytest.approx(1 / 3, abs=4 * 0.298 / 1500**0.5)


def test_fgsm_is_one_step_whatever_the_recipe_says(
    tiny: Network, noise: Picture, solve: Solve
) -> None:
    problem, iterates = solve(tiny, noise, method="fgsm", steps=9, lr=5.0, epsilon=0.01)
    assert len(iterates) == 2
    delta = (iterates[-1].pixels - problem.x).abs()
    assert ((delta < 1e-7) | ((delta - 0.01).abs() < 1e-6)).all()
    assert (delta > 0).float().mean() > 0.5
