"""Torchvision's architectures with local weights: found from their names, loaded, classified."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision import models

from engine.catalogue import signatures, weights
from engine.catalogue import torchvision_models as catalogue
from engine.images import read
from engine.networks import Network, NetworkError


def meta(name: str, classes: int = 1000) -> dict[str, Tensor]:
    """An architecture's state dict without memory for its values."""
    with torch.device("meta"):
        return models.get_model(name, num_classes=classes).state_dict()


def test_architectures_are_classifiers_only() -> None:
    names = catalogue.architectures()
    assert {"vgg16", "squeezenet1_0", "resnet18", "alexnet", "vit_b_16"} <= set(names)
    assert not [n for n in names if "rcnn" in n or "raft" in n or "r3d" in n or "deeplab" in n]


@pytest.mark.parametrize(
    ("name", "size", "resize", "interpolation"),
    [
        ("squeezenet1_0", 224, 256, "bilinear"),
        ("vgg16", 224, 256, "bilinear"),
        ("efficientnet_b0", 224, 256, "bicubic"),
        ("inception_v3", 299, 342, "bilinear"),
    ],
)
def test_the_published_preprocessing(name: str, size: int, resize: int, interpolation: str) -> None:
    classes, preprocessing = catalogue.metadata(name)
    assert (classes[0], classes[121], classes[999]) == ("tench", "king crab", "toilet tissue")
    assert (preprocessing.size, preprocessing.resize) == (size, resize)
    assert preprocessing.interpolation == interpolation
    assert preprocessing.mean == (0.485, 0.456, 0.406)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("resnet18", "/downloads/resnet18-f37072fd.pth"),
        ("vgg16_bn", "/downloads/vgg16_bn-6c64b313.pth"),
        ("vgg16", "VGG16-397923af.pth"),
        ("squeezenet1_0", "squeezenet1_0-imagenet.pth"),
        ("mobilenet_v3_small", "mobilenet-v3-small.safetensors"),
        ("wide_resnet50_2", "wide_resnet50_2.pth"),
    ],
)
def test_guessed_with_a_telling_file_s_name(name: str, file: str) -> None:
    for classes in (1000, 37):
        assert catalogue.guess(meta(name, classes), file)[0] == name


def test_guessed_from_the_names_alone() -> None:
    for name in ("resnet18", "squeezenet1_0", "vgg16", "vgg16_bn", "vit_b_16", "mobilenet_v2"):
        assert catalogue.guess(meta(name, 10), "/x/my_best_model.pth") == (name,)
        # A name that lies changes nothing.
        assert catalogue.guess(meta(name), "alexnet.pth") == (name,)
    assert catalogue.guess({"conv.weight": torch.zeros(1)}, "resnet18.pth") == ()
    lacking = meta("resnet18")
    del lacking["fc.bias"]
    assert catalogue.guess(lacking, "resnet18.pth") == ()


def test_the_shipped_signatures_are_torchvision_s() -> None:
    shipped, _ = signatures.table()
    wanted = {kind for name in catalogue.architectures() for kind in catalogue.kinds(name)}
    assert set(shipped) == wanted
    assert len({own.shapes for own in shipped.values()}) == len(shipped)  # no two are alike
    for name in ("alexnet", "densenet121", "squeezenet1_1", "shufflenet_v2_x0_5", "vit_b_32"):
        assert (
            signatures.signature(
                {
                    k: tuple(v.shape)
                    for k, v in meta(name).items()
                    if not k.endswith("num_batches_tracked")
                }
            )
            == shipped[name]
        )


@pytest.mark.hard
@pytest.mark.parametrize("name", catalogue.architectures())
def test_every_shipped_signature_is_torchvision_s(name: str) -> None:
    for kind in catalogue.kinds(name):
        assert signatures.signature(catalogue.shapes(kind)) == signatures.table()[0][kind]
        tensors = {k: torch.empty(v, device="meta") for k, v in catalogue.shapes(kind).items()}
        assert catalogue.guess(tensors) == (name,)


