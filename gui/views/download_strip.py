"""A download in the status bar: how far it is, how fast, and how long it will take."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from engine.catalogue.downloads import Progress
from engine.catalogue.index import megabytes
from gui import theme
from gui.session import duration
from gui.views.network_rows import progress_text

_BAR, _NAME = 96, 180  # pixels
_STEPS = 1000
_MUCH = 86_400.0  # seconds: nobody plans by a longer time


class DownloadStrip(QWidget):
    """Quiet: a line of text, a slim bar, a button that cancels. Hidden while nothing comes."""

    cancel_requested = Signal(str)  # key

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("downloadStrip")
        self._key = ""
        self.label = QLabel()
        theme.set_kind(self.label, "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.cancel = QToolButton()
        self.cancel.setObjectName("cancelDownload")
        theme.set_icon(self.cancel, "close", "muted")
        self.cancel.setIconSize(QSize(12, 12))
        self.cancel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cancel.setAccessibleName(self.tr("Cancel the download"))
        self.cancel.setToolTip(self.tr("Stops the download"))
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self.hide()

    def set_download(self, key: str, progress: Progress | None = None, waiting: int = 0) -> None:
        """What is being downloaded, and how many wait behind it; an empty key for nothing."""
        self._key = key
        if not key or progress is None:
            self.hide()
            return
        # The names of some sets would push the run's own figures out of the bar.
        name = self.fontMetrics().elidedText(key, Qt.TextElideMode.ElideMiddle, _NAME)
        parts = [name, progress_text(progress)]
        if progress.speed > 0:
            parts.append(f"{megabytes(progress.speed)}/s")
        if progress.left is not None and 0 < progress.left < _MUCH:
            parts.append(self.tr("{0} left").format(duration(progress.left)))
        if waiting:
            parts.append(self.tr("{0} waiting").format(waiting))
        self.label.setText(" · ".join(parts))
        self.label.setToolTip(self.tr("Downloading {0}").format(key))
        self.bar.setRange(0, _STEPS if progress.total else 0)
        if progress.total:
            self.bar.setValue(round(_STEPS * min(1.0, progress.done / progress.total)))
        self.show()

    @Slot()
    def _cancel(self) -> None:
        self.cancel_requested.emit(self._key)
