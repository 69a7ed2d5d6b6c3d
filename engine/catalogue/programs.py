"""`torch.export` files (.pt2), opened without running anything they hold.

``torch.export.load`` trusts its file: it unpickles what the file says are pickles, evaluates the
expressions of symbolic sizes, looks an operation up anywhere in torch, and compiles names into
Python. So the archive is read here first; a copy of only what describes a network, every word of
which was looked at, is what torch is given.
"""

from __future__ import annotations

import ast
import io
import json
import pickle
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from engine.networks import NetworkError

_WORD = re.compile(r"[\w.+\-]*", re.ASCII)
_SYMBOL = re.compile(r"[a-z]+_?\d+", re.ASCII)
_FUNCTIONS = frozenset(
    (
        "Symbol",
        "Integer",
        "Rational",
        "Add",
        "Mul",
        "Pow",
        "Max",
        "Min",
        "Mod",
        "PythonMod",
        "FloorDiv",
        "CeilDiv",
        "CleanDiv",
        "floor",
        "ceiling",
        "TruncToInt",
        "ToFloat",
        "FloatTrueDiv",
        "IntTrueDiv",
    )
)
_POWERS = frozenset(f"Integer({x})" for x in (-1, 2, 3))
_ASSUMPTIONS = frozenset(
    {"positive", "integer", "nonnegative", "real", "negative", "zero", "evaluate"}
)
_OPERATION = re.compile(r"torch\.ops\.aten\.(?P<name>\w+)\.(?P<overload>\w+)", re.ASCII)
_ARITHMETIC = frozenset(
    f"{module}.{name}"
    for module, names in {
        "_operator": ("add", "sub", "mul", "truediv", "floordiv", "mod", "neg", "getitem"),
        "torch": ("sym_int", "sym_float", "sym_max", "sym_min", "sym_not"),
    }.items()
    for name in names
)
_FILES = frozenset({"filename", "file", "path", "f"})
_TREES = frozenset({"builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict"})


class _Unsafe(Exception):
    """What a file asks for and does not get."""


