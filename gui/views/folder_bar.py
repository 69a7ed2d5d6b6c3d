"""The folder whose patches are shown: its name, how far it is indexed, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.views.image_fields import ElidedLabel


class FolderBar(QWidget):
    """A line with buttons; under it the progress while the folder is being indexed."""

    choose_requested = Signal()
    pause_requested = Signal(bool)
    stop_requested = Signal()
    resume_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = ElidedLabel()
        self._paused = False
        self.pause = self._button("pause", self.tr("Pause"), self.tr("Holds the indexing"))
        self.stop = self._button(
            "stop", self.tr("Stop"), self.tr("Ends the indexing; what is indexed stays")
        )
        self.resume = self._button(
            "play", self.tr("Index the rest"), self.tr("Goes on where the indexing was stopped")
        )
        self.choose = self._button(
            "folder", self.tr("Another folder"), self.tr("Chooses another folder of images")
        )
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Images indexed"))
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.name, 1)
        for button in (self.resume, self.pause, self.stop, self.choose):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.bar)
        self.pause.clicked.connect(self._pause)
        self.stop.clicked.connect(self.stop_requested)
        self.resume.clicked.connect(self.resume_requested)
        self.choose.clicked.connect(self.choose_requested)

    def show_folder(self, text: str, tip: str) -> None:
        """The folder's name with what is known of it; the tooltip has the path."""
        self.name.set_text(text)
        self.name.setToolTip(tip)

    def show_progress(
        self, done: int, total: int, *, going_on: bool, paused: bool, unfinished: bool
    ) -> None:
        """``total`` 0 while the images are being counted."""
        self._paused = paused
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setVisible(going_on)
        self.pause.setVisible(going_on)
        self.stop.setVisible(going_on)
        self.resume.setVisible(unfinished and not going_on)
        theme.set_icon(self.pause, "play" if paused else "pause", "muted")
        text = self.tr("Continue") if paused else self.tr("Pause")
        self.pause.setAccessibleName(text)
        self.pause.setToolTip(
            self.tr("Goes on with the indexing") if paused else self.tr("Holds the indexing")
        )

    @Slot()
    def _pause(self) -> None:
        self.pause_requested.emit(not self._paused)

    def _button(self, icon: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        theme.set_icon(button, icon, "muted")
        button.setIconSize(QSize(16, 16))
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button


class FolderNote(QWidget):
    """In the patches' place before there is a folder."""

    choose_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        text = QLabel(self.tr("The patches of your own images that excite it most stand here."))
        text.setWordWrap(True)
        theme.set_kind(text, "muted")
        self.choose = QPushButton(self.tr("Choose a folder…"))
        self.choose.setToolTip(
            self.tr("Indexes a folder of images in the background; or drop one here")
        )
        self.choose.clicked.connect(self.choose_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(text)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
