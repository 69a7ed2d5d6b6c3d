"""A small picture with round corners and a hairline around it, as lists and rows show them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from gui import theme


def paint_framed(
    painter: QPainter,
    rect: QRectF,
    image: QImage | None,
    radius: float = 5.0,
    ring: QColor | None = None,
) -> None:
    """Draws a picture into ``rect``, or a mark in its place; ``ring`` marks it as chosen."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if image is not None:
        shrunk = rect.width() < 2 * image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
        outline = QPainterPath()
        outline.addRoundedRect(rect, radius, radius)
        painter.setClipPath(outline)
        painter.drawImage(rect, image)
        painter.setClipping(False)
    else:
        side = round(min(rect.width(), rect.height()) * 0.45)
        ratio = painter.device().devicePixelRatioF()
        mark = theme.pixmap("unit", side, theme.colours().disabled, ratio)
        painter.drawPixmap(rect.center() - QPointF(side / 2, side / 2), mark)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if ring is None:
        painter.setPen(QPen(theme.edge(), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    else:
        painter.setPen(QPen(ring, 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
