"""One sentence over the page, with what can be done about it; never a dialog in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.dialogs import plain

NOTICE_MS = 6000
MARGIN = 12
TOP = 2  # over the page's caption, under the tabs, which stay within reach


class MessageBar(QFrame):
    """Lies over its parent, ``under`` its top; a notice leaves by itself, an error waits."""

    def __init__(self, parent: QWidget, under: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._kind = "notice"
        self._details = ""
        self._asking = False
        self._under = under
        self._chosen: list[QPushButton] = []
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = QPushButton(self.tr("Details"))
        self._more.setToolTip(self.tr("Shows what a report of this fault would say"))
        self._more.clicked.connect(self._show_details)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setText("✕")
        self._close.setIconSize(QSize(16, 16))
        self._close.setAccessibleName(self.tr("Dismiss the message"))
        self._close.setToolTip(self.tr("Dismiss the message"))
        self._close.clicked.connect(self.hide)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addLayout(self._buttons)
        layout.addWidget(self._more)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, empty where there is none."""
        return self._text.text() if not self.isHidden() else ""

    def notice(self, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """A sentence that leaves by itself, unless it offers something to do."""
        self._present("notice", text, "", actions)

    def clear(self) -> None:
        """Takes away what is no longer true once something new begins; a question stays."""
        if not self._asking:
            self._timer.stop()
            self.hide()

    def ask(self, text: str, actions: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """A question: stays until it is answered, the first answer under the keyboard."""
        self._present("notice", text, "", actions)
        self._asking = True
        self._timer.stop()
        self._chosen[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def error(
        self,
        text: str,
        details: str = "",
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """A fault in one sentence, its details a click away."""
        self._present("error", text, details, actions)

    def _present(
        self,
        kind: str,
        text: str,
        details: str,
        actions: Sequence[tuple[str, Callable[[], object]]],
    ) -> None:
        for button in self._chosen:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._chosen = []
        self._kind, self._details, self._asking = kind, details, False
        self._text.setText(text)
        self._more.setVisible(bool(details))
        for title, action in actions:
            button = QPushButton(title, self)
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _checked=False, act=action: act())
            self._buttons.addWidget(button)
            button.show()  # so that the place counts it, and the text beside it is given its lines
            self._chosen.append(button)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()
        if kind == "notice":
            self._timer.start(NOTICE_MS * (3 if actions else 1))
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the bar at the top of the parent when that is resized."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape dismisses the message."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised, rounded strip with its kind as a stroke of colour on the left."""
        colours = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1).toRectF(), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.error if self._kind == "error" else colours.accent))
        painter.drawRoundedRect(6, 9, 3, self.height() - 18, 1.5, 1.5)
        painter.end()

    def _place(self) -> None:
        parent = self.parentWidget()
        layout = self.layout()
        if parent is None or layout is None:
            return
        width = min(parent.width() - 2 * MARGIN, 720)
        height = max(44, layout.totalHeightForWidth(width))
        top = TOP
        if self._under is not None:
            top += self._under.mapTo(parent, self._under.rect().bottomLeft()).y()
        self.setGeometry((parent.width() - width) // 2, top, width, height)

    @Slot()
    def _show_details(self) -> None:
        dialog = QDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Details"))
        dialog.resize(720, 420)
        text = QPlainTextEdit(f"{self._text.text()}\n\n{self._details}")
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Details of the fault"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(text.toPlainText()))
        buttons.rejected.connect(dialog.close)
        plain(buttons)
        layout = QVBoxLayout(dialog)
        layout.addWidget(text)
        layout.addWidget(buttons)
        dialog.open()
