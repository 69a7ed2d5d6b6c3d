"""What each operation of torch's makes of the boxes of what it reads (see ``engine.fields``).

A box is kept as four numbers, (−top, −left, bottom, right), the last two exclusive, so that the
box around several boxes is everywhere a maximum. ``Boxes`` are four tensors that broadcast to the
tensor they belong to: a dimension along which nothing changes has size 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten, tree_map

Boxes = tuple[Tensor, Tensor, Tensor, Tensor]
Rule = Callable[[Any, dict[str, Any], list[Any]], list[Boxes | None]]


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor that an operation reads; ``boxes`` is ``None`` where it is none of the image's."""

    tensor: Tensor
    boxes: Boxes | None


def pixels(height: int, width: int) -> Boxes:
    """An image's own boxes: every pixel sees itself."""
    rows, columns = torch.arange(float(height)), torch.arange(float(width))
    rows, columns = rows.view(1, 1, -1, 1), columns.view(1, 1, 1, -1)
    return -rows, -columns, rows + 1, columns + 1


def nothing(ndim: int) -> Boxes:
    """The boxes of what sees no pixel."""
    empty = torch.full((1,) * ndim, -math.inf)
    return empty, empty, empty, empty


def whole(ndim: int, image: tuple[int, int]) -> Boxes:
    """The boxes of what sees every pixel."""
    zero = torch.zeros((1,) * ndim)
    return zero, zero, zero + image[0], zero + image[1]


def apply(
    func: Any, named: dict[str, Any], shapes: list[Any], image: tuple[int, int]
) -> list[Boxes | None]:
    """The boxes of an operation's outputs, of whose arguments at least one has boxes."""
    name = func._schema.name.removeprefix("aten::")
    if name in _INDEPENDENT:
        return [None for _ in shapes]
    rule = _RULES.get(name.rstrip("_"))
    if rule is None and torch.Tag.pointwise in func.tags:
        rule = _union
    found = rule(func, named, shapes) if rule else None
    if found is None or len(found) != len(shapes):
        return [whole(len(shape), image) for shape in shapes]
    return [None if boxes is None else _compressed(boxes) for boxes in found]


def _each(boxes: Boxes, change: Callable[[Tensor], Tensor]) -> Boxes:
    first, second, third, fourth = boxes
    return change(first), change(second), change(third), change(fourth)


def _around(*several: Boxes) -> Boxes:
    """The boxes around those of several tensors, broadcast against each other."""
    result = several[0]
    for boxes in several[1:]:
        pairs = [torch.maximum(a, b) for a, b in zip(result, boxes, strict=True)]
        result = (pairs[0], pairs[1], pairs[2], pairs[3])
    return result


def _compressed(boxes: Boxes) -> Boxes:
    def compress(side: Tensor) -> Tensor:
        for dim, size in enumerate(side.shape):
            first = side.narrow(dim, 0, 1)
            if size > 1 and bool((side == first).all()):
                side = first
        return side

    return _each(boxes, compress)


def _operands(tree: Any) -> list[Operand]:
    return [x for x in tree_flatten(tree)[0] if isinstance(x, Operand)]


def _union(_func: Any, named: dict[str, Any], shapes: list[Any]) -> list[Boxes | None]:
    known = [x.boxes for x in _operands(named) if x.boxes is not None]
    return [_around(*known) for _ in shapes]


def _same(_func: Any, named: dict[str, Any], shapes: list[Any]) -> list[Boxes | None]:
    """The first output is the first argument, number by number."""
    first = _operands(named)[0].boxes
    return [first, *(None for _ in shapes[1:])]


