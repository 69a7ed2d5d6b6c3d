"""Under a picture with heat: what its colours stand for, and how the heat looks."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from gui import theme
from gui.attack_text import digits
from gui.colour_maps import NAMES, table
from gui.views.choice import Choice

_BAR = 8.0
_HEIGHT = 22
_GAP = 6


class HeatLegend(QWidget):
    """The colours between their two numbers, a mark at the shown position's, and its number."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._ends = (0.0, 1.0)
        self._value: float | None = None
        self._text = ""
        self._strip = _strip(NAMES[0])

    def set_colours(self, name: str) -> None:
        """A name of ``colour_maps``."""
        self._strip = _strip(name)
        self.update()

    def set_value(self, value: float | None, ends: tuple[float, float], text: str) -> None:
        """A position's number between those of the two ends; ``text`` says where it is."""
        self._value, self._ends, self._text = value, ends, text
        said = "" if value is None else f"{digits(value)} {text}"
        self.setAccessibleName(said)
        self.setToolTip(
            self.tr("The activation at the box: {0}. The colours go from {1} to {2}.").format(
                said, digits(ends[0]), digits(ends[1])
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._value is None:
            return
        c, metrics = theme.colours(), self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, middle = QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter
        low, high = (digits(x) for x in self._ends)
        value = digits(self._value)
        # The number under the pointer has a room of its own, so that the bar does not jump.
        room = max(metrics.horizontalAdvance(x) for x in (value, f"−{high}"))
        where = metrics.horizontalAdvance(f" {self._text}") if self._text else 0
        painter.setPen(c.muted)
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, self._text)
        number = QRectF(rect.right() - where - room, rect.top(), room, rect.height())
        painter.setPen(c.text)
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, value)
        painter.setPen(c.muted)
        painter.drawText(rect, middle, low)
        right = number.left() - 2 * _GAP - metrics.horizontalAdvance(high)
        painter.drawText(QPointF(right + _GAP, rect.center().y() + metrics.capHeight() / 2), high)
        left = rect.left() + metrics.horizontalAdvance(low) + _GAP
        bar = QRectF(left, rect.center().y() - _BAR / 2, right - left, _BAR)
        if bar.width() < 12:
            return
        outline = QPainterPath()
        outline.addRoundedRect(bar, 2, 2)
        painter.setClipPath(outline)
        painter.drawImage(bar, self._strip)
        painter.setClipping(False)
        painter.setPen(theme.edge())
        painter.drawRoundedRect(bar, 2, 2)
        self._paint_mark(painter, bar)

    def _paint_mark(self, painter: QPainter, bar: QRectF) -> None:
        low, high = self._ends
        if self._value is None or not high > low:
            return
        part = min(max((self._value - low) / (high - low), 0.0), 1.0)
        x = bar.left() + part * bar.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().text)
        for y, way in ((bar.top() - 1, -1), (bar.bottom() + 1, 1)):
            points = [QPointF(x, y), QPointF(x - 3.5, y + 5 * way), QPointF(x + 3.5, y + 5 * way)]
            painter.drawPolygon(QPolygonF(points))


class HeatControls(QWidget):
    """Opacity, blended or sharp, colours; ``changed`` tells all three."""

    changed = Signal(float, str, bool)  # 0 … 1, colours, blended

    def __init__(self) -> None:
        super().__init__()
        label = QLabel(self.tr("Heat"))
        theme.set_kind(label, "muted")
        self.opacity = _Slider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setPageStep(10)
        self.opacity.setAccessibleName(self.tr("Opacity of the heat"))
        self.opacity.setToolTip(self.tr("How much of the image the heat covers"))
        label.setBuddy(self.opacity)
        self.blended = QToolButton()
        self.blended.setText(self.tr("Blended"))
        self.blended.setCheckable(True)
        self.blended.setAccessibleName(self.tr("Blended"))
        self.blended.setToolTip(
            self.tr("Numbers between the map's positions are interpolated; off, each is a square")
        )
        theme.set_kind(self.blended, "chip")
        self.blended.setMinimumHeight(24)
        self.colours = Choice()
        self.colours.setAccessibleName(self.tr("Colours of the heat"))
        self.colours.setToolTip(self.tr("The colours from the least to the most"))
        titles = {"inferno": "Inferno", "viridis": "Viridis", "grey": self.tr("Grey")}
        for name in NAMES:
            self.colours.addItem(titles[name], name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.opacity, 1)
        row.addWidget(self.blended)
        row.addWidget(self.colours)
        self.opacity.valueChanged.connect(self._tell)
        self.blended.toggled.connect(self._tell)
        self.colours.activated.connect(self._tell)

    def set_style(self, opacity: float, colours: str, *, blended: bool) -> None:
        """Shows a style; says nothing."""
        for widget in (self.opacity, self.blended, self.colours):
            widget.blockSignals(True)
        self.opacity.setValue(round(100 * opacity))
        self.blended.setChecked(blended)
        self.colours.setCurrentIndex(max(self.colours.findData(colours), 0))
        for widget in (self.opacity, self.blended, self.colours):
            widget.blockSignals(False)

    def style_(self) -> tuple[float, str, bool]:
        """Opacity 0 … 1, the colours' name, whether blended."""
        colours = str(self.colours.currentData())
        return self.opacity.value() / 100, colours, self.blended.isChecked()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(*self.style_())


class _Slider(QSlider):
    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls under the pointer


def _strip(name: str) -> QImage:
    image = QImage(256, 1, QImage.Format.Format_RGB32)
    for i, (r, g, b) in enumerate(table(name).tolist()):
        image.setPixelColor(i, 0, QColor(r, g, b))
    return image
