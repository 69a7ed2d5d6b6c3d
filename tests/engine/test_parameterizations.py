"""What an image is made of: against numpy's Fourier transform, lucid's numbers and gradcheck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.maximization import climb, maximize
from engine.networks import Network, Preprocessing
from engine.parameterizations import PARAMETERIZATIONS, parameterization
from engine.parameterizations.base import Shape
from engine.parameterizations.colours import correlation, from_normalized, to_normalized
from engine.parameterizations.fourier import Fourier, frequencies, scale
from engine.parameterizations.maco import Maco, magnitude
from engine.recipes import PARAMETERIZATION_NAMES, PRESETS, Recipe, preset
from engine.units import Unit

COLOUR = Preprocessing(size=16, resize=16)
GREY = Preprocessing(size=28, resize=28, mean=(0.3,), std=(0.25,))
SIDES = [(16, 16), (15, 15), (9, 14), (14, 9)]


def randn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def of(channels: int) -> Preprocessing:
    return COLOUR if channels == 3 else GREY


def test_every_listed_parameterization_exists_and_the_reverse() -> None:
    assert set(PARAMETERIZATIONS) == set(PARAMETERIZATION_NAMES)


def test_the_colours_are_lucid_s() -> None:
    """The matrix as xplique prints it, whose rows are lucid's columns, normalized."""
    printed = [
        [0.56282854, 0.58447580, 0.58447580],
        [0.19482528, 0.00000000, -0.19482528],
        [0.04329450, -0.10823626, 0.06494176],
    ]
    torch.testing.assert_close(correlation().T, torch.tensor(printed), rtol=0, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_colours_there_and_back(channels: int) -> None:
    field = 0.7 * randn(2, channels, 5, 6)
    x = to_normalized(field, of(channels))
    pixels = x * torch.tensor(of(channels).std).view(1, -1, 1, 1) + torch.tensor(
        of(channels).mean
    ).view(1, -1, 1, 1)
    assert pixels.min() > 0 and pixels.max() < 1
    torch.testing.assert_close(from_normalized(x, of(channels)), field, rtol=1e-5, atol=1e-6)


def test_black_and_white_are_reached_to_half_a_level() -> None:
    grey = GREY
    x = (torch.tensor([0.0, 1.0]).view(1, 1, 1, 2) - grey.mean[0]) / grey.std[0]
    back = to_normalized(from_normalized(x, grey), grey)
    assert ((back - x).abs() * grey.std[0]).max() <= 1 / 512 + 1e-6


@pytest.mark.parametrize("sides", SIDES)
def test_the_frequencies_are_numpy_s(sides: tuple[int, int]) -> None:
    height, width = sides
    wanted = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    np.testing.assert_allclose(frequencies(height, width, torch.float64).numpy(), wanted)


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("channels", [1, 3])
def test_fourier_is_numpy_s_inverse_transform(sides: tuple[int, int], channels: int) -> None:
    height, width = sides
    values = 0.1 * randn(*Fourier.shape((2, channels, height, width)))
    made = Fourier(values, (2, channels, height, width), of(channels))
    spectrum = (values[..., 0] + 1j * values[..., 1]).numpy()
    distance = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    weight = np.sqrt(height * width) / np.maximum(distance, 1 / max(height, width)) / 4
    field = torch.from_numpy(np.fft.irfft2(spectrum * weight, s=sides))
    torch.testing.assert_close(made.image(), to_normalized(field, of(channels)))


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("channels", [1, 3])
def test_fourier_there_and_back(sides: tuple[int, int], channels: int) -> None:
    field = 0.8 * randn(2, channels, *sides)
    x = to_normalized(field, of(channels))
    torch.testing.assert_close(Fourier.of_image(x, of(channels)).image(), x, rtol=1e-5, atol=1e-5)


def spectrum_of(made: Maco) -> np.ndarray:
    return np.fft.rfft2(made.field(made.values).detach().numpy())


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("channels", [1, 3])
def test_maco_keeps_the_magnitude_exactly(sides: tuple[int, int], channels: int) -> None:
    """Whatever the phases: numpy finds the fixed spectrum in the image, in every coefficient."""
    shape: Shape = (2, channels, *sides)
    wanted = magnitude(*sides, torch.float64).expand(2, channels, -1, -1).numpy()
    for deviation in (0.0, 0.3, 30.0):
        made = Maco(deviation * randn(*Maco.shape(shape), seed=1), shape, of(channels))
        np.testing.assert_allclose(np.abs(spectrum_of(made)), wanted, atol=1e-9 * wanted.max())


@pytest.mark.parametrize("sides", SIDES)
def test_maco_s_spectrum_falls_as_one_over_frequency(sides: tuple[int, int]) -> None:
    distance = np.hypot(np.fft.fftfreq(sides[0])[:, None], np.fft.rfftfreq(sides[1])[None])
    found = magnitude(*sides, torch.float64).numpy()
    assert found[0, 0] == 0  # mid grey
    product = (found * distance).ravel()[1:]
    np.testing.assert_allclose(product, product[0])
    made = Maco(3 * randn(*Maco.shape((1, 1, *sides))), (1, 1, *sides), GREY)
    field = made.field(made.values).detach()
    assert float(field.square().mean()) == pytest.approx(1)
    assert float(field.mean()) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("sides", SIDES)
def test_maco_takes_an_image_s_phases(sides: tuple[int, int]) -> None:
    field = 0.5 * randn(1, 3, *sides)
    field -= field.mean((2, 3), keepdim=True)
    made = Maco.of_image(to_normalized(field, COLOUR), COLOUR)
    theirs = np.fft.rfft2(field.numpy())
    mine = spectrum_of(made)
    columns = range(1, (sides[1] + 1) // 2)  # the others' own mirrors are real where they meet
    np.testing.assert_allclose(
        np.cos(np.angle(mine) - np.angle(theirs))[..., columns], 1, atol=1e-6
    )


@pytest.mark.parametrize("maker", [Fourier, Maco])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sides", [(6, 7), (4, 6)])
def test_gradients(maker: type[Fourier | Maco], channels: int, sides: tuple[int, int]) -> None:
    shape: Shape = (1, channels, *sides)
    values = 0.3 * randn(*maker.shape(shape))
    made = maker(values, shape, of(channels))
    assert torch.autograd.gradcheck(made.made, (values.requires_grad_(),))


@pytest.mark.parametrize("name", PARAMETERIZATION_NAMES)
def test_the_pulled_gradient_is_the_chain_rule_s(tiny: Network, name: str) -> None:
    recipe = Recipe(parameterization=name)
    start = 0.3 * randn(2, 3, 9, 8)
    made = parameterization(tiny, (2, 3, 9, 8), recipe, torch.Generator(), start)
    weights = randn(2, 3, 9, 8, seed=1)
    x = made.image()
    (by_hand,) = torch.autograd.grad((x * weights).sum(), x)
    pulled = made.pull(by_hand)
    assert pulled.shape == made.values.shape
    before = float((made.image() * weights).sum().detach())
    with torch.no_grad():
        made.values.add_(pulled, alpha=1e-6 / float(pulled.norm()))
    after = float((made.image() * weights).sum().detach())
    assert (after - before) / 1e-6 == pytest.approx(float(pulled.norm()), rel=1e-3)


class Grey(nn.Module):
    """One channel in; its input size is fixed, as an exported network's may be."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = nn.Linear(4 * 13 * 13, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x).relu().flatten(1))


@pytest.fixture
def grey(tiny_of: Callable[..., Network]) -> Network:
    network = tiny_of(Grey(), size=15)
    network.preprocessing = Preprocessing(size=15, resize=15, mean=(0.0,), std=(1.0,))
    return network


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_climbs_on_a_grey_network_of_an_odd_fixed_size(
    grey: Network, name: str
) -> None:
    recipe = preset(name).changed(steps=30)
    steps = list(maximize(grey, "class:2", recipe))
    assert steps[-1].image.shape == (15, 15, 3)
    assert np.ptp(steps[-1].image, axis=2).max() == 0  # grey is shown grey
    assert steps[-1].image.std() > 1  # and not flat
    assert steps[-1].f > steps[0].f


@pytest.mark.parametrize("name", ["fourier-2017", "maco-2023", "yosinski-2015"])
def test_what_lives_in_valid_pixels_is_shown_as_it_is(tiny: Network, name: str) -> None:
    recipe = preset(name).changed(steps=3)
    (*_, state) = climb(tiny, [Unit("class", 1)], recipe)
    (*_, step) = maximize(tiny, "class:1", recipe)
    pixels = tiny.preprocessing.to_pixels(state.x)
    unclamped = state.x * torch.tensor(tiny.preprocessing.std).view(3, 1, 1) + torch.tensor(
        tiny.preprocessing.mean
    ).view(3, 1, 1)
    torch.testing.assert_close(pixels, unclamped, rtol=0, atol=1e-6)
    wanted = (255 * pixels[0].permute(1, 2, 0)).round().numpy()
    assert np.abs(step.image - wanted).max() <= 1


@pytest.mark.parametrize("name", PARAMETERIZATION_NAMES)
def test_rows_of_a_batch_do_not_touch_each_other(tiny: Network, name: str) -> None:
    recipe = Recipe(parameterization=name, steps=3, prior="none", lr=0.01)
    units = [Unit("class", 1), Unit("class", 3)]
    x = 0.3 * randn(2, 3, 16, 16)
    *_, both = climb(tiny, units, recipe, start=x)
    for row, unit in enumerate(units):
        *_, alone = climb(tiny, [unit], recipe, start=x[row : row + 1])
        torch.testing.assert_close(both.x[row], alone.x[0], rtol=1e-4, atol=1e-4)


def test_fourier_starts_from_a_picture(tiny: Network) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    first = next(maximize(tiny, "class:1", preset("fourier-2017"), picture))
    assert np.abs(first.image.astype(int) - picture).max() <= 1


def test_a_crop_shows_a_fixed_network_a_part_of_a_larger_image(grey: Network) -> None:
    recipe = Recipe(parameterization="maco", crop=0.5, noise=0.1, steps=2, prior="none")
    state = next(climb(grey, [Unit("conv", 1)], recipe))
    assert state.x.shape == (1, 1, 15, 15)


def test_the_weight_of_a_frequency(tiny: Network) -> None:
    """Twice the frequency counts half; the lowest counts as one cycle on the longer side."""
    found = scale(8, 16)
    assert float(found[0, 2] / found[0, 4]) == pytest.approx(2)
    assert float(found[0, 0]) == pytest.approx(float(found[0, 1]))
    assert float(found[0, 1]) == pytest.approx((8 * 16) ** 0.5 * 16 / 4)
