"""Fifty and more files that are no networks: a sentence for each, and nothing in them is run."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.catalogue import load_network
from engine.networks import NetworkError
from tests.engine.catalogue.exports import Small, save

Records = dict[str, bytes]


class Code:
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (os.environ["UNITSCOPE_TEST_MARK"],)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    return save(tmp_path_factory.mktemp("good") / "good.pt2", Small().eval(), batch=(1, 8))


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a file's code would make, if it were run."""
    monkeypatch.setenv("UNITSCOPE_TEST_MARK", str(tmp_path / "ran"))
    return tmp_path / "ran"


def records(path: Path) -> Records:
    reader = torch._C.PyTorchFileReader(str(path))
    return {name: reader.get_record(name) for name in reader.get_all_records()}


def rewritten(path: Path, content: Records) -> Path:
    writer = torch._C.PyTorchFileWriter(str(path))
    for name, data in content.items():
        if name != ".data/serialization_id" and name != "version":
            writer.write_record(name, data, len(data))
    writer.write_end_of_file()
    return path


def model_of(content: Records) -> tuple[str, Any]:
    name = next(x for x in content if x.startswith("models/"))
    return name, json.loads(content[name])


def test_a_file_put_together_again_is_still_good(good: Path, tmp_path: Path) -> None:
    network = load_network(str(rewritten(tmp_path / "again.pt2", records(good))))
    assert len(network.classes) == 4


def pickled(value: Any) -> bytes:
    data = io.BytesIO()
    torch.save(value, data)
    return data.getvalue()


def weights_are_a_pickle(content: Records) -> None:
    name = next(x for x in content if x.endswith("weights_config.json"))
    config = json.loads(content[name])
    payload = next(iter(config["config"].values()))
    payload["use_pickle"] = True
    content[name] = json.dumps(config).encode()
    content["data/weights/" + payload["path_name"]] = pickled(Code())


def constants_are_an_object(content: Records) -> None:
    name = next(x for x in content if x.endswith("constants_config.json"))
    payload = {"path_name": "opaque_0", "is_param": False, "use_pickle": True, "tensor_meta": None}
    content[name] = json.dumps({"config": {"thing": payload}}).encode()
    content["data/constants/opaque_0"] = pickle.dumps(Code())


def inputs_are_a_pickle(content: Records) -> None:
    name = next(x for x in content if x.startswith("data/sample_inputs/"))
    content[name] = pickled((Code(),))


def compiled_code(content: Records) -> None:
    content["data/aotinductor/model/model.so"] = b"\x7fELF"


def in_model(change: Callable[[dict[str, Any]], None]) -> Callable[[Records], None]:
    def changed(content: Records) -> None:
        name, document = model_of(content)
        change(document)
        content[name] = json.dumps(document).encode()

    return changed


def graph(document: dict[str, Any]) -> dict[str, Any]:
    return document["graph_module"]["graph"]


COMMAND = "__import__('os').mkdir(__import__('os').environ['UNITSCOPE_TEST_MARK'])"


