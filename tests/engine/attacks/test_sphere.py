"""The sphere test: where the points lie, how many change, and that the seed alone decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine import images
from engine.attacks.attack import attack
from engine.attacks.parcels import Pixels
from engine.attacks.sphere import distance, ends, points, sphere_test
from engine.control import Stopped
from engine.jobs import NetworkRef, Picture
from engine.networks import Network, Preprocessing


def grey_picture(size: int = 16) -> Picture:
    return np.full((size, size, 3), 128, np.uint8)


def moved(original: Picture, by: float) -> Pixels:
    values = original.astype(np.float32) / 255
    values[0, 0, 0] += by
    return values


class Recorder:
    """A network's own answers, and everything that it was asked."""

    def __init__(self, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[torch.Tensor] = []
        real = Network.logits

        def logits(this: Network, x: torch.Tensor) -> torch.Tensor:
            self.asked.append(x.clone())
            return real(this, x)

        monkeypatch.setattr(Network, "logits", logits)


@pytest.fixture(scope="module")
def ascended(shared: Path, squeezenet: Network) -> tuple[Picture, Pixels]:
    """The photograph that the issue names, after the lecture's fifteen steps."""
    picture = images.read(shared / "data" / "images" / "ILSVRC2012_val_00006491.jpg")
    steps = list(attack(squeezenet, [picture]))
    return steps[0].images[0], steps[-1].values[0]


def test_every_sample_on_the_photograph_lies_at_twice_the_distance(
    squeezenet: Network, ascended: tuple[Picture, Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, values = ascended
    recorder = Recorder(squeezenet, monkeypatch)
    *_, state = sphere_test(squeezenet, original, values, samples=64, seed=0)
    given = torch.cat(recorder.asked)
    centre, adversarial, *samples = given.double()
    assert len(samples) == 64
    # From the definition, apart from the code: pixels of the PNG and the float ones.
    mean = np.array([0.485, 0.456, 0.406])
    std = np.array([0.229, 0.224, 0.225])
    x = (original / 255.0 - mean) / std
    x_adversarial = (values.astype(np.float64) - mean) / std
    radius = 2 * np.linalg.norm(x - x_adversarial)
    assert state.sphere.radius == pytest.approx(radius, abs=1e-5)
    assert float((centre - adversarial).norm()) * 2 == pytest.approx(radius, abs=1e-5)
    for sample in samples:
        at = sample.permute(1, 2, 0).numpy()
        assert np.linalg.norm(at - x) == pytest.approx(radius, abs=1e-5)
    assert (state.before, state.adversarial) == ("tiger shark", "great white shark")
    *_, other = sphere_test(squeezenet, original, values, samples=64, seed=0, chunk=25)
    assert other == state


def test_all_thousand_points_around_the_photograph(
    squeezenet: Network, ascended: tuple[Picture, Pixels]
) -> None:
    centre, adversarial = ends(squeezenet, *ascended)
    radius = 2 * distance(centre, adversarial)
    for point in islice(points(centre, radius, 0), 1000):
        assert distance(point, centre) == pytest.approx(radius, abs=1e-5)


def linear(weights: torch.Tensor, bias: float, size: int = 16, channels: int = 3) -> Network:
    """Two classes; the second where w·x > b, of normalized x."""
    last = nn.Linear(weights.numel(), 2)
    with torch.no_grad():
        last.weight.copy_(torch.stack([torch.zeros_like(weights), weights]))
        last.bias.copy_(torch.tensor([0.0, -bias]))
    p = Preprocessing(size, size, (0.5,) * channels, (0.25,) * channels)
    model = nn.Sequential(nn.Flatten(), last)
    return Network("linear", "Linear", model, ("below", "above"), p, NetworkRef("linear"))


@pytest.mark.parametrize(("z", "share"), [(0.0, 0.5), (1.0, 0.1587), (2.0, 0.0228)])
def test_as_many_change_as_lie_beyond_a_plane(z: float, share: float) -> None:
    # Of points uniform on a sphere of radius r in D dimensions one coordinate is nearly
    # N(0, r²/D): beyond z·r/√D lies what the normal table says.
    numbers, samples = 768, 3000
    weights = torch.zeros(numbers)
    weights[5] = 1.0
    original = grey_picture()
    centre = (128 / 255 - 0.5) / 0.25
    radius = 2 * 0.5 / 0.25  # one value moved by 0.5 of a pixel's range
    network = linear(weights, centre + z * radius / numbers**0.5 + 1e-6)
    values = moved(original, 0.5)
    *_, state = sphere_test(network, original, values, samples=samples, chunk=500)
    assert state.sphere.radius == pytest.approx(radius, abs=1e-5)
    spread = (share * (1 - share) / samples) ** 0.5
    assert abs(state.sphere.changed / samples - share) < 4 * spread + 0.002
    assert state.sphere.classes == (("above", state.sphere.changed),)
    assert (state.before, state.adversarial) == ("below", "below")


def test_the_points_prefer_no_direction() -> None:
    centre = torch.linspace(-2, 2, 768).view(3, 16, 16)
    found = torch.stack(list(islice(points(centre, 10.0, 4), 2000))) - centre
    found = found.flatten(1)
    # Each coordinate's variance is r²/D; of 2000 samples it is known to 3 %.
    variance = found.square().mean(0) * 768 / 100
    assert float(variance.mean()) == pytest.approx(1, abs=1e-4)
    assert float(variance.std()) == pytest.approx((2 / 2000) ** 0.5, rel=0.15)
    assert float(found.mean(0).abs().max()) < 5 * 10 / (768 * 2000) ** 0.5


@pytest.fixture
def varied(tiny_of: Callable[..., Network]) -> Network:
    """Five classes that lie close to each other everywhere."""
    torch.manual_seed(5)
    return tiny_of(nn.Sequential(nn.Flatten(), nn.Linear(768, 5)))


def noisy() -> tuple[Picture, Pixels]:
    rng = np.random.default_rng(0)
    original = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return original, (original / 255 + rng.normal(0, 0.2, original.shape)).astype(np.float32)


def test_not_the_chunk_but_the_seed_changes_the_count(varied: Network) -> None:
    def last(**kind: Any) -> Any:
        *_, state = sphere_test(varied, *noisy(), samples=300, **kind)
        return state

    states = [last(chunk=chunk) for chunk in (0, 1, 7, 300, 1000)]
    assert 0 < states[0].sphere.changed < 300
    assert all(state == states[0] for state in states)
    assert last(seed=1).sphere.seed == 1
    assert len({last(seed=seed).sphere.changed for seed in range(5)}) > 1


def test_a_state_after_every_chunk_is_a_result_of_its_own(varied: Network) -> None:
    states = list(sphere_test(varied, *noisy(), samples=20, chunk=8))
    assert [state.done for state in states] == [8, 16, 20]
    for state in states:
        sphere = state.sphere
        assert sphere.samples == state.done >= sphere.changed > 0
        assert sum(count for _, count in sphere.classes) == sphere.changed
        assert state.before not in dict(sphere.classes)
        counts = [count for _, count in sphere.classes]
        assert counts == sorted(counts, reverse=True)
        *_, alone = sphere_test(varied, *noisy(), samples=state.done)
        assert alone.sphere == sphere


def test_it_ends_between_chunks(tiny: Network) -> None:
    calls: Iterator[int] = iter(range(10))

    def pulse() -> None:
        if next(calls) == 2:
            raise Stopped

    seen = []
    with pytest.raises(Stopped):
        for state in sphere_test(
            tiny, grey_picture(), moved(grey_picture(), 0.1), samples=100, chunk=10, pulse=pulse
        ):
            seen.append(state.done)
    assert seen == [10, 20]


def test_a_grey_network_has_one_channel() -> None:
    network = linear(torch.ones(256), 0.0, channels=1)
    values = np.full((16, 16, 1), 128 / 255 + 0.25, np.float32)
    *_, state = sphere_test(network, grey_picture(), values, samples=3)
    assert state.sphere.radius == pytest.approx(2 * 16 * 1.0, abs=1e-3)  # 1 in each of 256
    with pytest.raises(ValueError, match="not of one image"):
        next(sphere_test(network, grey_picture(), moved(grey_picture(), 0.1)))


def test_what_cannot_be_tested_is_a_sentence(tiny: Network) -> None:
    original = grey_picture()
    with pytest.raises(ValueError, match="is the original"):
        next(sphere_test(tiny, original, moved(original, 0.0)))
    # The way through normalized space and back leaves an unmoved picture with rounding.
    with pytest.raises(ValueError, match="is the original"):
        next(sphere_test(tiny, original, moved(original, 6e-8)))
    with pytest.raises(ValueError, match="one sample"):
        next(sphere_test(tiny, original, moved(original, 0.1), samples=0))
    # One step of 1/255 in one value of a photograph is a distance like any other.
    next(sphere_test(tiny, original, moved(original, 1 / 255)))
