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

from engine.catalogue import signatures
from engine.catalogue import weights as weights_files
from engine.catalogue.signatures import POSITIONS
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
        model, count = _model_for(name, tensors, Path(weights).name)
        weights_files.fit(model, tensors, name, Path(weights).name)
        sha = weights_files.sha256(weights)
        weights = str(Path(weights).resolve())
        side = getattr(model, "image_size", preprocessing.size)
        if side != preprocessing.size:  # a ViT trained on images of another size
            preprocessing = replace(preprocessing, size=side, resize=side)
        if max(count, 2) != len(classes):
            classes = tuple(f"class {i}" for i in range(max(count, 2)))
        stem = _signature(name).stem
        if tensors[stem].shape[1] == 1:  # no published one is of grey images: as the pixels are
            preprocessing = replace(preprocessing, mean=(0.0,), std=(1.0,))
    elif seed is not None:
        torch.manual_seed(seed)
        # Random weights are of no set: the smallest images that one is published for will do.
        smallest = min(models.get_model_weights(name), key=lambda x: x.transforms().crop_size[0])
        classes, preprocessing = metadata(name, smallest.name)
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

    The last layer may have another number of classes, the first may be of grey images. Where
    several fit, the file's name decides.
    """
    found = _matching({k: tuple(v.shape) for k, v in renamed(tensors).items() if _counts(k)})
    stem = filename.lower().replace("-", "_")
    return tuple(sorted(found, key=lambda name: (name not in stem, -len(name))))


def _matching(own: dict[str, tuple[int, ...]]) -> list[str]:
    names = signatures.digest(own)
    shipped, current = signatures.table()
    known = {k: v for k, v in shipped.items() if k.partition(_WITHOUT)[0] in architectures()}
    found = [k for k, v in known.items() if signatures.matches(v, own, names)]
    if not found:
        # Another torchvision than the one the table is of may have others: those are built.
        unknown = [x for x in architectures() if x not in known or not current]
        built = ((kind, _signature(kind)) for name in unknown for kind in kinds(name))
        found = [k for k, v in built if signatures.matches(v, own, names)]
    return list(dict.fromkeys(x.partition(_WITHOUT)[0] for x in found))


def hint(tensors: dict[str, Tensor]) -> str:
    """What to say of a state dict that no architecture fits: a clause, empty where nothing is near.

    Who trains a network for another task often puts a head of their own in place of the last layer.
    """
    own = {k: tuple(v.shape) for k, v in renamed(tensors).items() if _counts(k)}
    name, head = signatures.nearest(signatures.table()[0], own)
    if not name or not head:
        return ""
    more = f" and {len(head) - 2} more" if len(head) > 2 else ""
    return f"it is {name} with last layers of its own ({', '.join(head[:2])}{more})"


@cache
def _signature(kind: str) -> signatures.Signature:
    shipped, current = signatures.table()
    if current and kind in shipped:
        return shipped[kind]
    return signatures.signature(shapes(kind))


def kinds(name: str) -> tuple[str, ...]:
    """The state dicts that an architecture has: GoogLeNet and Inception may lack their helpers."""
    return (name, f"{name}{_WITHOUT}") if name in _HELPED else (name,)


_HELPED = ("googlenet", "inception_v3")  # while training, by classifiers on the way
_WITHOUT = ":alone"


def shapes(kind: str) -> dict[str, tuple[int, ...]]:
    """The names and shapes of an architecture's tensors, which it is built for without memory."""
    name, alone, _ = kind.partition(_WITHOUT)
    with _parameters_on_meta():
        model = _build(name, **({"aux_logits": False} if alone else {}))
    return {k: tuple(v.shape) for k, v in model.state_dict().items() if _counts(k)}


def _counts(name: str) -> bool:
    # Nothing reads a batch counter, and old files lack them.
    return not name.endswith("num_batches_tracked")


def _model_for(name: str, tensors: dict[str, Tensor], title: str = "") -> tuple[nn.Module, int]:
    """The architecture with as many classes and channels as the tensors have, and the classes."""
    alone = name in _HELPED and not any(k.startswith(("aux", "AuxLogits")) for k in tensors)
    own = _signature(kinds(name)[alone])
    counts = {int(tensors[k].shape[0]) for k in own.last if k in tensors and tensors[k].ndim}
    count = counts.pop() if len(counts) == 1 else 1000
    options: dict[str, Any] = {"aux_logits": False} if alone else {}
    stem = tensors[own.stem].shape if own.stem in tensors else ()
    channels = int(stem[1]) if len(stem) == 4 else 3
    if channels not in (1, 3):
        raise NetworkError(
            f"{title or name} takes images of {channels} channels; only grey (1) and colour (3) "
            "can be shown."
        )
    if name in _HELPED:  # which normalize colours, not grey
        options["transform_input"] = channels == 3
    with _parameters_on_meta():
        if POSITIONS in tensors and tensors[POSITIONS].ndim == 3:  # one for each patch, and one
            patch = int(stem[-1]) if len(stem) == 4 else 16
            options["image_size"] = patch * math.isqrt(max(tensors[POSITIONS].shape[1] - 1, 1))
        model = _build(name, count, **options)
        if channels == 1:
            _see_grey(model.get_submodule(own.stem.removesuffix(".weight")))
    if count == 1:
        model.register_forward_hook(two_classes)
    return model, count


def _see_grey(convolution: nn.Module) -> None:
    assert isinstance(convolution, nn.Conv2d)
    weight = convolution.weight
    convolution.in_channels = 1
    convolution.weight = nn.Parameter(weight[:, :1].clone(), requires_grad=False)


def two_classes(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
    """Of one logit z (N, 1) two (N, 2), −z/2 and z/2: their softmax is the sigmoid of z."""
    return torch.cat((-output / 2, output / 2), 1)


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
        options = {"transform_input": True, "init_weights": False} | options
    with warnings.catch_warnings():
        # GoogLeNet and Inception announce that their initialization will change.
        warnings.simplefilter("ignore", FutureWarning)
        return models.get_model(name, weights=None, num_classes=classes, **options)
