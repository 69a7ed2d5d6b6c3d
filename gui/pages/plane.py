"""The Plane page: the lecture's first figure, alive. Layout only."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.page import Page
from gui.views.fields import Segments
from gui.views.plane_view import DIFFERENCE, MINUS_H, PlaneView
from gui.views.plane_view import F as F_ALONE


class PlanePage(Page):
    """What is drawn is chosen above the plane; under it a sentence says what is to be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PlaneView()
        self.shown = Segments(
            [
                (F_ALONE, "f", self.tr("What the network was trained to tell: class 1 against 0")),
                (MINUS_H, "−h", self.tr("How much there is of data: log p")),
                (DIFFERENCE, "f − λh", self.tr("Both: what x̂ climbs")),
            ]
        )
        self.shown.setObjectName("planeSurface")
        self.shown.name(self.tr("Surface"))
        self.shown.set_value(DIFFERENCE)
        self.shown.setFixedWidth(220)
        self.label = Segments(
            [
                ("0", self.tr("Class 0"), self.tr("A click puts a point of class 0")),
                ("1", self.tr("Class 1"), self.tr("A click puts a point of class 1")),
            ]
        )
        self.label.setObjectName("planeLabel")
        self.label.name(self.tr("Class of new points"))
        self.label.set_value("1")
        self.label.setFixedWidth(170)
        self.label.changed.connect(lambda label: self.view.set_label(int(label)))
        help_ = QLabel(self.tr("Click: a point · drag: move it, or x̂ · right click: remove"))
        theme.set_kind(help_, "muted")
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 16, 4)
        top.setSpacing(12)
        top.addWidget(self.shown)
        top.addWidget(self.label)
        top.addWidget(help_, 1)
        self._says = QLabel()
        self._says.setObjectName("planeSays")
        self._says.setWordWrap(True)
        self._says.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._says.setContentsMargins(16, 2, 16, 10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._says)

    def set_says(self, text: str) -> None:
        """The sentence under the plane."""
        if text != self._says.text():
            self._says.setText(text)
