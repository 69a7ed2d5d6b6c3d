"""Classes with how many samples became each, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

ROWS = 8  # the rest are counted together
_ROW = 28


class Histogram(QWidget):
    """A bar a class, the most frequent first; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, int]] = []
        self._rest = ""
        self._counts: list[tuple[str, int]] = []
        self.setAccessibleName(self.tr("The classes that the changed images became"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_counts(self, counts: Sequence[tuple[str, int]]) -> None:
        """Shows classes with their numbers, given the most frequent first."""
        counts = list(counts)
        if counts == self._counts:
            return
        self._counts = counts
        # One class more than there are rows takes the line that would count it.
        shown = ROWS if len(counts) > ROWS + 1 else len(counts)
        self._rows, rest = counts[:shown], counts[shown:]
        self._rest = (
            self.tr("{0} other classes: {1}").format(len(rest), sum(n for _name, n in rest))
            if rest
            else ""
        )
        lines = [f"{name}: {number}" for name, number in counts]
        self.setToolTip("\n".join(lines[:40]))
        self.setAccessibleDescription("; ".join(lines))
        self.setVisible(bool(counts))
        self.updateGeometry()
        self.update()

    def shown(self) -> list[tuple[str, int]]:
        """The classes with a bar of their own."""
        return list(self._rows)

    def sizeHint(self) -> QSize:
        return QSize(220, _ROW * len(self._rows) + (20 if self._rest else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        most = max((number for _name, number in self._rows), default=1)
        width = float(self.width())
        for i, (name, number) in enumerate(self._rows):
            baseline = i * _ROW + 2 + metrics.ascent()
            text = self.locale().toString(number)
            taken = metrics.horizontalAdvance(text)
            painter.setPen(c.muted)
            painter.drawText(QPointF(width - taken, baseline), text)
            painter.setPen(c.text)
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width - taken - 12)
            painter.drawText(QPointF(0, baseline), elided)
            bar = QRectF(0, baseline + metrics.descent() + 2, max(4, width * number / most), 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.error)
            painter.drawRoundedRect(bar, 2, 2)
        if self._rest:
            painter.setPen(c.muted)
            painter.drawText(QPointF(0, len(self._rows) * _ROW + 4 + metrics.ascent()), self._rest)
