"""How a class of the archive is painted: its best image, dim until the network is sure of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.evolution.sheet import percent
from gui import theme
from gui.models.elites import CONFIDENCE_ROLE, PICTURE_ROLE

PICTURE = 88
CELL = QSize(PICTURE + 16, PICTURE + 50)
_RADIUS, _BAR = 6.0, 3.0
_DIM = 0.55  # how much of the ground lies over an image of no confidence at all


class EliteDelegate(QStyledItemDelegate):
    """A picture, a bar of its confidence, the class's name and the confidence as a number."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return CELL

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        c = theme.colours()
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection if chosen else c.hover)
            painter.drawRoundedRect(rect, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(c.accent, 1.5))
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), 7, 7)
        confidence = index.data(CONFIDENCE_ROLE)
        place = QRectF(rect.center().x() - PICTURE / 2, rect.top() + 6, PICTURE, PICTURE)
        self._paint_picture(painter, place, index.data(PICTURE_ROLE), confidence)
        self._paint_bar(painter, place, confidence)
        self._paint_text(painter, rect, place, str(index.data() or ""), confidence)
        painter.restore()

    @staticmethod
    def _paint_picture(
        painter: QPainter, place: QRectF, image: object, confidence: float | None
    ) -> None:
        c = theme.colours()
        outline = QPainterPath()
        outline.addRoundedRect(place, _RADIUS, _RADIUS)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(place, c.track)
        if isinstance(image, QImage):
            smooth = image.width() >= PICTURE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(place, image)
            veil = QColor(c.canvas)
            veil.setAlphaF(_DIM * (1 - (confidence or 0.0)))
            painter.fillRect(place, veil)
        painter.restore()
        painter.setPen(QPen(theme.edge(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    @staticmethod
    def _paint_bar(painter: QPainter, place: QRectF, confidence: float | None) -> None:
        c = theme.colours()
        bar = QRectF(place.left(), place.bottom() + 4, place.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.track)
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        if confidence:
            bar.setWidth(max(_BAR, confidence * bar.width()))
            painter.setBrush(c.accent)
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)

    @staticmethod
    def _paint_text(
        painter: QPainter, rect: QRectF, place: QRectF, name: str, confidence: float | None
    ) -> None:
        c = theme.colours()
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        line = QRectF(rect.left() + 4, place.bottom() + 9, rect.width() - 8, 16)
        painter.setPen(c.text)
        text = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(c.muted)
        line.translate(0, 15)
        says = "–" if confidence is None else percent(confidence)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, says)
