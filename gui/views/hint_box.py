"""Why an attack does not get on, in a sentence, with what helps as buttons under it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.hints import Hint
from gui import theme


class HintBox(QWidget):
    """Hidden while there is nothing to say; a button gives the recipe's values that it sets."""

    chosen = Signal(object)  # dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self._hint: Hint | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons: list[QPushButton] = []
        self._flow = Flow()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 0, 10)
        column.setSpacing(8)
        column.addWidget(self.text)
        column.addLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_hint(self, hint: Hint | None) -> None:
        """Shows what is to be said, or nothing; buttons stay while they are the same ones."""
        if hint == self._hint:
            return
        remade = hint is None or self._hint is None or hint.remedies != self._hint.remedies
        self._hint = hint
        self.setVisible(hint is not None)
        if remade:
            self._make_buttons(() if hint is None else hint.remedies)
        if hint is not None:
            self.text.setText(hint.text)
            self.setAccessibleName(hint.text)

    def set_enabled(self, enabled: bool) -> None:
        """The recipe cannot be changed while a run goes on."""
        for button in self.buttons:
            button.setEnabled(enabled)

    def _make_buttons(self, remedies: tuple[tuple[str, dict[str, Any]], ...]) -> None:
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for title, values in remedies:
            button = QPushButton(title, self)
            button.setAccessibleName(title)
            button.setToolTip(self.tr("Sets this in the recipe"))
            button.clicked.connect(lambda _on=False, v=values: self.chosen.emit(dict(v)))
            self._flow.addWidget(button)
            self.buttons.append(button)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().warning)
        painter.drawRoundedRect(QRectF(0, 10, 3, self.height() - 20), 1.5, 1.5)


class Flow(QLayout):
    """Widgets side by side, on the next line where there is no room."""

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        wide = max((size.width() for size in sizes), default=0)
        return QSize(wide, max((size.height() for size in sizes), default=0))

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, high = rect.x(), y + high + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            high = max(high, size.height())
        return y + high - rect.y()
