"""The embedded network: whole, repeatable, refused where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine import catalogue
from engine.catalogue import embedded
from engine.devices import DeviceError
from engine.jobs import NetworkRef
from engine.networks import Network, NetworkError


def test_the_lecture_s_convolutions_are_where_vgg16_has_them(sketchnet: Network) -> None:
    convolutions = [x.name for x in sketchnet.info().layers if x.kind == "Conv2d"]
    assert len(convolutions) == 13
    wanted = ["features.7", "features.14", "features.21", "features.28"]
    assert [convolutions[i - 1] for i in (4, 7, 10, 13)] == wanted


def test_it_names_its_classes(sketchnet: Network) -> None:
    info = sketchnet.info()
    assert len(info.classes) >= 30 and len(set(info.classes)) == len(info.classes)
    assert sketchnet.logits(sketchnet.blank(2)).shape == (2, len(info.classes))
    assert len(info.sha256) == 64 and info.weights == ""


def test_a_reference_loads_it_again(sketchnet: Network) -> None:
    again = catalogue.load_ref(sketchnet.ref)
    x = torch.randn(1, 3, 96, 96)
    assert torch.equal(again.logits(x), sketchnet.logits(x))


def test_a_damaged_file_says_to_install_again(tmp_path: Path) -> None:
    data = embedded.weights_file().read_bytes()
    for part in (b"", data[:100], data[: len(data) // 2], b"x" * 5000):
        path = tmp_path / "sketchnet.safetensors"
        path.write_bytes(part)
        with pytest.raises(NetworkError, match="install Unitscope again"):
            embedded.load(path)
    with pytest.raises(NetworkError, match="install Unitscope again"):
        embedded.load(tmp_path / "absent")


def test_names_that_are_no_network_s() -> None:
    with pytest.raises(NetworkError, match=r"no network 'vgg61'.*vgg16"):
        catalogue.load_network("vgg61")
    with pytest.raises(NetworkError, match="brings its own weights"):
        catalogue.load_ref(NetworkRef("sketchnet", "some.pth"))
    with pytest.raises(NetworkError, match="needs weights"):
        catalogue.load_network("resnet18")
    with pytest.raises(DeviceError):
        catalogue.load_network("sketchnet", device="abacus")
