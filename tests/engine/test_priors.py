"""The priors against values and lines that are not this project's."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.priors import PRIORS, MultiScaleEdgeEnergy, NaturalPreImage
from engine.recipes import PRIOR_NAMES


class Printed(nn.Module):
    """The lecture's module, as it is printed on its slide."""

    def __init__(self) -> None:
        super().__init__()
        k = torch.exp(-(torch.tensor([[-2.0, -1.0, 0.0, 1.0, 2.0]]) ** 2) / 2)
        k = (k.t() @ k).view(1, 1, 5, 5)
        self.register_buffer("gaussian_5x5", k / k.sum())

    def forward(self, x: Tensor) -> Tensor:
        u = x.view(-1, 1, x.size(2), x.size(3))
        result = torch.zeros(())
        while min(u.size(2), u.size(3)) > 5:
            blurry = F.conv2d(u, self.gaussian_5x5, padding=2)
            result = result + (u - blurry).view(u.size(0), -1).pow(2).sum(1)
            u = F.avg_pool2d(u, kernel_size=2, padding=1)
        return result.view(x.size(0), -1).sum(1)


def waves(height: int, width: int) -> Tensor:
    """The image of the reference values: sin(0.1 (c + 1) i + 0.05 j²), (1, 3, H, W)."""
    c = torch.arange(3, dtype=torch.float64).view(3, 1, 1)
    i = torch.arange(height, dtype=torch.float64).view(1, -1, 1)
    j = torch.arange(width, dtype=torch.float64).view(1, 1, -1)
    return torch.sin(0.1 * (c + 1) * i + 0.05 * j * j)[None]


@pytest.mark.parametrize("shape", ["3x224x224", "3x96x96", "3x64x80"])
def test_edge_energy_is_the_reference(reference: dict[str, Any], shape: str) -> None:
    _, height, width = map(int, shape.split("x"))
    (h,) = MultiScaleEdgeEnergy()(waves(height, width)).tolist()
    assert h == pytest.approx(reference["edge_energy"][shape], rel=1e-9)


@pytest.mark.parametrize("shape", [(2, 3, 224, 224), (3, 3, 130, 40), (1, 1, 28, 28), (2, 3, 6, 9)])
def test_edge_energy_and_its_gradient_are_the_printed_module_s(shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    mine, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    h, wanted = MultiScaleEdgeEnergy()(mine), Printed().double()(theirs)
    assert h.shape == (shape[0],)
    # The printed kernel is computed in float32 and then widened.
    torch.testing.assert_close(h, wanted, rtol=1e-6, atol=0)
    weights = torch.linspace(1, 2, shape[0], dtype=torch.float64)  # another one for each image
    (h * weights).sum().backward()
    (wanted * weights).sum().backward()
    torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("side", [16, 131])  # the blur by a band matrix, and by shifted views
def test_gradient_of_the_edge_energy(side: int) -> None:
    x = torch.randn(2, 1, 7, side, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(MultiScaleEdgeEnergy(), (x,))


def test_edge_energy_of_a_channels_last_image_is_the_same() -> None:
    x = torch.randn(2, 3, 40, 40, dtype=torch.float64)
    last = x.to(memory_format=torch.channels_last)
    torch.testing.assert_close(MultiScaleEdgeEnergy()(last), MultiScaleEdgeEnergy()(x))


def test_an_image_too_small_for_a_scale_costs_nothing() -> None:
    x = torch.randn(2, 3, 5, 40).requires_grad_()
    h = MultiScaleEdgeEnergy()(x)
    h.sum().backward()
    assert h.tolist() == [0, 0]
    assert x.grad is not None and not x.grad.any()


def test_every_listed_prior_exists_and_the_reverse() -> None:
    assert set(PRIORS) == set(PRIOR_NAMES)


@pytest.mark.parametrize("name", PRIOR_NAMES)
def test_a_prior_is_one_number_per_image_that_no_neighbour_changes(name: str) -> None:
    x = torch.randn(3, 3, 20, 24, dtype=torch.float64).requires_grad_()
    h = PRIORS[name](x)
    assert h.shape == (3,)
    assert (h >= 0).all()
    for i in range(3):
        torch.testing.assert_close(PRIORS[name](x[i : i + 1])[0], h[i])
    if name != "none":
        (gradient,) = torch.autograd.grad(h[1], x)
        assert gradient[1].any() and not gradient[0].any() and not gradient[2].any()


def test_total_variation_by_hand() -> None:
    x = torch.tensor([[[[0.0, 1.0], [3.0, 7.0]]]])
    assert PRIORS["total-variation"](x).tolist() == [1 + 4 + 3 + 6]


def test_l2_by_hand() -> None:
    assert PRIORS["l2"](torch.tensor([[[[1.0, 2.0], [-3.0, 0.0]]]])).tolist() == [14]


def test_the_natural_pre_image_by_hand() -> None:
    bound, variation = NaturalPreImage.BOUND, NaturalPreImage.VARIATION
    x = torch.tensor([[[[0.0, 2.0]], [[0.0, 1.0]]]], dtype=torch.float64)  # two channels, 1 × 2
    wanted = (5**0.5 / bound) ** 6 + (5**0.5 / variation) ** 2
    assert NaturalPreImage()(x).tolist() == pytest.approx([wanted])
    assert bound / variation == pytest.approx(6.5) and bound * 0.226 * 255 == pytest.approx(80)


@pytest.mark.parametrize("name", ["natural-pre-image", "total-variation", "l2"])
def test_gradients_of_the_other_priors(name: str) -> None:
    x = torch.randn(2, 3, 5, 6, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(PRIORS[name], (x,))