def test_an_architecture_newer_than_the_shipped_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shipped = {k: v for k, v in signatures.table()[0].items() if k != "squeezenet1_1"}
    monkeypatch.setattr(signatures, "table", lambda: (shipped, True))
    assert catalogue.guess(meta("squeezenet1_1", 5), "mine.pth") == ("squeezenet1_1",)


def test_a_head_of_its_own_is_said() -> None:
    tensors = {k: v for k, v in meta("resnet18").items() if not k.startswith("fc.")}
    tensors |= {"fc.1.weight": torch.empty(9, 512), "fc.1.bias": torch.empty(9)}
    assert catalogue.guess(tensors) == ()
    assert catalogue.hint(tensors) == (
        "it is resnet18 with last layers of its own (fc.1.weight, fc.1.bias)"
    )
    assert catalogue.hint({"a.weight": torch.empty(2, 2)}) == ""


def test_grey_images(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.resnet18(num_classes=10)
    model.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    path = tmp_path / "mnist.pth"
    torch.save(
        {"state_dict": {f"model.{k}": v for k, v in model.eval().state_dict().items()}}, path
    )
    assert catalogue.guess(weights.read(path)) == ("resnet18",)
    network = catalogue.load("resnet18", str(path))
    assert (network.preprocessing.mean, network.preprocessing.std) == ((0.0,), (1.0,))
    assert network.info().input_channels == 1
    x = torch.randn(2, 1, 64, 64)
    torch.testing.assert_close(network.logits(x), model(x), rtol=1e-4, atol=1e-5)


def test_four_channels_are_refused(tmp_path: Path) -> None:
    model = models.resnet18()
    model.conv1 = torch.nn.Conv2d(4, 64, 7, 2, 3, bias=False)
    torch.save(model.state_dict(), tmp_path / "depth.pth")
    assert catalogue.guess(model.state_dict()) == ("resnet18",)
    with pytest.raises(NetworkError, match=r"depth\.pth takes images of 4 channels"):
        catalogue.load("resnet18", str(tmp_path / "depth.pth"))


def test_one_output_is_yes_or_no(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.squeezenet1_1(num_classes=1).eval()
    torch.save(model.state_dict(), tmp_path / "cats.pth")
    network = catalogue.load("squeezenet1_1", str(tmp_path / "cats.pth"))
    assert network.classes == ("class 0", "class 1")
    x = torch.randn(3, 3, 64, 64)
    torch.testing.assert_close(
        network.logits(x).softmax(1)[:, 1], model(x).sigmoid()[:, 0], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_without_the_helpers_of_training(tmp_path: Path, name: str) -> None:
    torch.manual_seed(0)
    model = models.get_model(
        name, aux_logits=False, init_weights=False, transform_input=True, num_classes=4
    ).eval()
    path = tmp_path / "mine.pth"
    torch.save(model.state_dict(), path)
    assert catalogue.guess(weights.read(path)) == (name,)
    x = torch.randn(1, 3, 96, 96)
    found = catalogue.load(name, str(path)).logits(x)
    torch.testing.assert_close(found, model(x), rtol=1e-4, atol=1e-5)


def test_building_without_memory_leaves_torch_as_it_was() -> None:
    catalogue.guess(meta("resnet18"), "resnet18")
    assert torch.nn.Linear(2, 2).weight.device.type == "cpu"


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_weights_with_other_classes(tmp_path: Path, suffix: str) -> None:
    torch.manual_seed(0)
    model = models.get_model("squeezenet1_1", num_classes=7).eval()
    path = tmp_path / f"mine{suffix}"
    if suffix == ".pth":
        torch.save(model.state_dict(), path)
    else:
        save_file(model.state_dict(), path)
    network = catalogue.load("squeezenet1_1", str(path))
    assert network.classes == tuple(f"class {i}" for i in range(7))
    x = torch.randn(2, 3, 64, 64)
    torch.testing.assert_close(network.logits(x), model(x), rtol=1e-4, atol=1e-5)
    assert network.ref.weights == str(path) and len(network.ref.sha256) == 64
    assert len(network.info().units("classes")) == 7


def test_half_precision_weights_are_run_in_single(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.get_model("squeezenet1_1").eval()
    path = tmp_path / "half.pth"
    torch.save({k: v.half() for k, v in model.state_dict().items()}, path)
    network = catalogue.load("squeezenet1_1", str(path))
    assert {p.dtype for p in network.model.parameters()} == {torch.float32}
    assert network.info().layer("features.0").channels == 64


def test_another_architecture_s_weights_say_which_names(tmp_path: Path) -> None:
    path = tmp_path / "w.pth"
    torch.save(models.get_model("squeezenet1_1").state_dict(), path)
    with pytest.raises(NetworkError, match=r"no weights of alexnet: it lacks features\.3\.weight"):
        catalogue.load("alexnet", str(path))
    with pytest.raises(NetworkError, match="no weights of squeezenet1_0"):
        catalogue.load("squeezenet1_0", str(path))


def test_without_weights() -> None:
    with pytest.raises(NetworkError, match="needs weights"):
        catalogue.load("vgg16")


def test_random_weights_are_the_seed_s() -> None:
    x = torch.randn(1, 3, 64, 64)
    first, again, other = (catalogue.load("squeezenet1_1", seed=s).logits(x) for s in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_a_real_network_names_photographs(
    squeezenet: Network, shared: Path, reference: dict[str, Any]
) -> None:
    for file, wanted in reference["gradient_ascent"]["images"].items():
        picture = read(shared / "data" / "images" / file)
        crop = squeezenet.preprocessing.crop(picture)
        ((name, p), *_) = squeezenet.classify(squeezenet.preprocessing.normalize(crop))[0]
        assert name == wanted["name"]
        assert p == pytest.approx(wanted["p"], abs=2e-3)


@pytest.mark.parametrize("name", ["densenet121", "vit_b_16"])
def test_the_older_names_in_published_files(name: str) -> None:
    """torchvision renames them while it loads its own downloads; so does this reader."""
    state = meta(name)
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", k)
        .replace(".mlp.0.", ".mlp.linear_1.")
        .replace(".mlp.3.", ".mlp.linear_2."): v
        for k, v in state.items()
    }
    assert old.keys() != state.keys()
    assert catalogue.renamed(old).keys() == state.keys()
    assert catalogue.guess(old, f"{name}-0123abcd.pth")[0] == name


def test_mnasnet_asks_for_a_version(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.mnasnet0_5().eval()
    path = tmp_path / "mnasnet.pth"
    torch.save(model.state_dict(), path)
    x = torch.randn(1, 3, 64, 64)
    network = catalogue.load("mnasnet0_5", str(path))
    torch.testing.assert_close(network.logits(x), model(x), rtol=1e-4, atol=1e-5)


def test_googlenet_brings_its_input_to_its_own_normalization(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.googlenet(init_weights=False, transform_input=True).eval()
    path = tmp_path / "googlenet.pth"
    torch.save(model.state_dict(), path)
    x = torch.randn(1, 3, 64, 64)
    network = catalogue.load("googlenet", str(path))
    torch.testing.assert_close(network.logits(x), model(x), rtol=1e-4, atol=1e-5)


def test_a_published_file_brings_its_own_set_s_preprocessing(tmp_path: Path) -> None:
    """ViT's SWAG weights see 384 pixels, bicubic, and hold so many more positions."""
    assert catalogue.metadata("vit_b_16", "IMAGENET1K_SWAG_E2E_V1")[1].size == 384
    tensors = meta("vit_b_16") | {"encoder.pos_embedding": torch.empty(1, 577, 768, device="meta")}
    assert catalogue.guess(tensors, "vit_b_16_swag-9ac1b537.pth") == ("vit_b_16",)
    model, count = catalogue._model_for("vit_b_16", tensors)
    assert (model.image_size, count) == (384, 1000)
    assert catalogue._published("vit_b_16", "vit_b_16_swag-9ac1b537.pth") == (
        "IMAGENET1K_SWAG_E2E_V1"
    )
    assert catalogue._published("vit_b_16", "mine.pth") == "DEFAULT"
