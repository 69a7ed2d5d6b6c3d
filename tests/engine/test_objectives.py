"""f, by hand: a logit, the sum of a map, one activation; and what adds and scales them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.networks import Network
from engine.objectives import of_unit, of_units
from engine.units import Unit, parse_unit

MAPS = torch.arange(2 * 3 * 4 * 5, dtype=torch.float32).view(2, 3, 4, 5)
LOGITS = torch.tensor([[0.5, 1.5, -2.0], [3.0, 4.0, 5.0]])


@pytest.mark.parametrize(
    ("unit", "output", "f"),
    [
        (Unit("class", 1), LOGITS, [1.5, 4.0]),
        (Unit("conv", 1), MAPS, [sum(range(20, 40)), sum(range(80, 100))]),
        (Unit("conv", 2, (1, 3)), MAPS, [48, 108]),
        (Unit("conv", 0, (0, 0)), MAPS, [0, 60]),
        (Unit("linear", 2), LOGITS, [-2.0, 5.0]),
    ],
    ids=str,
)
def test_f_of_a_unit(unit: Unit, output: Tensor, f: list[float]) -> None:
    objective = of_unit(unit)
    assert objective.layers == {unit.layer}
    assert objective({unit.layer: output}).tolist() == f


def test_a_row_each_of_a_batch() -> None:
    f = of_units([Unit("conv", 2), Unit("conv", 0, (3, 4))])({"conv": MAPS})
    assert f.tolist() == [sum(range(40, 60)), 79]


@pytest.mark.parametrize("units", [[], [Unit("a", 0), Unit("b", 0)]])
def test_units_of_several_layers_are_no_batch(units: list[Unit]) -> None:
    with pytest.raises(ValueError, match="one layer"):
        of_units(units)


def test_they_add_scale_and_name_themselves() -> None:
    a, b = of_unit(Unit("class", 0)), of_unit(Unit("conv", 1, (0, 0)))
    both = 2 * a - b
    assert both.layers == {"class", "conv"}
    assert both({"class": LOGITS, "conv": MAPS}).tolist() == [2 * 0.5 - 20, 2 * 3 - 80]
    assert "class:0" in both.name and "conv:1@0,0" in both.name and "2" in both.name
    assert repr(a) == "Objective('class:0')"


def test_the_gradient_reaches_the_image_only_where_it_should(tiny: Network) -> None:
    x = torch.randn(2, 3, 16, 16).requires_grad_()
    unit = parse_unit("features.0:3@8,8", tiny.info())
    of_unit(unit)(tiny.activations(x, ["features.0"]))[0].backward()
    assert x.grad is not None
    rows = x.grad.abs().sum((0, 1))
    assert rows[7:10, 7:10].all()
    rows[7:10, 7:10] = 0
    assert not rows.any()
    assert not x.grad[1].any()
