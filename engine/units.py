"""What can be looked at in a network: layers, units and their written forms. No torch, no Qt.

The written forms (``features.7:12``, ``features.7:12@5,5``, ``class:121``, ``class:king crab``)
are the same in the tree, on the command line, in run files and in the tests.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

CLASSES = "class"
_FORM = re.compile(r"(?P<layer>[^:@]+):(?P<index>\d+)(?:@(?P<row>\d+),\s*(?P<column>\d+))?")


class UnitError(ValueError):
    """A written form that names no unit of the network; the message suggests the nearest."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One module of a network, as ``named_modules()`` names it.

    ``shape`` is its output for one image without the batch, ``(C, H, W)`` for a map,
    ``(C, T, 1)`` for a transformer's T tokens, and empty where it gave no tensor. ``parameters``
    counts its own and its children's. ``channels`` is the number of units it offers, 0 for one
    that offers none (a container, a flattened map).
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    channels: int


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Which pixels of the network's input the positions of a layer's map can see.

    ``size``, ``stride`` and ``start`` are (vertical, horizontal) in pixels: position (r, c) sees
    the ``size`` pixels from ``start + stride * (r, c)`` on. The start is negative where the network
    pads, and the size can be larger than the image. ``whole`` says that every position sees the
    whole image, by no window of its own (attention, a pooling over everything, a linear layer).
    Where positions are not that regular, ``table`` holds each one's (top, left, bottom, right), row
    by row of ``columns``, and ``size`` is the largest, ``stride`` the mean one.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    start: tuple[int, int]
    whole: bool
    table: tuple[tuple[int, ...], ...] = ()
    columns: int = 0

    def box(
        self, position: tuple[int, int] = (0, 0), image: tuple[int, int] | None = None
    ) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of a position (row, column), the last two exclusive.

        ``image`` is the input's (height, width): what lies beyond it is cut off.
        """
        if self.whole:
            top, left, bottom, right = (0, 0, *(image or self.size))
        elif self.table:
            top, left, bottom, right = self.table[position[0] * self.columns + position[1]]
        else:
            top, left = (
                at + step * index
                for at, step, index in zip(self.start, self.stride, position, strict=True)
            )
            bottom, right = top + self.size[0], left + self.size[1]
        if image is None:
            return top, left, bottom, right
        height, width = image
        return (
            min(max(top, 0), height),
            min(max(left, 0), width),
            min(max(bottom, 0), height),
            min(max(right, 0), width),
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A class (``layer == "class"``), a channel, or with a ``position`` (row, column) a neuron."""

    layer: str
    index: int
    position: tuple[int, int] | None = None

    @property
    def kind(self) -> str:
        """``class``, ``channel`` or ``neuron``."""
        if self.layer == CLASSES:
            return "class"
        return "neuron" if self.position else "channel"

    def __str__(self) -> str:
        place = f"@{self.position[0]},{self.position[1]}" if self.position else ""
        return f"{self.layer}:{self.index}{place}"


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """A loaded network as plain data: all that a window needs to list its units.

    ``input_size`` is the side in pixels of the square input, ``input_channels`` 1 or 3;
    ``weights`` is the file they came from (empty for embedded or random ones). ``resize`` and
    ``interpolation`` say how a photograph becomes such an input (``images.crop``).
    """

    name: str
    title: str
    classes: tuple[str, ...]
    layers: tuple[Layer, ...]
    input_size: int
    input_channels: int
    parameters: int
    weights: str = ""
    sha256: str = ""
    resize: int = 0
    interpolation: str = "bilinear"

    def layer(self, name: str) -> Layer:
        """The layer of that name; ``UnitError`` with the nearest names where there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        near = difflib.get_close_matches(name, [x.name for x in self.layers], n=3, cutoff=0.3)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise UnitError(f"{self.title} has no layer {name!r}.{hint}")

    def title_of(self, unit: Unit) -> str:
        """A person's name for a unit: ``king crab``, ``features.7 · 12``, with its position."""
        if unit.kind == "class":
            return self.classes[unit.index]
        place = f" @ {unit.position[0]},{unit.position[1]}" if unit.position else ""
        return f"{unit.layer} · {unit.index}{place}"

    def units(self, layer: str | None = None) -> list[Unit]:
        """Every channel of every layer (or of one layer), then the classes."""
        if layer is not None and layer not in (CLASSES, "classes"):
            return [Unit(layer, i) for i in range(self.layer(layer).channels)]
        found = [] if layer else [Unit(x.name, i) for x in self.layers for i in range(x.channels)]
        return found + [Unit(CLASSES, i) for i in range(len(self.classes))]


def parse_unit(text: str, network: NetworkInfo) -> Unit:
    """The unit that a written form names in this network, classes by number or by name.

    Raises:
        UnitError: the form is none, or there is no such layer, channel, position or class.
    """
    text = text.strip()
    head, colon, rest = text.partition(":")
    if colon and head.strip().lower() in (CLASSES, "classes"):
        return Unit(CLASSES, _class_index(rest.strip(), network))
    match = _FORM.fullmatch(text)
    if match is None:
        raise UnitError(
            f"{text!r} is no unit. Write features.7:12 for a channel, features.7:12@5,5 for one "
            f"position of it, class:{network.classes[0] if network.classes else 0} for a class."
        )
    layer = network.layer(match["layer"])
    index = int(match["index"])
    if not layer.channels:
        names = [x.name for x in network.layers if x.channels]
        inside = [x for x in names if x.startswith(f"{layer.name}.")]
        near = inside[-1:] or difflib.get_close_matches(layer.name, names, n=1, cutoff=0.0)
        hint = f", such as {near[0]}" if near else ""
        why = "has no channels" if layer.shape else "gives no map that can be looked at"
        place = "inside it" if inside else "beside it"
        raise UnitError(f"{layer.name} ({layer.kind}) {why}; choose a layer {place}{hint}.")
    if index >= layer.channels:
        raise UnitError(
            f"{layer.name} has {layer.channels} channels, 0 to {layer.channels - 1}; "
            f"there is no {index}."
        )
    if match["row"] is None:
        return Unit(layer.name, index)
    row, column = int(match["row"]), int(match["column"])
    if len(layer.shape) != 3:
        raise UnitError(f"{layer.name} has no positions; leave out @{row},{column}.")
    height, width = layer.shape[1:]
    if row >= height or column >= width:
        raise UnitError(
            f"{layer.name}'s map has {height} rows and {width} columns; "
            f"{row},{column} is outside (both count from 0)."
        )
    return Unit(layer.name, index, (row, column))


def _class_index(text: str, network: NetworkInfo) -> int:
    count = len(network.classes)
    if text.isdecimal():
        if int(text) < count:
            return int(text)
        raise UnitError(f"{network.title} has {count} classes, 0 to {count - 1}; not {text}.")
    names = [name.lower() for name in network.classes]
    found = [i for i, name in enumerate(names) if name == text.lower()]
    if len(found) == 1:
        return found[0]
    if found:
        forms = " and ".join(f"class:{i}" for i in found)
        raise UnitError(f"{len(found)} classes are called {text!r}: choose {forms}.")
    near = difflib.get_close_matches(text.lower(), names, n=3, cutoff=0.4)
    near += [name for name in names if text and text.lower() in name and name not in near][:3]
    hint = f" Did you mean {' or '.join(f'class:{name}' for name in near[:3])}?" if near else ""
    raise UnitError(f"{network.title} has no class {text!r}.{hint}")
