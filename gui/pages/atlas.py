"""The Atlas page: every unit of a network as a picture, on one sheet. Layout only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.page import Page
from gui.views.image_fields import ElidedLabel
from gui.views.sheet import Sheet
from gui.views.sheet_bar import SheetBar

_TEXT_WIDTH = 440
_MARK = 56


class AtlasPage(Page):
    """The sheet, or before there is any picture a sentence and a button."""

    start_requested = Signal()
    save_seen_requested = Signal()
    export_requested = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self._title = QLabel()
        self._subtitle = ElidedLabel()
        theme.set_kind(self._title, "title")
        theme.set_kind(self._subtitle, "muted")
        self._caption = QWidget()
        row = QHBoxLayout(self._caption)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        bar = SheetBar()
        bar.zoom_in_chosen.connect(self.sheet.zoom_in)
        bar.zoom_out_chosen.connect(self.sheet.zoom_out)
        bar.whole_chosen.connect(self.sheet.show_whole)
        self.sheet.whole_changed.connect(bar.set_whole)
        bar.set_whole(True)
        row.addWidget(bar)
        row.addWidget(self._build_export())
        centre = QWidget()
        self._stack = QStackedLayout(centre)
        self._stack.addWidget(self._build_empty())
        self._stack.addWidget(self.sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._caption)
        layout.addWidget(centre, 1)
        self.show_sheet(False)

    # --- setters

    def set_caption(self, title: str, subtitle: str) -> None:
        self._title.setText(title)
        self._subtitle.set_text(subtitle)

    def show_sheet(self, shown: bool) -> None:
        """The sheet, or what the page is for where there is nothing to show on it."""
        self._stack.setCurrentIndex(1 if shown else 0)
        self._caption.setVisible(shown)

    @property
    def sheet_shown(self) -> bool:
        """Whether the sheet is what is seen."""
        return self._stack.currentIndex() == 1

    def set_empty(self, title: str, text: str, note: str, *, can_start: bool) -> None:
        """What the page says before there is any picture."""
        self._empty_title.setText(title)
        for label, said in ((self._empty_text, text), (self._empty_note, note)):
            label.setText(said)
            # In a column that is as wide as this Qt gives a wrapped text a line too few.
            label.setMinimumHeight(max(0, label.heightForWidth(_TEXT_WIDTH)))
        self._start.setEnabled(can_start)

    # --- building

    def _build_empty(self) -> QWidget:
        empty = QWidget()
        empty.setObjectName("atlasEmpty")
        self._empty_title, self._empty_text, self._empty_note = QLabel(), QLabel(), QLabel()
        font = self._empty_title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self._empty_title.setFont(font)
        theme.set_kind(self._empty_title, "title")
        for label in (self._empty_text, self._empty_note):
            theme.set_kind(label, "muted")
            label.setWordWrap(True)
        for label in (self._empty_title, self._empty_text, self._empty_note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._start = QPushButton(self.tr("Make the atlas"))
        self._start.setObjectName("atlasStart")
        self._start.setToolTip(self.tr("Grows a picture for every unit, in the background (F5)"))
        self._start.setAccessibleName(self.tr("Make the atlas"))
        self._start.setMinimumHeight(32)
        theme.set_kind(self._start, "primary")
        self._start.clicked.connect(self.start_requested)
        middle = Qt.AlignmentFlag.AlignHCenter
        narrow = QWidget()
        narrow.setFixedWidth(_TEXT_WIDTH)
        column = QVBoxLayout(narrow)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(_Mark(), 0, middle)
        column.addSpacing(10)
        column.addWidget(self._empty_title)
        column.addWidget(self._empty_text)
        column.addSpacing(10)
        column.addWidget(self._start, 0, middle)
        column.addSpacing(2)
        column.addWidget(self._empty_note)
        around = QVBoxLayout(empty)
        around.addStretch(1)
        around.addWidget(narrow, 0, middle)
        around.addStretch(1)
        return empty

    def _build_export(self) -> QToolButton:
        button = QToolButton()
        theme.set_icon(button, "export")
        button.setIconSize(QSize(16, 16))
        button.setText(self.tr("Export"))
        button.setToolTip(self.tr("Takes the sheet out of the program"))
        button.setAccessibleName(self.tr("Export"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for text, tip, request in (
            (
                self.tr("Contact sheet for a browser…"),
                self.tr("One HTML file with every picture, which opens anywhere"),
                self.export_requested,
            ),
            (
                self.tr("What is seen as a PNG…"),
                self.tr("The sheet as it is zoomed now"),
                self.save_seen_requested,
            ),
            (
                self.tr("Show the store's folder"),
                self.tr("The file that holds all pictures of this network"),
                self.folder_requested,
            ),
        ):
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.triggered.connect(request)
        button.setMenu(menu)
        return button


class _Mark(QWidget):
    """Nine tiles: a sheet in small."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_MARK, _MARK)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().disabled)
        step = _MARK / 3
        for i in range(9):
            place = QRectF(i % 3 * step + 1.5, i // 3 * step + 1.5, step - 3, step - 3)
            painter.drawRoundedRect(place, 3, 3)
        painter.end()
