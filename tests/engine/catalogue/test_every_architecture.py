"""Every classification architecture of torchvision's opens, is listed and is climbed.

    python -m pytest tests/engine/catalogue/test_every_architecture.py -m hard

The weights are random; images are small where the network takes them. It runs for minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch

from engine import maximize
from engine.catalogue import torchvision_models as catalogue
from engine.networks import Network, NetworkError, check_input_size
from engine.recipes import preset

SMALL = (64, 96, 128)


def size_of(network: Network) -> int | None:
    """The smallest of some sizes that the network takes; ``None`` for its own."""
    for size in SMALL:
        try:
            check_input_size(network, size)
        except NetworkError:
            continue
        return size
    return None


def climbed(network: Network, unit: str, size: int | None) -> None:
    recipe = preset("balanced").changed(steps=3, size=size)
    steps = list(maximize(network, unit, recipe))
    assert [step.iteration for step in steps] == [0, 1, 2, 3]
    assert all(math.isfinite(step.f) and math.isfinite(step.h) for step in steps)
    assert len(steps[-1].top) == 5


@pytest.fixture
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.hard
@pytest.mark.usefixtures("_one_thread")
@pytest.mark.parametrize("name", catalogue.architectures())
def test_it_opens_is_listed_and_is_climbed(name: str) -> None:
    network = catalogue.load(name, seed=0)
    info = network.info()
    assert len(info.units("classes")) == 1000
    assert info.classes[121] == "king crab"
    hidden = [x for x in info.layers if x.channels and len(x.shape) == 3]
    assert hidden, f"no layer of {name} has a map"
    size = size_of(network)
    climbed(network, "class:121", size)
    middle = hidden[len(hidden) // 2]
    climbed(network, f"{middle.name}:{middle.channels - 1}", size)
