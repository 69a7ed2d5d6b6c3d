"""Where the layers and units of a contact sheet lie, at every scale: plain arithmetic, no Qt.

A layer is a block of tiles under its name; blocks stand on shelves, in the network's order. Tiles
grow with the zoom, while names and gaps keep their size: so names can be read at every scale,
never overlap, and a layer looked at from near is not lost in white space. Where a whole network is
so large that its names would take the room of its pictures, the gaps are narrow until one zooms in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEADER = 24.0  # the line with a layer's name, over its tiles
MARGIN = 14.0  # around everything
_SHELF, _TIGHT_SHELF = 38.0, 8.0  # pixels that a shelf has beside its tiles, the name included
_GAP, _TIGHT_GAP = 18.0, 5.0  # pixels between two blocks of a shelf
_LOOSENS = (2.5, 6.0)  # the scales between which a tight plan's gaps become those of others


@dataclass(frozen=True, slots=True)
class Block:
    """A layer on the sheet: its name, what stands beside it, how many units it has.

    ``layer`` is what a unit's written form begins with; ``names`` are the units' own, of classes,
    and empty where they have numbers only.
    """

    layer: str
    title: str
    note: str
    count: int
    names: Sequence[str] = ()

    def form(self, number: int) -> str:
        """A unit's written form."""
        return f"{self.layer}:{number}"

    def name(self, number: int) -> str:
        """What a unit is called inside its layer."""
        return self.names[number] if self.names else str(number)

    def full_name(self, number: int) -> str:
        """What a unit is called anywhere."""
        return self.names[number] if self.names else f"{self.title} · {number}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block lies: its shelf, its number on it, tiles before it, columns and rows."""

    shelf: int
    number: int
    before: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Blocks ``first`` up to ``last``, without it, beside each other; ``above`` counts tiles."""

    first: int
    last: int
    above: int
    rows: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place of the sheet that stays itself through a zoom: tiles, and gaps, from the corner."""

    x: float
    y: float
    gaps: float
    shelves: float

    def towards(self, other: Anchor, part: float) -> Anchor:
        """The place that lies so far (0 to 1) on the way to another."""
        pairs = (
            (self.x, other.x),
            (self.y, other.y),
            (self.gaps, other.gaps),
            (self.shelves, other.shelves),
        )
        return Anchor(*(a + (b - a) * part for a, b in pairs))