def evaluated_size(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    assert "Symbol('" in text
    start = text.index("Symbol('")
    wrong = text[:start] + COMMAND + text[text.index(")", start) + 1 :]
    document.clear()
    document.update(json.loads(wrong))


def foreign_operation(document: dict[str, Any]) -> None:
    node = graph(document)["nodes"][0]
    node["target"] = "torch.os.mkdir"
    node["inputs"] = [{"name": "path", "arg": {"as_string": os.environ["UNITSCOPE_TEST_MARK"]}}]


def operation_on_files(document: dict[str, Any]) -> None:
    graph(document)["nodes"][0]["target"] = "torch.ops.aten.from_file.default"


def operation_of_a_library(document: dict[str, Any]) -> None:
    graph(document)["nodes"][0]["target"] = "torch.ops.load_library"


def name_with_code(document: dict[str, Any]) -> None:
    text = json.dumps(document).replace('"x"', json.dumps(f"x={COMMAND}"))
    document.clear()
    document.update(json.loads(text))


def tree_of_its_own(document: dict[str, Any]) -> None:
    signature = document["graph_module"]["module_call_graph"][0]["signature"]
    signature["in_spec"] = '[1, {"type": "os.mkdir", "context": null, "children_spec": []}]'


@pytest.mark.parametrize(
    "change",
    [
        weights_are_a_pickle,
        constants_are_an_object,
        inputs_are_a_pickle,
        compiled_code,
        in_model(evaluated_size),
        in_model(foreign_operation),
        in_model(operation_on_files),
        in_model(operation_of_a_library),
        in_model(name_with_code),
        in_model(tree_of_its_own),
    ],
    ids=[
        "weights",
        "constants",
        "inputs",
        "compiled",
        "size",
        "operation",
        "from_file",
        "library",
        "name",
        "tree",
    ],
)
def test_what_would_run_code_is_refused_and_not_run(
    good: Path, tmp_path: Path, mark: Path, change: Callable[[Records], None]
) -> None:
    content = records(good)
    change(content)
    path = rewritten(tmp_path / "bad.pt2", content)
    with pytest.raises(NetworkError, match=r"bad\.pt2 is refused: .* could run code"):
        load_network(str(path))
    assert not mark.exists()


def test_torch_itself_would_run_it(good: Path, tmp_path: Path, mark: Path) -> None:
    """Otherwise the test above shows nothing."""
    content = records(good)
    weights_are_a_pickle(content)
    path = rewritten(tmp_path / "bad.pt2", content)
    with pytest.raises(Exception):  # noqa: B017 - what it makes of the rest is torch's own
        torch.export.load(path)
    assert mark.exists()


@pytest.mark.parametrize("name", ["x.pt2", "x.pth", "x.safetensors"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a text\n",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        bytes(500),
        b"PK\x03\x04" + bytes(30),
        b"PK\x05\x06" + bytes(18),
        b"\x80\x04N.",
        (2**62).to_bytes(8, "little") + b"{}",
    ],
    ids=["empty", "text", "png", "zeros", "zip", "end-of-zip", "none", "huge-header"],
)
def test_other_files(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(NetworkError, match=rf"{name}.*\.$"):
        load_network(str(tmp_path / name))


@pytest.mark.parametrize("name", ["x.pt2", "x.pth", "x.safetensors"])
def test_code_in_a_pickle(tmp_path: Path, mark: Path, name: str) -> None:
    for data in (pickle.dumps(Code()), pickled(Code()), pickled({"w": Code()})):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NetworkError, match=rf"{name}.*\.$"):
            load_network(str(tmp_path / name))
    assert not mark.exists()


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    for entries in ({"a": b"b"}, {"m/models/m.json": b"{}", "m/version": b"3"}):
        path = tmp_path / "zip.pt2"
        with zipfile.ZipFile(path, "w") as file:
            for name, data in entries.items():
                file.writestr(name, data)
        with pytest.raises(NetworkError, match=r"zip\.pt2 cannot be opened"):
            load_network(str(path))


def test_not_there(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no file"):
        load_network(str(tmp_path / "absent.pt2"))


@pytest.mark.parametrize("part", [0.0, 0.02, 0.2, 0.5, 0.9, 0.999])
def test_cut_off(good: Path, tmp_path: Path, part: float) -> None:
    path = tmp_path / "cut.pt2"
    path.write_bytes(good.read_bytes()[: int(part * good.stat().st_size)])
    with pytest.raises(NetworkError, match=r"cut\.pt2 .*\.$"):
        load_network(str(path))


def test_each_record_missing_or_emptied(good: Path, tmp_path: Path) -> None:
    content = records(good)
    needed = [x for x in content if x.startswith(("models/", "data/weights/", "archive_v"))]
    assert len(needed) > 5
    for number, name in enumerate(needed):
        for data in (None, b"", b"[]", content[name][: len(content[name]) // 2]):
            other = {k: v for k, v in content.items() if k != name}
            if data is not None:
                other[name] = data
            path = rewritten(tmp_path / f"bad{number}.pt2", other)
            with pytest.raises(NetworkError, match=r"bad\d+\.pt2 .*\.$"):
                load_network(str(path))


def test_values_that_are_no_numbers(good: Path, tmp_path: Path) -> None:
    content = records(good)
    content["data/weights/weight_0"] = b"\xff" * len(content["data/weights/weight_0"])
    with pytest.raises(NetworkError, match="NaN"):
        load_network(str(rewritten(tmp_path / "nan.pt2", content)))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    if not isinstance(value, dict | list):
        return [path]
    found = [path] if path else []
    for key, inner in items:
        found += leaves(inner, (*path, key)) if isinstance(inner, dict | list) else [(*path, key)]
    return found


OTHERS = (None, True, -1, 0, 2**40, 1.5, "", "nothing", "x y", [], {}, [[1]], {"as_int": -7})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 0.9999), value=st.sampled_from(OTHERS))
def test_a_model_s_description_with_one_thing_wrong(
    good: Path, tmp_path: Path, where: float, value: Any
) -> None:
    content = records(good)
    name, document = model_of(content)
    paths = leaves(document)
    *inner, last = paths[int(where * len(paths))]
    place = document
    for key in inner:
        place = place[key]
    place[last] = value
    content[name] = json.dumps(document).encode()
    # What changes nothing that is needed opens; all else is one sentence.
    try:
        network = load_network(str(rewritten(tmp_path / "wrong.pt2", content)))
    except NetworkError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert len(network.classes) == len(network.info().classes)
