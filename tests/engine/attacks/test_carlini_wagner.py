"""Carlini & Wagner: no further than Foolbox's on photographs; near the known nearest point."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.attacks.problem import Iterate, Problem, lengths
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]


@pytest.fixture
def linear(linear_of: Callable[[Tensor, Tensor], Network]) -> Network:
    """Five classes of which no picture of ``noise`` is far from another."""
    torch.manual_seed(2)
    return linear_of(torch.randn(5, 768) / 20, torch.zeros(5))


def test_no_further_than_foolboxs(squeezenet: Network, crops: Picture, solve: Solve,
                                  foolbox_model: Any, foolbox: ModuleType) -> None:  # fmt: skip
    values = {"steps": 8, "lr": 0.01, "search_steps": 2, "initial_c": 0.1}
    problem, iterates = solve(squeezenet, crops, method="carlini-wagner", **values)
    ours = iterates[-1].pixels
    assert problem.fooled(problem.logits(ours)).all()
    assert ours.min() >= 0 and ours.max() <= 1
    peer = foolbox.attacks.L2CarliniWagnerAttack(
        steps=8, stepsize=0.01, binary_search_steps=2, initial_const=0.1
    )
    criterion = foolbox.criteria.Misclassification(problem.labels)
    theirs = peer.run(foolbox_model, problem.x, criterion)
    distances = lengths(ours - problem.x), lengths(theirs - problem.x)
    assert distances[0].median() <= 1.05 * distances[1].median()


def test_a_step_is_foolboxs(linear: Network, noise: Picture, solve: Solve,
                            foolbox: ModuleType) -> None:  # fmt: skip
    # One c and too few steps to be stuck: the same points, of which both keep the nearest.
    values = {"steps": 9, "lr": 0.02, "search_steps": 1, "initial_c": 3.0, "confidence": 0.05}
    problem, iterates = solve(linear, noise, method="carlini-wagner", **values)
    p = linear.preprocessing
    model = foolbox.PyTorchModel(
        linear.model, (0, 1), "cpu", {"mean": list(p.mean), "std": list(p.std), "axis": -3}
    )
    peer = foolbox.attacks.L2CarliniWagnerAttack(
        steps=9, stepsize=0.02, binary_search_steps=1, initial_const=3, confidence=0.05,
        abort_early=False,
    )  # fmt: skip
    theirs = peer.run(model, problem.x, foolbox.criteria.Misclassification(problem.labels))
    assert (theirs - problem.x).abs().amax((1, 2, 3)).min() > 0.005  # it found all
    assert (iterates[-1].pixels - theirs).abs().max() < 1e-5


@pytest.mark.parametrize("target", ["", "fish"])
def test_comes_near_the_closed_form(linear: Network, noise: Picture, solve: Solve,
                                    target: str) -> None:  # fmt: skip
    problem, iterates = solve(
        linear, noise, method="carlini-wagner", target=target, steps=80, lr=0.003,
        search_steps=6, initial_c=1.0,
    )  # fmt: skip
    assert problem.fooled(problem.logits(iterates[-1].pixels)).all()
    # To cross into class j: (z_y − z_j) / ‖w_y − w_j‖; to be class t, all others must be crossed.
    std = torch.tensor(linear.preprocessing.std).repeat_interleave(256)
    weight = linear.model.linear.weight / std  # of pixels, (5, 768)
    z = problem.logits(problem.x)
    if not target:
        gap = z.gather(1, problem.labels[:, None]) - z  # (N, 5)
        apart = (weight[problem.labels][:, None] - weight).norm(dim=2)
        nearest = (gap / apart).nan_to_num(torch.inf).sort(1).values[:, 0]
    else:
        t = problem.targets[:, None]
        gap = z - z.gather(1, t)
        nearest = (gap / (weight - weight[t[:, 0]][:, None]).norm(dim=2)).nan_to_num(0).amax(1)
    length = lengths(iterates[-1].pixels - problem.x)
    already = problem.labels == problem.targets if target else torch.zeros(5, dtype=torch.bool)
    assert not already.all()
    assert (length >= 0.999 * nearest.clamp_min(0)).all()
    if not target:
        assert (length <= 1.05 * nearest).all()


def test_leads_by_the_confidence(linear: Network, noise: Picture, solve: Solve) -> None:
    values = {"method": "carlini-wagner", "steps": 40, "search_steps": 4, "initial_c": 1.0}
    problem, iterates = solve(linear, noise, confidence=0.5, **values)
    margin = problem.margin(problem.logits(iterates[-1].pixels))
    assert (margin >= 0.4999).all()
    assert (margin < 0.7).all()


def test_an_image_does_not_depend_on_the_others(linear: Network, noise: Picture,
                                                solve: Solve) -> None:  # fmt: skip
    values = {"method": "carlini-wagner", "steps": 30, "search_steps": 4, "initial_c": 0.1}
    _, together = solve(linear, noise, **values)
    for i in range(len(noise)):
        _, alone = solve(linear, noise[i : i + 1], **values)
        assert torch.allclose(alone[-1].pixels[0], together[-1].pixels[i], atol=1e-4)


def test_where_nothing_fools_it_says_so(linear: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(
        linear, noise, method="carlini-wagner", steps=3, search_steps=1, initial_c=1e-9
    )
    assert torch.equal(iterates[0].pixels, problem.x)
    assert not any(iterate.settled for iterate in iterates[:-1])
    assert iterates[-1].settled
    assert not problem.fooled(problem.logits(iterates[-1].pixels)).any()


def test_a_stuck_image_waits(linear: Network, noise: Picture, solve: Solve) -> None:
    # Steps so long that Adam soon only goes to and fro.
    _, iterates = solve(
        linear, noise, method="carlini-wagner", steps=300, search_steps=1, initial_c=1.0, lr=0.1
    )
    assert len(iterates) < 250
    lasts = torch.stack([iterate.pixels for iterate in iterates[-32:-1]])
    still = (lasts[1:] == lasts[:-1]).flatten(2).all(2)  # (30, N)
    assert still.any() and not still.all()
