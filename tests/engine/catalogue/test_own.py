"""Settings of a person's own network: read, checked, kept, and put in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torchvision import models

from engine.catalogue import load_network, own, torchvision_models
from engine.cli import main
from engine.networks import NetworkError
from tests.engine.catalogue.exports import Small, save


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    return save(tmp_path_factory.mktemp("own") / "small.pt2", Small().eval())


@pytest.fixture
def file(exported: Path, tmp_path: Path) -> Path:
    path = tmp_path / "mine.pt2"
    path.write_bytes(exported.read_bytes())
    return path


def test_what_is_kept_beside_the_file_is_read_again(file: Path) -> None:
    said = own.Settings(mean=(0.1,), std=(0.3,), interpolation="bicubic", classes=tuple("abcd"))
    own.write(file, said)
    assert own.beside(file).name == "mine.pt2.unitscope.json"
    assert own.read(file) == said
    network = load_network(str(file))
    p = network.preprocessing
    assert network.classes == ("a", "b", "c", "d")
    assert (p.mean, p.std, p.interpolation, p.size) == ((0.1,), (0.3,), "bicubic", 12)
    other = load_network(str(file), settings=own.Settings(mean=(0.2,)))
    assert (other.preprocessing.mean, other.preprocessing.std) == ((0.2,), (0.3,))
    assert own.read(file) == said  # an override is for once


def test_without_it_nothing_is_said(file: Path) -> None:
    assert own.read(file) == own.Settings()
    assert load_network(str(file)).classes == ("0", "1", "2", "3")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("no json", "no JSON"),
        ([], "by their names"),
        ({"input_size": "28"}, "input_size is 28"),
        ({"input_size": 0}, "1 to 8192"),
        ({"input_size": True}, "input_size"),
        ({"channels": 4}, "channels is 4"),
        ({"channels": 3}, "1 channel, not 3"),
        ({"mean": [0.1, 0.2]}, "mean is"),
        ({"mean": [0.1, 0.2, 0.3]}, "takes one channel"),
        ({"mean": "a"}, "mean is a"),
        ({"std": 0}, "above 0"),
        ({"std": [float("nan")]}, "std is"),
        ({"interpolation": "nearest"}, "bilinear or bicubic"),
        ({"classes": ["a", "b"]}, "has 4 classes; 2 names"),
        ({"classes": []}, "a list"),
        ({"classes": {"0": "a", "2": "b"}}, "1 is missing"),
        ({"classes": ["a", 3]}, "a text"),
        ({"input_size": 16}, "12×12"),
        ({"resize": 8}, "12 or more"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(file: Path, values: Any, says: str) -> None:
    text = values if isinstance(values, str) else json.dumps(values)
    own.beside(file).write_text(text, "utf-8")
    with pytest.raises(NetworkError, match=says) as caught:
        load_network(str(file))
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.txt", "cat\ndog \nfish\n\n"),
        ("c.txt", "\ufeffcat\r\ndog\r\nfish"),
        ("c.json", '["cat", "dog", "fish"]'),
        ("c.json", '{"1": "dog", "0": "cat", "2": "fish"}'),
        ("c.json", '{"dog": 1, "cat": 0, "fish": 2}'),
        ("c.json", '{"0": ["n1", "cat"], "1": ["n2", "dog"], "2": ["n3", "fish"]}'),
    ],
)
def test_class_names_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8", newline="")
    assert own.class_names(tmp_path / name) == ("cat", "dog", "fish")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("c.txt", b"", "empty"),
        ("c.txt", b"cat\n\ndog", "line 2 is empty"),
        ("c.txt", b"\xff\xfe\x00", "UTF-8"),
        ("c.json", b"[", "no JSON"),
        ("c.json", b"3", "a list"),
        ("c.json", b'{"0": "a", "5": "b"}', "1 is missing"),
    ],
)
def test_files_without_class_names(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(NetworkError, match=rf"c\.\w+: .*{says}"):
        own.class_names(tmp_path / name)
    with pytest.raises(NetworkError, match="no such file"):
        own.class_names(tmp_path / "absent.txt")


def test_the_command_line_says_it_for_once(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("one\ntwo\nthree\nfour\n", "utf-8")
    command = ["units", "--network", str(file), "--layer", "classes"]
    assert main([*command, "--class-names", str(names)]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "class:2\tthree"
    assert main([*command, "--mean", "0.1,0.2,0.3"]) == 2
    assert "one channel" in capsys.readouterr().err
    assert main([*command, "--input-size", "20"]) == 2
    assert "12×12" in capsys.readouterr().err
    assert not own.beside(file).exists()


def test_a_fine_tuned_network_with_ten_classes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = models.resnet18(num_classes=10).eval()
    path = tmp_path / "resnet18-mine.pth"
    torch.save({"state_dict": {f"module.{k}": v for k, v in model.state_dict().items()}}, path)
    own.write(path, own.Settings(input_size=64, classes=tuple("abcdefghij")))
    for network in (load_network("resnet18", path), load_network(str(path))):
        assert network.ref.name == "resnet18" and network.ref.weights == str(path)
        assert network.classes == tuple("abcdefghij") and network.preprocessing.size == 64
        x = torch.randn(1, 3, 64, 64)
        torch.testing.assert_close(network.logits(x), model(x), rtol=1e-4, atol=1e-5)


def test_a_state_dict_of_no_known_architecture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ("alexnet", "resnet18")  # to build all eighty takes half a minute
    monkeypatch.setattr(torchvision_models, "architectures", lambda: few)
    path = tmp_path / "odd.pth"
    torch.save({"layer.weight": torch.zeros(2, 2)}, path)
    with pytest.raises(NetworkError, match=r"odd\.pth fits no architecture"):
        load_network(str(path))
