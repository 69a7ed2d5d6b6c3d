"""The class that an attack aims at: a field that opens a list, which is searched by typing."""

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
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.models.class_choice import NUMBER_ROLE, VALUE_ROLE, ClassChoiceModel, index_of
from gui.views.choice import Choice

_ROW = 26
_ROWS = 12  # shown at once
_LEAST_WIDTH = 220
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_PICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TargetField(QWidget):
    """Any class, a random one, or one of the network's; says so where the network has it not."""

    changed = Signal(str)  # as ``AttackRecipe.target``

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._network = ""
        self._value = ""
        self.model = ClassChoiceModel(self)
        self.button = _Button()
        self.button.asked.connect(self._open)
        self.popup = TargetPopup(self.model, self.button)
        self.popup.picked.connect(self._picked)
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.set_kind(self.note, "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self.note)
        self.setFocusProxy(self.button)
        self._show()

    def value(self) -> str:
        """The target as a recipe writes it."""
        return self._value

    def set_value(self, target: str) -> None:
        """Shows a target; says nothing."""
        self._value = target
        self._show()

    def set_classes(self, names: tuple[str, ...], network: str) -> None:
        """The classes there are to choose from, and whose they are."""
        self._names, self._network = names, network
        self.model.set_names(names)
        self._show()

    def name(self, text: str) -> None:
        """What is chosen here."""
        self.button.setAccessibleName(text)

    def setToolTip(self, tip: str) -> None:
        """What it does, under the pointer wherever it is on the field."""
        super().setToolTip(tip)
        self.button.setToolTip(tip)

    def _show(self) -> None:
        text, note = self.model.general(self._value), ""
        if not text:
            index = index_of(self._value, self._names)
            text = self._value if index is None else f"{self._names[index]} · {index}"
            if index is None and self._names:
                note = self.tr("{0} has no such class. Choose another.").format(self._network)
        self.button.setItemText(0, text)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    @Slot(str)
    def _open(self, typed: str) -> None:
        self.popup.open_for(self._value, typed)

    @Slot(str)
    def _picked(self, target: str) -> None:
        if target != self._value:
            self.set_value(target)
            self.changed.emit(target)


class _Button(Choice):
    """Looks like any other choice; asks for the searchable list where those open their own."""

    asked = Signal(str)  # what was typed already

    def __init__(self) -> None:
        super().__init__()
        self.addItem("")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def showPopup(self) -> None:
        self.asked.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.key() in (*_PICKS, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space):
            self.asked.emit("")
        elif text.isprintable() and text.strip() and not held:
            self.asked.emit(text)
        else:
            super().keyPressEvent(event)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        metrics, room = self.fontMetrics(), max(self.width() - 34, 1)
        option.currentText = metrics.elidedText(  # type: ignore[attr-defined]
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )


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
            if pressed and key in _PICKS:
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
        rect: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection)
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 5, 5)
        number = str(index.data(NUMBER_ROLE) or "")
        metrics = option.fontMetrics  # type: ignore[attr-defined]
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
