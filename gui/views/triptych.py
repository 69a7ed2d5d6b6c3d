"""Three pictures of one size side by side, zoomed and moved together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from gui import theme
from gui.views.canvas_bar import CanvasBar
from gui.views.pinch import pinch_of, watch_pinches
from gui.views.viewport import Viewport

_GAP = 4
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_PAN = {
    Qt.Key.Key_Left: QPointF(48, 0),
    Qt.Key.Key_Right: QPointF(-48, 0),
    Qt.Key.Key_Up: QPointF(0, 48),
    Qt.Key.Key_Down: QPointF(0, -48),
}


class Triptych(QWidget):
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
        self.setAccessibleDescription(
            self.tr("Plus and minus zoom, 0 fits, 1 shows one pixel a pixel, the arrows move.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 120)
        watch_pinches(self)
        self._images: list[QImage | None] = [None, None, None]
        self._flipped = False
        self._view = Viewport()
        self._moved: QPointF | None = None
        self._ring = False
        self._bar = CanvasBar(self)
        self._bar.drag_started.connect(self.drag_started)
        self._bar.fit_chosen.connect(self.fit)
        self._bar.actual_chosen.connect(self.actual_size)
        self._bar.zoom_in_chosen.connect(lambda: self._zoom_by(1.5, None))
        self._bar.zoom_out_chosen.connect(lambda: self._zoom_by(1 / 1.5, None))
        self._bar.hide()

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

    def zoom(self) -> float:
        """Physical pixels of the screen to a pixel of the picture."""
        return self._view.scale * self.devicePixelRatioF()

    def fit(self) -> None:
        """The whole picture in each pane."""
        self._view.fit()
        self._after_zoom()

    def actual_size(self) -> None:
        """One pixel of the picture to one physical pixel of the screen."""
        self._view.zoom_to(1 / self.devicePixelRatioF())
        self._after_zoom()

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

    def event(self, event: QEvent) -> bool:
        pinch = pinch_of(event, self)
        if pinch is not None:
            self._zoom_by(*pinch)
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(2 ** (event.angleDelta().y() / 360), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        act = {
            Qt.Key.Key_Plus: lambda: self._zoom_by(1.5, None),
            Qt.Key.Key_Equal: lambda: self._zoom_by(1.5, None),
            Qt.Key.Key_Minus: lambda: self._zoom_by(1 / 1.5, None),
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.actual_size,
        }.get(key)
        if act is not None:
            act()
        elif key in _PAN and self._view.can_pan():
            self._view.pan(_PAN[key])
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def enterEvent(self, event: QEvent) -> None:
        self._show_bar()

    def leaveEvent(self, event: QEvent) -> None:
        self.pixel_hovered.emit("")
        self._show_bar()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.gotFocus() and event.reason() in _KEYBOARD
        self._show_bar()
        self.update()

    focusOutEvent = focusInEvent

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _pane_width(self) -> int:
        return max(1, (self.width() - 2 * _GAP) // 3)

    def _in_pane(self, at: QPointF) -> QPointF:
        return QPointF(at.x() % (self._pane_width() + _GAP), at.y())

    def _zoom_by(self, factor: float, at: QPointF | None) -> None:
        self._view.zoom_by(factor, None if at is None else self._in_pane(at), 1.0)
        self._after_zoom()

    def _after_zoom(self) -> None:
        self._bar.set_zoom(self.zoom(), self._view.fits)
        self._bar.place()
        self.update()

    def _show_bar(self) -> None:
        # Out of the way unless the pointer or the keyboard is here.
        focus = QApplication.focusWidget()
        inside = focus is not None and self.isAncestorOf(focus)
        self._bar.setVisible(self.underMouse() or self._ring or inside)
        self._bar.place()

    def _tell(self, at: QPointF) -> None:
        place = self._view.pixel_at(self._in_pane(at))
        parts = []
        if place is not None:
            for image in self._images[:2]:
                if image is not None and image.rect().contains(place):
                    ink = image.pixelColor(place)
                    parts.append(f"{ink.red()} {ink.green()} {ink.blue()}")
        where = f"x {place.x()}, y {place.y()} · " if place is not None and parts else ""
        self.pixel_hovered.emit(where + " → ".join(parts))
