"""What a unit means: the layer's own output, and no more of the network run than it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.catalogue import torchvision_models
from engine.networks import Network, NetworkError, Preprocessing, check_input_size


def noise(network: Network, count: int = 2, side: int | None = None) -> Tensor:
    side = side or network.preprocessing.size
    generator = torch.Generator().manual_seed(5)
    return torch.randn(count, network.preprocessing.channels, side, side, generator=generator)


def hooks_of(network: Network) -> int:
    return sum(
        len(m._forward_hooks) + len(m._forward_pre_hooks) + len(m._backward_hooks)
        for m in network.model.modules()
    )


def calls(network: Network, run: Callable[[], object]) -> Counter[str]:
    """How often each module without children was called."""
    seen: Counter[str] = Counter()
    handles = [
        module.register_forward_pre_hook(lambda _m, _i, name=name: seen.update([name]))
        for name, module in network.model.named_modules()
        if not list(module.children())
    ]
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return seen


def test_an_in_place_relu_leaves_the_convolution_its_own_output(tiny: Network) -> None:
    x = noise(tiny)
    conv = tiny.model.features[0]  # type: ignore[index]
    by_hand = F.conv2d(x, conv.weight, conv.bias, padding=1)
    assert (by_hand < 0).any()
    torch.testing.assert_close(tiny.activations(x, ["features.0"])["features.0"], by_hand)
    relu = tiny.activations(x, ["features.1"])["features.1"]
    torch.testing.assert_close(relu, by_hand.clamp(min=0))
    # Both at once, with the network run on to its end.
    both = tiny.activations(x, ["features.0", "features.1", "class"])
    torch.testing.assert_close(both["features.0"], by_hand)
    torch.testing.assert_close(both["class"], tiny.logits(x))


@pytest.mark.parametrize("name", ["features.0", "features.3.expand3x3"])
def test_squeezenet_s_convolutions_are_their_own(name: str) -> None:
    network = torchvision_models.load("squeezenet1_1", seed=0)
    x = noise(network, 1, 64)
    conv = network.model.get_submodule(name)
    inputs: list[Tensor] = []
    handle = conv.register_forward_pre_hook(lambda _m, args: inputs.append(args[0].clone()))
    output = network.activations(x, [name])[name]
    handle.remove()
    by_hand = F.conv2d(inputs[0], conv.weight, conv.bias, conv.stride, conv.padding)
    assert (by_hand < 0).any()
    torch.testing.assert_close(output, by_hand)


def test_resnet_s_addition_leaves_the_batch_normalization_its_output() -> None:
    network = torchvision_models.load("resnet18", seed=0)
    x = noise(network, 1, 64)
    name = "layer1.0.bn2"
    copies: list[Tensor] = []
    handle = network.model.get_submodule(name).register_forward_hook(
        lambda _m, _i, output: copies.append(output.clone())
    )
    alone = network.activations(x, [name])[name]
    with_more = network.activations(x, [name, "layer1.1", "class"])[name]
    handle.remove()
    # `out += identity` follows, on the very tensor that the layer gave.
    torch.testing.assert_close(alone, copies[0])
    torch.testing.assert_close(with_more, copies[0])


def test_nothing_behind_the_layer_is_run(tiny: Network) -> None:
    x = noise(tiny)
    seen = calls(tiny, lambda: tiny.activations(x, ["features.2"]))
    assert seen == {"features.0": 1, "features.1": 1, "features.2": 1}
    seen = calls(tiny, lambda: tiny.activations(x, ["features.3", "features.0"]))
    assert set(seen) == {f"features.{i}" for i in range(4)}
    assert calls(tiny, lambda: tiny.activations(x, ["class"]))["classifier"] == 1


def test_no_hook_is_left_and_no_parameter_requires_a_gradient(tiny: Network) -> None:
    x = noise(tiny).requires_grad_()
    for layers in (["features.0"], ["class"], ["features.1", "class"]):
        tiny.activations(x, layers)
    tiny.info()
    with pytest.raises(RuntimeError):
        tiny.activations(torch.zeros(1, 5, 16, 16), ["features.3"])
    assert hooks_of(tiny) == 0
    assert not any(p.requires_grad for p in tiny.model.parameters())
    assert not tiny.model.training
    tiny.activations(x, ["features.0"])["features.0"].sum().backward()
    assert x.grad is not None and x.grad.any()
    assert all(p.grad is None for p in tiny.model.parameters())


def test_a_layer_that_is_not_reached_is_an_error(tiny_of: Callable[..., Network]) -> None:
    class Skipping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = nn.Conv2d(3, 5, 3)
            self.unused = nn.Conv2d(3, 5, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.used(x).mean((2, 3))

    network = tiny_of(Skipping())
    with pytest.raises(NetworkError, match="no tensor at unused"):
        network.activations(noise(network), ["unused"])
    assert hooks_of(network) == 0
    layers = {layer.name: layer for layer in network.info().layers}
    assert layers["unused"].channels == 0 and layers["unused"].shape == ()


def test_a_module_called_twice_gives_its_first_output(tiny_of: Callable[..., Network]) -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relu = nn.ReLU(inplace=True)
            self.conv = nn.Conv2d(3, 5, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.relu(self.conv(self.relu(x) - 1)).mean((2, 3))

    network = tiny_of(Twice())
    x = noise(network)
    for layers in (["relu"], ["relu", "conv"], ["relu", "class"]):
        torch.testing.assert_close(network.activations(x, layers)["relu"], x.clamp(min=0))


def test_info_lists_layers_as_named_modules_does(tiny: Network) -> None:
    info = tiny.info()
    assert [x.name for x in info.layers] == [n for n, _ in tiny.model.named_modules() if n]
    layers = {layer.name: layer for layer in info.layers}
    assert layers["features"].channels == 0
    assert layers["features.0"].shape == (6, 16, 16) and layers["features.0"].channels == 6
    assert layers["features.3"].shape == (8, 8, 8)
    assert layers["features.3"].parameters == 6 * 8 * 9 + 8
    assert layers["classifier"].shape == (5,) and layers["classifier"].channels == 5
    assert info.parameters == (3 * 6 * 9 + 6) + (6 * 8 * 9 + 8) + (8 * 5 + 5)
    assert (info.input_size, info.input_channels, info.classes) == (16, 3, tiny.classes)


def test_top_is_softmax_in_order(tiny: Network) -> None:
    logits = torch.tensor([[1.0, 3.0, 2.0, -5.0, 0.0], [1000.0, 0.0, 0.0, 0.0, 999.0]])
    first, second = tiny.top(logits, 3)
    assert [name for name, _ in first] == ["Samoyed", "hermit crab", "king crab"]
    total = sum(np.exp([1, 3, 2, -5, 0.0]))
    assert [p for _, p in first] == pytest.approx(np.exp([3, 2, 1]) / total, rel=1e-5)
    assert second[0] == ("king crab", pytest.approx(1 / (1 + np.exp(-1)), rel=1e-5))
    x = noise(tiny)
    assert tiny.classify(x) == tiny.top(tiny.logits(x))


def test_preprocessing_is_torchvision_s() -> None:
    from PIL import Image
    from torchvision.transforms._presets import ImageClassification

    generator = np.random.default_rng(0)
    picture = generator.integers(0, 256, (70, 53, 3), dtype=np.uint8)
    theirs = ImageClassification(crop_size=32, resize_size=37)(Image.fromarray(picture))
    mine = Preprocessing(size=32, resize=37)
    torch.testing.assert_close(mine.normalize(mine.crop(picture))[0], theirs, rtol=1e-5, atol=1e-5)
    back = mine.to_pixels(mine.normalize(picture))[0].permute(1, 2, 0)
    np.testing.assert_allclose(back.numpy() * 255, picture, atol=1e-3)


def test_a_grey_network_sees_luminance() -> None:
    grey = Preprocessing(size=2, resize=2, mean=(0.0,), std=(1.0,))
    picture = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    assert grey.normalize(picture).flatten().tolist() == pytest.approx([0.299, 0.587, 0.114, 1])


def test_a_size_that_does_not_fit_says_which_does(tiny_of: Callable[..., Network]) -> None:
    network = tiny_of(nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 5)))
    check_input_size(network, 16)
    with pytest.raises(NetworkError, match=r"32×32.*16×16"):
        check_input_size(network, 32)


def test_probabilities_of_infinite_logits_are_numbers(tiny: Network) -> None:
    inf, nan = float("inf"), float("nan")
    rows = tiny.top(torch.tensor([[0.0, inf, 3e38, -3e38, nan], [-inf, nan, nan, nan, nan]]))
    assert rows[0][0] == ("Samoyed", 1.0)
    for row in rows:
        assert sum(p for _, p in row) == pytest.approx(1)


def test_channels_come_first_wherever_they_are(tiny_of: Callable[..., Network]) -> None:
    class Last(nn.Module):
        """As Swin's, with the channels last, then as ViT's, tokens of features."""

        def __init__(self) -> None:
            super().__init__()
            self.patches = nn.Conv2d(3, 6, 4, stride=4)
            self.norm = nn.LayerNorm(6)
            self.mix = nn.Linear(6, 7)
            self.head = nn.Linear(7, 5)

        def forward(self, x: Tensor) -> Tensor:
            x = self.norm(self.patches(x).permute(0, 2, 3, 1))  # (N, 4, 4, 6)
            return self.head(self.mix(x.flatten(1, 2)).mean(1))

    network = tiny_of(Last())
    shapes = {layer.name: (layer.shape, layer.channels) for layer in network.info().layers}
    assert shapes["patches"] == ((6, 4, 4), 6) and shapes["norm"] == ((6, 4, 4), 6)
    assert shapes["mix"] == ((7, 16, 1), 7) and shapes["head"] == ((5,), 5)
    x = noise(network)
    found = network.activations(x, ["patches", "norm", "mix", "class"])
    norm = F.layer_norm(found["patches"].permute(0, 2, 3, 1), (6,))
    torch.testing.assert_close(found["norm"], norm.permute(0, 3, 1, 2))
    mixed = network.model.mix(norm.flatten(1, 2))  # type: ignore[operator]
    torch.testing.assert_close(found["mix"][:, :, 9, 0], mixed[:, 9])
    torch.testing.assert_close(found["class"], network.logits(x))
