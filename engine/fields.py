"""Receptive fields: which pixels a layer's positions can see, of any network that runs.

The network is run once, and beside every tensor goes, for each of its elements, the smallest box
of input pixels that holds everything the element was made of. A convolution, a pooling, a sum, a
matrix product make a box of the boxes they read; what only moves elements (a permutation, a
window's cutting) moves their boxes the same way. So branches, dilation, ``ceil_mode``, shifted
windows and exported graphs need no rule of their own, and an operation that is not known here can
only make a field too large: the whole image.

What the network pads lies beyond the image: boxes go on there as they do inside, so that a field
has its full size, which can be larger than the image (Araujo, Norris & Sim, *Computing Receptive
Fields of Convolutional Neural Networks*, Distill 2019).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map
from torch.utils.weak import WeakTensorKeyDictionary

from engine import field_rules as rules
from engine.field_rules import Boxes
from engine.networks import Network, channels_first
from engine.units import CLASSES, ReceptiveField


def receptive_field(network: Network, layer: str) -> ReceptiveField:
    """The field of a layer's positions (``class`` for the logits), in pixels of the input.

    Raises:
        KeyError: no such layer, or one that gives no tensor with channels.
    """
    return receptive_fields(network)[layer]


@torch.no_grad()
def receptive_fields(network: Network) -> dict[str, ReceptiveField]:
    """The fields of every layer that gives channels, by name; runs the network once, then never.

    Sizes are those at the network's own input size; a window's size is the same at any other.
    """
    if network.fields is not None:
        return network.fields
    image = network.probe()
    height, width = image.shape[-2:]
    tracking = _Tracking(image)
    found: dict[str, tuple[Boxes, torch.Size]] = {}

    def look(name: str, output: object) -> None:
        if not isinstance(output, Tensor) or name in found:
            return
        output = channels_first(output)
        if output.ndim in (2, 4):
            found[name] = tracking.boxes(output), output.shape

    def hook_of(name: str) -> Any:
        return lambda _module, _inputs, output: look(name, output)

    handles = [m.register_forward_hook(hook_of(n)) for n, m in network.model.named_modules() if n]
    try:
        with tracking, _plain_attention():
            look(CLASSES, network.model(image))
    finally:
        for handle in handles:
            handle.remove()
    network.fields = {name: _field_of(*it, (height, width)) for name, it in found.items()}
    return network.fields


class _plain_attention:
    """Attention in its separate steps, each of which has boxes, and not in one fused operation."""

    def __enter__(self) -> None:
        self._before = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)

    def __exit__(self, *_: object) -> None:
        torch.backends.mha.set_fastpath_enabled(self._before)


class _Tracking(TorchDispatchMode):
    """Runs every operation as it is, and its rule for the boxes beside it."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()
        self._image = (image.shape[-2], image.shape[-1])
        self._known = WeakTensorKeyDictionary()
        self._known[image] = rules.pixels(*self._image)

    def boxes(self, x: Tensor) -> Boxes:
        """What is known of a tensor's elements; nothing where it was not made of the image."""
        return self._known.get(x) or rules.nothing(x.ndim)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        before = {id(x) for x in _tensors((args, kwargs)) if x in self._known}
        output = func(*args, **kwargs)
        made = [x for x in _tensors(output) if x.is_floating_point()]
        if not before or not made:
            return output
        named = tree_map(self._known_of, _named(func, args, kwargs))
        found = rules.apply(func, named, [x.shape for x in made], self._image)
        for x, boxes in zip(made, found, strict=True):
            if boxes is not None:
                self._known[x] = boxes
                if func._schema.is_mutable:
                    self._spread(x, boxes)
        return output

    def _known_of(self, x: Any) -> Any:
        """An operation's argument: a tensor with its boxes, where it has some."""
        return rules.Operand(x, self._known.get(x)) if isinstance(x, Tensor) else x

    def _spread(self, changed: Tensor, boxes: Boxes) -> None:
        """What was written in place is written in every view of it."""
        storage = changed.untyped_storage().data_ptr()
        for other in list(self._known.keys()):
            if other is not changed and other.untyped_storage().data_ptr() == storage:
                same = other.shape == changed.shape and other.stride() == changed.stride()
                self._known[other] = boxes if same else rules.whole(other.ndim, self._image)


def _tensors(tree: Any) -> list[Tensor]:
    return [x for x in tree_flatten(tree)[0] if isinstance(x, Tensor)]


def _named(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """An operation's arguments by their names, the defaults of its schema included."""
    arguments = func._schema.arguments
    named = {x.name: x.default_value for x in arguments if x.has_default_value()}
    named.update(zip((x.name for x in arguments), args, strict=False))
    named.update(kwargs)
    return named


def _field_of(boxes: Boxes, shape: Any, image: tuple[int, int]) -> ReceptiveField:
    """The field of a layer of shape (N, C, H, W) or (N, C): around all of its channels' boxes."""
    places = tuple(shape[2:]) or (1, 1)
    sides = []
    for side in boxes:
        side = side.amax((0, 1))  # (H, W), or of size 1 where nothing changes, or ()
        sides.append(side.expand(places) if side.ndim else side.view(1, 1))
    top, left, bottom, right = -sides[0], -sides[1], sides[2], sides[3]
    if not bool(torch.isfinite(torch.stack([top, left, bottom, right])).all()):
        # Some positions see nothing: a class token before it has looked.
        empty = ~torch.isfinite(top)
        top, left, bottom, right = (x.masked_fill(empty, 0) for x in (top, left, bottom, right))
    covers = bool(((top <= 0) & (left <= 0) & (bottom >= image[0]) & (right >= image[1])).all())
    height, width = bottom - top, right - left
    size = int(height.max()), int(width.max())
    steps = _step(top, 0), _step(left, 1)
    alike = int(height.min()) == size[0] and int(width.min()) == size[1]
    if covers and not (alike and steps[0] and steps[1]):
        return ReceptiveField(image, (0, 0), (0, 0), whole=True)
    start = int(top[0, 0]), int(left[0, 0])
    if steps[0] is not None and steps[1] is not None and alike:
        return ReceptiveField(size, (steps[0], steps[1]), start, whole=False)
    table = torch.stack([top, left, bottom, right], -1).long().flatten(0, 1).tolist()
    stride = tuple(_mean_step(side, dim) for dim, side in enumerate((top, left)))
    return ReceptiveField(
        size, (stride[0], stride[1]), start, False, tuple(map(tuple, table)), places[1]
    )


def _step(side: Tensor, dim: int) -> int | None:
    """How far the side moves from one position to the next, where that is always the same."""
    if side.shape[dim] == 1:
        along: Any = side.new_zeros(1)
    else:
        along = side.diff(dim=dim)
    across = side.diff(dim=1 - dim)
    regular = bool((along == along.flatten()[0]).all()) and not bool(across.any())
    return int(along.flatten()[0]) if regular else None


def _mean_step(side: Tensor, dim: int) -> int:
    ends = side.select(dim, -1) - side.select(dim, 0)
    return round(float(ends.max()) / max(1, side.shape[dim] - 1))
