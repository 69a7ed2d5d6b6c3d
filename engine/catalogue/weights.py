"""Weights' files: read without running anything they hold, and matched with an architecture."""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.networks import NetworkError

# Where a checkpoint keeps its network: the averaged weights first, which are what is evaluated.
_AVERAGED = ("model_ema", "state_dict_ema", "ema_state_dict", "ema_model", "ema")
_WRAPPERS = (*_AVERAGED, "state_dict", "model_state_dict", "model", "net", "network", "weights")
_COUNTERS = ("n_averaged", "num_updates", "decay")  # of torch's and others' averaging


def read(path: Path | str) -> dict[str, Tensor]:
    """The tensors of a ``.safetensors`` file or of a state dict saved by torch, by name.

    Only ``weights_only`` loading is used: a pickle that would run code is refused.

    Raises:
        NetworkError: no such file, no state dict, code in it, or NaN in its weights.
    """
    path = Path(path)
    if not path.is_file():
        raise NetworkError(f"There is no file {path}.")
    try:
        if path.suffix == ".safetensors":
            content: object = load_file(path)
        else:
            with warnings.catch_warnings():
                # Torch warns of pickles that it then refuses, in words for programmers.
                warnings.simplefilter("ignore", UserWarning)
                content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise NetworkError(
            f"{path.name} is refused: it is no plain state dict, and opening it could run code. "
            "Save the network's state_dict() with torch.save or safetensors, and open that."
        ) from error
    except (
        SafetensorError,
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
        AssertionError,
        zipfile.BadZipFile,
    ) as error:
        raise NetworkError(
            f"{path.name} cannot be read as weights: it is damaged or of another kind."
        ) from error
    return _tensors(content, path)


def _tensors(content: object, path: Path) -> dict[str, Tensor]:
    for _ in range(4):  # a file may hold a dict that holds itself
        if not isinstance(content, dict):
            break
        inner = next((content[k] for k in _WRAPPERS if isinstance(content.get(k), dict)), None)
        if inner is None:
            break
        content = inner
    if not isinstance(content, dict):
        raise NetworkError(f"{path.name} holds no state dict but a {type(content).__name__}.")
    tensors = {str(k): v for k, v in content.items() if isinstance(v, Tensor)}
    tensors = _unwrapped({k: v for k, v in tensors.items() if k not in _COUNTERS})
    if not tensors:
        raise NetworkError(f"{path.name} holds no tensors.")
    packed = any("_packed_params" in str(name) for name in content)
    if packed or any(value.is_quantized for value in tensors.values()):
        raise NetworkError(
            f"{path.name} holds quantized weights, through which no gradient reaches the image: "
            "open the weights as they were before they were quantized."
        )
    for name, value in tensors.items():
        if not _is_finite(value, path):
            raise NetworkError(f"{path.name} holds values that are no numbers (NaN), in {name}.")
    return tensors


def _unwrapped(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names without what wraps every one of them: ``module.`` of nn.DataParallel, ``_orig_mod.``
    of torch.compile, ``model.`` of Lightning. No architecture has a single module at its top.
    """
    for _ in range(4):
        tops = {name.partition(".")[0] for name in tensors}
        if len(tops) != 1 or any("." not in name for name in tensors):
            break
        tensors = {name.partition(".")[2]: value for name, value in tensors.items()}
    return {name.removeprefix("module."): value for name, value in tensors.items()}


def _is_finite(value: Tensor, path: Path) -> bool:
    if not value.is_floating_point() and not value.is_complex():
        return True
    try:
        # Eight bits know no infinity that torch could look for.
        value = value.float() if value.element_size() == 1 else value
        return bool(torch.isfinite(value).all())
    except (RuntimeError, NotImplementedError) as error:
        raise NetworkError(
            f"{path.name} holds tensors of a kind that is no network's: save its state_dict() as "
            "it is on a CPU."
        ) from error


def fit(model: nn.Module, tensors: dict[str, Tensor], title: str, file: str) -> None:
    """Loads the tensors into a model.

    Raises:
        NetworkError: they are another architecture's; says which names differ.
    """
    own = model.state_dict()
    # Old files lack the batch counters that nothing here reads.
    missing = [k for k in own if k not in tensors and not k.endswith("num_batches_tracked")]
    foreign = [k for k in tensors if k not in own]
    shapes = [k for k in own if k in tensors and own[k].shape != tensors[k].shape]
    problems = []
    if missing:
        problems.append(f"it lacks {_listed(missing)}")
    if foreign:
        problems.append(f"it has {_listed(foreign)}, which {title} has not")
    if shapes:
        key = shapes[0]
        problems.append(
            f"{key} is {_shape(tensors[key])} where {title} has {_shape(own[key])}"
            + (f" (and {len(shapes) - 1} more)" if len(shapes) > 1 else "")
        )
    kinds = [
        k
        for k in own
        if k in tensors and own[k].is_floating_point() and not tensors[k].is_floating_point()
    ]
    if kinds and not problems:
        kind = str(tensors[kinds[0]].dtype).removeprefix("torch.")
        problems.append(f"{kinds[0]} is of whole or complex numbers ({kind})")
    if problems:
        raise NetworkError(f"{file} holds no weights of {title}: {'; '.join(problems)}.")
    # Files in half precision are common; the network computes in single.
    single = OrderedDict((k, v.float() if v.is_floating_point() else v) for k, v in tensors.items())
    # MNASNet asks the state dict for its version, which is not kept beside the tensors.
    single._metadata = getattr(own, "_metadata", {})  # type: ignore[attr-defined]
    # assign: the model may have been built without memory for its parameters.
    model.load_state_dict(single, strict=False, assign=True)


def sha256(path: Path | str) -> str:
    """The file's SHA-256, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a number"
