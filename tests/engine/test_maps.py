"""What a layer makes of a picture: the maps, where they lie, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import images, maps
from engine.catalogue import embedded
from engine.fields import receptive_field
from engine.jobs import NetworkRef
from engine.maps import (
    Fields,
    FieldsQuestion,
    Looked,
    LookQuestion,
    answer,
    grid,
    heat,
    look,
    peak,
    strongest,
)
from engine.networks import Network, NetworkError
from engine.units import CLASSES, ReceptiveField
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "_kept", {})


def test_the_maps_are_the_layer_s_own(tiny: Network, picture: np.ndarray) -> None:
    looked = look(tiny, picture, "features.3")
    assert looked.crop.shape == (16, 16, 3)
    x = tiny.preprocessing.normalize(looked.crop)
    with torch.no_grad():
        expected = tiny.model.features[:4](x)[0].numpy()  # type: ignore[index, union-attr]
        logits = tiny.model(x)[0].numpy()
    np.testing.assert_allclose(looked.maps, expected, rtol=1e-5, atol=1e-6)
    assert looked.maps.dtype == np.float32 and looked.maps.flags.c_contiguous
    assert looked.field == receptive_field(tiny, "features.3")
    assert looked.top[0][0] == tiny.classes[int(logits.argmax())]
    classes = look(tiny, picture, CLASSES)
    np.testing.assert_allclose(classes.maps, logits, rtol=1e-5)
    assert [i for i, _ in strongest(classes, 5)] == list(np.argsort(-logits))


def test_the_strongest_units() -> None:
    values = np.zeros((4, 2, 3), np.float32)
    values[2, 1, 2], values[0, 0, 1], values[3] = 9, 5, 4
    looked = Looked(0, "x", np.zeros((2, 2, 3), np.uint8), values, WINDOW, ())
    assert strongest(looked, 3) == [(2, 9.0), (0, 5.0), (3, 4.0)]
    assert strongest(looked, 9, "mean") == [(3, 4.0), (2, 1.5), (0, pytest.approx(5 / 6)), (1, 0)]
    assert peak(looked, 2) == (1, 2) and peak(looked, 0) == (0, 1)
    half = replace(looked, maps=values.astype(np.float16))
    assert strongest(half, 9, "mean")[0] == (3, 4.0)


WINDOW = ReceptiveField((3, 3), (2, 2), (-1, -1), whole=False)


class Spot(nn.Module):
    """Its layer responds where there is white, and its answer's place is known."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 1, 7, stride=4, padding=3, bias=False)
        self.layer.weight.data.fill_(1.0)
        self.head = nn.Linear(1, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layer(x).mean((2, 3)))


@pytest.mark.parametrize(("row", "column"), [(8, 8), (8, 20), (24, 12), (20, 24)])
@pytest.mark.parametrize("scale", [1, 3])
def test_the_heat_lies_where_the_unit_looks(
    tiny_of: Callable[..., Network], row: int, column: int, scale: int
) -> None:
    """A white square is hottest at its own middle; a map stretched over the image is not."""
    network = tiny_of(Spot(), size=32)
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[row - 3 : row + 4, column - 3 : column + 4] = 255
    looked = look(network, picture, "layer")
    found = heat(looked.maps[0], (32 * scale, 32 * scale), looked.field, (32, 32))
    assert found.shape == (32 * scale, 32 * scale) and found.dtype == np.float32
    found = found - found.min()
    mass = found > 0.999 * found.max()
    middle = np.argwhere(mass).mean(0) + 0.5
    np.testing.assert_allclose(middle, [(row + 0.5) * scale, (column + 0.5) * scale], atol=0.51)


def test_heat_is_the_map_s_values_at_the_middles_of_its_windows() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    found = heat(values, (5, 7), WINDOW, (5, 7))  # the middles are 0.5, 2.5, 4.5, …
    np.testing.assert_allclose(found[::2, ::2], values)
    np.testing.assert_allclose(found[1, 1], values[:2, :2].mean())
    one = heat(np.full((1, 1), 7.0), (4, 4), ReceptiveField((4, 4), (0, 0), (0, 0), True), (4, 4))
    np.testing.assert_allclose(one, 7.0)
    # Without a regular window: spread evenly.
    whole = ReceptiveField((4, 4), (0, 0), (0, 0), True)
    np.testing.assert_allclose(heat(np.eye(2), (4, 4), whole, (4, 4))[0], [1, 0.75, 0.25, 0])


