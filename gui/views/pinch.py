"""Two fingers on a touchpad or a touch screen, read in one way on every platform."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget


def watch_pinches(widget: QWidget) -> None:
    """Lets the widget's ``event`` see pinches, for ``pinch_of``."""
    if sys.platform != "darwin":  # there the native gesture event says the same
        widget.grabGesture(Qt.GestureType.PinchGesture)


def pinch_of(event: QEvent, widget: QWidget) -> tuple[float, QPointF] | None:
    """How much an event enlarges, and about which point of the widget, if it is a pinch."""
    if isinstance(event, QNativeGestureEvent):
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            return 1 + event.value(), event.position()
    elif isinstance(event, QGestureEvent):
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(pinch, QPinchGesture):
            return pinch.scaleFactor(), QPointF(widget.mapFromGlobal(pinch.centerPoint()))
    return None
