"""The selected image's class: before, now and saved, and the five most probable ones as bars."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.attacks.parcels import Top
from gui import theme
from gui.attack_text import probability

_MIDDLE = 15.0  # of the legend: more room over it than under it
_ROW, _BAR, _LEGEND = 36, 3.5, 28
_MARKS = {"fooled": ("check", "error"), "undone": ("warning", "warning")}


class ClassLine(QWidget):
    """A class with its probability, or with a mark and a word in its place."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._says, self._mark, self._strong = "", "", "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_class(self, name: str, says: str, mark: str = "", strong: bool = False) -> None:
        """``mark`` is ``fooled``, ``undone`` or empty; ``strong`` as a wrong class is."""
        self._name, self._says, self._mark, self._strong = name, says, mark, strong
        self.setAccessibleName(f"{name}, {says}" if says else name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(140, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 26)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        mark, ink = _MARKS.get(self._mark, ("", "muted"))
        colour = getattr(c, ink)
        width = QFontMetricsF(self.font()).horizontalAdvance(self._says)
        painter.setPen(colour)
        painter.drawText(rect, middle | int(Qt.AlignmentFlag.AlignRight), self._says)
        right = rect.right() - width - 8
        if mark:
            picture = theme.pixmap(mark, 14, colour, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(right - 10, rect.center().y() - 7), picture)
            right -= 18
        font = self.font()
        if self._strong:
            font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(c.error if self._strong else c.text)
        room = max(right - rect.left(), 0)
        text = QFontMetricsF(font).elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, middle, text)


class ClassBars(QWidget):
    """The most probable classes of the shown iteration, beside what they were at iteration 0."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, float | None, float | None]] = []
        self._now = ""
        self._legend = _LEGEND  # its height; 0 where there is but one image to tell of
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            self.tr(
                "The five most probable classes. The grey bar is the untouched image's; without "
                "one the class was not among its first five."
            )
        )

    def show_tops(self, before: Top, now: Top, iteration: str) -> None:
        """``iteration`` names the shown one in the legend; empty where only iteration 0 is."""
        first, shown = dict(before), dict(now)
        names = list(shown) + [x for x in list(first)[:1] if x not in shown]
        only, known = not iteration, len(self._rows)
        self._rows = [(x, first.get(x), None if only else shown.get(x)) for x in names]
        self._now = iteration
        self.setAccessibleName(self.tr("The most probable classes"))
        self.setAccessibleDescription(
            "; ".join(
                f"{name}: {_says(was)}" if only else f"{name}: {_says(was)} → {_says(p)}"
                for name, was, p in self._rows
            )
        )
        if len(self._rows) != known:
            self.updateGeometry()
        self.update()

    def show_one(self, top: Top) -> None:
        """The classes of one image, without another beside it."""
        self._legend = 0
        self.setToolTip(self.tr("The five most probable classes"))
        self.show_tops((), top, " ")
        self.setAccessibleDescription("; ".join(f"{name}: {_says(p)}" for name, p in top))

    def sizeHint(self) -> QSize:
        return QSize(220, self._legend + self._row * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._legend + self._row * len(self._rows))

    @property
    def _row(self) -> int:
        return _ROW if self._legend else _ROW - 5

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._legend:
            self._paint_legend(painter)
        for i, row in enumerate(self._rows):
            top = self._legend + i * self._row
            self._paint_row(painter, QRectF(0, top, self.width(), self._row), *row)

    def _paint_legend(self, painter: QPainter) -> None:
        c = theme.colours()
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        x = 0.0
        items = [(self.tr("untouched"), c.disabled)]
        if self._now:
            items.append((self._now, c.accent))
        for text, ink in items:
            _bar(painter, QRectF(x, _MIDDLE - _BAR / 2, 12, _BAR), ink)
            painter.setPen(c.muted)
            painter.drawText(QPointF(x + 18, _MIDDLE + metrics.capHeight() / 2), text)
            x += 18 + metrics.horizontalAdvance(text) + 16

    def _paint_row(
        self, painter: QPainter, rect: QRectF, name: str, was: float | None, now: float | None
    ) -> None:
        c = theme.colours()
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        shown = now if self._now else was
        number = _says(shown)
        width = metrics.horizontalAdvance(number)
        baseline = rect.top() + 6 + metrics.ascent()
        painter.setPen(c.muted)
        painter.drawText(QPointF(rect.right() - width, baseline), number)
        painter.setPen(c.text)
        room = rect.width() - width - 12
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(rect.left(), baseline), text)
        y = baseline + metrics.descent() + 2
        values = [(was, c.disabled)] if self._legend else []
        values += [(now, c.accent)] if self._now else []
        for value, ink in values:
            _bar(painter, QRectF(rect.left(), y, rect.width(), _BAR), c.track)
            if value:
                # Never narrower than its own ends are round, or a small p would not be seen.
                wide = max(_BAR, value * rect.width())
                _bar(painter, QRectF(rect.left(), y, wide, _BAR), ink)
            y += _BAR + 1


def _bar(painter: QPainter, rect: QRectF, ink: object) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)


def _says(p: float | None) -> str:
    return "–" if p is None else probability(p)
