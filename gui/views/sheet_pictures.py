"""The pictures of a contact sheet at the sizes they are drawn, within a fixed budget of memory.

For every unit of every layer 8 × 8 pixels are kept: 10⁵ units are 19 MB, and any part of the sheet
can be drawn at once. Sharper pictures come from the loader when they are first looked at.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter

from engine.jobs import Picture
from gui import theme
from gui.pixels import square, to_image
from gui.views.sheet_loader import (
    TINY,
    Chunk,
    Colour,
    Layer,
    Loader,
    Overview,
    Source,
    Wanted,
    Whole,
)
from gui.views.sheet_plan import Block, Plan

SIDES = (16, 32, 64)  # pixels to a tile in the chunks' images
_TILES = {16: 16, 32: 16, 64: 8}  # tiles to a side of a chunk: 64 KB to 1 MB of pixels
_BUDGET = 160 * 2**20  # bytes of chunks and of whole pictures, each
_LATELY = 256  # units
_A_FRAME = 10  # layers drawn anew while a frame is painted, half a millisecond each
FADE = 0.45  # seconds in which a fresh picture appears


class Kept:
    """Images by key, the longest unused ones dropped beyond a number of bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._images: OrderedDict[Hashable, QImage | None] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._images

    def get(self, key: Hashable) -> QImage | None:
        """The image, which is now the one used last."""
        if key in self._images:
            self._images.move_to_end(key)
        return self._images.get(key)

    def put(self, key: Hashable, image: QImage | None) -> None:
        """Keeps an image, or that there is none."""
        self.drop(key)
        self._images[key] = image
        self.bytes += image.sizeInBytes() if image is not None else 0
        while self.bytes > self._budget and len(self._images) > 1:
            self.drop(next(iter(self._images)))

    def drop(self, key: Hashable) -> None:
        """Forgets one."""
        image = self._images.pop(key, None)
        self.bytes -= image.sizeInBytes() if image is not None else 0

    def clear(self) -> None:
        """Forgets all."""
        self._images.clear()
        self.bytes = 0

    def __iter__(self) -> Iterator[Hashable]:
        return iter(list(self._images))


