"""Three pictures of one size side by side, zoomed and moved together."""

from __future__ import annotations

from collections.abc import Sequence

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
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.views.zoomable import PAN, Zoomable

_GAP = 4


class Triptych(Zoomable):
    """What lies under the pointer in one picture lies at the same place in the others.

    ``turned`` asks for the next image (1) or the one before (-1) where the arrows have nothing to
    move; ``pixel_hovered`` carries the values under the pointer, or nothing.
    """

    turned = Signal(int)
    pixel_hovered = Signal(str)
    drag_started = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Original, adversarial and difference, zoomed together"))
        self.setMinimumSize(240, 120)
        self._images: list[QImage | None] = [None, None, None]
        self._flipped = False
        self._moved: QPointF | None = None
        self._bar.drag_started.connect(self.drag_started)

    def sizeHint(self) -> QSize:
        return QSize(900, 360)

    def set_images(self, images: Sequence[QImage | None]) -> None:
        """The three pictures; the zoom stays while their size does."""
        self._images = list(images)
        first = self._images[0]
        if first is not None and self._view.set_image_size(first.size()):
            self._after_zoom()
        self.update()

    def set_flipped(self, flipped: bool) -> None:
        """Shows the original where the adversarial stands."""
        if flipped != self._flipped:
            self._flipped = flipped
            self.update()

    def shown(self, pane: int) -> QImage | None:
        """The picture in a pane, as it is now."""
        return self._images[0 if pane == 1 and self._flipped else pane]

    def pane(self, number: int) -> QRectF:
        """Where one of the three is drawn."""
        width = self._pane_width()
        return QRectF(number * (width + _GAP), 0, width, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), c.canvas)
        ratio = self.devicePixelRatioF()
        target = self._view.target(ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom() < 2)
        for number in range(3):
            pane, image = self.pane(number), self.shown(number)
            if image is None:
                continue
            painter.save()
            painter.setClipRect(pane)
            painter.drawImage(target.translated(pane.topLeft()), image)
            painter.restore()
        if self._ring:
            painter.setPen(QPen(c.accent, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view.set_size(QSize(self._pane_width(), self.height()))
        self._after_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        act = self.act_of(key)
        if act is not None:
            act()
        elif key in PAN and self._view.can_pan():
            self._view.pan(PAN[key])
            self.update()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turned.emit(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._moved = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._moved is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._view.pan(event.position() - self._moved)
            self._moved = event.position()
            self.update()
        self._tell(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._moved = None

    def leaveEvent(self, event: QEvent) -> None:
        self.pixel_hovered.emit("")
        self._show_bar()

    def _pane_width(self) -> int:
        return max(1, (self.width() - 2 * _GAP) // 3)

    def in_picture(self, at: QPointF) -> QPointF:
        """The same place in the first picture's pane."""
        return QPointF(at.x() % (self._pane_width() + _GAP), at.y())

    def _tell(self, at: QPointF) -> None:
        place = self._view.pixel_at(self.in_picture(at))
        parts = []
        if place is not None:
            for image in self._images[:2]:
                if image is not None and image.rect().contains(place):
                    ink = image.pixelColor(place)
                    parts.append(f"{ink.red()} {ink.green()} {ink.blue()}")
        where = f"x {place.x()}, y {place.y()} · " if place is not None and parts else ""
        self.pixel_hovered.emit(where + " → ".join(parts))
