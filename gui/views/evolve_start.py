"""What stands on the Evolve page before anything has evolved: what it does, and one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme

_WIDTH = 460


class EvolveStart(QWidget):
    """Start evolves by itself; the other button lets the person choose who breeds."""

    start_requested = Signal()
    breed_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evolveStart")
        title = QLabel(self.tr("Images that fool, bred without gradients"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        title.setFont(font)
        theme.set_kind(title, "title")
        text = QLabel(
            self.tr(
                "Each generation mutates the best images so far; a class keeps the child that the "
                "network is surest of. Certainty grows, likeness need not."
            )
        )
        text.setWordWrap(True)
        text.setFixedWidth(_WIDTH)
        text.setMinimumHeight(text.heightForWidth(_WIDTH))
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        theme.set_kind(text, "muted")
        start = QPushButton(self.tr("Evolve"))
        theme.set_kind(start, "primary")
        start.setToolTip(self.tr("Evolves an image for each class, by the recipe at the right"))
        start.clicked.connect(self.start_requested)
        breed = QPushButton(self.tr("Breed by hand"))
        breed.setToolTip(
            self.tr("Shows small random paintings; those that you like have the next children")
        )
        breed.clicked.connect(self.breed_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(start)
        buttons.addWidget(breed)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        column.addLayout(buttons)
        column.addStretch(3)
