"""Where the pictures of an attack lie, as plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect

ORIGINAL, ADVERSARIAL, DIFFERENCE = range(3)
LABELS = 92  # the row labels' width, and the iterations' of the table below
_PAD = 12
_GAP = 8
_SMALLEST = 56
_LARGEST = 672  # of a single picture: three times what most networks see
_NARROWEST = 104  # a column, so that its class can be read
_ENOUGH = 208  # a column needs no more, unless its pictures do


class Arrangement(Enum):
    """How the images lie: originals alone, an image a row, or an image a column."""

    SHEET = "sheet"
    ROWS = "rows"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Plan:
    """Rectangles in the gallery's own coordinates, before it is scrolled.

    ``left`` and ``column`` are where the columns of the images start and how wide they are, for
    the table below too.
    """

    arrangement: Arrangement
    count: int
    side: int
    left: int
    column: int
    line: int
    width: int
    height: int
    across: int = 1  # of a sheet: pictures side by side
    top: int = _PAD

    def item(self, index: int) -> QRect:
        """All that belongs to an image."""
        if self.arrangement is Arrangement.SHEET:
            row, place = divmod(index, self.across)
            return QRect(
                self.left + place * self.column,
                self.top + row * self._pitch(),
                self.column,
                self._pitch(),
            )
        if self.arrangement is Arrangement.ROWS:
            return QRect(
                self.left,
                self.top + self.line + index * self._pitch(),
                3 * self.column,
                self._pitch(),
            )
        above = self.top - _GAP
        return QRect(self.left + index * self.column, above, self.column, self.height - 2 * above)

    def parts(self) -> int:
        """How many pictures there are of an image."""
        return 1 if self.arrangement is Arrangement.SHEET else 3

    def picture(self, index: int, part: int) -> QRect:
        """Where a picture lies: the original, the adversarial or the difference."""
        item = self.item(index)
        if self.arrangement is Arrangement.COLUMNS:
            x = item.center().x() - self.side // 2
            return QRect(x, self._tops()[part], self.side, self.side)
        x = item.left() + part * self.column + (self.column - self.side) // 2
        return QRect(x, item.top() + _GAP, self.side, self.side)

    def caption(self, index: int, part: int, line: int) -> QRect:
        """A line under a picture."""
        picture, item = self.picture(index, part), self.item(index)
        left = item.left() if self.arrangement is Arrangement.COLUMNS else None
        if left is None:
            left = item.left() + part * self.column
        top = picture.top() + self.side + 3 + line * self.line
        return QRect(left + 4, top, self.column - 8, self.line)

    def lines(self, part: int) -> int:
        """How many lines there are under a picture."""
        if self.arrangement is Arrangement.SHEET:
            return 1
        return 2 if self.arrangement is Arrangement.ROWS else _LINES[part]

    def label(self, part: int) -> QRect:
        """What a row or a column of pictures is called."""
        if self.arrangement is Arrangement.ROWS:
            return QRect(self.left + part * self.column, self.top, self.column, self.line)
        return QRect(0, self._tops()[part], self.left - 12, self.side)

    def at(self, point: QPoint) -> tuple[int, int] | None:
        """The image and the picture of it under a point; part -1 beside its pictures."""
        for index in self.within(QRect(point, point)):
            if self.item(index).contains(point):
                parts = range(self.parts())
                hit = (part for part in parts if self.picture(index, part).contains(point))
                return index, next(hit, -1)
        return None

    def within(self, rect: QRect) -> range:
        """The images that a rectangle touches, or a few more."""
        if self.arrangement is Arrangement.COLUMNS:
            first = (rect.left() - self.left) // self.column
            last = (rect.right() - self.left) // self.column
        elif self.arrangement is Arrangement.SHEET:
            first = (rect.top() - self.top) // self._pitch() * self.across
            last = ((rect.bottom() - self.top) // self._pitch() + 1) * self.across
        else:
            return range(self.count)
        return range(min(max(first, 0), self.count), min(max(last + 1, 0), self.count))

    def _pitch(self) -> int:
        return self.side + self.lines(0) * self.line + 2 * _GAP

    def _tops(self) -> tuple[int, int, int]:
        first = self.top
        second = first + self.side + _LINES[0] * self.line + _GAP
        return first, second, second + self.side + _LINES[1] * self.line + _GAP


_LINES = (1, 2, 1)  # under each picture of a column


def plan(count: int, width: int, height: int, line: int, *, started: bool, bar: int = 10) -> Plan:
    """The pictures as large as the room allows, the fewest scroll bars.

    Args:
        count: images, at least one.
        width: of the room, as ``height``, in device-independent pixels.
        line: the height of a line of text.
        started: whether there is more to show than the originals.
        bar: what the scroll bar of the table under the columns takes.
    """
    if not started:
        return _sheet(count, width, height, line)
    if count <= 2:
        return _rows(count, width, height, line)
    return _columns(count, width, height, line, bar)


def _sheet(count: int, width: int, height: int, line: int) -> Plan:
    def side(across: int) -> int:
        down = -(-count // across)
        return min(width // across - 2 * _GAP, (height - 2 * _PAD) // down - line - 2 * _GAP)

    across = max(range(1, count + 1), key=side)
    best = min(side(across), _LARGEST // 2)
    if best < _NARROWEST - 2 * _GAP:
        across = max(1, min(count, width // _NARROWEST))
        best = _NARROWEST - 2 * _GAP
    column = min(width // across, best + 4 * _GAP)
    pitch = best + line + 2 * _GAP
    down = -(-count // across)
    content = down * pitch + 2 * _PAD
    top = max(_PAD, (height - down * pitch) // 2)
    left = (width - across * column) // 2
    return Plan(
        Arrangement.SHEET,
        count,
        best,
        left,
        column,
        line,
        width,
        content + top - _PAD,
        across=across,
        top=top,
    )


def _rows(count: int, width: int, height: int, line: int) -> Plan:
    texts = 2 * line + 2 * _GAP
    tall = (height - 2 * _PAD - line) // count - texts
    side = max(_SMALLEST, min((width - 2 * _PAD) // 3 - 2 * _GAP, tall, _LARGEST))
    column = max(side + 2 * _GAP, min((width - 2 * _PAD) // 3, max(side + 3 * _GAP, 256)))
    content = 2 * _PAD + line + count * (side + texts)
    top = max(_PAD, _PAD + (height - content) // 2)
    left = max(0, (width - 3 * column) // 2)
    return Plan(
        Arrangement.ROWS,
        count,
        side,
        left,
        column,
        line,
        max(width, 3 * column),
        content + top - _PAD,
        top=top,
    )


def _columns(count: int, width: int, height: int, line: int, bar: int) -> Plan:
    share = max(_NARROWEST, (width - LABELS - bar) // count)
    spent = _PAD + sum(_LINES) * line + 2 * _GAP + _PAD
    side = max(_SMALLEST, min(share - 2 * _GAP, (height - spent) // 3, _LARGEST))
    column = min(share, max(side + 4 * _GAP, _ENOUGH))
    content = spent + 3 * side
    # The columns with their labels stand in the middle, as on a slide.
    left = max(LABELS, (width - bar - count * column + LABELS) // 2)
    top = max(_PAD, _PAD + (height - content) // 2)
    return Plan(
        Arrangement.COLUMNS,
        count,
        side,
        left,
        column,
        line,
        left + count * column,
        max(content, min(height, content + 2 * (top - _PAD))),
        top=top,
    )
