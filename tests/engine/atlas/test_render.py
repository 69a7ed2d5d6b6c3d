"""An atlas's pictures: those of ``maximize``, whatever the batch; what goes wrong with one unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.atlas import render as room
from engine.atlas.making import Beat, make
from engine.atlas.parcels import Made, sections
from engine.atlas.render import Renderer, costs
from engine.atlas.store import Store
from engine.devices import DeviceError
from engine.jobs import NetworkError
from engine.maximization import climb, maximize
from engine.networks import Network
from engine.recipes import PRESETS, Recipe, preset
from engine.units import CLASSES, Unit

FEW = preset("balanced").changed(steps=6)


def rendered(renderer: Renderer, layer: str, indices: list[int]) -> tuple[list[int], list[Made]]:
    """How many images moved at each iteration, and what came out."""
    steps = renderer.render(layer, indices)
    moves = []
    while True:
        try:
            moves.append(next(steps))
        except StopIteration as end:
            return moves, end.value


@pytest.mark.parametrize("layer", ["features.2", CLASSES])
@pytest.mark.parametrize("name", PRESETS)
def test_a_unit_s_picture_is_that_of_maximize(tiny: Network, layer: str, name: str) -> None:
    recipe = preset(name).changed(steps=5, seed=5)
    moves, made = rendered(Renderer(tiny, recipe), layer, [0, 2, 3])
    assert moves == [3] * 5
    for one in made:
        alone = list(maximize(tiny, one.unit, recipe))[-1]
        assert one.picture is not None
        # The arithmetic of a batch differs in the last bits: a level here and there.
        assert np.abs(one.picture.astype(int) - alone.image).max() <= 1
        assert math.isclose(one.f, alone.f, rel_tol=1e-4)
        assert one.top == alone.top[0][0] and math.isclose(one.p, alone.top[0][1], rel_tol=1e-4)


def test_rows_of_an_ordinary_climb_start_apart(tiny: Network) -> None:
    units = [Unit("features.0", 1)] * 2
    apart = next(climb(tiny, units, FEW)).x
    alike = next(climb(tiny, units, FEW, alike=True)).x
    assert not torch.equal(apart[0], apart[1]) and torch.equal(alike[0], alike[1])
    assert torch.equal(alike[:1], next(climb(tiny, units[:1], FEW)).x)


def test_a_layer_is_always_cut_in_the_same_places(tiny: Network) -> None:
    renderer = Renderer(tiny, FEW)
    assert renderer.size == 256  # of 16 pixels; powers of two all
    renderer.size = 4
    assert list(renderer.batches(10, ())) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert list(renderer.batches(10, {1, 4, 5, 6, 7})) == [[0, 2, 3], [8, 9]]
    assert list(renderer.batches(10, range(10))) == []
    batches = renderer.batches(10, ())
    next(batches)
    renderer.size = 2  # memory was full: what follows is on the finer grid
    assert list(batches) == [[4, 5], [6, 7], [8, 9]]


@pytest.mark.parametrize(("side", "size"), [(28, 256), (96, 16), (224, 4), (299, 2), (700, 1)])
def test_a_cpu_s_batches_are_small(tiny: Network, side: int, size: int) -> None:
    assert Renderer(tiny, FEW.changed(size=side)).size == size


def crowded(limit: int) -> Callable[..., Iterator[object]]:
    """A climb on a device whose memory holds so many images."""

    def climbing(network: Network, units: list[Unit], *args: object, **more: object) -> object:
        states = climb(network, units, *args, **more)  # type: ignore[arg-type]
        for k, state in enumerate(states):
            if len(units) > limit and k == 1:
                raise torch.OutOfMemoryError("CUDA out of memory")
            yield state

    return climbing  # type: ignore[return-value]


def test_full_memory_halves_the_batch(tiny: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    _, wanted = rendered(Renderer(tiny, FEW), "features.3", list(range(8)))
    monkeypatch.setattr(room, "climb", crowded(2))
    renderer = Renderer(tiny, FEW)
    renderer.size = 8
    _, made = rendered(renderer, "features.3", list(range(8)))
    assert [x.unit.index for x in made] == list(range(8))
    assert renderer.size in (1, 2)
    for one, other in zip(made, wanted, strict=True):
        assert one.picture is not None and other.picture is not None
        assert np.abs(one.picture.astype(int) - other.picture).max() <= 1
    monkeypatch.setattr(room, "climb", crowded(0))
    with pytest.raises(DeviceError, match="Choose a smaller image size"):
        rendered(Renderer(tiny, FEW), "features.3", [0, 1])


class Sick(nn.Module):
    """Four channels, the third of which is no number."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.conv.bias.data[2] = math.nan  # type: ignore[union-attr]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.pad(self.conv(x).mean((2, 3)), (0, 1))


