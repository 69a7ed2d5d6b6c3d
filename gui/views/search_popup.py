"""A panel under a field: a line that searches, over a list. Typing narrows, the arrows move."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.views.choice import PICKS

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchPopup(QFrame):
    """Return picks, Esc leaves. What is found and what a pick means is the subclass's."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        # A click beside it closes it and does no more: on the field it would open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._owner = owner
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._icon = self.search.addAction(
            theme.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.list = QListView()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        # Under a combo box the style sheet frames every list: this one has its frame already.
        self.list.setStyleSheet("border: none; padding: 0; background: transparent;")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys go to the search line
        self._none = QLabel()
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_kind(self._none, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(6)
        self._column.addWidget(self.search)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(self._none, 1)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._clicked)

    def size_wanted(self) -> QSize:
        """How large it is to be."""
        raise NotImplementedError

    def _narrow(self, text: str) -> None:
        raise NotImplementedError

    def _pick(self, index: QModelIndex) -> None:
        raise NotImplementedError

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._pick(index)

    def appear(self, typed: str = "") -> None:
        """Opens under its field, with what was typed there already."""
        self._icon.setIcon(theme.icon("search", "muted"))
        self.search.setText(typed)
        self._narrow(typed)
        self.setGeometry(self._place())
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def say_none(self, text: str) -> None:
        """A sentence in the list's place; empty shows the list."""
        self.list.setVisible(not text)
        self._none.setVisible(bool(text))
        self._none.setText(text)

    def _place(self) -> QRect:
        size = self.size_wanted()
        room = self._owner.screen().availableGeometry()
        corner = self._owner.mapToGlobal(QPoint(0, self._owner.height() + 2))
        if corner.y() + size.height() > room.bottom():
            above = self._owner.mapToGlobal(QPoint(0, -2)).y() - size.height()
            corner.setY(max(above, room.top()))
        corner.setX(max(room.left(), min(corner.x(), room.right() - size.width())))
        return QRect(corner, size)

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
