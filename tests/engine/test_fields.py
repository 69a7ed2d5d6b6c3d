"""Receptive fields: against published tables, and against a pixel that is no number."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision.models import VisionTransformer

from engine.catalogue import embedded, exported, torchvision_models
from engine.fields import receptive_field, receptive_fields
from engine.networks import Network, channels_first
from engine.units import CLASSES, ReceptiveField
from tests.engine.conftest import make_tiny


def seen(network: Network, layer: str) -> np.ndarray:
    """Which pixels each position depends on, (H, W, h, w): found by making each one NaN in turn.

    In double precision: float32's convolutions may compute several positions together.
    """
    side = network.preprocessing.size
    images = network.blank(side * side).flatten(2)  # (h * w, C, h * w), an image a pixel
    pixels = torch.arange(side * side)
    images[pixels, :, pixels] = math.nan
    images = images.unflatten(2, (side, side))
    kept: list[Tensor] = []
    model = copy.deepcopy(network.model).double()
    handle = model.get_submodule(layer).register_forward_hook(
        lambda _m, _i, output: kept.append(output)
    )
    with torch.no_grad():
        model(images.double())
    handle.remove()
    output = channels_first(kept[0]).isnan().any(1)  # (h * w, H, W) or (h * w,)
    output = output.reshape(side * side, *(output.shape[1:] or (1, 1)))
    return output.permute(1, 2, 0).unflatten(2, (side, side)).numpy()


def around(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """The smallest box around the pixels (h, w) that are set."""
    rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def check(network: Network, layer: str, *, exact: bool = True) -> ReceptiveField:
    """Every position's box against the pixels that it does depend on."""
    field = receptive_field(network, layer)
    side = network.preprocessing.size
    found = seen(network, layer)
    for row in range(found.shape[0]):
        for column in range(found.shape[1]):
            if not found[row, column].any():  # nothing but padding
                continue
            box, pixels = field.box((row, column), (side, side)), around(found[row, column])
            if exact:
                assert box == pixels, (row, column, field)
            assert box[0] <= pixels[0] and box[1] <= pixels[1], (row, column, field)
            assert box[2] >= pixels[2] and box[3] >= pixels[3], (row, column, field)
    return field


class Head(nn.Module):
    """Something with a map, then classes."""

    def __init__(self, *body: nn.Module, channels: int | None = None) -> None:
        super().__init__()
        self.body = nn.Sequential(*body)
        self.head = nn.LazyLinear(5) if channels is None else nn.Linear(channels, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x).mean((2, 3)))


def network_of(*body: nn.Module, size: int = 16) -> Network:
    torch.manual_seed(0)
    model = Head(*body)
    with torch.no_grad():
        model.eval()(torch.zeros(1, 3, size, size))
    return make_tiny(model, size)


# Araujo, Norris & Sim 2019; for the inner layers the same recurrence, by hand.
@pytest.mark.parametrize(
    ("name", "layer", "size", "stride"),
    [
        ("sketchnet", "features.0", 3, 1),  # VGG16's windows
        ("sketchnet", "features.5", 10, 2),
        ("sketchnet", "features.28", 196, 16),
        ("sketchnet", "features.30", 212, 32),
        ("alexnet", "features.10", 163, 16),
        ("alexnet", "features.12", 195, 32),
        ("inception_v3", "Mixed_7c", 1311, 32),
    ],
)
def test_published_sizes(
    name: str, layer: str, size: int, stride: int, networks: Callable[[str], Network]
) -> None:
    field = receptive_field(networks(name), layer)
    assert (field.size, field.stride) == ((size, size), (stride, stride))
    assert not field.whole


@pytest.fixture(scope="module")
def networks() -> Callable[[str], Network]:
    kept: dict[str, Network] = {}

    def load(name: str) -> Network:
        if name not in kept:
            kept.clear()
            own = name == embedded.NAME
            kept[name] = embedded.load() if own else torchvision_models.load(name, seed=0)
        return kept[name]

    return load


def bottlenecks(*counts: int) -> list[nn.Module]:
    """ResNets as Araujo et al. count them: the last unit of each block but one has the stride."""
    layers: list[nn.Module] = [nn.Conv2d(3, 1, 7, 2, 3), nn.MaxPool2d(3, 2, 1)]
    for block, count in enumerate(counts):
        for unit in range(count):
            stride = 2 if unit == count - 1 and block < len(counts) - 1 else 1
            layers.append(nn.Conv2d(3 if not layers else 1, 1, 3, stride, 1))
    return layers


