"""What a view shows while it is empty: a mark, a title, a sentence what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme

_MARK = 56
_WIDTH = 360.0


def paint_placeholder(
    painter: QPainter, rect: QRectF, title: str, text: str, font: QFont, mark: str = "mark"
) -> None:
    """Draws it in the middle of ``rect``; without a title and a text it draws nothing."""
    if not title and not text:
        return
    c = theme.colours()
    large = QFont(font)
    large.setPointSizeF(font.pointSizeF() * 1.25)
    large.setWeight(QFont.Weight.DemiBold)
    width = min(_WIDTH, rect.width() - 32)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    flags |= int(Qt.TextFlag.TextWordWrap)
    room = QRectF(0, 0, width, 10_000)
    heading = QFontMetricsF(large).boundingRect(room, flags, title).height() if title else 0.0
    body = QFontMetricsF(font).boundingRect(room, flags, text).height() if text else 0.0
    with_mark = rect.height() > heading + body + _MARK + 64
    height = heading + body + 8 + (_MARK + 20 if with_mark else 0)
    x, y = rect.center().x() - width / 2, rect.center().y() - height / 2
    if with_mark:
        ratio = painter.device().devicePixelRatioF()
        picture = theme.pixmap(mark, _MARK, c.disabled, ratio)
        painter.drawPixmap(QPointF(rect.center().x() - _MARK / 2, y), picture)
        y += _MARK + 20
    painter.setFont(large)
    painter.setPen(c.text)
    painter.drawText(QRectF(x, y, width, heading), flags, title)
    painter.setFont(font)
    painter.setPen(c.muted)
    painter.drawText(QRectF(x, y + heading + 8, width, body), flags, text)


class Placeholder(QWidget):
    """A widget of nothing else, for the empty side of a stack."""

    def __init__(self, title: str, text: str, mark: str = "image") -> None:
        super().__init__()
        self._title, self._text, self._mark = title, text, mark
        self.setAccessibleName(f"{title}. {text}")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_placeholder(painter, rect, self._title, self._text, self.font(), self._mark)
        painter.end()
