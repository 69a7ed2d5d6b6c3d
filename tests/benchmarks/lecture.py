"""The lecture's loop as its slides print it (Fleuret, *Optimizing inputs*, 8.4): the reference.

Nothing of the engine is in it: its own prior, the network as torchvision builds it, with
parameters that require gradients, contiguous, its activations in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F
from torchvision import models

from engine.catalogue.embedded import NAME, Sketchnet
from engine.networks import Network
from engine.units import Unit


class MultiScaleEdgeEnergy(nn.Module):
    """Slide 14, line for line."""

    gaussian_5x5: Tensor

    def __init__(self) -> None:
        super().__init__()
        k = torch.exp(-(torch.tensor([[-2.0, -1.0, 0.0, 1.0, 2.0]]) ** 2) / 2)
        k = (k.t() @ k).view(1, 1, 5, 5)
        self.register_buffer("gaussian_5x5", k / k.sum())

    def forward(self, x: Tensor) -> Tensor:
        u = x.view(-1, 1, x.size(2), x.size(3))
        result: Any = 0.0
        while min(u.size(2), u.size(3)) > 5:
            blurry = F.conv2d(u, self.gaussian_5x5, padding=2)
            result += (u - blurry).view(u.size(0), -1).pow(2).sum(1)
            u = F.avg_pool2d(u, kernel_size=2, padding=1)
        return result.view(x.size(0), -1).sum(1)


def as_built(network: Network) -> nn.Module:
    """The same weights in the network as its own code builds it."""
    if network.name == NAME:
        model: nn.Module = Sketchnet(len(network.classes))
    else:
        model = models.get_model(network.name, weights=None, num_classes=len(network.classes))
    model.load_state_dict(network.model.state_dict())
    return model.eval()


def printed_loop(model: nn.Module, size: int, index: int) -> Iterator[None]:
    """Slide 15, an iteration at each ``next``: it maximizes a class."""
    edge_energy = MultiScaleEdgeEnergy()
    input = torch.empty(1, 3, size, size).normal_(0, 0.01)
    input.requires_grad_()
    optimizer = optim.Adam([input], lr=1e-1)
    while True:
        output = model(input)
        score = edge_energy(input) - output[0, index]
        optimizer.zero_grad()
        score.backward()
        optimizer.step()
        yield


def printed_loop_with_a_hook(model: nn.Module, size: int, unit: Unit) -> Iterator[None]:
    """The same with a channel's sum for the class, by a hook: what a notebook does with it."""
    edge_energy = MultiScaleEdgeEnergy()
    input = torch.empty(1, 3, size, size).normal_(0, 0.01)
    input.requires_grad_()
    optimizer = optim.Adam([input], lr=1e-1)
    kept: list[Tensor] = []

    def hook(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        kept.append(output[0, unit.index].sum())  # now, before the ReLU overwrites it

    # In the loop as long as the generator is; the model is dropped with it.
    model.get_submodule(unit.layer).register_forward_hook(hook)
    while True:
        kept.clear()
        model(input)
        score = edge_energy(input) - kept[0]
        optimizer.zero_grad()
        score.backward()
        optimizer.step()
        yield
