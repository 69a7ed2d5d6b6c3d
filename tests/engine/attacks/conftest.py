"""Photographs to attack, a network whose closed forms are known, and peers to compare with."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import images
from engine.attacks import attack_of
from engine.attacks.attack import pose
from engine.attacks.problem import Iterate, Problem
from engine.attacks.recipe import AttackRecipe
from engine.jobs import Picture
from engine.networks import Network


@pytest.fixture(scope="session")
def photographs(shared: Path) -> dict[str, Picture]:
    """The six photographs of the reference, whole, by their files' names."""
    files = sorted((shared / "data" / "images").glob("ILSVRC2012_val_*.jpg"))
    return {file.name: images.read(file) for file in files}


@pytest.fixture(scope="session")
def crops(photographs: dict[str, Picture], squeezenet: Network) -> Picture:
    """What SqueezeNet sees of them: uint8 (6, 224, 224, 3)."""
    return np.stack([squeezenet.preprocessing.crop(picture) for picture in photographs.values()])


@pytest.fixture
def noise() -> Picture:
    """Five pictures that ``tiny`` takes, none of their pixels near black or white."""
    return np.random.default_rng(5).integers(60, 196, (5, 16, 16, 3)).astype(np.uint8)


@pytest.fixture
def solve() -> Callable[..., tuple[Problem, list[Iterate]]]:
    """Runs an attack as it is, without measuring it or going to the 8-bit lattice."""

    def run(network: Network, pictures: Picture, **values: Any) -> tuple[Problem, list[Iterate]]:
        recipe = AttackRecipe(**values)
        problem = pose(network, pictures, recipe)
        return problem, list(attack_of(recipe.method)(problem, recipe))

    return run


class Linear(nn.Module):
    """z = W·x + b of the pixels' normalized values, (N, 3, 16, 16)."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.linear.weight.copy_(weight)
            self.linear.bias.copy_(bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x.flatten(1))


@pytest.fixture
def linear_of(tiny_of: Callable[..., Network]) -> Callable[[Tensor, Tensor], Network]:
    """A linear network: of W (5, 768) and b (5,) in the space of pixels in [0, 1]."""

    def make(weight: Tensor, bias: Tensor) -> Network:
        # The network gets (x - mean) / std: undone, so that a test may forget about it.
        preprocessing = tiny_of().preprocessing
        std = torch.tensor(preprocessing.std).repeat_interleave(256)
        mean = torch.tensor(preprocessing.mean).repeat_interleave(256)
        return tiny_of(Linear(weight * std, bias + weight @ mean))

    return make


@pytest.fixture(scope="session")
def foolbox() -> ModuleType:
    """The peer; its import uses a name that SciPy has moved."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Please import `gaussian_filter`", DeprecationWarning)
        import foolbox
    return foolbox


@pytest.fixture(scope="session")
def foolbox_model(foolbox: ModuleType, squeezenet: Network) -> Any:
    """SqueezeNet for Foolbox: it normalizes the pixels itself."""
    p = squeezenet.preprocessing
    preprocessing = {"mean": list(p.mean), "std": list(p.std), "axis": -3}
    return foolbox.PyTorchModel(squeezenet.model, (0, 1), "cpu", preprocessing)
