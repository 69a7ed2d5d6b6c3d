"""Timm's architectures, with the class names and the preprocessing of timm's own metadata."""

from __future__ import annotations

import math
import sys
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.catalogue import weights as weights_files
from engine.catalogue.timm_sets import INSTALL, PREFIX
from engine.jobs import NetworkError, NetworkRef
from engine.networks import Network, Preprocessing

_IMAGENET = 1000  # classes, where the metadata name none


def imported() -> Any:
    """Timm, imported when it is first needed: that takes seconds.

    Raises:
        NetworkError: it is not installed, or does not load.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own old names
            return import_module("timm")
    except ImportError as error:
        raise NetworkError(f"timm cannot be loaded ({error}): {INSTALL}.") from error


def load(name: str, weights: str = "", *, seed: int | None = None) -> Network:
    """An architecture with a local state dict; with ``seed``, random weights for tests.

    Args:
        name: as timm writes it, with or without a tag: ``timm/resnet18.a1_in1k``.

    Raises:
        NetworkError: no such architecture, no weights, or another architecture's.
    """
    full = name.removeprefix(PREFIX)
    cfg = _config(full)
    title, sha = name, ""
    if weights:
        tensors = weights_files.read(weights)
        model = _built(full, _classes_in(tensors, cfg) or cfg["num_classes"])
        tensors = _as_now(model, tensors)
        weights_files.fit(model, tensors, name, Path(weights).name)
        sha = weights_files.sha256(weights)
        weights = str(Path(weights).absolute())  # the hub's cache is of links
    elif seed is not None:
        torch.manual_seed(seed)
        model = _built(full, cfg["num_classes"])
        title = f"{name}, random weights"
    else:
        raise NetworkError(f"{name} needs weights: give their file with --weights.")
    classes = class_names(int(getattr(model, "num_classes", cfg["num_classes"])))
    ref = NetworkRef(name, weights, sha)
    return Network(name, title, model, classes, preprocessing(cfg), ref)


def preprocessing(cfg: dict[str, Any]) -> Preprocessing:
    """As timm's own transforms for evaluation: the crop is a part (``crop_pct``) of the image.

    Sets that squash the whole image into a square are shown its central square instead.
    """
    from timm.data import resolve_data_config

    data = resolve_data_config({}, pretrained_cfg=cfg)
    size = int(data["input_size"][1])
    centre = data["crop_mode"] == "center"
    return Preprocessing(
        size=size,
        resize=math.floor(size / data["crop_pct"]) if centre else size,
        mean=tuple(data["mean"]),
        std=tuple(data["std"]),
        interpolation="bilinear" if data["interpolation"] == "bilinear" else "bicubic",
    )


@cache
def class_names(count: int) -> tuple[str, ...]:
    """The names of the ImageNet that has so many classes, or ``class 0`` and so on.

    A synset's first name where that is enough to tell it from the others, otherwise all of them.
    """
    from timm.data import ImageNetInfo, infer_imagenet_subset

    subset = infer_imagenet_subset({"num_classes": count})
    if subset is None:
        return tuple(f"class {i}" for i in range(count))
    info = ImageNetInfo(subset)
    whole = [info.index_to_description(i) for i in range(count)]
    short = [x.partition(",")[0].strip() for x in whole]
    seen: dict[str, int] = {}
    for text in short:
        seen[text.lower()] = seen.get(text.lower(), 0) + 1
    return tuple(a if seen[a.lower()] == 1 else b for a, b in zip(short, whole, strict=True))


def _config(full: str) -> dict[str, Any]:
    """Timm's metadata of a set, as a dict."""
    timm = imported()
    architecture, _, tag = full.partition(".")
    if not timm.is_model(architecture):
        raise NetworkError(f"timm has no architecture {architecture!r}.")
    try:
        found = timm.get_pretrained_cfg(full)
    except RuntimeError as error:
        raise NetworkError(f"timm's {architecture} has no weights called {tag!r}.") from error
    cfg = found.to_dict() if found is not None else {}
    size = cfg.get("input_size") or (3, 224, 224)
    if size[0] != 3 or size[1] != size[2]:
        sizes = "×".join(map(str, size))
        raise NetworkError(f"{PREFIX}{full} takes images of {sizes}; Unitscope's are square.")
    return cfg | {"num_classes": cfg.get("num_classes") or _IMAGENET}


def _built(full: str, classes: int) -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of operations that it does not compile
        model: nn.Module = imported().create_model(full, pretrained=False, num_classes=classes)
    return model


def _classes_in(tensors: dict[str, Tensor], cfg: dict[str, Any]) -> int:
    """How many classes a state dict has; 0 where its last layer is called otherwise."""
    layers = cfg.get("classifier") or ()
    for layer in (layers,) if isinstance(layers, str) else layers:
        for key in (f"{layer}.weight", f"{layer}.bias"):
            if key in tensors and tensors[key].ndim:
                return int(tensors[key].shape[0])
    return 0


def _as_now(model: nn.Module, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The names as the architecture has them now, by timm's own rule where they are others."""
    own = {k for k in model.state_dict() if not k.endswith("num_batches_tracked")}
    if own <= tensors.keys():
        return tensors
    rule = getattr(sys.modules[type(model).__module__], "checkpoint_filter_fn", None)
    if rule is None:
        return tensors
    try:
        renamed = rule(dict(tensors), model)
    except Exception:  # made for its own files; whatever this one is, its names will tell
        return tensors
    return {k: v for k, v in renamed.items() if isinstance(v, Tensor)}
