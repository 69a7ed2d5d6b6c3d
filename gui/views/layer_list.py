"""The list of an atlas's layers: a check mark, a name, how far it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.models.atlas_layers import LAYER_ROLE, AtlasLayers, LayerRow

_HEIGHT = 28
_BOX = 15.0
_LEFT = 12.0
_BAR = 46.0
_COUNT = "8,888 / 8,888"


class _Delegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, _HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(LAYER_ROLE)
        if not isinstance(row, LayerRow):
            return
        c, rect = theme.colours(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QPen(c.accent, 1.5) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(c.hover)
            painter.drawRoundedRect(rect.adjusted(4.75, 0.75, -4.75, -0.75), 6, 6)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        self._paint_box(painter, rect, row.chosen, enabled)
        right = self._paint_count(painter, rect, row, option.font)
        self._paint_name(painter, rect, row, right, enabled, option.font)
        painter.restore()

    @staticmethod
    def _paint_box(painter: QPainter, rect: QRectF, chosen: bool, enabled: bool) -> None:
        c = theme.colours()
        box = QRectF(rect.left() + _LEFT, rect.center().y() - _BOX / 2 + 0.5, _BOX, _BOX)
        accent = c.accent if enabled else c.disabled
        painter.setPen(QPen(accent if chosen else c.muted, 1))
        painter.setBrush(accent if chosen else c.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if chosen:
            painter.setPen(QPen(c.accent_text, 1.8, c=Qt.PenCapStyle.RoundCap))
            middle = box.center()
            corner = middle + QPointF(-0.8, 2.6)
            painter.drawLine(middle + QPointF(-3.4, 0.2), corner)
            painter.drawLine(corner, middle + QPointF(3.4, -2.6))

    @staticmethod
    def _paint_count(painter: QPainter, rect: QRectF, row: LayerRow, font: QFont) -> float:
        """The bar and the numbers at the right; gives their left end."""
        c = theme.colours()
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        small.setFeature(QFont.Tag("tnum"), 1)
        metrics = QFontMetricsF(small)
        text = f"{row.done:,} / {row.total:,}" if 0 < row.done < row.total else f"{row.total:,}"
        width = metrics.horizontalAdvance(_COUNT)
        painter.setFont(small)
        painter.setPen(c.muted)
        room = QRectF(rect.right() - 12 - width, rect.top(), width, rect.height())
        side = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(room, side, text)
        bar = QRectF(room.left() - _BAR - 4, rect.center().y() - 1.5, _BAR, 4)
        if row.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.track)
            painter.drawRoundedRect(bar, 2, 2)
            painter.setBrush(c.accent if row.done < row.total else c.success)
            part = max(bar.width() * row.done / max(row.total, 1), 4.0)
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), part, bar.height()), 2, 2)
        return bar.left() if row.done else room.right() - metrics.horizontalAdvance(text)

    @staticmethod
    def _paint_name(
        painter: QPainter, rect: QRectF, row: LayerRow, right: float, enabled: bool, font: QFont
    ) -> None:
        c, metrics = theme.colours(), QFontMetricsF(font)
        left = rect.left() + _LEFT + _BOX + 8
        room = QRectF(left, rect.top(), right - 8 - left, rect.height())
        side = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setFont(font)
        painter.setPen(c.text if enabled else c.disabled)
        name = metrics.elidedText(row.title, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, side, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + 8)
        if room.width() > 32 and row.kind:
            painter.setPen(c.muted if enabled else c.disabled)
            kind = metrics.elidedText(row.kind, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, side, kind)


class LayerList(QListView):
    """A click or Return asks for a layer, or no more."""

    def __init__(self, model: AtlasLayers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setObjectName("atlasLayers")
        self.setAccessibleName(self.tr("Layers of the atlas"))
        self.setAccessibleDescription(self.tr("Return asks for a layer, or no more."))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._layers.toggle(self.indexAt(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two clicks in a row are two clicks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._layers.toggle(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # Space pauses what runs
        else:
            super().keyPressEvent(event)
