"""The list of networks: complete, from torchvision's own metadata, found by name and by state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import torch
from torchvision import models

from engine.catalogue import embedded, index
from engine.catalogue.index import WeightSet


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Torch's cache of this test alone."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture
def afresh() -> Iterator[None]:
    """The list is read again, and what the test made of it is forgotten."""
    index.published.cache_clear()
    yield
    index.published.cache_clear()


def put(row: WeightSet, size: int) -> None:
    row.path.parent.mkdir(parents=True, exist_ok=True)
    with row.path.open("wb") as file:
        file.truncate(size)


def test_every_classifier_with_every_set() -> None:
    wanted = {
        (name, x.name)
        for name in models.list_models(module=models)
        for x in models.get_model_weights(name)
    }
    rows = index.published()
    assert {(x.network, x.name) for x in rows} == wanted and len(rows) == len(wanted) > 100
    for name in {x.network for x in rows}:
        own = [x for x in rows if x.network == name]
        assert [x.default for x in own] == [True] + [False] * (len(own) - 1)
        assert own[0].name == models.get_model_weights(name).DEFAULT.name
    for row in rows:
        assert row.bytes > 1e6 and row.parameters > 1e6 and row.size >= 200
        assert len(row.hash_prefix) >= 8 and row.url.startswith("https://")
        assert not row.classifies or (row.top1 and row.top5 and row.top1 < row.top5 < 100)


def test_what_the_metadata_give() -> None:
    row = index.find("vgg16")
    assert (row.name, row.file, row.hash_prefix) == (
        "IMAGENET1K_V1",
        "vgg16-397923af.pth",
        "397923af",
    )
    assert (row.parameters, row.top1, row.top5, row.size) == (138357544, 71.592, 90.382, 224)
    assert row.bytes == pytest.approx(553_433_881, abs=1024)  # the file's, as it is downloaded
    assert row.default and row.classifies and row.license == "" and "references" in row.recipe
    features = index.find("vgg16:IMAGENET1K_FEATURES")
    assert not features.classifies and features.top1 is None and not features.default
    swag = index.find("vit_b_16:imagenet1k_swag_e2e_v1")
    assert swag.size == 384 and "SWAG" in swag.license and swag.key == f"vit_b_16:{swag.name}"


def test_the_smallest_is_a_squeezenet_of_five_megabytes() -> None:
    row = index.smallest()
    assert row.network in ("squeezenet1_0", "squeezenet1_1")
    assert index.megabytes(row.bytes) == "5.0 MB"


def test_the_embedded_network_stands_first() -> None:
    row = index.all_sets()[0]
    network = embedded.load()
    assert (row.network, row.state) == ("sketchnet", index.EMBEDDED_STATE)
    assert row.parameters == sum(p.numel() for p in network.model.parameters())
    assert row.size == network.preprocessing.size
    assert row.bytes == embedded.weights_file().stat().st_size
    assert [x for x in index.all_sets() if x.state == index.EMBEDDED_STATE] == [row]


def test_torch_s_own_cache(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert index.checkpoints() == own_cache == Path(torch.hub.get_dir()) / "checkpoints"
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert index.checkpoints() == Path(torch.hub.get_dir()) / "checkpoints"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert index.checkpoints() == Path(torch.hub.get_dir()) / "checkpoints"


def test_here_is_a_whole_file_and_not_half_of_one() -> None:
    row = index.find("squeezenet1_1")
    assert row.state == index.AVAILABLE
    for size, wanted in (
        (row.bytes // 2, index.AVAILABLE),
        (0, index.AVAILABLE),
        (row.bytes - 300, index.HERE),  # the metadata's size is rounded
    ):
        put(row, size)
        assert row.state == wanted, size
    groups = index.grouped(index.all_sets())
    assert list(groups) == list(index.STATES) and groups[index.HERE] == [row]
    assert sum(map(len, groups.values())) == len(index.all_sets())


def test_search() -> None:
    def found(text: str) -> set[str]:
        return {x.key for x in index.search(text)}

    assert found("") == {x.key for x in index.all_sets()}
    assert found("vgg16 features") == {"vgg16:IMAGENET1K_FEATURES"}
    assert found("Wide-ResNet101 default") == {"wide_resnet101_2"}
    assert found("sketch") == found("embedded") == {"sketchnet"}
    assert "vit_b_16:IMAGENET1K_SWAG_E2E_V1" in found("swag") and "vgg16" not in found("swag")
    assert found("no such thing") == set()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vgg61", r"no network 'vgg61'.*vgg16"),
        ("sketchnett", r"Did you mean sketchnet"),
        ("vgg16:IMAGENET1K_FEATURE", r"Did you mean vgg16:IMAGENET1K_FEATURES\? It has"),
        ("resnet50:V2", r"resnet50 has no weights 'V2'.*resnet50:IMAGENET1K_V2"),
        ("sketchnet:other", r"sketchnet has no weights 'other'"),
        ("", r"There is no network ''"),
    ],
)
def test_names_that_are_none(text: str, says: str) -> None:
    with pytest.raises(LookupError, match=says):
        index.find(text)


def test_the_default_by_name() -> None:
    assert index.find("vgg16:default") == index.find("vgg16") == index.find("VGG16")
    assert index.by_file("vgg16-397923af.pth") == index.find("vgg16")
    assert index.by_file("mine.pth") is None


def test_the_list_is_kept_for_the_next_start(afresh: None, own_data: Path) -> None:
    rows = index.published()
    kept = own_data / "cache" / f"torchvision-{version('torchvision')}.json"
    document = json.loads(kept.read_text())
    document["sets"] = document["sets"][:3]
    kept.write_text(json.dumps(document))
    index.published.cache_clear()
    assert index.published() == rows[:3]  # read, not made
    for damaged in ("", "{", "[]", '{"format": 1, "sets": [{"x": 1}]}', '{"format": 0}'):
        kept.write_text(damaged)
        index.published.cache_clear()
        assert index.published() == rows, damaged
        assert len(json.loads(kept.read_text())["sets"]) == len(rows)


def test_a_list_that_cannot_be_kept_is_made(afresh: None, own_data: Path) -> None:
    own_data.write_text("a file where the folder should be")
    assert len(index.published()) > 100


@pytest.mark.parametrize("head", [b"", b"\xff" * 64, b"\x02" + b"\x00" * 7 + b"[]"])
def test_a_damaged_embedded_file_is_still_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    (tmp_path / "sketchnet").mkdir()
    (tmp_path / "sketchnet" / "sketchnet.safetensors").write_bytes(head)
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    row = index.embedded_set.__wrapped__()
    assert (row.network, row.bytes, row.parameters) == ("sketchnet", len(head), 0)


@pytest.mark.parametrize(
    ("count", "says"),
    [(999, "1 kB"), (4_958_716, "5.0 MB"), (553_433_881, "553 MB"), (1.2e9, "1.20 GB")],
)
def test_sizes_in_words(count: float, says: str) -> None:
    assert index.megabytes(count) == says