def test_a_unit_that_is_no_number_costs_itself_alone(
    tiny_of: Callable[..., Network], tmp_path: Path
) -> None:
    network = tiny_of(Sick())
    with Store.open(tmp_path, network.ref, FEW) as store:
        beats = list(make(network, store, sections(network.info(), ("conv",))))
        assert store.layers() == [("conv", 4, 4)]
        pictures = [store.picture(Unit("conv", i)) is not None for i in range(4)]
        assert pictures == [True, True, False, True]
        assert beats[-1].done == 4 and beats[-1].share == pytest.approx(1)
        assert list(make(network, store, sections(network.info(), ("conv",)))) == []


class Aside(nn.Module):
    """A layer beside the way from the input: no gradient comes from it."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3, padding=1)
        self.aside = nn.Conv2d(2, 3, 1)
        self.last = nn.Conv2d(2, 5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        self.aside(torch.ones_like(x))
        return self.last(x).mean((2, 3))


def test_a_layer_that_cannot_be_climbed_costs_itself_alone(
    tiny_of: Callable[..., Network], tmp_path: Path
) -> None:
    network = tiny_of(Aside())
    with Store.open(tmp_path, network.ref, FEW) as store:
        beats = list(make(network, store, sections(network.info())))
        assert store.layers() == [("first", 2, 2), ("aside", 0, 3), ("last", 5, 5), (CLASSES, 5, 5)]
    (said,) = [beat.trouble for beat in beats if beat.trouble]
    assert said.startswith("aside is left out: ") and said.endswith(".") and "\n" not in said
    shares = [beat.share for beat in beats]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)


def test_what_a_layer_costs_grows_along_the_network(sketchnet: Network) -> None:
    names = ["features.0", "features.14", "class"]
    found = costs(sketchnet, preset("balanced"), names)
    assert list(found) == names
    assert 0 < found["features.0"] < found["features.14"] < found["class"] < 30


def through(network: Network, folder: Path, layers: tuple[str, ...], recipe: Recipe) -> list[Beat]:
    with Store.open(folder, network.ref, recipe) as store:
        return list(make(network, store, sections(network.info(), layers)))


def test_everything_is_made_and_told(tiny: Network, tmp_path: Path) -> None:
    beats = through(tiny, tmp_path, (), FEW)
    wanted = [str(unit) for unit in tiny.info().units()]
    assert [str(x.unit) for beat in beats for x in beat.made] == wanted
    assert all(len(beat.made) == len(beat.thumbnails) for beat in beats)
    shares = [beat.share for beat in beats]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == pytest.approx(1)
    assert [beat.done for beat in beats] == sorted(beat.done for beat in beats)
    assert beats[-1].done == beats[-1].total == len(wanted) and beats[-1].left < 0.1
    # How long it takes is not said before a batch is made, and always after that.
    first = next(i for i, beat in enumerate(beats) if beat.made)
    assert all(math.isnan(beat.left) for beat in beats[:first])
    assert all(beat.left >= 0 for beat in beats[first:])
    with Store.open(tmp_path) as store:
        assert store.title == "Tiny" and store.classes == tiny.classes
        assert len(store.done()) == len(wanted)


def test_one_that_was_interrupted_ends_with_the_same_pictures(
    tiny: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(room.PIXELS, "cpu", 3 * 16**2)  # batches of two
    layers = ("features.3", CLASSES)
    through(tiny, tmp_path / "whole", layers, FEW)
    for stop in (5, 11):  # within the first batch, within the second
        with Store.open(tmp_path / "cut", tiny.ref, FEW) as store:
            beats = make(tiny, store, sections(tiny.info(), layers))
            for _ in range(stop):
                next(beats)
            beats.close()
            assert len(store.done()) < 8 + 5
    through(tiny, tmp_path / "cut", layers, FEW)
    with Store.open(tmp_path / "whole") as whole, Store.open(tmp_path / "cut") as cut:
        assert whole.done() == cut.done() and len(cut.done()) == 8 + 5
        for layer in layers:
            assert whole.files("pictures", layer) == cut.files("pictures", layer)


def test_a_size_that_the_network_does_not_take(
    tiny_of: Callable[..., Network], tmp_path: Path
) -> None:
    network = tiny_of(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 14 * 14, 5)))
    with pytest.raises(NetworkError, match="cannot take images of 32×32"):
        through(network, tmp_path, ("0",), FEW.changed(size=32))
