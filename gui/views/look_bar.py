"""Which image is looked at, and what the network sees in it; a menu that takes another one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

import resources
from gui import theme
from gui.views.image_fields import ElidedLabel

SAMPLES = Path(resources.__file__).parent / "samples"


class ImageMenu(QMenu):
    """Where an image to look at can come from; what is not there is not listed."""

    open_requested = Signal()
    paste_requested = Signal()
    start_requested = Signal()
    canvas_requested = Signal()
    sample_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.addAction(theme.icon("open"), self.tr("Open an image…"), self.open_requested.emit)
        self.addAction(theme.icon("paste"), self.tr("Paste"), self.paste_requested.emit)
        self.canvas = self.addAction(
            theme.icon("image"), self.tr("The picture on the canvas"), self.canvas_requested.emit
        )
        self.start = self.addAction(self.tr("The starting image"), self.start_requested.emit)
        samples = sorted(SAMPLES.glob("*.png"))
        if samples:
            self.samples = self.addMenu(self.tr("A drawing"))
            for path in samples:
                self.samples.addAction(
                    QIcon(str(path)),
                    path.stem.replace("-", " "),
                    lambda path=path: self.sample_chosen.emit(path),
                )
        self.set_offers(canvas=False, start=False)

    def set_offers(self, *, canvas: bool, start: bool) -> None:
        """Whether there is a picture on the canvas, and a starting image."""
        self.canvas.setVisible(canvas)
        self.start.setVisible(start)


class LookBar(QWidget):
    """The image's name and its most probable class; the button with the menu."""

    closed = Signal()  # back from what was shown for a moment

    def __init__(self, menu: QMenu) -> None:
        super().__init__()
        self.name = ElidedLabel()
        self.seen = QLabel()
        theme.set_kind(self.seen, "muted")
        self.back = QToolButton()
        self.back.setText(self.tr("Back"))
        self.back.setToolTip(self.tr("Shows the image again with the unit's heat"))
        theme.set_kind(self.back, "chip")
        self.back.setMinimumHeight(24)
        self.back.clicked.connect(self.closed)
        self.button = QToolButton()
        theme.set_icon(self.button, "image")
        self.button.setIconSize(QSize(18, 18))
        self.button.setToolTip(self.tr("Chooses another image to look at"))
        self.button.setAccessibleName(self.tr("Another image"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.seen)
        row.addWidget(self.back)
        row.addWidget(self.button)
        self.set_text("", "", "")

    def set_text(self, name: str, seen: str, tip: str, *, back: bool = False) -> None:
        """The image's name, its class in few words, and its classes for the tooltip."""
        self.name.set_text(name)
        room = max(self.width() * 3 // 5, 120)
        self.seen.setText(
            self.seen.fontMetrics().elidedText(seen, Qt.TextElideMode.ElideMiddle, room)
        )
        self.seen.setToolTip(tip)
        self.seen.setVisible(bool(seen))
        self.back.setVisible(back)


class LookStart(QWidget):
    """In the place of the image before there is one: a quiet line, and what to do."""

    open_requested = Signal()

    def __init__(self, menu: QMenu) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setWordWrap(True)
        theme.set_kind(self._text, "muted")
        self.open = QPushButton(self.tr("Open an image…"))
        self.open.setToolTip(self.tr("Chooses an image file; or drop one here"))
        self.open.clicked.connect(self.open_requested)
        self.more = QPushButton()
        theme.set_icon(self.more, "chevron-down", "muted")
        self.more.setToolTip(self.tr("The picture on the canvas, a drawing, the clipboard"))
        self.more.setAccessibleName(self.tr("Other images"))
        self.more.clicked.connect(self._pop_up)
        self._menu = menu
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(6)
        row.addWidget(self._text, 1)
        row.addWidget(self.open)
        row.addWidget(self.more)
        self.set_text(self.tr("See where it responds."))

    def set_text(self, text: str) -> None:
        """The quiet line."""
        self._text.setText(text)

    @Slot()
    def _pop_up(self) -> None:
        self._menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
