"""The Maximize page: the image, its curves under it, and the timeline. Layout only."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.page import Page
from gui.views.canvas import Canvas
from gui.views.curves import CurvePlot
from gui.views.timeline import Timeline


class MaximizePage(Page):
    """The image grows above, f and h are drawn below it, the timeline goes through both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        self._subtitle = QLabel()
        theme.set_kind(self._title, "title")
        theme.set_kind(self._subtitle, "muted")
        self._caption = QWidget()
        row = QHBoxLayout(self._caption)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        self._caption.hide()
        self.canvas = Canvas()
        self.curves = CurvePlot()
        self.timeline = Timeline()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setObjectName("pageSplit")
        self._split.setHandleWidth(1)
        self._split.addWidget(self.canvas)
        self._split.addWidget(self.curves)
        self._split.setStretchFactor(0, 1)
        self._split.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._caption)
        layout.addWidget(self._split, 1)
        layout.addWidget(self.timeline)
        self.set_caption("", "")
        self.reset()

    def set_caption(self, title: str, subtitle: str) -> None:
        """What the image is of; where there is none yet, neither are its curves."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        for part in (self._caption, self.curves, self.timeline):
            part.setVisible(bool(title))

    def reset(self) -> None:
        """The division that the page has at first."""
        self._split.setSizes([520, 150])

    def split(self) -> QByteArray:
        """The present division, for the settings."""
        return self._split.saveState()

    def restore_split(self, state: QByteArray) -> None:
        """A division that ``split`` gave."""
        self._split.restoreState(state)