class SheetPictures(QObject):
    """What the painter asks for: an image now, be it a coarse one, and the sharp one soon."""

    changed = Signal()  # something can be drawn better than before
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loader = Loader(self)
        self._loader.arrived.connect(self._on_arrived)
        self._loader.failed.connect(self.failed)
        self._blocks: list[Block] = []
        self._rows: dict[str, int] = {}
        self._plan = Plan([], [], [], tight=False)
        self._overviews: dict[str, Overview] = {}
        # Made lately: what was read a moment before, and comes only now, does not know them.
        self._lately: OrderedDict[tuple[int, int], tuple[Picture, str]] = OrderedDict()
        self._drawn: dict[tuple[int, int], QImage] = {}  # by block and pixels to a tile
        self._chunks = Kept(_BUDGET)
        self._wholes = Kept(_BUDGET)
        self.wanted: list[Wanted] = []  # what the last painting missed
        self._drawing = _A_FRAME
        self._put_off = False
        self.fresh: dict[tuple[int, int], float] = {}  # when a picture came, by block and unit

    # --- setters

    def open(self, blocks: list[Block], source: Source | None) -> None:
        """Shows these layers, from there."""
        self._blocks = blocks
        self._rows = {block.layer: row for row, block in enumerate(blocks)}
        self._overviews.clear()
        self._lately.clear()
        self._wholes.clear()
        self.fresh.clear()
        self._loader.open(source)
        self.forget_drawn()

    def set_plan(self, plan: Plan) -> None:
        """The arrangement that images are made for."""
        self._plan = plan
        self.forget_drawn()

    def forget_drawn(self) -> None:
        """Colours or the arrangement changed: images are made anew."""
        self._drawn.clear()
        self._chunks.clear()

    def end(self) -> None:
        """Loads nothing more."""
        self._loader.end()

    def put(self, layer: str, number: int, picture: Picture, top: str) -> None:
        """A unit's picture has just been made."""
        block = self._rows.get(layer)
        if block is None or not 0 <= number < self._blocks[block].count:
            return
        self._lately[block, number] = picture, top
        while len(self._lately) > _LATELY:
            self._lately.popitem(last=False)
        overview = self._overviews.get(layer)
        if overview is not None:
            _note(overview, number, picture, top)
        self._wholes.drop(Whole(layer, number))
        self._patch(block, number, picture)
        self.fresh[block, number] = time.monotonic()
        self.changed.emit()

    # --- what is known of a unit

    def made(self, block: int, number: int) -> bool:
        """Whether there is a picture of a unit."""
        overview = self._overviews.get(self._blocks[block].layer)
        return overview is not None and bool(overview.made[number])

    def count_made(self, block: int) -> int | None:
        """How many of a layer's pictures there are; ``None`` while that is not known."""
        overview = self._overviews.get(self._blocks[block].layer)
        return None if overview is None else int(overview.made.sum())

    def top(self, block: int, number: int) -> str:
        """The class that the network sees in a unit's picture."""
        overview = self._overviews.get(self._blocks[block].layer)
        return overview.tops[number] if overview is not None else ""

    # --- images for the painter

    def begin(self) -> None:
        """A painting begins: what it misses is what is wanted from now on."""
        self.wanted = []
        self._drawing, self._put_off = _A_FRAME, False

    def done(self) -> None:
        """A painting is done."""
        seen = {x.layer: x for x in self.wanted if isinstance(x, Layer)}
        others = [b.layer for b in self._blocks if b.layer not in self._overviews]
        rest = [Layer(name) for name in others if name not in seen]
        sharp = [x for x in self.wanted if not isinstance(x, Layer)]
        self._loader.want([*seen.values(), *sharp, *rest])
        if self._put_off:
            QTimer.singleShot(0, self, self.changed.emit)

    def overview(self, block: int, side: int) -> tuple[QImage, int] | None:
        """A whole layer, ``side`` (2, 4 or 8) pixels to a tile, or another side at first."""
        layer = self._blocks[block].layer
        overview = self._overviews.get(layer)
        if overview is None:
            self.wanted.append(Layer(layer))
            return None
        image = self._drawn.get((block, side))
        if image is None:
            others = [x for x in (8, 4, 2) if (block, x) in self._drawn]
            if others and self._drawing <= 0:
                self._put_off = True
                return self._drawn[block, others[0]], others[0]
            self._drawing -= 1
            columns = self._plan.places[block].columns
            image = self._drawn[block, side] = _tiled(overview, columns, side)
        return image, side

    def chunks(self, block: int, side: int, area: tuple[int, int, int, int]) -> list[Chunk]:
        """The chunks that cover columns and rows (left, top, right, bottom) of a layer."""
        place, step = self._plan.places[block], _TILES[side]
        left, top, right, bottom = area
        colours = empty_colour(), _rgb(theme.colours().canvas)
        found = []
        for y in range(top // step * step, bottom, step):
            for x in range(left // step * step, right, step):
                end = min(x + step, place.columns), min(y + step, place.rows)
                found.append(
                    Chunk(
                        self._blocks[block].layer, side, x, y, *end,
                        place.columns, self._blocks[block].count, *colours,
                    )
                )  # fmt: skip
        return found

    def chunk(self, wanted: Chunk) -> QImage | None:
        """A chunk's image; ``None`` until it has come."""
        image = self._chunks.get(wanted)
        if image is None:
            self.wanted.append(wanted)
        return image

    def whole(self, block: int, number: int) -> QImage | None:
        """A unit's whole picture; ``None`` until it has come, and where there is none."""
        wanted = Whole(self._blocks[block].layer, number)
        image = self._wholes.get(wanted)
        if image is None and wanted not in self._wholes and self.made(block, number):
            self.wanted.append(wanted)
        return image

    # --- inside

    @Slot(object, object)
    def _on_arrived(self, wanted: Wanted, found: Overview | QImage | None) -> None:
        if isinstance(wanted, Layer) and isinstance(found, Overview):
            self._overviews[wanted.layer] = found
            block = self._rows.get(wanted.layer, -1)
            for (of, number), (picture, top) in self._lately.items():
                if of == block:
                    _note(found, number, picture, top)
            for key in [k for k in self._drawn if k[0] == block]:
                del self._drawn[key]
        elif isinstance(wanted, Chunk) and isinstance(found, QImage):
            for (block, number), (picture, _top) in self._lately.items():
                if self._blocks[block].layer == wanted.layer:
                    _patch(wanted, found, number, to_image(picture))
            self._chunks.put(wanted, found)
        elif isinstance(wanted, Whole):
            self._wholes.put(wanted, found if isinstance(found, QImage) else None)
        self.changed.emit()

    def _patch(self, block: int, number: int, picture: Picture) -> None:
        """Draws a fresh picture into the images that its tile is in."""
        image = to_image(picture)
        row, column = divmod(number, self._plan.places[block].columns)
        for (of, side), drawn in self._drawn.items():
            if of == block:
                _draw(drawn, column * side, row * side, side, image)
        layer = self._blocks[block].layer
        for key in self._chunks:
            chunk = self._chunks.get(key)
            if isinstance(key, Chunk) and key.layer == layer and chunk is not None:
                _patch(key, chunk, number, image)


def _patch(chunk: Chunk, into: QImage, number: int, image: QImage) -> None:
    """Draws a unit's picture into a chunk, if it has the unit's tile."""
    row, column = divmod(number, chunk.columns)
    if chunk.left <= column < chunk.right and chunk.top <= row < chunk.bottom:
        x, y = (column - chunk.left) * chunk.side, (row - chunk.top) * chunk.side
        _draw(into, x, y, chunk.side, image)


def _note(overview: Overview, number: int, picture: Picture, top: str) -> None:
    overview.tiny[number] = square(picture, TINY)
    overview.made[number] = True
    overview.tops[number] = top


def _draw(into: QImage, x: int, y: int, side: int, image: QImage) -> None:
    painter = QPainter(into)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(x, y, side, side), image)
    painter.end()


def _tiled(overview: Overview, columns: int, side: int) -> QImage:
    """A layer's tiles in rows of so many columns, each averaged to ``side`` pixels."""
    count = len(overview.made)
    rows = -(-count // columns)
    factor = TINY // side
    tiles = np.empty((rows * columns, side, side, 3), np.uint8)
    tiles[count:] = _rgb(theme.colours().canvas)
    small: NDArray[np.uint8] = overview.tiny
    if factor > 1:
        blocks = overview.tiny.reshape(count, side, factor, side, factor, 3)
        small = blocks.mean(axis=(2, 4), dtype=np.float32).astype(np.uint8)
    tiles[:count] = np.where(
        overview.made[:, None, None, None], small, np.array(empty_colour(), np.uint8)
    )
    pixels = tiles.reshape(rows, columns, side, side, 3).swapaxes(1, 2)
    return to_image(pixels.reshape(rows * side, columns * side, 3)).convertToFormat(
        QImage.Format.Format_RGB32
    )


def _rgb(colour: QColor) -> Colour:
    return colour.red(), colour.green(), colour.blue()


def empty_colour() -> Colour:
    """The quiet colour of a tile that is not made yet."""
    c = theme.colours()
    back, front, part = _rgb(c.canvas), _rgb(c.muted), 0.12
    mixed = (round(b + (f - b) * part) for b, f in zip(back, front, strict=True))
    red, green, blue = mixed
    return red, green, blue
