"""The scale ``unit``: one prior weight means the same for every unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.maximization import climb, maximize
from engine.networks import Network
from engine.recipes import preset
from engine.scaling import relief
from engine.units import Unit


def test_a_weaker_network_s_picture_is_the_same(tiny_of: Callable[..., Network]) -> None:
    class Scaled(nn.Module):
        def __init__(self, factor: float) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.conv = nn.Conv2d(3, 5, 3)
            self.factor = factor

        def forward(self, x: Tensor) -> Tensor:
            return self.factor * self.conv(x).relu().mean((2, 3))

    recipe = preset("balanced").changed(steps=5)
    pictures = [
        list(maximize(tiny_of(Scaled(factor)), "class:1", recipe))[-1].image
        for factor in (1.0, 1024.0, 1 / 1024)
    ]
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


def test_a_dead_unit_gives_numbers(tiny: Network) -> None:
    conv = tiny.model.features[0]  # type: ignore[index]
    conv.weight.data[2] = 0
    steps = list(maximize(tiny, "features.0:2", preset("balanced").changed(steps=3)))
    assert len(steps) == 4


def test_a_batch_s_rows_are_weighed_each_by_its_own(tiny: Network) -> None:
    recipe = preset("balanced").changed(steps=4, shift=0.0, zoom=0.0, rotation=0.0)
    units = [Unit("features.3", 1), Unit("features.3", 2, (3, 3))]
    x = 0.01 * torch.randn(2, 3, 16, 16)
    *_, both = climb(tiny, units, recipe, start=x)
    for row, unit in enumerate(units):
        *_, alone = climb(tiny, [unit], recipe, start=x[row : row + 1])
        torch.testing.assert_close(both.x[row], alone.x[0], rtol=1e-3, atol=1e-3)


def test_small_images_are_smoothed_less() -> None:
    assert [relief(side) for side in (96, 224, 512)] == [1, 1, 1]
    assert relief(48) == 0.25 and relief(28) == pytest.approx(0.085, abs=1e-3)
