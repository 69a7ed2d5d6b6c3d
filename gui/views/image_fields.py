"""The recipe's fields that are about the image: its size, the seed, what it starts from."""

from __future__ import annotations

import secrets

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegularExpressionValidator,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from engine.jobs import Picture
from gui import theme
from gui.pixels import thumbnail
from gui.views.fields import make_bare

_OWN = 7  # one less than the smallest size: the network's own
_STEP = 8
_THUMB = 26


class SizeField(QSpinBox):
    """The image's side; below the smallest it is the network's own."""

    changed = Signal(object)  # int, or None for the network's own

    def __init__(self) -> None:
        super().__init__()
        self._network = 0
        self.setRange(_OWN, 4096)
        self.setSingleStep(_STEP)
        self.setSuffix(self.tr(" px"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        make_bare(self)
        self.set_network_size(0)
        self.valueChanged.connect(self._changed)

    def set_network_size(self, side: int) -> None:
        """What the network's own size is; 0 where no network is there."""
        self._network = side
        own = self.tr("network's own")
        self.setSpecialValueText(f"{own} · {side} px" if side else own)

    def size_value(self) -> int | None:
        """The size as the recipe writes it."""
        return None if self.value() == _OWN else self.value()

    def set_size_value(self, size: int | None) -> None:
        """Shows a size; says nothing."""
        self.blockSignals(True)
        self.setValue(_OWN if size is None else size)
        self.blockSignals(False)

    def stepBy(self, steps: int) -> None:
        if self.value() == _OWN:
            self.setValue((self._network or 224) + steps * _STEP)
        else:
            self.setValue(max(8, self.value() + steps * _STEP))

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls

    @Slot()
    def _changed(self) -> None:
        self.changed.emit(self.size_value())


class SeedField(QWidget):
    """A whole number, and a die that throws another."""

    changed = Signal(object)  # int: a seed may be longer than a C int

    def __init__(self) -> None:
        super().__init__()
        self.edit = QLineEdit("0")
        make_bare(self.edit)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setValidator(QRegularExpressionValidator(r"\d{1,18}", self.edit))
        self.dice = QToolButton()
        theme.set_icon(self.dice, "dice")
        self.dice.setIconSize(QSize(18, 18))
        self.dice.setToolTip(self.tr("Another seed: another picture of the same unit"))
        self.dice.setAccessibleName(self.tr("Another seed"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addWidget(self.dice)
        self.setFocusProxy(self.edit)
        self.edit.editingFinished.connect(self._edited)
        self.dice.clicked.connect(self._throw)
        self._value = 0

    def value(self) -> int:
        """The seed."""
        return self._value

    def set_value(self, seed: int) -> None:
        """Shows a seed; says nothing."""
        self._value = seed
        self.edit.setText(str(seed))

    @Slot()
    def _edited(self) -> None:
        seed = int(self.edit.text() or self._value)
        if seed != self._value:
            self._value = seed
            self.changed.emit(seed)

    @Slot()
    def _throw(self) -> None:
        self.set_value(secrets.randbelow(10_000))
        self.changed.emit(self._value)


class StartField(QWidget):
    """Noise, or the picture of the image that the run starts from, which can be taken away."""

    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._thumb = _Thumb()
        self._name = ElidedLabel()
        self._remove = QToolButton()
        theme.set_icon(self._remove, "close", "muted")
        self._remove.setToolTip(self.tr("Start from noise again"))
        self._remove.setAccessibleName(self.tr("Take the starting image away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._thumb)
        row.addWidget(self._name, 1)
        row.addWidget(self._remove)
        self._remove.clicked.connect(self.removed)
        self.set_start(None, "")

    def set_start(self, picture: Picture | None, name: str) -> None:
        """Shows what the next run starts from."""
        there = picture is not None
        self._thumb.image = None if picture is None else thumbnail(picture, 2 * _THUMB)
        self._thumb.setVisible(there)
        self._thumb.update()
        self._remove.setVisible(there)
        shown = name or self.tr("an image")
        self._name.set_text(shown if there else self.tr("noise, or drop an image"))
        theme.set_kind(self._name, "" if there else "muted")


class ElidedLabel(QLabel):
    """A line of text that ends in … where there is no room; the whole is in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Shows a text."""
        self._whole = text
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width(), 1)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))


class _Thumb(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setFixedSize(_THUMB, _THUMB)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 5, 5)
        painter.setClipPath(outline)
        painter.drawImage(QRectF(self.rect()), self.image)
        painter.setClipping(False)
        painter.setPen(QPen(theme.colours().border, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
