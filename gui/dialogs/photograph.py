"""A photograph as a network sees it: its crop, its numbers, and the classes it would be given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

import resources
from engine import images
from engine.catalogue.own import Settings
from engine.jobs import Picture
from gui import theme
from gui.attack_text import probability
from gui.pixels import to_image
from gui.views.choice import Choice
from gui.views.placeholder import paint_placeholder
from gui.views.recipe_parts import tool_button

SAMPLES = Path(resources.__file__).parent / "samples"
FIRST = "cat"
SIDE = 252
_BINS = 64
_ROW = 19
TOP = 5


class Photograph(QWidget):
    """The picture, what it becomes, and what the network makes of it."""

    chosen = Signal(object)  # Path of one of ours
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        title = QLabel(self.tr("As the network sees it"))
        theme.set_kind(title, "title")
        self.crop = _Crop()
        self.numbers = _Histogram()
        self.top = TopClasses()
        self.samples = Choice()
        self.samples.setObjectName("photographChooser")
        self.samples.setAccessibleName(self.tr("Photograph"))
        self.samples.setToolTip(self.tr("What is shown to the network; drop a photograph here"))
        for path in sorted(SAMPLES.glob("*.png")):
            self.samples.addItem(path.stem.replace("-", " ").capitalize(), path)
        self.samples.setCurrentIndex(self.samples.findText(FIRST, Qt.MatchFlag.MatchFixedString))
        choose = tool_button("image", self.tr("Choose…"), self.tr("Takes a photograph of your own"))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.samples, 1)
        row.addWidget(choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self.crop, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        column.addWidget(self.numbers)
        column.addWidget(self.top)
        column.addStretch(1)
        self.samples.activated.connect(self._on_sample)
        choose.clicked.connect(self.file_wanted)
        self._picture: Picture | None = None
        self._settings: Settings | None = None

    @property
    def picture(self) -> Picture | None:
        """What is shown to the network, whole."""
        return self._picture

    def sample(self) -> Path:
        """The file of ours that is chosen."""
        return Path(self.samples.currentData())

    def set_picture(self, picture: Picture, name: str) -> None:
        """A photograph of the person's, or one of ours."""
        self._picture = picture
        if self.samples.findText(name, Qt.MatchFlag.MatchFixedString) < 0:
            if self.samples.itemData(0) is None:
                self.samples.removeItem(0)
            self.samples.insertItem(0, name, None)
            self.samples.setCurrentIndex(0)
        self._show()

    def set_settings(self, settings: Settings | None) -> None:
        """How the network takes it; with ``None`` the last that could be stay."""
        if settings is not None:
            self._settings = settings
            self._show()

    def _show(self) -> None:
        s = self._settings
        if s is None or self._picture is None:
            return
        assert s.input_size and s.resize and s.mean and s.std
        crop = images.crop(self._picture, s.input_size, s.resize, s.interpolation or "bilinear")
        self.crop.set_picture(images.grey(crop) if len(s.mean) == 1 else crop)
        self.numbers.set_values(images.normalized(crop, s.mean, s.std))

    @Slot(int)
    def _on_sample(self, row: int) -> None:
        path = self.samples.itemData(row)
        if path is not None:
            self.chosen.emit(Path(path))