@pytest.mark.parametrize(
    ("counts", "size"), [((3, 4, 6, 3), 483), ((3, 4, 23, 3), 1027), ((3, 8, 36, 3), 1507)]
)
def test_published_resnets(counts: tuple[int, ...], size: int) -> None:
    network = network_of(*bottlenecks(*counts), size=224)
    field = receptive_field(network, "body")
    assert field.size == (size, size) and field.stride == (32, 32)


def test_published_mobilenet() -> None:
    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    body = [nn.Conv2d(3, 2, 3, 2, 1)] + [nn.Conv2d(2, 2, 3, s, 1, groups=2) for s in strides]
    field = receptive_field(network_of(*body, size=224), "body")
    assert field.size == (315, 315) and field.stride == (32, 32)


class Fire(nn.Module):
    """SqueezeNet's: a narrow convolution, then two beside each other."""

    def __init__(self, channels: int, wide: int = 5) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, 3, 1)
        self.narrow = nn.Conv2d(3, 4, 1)
        self.wide = nn.Conv2d(3, 4, wide, padding=wide // 2)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu_(self.squeeze(x))
        return torch.cat([self.narrow(x), self.wide(x)], 1)


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y += x
        return y


class Writes(nn.Module):
    """Writes into a part of its input."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = x.clone()
        x[:, :2] += self.conv(x)
        return x


class Shuffled(nn.Module):
    """ShuffleNet's halves: which channels saw more is not forgotten by grouped convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.deep = nn.Conv2d(2, 2, 5, padding=2)
        self.own = nn.Conv2d(4, 4, 3, padding=1, groups=4)

    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, 1)
        x = torch.cat([a, self.deep(b)], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.own(x)[:, :1]  # the channel of the first half


class Windows(nn.Module):
    """Attention within windows of 4×4, as Swin has it."""

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        x = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, c)
        x = (x @ x.transpose(1, 2)).softmax(-1) @ x
        x = x.view(n, h // 4, w // 4, 4, 4, c).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(n, c, h, w)


class Excited(nn.Module):
    """Squeeze and excitation: every position is scaled by a mean over all of them."""

    def forward(self, x: Tensor) -> Tensor:
        return x * x.mean((2, 3), keepdim=True).sigmoid()


CASES: dict[str, tuple[nn.Module, ...]] = {
    "valid": (nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 5)),
    "even": (nn.Conv2d(3, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.MaxPool2d(2)),
    "dilated": (nn.Conv2d(3, 4, 3, padding=2, dilation=2), nn.Conv2d(4, 2, 3, 1, 3, dilation=3)),
    "ceil": (nn.MaxPool2d(3, 2, ceil_mode=True), nn.AvgPool2d(3, 2, 1, ceil_mode=True)),
    "oblong": (nn.Conv2d(3, 4, (1, 5), (1, 2), (0, 2)), nn.Conv2d(4, 4, (3, 1), padding=(1, 0))),
    "fire": (nn.Conv2d(3, 4, 3, padding=1), Fire(4), nn.MaxPool2d(2), Fire(8, 3)),
    "residual": (nn.Conv2d(3, 4, 3, padding=1), Residual(4), Residual(4)),
    "written": (nn.Conv2d(3, 4, 3, padding=1), Writes()),
    "shuffled": (nn.Conv2d(3, 4, 3, padding=1), Shuffled()),
    "adaptive": (nn.Conv2d(3, 4, 3, padding=1), nn.AdaptiveAvgPool2d(5)),
    "normed": (nn.Conv2d(3, 4, 3, padding=1), nn.GroupNorm(2, 4)),
    "padded": (nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 4, 3, 2), nn.GELU(), nn.Dropout2d()),
    "reflected": (nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"),),
    "windows": (nn.Conv2d(3, 4, 3, padding=1), Windows()),
    "excited": (nn.Conv2d(3, 4, 3, padding=1), Excited(), nn.Conv2d(4, 4, 3)),
    "crosswise": (nn.Conv2d(3, 4, 3, padding=1), nn.LocalResponseNorm(3), nn.Hardswish()),
}


@pytest.mark.parametrize("case", CASES)
def test_every_position_against_pixels_that_are_no_numbers(case: str) -> None:
    network = network_of(*CASES[case])
    # At a border a box may take in what the padding stands for, or what the last stride leaves
    # out; and a tensor that is written in parts is taken to see everything. Never the reverse.
    check(network, "body", exact=case not in ("ceil", "even", "reflected", "dilated", "written"))


def test_what_a_field_says_of_windows_and_of_everything() -> None:
    field = receptive_field(network_of(*CASES["windows"]), "body")
    assert not field.whole
    assert field.box((0, 0)) == (-1, -1, 5, 5) and field.box((5, 9)) == (3, 7, 9, 13)
    assert field.box((0, 15), (16, 16)) == (0, 11, 5, 16)
    assert receptive_field(network_of(*CASES["excited"]), "body").whole
    field = receptive_field(network_of(*CASES["valid"]), CLASSES)
    assert field.whole and field.box() == (0, 0, 16, 16)


def layers() -> st.SearchStrategy[tuple[str, int, int, int, int]]:
    return st.tuples(
        st.sampled_from(["conv", "max", "avg"]),
        st.integers(1, 4),
        st.integers(1, 2),
        st.integers(0, 2),
        st.integers(1, 2),
    )


@settings(max_examples=25)
@given(st.lists(layers(), min_size=1, max_size=3))
def test_random_networks(chosen: list[tuple[str, int, int, int, int]]) -> None:
    """Inside it is exact; at the borders it leaves nothing out."""
    body: list[nn.Module] = []
    for i, (kind, kernel, stride, padding, dilation) in enumerate(chosen):
        if kind == "conv":
            body.append(nn.Conv2d(2 if i else 3, 2, kernel, stride, padding, dilation))
        elif i == 0:
            body.append(nn.Conv2d(3, 2, 1))
        if kind == "max":
            window = (min(padding, kernel // 2), dilation, False, True)
            body.append(nn.MaxPool2d(kernel, stride, *window))
        elif kind == "avg":
            body.append(nn.AvgPool2d(kernel, stride, min(padding, kernel // 2), True))
    network = network_of(*body, size=20)
    field = check(network, "body", exact=False)
    found = seen(network, "body")
    middle = (found.shape[0] // 2, found.shape[1] // 2)
    box = field.box(middle)
    inside = found[middle].any() and not field.whole
    if inside and min(box[:2]) >= 0 and max(box[2:]) <= 20:
        assert box == around(found[middle])


def test_tokens_see_their_patch_and_then_everything(tiny_of: Callable[..., Network]) -> None:
    network = tiny_of(VisionTransformer(224, 32, 2, 2, 8, 16, num_classes=5), size=224)
    fields = receptive_fields(network)
    assert fields["conv_proj"] == ReceptiveField((32, 32), (32, 32), (0, 0), whole=False)
    patches = fields["encoder.dropout"]  # the class token, then a patch a token
    assert patches.box((0, 0)) == (0, 0, 0, 0)
    assert patches.box((9, 0)) == (32, 32, 64, 64)
    assert fields["encoder.layers.encoder_layer_0"].whole
    assert fields["encoder.ln"].whole and fields[CLASSES].whole


def test_an_exported_program_and_its_cache(shared: Path) -> None:
    network = exported.load(shared / "data" / "weights" / "lenet-mnist.pt2")
    fields = receptive_fields(network)
    assert fields["conv2"] == ReceptiveField((14, 14), (2, 2), (0, 0), whole=False)
    assert fields["pool2"].size == (16, 16) and fields["ip1"].whole
    assert receptive_fields(network) is fields
    check(network, "conv2")


def test_a_layer_sees_the_same_with_or_without_looking(tiny: Network) -> None:
    before = tiny.logits(tiny.blank(2))
    field = check(tiny, "features.4")
    assert field == ReceptiveField((8, 8), (2, 2), (-3, -3), whole=False)
    assert torch.equal(before, tiny.logits(tiny.blank(2)))
    assert not any(module._forward_hooks for module in tiny.model.modules())
    with pytest.raises(KeyError):
        receptive_field(tiny, "features.9")
