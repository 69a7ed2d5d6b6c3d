"""The card beside the pointer on a contact sheet: a unit's picture, name, what is seen in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import theme

PICTURE = 132
_PAD = 8
_WIDEST = 260
_AWAY = 18  # from the pointer


class SheetCard(QWidget):
    """Lies over its parent and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._note = "", ""
        self._image: QImage | None = None
        self._pictured = False
        self.hide()

    def set_unit(self, title: str, note: str, *, pictured: bool) -> None:
        """The unit under the pointer; ``pictured`` where its picture is worth showing larger."""
        if (title, note, pictured) == (self._title, self._note, self._pictured):
            return
        self._title, self._note, self._pictured = title, note, pictured
        self._image = None
        self.resize(self._size())
        self.update()

    def set_image(self, image: QImage | None) -> None:
        """Its picture, once it is there."""
        if image is not self._image:
            self._image = image
            self.update()

    def place(self, at: QPointF) -> None:
        """Beside that place of the parent, inside it."""
        room, size = self._over.size(), self.size()
        x = at.x() + _AWAY
        if x + size.width() > room.width() - 8:
            x = at.x() - _AWAY - size.width()
        y = min(at.y() + _AWAY, room.height() - 8 - size.height())
        self.move(round(max(x, 8.0)), round(max(y, 8.0)))

    def _size(self) -> QSize:
        strong, plain = self._fonts()
        wide = QFontMetricsF(strong).horizontalAdvance(self._title)
        high = QFontMetricsF(strong).height()
        if self._note:
            wide = max(wide, QFontMetricsF(plain).horizontalAdvance(self._note))
            high += QFontMetricsF(plain).height() + 1
        if self._pictured:
            wide, high = max(wide, PICTURE), high + PICTURE + 6
        return QSizeF(min(wide, _WIDEST) + 2 * _PAD + 2, high + 2 * _PAD - 2).toSize()

    def _fonts(self) -> tuple[QFont, QFont]:
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        return strong, self.font()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setBrush(c.raised)
        painter.setPen(QPen(c.border, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        y = float(_PAD)
        if self._pictured:
            place = QRectF((self.width() - PICTURE) / 2, y, PICTURE, PICTURE)
            if self._title:
                place.moveLeft(_PAD)
            outline = QPainterPath()
            outline.addRoundedRect(place, 5, 5)
            painter.save()
            painter.setClipPath(outline)
            painter.fillRect(place, c.canvas)
            if self._image is not None:
                painter.drawImage(place, self._image)
            painter.restore()
            y += PICTURE + 6
        strong, plain = self._fonts()
        side = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        for text, font, colour in ((self._title, strong, c.text), (self._note, plain, c.muted)):
            if text:
                metrics = QFontMetricsF(font)
                room = QRectF(_PAD, y, self.width() - 2 * _PAD, metrics.height())
                painter.setFont(font)
                painter.setPen(colour)
                fits = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, side, fits)
                y += metrics.height() + 1
        painter.end()
