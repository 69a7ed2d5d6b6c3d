"""The image, live: zoom, pan, the value of a pixel, and dragging it out as a PNG file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from engine.jobs import Picture
from gui import theme
from gui.views.canvas_bar import PictureDrag
from gui.views.placeholder import paint_placeholder
from gui.views.zoomable import PAN, Zoomable


class Canvas(Zoomable):
    """Shows one picture. It fits the widget until the person zooms; a double-click fits again.

    Pixels are sharp squares when enlarged and averaged when reduced. ``pixel_hovered`` carries
    ``x 12, y 40 · 201 133 90``, or nothing when the pointer has left the picture.
    ``image_dragged`` tells that a drag of the picture has begun.
    """

    pixel_hovered = Signal(str)
    image_dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Image"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 112)
        self._image: QImage | None = None
        self._reduced: QImage | None = None
        self._title = ""
        self._text = ""
        self._pressed: QPointF | None = None
        self._moved = QPointF()
        self._hovered = ""
        self._hover_at: QPointF | None = None
        self._drag = PictureDrag()
        self._bar.drag_started.connect(self.drag_out)

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    def set_image(self, picture: Picture | None) -> None:
        """Shows a picture, uint8 (H, W, 3), or the placeholder. A new size fits, else zoom stays.

        Raises:
            ValueError: the array is no such picture.
        """
        if picture is None:
            self._image = self._reduced = None
            self._hover_at = None
            self._bar.hide()
        else:
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise ValueError(f"a picture is uint8 (H, W, 3), not {picture.shape}")
            pixels = np.ascontiguousarray(picture)
            height, width = pixels.shape[:2]
            shared = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            self._image = shared.convertToFormat(QImage.Format.Format_RGB32)  # owns its pixels
            self._reduced = None
            if self._view.set_image_size(QSize(width, height)):
                self._after_zoom()
            self._show_bar()
        self._tell_hovered()
        self.update()

    def image(self) -> QImage | None:
        """The picture that is shown."""
        return self._image

    def set_placeholder(self, title: str, text: str) -> None:
        """What stands here while there is no picture: a title, and a sentence what to do."""
        self._title, self._text = title, text
        self.update()

    def set_exporter(self, write: Callable[[Path], object] | None, name: str = "") -> None:
        """Who writes the PNG that is dragged out (with its recipe, say), and how it is called."""
        self._drag.writer, self._drag.name = write, name

    def has_picture(self) -> bool:
        """Whether there is something to zoom."""
        return self._image is not None

    def drag_out(self) -> None:
        """Starts dragging the picture as a PNG file."""
        if self._image is not None:
            self._pressed = None
            self._drag.start(self, self._image, self.image_dragged.emit)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), c.canvas)
        if self._image is None:
            paint_placeholder(painter, QRectF(self.rect()), self._title, self._text, self.font())
        else:
            ratio = self.devicePixelRatioF()
            target = self._view.target(ratio)
            if self.zoom() < 1:
                painter.drawImage(target, self._reduced_to((target.size() * ratio).toSize()))
            else:
                painter.drawImage(target, self._image)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(c.accent, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _reduced_to(self, size: QSize) -> QImage:
        assert self._image is not None
        if self._reduced is None or self._reduced.size() != size:
            self._reduced = self._image.scaled(
                size.expandedTo(QSize(1, 1)),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return self._reduced

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view.set_size(QSize(self.width(), self.height()))
        self._after_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self.act_of(event.key())
        way = PAN.get(Qt.Key(event.key()))
        if self._image is None or (act is None and way is None):
            super().keyPressEvent(event)
        elif act is not None:
            act()
        elif way is not None:
            self._pan(way)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._image is not None:
            self._pressed = self._moved = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at = event.position()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                way = event.position() - self._pressed
                if way.manhattanLength() >= QApplication.startDragDistance():
                    self.drag_out()
                return
            self._pan(event.position() - self._moved)
            self._moved = event.position()
        self._tell_hovered()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self._set_cursor()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_at = None
        self._tell_hovered()
        self._show_bar()

    def _pan(self, way: QPointF) -> None:
        self._view.pan(way)
        self._set_cursor()
        self.update()

    def _after_zoom(self) -> None:
        super()._after_zoom()
        self._set_cursor()
        self._tell_hovered()

    def _set_cursor(self) -> None:
        if self._image is None or not self._view.can_pan():
            self.unsetCursor()
        elif self._pressed is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def _tell_hovered(self) -> None:
        text = ""
        if self._image is not None and self._hover_at is not None:
            place = self._view.pixel_at(self._hover_at)
            if place is not None:
                ink = self._image.pixelColor(place)
                text = f"x {place.x()}, y {place.y()} · {ink.red()} {ink.green()} {ink.blue()}"
        if text != self._hovered:
            self._hovered = text
            self.pixel_hovered.emit(text)
