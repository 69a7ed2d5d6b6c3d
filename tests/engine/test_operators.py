"""What is done to the pixels after a step: against scipy, numpy and sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from engine.maximization import climb
from engine.networks import Network, Preprocessing
from engine.operators import OPERATORS, operate
from engine.operators.blur import blurred
from engine.recipes import PIXELS_ONLY, Recipe
from engine.units import Unit

PREPROCESSING = Preprocessing(size=16, resize=16)


def after(x: torch.Tensor, recipe: Recipe, iteration: int = 0) -> torch.Tensor:
    changed = x.clone()
    operate(changed, torch.ones_like(x), recipe, iteration, PREPROCESSING)
    return changed


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(2, 3, 12, 9, generator=torch.Generator().manual_seed(0)).double()


def test_every_operator_is_a_value_of_the_recipe() -> None:
    assert set(OPERATORS) == PIXELS_ONLY - {"blur_every"}


def test_nothing_is_done_where_nothing_is_asked(x: torch.Tensor) -> None:
    assert torch.equal(after(x, Recipe()), x)


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1.0, 2.5, 7.0])
@pytest.mark.parametrize("sides", [(24, 17), (8, 5)])
def test_the_blur_is_scipy_s(sigma: float, sides: tuple[int, int]) -> None:
    """Also where the kernel is wider than the image, and meets its mirror images again."""
    x = np.random.default_rng(0).normal(size=(2, 3, *sides))
    wanted = ndimage.gaussian_filter(x, (0, 0, sigma, sigma), mode="reflect", truncate=4.0)
    found = blurred(torch.from_numpy(x), sigma).numpy()
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_the_blur_comes_every_so_often(x: torch.Tensor) -> None:
    recipe = Recipe(blur=1.0, blur_every=3)
    changed = [not torch.equal(after(x, recipe, k), x) for k in range(7)]
    assert changed == [True, False, False, True, False, False, True]


def test_decay(x: torch.Tensor) -> None:
    torch.testing.assert_close(after(x, Recipe(decay=0.3)), 0.7 * x)


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.9])
def test_the_smallest_pixels_are_numpy_s_percentile(x: torch.Tensor, fraction: float) -> None:
    found = after(x, Recipe(small_norm=fraction)).numpy()
    for image, made in zip(x.numpy(), found, strict=True):
        norms = np.linalg.norm(image, axis=0)
        kept = norms >= np.percentile(norms, 100 * fraction)
        np.testing.assert_array_equal(made, image * kept)
        assert kept.mean() == pytest.approx(1 - fraction, abs=0.02)


def test_the_least_contributions(x: torch.Tensor) -> None:
    uphill = torch.randn(x.shape, generator=torch.Generator().manual_seed(1)).double()
    found = x.clone()
    operate(found, uphill, Recipe(small_contribution=0.9), 0, PREPROCESSING)
    for image, gradient, made in zip(x.numpy(), uphill.numpy(), found.numpy(), strict=True):
        counts = np.abs((image * gradient).sum(0))
        np.testing.assert_array_equal(made, image * (counts >= np.percentile(counts, 90)))


def test_valid_pixels(x: torch.Tensor) -> None:
    found = after(5 * x, Recipe(valid_pixels=True))
    mean, std = (
        torch.tensor(v).view(3, 1, 1).double() for v in (PREPROCESSING.mean, PREPROCESSING.std)
    )
    wanted = ((5 * x * std + mean).clamp(0, 1) - mean) / std
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)
    assert not torch.equal(found, 5 * x)


def test_they_act_after_the_step_of_the_loop(tiny: Network) -> None:
    recipe = Recipe(optimizer="sgd", lr=0.01, prior="none", steps=2, blur=1.0, decay=0.1)
    states = climb(tiny, [Unit("class", 1)], recipe)
    x = next(states).x.clone().requires_grad_()
    found = next(states).x
    (gradient,) = torch.autograd.grad(tiny.logits(x)[0, 1], x)
    wanted = blurred(0.9 * (x.detach() + 0.01 * gradient), 1.0)
    torch.testing.assert_close(found, wanted)


def test_where_no_pixels_are_moved_nothing_changes_them(tiny: Network) -> None:
    plain = Recipe(parameterization="fourier", steps=3, prior="none")
    asked = plain.changed(blur=3.0, decay=0.5, small_norm=0.5)
    ends = [list(climb(tiny, [Unit("class", 1)], recipe))[-1].x for recipe in (plain, asked)]
    assert torch.equal(*ends)