def _batch_norm(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    return None if named.get("training") else _same(_func, named, shapes)


def _slid(side: Tensor, dim: int, out: int, taps: Sequence[int], stride: int, pad: int) -> Tensor:
    """The maximum over a window's taps at every place it comes to; beyond the ends boxes go on."""
    n = side.shape[dim]
    if n == 1:
        return side
    side = side.movedim(dim, -1)
    first, last = (
        (side[..., b] - side[..., a]).nan_to_num(0, 0, 0) for a, b in ((0, 1), (n - 2, n - 1))
    )
    places = torch.arange(out) * stride - pad  # (out,)
    result = None
    for tap in taps:
        at = places + tap
        value = side[..., at.clamp(0, n - 1)]
        value = value + first[..., None] * at.clamp(max=0)
        value = value + last[..., None] * (at - (n - 1)).clamp(min=0)
        result = value if result is None else torch.maximum(result, value)
    assert result is not None
    return result.movedim(-1, dim)


def _windowed(
    boxes: Boxes, shape: Any, kernel: Sequence[int], stride: Any, padding: Any, dilation: Any
) -> Boxes:
    """A window over the last dimensions, as many as the kernel has."""
    rank = len(kernel)
    values = zip(*(_each_of(x, rank) for x in (kernel, stride, padding, dilation)), strict=True)
    for dim, (k, s, p, d) in enumerate(values, start=len(shape) - rank):
        slid = partial(_slid, dim=dim, out=shape[dim], taps=range(0, k * d, d), stride=s, pad=p)
        boxes = _each(boxes, slid)
    return boxes


def _each_of(values: Any, count: int) -> list[int]:
    values = [values] if isinstance(values, int) else list(values)
    return values * count if len(values) == 1 else values


def _convolution(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x: Operand = named["input"]
    if named["transposed"] or x.boxes is None:
        return None
    weight = named["weight"].tensor
    groups, outputs = named["groups"], weight.shape[0]

    def grouped(side: Tensor) -> Tensor:
        if side.shape[1] == 1:
            return side
        side = side.unflatten(1, (groups, -1)).amax(2)  # (B, groups, H, W)
        return side.repeat_interleave(outputs // groups, 1) if groups > 1 else side

    window = (named[key] for key in ("stride", "padding", "dilation"))
    return [_windowed(_each(x.boxes, grouped), shapes[0], weight.shape[2:], *window)]


def _pool(func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x: Operand = named["self"]
    if x.boxes is None:
        return None
    rank = int(_RANK.search(func._schema.name)[1])  # type: ignore[index]
    kernel = _each_of(named["kernel_size"], rank)
    window = (named["stride"] or kernel, named["padding"], named.get("dilation", 1))
    found = _windowed(x.boxes, shapes[0], kernel, *window)
    return [found, *(None for _ in shapes[1:])]


_RANK = re.compile(r"pool(\d)d")


def _adaptive_pool(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x: Operand = named["self"]
    if x.tensor.ndim != 4 or x.boxes is None:
        return None

    def bins(side: Tensor, dim: int) -> Tensor:
        n, out = side.shape[dim], shapes[0][dim]
        if n == 1:
            return side
        parts = [
            side.narrow(dim, i * n // out, -(-(i + 1) * n // out) - i * n // out)
            for i in range(out)
        ]
        return torch.cat([x.amax(dim, keepdim=True) for x in parts], dim)

    return [_each(x.boxes, lambda side: bins(bins(side, 2), 3))]


def _reduced(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x = _operands(named)[0]
    if x.boxes is None or len(shapes) != 1:
        return None
    dims = named.get("dim")
    dims = [dims] if isinstance(dims, int) else list(dims or range(x.tensor.ndim))
    keep = bool(named.get("keepdim"))
    return [_each(x.boxes, lambda side: side.amax(dims, keepdim=keep))]


def _mixed_along(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    """Softmax: every element sees all of its own dimension."""
    x = _operands(named)[0]
    if x.boxes is None:
        return None
    return [_each(x.boxes, lambda side: side.amax(named["dim"], keepdim=True))]


def _layer_norm(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x: Operand = named["input"]
    if x.boxes is None:
        return None
    dims = list(range(-len(named["normalized_shape"]), 0))
    found = _each(x.boxes, lambda side: side.amax(dims, keepdim=True))
    return [found, *(None for _ in shapes[1:])]


def _product(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    """(…, M, K) times (…, K, N), and what is added to it; ``linear`` holds N's rows transposed."""
    operands = [x for x in _operands(named) if x.boxes is not None]
    left, right = next(p for p in _FACTORS if p[0] in named and p[1] in named)
    known = []
    for x in operands:
        assert x.boxes is not None
        if x is named[left]:
            known.append(_each(x.boxes, lambda side: side.amax(-1, keepdim=True)))
        elif x is named[right]:
            if right == "weight":
                return None
            known.append(_each(x.boxes, lambda side: side.amax(-2, keepdim=True)))
        else:
            known.append(x.boxes)
    return [_around(*known)]


_FACTORS = (("mat1", "mat2"), ("batch1", "batch2"), ("self", "mat2"), ("input", "weight"))


def _attention(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    """(…, T, E): each query's row sees its query, every key and every value."""
    known = []
    for name, dims in (("query", [-1]), ("key", [-1, -2]), ("value", [-2])):
        boxes = named[name].boxes
        if boxes is not None:
            known.append(_each(boxes, partial(torch.amax, dim=dims, keepdim=True)))
    return [_around(*known), *(None for _ in shapes[1:])]


def _padded(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    x: Operand = named["self"]
    boxes, pads, shape = x.boxes, named["pad"], shapes[0]
    assert boxes is not None
    for i in range(len(pads) // 2):
        dim = len(shape) - 1 - i
        slid = partial(_slid, dim=dim, out=shape[dim], taps=(0,), stride=1, pad=pads[2 * i])
        boxes = _each(boxes, slid)
    return [boxes]


def _permuted(func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    """What goes as well with dimensions of size 1."""
    x = _operands(named)[0]
    _, *others = named.values()
    assert x.boxes is not None
    return [_each(x.boxes, lambda side: func(side, *others))]


def _joined(_func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    parts: list[Operand] = [x for x in named["tensors"] if x.tensor.numel()]
    dim = named["dim"] % len(shapes[0])
    joined = []
    for i in range(4):
        sides = [(x.boxes or nothing(x.tensor.ndim))[i] for x in parts]
        common = list(torch.broadcast_shapes(*(_without(side.shape, dim) for side in sides)))
        full = []
        for x, side in zip(parts, sides, strict=True):
            common[dim] = x.tensor.shape[dim]
            full.append(side.expand(common))
        joined.append(torch.cat(full, dim))
    return [(joined[0], joined[1], joined[2], joined[3])]


def _without(shape: Any, dim: int) -> list[int]:
    return [1 if i == dim else size for i, size in enumerate(shape)]


def _moved(func: Any, named: dict[str, Any], shapes: list[Any]) -> Any:
    """What only moves numbers moves boxes alike: the operation itself, on each of the four."""
    move = torch.ops.aten.reshape.default if func._schema.name in _VIEWS else func
    outputs: list[list[Tensor]] = [[] for _ in shapes]
    for i in range(4):

        def full(x: Any, i: int = i) -> Any:
            if not isinstance(x, Operand):
                return x
            if not x.tensor.is_floating_point():
                return x.tensor.cpu()  # an index
            side = (x.boxes or nothing(x.tensor.ndim))[i]
            return side.expand(x.tensor.shape).contiguous()

        arguments = tree_map(full, named)
        if move is not func:
            arguments = dict(zip(("self", "shape"), arguments.values(), strict=True))
        moved = move(**arguments)
        for found, side in zip(outputs, tree_flatten(moved)[0], strict=True):
            found.append(side)
    return [(a, b, c, d) for a, b, c, d in outputs]


_VIEWS = ("aten::view", "aten::_unsafe_view", "aten::reshape", "aten::_reshape_alias")
_INDEPENDENT = (
    *("new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like"),
    *("full_like", "empty_like", "rand_like", "randn_like", "zero_", "fill_"),
)
_RULES: dict[str, Rule] = {
    name: rule
    for rule, names in {
        # These are pointwise, and not all of them are marked so.
        _union: "relu relu6 hardtanh hardswish hardsigmoid silu mish gelu elu leaky_relu prelu "
        "_prelu_kernel softplus celu selu threshold log_sigmoid_forward add mul copy",
        _same: "clone contiguous detach alias lift_fresh _to_copy to dropout native_dropout",
        _batch_norm: "native_batch_norm batch_norm cudnn_batch_norm miopen_batch_norm "
        "_native_batch_norm_legit_no_training _batch_norm_no_update",
        _convolution: "convolution _convolution",
        _pool: "max_pool2d_with_indices max_pool2d avg_pool2d max_pool1d avg_pool1d avg_pool3d "
        "max_pool3d max_pool3d_with_indices",
        _adaptive_pool: "_adaptive_avg_pool2d adaptive_avg_pool2d adaptive_max_pool2d",
        _reduced: "mean sum amax amin prod var std logsumexp linalg_vector_norm norm",
        _mixed_along: "_softmax softmax _log_softmax log_softmax",
        _layer_norm: "native_layer_norm",
        _product: "mm bmm addmm baddbmm linear",
        _attention: "_scaled_dot_product_flash_attention_for_cpu "
        "_scaled_dot_product_flash_attention _scaled_dot_product_efficient_attention "
        "_scaled_dot_product_cudnn_attention",
        _padded: "constant_pad_nd",
        _permuted: "permute transpose t unsqueeze",
        _joined: "cat",
        _moved: "view _unsafe_view reshape _reshape_alias expand slice select squeeze stack split "
        "split_with_sizes chunk unbind roll flip index_select repeat reflection_pad2d "
        "replication_pad2d pixel_shuffle pixel_unshuffle channel_shuffle native_channel_shuffle "
        "upsample_nearest2d narrow flatten unflatten",
    }.items()
    for name in names.split()
}
