"""Weights' files: what is no state dict is refused, in words, and nothing in it is run."""

from __future__ import annotations

import os
import pickle
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.catalogue import weights
from engine.networks import NetworkError


def model() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2))


@pytest.fixture
def state() -> dict[str, Tensor]:
    torch.manual_seed(0)
    return model().state_dict()


def saved(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


def same(found: dict[str, Tensor], wanted: dict[str, Tensor]) -> bool:
    return found.keys() == wanted.keys() and all(torch.equal(found[k], wanted[k]) for k in wanted)


def test_a_state_dict_is_read(tmp_path: Path, state: dict[str, Tensor]) -> None:
    assert same(weights.read(saved(tmp_path / "w.pth", state)), state)
    save_file(state, tmp_path / "w.safetensors")
    assert same(weights.read(str(tmp_path / "w.safetensors")), state)
    torch.save(state, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    assert same(weights.read(tmp_path / "old.pt"), state)


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model", "net", "weights"])
def test_wrapped_and_prefixed_state_dicts(
    tmp_path: Path, state: dict[str, Tensor], wrapper: str
) -> None:
    parallel = {f"module.{k}": v for k, v in state.items()}
    content = {wrapper: parallel, "epoch": 90, "optimizer": {"lr": 0.1}, "best": torch.tensor(0.7)}
    assert same(weights.read(saved(tmp_path / "w.pth", content)), state)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "module._orig_mod.net."])
def test_what_wraps_every_name_is_taken_off(
    tmp_path: Path, state: dict[str, Tensor], prefix: str
) -> None:
    wrapped = {f"{prefix}{k}": v for k, v in state.items()}
    assert same(weights.read(saved(tmp_path / "w.ckpt", {"state_dict": wrapped})), state)


def test_averaged_weights_come_first(tmp_path: Path, state: dict[str, Tensor]) -> None:
    other = {k: torch.zeros_like(v) for k, v in state.items()}
    averaged = {"n_averaged": torch.tensor(7)} | {f"module.{k}": v for k, v in state.items()}
    for name in ("model_ema", "state_dict_ema"):
        content = {"model": other, name: averaged, "epoch": 3}
        assert same(weights.read(saved(tmp_path / "w.pth", content)), state)


def test_quantized_weights_are_refused(tmp_path: Path, state: dict[str, Tensor]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantized = torch.quantize_per_tensor(state["2.weight"], 0.1, 0, torch.qint8)
        path = saved(tmp_path / "q.pth", {**state, "2.weight": quantized})
        with pytest.raises(NetworkError, match=r"q\.pth holds quantized weights.*before"):
            weights.read(path)
    packed = {"0.scale": torch.tensor(0.1), "0._packed_params._packed_params": (1, 2)}
    with pytest.raises(NetworkError, match="quantized"):
        weights.read(saved(tmp_path / "p.pth", packed))
    whole = state | {"2.weight": torch.zeros(2, 4, dtype=torch.int8)}
    with pytest.raises(NetworkError, match=r"2\.weight is of whole or complex numbers \(int8\)"):
        weights.fit(model(), whole, "net", "w.pth")


def test_eight_bit_floats(tmp_path: Path, state: dict[str, Tensor]) -> None:
    small = {k: v.to(torch.float8_e4m3fn) if v.ndim > 1 else v for k, v in state.items()}
    fitted = model()
    weights.fit(fitted, weights.read(saved(tmp_path / "w.pth", small)), "net", "w.pth")
    torch.testing.assert_close(fitted[2].weight, state["2.weight"], rtol=0.07, atol=0.01)  # type: ignore[index]


class Code:
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (os.environ["UNITSCOPE_TEST_MARK"],)


@pytest.mark.parametrize("form", ["torch", "torch-old", "pickle", "renamed"])
def test_code_in_a_pickle_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    mark = tmp_path / "ran"
    monkeypatch.setenv("UNITSCOPE_TEST_MARK", str(mark))
    path = tmp_path / ("w.safetensors" if form == "renamed" else "w.pth")
    content = {"0.weight": torch.zeros(1), "extra": Code()}
    if form == "pickle":
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form != "torch-old")
    with pytest.raises(NetworkError) as caught:
        weights.read(path)
    assert not mark.exists()
    assert path.name in str(caught.value)
    if form.startswith("torch"):
        assert "could run code" in str(caught.value)


