"""The list that a target is picked from, with the line that searches it."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QHideEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.models.class_choice import NUMBER_ROLE, VALUE_ROLE, ClassChoiceModel
from gui.views.search_popup import SearchPopup

_ROW = 26
_ROWS = 12  # shown at once
_LEAST_WIDTH = 220


class TargetPopup(SearchPopup):
    """A search line over the list. Typing narrows, the arrows move, Return picks, Esc leaves."""

    picked = Signal(str)

    def __init__(self, model: ClassChoiceModel, owner: QWidget) -> None:
        super().__init__(owner)
        self.setObjectName("targetPopup")
        self._model = model
        self.search.setPlaceholderText(self.tr("Search a name or a number"))
        self.search.setAccessibleName(self.tr("Search of the classes"))
        self.search.setToolTip(self.tr("Shows only the classes that hold this text"))
        self.list.setAccessibleName(self.tr("Classes"))
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setModel(model)
        self.list.entered.connect(self.list.setCurrentIndex)

    def open_for(self, target: str, typed: str = "") -> None:
        """Opens under its field, at a target, or with what was typed there."""
        self.appear(typed)
        row = self._model.row_of(target)
        if row >= 0 and not typed:
            self.list.setCurrentIndex(self._model.index(row))
            self.list.scrollTo(self.list.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def size_wanted(self) -> QSize:
        rows = min(max(self._model.rowCount(), 3), _ROWS)
        size = QSize(
            max(self._owner.width(), _LEAST_WIDTH), self.search.sizeHint().height() + rows * _ROW
        )
        return size + QSize(0, 26)

    @Slot(str)
    def _narrow(self, text: str) -> None:
        self._model.set_search(text)
        there = self._model.rowCount() > 0
        none = self.tr("No class has “{0}” in its name.").format(text.strip())
        self.say_none("" if there else none)
        if there:
            self.list.setCurrentIndex(self._model.index(0))
            self.list.scrollToTop()

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            target = str(index.data(VALUE_ROLE))
            self.hide()
            self.picked.emit(target)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._model.set_search("")


class _Delegate(QStyledItemDelegate):
    """The class's name, at the right its number."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        c = theme.colours()
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection)
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 5, 5)
        number = str(index.data(NUMBER_ROLE) or "")
        metrics = option.fontMetrics
        width = metrics.horizontalAdvance(number) + 12 if number else 0
        room = rect.adjusted(8, 0, -8, 0)
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(c.muted)
        painter.drawText(room, flags | int(Qt.AlignmentFlag.AlignRight), number)
        room.setRight(room.right() - width)
        painter.setPen(c.text)
        text = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, flags, text)
        painter.restore()
