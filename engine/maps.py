"""What a layer makes of a picture: every unit's map at once, so that a window only slices them.

The questions and their answers are plain data, and so is what is computed from an answer; torch is
loaded where a question is answered, in the engine's thread. No Qt.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.jobs import NetworkRef, Picture
from engine.units import CLASSES, ReceptiveField

if TYPE_CHECKING:
    from engine.networks import Network

Maps = NDArray[Any]  # float32, or float16 where they are many
HALVED = 64 * 2**20  # bytes from which on maps are kept in half precision
KEPT, KEPT_BYTES = 8, 256 * 2**20  # answers kept: dragging back and forth runs nothing again


@dataclass(frozen=True, slots=True)
class LookQuestion:
    """What does a layer (``class`` for the classes) make of a picture, uint8 (H, W, 3)?"""

    number: int
    network: NetworkRef
    device: str
    picture: Picture
    layer: str


@dataclass(frozen=True, slots=True)
class FieldsQuestion:
    """Which pixels can each layer see?"""

    number: int
    network: NetworkRef
    device: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A layer's answer to a picture.

    ``crop`` is what the network saw of it, uint8 (S, S, 3). ``maps`` is (C, h, w); (C, T, 1) of a
    transformer's tokens, (C,) of a layer without positions and of the classes (their logits).
    ``field`` says where in the crop a position looks. ``top`` are the picture's classes.
    """

    number: int
    layer: str
    crop: Picture
    maps: Maps
    field: ReceptiveField
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Every layer's receptive field by its name, ``class`` for the classes."""

    number: int
    network: NetworkRef
    fields: Mapping[str, ReceptiveField]


def answer(question: LookQuestion | FieldsQuestion, network: Network) -> Looked | Fields:
    """The answer, from what was kept of the last ones where the same was asked.

    Raises:
        NetworkError: the layer gives no maps for this network.
    """
    from engine.fields import receptive_fields

    if isinstance(question, FieldsQuestion):
        return Fields(question.number, question.network, receptive_fields(network))
    key = (
        (network.ref, network.preprocessing, question.layer),
        (question.picture.shape, hashlib.blake2b(question.picture.tobytes()).digest()),
    )
    found = _kept.pop(key, None) or look(network, question.picture, question.layer)
    _kept[key] = found  # the newest last
    while len(_kept) > KEPT or (len(_kept) > 1 and _size_of_kept() > KEPT_BYTES):
        _kept.pop(next(iter(_kept)))
    return replace(found, number=question.number)


_kept: dict[Any, Looked] = {}  # of the engine's thread alone


def _size_of_kept() -> int:
    return sum(looked.maps.nbytes for looked in _kept.values())


def look(network: Network, picture: Picture, layer: str) -> Looked:
    """What a layer makes of a picture, uint8 (H, W, 3): one forward pass.

    Raises:
        NetworkError: the layer gives no maps for this network.
    """
    import torch

    from engine.fields import receptive_fields
    from engine.networks import NetworkError

    crop = network.preprocessing.crop(picture)
    with torch.no_grad():
        x = network.preprocessing.normalize(crop).to(network.device)
        outputs = network.activations(x, {layer, CLASSES})
    maps = outputs[layer][0]
    if maps.ndim not in (1, 3):
        raise NetworkError(f"{layer} gives no maps of channels; choose another layer.")
    if maps.numel() * 4 > HALVED and float(maps.abs().max()) < 65504:
        maps = maps.half()
    return Looked(
        number=0,
        layer=layer,
        crop=crop,
        maps=np.ascontiguousarray(maps.cpu().numpy()),
        field=receptive_fields(network)[layer],
        top=network.top(outputs[CLASSES])[0],
    )


def strengths(looked: Looked, by: str = "max") -> NDArray[np.float32]:
    """How strongly each unit responds, (C,): its map's ``max`` or ``mean``."""
    if looked.maps.ndim == 1:
        return looked.maps.astype(np.float32)
    flat = looked.maps.reshape(len(looked.maps), -1)
    return flat.max(1).astype(np.float32) if by == "max" else flat.mean(1, dtype=np.float32)


def strongest(looked: Looked, count: int, by: str = "max") -> list[tuple[int, float]]:
    """The layer's strongest units on the picture, each with its strength, the first ones first."""
    values = strengths(looked, by)
    order = np.argsort(-values, kind="stable")[:count]
    return [(int(i), float(values[i])) for i in order]


def peak(looked: Looked, index: int) -> tuple[int, int]:
    """The position (row, column) at which a unit responds most; (0, 0) where it has none."""
    if looked.maps.ndim == 1:
        return 0, 0
    row, column = np.unravel_index(int(looked.maps[index].argmax()), looked.maps.shape[1:])
    return int(row), int(column)


def heat(
    values: Maps, size: tuple[int, int], field: ReceptiveField, seen: tuple[int, int]
) -> NDArray[np.float32]:
    """A map (h, w) over the image, float32 of ``size`` (height, width), in the map's own values.

    Every position's value lies at the middle of the pixels that it looks at (``field``), with
    straight lines between them and the outermost values beyond. ``seen`` is the (height, width)
    of the crop that the network saw, which ``size`` shows larger or smaller. Positions without a
    regular window are spread evenly; tokens are laid out as the patches they were.
    """
    values = grid(values)
    rows = _weights(0, values.shape[0], size[0], field, seen[0])
    columns = _weights(1, values.shape[1], size[1], field, seen[1])
    return rows @ values.astype(np.float32) @ columns.T


def grid(values: Maps) -> Maps:
    """A transformer's tokens (T, 1) as the square of patches that they were; maps as they are.

    The tokens before the patches (the class token) are left out.
    """
    height, width = values.shape
    if width > 1 or height < 4:
        return values
    side = math.isqrt(height)
    return values[height - side * side :].reshape(side, side)


def _weights(
    axis: int, count: int, size: int, field: ReceptiveField, seen: int
) -> NDArray[np.float32]:
    """What each position contributes to each pixel along an axis, (size, count)."""
    pixels = (np.arange(size) + 0.5) * seen / size
    start, stride = field.start[axis] + field.size[axis] / 2, float(field.stride[axis])
    if field.whole or field.table or not stride:
        stride = seen / count
        start = stride / 2
    at = np.clip((pixels - start) / stride, 0, count - 1)
    low = np.minimum(at.astype(int), max(count - 2, 0))
    weights = np.zeros((size, count), np.float32)
    weights[np.arange(size), low] = 1 - (at - low)
    if count > 1:
        weights[np.arange(size), low + 1] = at - low
    return weights
