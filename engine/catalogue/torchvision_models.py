"""Torchvision's classification architectures, with the class names and the preprocessing of
their published weights.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

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
    classes, preprocessing = metadata(name, _published(name, Path(weights).name))
    title = name
    sha = ""
    if weights:
        tensors = renamed(weights_files.read(weights))
        model, count = _model_for(name, tensors)
        weights_files.fit(model, tensors, name, Path(weights).name)
        sha = weights_files.sha256(weights)
        weights = str(Path(weights).resolve())
        side = getattr(model, "image_size", preprocessing.size)
        if side != preprocessing.size:  # a ViT trained on images of another size
            preprocessing = replace(preprocessing, size=side, resize=side)
        if count != len(classes):
            classes = tuple(f"class {i}" for i in range(count))
    elif seed is not None:
        torch.manual_seed(seed)
        # A ViT is built for one size of image, and takes no other.
        model = _build(name, **({"image_size": preprocessing.size} if "vit_" in name[:4] else {}))
        title = f"{name}, random weights"
    else:
        raise NetworkError(
            f"{name} needs weights: give their file, a state dict (.pth or .safetensors), "
            f"with --weights, or in the window Network → Open weights…"
        )
    return Network(name, title, model, classes, preprocessing, NetworkRef(name, weights, sha))


@cache
def metadata(name: str, published: str = "DEFAULT") -> tuple[tuple[str, ...], Preprocessing]:
    """Class names and preprocessing, from the metadata of a published set of weights."""
    sets = models.get_model_weights(name)
    transforms = sets[published].transforms()
    bicubic = transforms.interpolation == InterpolationMode.BICUBIC
    categories = sets[published].meta["categories"] or sets.DEFAULT.meta["categories"]
    return tuple(categories), Preprocessing(
        size=transforms.crop_size[0],
        resize=transforms.resize_size[0],
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        interpolation="bicubic" if bicubic else "bilinear",
    )


def _published(name: str, file: str) -> str:
    """The set of weights whose file is called so; sets differ in the size of their images."""
    sets = models.get_model_weights(name)
    return next((x.name for x in sets if x.url.rpartition("/")[2] == file), "DEFAULT")


def renamed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The names as the architectures have them now; DenseNet's and ViT's files are older."""
    return {_VIT.sub(_vit_name, _DENSE.sub(r"\1\2", k)): v for k, v in tensors.items()}


_DENSE = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")  # norm.1 is norm1
_VIT = re.compile(r"\.mlp\.linear_([12])\.")


def _vit_name(found: re.Match[str]) -> str:
    return ".mlp.0." if found[1] == "1" else ".mlp.3."


def guess(tensors: dict[str, Tensor], filename: str = "") -> tuple[str, ...]:
    """The architectures whose names and shapes a state dict has, the likeliest first.

    Several have the same ones (``wide_resnet`` never, ``vit_b_16`` and its training recipes do);
    the file's name then decides. The last layer may have another number of classes.
    """
    tensors = renamed(tensors)
    keys = {k for k in tensors if not k.endswith("num_batches_tracked")}
    stem = filename.lower().replace("-", "_")
    # Only the architecture that the file is named after is built first; the others if it fails.
    order = sorted(architectures(), key=lambda name: (name not in stem, -len(name)))
    found = []
    for name in order:
        own = _signature(name)
        if own.keys() != keys:
            continue
        different = [
            k for k in keys if own[k] != tuple(tensors[k].shape) and not k.endswith(_POSITIONS)
        ]
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
    options = {}
    if _POSITIONS in tensors and tensors[_POSITIONS].ndim == 3:  # ViT: one for each patch, and one
        patch = signature["conv_proj.weight"][-1]
        options["image_size"] = patch * math.isqrt(max(tensors[_POSITIONS].shape[1] - 1, 1))
    with _parameters_on_meta():
        return _build(name, count, **options), count


_POSITIONS = "encoder.pos_embedding"


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


def _build(name: str, classes: int = 1000, **options: Any) -> nn.Module:
    if name in ("googlenet", "inception_v3"):
        # They were trained on another normalization, to which they bring their input themselves.
        options |= {"transform_input": True, "init_weights": False}
    with warnings.catch_warnings():
        # GoogLeNet and Inception announce that their initialization will change.
        warnings.simplefilter("ignore", FutureWarning)
        return models.get_model(name, weights=None, num_classes=classes, **options)
