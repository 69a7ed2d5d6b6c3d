"""Where there is nothing to climb, to share by, or to fool: no NaN, no crash, no false success."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.attacks import store
from engine.attacks.attack import attack
from engine.attacks.parcels import AttackRun, AttackStep, Batch, Source
from engine.attacks.recipe import METHODS, NAMES, AttackRecipe
from engine.attacks.summary import Summary
from engine.jobs import DivergedError, Picture
from engine.networks import Network

TARGETED = [name for name in NAMES if METHODS[name].targeted]


def short(method: str, **values: object) -> AttackRecipe:
    """The method's own values, but few steps."""
    return METHODS[method].recipe.changed(steps=3, search_steps=2, **values)


def run_of(network: Network, picture: Picture, steps: list[AttackStep]) -> AttackRun:
    batch = Batch.of(network.ref, [Source("black.png", picture)], AttackRecipe(), "cpu")
    for step in steps:
        batch.add(step)
    batch.runs[0].ended = "finished"
    return batch.runs[0]


@pytest.mark.parametrize("method", TARGETED)
def test_who_aims_at_the_first_prediction_fools_nobody(
    tiny: Network, noise: Picture, method: str
) -> None:
    seen = next(attack(tiny, noise[:1], short("fgsm"))).rows[0]
    for step in attack(tiny, noise[:1], short(method, target=str(seen.index))):
        assert not step.rows[0].fooled and not step.rows[0].saved_fooled


@pytest.mark.parametrize("method", NAMES)
def test_a_network_without_a_slope_is_not_fooled(
    linear_of: Callable[[Tensor, Tensor], Network], noise: Picture, method: str
) -> None:
    flat = linear_of(torch.zeros(5, 768), torch.arange(5.0))
    steps = list(attack(flat, noise, short(method, lattice=True)))
    assert not any(row.fooled or row.saved_fooled for step in steps for row in step.rows)
    assert all(np.isfinite(step.values).all() for step in steps)


def test_c_ends_before_float32_does(
    linear_of: Callable[[Tensor, Tensor], Network], noise: Picture
) -> None:
    flat = linear_of(torch.zeros(5, 768), torch.arange(5.0))
    recipe = AttackRecipe(method="carlini-wagner", steps=1, search_steps=30, initial_c=1e12)
    assert len(list(attack(flat, noise, recipe))) > 30


def test_an_image_of_zeros_has_no_share(tiny: Network, tmp_path: Path) -> None:
    black = np.zeros((16, 16, 3), np.uint8)
    steps = list(attack(tiny, [black], AttackRecipe(method="fgsm")))
    first, last = steps[0].rows[0].distortion, steps[-1].rows[0].distortion
    assert first.pixels == 0 and last.l2 > 0 and last.normalized > 0
    assert math.isnan(last.pixels)
    run = run_of(tiny, black, steps)
    store.save(run, store.new_folder(tmp_path, run))
    again = store.load(tmp_path / "black").last
    assert again is not None and math.isnan(again.distortion.pixels)
    assert again.distortion.l2 == last.l2


def test_medians_leave_out_what_has_no_share(
    linear_of: Callable[[Tensor, Tensor], Network],
) -> None:
    black, grey = np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 128, np.uint8)
    weight = torch.zeros(5, 768)
    weight[1] = 1.0  # class 0 until a pixel gets lighter
    network = linear_of(weight, torch.tensor([0.0, -390.0, -1e3, -1e3, -1e3]))
    steps = list(attack(network, [grey], AttackRecipe(method="fgsm", epsilon=0.5)))
    run = run_of(network, grey, steps)
    dark = linear_of(weight, torch.tensor([0.0, -1.0, -1e3, -1e3, -1e3]))
    dark_run = run_of(dark, black, list(attack(dark, [black], AttackRecipe(method="fgsm"))))
    assert Summary.of([dark_run]).fooled == Summary.of([run]).fooled == 1
    assert "nan" not in "".join(Summary.of([dark_run]).lines())
    both, alone = Summary.of([dark_run, run]).distortion, Summary.of([run]).distortion
    assert both is not None and alone is not None and both.pixels == alone.pixels > 0


class Moody(nn.Module):
    """Gives no numbers once a value is below that."""

    def __init__(self, dark: float) -> None:
        super().__init__()
        self.dark = dark

    def forward(self, x: Tensor) -> Tensor:
        least = x.flatten(1).amin(1)
        z = torch.stack([x.flatten(1).mean(1), *[least * 0] * 4], 1)
        return torch.where((least < self.dark)[:, None], torch.nan, z)


def test_answers_that_are_no_numbers_fool_nobody(tiny_of: Callable[..., Network]) -> None:
    grey = np.full((1, 16, 16, 3), 128, np.uint8)
    dark = (127.5 / 255 - 0.485) / 0.229  # the red channel's, the least
    steps = attack(tiny_of(Moody(dark)), grey, AttackRecipe(method="pgd-linf", target="4"))
    assert not next(steps).rows[0].fooled
    with pytest.raises(DivergedError, match="not a number at iteration 1: choose a smaller step"):
        list(steps)
    with pytest.raises(DivergedError, match="not a number at iteration 0: it cannot be attacked"):
        next(attack(tiny_of(Moody(9.0)), grey))