def load(path: Path | str) -> torch.export.ExportedProgram:
    """The program of a ``.pt2`` file.

    Raises:
        NetworkError: no such file, no export, a damaged one, one of another version of torch, or
            one that asks for more than a network's operations.
    """
    path = Path(path)
    if not path.is_file():
        raise NetworkError(f"There is no file {path}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's, of pickles that it then refuses
            copy = _checked_copy(path)
            return _program(copy)
    except _Unsafe as error:
        raise NetworkError(
            f"{path.name} is refused: it holds {error}, and opening it could run code. "
            "A network saved with torch.export.save needs none of that."
        ) from error
    except NetworkError:
        raise
    except RecursionError as error:
        raise NetworkError(f"{path.name} is damaged: it is nested without end.") from error
    except Exception as error:  # torch raises whatever a damaged file leads it to
        raise NetworkError(
            f"{path.name} cannot be opened as an exported network: it is damaged, of another kind, "
            f"or was saved by another version of torch (this is {torch.__version__}). "
            "Save it again with torch.export.save."
        ) from error


def _program(copy: io.BytesIO) -> torch.export.ExportedProgram:
    # Not torch.export.load: where this fails, that goes on to try older formats, unchecked.
    from torch.export.pt2_archive._package import load_pt2

    programs = load_pt2(copy).exported_programs
    return next(iter(programs.values()))


def _checked_copy(path: Path) -> io.BytesIO:
    reader = torch._C.PyTorchFileReader(str(path))
    names = set(reader.get_all_records())
    if any(name.startswith("data/aotinductor/") for name in names):
        raise _Unsafe("compiled code")
    models = [x for x in names if x.startswith("models/") and x.endswith(".json")]
    if len(models) != 1:
        raise ValueError(f"{len(models)} models")
    model = models[0].removeprefix("models/").removesuffix(".json")
    if not _WORD.fullmatch(model):
        raise ValueError("no name for a model")
    copy = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(copy)
    for name in ("archive_format", "archive_version", "byteorder"):
        if name in names:
            _write(writer, name, reader.get_record(name))
    document = json.loads(reader.get_record(models[0]))
    _write(writer, models[0], json.dumps(_checked(document)).encode())
    for kind in ("weights", "constants"):
        config = f"data/{kind}/model_{kind}_config.json".replace("model_", f"{model}_")
        if config not in names:
            continue
        text = reader.get_record(config)
        _write(writer, config, text)
        for record, empty in _tensors(json.loads(text)):
            data = reader.get_record(f"data/{kind}/{record}")
            if not data and not empty:  # torch would take whatever lies in memory
                raise ValueError("a tensor without its values")
            _write(writer, f"data/{kind}/{record}", data)
    inputs = f"data/sample_inputs/{model}.pt"
    data = reader.get_record(inputs) if inputs in names else b""
    if data:
        _plain(data)
    _write(writer, inputs, data)
    writer.write_end_of_file()
    copy.seek(0)
    return copy


def _write(writer: Any, name: str, data: bytes) -> None:
    writer.write_record(name, data, len(data))


def _plain(data: bytes) -> None:
    try:
        torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _Unsafe("a pickle") from error


def _tensors(config: Any) -> Iterator[tuple[str, bool]]:
    """The records of a configuration's tensors, each once, and whether one is empty."""
    seen = set()
    for payload in config["config"].values():
        name = payload["path_name"]
        if payload.get("use_pickle") or not payload.get("tensor_meta"):
            raise _Unsafe("a pickle")
        if not _WORD.fullmatch(name) or not re.match("(weight|tensor)_", name):
            raise _Unsafe("an object of its own")
        if name not in seen:
            seen.add(name)
            sizes = payload["tensor_meta"]["sizes"]
            yield name, any(size.get("as_int") == 0 for size in sizes)


def _checked(value: Any, key: str = "") -> Any:
    """A model's description with every word looked at; what is not needed is left out."""
    if key == "metadata" and isinstance(value, dict):
        stack = value.get("nn_module_stack")
        return {"nn_module_stack": stack} if isinstance(stack, str) and stack else {}
    if key == "guards_code":
        return []
    if isinstance(value, dict):
        for name in value:
            _word(name)
        if key == "range_constraints" and not all(map(_SYMBOL.fullmatch, value)):
            raise _Unsafe("an expression that is no size")
        if "target" in value and "inputs" in value:
            _operation(value["target"])
        if value.get("as_custom_obj") or value.get("as_operator"):
            raise _Unsafe("an object of its own")
        return {name: _checked(x, name) for name, x in value.items()}
    if isinstance(value, list):
        return [_checked(x, key) for x in value]
    if isinstance(value, str):
        if key == "expr_str":
            _expression(value)
        elif key.endswith("_spec"):
            if value:
                _tree(json.loads(value)[1])
        elif key not in ("as_string", "as_strings"):  # which become nothing but strings
            _word(value)
    return value


def _word(text: str) -> None:
    if not _WORD.fullmatch(text):
        raise _Unsafe(f"a name that is none ({text[:40]!r})")


def _operation(target: Any) -> None:
    if target in _ARITHMETIC:
        return
    match = _OPERATION.fullmatch(str(target))
    if not match:
        raise _Unsafe(f"the operation {str(target)[:60]!r}, which is none of torch's for networks")
    operation = getattr(getattr(torch.ops.aten, match["name"]), match["overload"])
    if any(x.name in _FILES for x in operation._schema.arguments):
        raise _Unsafe(f"the operation {match['name']!r}, which opens files")


def _expression(text: str) -> None:
    # Sympy evaluates it as Python: only sizes' names, numbers and arithmetic may be in it.
    try:
        good = len(text) < 2000 and _is_size(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        good = False
    if not good:
        raise _Unsafe("an expression that is no size")


def _is_size(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and abs(node.value) < 2**63
    if isinstance(node, ast.Name):
        return bool(_SYMBOL.fullmatch(node.id))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_size(node.operand)
    if isinstance(node, ast.BinOp):
        simple = isinstance(
            node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod
        )
        return simple and _is_size(node.left) and _is_size(node.right)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    name = node.func.id
    if not all(
        x.arg in _ASSUMPTIONS
        and isinstance(x.value, ast.Constant)
        and isinstance(x.value.value, bool)
        for x in node.keywords
    ):
        return False
    if name == "Symbol":
        return (
            len(node.args) == 1
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
            and bool(_SYMBOL.fullmatch(node.args[0].value))
        )
    if name == "Pow" and ast.unparse(node.args[-1]) not in _POWERS:  # 9**9**9 takes for ever
        return False
    return name in _FUNCTIONS and all(map(_is_size, node.args))


def _tree(spec: Any) -> None:
    if spec["type"] is not None and spec["type"] not in _TREES:
        raise _Unsafe("an input or output of a kind of its own")
    context = spec["context"]
    keys = json.loads(context) if isinstance(context, str) else context
    if not (keys is None or (isinstance(keys, list) and all(isinstance(x, str) for x in keys))):
        raise _Unsafe("an input or output of a kind of its own")
    for child in spec["children_spec"]:
        _tree(child)
