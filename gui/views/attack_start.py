"""What stands on the Adversarial page before there are images: what to do, and samples to do it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import resources
from gui import theme

SAMPLES = Path(resources.__file__).parent / "samples"
_THUMB = 72
_CELL = _THUMB + 16


class AttackStart(QScrollArea):
    """One click takes a sample, or all of them."""

    open_requested = Signal()
    sample_chosen = Signal(object)  # Path
    samples_chosen = Signal(object)  # list[Path]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attackStart")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        title = QLabel(self.tr("Drop photographs here"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        title.setFont(font)
        theme.set_kind(title, "title")
        text = QLabel(
            self.tr(
                "Files, a folder, an image from a browser, or one that you paste.\n"
                "Start changes it, too little to be seen, until the network sees something else."
            )
        )
        text.setWordWrap(True)
        text.setMaximumWidth(560)
        theme.set_kind(text, "muted")
        self._open = QPushButton(self.tr("Open images…"))
        theme.set_kind(self._open, "primary")
        self._open.setToolTip(self.tr("Chooses image files from this computer"))
        self._open.clicked.connect(self.open_requested)
        self.samples = sorted(SAMPLES.glob("*.png"))
        self._thumbs = [self._thumb(path) for path in self.samples]
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        hint = QLabel(self.tr("Or begin with a drawing"))
        theme.set_kind(hint, "muted")
        self._all = QPushButton(self.tr("All of them"))
        self._all.setToolTip(self.tr("Takes the {0} drawings at once").format(len(self.samples)))
        self._all.clicked.connect(lambda: self.samples_chosen.emit(list(self.samples)))
        for part in (hint, self._all):
            part.setVisible(bool(self.samples))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(title, 0, middle)
        row = QHBoxLayout()
        row.addStretch(1)
        text.setAlignment(middle)
        row.addWidget(text, 8)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self._open, 0, middle)
        column.addSpacing(24)
        column.addWidget(hint, 0, middle)
        rows = QHBoxLayout()
        rows.addStretch(1)
        rows.addLayout(self._grid)
        rows.addStretch(1)
        column.addLayout(rows)
        column.addSpacing(4)
        column.addWidget(self._all, 0, middle)
        column.addStretch(3)
        self.setWidget(inner)
        self._across = 0
        self._lay(6)
        self.setFocusProxy(self._open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - 48
        self._lay(next((n for n in (12, 6, 4, 3) if n * (_CELL + 4) <= room), 2))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        super().changeEvent(event)

    def _lay(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for number, button in enumerate(self._thumbs):
            self._grid.addWidget(button, number // across, number % across)

    def _thumb(self, path: Path) -> QToolButton:
        name = path.stem.replace("-", " ")
        button = QToolButton()
        picture = QPixmap(str(path))
        if not picture.isNull():
            side = round(_THUMB * self.devicePixelRatioF())
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            button.setIcon(QIcon(picture))
        button.setIconSize(QSize(_THUMB, _THUMB))
        button.setFixedSize(_CELL, _CELL)
        tip = self.tr("Takes the drawing of: {0}").format(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: self.sample_chosen.emit(path))
        return button
