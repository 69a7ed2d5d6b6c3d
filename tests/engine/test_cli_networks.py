"""``unitscope networks``, and weights that a command brings here: listed, downloaded, found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torchvision import models

from engine import catalogue
from engine.catalogue import index
from engine.catalogue.index import WeightSet
from engine.cli import main
from engine.jobs import NetworkError, NetworkRef
from tests.engine.catalogue.server import Served, serving


@dataclass
class Published:
    """SqueezeNet's default set, as if torchvision had published it on the tests' own server."""

    row: WeightSet
    served: Served


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Torch's cache of this test alone; no proxy is asked."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "w.pth"
    torch.save(models.squeezenet1_1().state_dict(), path)
    return path.read_bytes()


@pytest.fixture
def published(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    file = f"squeezenet1_1-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    with serving(Served(content), file) as served:
        row = replace(index.find("squeezenet1_1"), url=served.url, bytes=len(content))
        rows = [row if x.key == row.key else x for x in index.published()]
        monkeypatch.setattr(index, "published", lambda: tuple(rows))
        yield Published(row, served)


UNITS = ["units", "--network", "squeezenet1_1", "--layer", "features.0", "--device", "cpu"]


def test_networks_lists_every_set_by_state(
    published: Published, own_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_cache.mkdir(parents=True)
    (own_cache / published.row.file).write_bytes(published.served.content)
    assert main(["networks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("sketchnet ") and lines[0].endswith("embedded")
    assert lines[1].split() == ["squeezenet1_1", "IMAGENET1K_V1", "5.0", "MB", "58.2", "%", "here"]
    assert all(line.endswith("available") for line in lines[2:])
    assert len(lines) == len(index.all_sets()) and published.served.asked == []
    assert len({line.rindex("  ") for line in lines}) == 1  # columns
    assert any(line.split()[:4] == ["vgg16", "IMAGENET1K_V1", "553", "MB"] for line in lines)


def test_networks_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["networks", "--search", "vgg16 FEATURES"]) == 0
    assert [x.split()[:2] for x in capsys.readouterr().out.splitlines()] == [
        ["vgg16", "IMAGENET1K_FEATURES"]
    ]
    assert main(["networks", "--search", "abacus"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "No network has 'abacus'" in said.err


def test_weights_are_downloaded_once_and_then_found(
    published: Published, own_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(UNITS) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 64
    assert said.err == f"squeezenet1_1 IMAGENET1K_V1: 5.0 MB from 127.0.0.1 into {own_cache}\n"
    assert (own_cache / published.row.file).read_bytes() == published.served.content
    assert main(UNITS) == 0
    assert capsys.readouterr().err == "" and len(published.served.asked) == 1
    by_name = [x.replace("squeezenet1_1", "squeezenet1_1:imagenet1k_v1") for x in UNITS]
    assert main(by_name) == 0


def test_no_connection_is_a_sentence_and_1(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.served.status = 404
    assert main(UNITS) == 1
    *_, last = capsys.readouterr().err.splitlines()
    assert last.startswith("unitscope: 127.0.0.1 does not give squeezenet1_1-")
    assert published.row.url in last and "404" in last


def test_half_a_file_is_downloaded_again(published: Published, own_cache: Path) -> None:
    own_cache.mkdir(parents=True)
    (own_cache / published.row.file).write_bytes(published.served.content[:1000])
    assert main(UNITS) == 0
    assert (own_cache / published.row.file).read_bytes() == published.served.content


def test_a_wrong_device_is_said_before_the_download(
    published: Published, own_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*UNITS[:-1], "abacus"]) == 2
    assert "no device 'abacus'" in capsys.readouterr().err
    assert published.served.asked == [] and not own_cache.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("vgg61", "Did you mean vgg19, vgg16"),
        ("vgg16:IMAGENET1K_V7", "Did you mean vgg16:IMAGENET1K_V1?"),
        ("vgg16:IMAGENET1K_FEATURES", "has no classifier"),
    ],
)
def test_sets_that_cannot_be_used(
    name: str, says: str, capsys: pytest.CaptureFixture[str], own_cache: Path
) -> None:
    assert main(["units", "--network", name]) == 2
    assert says in capsys.readouterr().err and not own_cache.exists()


def test_the_embedded_network_asks_for_no_list(
    monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    def asked() -> None:
        raise AssertionError("torchvision's list takes seconds")

    monkeypatch.setattr(index, "published", asked)
    assert main(["units", "--layer", "classes"]) == 0
    assert not own_cache.exists()


def test_loading_takes_what_is_in_the_cache(published: Published, own_cache: Path) -> None:
    with pytest.raises(NetworkError, match=r"needs weights: download them \(5\.0 MB, http"):
        catalogue.load_network("squeezenet1_1")
    own_cache.mkdir(parents=True)
    path = own_cache / published.row.file
    path.write_bytes(published.served.content)
    network = catalogue.load_ref(NetworkRef("squeezenet1_1"))
    assert network.ref.weights == str(path)
    assert network.ref.sha256 == hashlib.sha256(published.served.content).hexdigest()
    assert network.classes[121] == "king crab"
    # A run from another machine names the file where it was there.
    for gone in (f"/elsewhere/{path.name}", f"C:\\Users\\me\\{path.name}"):
        assert catalogue.load_ref(NetworkRef("squeezenet1_1", gone)).ref == network.ref
    with pytest.raises(NetworkError, match=r"no file .*mine\.pth"):
        catalogue.load_ref(NetworkRef("squeezenet1_1", "/elsewhere/mine.pth"))
    assert published.served.asked == []


def test_a_damaged_file_in_the_cache_is_not_used(published: Published, own_cache: Path) -> None:
    own_cache.mkdir(parents=True)
    damaged = bytearray(published.served.content)
    damaged[len(damaged) // 2] ^= 1
    for wrong in (damaged, damaged[:5000]):
        (own_cache / published.row.file).write_bytes(wrong)
        with pytest.raises(NetworkError, match=r"damaged or half a file.*Delete it"):
            catalogue.load_network("squeezenet1_1")
