"""The same network, images and values, by Foolbox and by torchattacks.

torchattacks' DeepFool and C&W are no oracles: they stall.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
import torchattacks
from torch import Tensor, nn

from engine.attacks.problem import Iterate, Problem, lengths
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]
STEPS, ALPHA, EPSILON = 4, 2 / 255, 8 / 255


class Normalized(nn.Module):
    """What torchattacks takes: a model of pixels."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.model = network.model
        mean, std = network.preprocessing.mean, network.preprocessing.std
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))
        self.eval()  # torchattacks puts back what it found: else the network would drop out

    def forward(self, x: Tensor) -> Tensor:
        return self.model((x - self.mean) / self.std)


def in_powers(attack: Any, x: Tensor, labels: Tensor) -> Tensor:
    """torchattacks on 6 images as 4 and 2: it climbs the batch's mean, and a sixth of the loss
    rounds. The signs of gradients near 0 turn with that, and PGD goes elsewhere."""
    parts = zip(x.split(4), labels.split(4), strict=True)
    return torch.cat([attack(images, classes) for images, classes in parts])


def in_parts(solve: Solve, network: Network, pictures: Picture, **values: Any) -> Tensor:
    """Ours in the same parts: a convolution's rounding depends on the batch."""
    return torch.cat(
        [solve(network, part, **values)[1][-1].pixels for part in (pictures[:4], pictures[4:])]
    )


def test_fgsm(squeezenet: Network, crops: Picture, solve: Solve, foolbox_model: Any,
              foolbox: ModuleType) -> None:  # fmt: skip
    problem, iterates = solve(squeezenet, crops, method="fgsm", epsilon=EPSILON)
    ours, x, labels = iterates[-1].pixels, problem.x, problem.labels
    peer = foolbox.attacks.LinfFastGradientAttack(random_start=False)
    assert torch.equal(ours, peer.run(foolbox_model, x, labels, epsilon=EPSILON))
    theirs = in_powers(torchattacks.FGSM(Normalized(squeezenet), EPSILON), x, labels)
    assert torch.equal(in_parts(solve, squeezenet, crops, method="fgsm", epsilon=EPSILON), theirs)


def test_pgd_linf_is_foolboxs(squeezenet: Network, crops: Picture, solve: Solve,
                              foolbox_model: Any, foolbox: ModuleType) -> None:  # fmt: skip
    problem, iterates = solve(
        squeezenet, crops, method="pgd-linf", steps=STEPS, lr=ALPHA, epsilon=EPSILON
    )
    peer = foolbox.attacks.LinfPGD(abs_stepsize=ALPHA, steps=STEPS, random_start=False)
    theirs = peer.run(foolbox_model, problem.x, problem.labels, epsilon=EPSILON)
    assert torch.equal(iterates[-1].pixels, theirs)


def test_pgd_linf_is_torchattacks(squeezenet: Network, crops: Picture, solve: Solve) -> None:
    values = {"method": "pgd-linf", "steps": STEPS, "lr": ALPHA, "epsilon": EPSILON}
    problem, _ = solve(squeezenet, crops, method="fgsm")
    peer = torchattacks.PGD(Normalized(squeezenet), EPSILON, ALPHA, STEPS, random_start=False)
    theirs = in_powers(peer, problem.x, problem.labels)
    assert torch.equal(in_parts(solve, squeezenet, crops, **values), theirs)


def test_pgd_l2(squeezenet: Network, crops: Picture, solve: Solve, foolbox_model: Any,
                foolbox: ModuleType) -> None:  # fmt: skip
    # ε less than the steps together, so that they are brought back to it.
    problem, iterates = solve(squeezenet, crops, method="pgd-l2", steps=STEPS, lr=0.2, epsilon=0.5)
    peer = foolbox.attacks.L2PGD(abs_stepsize=0.2, steps=STEPS, random_start=False)
    theirs = peer.run(foolbox_model, problem.x, problem.labels, epsilon=0.5)
    assert (iterates[-1].pixels - theirs).abs().max() <= 1e-6
    assert (lengths(theirs - problem.x) > 0.499).all()  # the box takes a little


def test_deepfool(squeezenet: Network, crops: Picture, solve: Solve, foolbox_model: Any,
                  foolbox: ModuleType) -> None:  # fmt: skip
    problem, iterates = solve(
        squeezenet, crops, method="deepfool", steps=50, candidates=5, overshoot=0.02
    )
    ours = iterates[-1].pixels
    assert problem.fooled(problem.logits(ours)).all()
    peer = foolbox.attacks.L2DeepFoolAttack(steps=50, candidates=5, overshoot=0.02)
    criterion = foolbox.criteria.Misclassification(problem.labels)
    theirs = peer.run(foolbox_model, problem.x, criterion)
    distances = lengths(ours - problem.x), lengths(theirs - problem.x)
    assert distances[0].median() <= 1.05 * distances[1].median()