def test_a_whole_model_is_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"state_dict\(\)"):
        weights.read(saved(tmp_path / "model.pt", model()))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([torch.zeros(2)], "a list"),
        (torch.zeros(2), "a Tensor"),
        (3, "a int"),
        ({}, "no tensors"),
        ({"state_dict": {}}, "no tensors"),
        ({"epoch": 3, "name": "x"}, "no tensors"),
        ({"w": torch.tensor([1.0, float("nan")])}, "NaN.* in w"),
        ({"w": torch.ones(2), "b": torch.tensor([float("inf")])}, "NaN.* in b"),
    ],
    ids=str,
)
def test_what_is_no_state_dict(tmp_path: Path, content: Any, says: str) -> None:
    with pytest.raises(NetworkError, match=says):
        weights.read(saved(tmp_path / "w.pth", content))


def test_a_dict_that_holds_itself_ends(tmp_path: Path) -> None:
    content: dict[str, Any] = {"epoch": 3}
    content["state_dict"] = content
    with pytest.raises(NetworkError):
        weights.read(saved(tmp_path / "w.pth", content))


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("part", [0.0, 0.05, 0.5, 0.95])
def test_cut_off_files(tmp_path: Path, state: dict[str, Tensor], name: str, part: float) -> None:
    path = tmp_path / name
    if name.endswith("pth"):
        torch.save(state, path)
    else:
        save_file(state, path)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    with pytest.raises(NetworkError, match=rf"{name} .*\.$"):
        weights.read(path)


@pytest.mark.parametrize("data", [b"a text", b"\x89PNG\r\n\x1a\n", b"\x00" * 500, b"PK\x03\x04"])
def test_other_files(tmp_path: Path, data: bytes) -> None:
    for name in ("w.pth", "w.safetensors"):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NetworkError, match=name):
            weights.read(tmp_path / name)


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.pth"):
        with pytest.raises(NetworkError, match="no file"):
            weights.read(path)


def test_weights_fit_whatever_their_precision(state: dict[str, Tensor]) -> None:
    x = torch.randn(1, 4)
    wanted = x @ state["2.weight"].T + state["2.bias"]
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        fitted = model()
        tensors = {k: v.to(dtype) if v.is_floating_point() else v for k, v in state.items()}
        weights.fit(fitted, tensors, "net", "w.pth")
        found = fitted[2](x)  # type: ignore[index]
        torch.testing.assert_close(found, wanted, rtol=2e-2, atol=2e-2)


def test_batch_counters_may_be_missing(state: dict[str, Tensor]) -> None:
    del state["1.num_batches_tracked"]
    weights.fit(model(), state, "net", "w.pth")


def test_another_architecture_s_names_are_said(state: dict[str, Tensor]) -> None:
    with pytest.raises(NetworkError, match=r"w\.pth holds no weights of net: it lacks 0\.bias"):
        weights.fit(model(), {k: v for k, v in state.items() if k != "0.bias"}, "net", "w.pth")
    with pytest.raises(NetworkError, match=r"it has conv9\.weight, which net has not"):
        weights.fit(model(), {**state, "conv9.weight": torch.zeros(1)}, "net", "w.pth")
    with pytest.raises(NetworkError, match=r"2\.weight is 9×4 where net has 2×4"):
        weights.fit(model(), {**state, "2.weight": torch.zeros(9, 4)}, "net", "w.pth")
    with pytest.raises(NetworkError, match=r"it lacks .* and \d+ more"):
        weights.fit(model(), {"a": torch.zeros(1)}, "net", "w.pth")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"abc")
    wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert weights.sha256(tmp_path / "w") == wanted
