"""A cell of the class table: the class, how sure of it, and whether it is still the first one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.attacks.parcels import AttackRecord
from gui import theme
from gui.models.class_table import CHANGED, CLASS, RECORD
from gui.models.predictions import probability
from gui.models.shown import outside, undone

_WIDE = 168  # from this on there is room for the probability itself
_NOTCH = 6


class ClassCell(QStyledItemDelegate):
    """The bar is the probability; a changed class is coloured and bold.

    A warning says that saving undoes it, a small corner that pixels left the range of a file.
    """

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        c = theme.colours(option)
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, c.selection)
        record = index.data(RECORD)
        found = index.data(CLASS)
        if found is None:
            return
        changed = bool(index.data(CHANGED))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect.adjusted(2, 1, -2, -1), found[1], changed)
        if isinstance(record, AttackRecord) and record.distortion.outside_255 > 0:
            self._paint_notch(painter, rect.adjusted(2, 1, -2, -1), outside(record))
        quiet = c.text if option.state & QStyle.StateFlag.State_Selected else c.muted
        room = rect.adjusted(10, 0, -10, 0)
        warns = isinstance(record, AttackRecord) and undone(record)
        self._paint_text(
            painter, room, option.font, found, changed=changed, warns=warns, quiet=quiet
        )
        painter.restore()

    def _paint_ground(self, painter: QPainter, place: QRectF, p: float, changed: bool) -> None:
        c = theme.colours()
        painter.setPen(Qt.PenStyle.NoPen)
        dark = theme.is_dark()
        if changed:
            ground = QColor(c.error)
            ground.setAlphaF(0.08 if dark else 0.06)
            painter.setBrush(ground)
            painter.drawRoundedRect(place, 4, 4)
        bar = QColor(c.error if changed else c.muted)
        bar.setAlphaF((0.14 if dark else 0.12) if changed else (0.14 if dark else 0.09))
        painter.setBrush(bar)
        painter.save()
        painter.setClipRect(QRectF(place.left(), place.top(), place.width() * p, place.height()))
        painter.drawRoundedRect(place, 4, 4)
        painter.restore()

    def _paint_notch(self, painter: QPainter, place: QRectF, warns: bool) -> None:
        c, corner = theme.colours(), place.topRight()
        painter.setBrush(c.warning if warns else c.disabled)
        painter.drawPolygon(
            QPolygonF([corner - QPointF(_NOTCH, 0), corner, corner + QPointF(0, _NOTCH)])
        )

    def _paint_text(
        self,
        painter: QPainter,
        room: QRectF,
        font: QFont,
        found: tuple[str, float],
        *,
        changed: bool,
        warns: bool,
        quiet: QColor,
    ) -> None:
        c = theme.colours()
        name, p = found
        right = room.right()
        strong = QFont(font)
        if changed:
            strong.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(strong)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        if warns:
            mark = theme.pixmap("warning", 12, c.warning, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(right - 12, room.center().y() - 6), mark)
            right -= 18
        if room.width() >= _WIDE - 20:
            text = probability(p)
            width = metrics.horizontalAdvance(text)
            painter.setFont(font)
            painter.setPen(quiet)
            place = QRectF(right - width, room.top(), width + 1, room.height())
            painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignRight), text)
            right -= width + 10
        painter.setFont(strong)
        painter.setPen(c.error if changed else c.text)
        width = right - room.left()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
        place = QRectF(room.left(), room.top(), width, room.height())
        painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignLeft), shown)
