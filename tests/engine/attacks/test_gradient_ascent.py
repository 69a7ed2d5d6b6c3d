"""The lecture's attack: against reference values, and by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from engine.attacks.attack import attack
from engine.attacks.problem import Iterate, Problem, lengths
from engine.attacks.recipe import AttackRecipe
from engine.jobs import Picture
from engine.networks import Network

Solve = Callable[..., tuple[Problem, list[Iterate]]]
ASCENT = {"method": "gradient-ascent", "box": False, "lattice": False}


def check(steps: list[Any], column: int, expected: dict[str, Any]) -> None:
    rows = [step.rows[column] for step in steps]
    assert [row.index for row in rows] == expected["classes_by_iteration"]
    assert rows[0].top[0][0] == expected["name"]
    assert rows[0].top[0][1] == pytest.approx(expected["p"], abs=5.1e-5)
    last = rows[-1].distortion
    # And what the reference's four decimals do not say.
    for ours, theirs in (
        (last.normalized, expected["distortion_percent_normalized"]),
        (last.pixels, expected["distortion_percent_pixels"]),
    ):
        assert 100 * ours == pytest.approx(theirs, rel=0.01, abs=5.1e-5)


def test_the_reference(
    squeezenet: Network, photographs: dict[str, Picture], reference: dict[str, Any]
) -> None:
    # All six in one batch go through the command line's test; here the two that are hardest.
    # In float32 the shark's distortion is decided by rounding: 1.838 to 1.872 % were measured as
    # 1e-7 is added to the image, or the batch, the layout or the threads change. The reference has
    # 1.8458, itself in float32; in float64 it is 1.8609, whatever the batch and the threads.
    names = ["ILSVRC2012_val_00006491.jpg", "ILSVRC2012_val_00008338.jpg"]
    steps = list(attack(squeezenet, [photographs[name] for name in names]))
    for column, name in enumerate(names):
        check(steps, column, reference["gradient_ascent"]["images"][name])


def test_a_step_by_hand(tiny: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(tiny, noise, **ASCENT, steps=1, lr=0.5)
    x = torch.from_numpy(noise).permute(0, 3, 1, 2) / 255
    mean = torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1)
    std = torch.tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1)
    normalized = ((x - mean) / std).requires_grad_()
    loss = -tiny.model(normalized).log_softmax(1)[torch.arange(5), problem.labels]
    loss.sum().backward()
    assert normalized.grad is not None
    after = (normalized + 0.5 * normalized.grad) * std + mean
    start = (normalized * std + mean).detach()
    torch.testing.assert_close(iterates[0].pixels.float(), start)
    torch.testing.assert_close(iterates[1].pixels.float(), after.detach())
    torch.testing.assert_close(iterates[0].loss.float(), loss.detach())
    length = normalized.grad.flatten(1).norm(dim=1)
    torch.testing.assert_close(iterates[0].gradient.float(), length)


def test_an_image_does_not_depend_on_the_others(
    tiny: Network, noise: Picture, solve: Solve
) -> None:
    _, together = solve(tiny, noise, **ASCENT, lr=1.0)
    _, alone = solve(tiny, noise[2:3], **ASCENT, lr=1.0)
    assert (together[-1].pixels[2] - together[0].pixels[2]).abs().max() > 1e-3
    torch.testing.assert_close(together[-1].pixels[2:3], alone[-1].pixels)


def test_the_box_is_kept_where_asked_for_and_left_where_not(tiny: Network) -> None:
    pictures = list(np.full((2, 16, 16, 3), [[[[0]]], [[[255]]]], np.uint8))
    values = {"method": "gradient-ascent", "lattice": False, "lr": 20.0, "steps": 4}
    free = list(attack(tiny, pictures, AttackRecipe(**values, box=False)))
    boxed = list(attack(tiny, pictures, AttackRecipe(**values, box=True)))
    assert all(row.distortion.outside_255 > 0.1 for row in free[-1].rows)
    for step in boxed:
        assert all(row.distortion.outside_255 < 1e-4 for row in step.rows)
    assert all(row.distortion.max_255 > 0.1 for row in boxed[-1].rows)


def test_a_unit_step_is_as_long_as_it_says(tiny: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(tiny, noise, **ASCENT, step="unit", lr=0.25, steps=3)
    for before, after in pairwise(iterates):
        moved = problem.normalized(after.pixels) - problem.normalized(before.pixels)
        assert lengths(moved).tolist() == pytest.approx([0.25] * 5, rel=1e-4)


def test_the_margin_climbs_where_the_cross_entropy_has_no_gradient(
    tiny_of: Callable[..., Network], noise: Picture, solve: Solve
) -> None:
    certain = tiny_of()
    with torch.no_grad():
        certain.model.classifier.weight *= 1e7
        certain.model.classifier.bias *= 1e7
    _, flat = solve(certain, noise, **ASCENT)
    assert torch.equal(flat[-1].pixels, flat[0].pixels)
    assert flat[-1].gradient.tolist() == [0] * 5
    problem, climbing = solve(certain, noise, **ASCENT, loss="margin", step="unit", lr=1.0)
    z = climbing[3].logits
    by_hand = [
        max(row[:y] + row[y + 1 :]) - row[y]
        for row, y in zip(z.tolist(), problem.labels.tolist(), strict=True)
    ]
    assert climbing[3].loss.tolist() == pytest.approx(by_hand)
    assert (climbing[-1].loss > climbing[0].loss).all()


def test_it_goes_towards_a_target(tiny: Network, noise: Picture, solve: Solve) -> None:
    problem, iterates = solve(tiny, noise, **ASCENT, target="fish", step="unit", lr=0.5)
    assert problem.targets.tolist() == [4] * 5
    p = [iterate.logits.softmax(1)[:, 4] for iterate in iterates]
    assert (p[-1] > p[0] + 1e-3).all()
    torch.testing.assert_close(iterates[-1].loss, p[-1].log())
