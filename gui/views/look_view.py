"""A picture with a unit's map over it as heat; a box shows what one position of the map sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.jobs import Picture
from gui import heat, theme
from gui.colour_maps import inks
from gui.pixels import argb_image, to_image

LEAST = 110  # the picture's smallest side, in device-independent pixels
_FINEST = 640  # pixels: the longer side of a blended map at most
_WAYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LookView(QWidget):
    """The pointer, or the arrow keys, choose a position; else the box is at the strongest one."""

    place_changed = Signal(object)  # (row, column) of the map, or None where there is no map

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lookView")
        self.setAccessibleName(self.tr("The image, and where the unit responds to it"))
        self.setAccessibleDescription(self.tr("The arrow keys move the box over the map."))
        self.setToolTip("")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)
        self.setMinimumHeight(LEAST)
        self._image: QImage | None = None
        self._base: QImage | None = None  # the same, as large as it is shown
        self._map: heat.Laid | None = None
        self._ends = (0.0, 1.0)
        self._outline: heat.Box | None = None
        self._shades: NDArray[np.uint8] | None = None  # the map's levels
        self._heat: QImage | None = None  # and their colours
        self._exact = False  # whether a pixel of it is one of the screen
        self._opacity, self._blended, self._colours = 0.65, True, "inferno"
        self._home: heat.Place | None = None  # where it is unless it is chosen
        self._chosen: heat.Place | None = None  # by the pointer or the keys

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    # --- setters

    def set_picture(self, picture: Picture | None) -> None:
        """The picture, uint8 (H, W, 3), without a map and without an outline."""
        self._image = None if picture is None else to_image(picture)
        self._base = None
        self._outline = None
        self.set_map(None)

    def set_map(self, laid: heat.Laid | None, place: heat.Place | None = None) -> None:
        """A unit's map; ``place`` is where its box is until the pointer moves it."""
        before, self._map = self._map, laid
        if laid is None or before is None or laid.shape != before.shape:
            self._chosen = None
        self._home = place
        self._shades = self._heat = None
        if laid is not None:
            self._ends = heat.span(laid.values)
        self.update()
        self.place_changed.emit(self.place())

    def set_outline(self, box: heat.Box | None) -> None:
        """A part of the picture that is meant, in its pixels."""
        self._outline = box
        self.update()

    def set_style(self, opacity: float, colours: str, *, blended: bool) -> None:
        """How the heat looks: 0 … 1, a name of ``colour_maps``, positions blended or sharp."""
        self._opacity, self._colours = opacity, colours
        if blended != self._blended:
            self._blended, self._shades = blended, None
        self._heat = None
        self.update()

    def choose(self, place: heat.Place | None) -> None:
        """Puts the box at a position, or back to the strongest one."""
        if place != self._chosen and self._map is not None:
            self._chosen = place
            self.update()
            self.place_changed.emit(self.place())

    def place(self) -> heat.Place | None:
        """The position of the box."""
        if self._map is None:
            return None
        return self._chosen or self._home or self._map.strongest()

    @property
    def map(self) -> heat.Laid | None:
        """The map that is shown."""
        return self._map

    @property
    def ends(self) -> tuple[float, float]:
        """The numbers that the first and the last colour stand for."""
        return self._ends

    def target(self) -> QRectF:
        """Where the picture lies in the widget."""
        if self._image is None:
            return QRectF()
        room = QRectF(self.rect())
        scale = min(room.width() / self._image.width(), room.height() / self._image.height())
        ratio = self.devicePixelRatioF()
        width = round(self._image.width() * scale * ratio) / ratio
        height = round(self._image.height() * scale * ratio) / ratio
        left = round((room.width() - width) / 2 * ratio) / ratio
        top = round((room.height() - height) / 2 * ratio) / ratio
        return QRectF(left, top, width, height)

    def on_screen(self, box: heat.Box) -> QRectF:
        """A box of the picture's pixels in the widget."""
        target = self.target()
        assert self._image is not None
        scale = target.width() / self._image.width()
        top, left, bottom, right = (x * scale for x in box)
        corner = target.topLeft()
        return QRectF(corner + QPointF(left, top), corner + QPointF(right, bottom))

    # --- the pointer and the keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        target = self.target()
        if self._map is None or self._image is None:
            return
        if not target.contains(event.position()):
            self.choose(None)
            return
        inside = (event.position() - target.topLeft()) * (self._image.width() / target.width())
        self.choose(self._map.place_at(inside.x(), inside.y()))

    def leaveEvent(self, event: QEvent) -> None:
        self.choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way, place = _WAYS.get(Qt.Key(event.key())), self.place()
        if way is None or place is None or self._map is None:
            super().keyPressEvent(event)
            return
        rows, columns = self._map.shape
        row = min(max(place[0] + way[0], 0), rows - 1)
        self.choose((row, min(max(place[1] + way[1], 0), columns - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    focusOutEvent = focusInEvent

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shades = self._heat = self._base = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        target = self.target()
        painter.setClipRect(target)
        painter.drawImage(target.topLeft(), self._scaled(target))
        if self._map is not None:
            self._paint_heat(painter, self._map)
        if self._outline is not None:
            _paint_box(painter, self.on_screen(self._outline), theme.colours().accent)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        focused = self.hasFocus()
        painter.setPen(QPen(theme.colours().accent, 2) if focused else QPen(theme.edge(), 1))
        painter.drawRect(target.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _scaled(self, target: QRectF) -> QImage:
        """The picture in the screen's own pixels: scaled once, not for every map."""
        assert self._image is not None
        if self._base is None:
            ratio = self.devicePixelRatioF()
            smooth = target.width() < 2 * self._image.width()
            self._base = self._image.scaled(
                (target.size() * ratio).toSize(),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation
                if smooth
                else Qt.TransformationMode.FastTransformation,
            ).convertToFormat(QImage.Format.Format_RGB32)
            self._base.setDevicePixelRatio(ratio)
        return self._base

    def _paint_heat(self, painter: QPainter, laid: heat.Laid) -> None:
        whole = self._blended and not laid.strip
        where = self.target() if whole else self.on_screen(laid.area())
        if self._heat is None:
            self._heat = self._coloured(laid, where)
        ratio = self.devicePixelRatioF()
        if self._exact:
            # One of its pixels is one of the screen: copied, not scaled.
            at = QPointF(round(where.left() * ratio) / ratio, round(where.top() * ratio) / ratio)
            painter.drawImage(at, self._heat)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._blended)
            painter.drawImage(where, self._heat)
        place = self.place()
        if place is None:
            return
        box = laid.box(place)
        if box is not None:
            _paint_box(painter, self.on_screen(box), QColor(Qt.GlobalColor.white))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, x = laid.centre(place)
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(self.on_screen((y, x, y, x)).topLeft(), 2.5, 2.5)

    def _coloured(self, laid: heat.Laid, where: QRectF) -> QImage:
        ratio = self.devicePixelRatioF()
        size = [max(1, round(x * ratio)) for x in (where.height(), where.width())]
        exact = self._blended and max(size) <= _FINEST
        if not exact:  # Qt enlarges the rest of the way
            size = [max(1, round(x * _FINEST / max(size))) for x in size]
        if self._shades is None:
            wanted = (size[0], size[1])
            self._shades = heat.shades(laid, self._ends, wanted, blended=self._blended)
        image = argb_image(inks(self._colours, self._opacity)[self._shades])
        self._exact = exact and (image.height(), image.width()) == (size[0], size[1])
        if self._exact:
            image.setDevicePixelRatio(ratio)
        return image


def _paint_box(painter: QPainter, box: QRectF, ink: QColor) -> None:
    """Light within dark: to be seen on every picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 170), 3.5), (ink, 1.5)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box)