def test_tokens_are_laid_out_as_their_patches() -> None:
    tokens = np.arange(10.0)[:, None]  # the class token, then nine patches
    np.testing.assert_array_equal(grid(tokens), np.arange(1.0, 10.0).reshape(3, 3))
    np.testing.assert_array_equal(grid(tokens[1:]), np.arange(1.0, 10.0).reshape(3, 3))
    assert heat(tokens, (9, 9), ReceptiveField((9, 9), (0, 0), (0, 0), True), (9, 9)).shape == (
        9,
        9,
    )


def test_what_was_asked_before_runs_nothing_again(
    tiny: Network, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = 0
    model = tiny.model.forward

    def counted(x: Tensor) -> Tensor:
        nonlocal runs
        runs += 1
        return model(x)

    def ask(layer: str, shown: np.ndarray = picture) -> Looked:
        looked = answer(LookQuestion(runs, tiny.ref, "cpu", shown, layer), tiny)
        assert isinstance(looked, Looked)
        return looked

    receptive_field(tiny, CLASSES)
    monkeypatch.setattr(tiny.model, "forward", counted)
    first = ask("features.0")
    again = ask("features.0")
    assert runs == 1 and again.maps is first.maps and again.number == 1
    ask("features.3")
    ask("features.0", 255 - picture)
    assert runs == 3
    for i in range(maps.KEPT):
        ask("features.0", np.roll(picture, i + 1, 0))
    ask("features.0")
    assert runs == 4 + maps.KEPT and len(maps._kept) == maps.KEPT
    monkeypatch.setattr(maps, "KEPT_BYTES", 1)
    ask("features.3")
    assert len(maps._kept) == 1


def test_many_maps_are_kept_in_half_precision(
    tiny: Network, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = look(tiny, picture, "features.0").maps
    monkeypatch.setattr(maps, "HALVED", full.nbytes - 1)
    half = look(tiny, picture, "features.0").maps
    assert half.dtype == np.float16
    np.testing.assert_allclose(half, full, rtol=1e-3, atol=1e-3)
    tiny.model.features[0].bias.data.fill_(1e6)  # type: ignore[index, union-attr]
    assert look(tiny, picture, "features.0").maps.dtype == np.float32  # no infinities


def test_a_layer_without_maps_is_refused_in_a_sentence(
    tiny_of: Callable[..., Network], picture: np.ndarray
) -> None:
    class Pairs(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pair = Pair()

        def forward(self, x: Tensor) -> Tensor:
            return self.pair(x)[0].mean((2, 3)).repeat(1, 2)[:, :5]

    class Pair(nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return x, x

    with pytest.raises(NetworkError, match="gives no tensor at pair"):
        look(tiny_of(Pairs()), picture, "pair")


def test_the_thread_answers(engine: Engine, heard: Heard, picture: np.ndarray) -> None:
    ref = NetworkRef(embedded.NAME)
    number, other = next_number(), next_number()
    engine.ask(LookQuestion(number, ref, "cpu", picture, "features.7"))
    engine.ask(FieldsQuestion(other, ref, "cpu"))
    heard.wait(lambda: len(heard.all("told")) == 2)
    by_number = {message.number: message for message in heard.all("told")}
    assert by_number[number].maps.shape == (32, 48, 48)
    fields = by_number[other]
    assert isinstance(fields, Fields) and fields.fields["features.30"].size == (212, 212)
    assert fields.network == ref and heard.strangers == 0


def test_a_photograph_on_a_real_network(squeezenet: Network, shared: object) -> None:
    picture = images.read(f"{shared}/data/images/ILSVRC2012_val_00000610.jpg")
    looked = look(squeezenet, picture, "features.12")
    assert looked.maps.shape == (512, 13, 13)
    assert looked.top[0][0] == "jaguar"
    (best, value), *_ = strongest(looked, 9)
    row, column = peak(looked, best)
    assert looked.maps[best, row, column] == value
    top, left, bottom, right = looked.field.box((row, column), (224, 224))
    assert 0 < bottom - top <= 155 and 0 < right - left <= 155
