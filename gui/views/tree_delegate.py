"""How a row of the network's tree is painted: a small picture, a name, what stands muted beside."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.models.units import NOTE_ROLE, PICTURE_ROLE, PREFIX_ROLE, UNIT_ROLE

SWATCH = 28
UNIT_HEIGHT = 34
LAYER_HEIGHT = 26
_GAP = 8
_RADIUS = 5.0
_NAME_AT_LEAST = 80

_DISPLAY = Qt.ItemDataRole.DisplayRole
_MIDDLE_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TreeDelegate(QStyledItemDelegate):
    """Paints a cell; the row's background and the branches are the view's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unit_size = QSize(60, UNIT_HEIGHT)
        self._layer_size = QSize(60, LAYER_HEIGHT)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        # A unit's id is above every group's; asking the model for a role would cost 10 times this.
        return self._unit_size if index.internalId() >= 1 << 24 else self._layer_size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setFont(option.font)
        rect = QRectF(option.rect)
        if index.data(UNIT_ROLE):
            self._paint_unit(painter, rect, index)
        else:
            left = self._paint_facts(painter, rect, index)
            rect.setRight(left - _GAP)
            self._paint_name(painter, rect, index)
        painter.restore()

    @staticmethod
    def _paint_facts(
        painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> float:
        """A layer's output shape and parameter count, right; gives their left end."""
        font = painter.font()
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(theme.colours().muted)
        left = right = rect.right() - _GAP
        for column, least in ((2, metrics.horizontalAdvance("88.8 M")), (1, 0)):
            text = index.sibling(index.row(), column).data(_DISPLAY) or ""
            width = max(least, metrics.horizontalAdvance(text))
            if right - width - rect.left() < _NAME_AT_LEAST:  # a narrow dock keeps the names
                break
            if text:
                area = QRectF(right - width, rect.top(), width, rect.height())
                painter.drawText(area, _MIDDLE_RIGHT, text)
                left = right - metrics.horizontalAdvance(text)
            right -= width + _GAP
        painter.setFont(font)
        return left

    def _paint_unit(
        self, painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        side = QRectF(rect.left() + 2, rect.center().y() - SWATCH / 2, SWATCH, SWATCH)
        side.moveTop(round(side.top()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(side, _RADIUS, _RADIUS)
        picture = index.data(PICTURE_ROLE)
        if isinstance(picture, QImage):
            painter.save()
            painter.setClipPath(outline)
            painter.drawImage(side, picture)
            painter.restore()
        inner = QPainterPath()
        inner.addRoundedRect(side.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setPen(QPen(theme.edge(), 1))  # a dark picture needs an edge on dark ground
        painter.drawPath(inner)
        self._paint_name(painter, rect.adjusted(SWATCH + 2 + _GAP, 0, 0, 0), index)

    @staticmethod
    def _paint_name(
        painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Muted prefix, name, muted note; the prefix goes first where there is little room."""
        colours, metrics = theme.colours(), painter.fontMetrics()
        prefix, name = index.data(PREFIX_ROLE) or "", index.data(_DISPLAY) or ""
        note = index.data(NOTE_ROLE) or ""
        room = rect.width() - 6
        if prefix and metrics.horizontalAdvance(prefix + name) > room:
            left = room - metrics.horizontalAdvance(name)
            prefix = metrics.elidedText(prefix, Qt.TextElideMode.ElideLeft, int(left))
        x = rect.left()
        for text, colour, gap in (
            (prefix, colours.muted, 0),
            (name, colours.text, 0),
            (note, colours.muted, _GAP),
        ):
            left = rect.right() - 6 - x - gap
            if not text or left < 12:
                continue
            fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(left) + 1)
            painter.setPen(colour)
            painter.drawText(
                QRectF(x + gap, rect.top(), left + 2, rect.height()), _MIDDLE_LEFT, fitted
            )
            x += gap + metrics.horizontalAdvance(fitted)
