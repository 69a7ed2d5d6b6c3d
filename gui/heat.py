"""A map of activations as it is laid over a picture: where its positions look, and its colours.

Plain numpy. A *place* is ``(row, column)`` of the map as it is shown, a *position* the same of the
layer's own output; they differ for a transformer's tokens, which are shown as a grid. Boxes are
(top, left, bottom, right) in pixels of the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import maps
from engine.units import ReceptiveField
from gui.colour_maps import levels

Values = NDArray[np.float32]
Place = tuple[int, int]
Box = tuple[float, float, float, float]
_MOST_BEFORE = 5  # tokens before those of patches: a class token, four registers
_STRIP = 0.9  # tokens that make no grid lie in a strip along the picture's lower edge


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A map, float32 (h, w), on a picture of ``side`` (height, width).

    ``first`` is the number of the token that the grid begins with, ``None`` where the map is the
    layer's own.
    """

    values: Values
    side: tuple[int, int]
    field: ReceptiveField | None = None
    first: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def strip(self) -> bool:
        """Whether it is a row of tokens that make no grid."""
        return self.first is not None and self.shape[0] == 1 and self.shape[1] > 1

    def position(self, place: Place) -> Place:
        """The layer's own position that is shown at a place."""
        if self.first is None:
            return place
        return self.first + place[0] * self.shape[1] + place[1], 0

    def place(self, position: Place) -> Place | None:
        """Where a position of the layer is shown; ``None`` for a token before the grid."""
        if self.first is None:
            return position
        found = divmod(position[0] - self.first, self.shape[1])
        return found if found[0] >= 0 else None

    def box(self, place: Place) -> Box | None:
        """What a place sees of the picture, where that is known."""
        return None if self.field is None else self.field.box(self.position(place), self.side)

    def area(self) -> Box:
        """What the map covers: each place the middle of what it sees; else the whole, evenly."""
        height, width = self.side
        rows, columns = self.shape
        if self.strip:
            return _STRIP * height, 0.0, float(height), float(width)
        if self.field is None or self.field.whole:
            return 0.0, 0.0, float(height), float(width)
        first = self.field.box(self.position((0, 0)))
        last = self.field.box(self.position((rows - 1, columns - 1)))
        ends: list[tuple[float, float]] = []
        for axis, count in ((0, rows), (1, columns)):
            begin = (first[axis] + first[axis + 2]) / 2
            end = (last[axis] + last[axis + 2]) / 2
            step = (end - begin) / (count - 1) if count > 1 else 0.0
            if step > 0:
                ends.append((begin - step / 2, end + step / 2))
            else:
                ends.append((0.0, float(self.side[axis])))
        return ends[0][0], ends[1][0], ends[0][1], ends[1][1]

    def place_at(self, x: float, y: float) -> Place:
        """The place nearest to a pixel of the picture."""
        top, left, bottom, right = self.area()
        rows, columns = self.shape
        row = math.floor((y - top) / (bottom - top) * rows)
        column = math.floor((x - left) / (right - left) * columns)
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def centre(self, place: Place) -> tuple[float, float]:
        """The middle of a place, (y, x) in the picture's pixels."""
        top, left, bottom, right = self.area()
        rows, columns = self.shape
        return (
            top + (place[0] + 0.5) * (bottom - top) / rows,
            left + (place[1] + 0.5) * (right - left) / columns,
        )

    def strongest(self) -> Place:
        """Where it is largest."""
        row, column = divmod(int(np.argmax(self.values)), self.shape[1])
        return row, column


def lay(
    values: Values, side: tuple[int, int], field: ReceptiveField | None, *, tokens: bool
) -> Laid:
    """A unit's map (h, w) on a picture; ``tokens`` where it is (T, 1) of a transformer.

    T tokens, but for a few before them (the class token), become a grid where they fill a square;
    else they are a strip.
    """
    values = values.astype(np.float32, copy=False)
    if not tokens:
        return Laid(values, side, field)
    patches = maps.grid(values.reshape(-1, 1))
    first = values.size - patches.size
    if patches.shape[1] == 1 or first > _MOST_BEFORE:
        return Laid(values.reshape(1, -1), side, field, 0)
    return Laid(patches, side, field, first)


def span(values: Values) -> tuple[float, float]:
    """What the colours stand for: from nothing to the most, or from the least where none is over 0.

    Below nothing a unit is not excited, so what is there is as dark as nothing.
    """
    most = float(np.max(values)) if values.size else 0.0
    if not math.isfinite(most):
        return 0.0, 1.0
    if most > 0:
        return 0.0, most
    least = float(np.min(values))
    return (least, most) if math.isfinite(least) and least < most else (most, most + 1.0)


def shades(
    laid: Laid, ends: tuple[float, float], size: tuple[int, int], *, blended: bool
) -> NDArray[np.uint8]:
    """The map as levels of a colour table, uint8.

    Blended, the numbers between positions are interpolated before they become colours, over the
    whole picture at ``size``, (height, width); otherwise a level a position, for ``Laid.area``.
    """
    if not blended or min(size) < 1:
        return levels(laid.values, *ends)
    if laid.strip or laid.field is None:
        field = ReceptiveField(laid.side, (0, 0), (0, 0), whole=True)
    else:
        field = laid.field
    return levels(maps.heat(laid.values, size, field, laid.side), *ends)
