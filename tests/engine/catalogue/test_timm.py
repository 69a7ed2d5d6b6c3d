"""Timm's networks: listed, opened with random, own and downloaded weights, as timm has them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from engine.catalogue import downloads, index, load_network, timm_sets
from engine.catalogue.downloads import DownloadError
from engine.catalogue.timm_sets import HubSet
from engine.cli import main
from engine.jobs import NetworkError
from engine.maximization import maximize
from engine.recipes import preset
from tests.engine.catalogue.server import Served, hub

timm = pytest.importorskip("timm")
from engine.catalogue import timm_models  # noqa: E402  (imports timm's own metadata lazily)

SMALL = "timm/test_resnet.r160_in1k"  # timm's own small one, for tests: 160 pixels, 0.5 M
TWO = (
    HubSet(
        "timm/test_resnet",
        "r160_in1k",
        True,
        0,
        0,
        None,
        None,
        160,
        license="apache-2.0",
        url="https://huggingface.co/timm/test_resnet.r160_in1k",
        repo="timm/test_resnet.r160_in1k",
    ),
    HubSet("timm/eva", "clip", True, 0, 0, None, None, 224, False, url="x", repo="timm/eva.clip"),
)


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's and torch's caches of this test alone; no proxy is asked."""
    monkeypatch.setattr(timm_sets, "installed", lambda: True)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "hf" / "hub"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sets instead of timm's 1,800."""
    monkeypatch.setattr(timm_sets, "published", lambda: TWO)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "model.safetensors"
    save_file(timm.create_model("test_resnet", pretrained=False).state_dict(), path)
    return path.read_bytes()


@pytest.fixture
def served(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with ExitStack() as stack:
        given = stack.enter_context(hub({"timm/test_resnet.r160_in1k/model.safetensors": content}))
        monkeypatch.setenv("HF_ENDPOINT", given.url)
        yield given


# --- the list


def test_the_list_is_timm_s_and_is_kept() -> None:
    rows = list(timm_sets._from_timm())
    keys = {x.key for x in rows}
    wanted = {f"timm/{x}" for x in timm.list_pretrained()}
    left_out = wanted - keys
    assert keys < wanted and len(left_out) < 0.05 * len(wanted)
    for full in left_out:
        cfg = timm.get_pretrained_cfg(full.removeprefix("timm/"))
        assert cfg.custom_load or not cfg.hf_hub_id or cfg.input_size[1] != cfg.input_size[2]
    row = next(x for x in rows if x.key == "timm/resnet18.a1_in1k")
    assert (row.size, row.license, row.default, row.classifies) == (224, "apache-2.0", True, True)
    assert row.recipe == "https://huggingface.co/timm/resnet18.a1_in1k"
    clip = next(x for x in rows if x.key == "timm/vit_base_patch16_clip_224.openai")
    assert not clip.classifies or timm.get_pretrained_cfg(clip.key[5:]).num_classes
    assert timm_sets._from_row(asdict(row) | {"files": list(row.files)}) == row


def test_names_are_timm_s_own_and_colons_are_taken(two: None) -> None:
    for text in ("timm/test_resnet", SMALL, SMALL.upper(), "timm/test_resnet:r160_in1k"):
        assert index.find(text) is TWO[0]
    with pytest.raises(LookupError, match=r"no weights 'r161'\. Did you mean timm/test_resnet\.r1"):
        index.find("timm/test_resnet.r161")
    with pytest.raises(LookupError, match=r"no network 'timm/test_resnt'.*timm/test_resnet"):
        index.find("timm/test_resnt")
    assert index.search("timm r160") == [TWO[0]]
    assert TWO[0] in index.all_sets()


def test_without_timm_nothing_is_there_and_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timm_sets, "installed", lambda: False)
    assert timm_sets.published() == ()
    assert main(["units", "--network", "timm/resnet18", "--device", "cpu"]) == 2
    assert "pip install timm" in capsys.readouterr().err


def test_a_timm_that_does_not_load_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(NetworkError, match="timm cannot be loaded"):
        timm_models.load(SMALL, seed=0)


# --- what timm says of its sets


@pytest.mark.parametrize("full", ["test_resnet.r160_in1k", "resnet18.a1_in1k", "resnet18.tv_in1k"])
def test_preprocessing_is_timm_s_own(full: str) -> None:
    cfg = timm.get_pretrained_cfg(full).to_dict()
    p = timm_models.preprocessing(cfg)
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (12, 17, 3), np.uint8))
    picture = noise.resize((400, 300), Image.Resampling.BICUBIC)
    data = timm.data.resolve_data_config({}, pretrained_cfg=cfg)
    peer = timm.data.create_transform(**data)(picture)
    own = p.normalize(p.crop(np.asarray(picture)))[0]
    assert own.shape == peer.shape
    assert (own - peer).abs().max() < 0.02  # a grey value is 0.017


def test_class_names_of_every_imagenet() -> None:
    info = timm.data.ImageNetInfo("imagenet-1k")
    names = timm_models.class_names(1000)
    assert names[0] == "tench" and names[99] == "goose" and names[207] == "golden retriever"
    for i, name in enumerate(names):
        assert info.index_to_description(i).startswith(name)
    assert names[638] == "maillot" or "," in names[639]
    assert len(timm_models.class_names(21843)) == 21843
    assert timm_models.class_names(7) == tuple(f"class {i}" for i in range(7))


