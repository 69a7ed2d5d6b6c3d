"""How a run of the History is painted: its picture, its name, how it ended."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.models.history import ENDED_ROLE, PICTURE_ROLE, HistoryModel

THUMB = 72
CELL = QSize(THUMB + 16, THUMB + 32)
_RADIUS = 6.0


class HistoryDelegate(QStyledItemDelegate):
    """A picture with its name under it, and a badge where the run did not end by itself."""

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
        colours = theme.colours()
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selection if chosen else colours.hover)
            painter.drawRoundedRect(rect, 8, 8)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 1.5))
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), 7, 7)
        place = QRectF(rect.center().x() - THUMB / 2, rect.top() + 6, THUMB, THUMB)
        outline = QPainterPath()
        outline.addRoundedRect(place, _RADIUS, _RADIUS)
        image = index.data(PICTURE_ROLE)
        if isinstance(image, QImage):
            painter.save()
            painter.setClipPath(outline)
            smooth = image.width() >= THUMB
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(place, image)
            painter.restore()
        painter.setPen(QPen(theme.edge(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        self._paint_badge(painter, place, index)
        painter.setPen(colours.text)
        name = QRectF(rect.left() + 4, place.bottom() + 4, rect.width() - 8, 18)
        text = painter.fontMetrics().elidedText(
            index.data() or "", Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    @staticmethod
    def _paint_badge(
        painter: QPainter, place: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        ended = str(index.data(ENDED_ROLE) or "")
        text = model.ended_text(ended) if isinstance(model, HistoryModel) else ""
        if not text:
            return
        colours = theme.colours()
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.save()
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        pill = QRectF(place.left() + 4, place.bottom() - 20, min(width, THUMB - 8), 16)
        ground = QColor(colours.raised)  # no picture shines through what is to be read
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, 8, 8)
        painter.setPen(colours.error if ended == "failed" else colours.text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