class Plan:
    """The arrangement of some blocks; ``scale`` is always pixels to a tile, its gap included."""

    def __init__(
        self, counts: Sequence[int], places: list[Place], shelves: list[Shelf], *, tight: bool
    ) -> None:
        self.counts = list(counts)
        self.places = places
        self.shelves = shelves
        self.tight = tight
        # The right ends of the shelves: tiles and gaps.
        ends = [places[shelf.last - 1] for shelf in shelves]
        self._ends = [(p.before + p.columns, p.number) for p in ends]
        self._rows = sum(shelf.rows for shelf in shelves)

    # --- sizes

    def shelf_gap(self, scale: float) -> float:
        """The pixels of a shelf beside its tiles, at their upper edge."""
        return self._loose(scale, _TIGHT_SHELF, _SHELF)

    def gap(self, scale: float) -> float:
        """The pixels between two blocks of a shelf."""
        return self._loose(scale, _TIGHT_GAP, _GAP)

    def size(self, scale: float) -> tuple[float, float]:
        """Width and height of the whole, in pixels."""
        gap = self.gap(scale)
        width = max((tiles * scale + gaps * gap for tiles, gaps in self._ends), default=0.0)
        height = self._rows * scale + len(self.shelves) * self.shelf_gap(scale)
        return width + 2 * MARGIN, height + MARGIN

    def fitting(self, width: float, height: float) -> float:
        """The scale at which the whole just fits into a window."""
        low, high = 0.25, max(width, height, 1.0)
        for _ in range(40):
            middle = (low + high) / 2
            wide, tall = self.size(middle)
            if wide <= width and tall <= height:
                low = middle
            else:
                high = middle
        return low

    def block(self, index: int, scale: float) -> tuple[float, float, float, float]:
        """A block's tiles: left, top, width, height."""
        place = self.places[index]
        left, top = self._left(place, scale), self._top(place.shelf, scale)
        return left, top, place.columns * scale, place.rows * scale

    def room(self, index: int, scale: float) -> float:
        """How wide a block's name may be: up to the next block of its shelf."""
        place, shelf = self.places[index], self.shelves[self.places[index].shelf]
        left = self._left(place, scale)
        if index + 1 < shelf.last:
            return self._left(self.places[index + 1], scale) - self.gap(scale) * 0.6 - left
        return max(place.columns * scale, self.size(scale)[0] - MARGIN - left)

    # --- places

    def at(self, anchor: Anchor, scale: float) -> tuple[float, float]:
        """Where a place lies: pixels from the upper left corner."""
        return (
            MARGIN + anchor.x * scale + anchor.gaps * self.gap(scale),
            anchor.y * scale + anchor.shelves * self.shelf_gap(scale),
        )

    def anchor(self, x: float, y: float, scale: float) -> Anchor:
        """The place that lies at so many pixels."""
        if not self.shelves:
            return Anchor(x / scale, y / scale, 0.0, 0.0)
        number = self._shelf_at(y, scale)
        shelf = self.shelves[number]
        ay = shelf.above + min(max((y - self._top(number, scale)) / scale, 0.0), shelf.rows)
        place = self.places[self._block_at(number, x, scale)]
        inside = min(max((x - self._left(place, scale)) / scale, 0.0), place.columns)
        ax = place.before + inside
        gaps = (x - MARGIN - ax * scale) / self.gap(scale)
        return Anchor(ax, ay, gaps, (y - ay * scale) / self.shelf_gap(scale))

    def middle(self, block: int, unit: int) -> Anchor:
        """The middle of a unit's tile."""
        place = self.places[block]
        row, column = divmod(unit, place.columns)
        above = self.shelves[place.shelf].above
        return Anchor(
            place.before + column + 0.5, above + row + 0.5, place.number, place.shelf + 1.0
        )

    def tile(self, block: int, unit: int, scale: float) -> tuple[float, float]:
        """The upper left corner of a unit's tile."""
        left, top, _width, _height = self.block(block, scale)
        row, column = divmod(unit, self.places[block].columns)
        return left + column * scale, top + row * scale

    def unit_at(self, x: float, y: float, scale: float) -> tuple[int, int] | None:
        """The block and the unit whose tile lies there."""
        if not self.shelves:
            return None
        index = self._block_at(self._shelf_at(y, scale), x, scale)
        left, top, width, height = self.block(index, scale)
        if not (left <= x < left + width and top <= y < top + height):
            return None
        unit = int((y - top) / scale) * self.places[index].columns + int((x - left) / scale)
        return (index, unit) if unit < self.counts[index] else None

    def visible(
        self, left: float, top: float, right: float, bottom: float, scale: float
    ) -> list[int]:
        """The blocks of which something, the name included, lies in a rectangle."""
        if not self.shelves:
            return []
        first, last = self._shelf_at(top, scale), self._shelf_at(bottom, scale)
        found = []
        for shelf in self.shelves[first : last + 1]:
            for index in range(shelf.first, shelf.last):
                x = self._left(self.places[index], scale)
                if x < right and x + self.room(index, scale) > left:
                    found.append(index)
        return found

    # --- keys

    def beside(self, block: int, unit: int, way: int) -> tuple[int, int]:
        """The unit so many further in reading order, on through the blocks."""
        unit += way
        while unit < 0 and block > 0:
            block -= 1
            unit += self.counts[block]
        while unit >= self.counts[block] and block + 1 < len(self.counts):
            unit -= self.counts[block]
            block += 1
        return block, min(max(unit, 0), self.counts[block] - 1)

    def below(self, block: int, unit: int, down: int) -> tuple[int, int]:
        """The unit under one (or above it, for -1), on to the next shelf."""
        place = self.places[block]
        row, column = divmod(unit, place.columns)
        row += down
        if 0 <= row < place.rows:
            return block, min(row * place.columns + column, self.counts[block] - 1)
        shelf = place.shelf + down
        if not 0 <= shelf < len(self.shelves):
            return block, unit
        middle = place.before + column + 0.5

        def far(index: int) -> float:
            other = self.places[index]
            return max(other.before - middle, middle - other.before - other.columns, 0.0)

        block = min(range(self.shelves[shelf].first, self.shelves[shelf].last), key=far)
        place = self.places[block]
        column = int(min(max(middle - place.before, 0), place.columns - 1))
        row = 0 if down > 0 else place.rows - 1
        return block, min(row * place.columns + column, self.counts[block] - 1)

    # --- inside

    def _loose(self, scale: float, tight: float, loose: float) -> float:
        if not self.tight:
            return loose
        start, end = _LOOSENS
        return tight + (loose - tight) * min(max((scale - start) / (end - start), 0.0), 1.0)

    def _left(self, place: Place, scale: float) -> float:
        return MARGIN + place.before * scale + place.number * self.gap(scale)

    def _top(self, shelf: int, scale: float) -> float:
        return self.shelves[shelf].above * scale + (shelf + 1) * self.shelf_gap(scale)

    def _shelf_at(self, y: float, scale: float) -> int:
        """The shelf there; the gap over its tiles, where its names are, is its own."""
        low, high, gap = 0, len(self.shelves) - 1, self.shelf_gap(scale)
        while low < high:
            middle = (low + high + 1) // 2
            if self._top(middle, scale) - gap <= y:
                low = middle
            else:
                high = middle - 1
        return low

    def _block_at(self, shelf: int, x: float, scale: float) -> int:
        """The last block of a shelf that begins before ``x``, or its first."""
        row = self.shelves[shelf]
        found = row.first
        for index in range(row.first + 1, row.last):
            if self._left(self.places[index], scale) > x:
                break
            found = index
        return found
