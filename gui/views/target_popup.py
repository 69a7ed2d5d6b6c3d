"""The list that a target is picked from, with the line that searches it."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.models.class_choice import NUMBER_ROLE, VALUE_ROLE, ClassChoiceModel

_ROW = 26
_ROWS = 12  # shown at once
_LEAST_WIDTH = 220
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
PICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TargetPopup(QFrame):
    """A search line over the list. Typing narrows, the arrows move, Return picks, Esc leaves."""

    picked = Signal(str)

    def __init__(self, model: ClassChoiceModel, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        # A click beside it closes it and does no more: on the field it would open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setObjectName("targetPopup")
        self._owner, self._model = owner, model
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search a name or a number"))
        self.search.setAccessibleName(self.tr("Search of the classes"))
        self.search.setToolTip(self.tr("Shows only the classes that hold this text"))
        self.search.setClearButtonEnabled(True)
        self._icon = self.search.addAction(
            theme.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Classes"))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        # Under a combo box the style sheet frames every list: this one has its frame already.
        self.list.setStyleSheet("border: none; padding: 0; background: transparent;")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys go to the search line
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setModel(model)
        self._none = QLabel()
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_kind(self._none, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._none, 1)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._pick)
        self.list.entered.connect(self.list.setCurrentIndex)

    def open_for(self, target: str, typed: str = "") -> None:
        """Opens under its field, at a target, or with what was typed there."""
        self._icon.setIcon(theme.icon("search", "muted"))
        self.search.setText(typed)
        self._narrow(typed)
        row = self._model.row_of(target)
        self.setGeometry(self._place())
        self.show()
        if row >= 0 and not typed:
            self.list.setCurrentIndex(self._model.index(row))
            self.list.scrollTo(self.list.currentIndex(), QListView.ScrollHint.PositionAtCenter)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> QRect:
        rows = min(max(self._model.rowCount(), 3), _ROWS)
        size = QSize(
            max(self._owner.width(), _LEAST_WIDTH), self.search.sizeHint().height() + rows * _ROW
        ) + QSize(0, 26)
        room = self._owner.screen().availableGeometry()
        corner = self._owner.mapToGlobal(QPoint(0, self._owner.height() + 2))
        if corner.y() + size.height() > room.bottom():
            above = self._owner.mapToGlobal(QPoint(0, -2)).y() - size.height()
            corner.setY(max(above, room.top()))
        corner.setX(max(room.left(), min(corner.x(), room.right() - size.width())))
        return QRect(corner, size)

    @Slot(str)
    def _narrow(self, text: str) -> None:
        self._model.set_search(text)
        there = self._model.rowCount() > 0
        self.list.setVisible(there)
        self._none.setVisible(not there)
        self._none.setText(self.tr("No class has “{0}” in its name.").format(text.strip()))
        if there:
            self.list.setCurrentIndex(self._model.index(0))
            self.list.scrollToTop()

    @Slot(QModelIndex)
    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            target = str(index.data(VALUE_ROLE))
            self.hide()
            self.picked.emit(target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and watched is self.search:
            key, pressed = event.key(), event.type() == QEvent.Type.KeyPress
            if event.type() == QEvent.Type.ShortcutOverride and key == Qt.Key.Key_Escape:
                event.accept()  # the window's own Esc stops a run
                return True
            if pressed and key in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if pressed and key in PICKS:
                self._pick(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colours().border)
        painter.setBrush(theme.colours().raised)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

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
