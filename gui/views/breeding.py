"""Interactive evolution: the person likes images, and these have the next children.

As Picbreeder did (Secretan et al. 2008), with what the network sees in each beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.evolution.sheet import percent
from engine.jobs import Picture
from gui import theme
from gui.pixels import to_image
from gui.views.recipe_parts import tool_button

_PICTURE, _TEXT = 112, 38
_CELL = QSize(_PICTURE + 16, _PICTURE + _TEXT + 12)


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A child to choose: its picture, and what the network sees in it first."""

    picture: Picture
    name: str
    confidence: float


class Breeding(QWidget):
    """A grid of children that are liked with a click; ``bred`` carries the liked ones' places."""

    bred = Signal(object)  # list[int]
    anew = Signal()
    back = Signal()
    attack_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breeding")
        self._children: list[_Cell] = []
        self._waiting = False
        self._says = QLabel()
        theme.set_kind(self._says, "muted")
        self.breed = QPushButton(self.tr("Breed"))
        self.breed.setToolTip(self.tr("Children of the images that you like (B)"))
        self.breed.setShortcut("B")
        theme.set_kind(self.breed, "primary")
        self.breed.clicked.connect(self._breed)
        again = tool_button("dice", self.tr("Others"), self.tr("New random paintings"))
        again.clicked.connect(self.anew)
        leave = tool_button("chevron-left", self.tr("Back"), self.tr("Back to the classes"))
        leave.clicked.connect(self.back)
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 12, 6)
        top.setSpacing(8)
        top.addWidget(leave)
        top.addWidget(self._says, 1)
        top.addWidget(again)
        top.addWidget(self.breed)
        self._grid = _Grid()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(area, 1)
        self._show_state()

    def set_children(self, children: Sequence[Child]) -> None:
        """The next generation to choose from."""
        self._waiting = False
        for old in self._children:
            old.hide()
            old.deleteLater()
        self._children = [_Cell(child, self._grid) for child in children]
        for child in self._children:
            child.toggled.connect(self._show_state)
        self._grid.set_cells(self._children)
        self._show_state()
        if self._children:
            self._children[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_waiting(self) -> None:
        """Children are being made."""
        self._waiting = True
        self._show_state()

    def liked(self) -> list[int]:
        """The places of the liked children."""
        return [i for i, child in enumerate(self._children) if child.isChecked()]

    @Slot()
    def _breed(self) -> None:
        self.bred.emit(self.liked())

    @Slot()
    def _show_state(self) -> None:
        count = len(self.liked())
        self.breed.setEnabled(count > 0 and not self._waiting)
        if self._waiting:
            self._says.setText(self.tr("They breed…"))
        elif count:
            text = self.tr("1 image breeds.") if count == 1 else self.tr("{0} images breed.")
            self._says.setText(text.format(count))
        else:
            self._says.setText(self.tr("Click the images that you like."))


class _Grid(QWidget):
    """As many columns as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: list[QWidget] = []
        self._columns = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(12, 4, 12, 12)
        self._layout.setSpacing(4)

    def set_cells(self, cells: Sequence[QWidget]) -> None:
        self._cells = list(cells)
        self._columns = 0
        self._arrange()
        for cell in self._cells:
            cell.show()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, (self.width() - 24) // (_CELL.width() + 4))
        if columns == self._columns:
            return
        self._columns = columns
        for i, cell in enumerate(self._cells):
            self._layout.addWidget(cell, i // columns, i % columns)
        self._layout.setColumnStretch(columns, 1)
        self._layout.setRowStretch(len(self._cells) // columns + 1, 1)


class _Cell(QAbstractButton):
    """A picture that is liked or not; Return and Space as well as a click."""

    def __init__(self, child: Child, parent: QWidget) -> None:
        super().__init__(parent)
        self._image: QImage = to_image(child.picture)
        self._name, self._says = child.name, percent(child.confidence)
        self.setCheckable(True)
        self.setFixedSize(_CELL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{child.name}, {self._says}")
        self.setToolTip(
            self.tr("The network sees: {0}, {1}. Click to like it.").format(child.name, self._says)
        )
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection if self.isChecked() else c.hover)
            painter.drawRoundedRect(rect, 8, 8)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(c.accent, 2 if self.isChecked() else 1))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        place = QRectF((rect.width() - _PICTURE) / 2, 8, _PICTURE, _PICTURE)
        outline = QPainterPath()
        outline.addRoundedRect(place, 6, 6)
        painter.save()
        painter.setClipPath(outline)
        smooth = self._image.width() >= _PICTURE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self._image)
        painter.restore()
        painter.setPen(QPen(theme.edge(), 1))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self.isChecked():
            mark = theme.pixmap("check", 16, c.accent_text, self.devicePixelRatioF())
            spot = QRectF(place.right() - 24, place.top() + 4, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.accent)
            painter.drawEllipse(spot)
            painter.drawPixmap(QPointF(spot.left() + 2, spot.top() + 2), mark)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        line = QRectF(4, place.bottom() + 4, rect.width() - 8, 16)
        painter.setPen(c.text)
        text = painter.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(c.muted)
        line.translate(0, 15)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._says)
