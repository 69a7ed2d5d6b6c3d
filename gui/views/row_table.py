"""The table under the predictions: rows of one height, and a quiet bar behind a probability."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui import theme
from gui.models.predictions import FRACTION, ITERATION, place_of

_ROW = 24


class RowTable(QTableView):
    """The table itself, without a grid and with rows of one height."""

    copy_wanted = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("predictionsTable")
        self.setAccessibleName(self.tr("Predictions, one row an iteration"))
        self.setToolTip(self.tr("What the network sees at every iteration; a row shows its image"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(24)
        self.setItemDelegate(_Delegate(self))
        font = self.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width: numbers stand still
        self.setFont(font)

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model() is not None and not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.colours(self).muted)
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            text = self.tr("What the network sees in the image, iteration by iteration.")
            painter.drawText(room, flags | int(Qt.TextFlag.TextWordWrap), text)
            painter.end()


class _Delegate(QStyledItemDelegate):
    """Numbers to the right, names to the left, and a quiet bar behind a probability."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        c = theme.colours(option)
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, c.selection)
        column = index.column()
        is_class = place_of(column)[1]
        fraction = index.data(FRACTION)
        if fraction is not None:
            bar = rect.adjusted(3, 3, -3, -3)
            bar.setWidth(max(2, round(bar.width() * min(max(fraction, 0), 1))))
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            tint = c.accent
            painter.setOpacity(0.32 if selected else 0.2)
            painter.setBrush(tint)
            painter.drawRoundedRect(bar, 3, 3)
            painter.restore()
        text = str(index.data())
        room = rect.adjusted(8, 0, -8, 0)
        side = Qt.AlignmentFlag.AlignLeft if is_class else Qt.AlignmentFlag.AlignRight
        quiet = column == ITERATION or (text == "·")
        painter.setPen(c.muted if quiet else c.text)
        painter.setFont(option.font)
        if is_class:
            text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), text)
