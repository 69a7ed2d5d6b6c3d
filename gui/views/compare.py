"""Two kept runs side by side, with the values in which their recipes differ."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.parcels import AttackRun
from engine.jobs import Run
from gui import theme
from gui.pixels import to_image
from gui.views.compare_side import NOTHING, Side, side_of


class CompareDialog(QDialog):
    """Shows the results of two runs and what tells them apart."""

    def __init__(
        self, first: Run | AttackRun, second: Run | AttackRun, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare runs"))
        self.resize(820, 640)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(0, 1)
        sides = side_of(first), side_of(second)
        for column, side in enumerate(sides, 1):
            grid.addWidget(_Picture(side), 0, column)
            title = QLabel(side.title)
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            theme.set_kind(title, "title")
            grid.addWidget(title, 1, column)
        grid.setRowMinimumHeight(2, 8)
        for row, (name, values) in enumerate(facts(*sides).items(), 3):
            label = QLabel(name)
            theme.set_kind(label, "muted")
            grid.addWidget(label, row, 0)
            for column, text in enumerate(values, 1):
                value = QLabel(text)
                value.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                value.setWordWrap(True)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(value, row, column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 24, 24, 16)
        column_layout.setSpacing(16)
        column_layout.addLayout(grid, 1)
        column_layout.addWidget(buttons)


def facts(first: Side, second: Side) -> dict[str, tuple[str, str]]:
    """The captions, by name: what is always said, and every value that is not the same."""
    found = {
        name: (first.facts.get(name, NOTHING), second.facts.get(name, NOTHING))
        for name in {**first.facts, **second.facts}
    }
    for name in {**first.values, **second.values}:
        both = first.values.get(name, NOTHING), second.values.get(name, NOTHING)
        if both[0] != both[1]:
            found[name] = both
    return found


class _Picture(QWidget):
    """A run's result as large as there is room, its pixels sharp when enlarged."""

    def __init__(self, side: Side) -> None:
        super().__init__()
        result = side.picture
        self._image: QImage | None = None if result is None else to_image(result)
        self.setAccessibleName(side.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is None:
            painter.setPen(theme.colours().muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("no picture kept"))
            return
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        reduced = size.width() * self.devicePixelRatioF() < self._image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        painter.drawImage(place, self._image)