class _Crop(QWidget):
    """The picture itself, its pixels as squares where it is enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(self.tr("The picture as the network sees it"))

    def set_picture(self, picture: Picture) -> None:
        """Shows uint8 (S, S, 3)."""
        self._image = to_image(picture)
        side = self._image.width()
        self.setToolTip(self.tr("{0}×{0} pixels, all that the network gets").format(side))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._image.isNull():
            painter.fillRect(rect, theme.colours().canvas)
            paint_placeholder(
                painter, rect, "", self.tr("Once the network is known"), self.font(), "image"
            )
            return
        small = self._image.width() * self.devicePixelRatioF() > rect.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
        painter.drawImage(rect, self._image)
        painter.setPen(QPen(theme.edge(), 1))
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


class _Histogram(QWidget):
    """How often each value comes in what the network gets, a line a channel, with the ends."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[np.ndarray] = []
        self._ends = (0.0, 1.0)
        self._axis = (-1.0, 1.0)
        self.setFixedHeight(62)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The values that the network gets"))
        self.setToolTip(
            self.tr(
                "The values that the network gets, after the mean was taken off and the rest "
                "divided. Most networks were trained on values around 0, between −3 and 3."
            )
        )

    def set_values(self, values: np.ndarray) -> None:
        """Normalized values (H, W, C)."""
        least, most = float(values.min()), float(values.max())
        self._ends = (least, most)
        self._axis = (min(least, -1.0), max(most, 1.0))
        self._lines = [
            np.histogram(values[..., c], _BINS, self._axis)[0] for c in range(values.shape[2])
        ]
        self.setAccessibleDescription(self._says())
        self.update()

    def _says(self) -> str:
        return self.tr("{0} to {1}").format(_number(self._ends[0]), _number(self._ends[1]))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lines:
            return
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        room = QRectF(0, 2, self.width(), self.height() - metrics.height() - 5)
        base = room.bottom()
        painter.setPen(QPen(c.border, 1))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(room.right(), base + 0.5))
        zero = self._x(0.0, room)
        painter.drawLine(QPointF(zero, room.top()), QPointF(zero, base))
        inks = _inks() if len(self._lines) == 3 else [c.muted]
        # A flat ground would dwarf all else: the second highest column sets the scale.
        top = max(float(np.sort(line)[-2]) for line in self._lines) or 1.0
        for line, ink in zip(self._lines, inks, strict=True):
            points = [
                QPointF((i + 0.5) / _BINS * room.width(),
                        base - min(1.0, n / top) * (room.height() - 1))
                for i, n in enumerate(line)
            ]  # fmt: skip
            fill = QColor(ink)
            fill.setAlphaF(0.16)
            painter.setBrush(fill)
            painter.setPen(QPen(ink, 1.2))
            painter.drawPolygon(
                QPolygonF([QPointF(points[0].x(), base), *points, QPointF(points[-1].x(), base)])
            )
        painter.setPen(c.muted)
        y = self.height() - metrics.descent() - 1
        left, right = _number(self._axis[0]), _number(self._axis[1])
        painter.drawText(QPointF(0, y), left)
        painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(right), y), right)
        text = self.tr("values {0}").format(self._says())
        painter.drawText(QPointF((self.width() - metrics.horizontalAdvance(text)) / 2, y), text)

    def _x(self, value: float, room: QRectF) -> float:
        return (value - self._axis[0]) / (self._axis[1] - self._axis[0]) * room.width()


def _inks() -> list[QColor]:
    """Red, green and blue, to be seen on either ground."""
    names = (
        ("#ff8a8a", "#7fd6a0", "#8fb4ff") if theme.is_dark() else ("#c0392b", "#2d8a56", "#2f63c8")
    )
    return [QColor(name) for name in names]


def _number(value: float) -> str:
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"
    return text.replace("-", "−")


class TopClasses(QWidget):
    """The five most probable classes, a bar each; or a sentence in their place."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, float], ...] = ()
        self._text = ""
        self._wrong = False
        self.setObjectName("topClasses")
        self.setFixedHeight(TOP * _ROW + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the network sees in it"))
        self.setToolTip(
            self.tr("What the network sees in it; the right normalization makes it sure")
        )

    @property
    def rows(self) -> tuple[tuple[str, float], ...]:
        """What is shown."""
        return self._rows

    @property
    def text(self) -> str:
        """The sentence in their place."""
        return self._text

    def set_top(self, top: tuple[tuple[str, float], ...]) -> None:
        """Shows classes with their probabilities."""
        self._rows, self._text = top[:TOP], ""
        self.setAccessibleDescription("; ".join(f"{x}: {probability(p)}" for x, p in self._rows))
        self.update()

    def set_text(self, text: str, *, wrong: bool = False) -> None:
        """A sentence instead."""
        self._rows, self._text, self._wrong = (), text, wrong
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, TOP * _ROW + 2)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            painter.setPen(c.error if self._wrong else c.muted)
            flags = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, self._text)
            return
        metrics = QFontMetricsF(self.font())
        for i, (name, p) in enumerate(self._rows):
            y = i * _ROW
            number = probability(p)
            wide = metrics.horizontalAdvance(number)
            bar = QRectF(0, y + 1, self.width(), _ROW - 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection if i == 0 else c.track)
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), max(3.0, p * bar.width()), bar.height()), 3, 3
            )
            painter.setPen(c.text)
            room = self.width() - wide - 18
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            flags = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(bar.adjusted(6, 0, 0, 0), flags, text)
            painter.setPen(c.text if i == 0 else c.muted)
            painter.drawText(
                bar.adjusted(0, 0, -4, 0), flags | int(Qt.AlignmentFlag.AlignRight), number
            )