# --- opened


def test_random_weights_are_climbed() -> None:
    network = timm_models.load(SMALL, seed=0)
    assert network.info().input_size == 160 and len(network.classes) == 1000
    layers = [x.name for x in network.info().layers if x.channels]
    assert "conv1" in layers or layers
    recipe = preset("lecture").changed(steps=3, size=32)
    for unit in ("class:golden retriever", f"{layers[0]}:0"):
        steps = list(maximize(network, unit, recipe))
        assert len(steps) == 4 and all(np.isfinite(x.f) for x in steps)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_own_weights_with_other_classes(tmp_path: Path, suffix: str) -> None:
    torch.manual_seed(1)
    model = timm.create_model("test_resnet", pretrained=False, num_classes=7).eval()
    path = tmp_path / f"mine{suffix}"
    state = model.state_dict()
    save_file(state, path) if suffix == ".safetensors" else torch.save(state, path)
    network = load_network("timm/test_resnet", path)
    assert network.classes == tuple(f"class {i}" for i in range(7))
    x = torch.randn(2, 3, 160, 160)
    with torch.no_grad():
        torch.testing.assert_close(network.logits(x), model(x), atol=1e-5, rtol=1e-4)


def test_weights_of_another_and_impossible_names_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    torch.save({"a.weight": torch.zeros(3)}, path)
    with pytest.raises(NetworkError, match=r"other\.pth holds no weights of timm/test_resnet"):
        load_network("timm/test_resnet", path)
    with pytest.raises(NetworkError, match="no architecture 'resnet19'"):
        timm_models.load("timm/resnet19", seed=0)
    with pytest.raises(NetworkError, match="no weights called 'nothing'"):
        timm_models.load("timm/resnet18.nothing", seed=0)
    with pytest.raises(NetworkError, match="needs weights"):
        timm_models.load(SMALL)


def test_one_without_a_classifier_is_refused(two: None) -> None:
    with pytest.raises(NetworkError, match=r"timm/eva\.clip has no classifier"):
        load_network("timm/eva")


# --- downloaded


def test_downloaded_into_the_hub_s_cache_and_opened(
    two: None, served: Served, content: bytes, own_caches: Path
) -> None:
    row = TWO[0]
    assert row.state == "available"
    with pytest.raises(NetworkError, match="needs weights: download them"):
        load_network(SMALL)
    steps = list(downloads.fetch(row))
    assert row.state == "here" and row.path.read_bytes() == content
    assert row.path.is_relative_to(own_caches) and steps[-1].done == len(content)
    assert any(x.total == len(content) for x in steps)
    network = load_network("timm/test_resnet")
    assert network.ref.name == SMALL and network.ref.weights == row.place
    assert row.place.endswith("model.safetensors")
    again = load_network(network.ref.name, network.ref.weights)
    assert again.ref == network.ref and len(network.ref.sha256) == 64
    asked = len(served.asked)
    assert list(downloads.fetch(row))[-1].done == len(content)  # nothing comes twice
    assert not any(x["method"] == "GET" for x in served.asked[asked:])


def test_the_older_file_is_taken_where_there_is_no_safe_one(
    two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "timm/test_resnet.r160_in1k/pytorch_model.bin"
    with hub({name: b"weights" * 1000}) as given:
        monkeypatch.setenv("HF_ENDPOINT", given.url)
        list(downloads.fetch(TWO[0]))
    assert TWO[0].path.name == "pytorch_model.bin" and TWO[0].state == "here"


def test_a_cut_is_mended_on_the_way(two: None, served: Served, content: bytes) -> None:
    served.cuts = [400_000]
    list(downloads.fetch(TWO[0]))
    assert TWO[0].path.read_bytes() == content
    got = [x for x in served.asked if x["method"] == "GET"]
    assert [x.get("range") for x in got] == [None, f"bytes={256 * 1024}-"]


def test_left_on_the_way_no_half_file_is_there(two: None, served: Served) -> None:
    served.pause, served.block = 0.02, 16 * 1024
    steps = downloads.fetch(TWO[0])
    assert next(x for x in steps if x.done > 50_000).speed > 0
    steps.close()
    assert TWO[0].state == "available"


def test_a_refusal_is_one_sentence(two: None, served: Served) -> None:
    served.status = 403
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 does not give .* answers 403") as told:
        list(downloads.fetch(TWO[0]))
    assert "--weights FILE" in str(told.value)


def test_no_room_in_the_cache_s_place(
    two: None, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match="cannot be written; the variable HF_HOME"):
        list(downloads.fetch(TWO[0]))


def test_the_command_downloads_and_lists(
    two: None, served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["units", "--network", "timm/test_resnet", "--layer", "conv1.0"]) in (0, 2)
    assert "timm/test_resnet r160_in1k: from" in capsys.readouterr().err
    assert TWO[0].state == "here"
    assert main(["networks", "--search", "timm here"]) == 0
    line = capsys.readouterr().out.strip()
    assert line.split() == ["timm/test_resnet", "r160_in1k", "-", "-", "here"]


def test_a_repository_that_is_not_there(two: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub({}) as given:
        monkeypatch.setenv("HF_ENDPOINT", given.url)
        with pytest.raises(DownloadError, match=r"127\.0\.0\.1 has no weights timm/test_resnet"):
            list(downloads.fetch(TWO[0]))
