"""What every view of pictures does alike: zoom by wheel, pinch, keys and bar; fit; the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from gui.views.canvas_bar import CanvasBar
from gui.views.pinch import pinch_of, watch_pinches
from gui.views.viewport import Viewport

STEP = 1.5  # of a key or a button
PAN = {
    Qt.Key.Key_Left: QPointF(48, 0),
    Qt.Key.Key_Right: QPointF(-48, 0),
    Qt.Key.Key_Up: QPointF(0, 48),
    Qt.Key.Key_Down: QPointF(0, -48),
}
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Zoomable(QWidget):
    """Keeps a ``Viewport`` and its bar; what is drawn, and where a picture lies, is its heirs'."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleDescription(
            self.tr("Plus and minus zoom, 0 fits, 1 shows one pixel a pixel, the arrows move.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        watch_pinches(self)
        self._view = Viewport()
        self._ring = False
        self._bar = CanvasBar(self)
        self._bar.fit_chosen.connect(self.fit)
        self._bar.actual_chosen.connect(self.actual_size)
        self._bar.zoom_in_chosen.connect(self.zoom_in)
        self._bar.zoom_out_chosen.connect(self.zoom_out)
        self._bar.hide()

    def has_picture(self) -> bool:
        """Whether there is something to zoom."""
        return True

    def in_picture(self, at: QPointF) -> QPointF:
        """A place of the widget as the viewport counts it."""
        return at

    def zoom(self) -> float:
        """Physical pixels of the screen to a pixel of the picture; 1 is 1:1."""
        return self._view.scale * self.devicePixelRatioF()

    def fit(self) -> None:
        """The whole picture, as large as its room; it stays so when the widget is resized."""
        self._view.fit()
        self._after_zoom()

    def actual_size(self) -> None:
        """One pixel of the picture to one physical pixel of the screen."""
        self._view.zoom_to(1 / self.devicePixelRatioF())
        self._after_zoom()

    def zoom_in(self) -> None:
        """Half as large again, about the middle."""
        self._zoom_by(STEP, None)

    def zoom_out(self) -> None:
        """Two thirds of the size, about the middle."""
        self._zoom_by(1 / STEP, None)

    def act_of(self, key: int) -> Callable[[], None] | None:
        """What a key does to the zoom."""
        return {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.actual_size,
        }.get(Qt.Key(key))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if not self.has_picture() or not turned:
            event.ignore()
            return
        self._zoom_by(2 ** (turned / 360), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinch = pinch_of(event, self)
        if pinch is not None:
            self._zoom_by(*pinch)
            event.accept()
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def enterEvent(self, event: QEvent) -> None:
        self._show_bar()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.gotFocus() and event.reason() in _KEYBOARD
        self._show_bar()
        self.update()

    focusOutEvent = focusInEvent

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def _zoom_by(self, factor: float, at: QPointF | None) -> None:
        place = None if at is None else self.in_picture(at)
        self._view.zoom_by(factor, place, self.devicePixelRatioF())
        self._after_zoom()

    def _after_zoom(self) -> None:
        self._bar.set_zoom(self.zoom(), self._view.fits)
        self._bar.place()
        self.update()

    def _show_bar(self) -> None:
        # Out of the way unless the pointer or the keyboard is here.
        focus = QApplication.focusWidget()
        here = self.underMouse() or self._ring or (focus is not None and self.isAncestorOf(focus))
        self._bar.setVisible(self.has_picture() and here)
        self._bar.place()
