"""What another network makes of an adversarial image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from engine.attacks.transfer import transfer
from engine.jobs import NetworkRef, Picture
from engine.networks import Network, Preprocessing


class Seen(nn.Module):
    """Keeps what it is given; says which of two halves is the brighter."""

    def __init__(self) -> None:
        super().__init__()
        self.x = torch.empty(0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.x = x.clone()
        middle = x.shape[-1] // 2
        return torch.stack(
            [x[..., :middle].mean((1, 2, 3)), x[..., middle:].mean((1, 2, 3))], dim=1
        )


def network(size: int, resize: int = 0, **kind: Any) -> tuple[Network, Seen]:
    model = Seen()
    p = Preprocessing(size, resize or size, **kind)
    ref = NetworkRef("seen", "w.pth")
    return Network("seen", "Seen", model, ("left", "right"), p, ref), model


def noise(seed: int, size: int = 20) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


def halves(left: int, right: int, size: int = 20) -> Picture:
    picture = np.full((size, size, 3), left, np.uint8)
    picture[:, size // 2 :] = right
    return picture


def as_input(picture: Picture) -> np.ndarray:
    x = picture / 255.0
    x = (x - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    return x.transpose(2, 0, 1)


def test_of_the_same_size_it_sees_them_as_they_are() -> None:
    # resize 23: a network that crops photographs; what was cropped already is not cropped again.
    other, model = network(20, resize=23)
    transfer(other, noise(0), noise(1))
    assert model.x.shape == (2, 3, 20, 20)
    for seen, picture in zip(model.x.numpy(), (noise(0), noise(1)), strict=True):
        np.testing.assert_allclose(seen, as_input(picture), atol=1e-6)


@pytest.mark.parametrize("size", [12, 31])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_of_another_size_it_sees_the_whole(size: int, interpolation: str) -> None:
    other, model = network(size, resize=size * 8 // 7, interpolation=interpolation)
    transfer(other, noise(0), noise(1))
    resample = getattr(Image.Resampling, interpolation.upper())
    for seen, picture in zip(model.x.numpy(), (noise(0), noise(1)), strict=True):
        resized = np.asarray(Image.fromarray(picture).resize((size, size), resample))
        np.testing.assert_allclose(seen, as_input(resized), atol=1e-6)


def test_it_says_what_the_other_makes_of_both() -> None:
    other, _ = network(20)
    found = transfer(other, halves(200, 100), halves(100, 200))
    assert found.network == NetworkRef("seen", "w.pth")
    assert (found.before[0][0], found.after[0][0]) == ("left", "right")
    assert found.fooled
    # softmax of two logits by hand: the means of three channels' normalized halves.
    left, right = as_input(halves(200, 100)).reshape(3, 20, 2, 10).mean((0, 1, 3))
    assert found.before[0][1] == pytest.approx(1 / (1 + np.exp(right - left)), abs=1e-6)
    assert not transfer(other, halves(200, 100), halves(200, 101)).fooled


def test_a_grey_network_sees_grey() -> None:
    other, model = network(12, mean=(0.0,), std=(1.0,))
    transfer(other, np.full((20, 20, 3), (255, 0, 0), np.uint8), halves(255, 255))
    assert model.x.shape == (2, 1, 12, 12)
    assert float(model.x[0].mean()) == pytest.approx(0.299, abs=1e-6)
    assert float(model.x[1].mean()) == pytest.approx(1, abs=1e-6)


def test_two_real_architectures(tiny: Network, tiny_of: Callable[..., Network]) -> None:
    torch.manual_seed(7)
    other = tiny_of(nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 12, 5)), size=12)
    found = transfer(other, noise(0, 16), noise(1, 16))
    assert len(found.before) == len(found.after) == 5
    assert sum(p for _, p in found.before) == pytest.approx(1)
