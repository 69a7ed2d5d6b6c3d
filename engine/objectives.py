"""What is maximized, f: a class, a channel, a neuron (METHODS.md §1). They add, scale, name
themselves.

An objective says which layers it needs and turns their outputs into one number per image, so that
the network is run once, and no further than the last of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from engine.units import Unit


class Objective:
    """f of a batch: ``layers`` it needs, and a function of their outputs to a tensor (N,)."""

    def __init__(
        self, name: str, layers: frozenset[str], value: Callable[[Mapping[str, Tensor]], Tensor]
    ) -> None:
        self.name = name
        self.layers = layers
        self._value = value

    def __call__(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Outputs by layer, (N, ...) each, to f, (N,)."""
        return self._value(outputs)

    def __add__(self, other: Objective) -> Objective:
        return Objective(
            f"{self.name} + {other.name}",
            self.layers | other.layers,
            lambda outputs: self(outputs) + other(outputs),
        )

    def __mul__(self, factor: float) -> Objective:
        return Objective(
            f"{factor:g} × {self.name}", self.layers, lambda outputs: factor * self(outputs)
        )

    __rmul__ = __mul__

    def __neg__(self) -> Objective:
        return self * -1.0

    def __sub__(self, other: Objective) -> Objective:
        return self + -other

    def __repr__(self) -> str:
        return f"Objective({self.name!r})"


def of_unit(unit: Unit) -> Objective:
    """f of one unit: a class's logit, the sum of a channel's map, one position's activation."""
    return of_units([unit])


def of_units(units: Sequence[Unit]) -> Objective:
    """f of units of one layer, the i-th for row i of the batch; one unit serves every row.

    Raises:
        ValueError: the units are of several layers, or of none.
    """
    layers = {unit.layer for unit in units}
    if len(layers) != 1:
        raise ValueError("A batch takes units of one layer, at least one.")
    layer = layers.pop()
    index = torch.tensor([unit.index for unit in units])
    positions = [unit.position for unit in units]

    def value(outputs: Mapping[str, Tensor]) -> Tensor:
        output = outputs[layer]  # (N, C), or (N, C, H, W) for a map
        rows = torch.arange(len(output), device=output.device)
        chosen = output[rows, index.to(output.device).expand(len(output))]  # (N,) or (N, H, W)
        if chosen.ndim == 1:
            return chosen
        total = chosen.sum((1, 2))
        if not any(positions):
            return total
        picked = []
        for row in range(len(output)):
            place = positions[row % len(positions)]
            picked.append(chosen[row, place[0], place[1]] if place else total[row])
        return torch.stack(picked)

    return Objective(", ".join(str(unit) for unit in units), frozenset([layer]), value)
