"""Exported programs as networks: their layers, units, gradients, batches and sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine import maximize
from engine.catalogue import exported, load_network, load_ref
from engine.images import read
from engine.maximization import climb, displayed
from engine.networks import Network, NetworkError
from engine.recipes import preset
from engine.units import Unit
from tests.engine.catalogue.exports import Small, save


@pytest.fixture(scope="module")
def model() -> Small:
    torch.manual_seed(0)
    return Small().eval()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="module")
def network(model: Small, folder: Path) -> Network:
    return exported.load(save(folder / "small.pt2", model, batch=(1, 64)))


def test_its_layers_are_the_exported_modules(network: Network) -> None:
    info = network.info()
    layers = {x.name: x for x in info.layers}
    assert list(layers) == ["conv1", "bn", "relu", "block", "block.0", "block.1", "ip"]
    assert (layers["conv1"].kind, layers["conv1"].shape) == ("Conv2d", (6, 12, 12))
    assert layers["conv1"].parameters == 6 * 9 + 6 and layers["conv1"].channels == 6
    # The sequence's output is its last layer's, whose units these are.
    assert (layers["block"].kind, layers["block"].channels) == ("Sequential", 0)
    assert layers["block.1"].channels == 6
    assert info.classes == ("0", "1", "2", "3")
    assert (info.input_size, info.input_channels) == (12, 1)
    assert (network.preprocessing.mean, network.preprocessing.std) == ((0.0,), (1.0,))


def test_units_are_the_layers_own_outputs(network: Network, model: Small) -> None:
    x = torch.randn(3, 1, 12, 12)
    conv = F.conv2d(x, model.conv1.weight, model.conv1.bias, padding=1)
    bn = model.bn(conv)
    assert (bn < 0).any()  # the ReLU, in place, and the addition must not be seen
    found = network.activations(x, ["conv1", "bn", "relu", "block.0", "class"])
    torch.testing.assert_close(found["conv1"], conv)
    torch.testing.assert_close(found["bn"], bn)
    torch.testing.assert_close(found["relu"], bn.relu())
    torch.testing.assert_close(found["block.0"], model.block[0](bn.relu()))
    torch.testing.assert_close(found["class"], model(x.clone()))
    for name in ("conv1", "bn", "relu", "block.1"):
        torch.testing.assert_close(
            network.activations(x, [name])[name], network.activations(x, [name, "class"])[name]
        )


def test_gradients_reach_the_input(network: Network, model: Small) -> None:
    x = torch.randn(2, 1, 12, 12)
    mine, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    (a,) = torch.autograd.grad(network.logits(mine)[:, 2].sum(), mine)
    (b,) = torch.autograd.grad(model(theirs)[:, 2].sum(), theirs)
    torch.testing.assert_close(a, b)
    (c,) = torch.autograd.grad(network.activations(mine, ["bn"])["bn"][:, 1].sum(), mine)
    (d,) = torch.autograd.grad(model.bn(model.conv1(theirs))[:, 1].sum(), theirs)
    torch.testing.assert_close(c, d)


def test_nothing_behind_the_layer_is_run(network: Network) -> None:
    seen = []
    parts = dict(network.model.named_modules())
    handles = [
        parts[name].register_forward_pre_hook(lambda _m, _i, name=name: seen.append(name))
        for name in ("conv1", "bn", "relu", "block.0", "ip")
    ]
    network.activations(torch.zeros(1, 1, 12, 12), ["bn"])
    for handle in handles:
        handle.remove()
    assert seen == ["conv1", "bn"]


@pytest.mark.parametrize("batch", [1, 4])
def test_a_fixed_batch_takes_any_number_of_images(model: Small, folder: Path, batch: int) -> None:
    network = exported.load(save(folder / f"batch{batch}.pt2", model, fixed=batch))
    assert {x.name: x.shape for x in network.info().layers}["conv1"] == (6, 12, 12)
    for count in (1, 3, 4, 9):
        x = torch.randn(count, 1, 12, 12).requires_grad_()
        found = network.activations(x, ["conv1", "class"])
        torch.testing.assert_close(found["class"], model(x.clone()))
        torch.testing.assert_close(found["conv1"], model.conv1(x))
        (gradient,) = torch.autograd.grad(found["class"].sum(), x)
        assert gradient.abs().sum((1, 2, 3)).min() > 0


def test_another_size_is_refused_in_words(network: Network) -> None:
    with pytest.raises(NetworkError, match=r"12×12.*takes no others.*16×16"):
        network.logits(torch.zeros(1, 1, 16, 16))
    with pytest.raises(NetworkError, match="12×12"):
        list(maximize(network, "conv1:0", preset("balanced").changed(steps=1, size=24)))


def test_a_last_softmax_is_not_the_logits(model: Small, folder: Path) -> None:
    whole = nn.Sequential(model, nn.Softmax(1))
    network = exported.load(save(folder / "softmax.pt2", whole))
    x = torch.randn(1, 1, 12, 12)
    torch.testing.assert_close(network.logits(x), model(x.clone()))


def test_operations_where_no_layers_are_named(model: Small, folder: Path) -> None:
    class Bare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(5, 3, 3, 3))

        def forward(self, x: Tensor) -> Tensor:
            return F.conv2d(x, self.weight).relu().mean((2, 3))

    network = exported.load(save(folder / "bare.pt2", Bare(), channels=3, size=16))
    assert [(x.name, x.shape) for x in network.info().layers] == [
        ("conv2d", (5, 14, 14)),
        ("relu", (5, 14, 14)),
        ("mean", (5,)),
    ]
    assert network.preprocessing.mean == (0.485, 0.456, 0.406)


@pytest.mark.parametrize(
    ("model", "inputs", "says"),
    [
        (nn.Linear(4, 2), torch.zeros(1, 4), "takes no images"),
        (nn.Conv2d(1, 2, 3), torch.zeros(1, 1, 12, 12), "no classifier.*1×2×10×10"),
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), torch.zeros(1, 4, 4, 4), "4 channels"),
        (nn.Sequential(nn.Flatten(), nn.Linear(96, 2)), torch.zeros(1, 1, 8, 12), "8×12"),
    ],
    ids=["no image", "a map", "channels", "oblong"],
)
def test_what_is_no_classifier(tmp_path: Path, model: nn.Module, inputs: Tensor, says: str) -> None:
    path = tmp_path / "other.pt2"
    torch.export.save(torch.export.export(model.eval(), (inputs,)), path)
    with pytest.raises(NetworkError, match=says):
        exported.load(path)


def test_a_network_in_training_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"while training.*eval\(\)"):
        exported.load(save(tmp_path / "train.pt2", Small().train()))


def test_it_is_loaded_by_its_file_and_again_by_its_ref(network: Network, folder: Path) -> None:
    path = folder / "small.pt2"
    for again in (load_network(str(path)), load_ref(network.ref), load_network("small.pt2", path)):
        assert again.ref == network.ref and again.name == again.ref.name == "small.pt2"
    with pytest.raises(NetworkError, match="leave out"):
        load_network(str(path), folder / "other.pth")
    with pytest.raises(NetworkError, match="whole network"):
        load_network("resnet18", path)


def test_what_is_grown_is_grey(network: Network) -> None:
    *_, last = maximize(network, "class:1", preset("balanced").changed(steps=3))
    assert last.image.shape == (12, 12, 3)
    assert (last.image == last.image[..., :1]).all() and np.ptp(last.image) > 0


@pytest.fixture(scope="module")
def lenet(shared: Path) -> Network:
    path = shared / "data" / "weights" / "lenet-mnist.pt2"
    if not path.is_file():
        pytest.skip(f"no reference material: {path} is absent")
    return load_network(str(path))


def test_lenet_reads_digits(lenet: Network, shared: Path) -> None:
    layers = {x.name: x.shape for x in lenet.info().layers}
    assert layers["conv1"] == (20, 24, 24) and layers["pool2"] == (50, 4, 4)
    assert layers["ip1"] == (500,) and lenet.info().layer("flatten").channels == 0
    for digit in range(10):
        x = lenet.preprocessing.normalize(read(shared / "data" / "images" / f"mnist_{digit}.png"))
        ((name, p), *_) = lenet.classify(x)[0]
        assert name == str(digit) and p > 0.9


def test_lenet_s_digits_by_the_default_preset(lenet: Network) -> None:
    *_, last = climb(lenet, [Unit("class", i) for i in range(10)], preset("balanced"))
    # And as they are shown, which is what a person sees of them: one may be read as another.
    shown = lenet.preprocessing.normalize(displayed(lenet, last.x))
    for digit, own in enumerate(lenet.classify(last.x)):
        assert own[0][0] == str(digit) and own[0][1] >= 0.99
    assert sum(top[0][0] == str(i) for i, top in enumerate(lenet.classify(shown))) >= 9
