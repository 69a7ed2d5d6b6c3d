"""Paints what is visible of a contact sheet: tiles by the size they are seen at, names, marks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen

from gui import theme
from gui.views.sheet_camera import Camera
from gui.views.sheet_pictures import FADE, SIDES, SheetPictures, empty_colour
from gui.views.sheet_plan import HEADER, Block

_COARSE = 12.0  # physical pixels to a tile, up to which 8 × 8 pixels of each do
WHOLE = 100.0  # from which each tile is painted from its whole picture
CAPTIONED = 128.0  # from which a tile bears its name
_NAMED = 18.0  # a gap lower than this has no room for a layer's name
_PAD = 6.0

Unit = tuple[int, int]  # block and number


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: the unit under the pointer, the selected one, the keyboard's ring."""

    hovered: Unit | None = None
    selected: Unit | None = None
    ring: bool = False


class SheetPainter:
    """Paints a window of ``size`` that a camera looks through."""

    def __init__(self, pictures: SheetPictures, camera: Camera) -> None:
        self._pictures = pictures
        self._camera = camera
        self.blocks: list[Block] = []
        self.font = QFont()

    def paint(self, painter: QPainter, size: QSizeF, marks: Marks) -> bool:
        """Says whether something still fades in, so that it should be painted again."""
        camera, plan = self._camera, self._camera.plan
        ratio = painter.device().devicePixelRatioF()
        painter.fillRect(QRectF(QPointF(), size), theme.colours().canvas)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = camera.left, camera.top
        shown = plan.visible(left, top, left + size.width(), top + size.height(), camera.scale)
        for block in shown:
            area = self._area(block, size)
            if area is not None:
                self._paint_tiles(painter, block, area, ratio)
        fades = self._paint_fresh(painter, size)
        for block in shown:
            if camera.scale >= CAPTIONED:
                self._paint_captions(painter, block, size)
        for unit, colour, width in (
            (marks.hovered, theme.colours().text, 1.5),
            (marks.selected, theme.colours().accent, 2.5 if marks.ring else 2.0),
        ):
            if unit is not None and not (unit == marks.selected and width == 1.5):
                self._paint_mark(painter, unit, colour, width)
        for block in shown:
            self._paint_name(painter, block, size)
        return fades

    def tile(self, unit: Unit) -> QRectF:
        """Where a unit's tile lies in the window."""
        scale = self._camera.scale
        x, y = self._camera.plan.tile(*unit, scale)
        return QRectF(x - self._camera.left, y - self._camera.top, scale, scale)

    # --- tiles

    def _tiles(self, block: int) -> QRectF:
        x, y, width, height = self._camera.plan.block(block, self._camera.scale)
        return QRectF(x - self._camera.left, y - self._camera.top, width, height)

    def _area(self, block: int, size: QSizeF) -> tuple[int, int, int, int] | None:
        """The columns and rows of a block that are seen: left, top, right, bottom."""
        rect, scale = self._tiles(block), self._camera.scale
        place = self._camera.plan.places[block]
        left = max(0, math.floor(-rect.left() / scale))
        top = max(0, math.floor(-rect.top() / scale))
        right = min(place.columns, math.ceil((size.width() - rect.left()) / scale))
        bottom = min(place.rows, math.ceil((size.height() - rect.top()) / scale))
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _paint_tiles(
        self, painter: QPainter, block: int, area: tuple[int, int, int, int], ratio: float
    ) -> None:
        pixels = self._camera.scale * ratio
        if pixels <= _COARSE:
            self._paint_coarse(painter, block, area, pixels)
        else:
            self._paint_chunks(painter, block, area, pixels)
            if pixels >= WHOLE:
                self._paint_wholes(painter, block, area)
        self._paint_grid(painter, block, area, ratio)

    def _part(self, block: int, area: tuple[int, int, int, int]) -> QRectF:
        """Where some columns and rows of a block lie in the window."""
        rect, scale = self._tiles(block), self._camera.scale
        left, top, right, bottom = area
        return QRectF(
            rect.left() + left * scale,
            rect.top() + top * scale,
            (right - left) * scale,
            (bottom - top) * scale,
        )

    def _paint_coarse(
        self, painter: QPainter, block: int, area: tuple[int, int, int, int], pixels: float
    ) -> None:
        side = 2 if pixels <= 2.5 else 4 if pixels <= 5 else 8
        found = self._pictures.overview(block, side)
        target = self._part(block, area)
        if found is None:
            painter.fillRect(target, QColor(*empty_colour()))
            return
        image, side = found
        left, top, right, bottom = (x * side for x in area)
        painter.drawImage(target, image, QRectF(left, top, right - left, bottom - top))

    def _paint_chunks(
        self, painter: QPainter, block: int, area: tuple[int, int, int, int], pixels: float
    ) -> None:
        side = next((x for x in SIDES if pixels <= 1.25 * x), SIDES[-1])
        for chunk in self._pictures.chunks(block, side, area):
            left, top = max(chunk.left, area[0]), max(chunk.top, area[1])
            right, bottom = min(chunk.right, area[2]), min(chunk.bottom, area[3])
            image = self._pictures.chunk(chunk)
            if image is None:
                self._paint_coarse(painter, block, (left, top, right, bottom), pixels)
                continue
            source = QRectF(
                (left - chunk.left) * side,
                (top - chunk.top) * side,
                (right - left) * side,
                (bottom - top) * side,
            )
            painter.drawImage(self._part(block, (left, top, right, bottom)), image, source)

    def _paint_wholes(self, painter: QPainter, block: int, area: tuple[int, int, int, int]) -> None:
        for number in self._numbers(block, area):
            image = self._pictures.whole(block, number)
            if image is not None:
                painter.drawImage(self.tile((block, number)), image)

    def _numbers(self, block: int, area: tuple[int, int, int, int]) -> list[int]:
        columns = self._camera.plan.places[block].columns
        count = self.blocks[block].count
        left, top, right, bottom = area
        rows = range(top, bottom)
        return [
            y * columns + x for y in rows for x in range(left, right) if y * columns + x < count
        ]

    def _paint_grid(
        self, painter: QPainter, block: int, area: tuple[int, int, int, int], ratio: float
    ) -> None:
        """The gaps between tiles: lines of the ground, of whole pixels."""
        scale = self._camera.scale
        width = _gap(scale)
        if not width:
            return
        rect, part = self._tiles(block), self._part(block, area)
        ground = theme.colours().canvas

        def snap(value: float) -> float:
            return round(value * ratio) / ratio

        for x in range(area[0], area[2] + 1):
            at = snap(rect.left() + x * scale - width / 2)
            painter.fillRect(QRectF(at, part.top() - 1, width, part.height() + 2), ground)
        for y in range(area[1], area[3] + 1):
            at = snap(rect.top() + y * scale - width / 2)
            painter.fillRect(QRectF(part.left() - 1, at, part.width() + 2, width), ground)

    def _paint_fresh(self, painter: QPainter, size: QSizeF) -> bool:
        fresh, now = self._pictures.fresh, time.monotonic()
        window = QRectF(QPointF(), size)
        for unit, since in list(fresh.items()):
            part = (now - since) / FADE
            if part >= 1:
                del fresh[unit]
                continue
            rect = self.tile(unit)
            if rect.intersects(window):
                colour = QColor(*empty_colour())
                colour.setAlphaF(max(0.0, 1 - part) ** 2)
                gap = _gap(self._camera.scale) / 2
                painter.fillRect(rect.adjusted(gap, gap, -gap, -gap), colour)
        return bool(fresh)

    # --- marks and names

    def _paint_mark(self, painter: QPainter, unit: Unit, colour: QColor, width: float) -> None:
        rect = self.tile(unit)
        least = 10.0  # at any scale it can be seen where the selection is
        if rect.width() < least:
            middle = rect.center()
            rect = QRectF(middle.x() - least / 2, middle.y() - least / 2, least, least)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ground = QColor(theme.colours().canvas)
        painter.setPen(QPen(ground, width + 2))
        painter.drawRoundedRect(rect, 2, 2)
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(rect, 2, 2)
        painter.restore()

    def _paint_captions(self, painter: QPainter, block: int, size: QSizeF) -> None:
        area = self._area(block, size)
        if area is None:
            return
        font = _sized(self.font, 0.95)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        high = metrics.height() + 8
        for number in self._numbers(block, area):
            if not self._pictures.made(block, number):
                continue
            gap = _gap(self._camera.scale) / 2
            rect = self.tile((block, number)).adjusted(gap, gap, -gap, -gap)
            strip = QRectF(rect.left(), rect.bottom() - 1.6 * high, rect.width(), 1.6 * high)
            shade = QLinearGradient(strip.topLeft(), strip.bottomLeft())
            shade.setColorAt(0, QColor(0, 0, 0, 0))
            shade.setColorAt(1, QColor(0, 0, 0, 165))
            painter.fillRect(strip, shade)
            name, top = self.blocks[block].name(number), self._pictures.top(block, number)
            note = top if top != name else ""
            room = strip.adjusted(_PAD + 2, strip.height() - high, -_PAD - 2, 0)
            both = f"{name}  {note}" if note else name
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setPen(QColor(255, 255, 255, 235))
            text = metrics.elidedText(both, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(side), text)

    def _paint_name(self, painter: QPainter, block: int, size: QSizeF) -> None:
        plan, scale = self._camera.plan, self._camera.scale
        tiles = self._tiles(block)
        if plan.shelf_gap(scale) < _NAMED or tiles.bottom() < HEADER:
            return
        left = max(tiles.left(), 10.0)
        room = min(tiles.left() + plan.room(block, scale), size.width() - 10) - left
        pinned = tiles.top() < HEADER and tiles.bottom() > 2 * HEADER
        if room < 28 or (tiles.top() < HEADER and not pinned):
            return
        strong = _sized(self.font, 1.0)
        strong.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(strong)
        data = self.blocks[block]
        if pinned:
            room -= 2 * _PAD
        name = _shortened(data.title, metrics, room)
        if not name:
            return
        width = metrics.horizontalAdvance(name)
        plain = QFontMetricsF(self.font)
        note = self._note(block)
        noted = plain.horizontalAdvance(note) + 10
        if name != data.title or width + noted > room:
            note, noted = "", 0.0
        area = QRectF(left, max(tiles.top() - HEADER, 4.0), width + noted, HEADER - 2)
        side = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        if pinned:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = QColor(theme.colours().raised)
            ground.setAlphaF(0.94)
            painter.setBrush(ground)
            painter.setPen(QPen(theme.colours().border, 1))
            painter.drawRoundedRect(area.adjusted(-0.5, -0.5, 2 * _PAD + 0.5, 0.5), 6, 6)
            painter.restore()
            area.translate(_PAD, 0)
        painter.setFont(strong)
        painter.setPen(theme.colours().text)
        painter.drawText(area, side, name)
        if note:
            painter.setFont(self.font)
            painter.setPen(theme.colours().muted)
            painter.drawText(area.adjusted(width + 10, 0, 4, 0), side, note)

    def _note(self, block: int) -> str:
        """What stands beside a layer's name: what it is, and how many of its pictures there are."""
        data, made = self.blocks[block], self._pictures.count_made(block)
        if made is None or made == data.count or not made:
            return data.note
        return f"{data.note} · {made:,}/{data.count:,}"


def _shortened(title: str, metrics: QFontMetricsF, room: float) -> str:
    """A layer's name, or the last parts of it that there is room for; empty where there is none."""
    name = title
    while metrics.horizontalAdvance(name) > room:
        name = name.partition(".")[2]
        if not name or name.replace(".", "").isdigit():  # a number alone says nothing
            fits = metrics.elidedText(title, Qt.TextElideMode.ElideLeft, room)
            return fits if len(fits) > 3 else ""
    return name


def _gap(scale: float) -> float:
    """Pixels between two tiles."""
    for limit, gap in ((7, 0), (18, 1), (56, 2), (130, 4)):
        if scale < limit:
            return gap
    return 8.0


def _sized(font: QFont, factor: float) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * factor)
    return made
