"""Torchvision's classification architectures, with the class names and the preprocessing of
their published weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.transforms import InterpolationMode

from engine.catalogue import weights as weights_files
from engine.jobs import NetworkRef
from engine.networks import Network, NetworkError, Preprocessing


@cache
def architectures() -> tuple[str, ...]:
    """The names of all classification architectures, as torchvision writes them."""
    return tuple(models.list_models(module=models))


def load(name: str, weights: str = "", *, seed: int | None = None) -> Network:
    """An architecture with a local state dict; with ``seed``, random weights for benchmarks.

    Raises:
        NetworkError: no weights were given, or they are another architecture's.
    """
    classes, preprocessing = metadata(name)
    title = name
    sha = ""
    if weights:
        tensors = weights_files.read(weights)
        model, count = _model_for(name, tensors)
        weights_files.fit(model, tensors, name, Path(weights).name)
        sha = weights_files.sha256(weights)
        weights = str(Path(weights).resolve())
        if count != len(classes):
            classes = tuple(f"class {i}" for i in range(count))
    elif seed is not None:
        torch.manual_seed(seed)
        model = _build(name)
        title = f"{name}, random weights"
    else:
        raise NetworkError(
            f"{name} needs weights: give their file, a state dict (.pth or .safetensors), "
            f"with --weights, or in the window Network → Open weights…"
        )
    return Network(name, title, model, classes, preprocessing, NetworkRef(name, weights, sha))


@cache
def metadata(name: str) -> tuple[tuple[str, ...], Preprocessing]:
    """Class names and preprocessing, from the metadata of the architecture's default weights."""
    default = models.get_model_weights(name).DEFAULT
    transforms = default.transforms()
    bicubic = transforms.interpolation == InterpolationMode.BICUBIC
    return tuple(default.meta["categories"]), Preprocessing(
        size=transforms.crop_size[0],
        resize=transforms.resize_size[0],
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        interpolation="bicubic" if bicubic else "bilinear",
    )


def guess(tensors: dict[str, Tensor], filename: str = "") -> tuple[str, ...]:
    """The architectures whose names and shapes a state dict has, the likeliest first.

    Several have the same ones (``wide_resnet`` never, ``vit_b_16`` and its training recipes do);
    the file's name then decides. The last layer may have another number of classes.
    """
    keys = {k for k in tensors if not k.endswith("num_batches_tracked")}
    stem = filename.lower().replace("-", "_")
    # Only the architecture that the file is named after is built first; the others if it fails.
    order = sorted(architectures(), key=lambda name: (name not in stem, -len(name)))
    found = []
    for name in order:
        own = _signature(name)
        if own.keys() != keys:
            continue
        different = [k for k in keys if own[k] != tuple(tensors[k].shape)]
        if len(different) <= 2 and all(own[k][:1] == (1000,) for k in different):
            found.append(name)
            if name in stem:
                break
    return tuple(found)


@cache
def _signature(name: str) -> dict[str, tuple[int, ...]]:
    with _parameters_on_meta():
        model = _build(name)
    return {
        k: tuple(v.shape)
        for k, v in model.state_dict().items()
        if not k.endswith("num_batches_tracked")
    }


def _model_for(name: str, tensors: dict[str, Tensor]) -> tuple[nn.Module, int]:
    """The architecture with as many classes as the tensors have, and that number."""
    signature = _signature(name)
    final = [k for k, shape in signature.items() if shape[:1] == (1000,)]
    counts = {int(tensors[k].shape[0]) for k in final if k in tensors and tensors[k].ndim}
    count = counts.pop() if len(counts) == 1 else 1000
    with _parameters_on_meta():
        return _build(name, count), count


@contextmanager
def _parameters_on_meta() -> Iterator[None]:
    """Modules made inside have parameters without memory: filling VGG16's takes seconds.

    ``torch.device("meta")`` would do the same, but RegNet and Swin compute with tensors while
    they are built, and those must have values.
    """
    register = nn.Module.register_parameter

    def on_meta(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        register(module, name, parameter)
        if parameter is not None:
            module._parameters[name] = nn.Parameter(parameter.to("meta"), requires_grad=False)

    nn.Module.register_parameter = on_meta  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        nn.Module.register_parameter = register  # type: ignore[method-assign]


def _build(name: str, classes: int = 1000) -> nn.Module:
    with warnings.catch_warnings():
        # GoogLeNet and Inception announce that their initialization will change.
        warnings.simplefilter("ignore", FutureWarning)
        return models.get_model(name, weights=None, num_classes=classes)
