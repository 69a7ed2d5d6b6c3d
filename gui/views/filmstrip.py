"""A champion's ancestry: from noise on the left, picture by picture, to itself on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QWidget

from engine.evolution.parcels import Ancestor
from engine.evolution.sheet import percent
from gui import theme
from gui.pixels import thumbnail

_SIDE, _GAP, _LINE = 48, 6, 18


class Filmstrip(QScrollArea):
    """Pictures in a row with their generations; those thinned out are left out of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film = _Film()
        self.setWidget(self._film)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Ancestry, from the first generation on"))
        self.viewport().setAutoFillBackground(False)
        self._film.setAutoFillBackground(False)
        self._at_end = True
        self.horizontalScrollBar().rangeChanged.connect(self._show_end)
        self.horizontalScrollBar().sliderPressed.connect(self._let_go)

    def set_ancestors(self, ancestors: Sequence[Ancestor], names: dict[int, str]) -> None:
        """Shows a chain, the first generation's first; ``names`` are the classes'."""
        shown = [x for x in ancestors if x.picture is not None]
        self._film.set_frames(
            [
                (
                    thumbnail(
                        x.picture,
                        2 * _SIDE if x.picture.shape[0] >= 2 * _SIDE else x.picture.shape[0],
                    ),
                    f"{x.generation:,}",
                    self.tr("Generation {0}: {1}, {2}").format(
                        f"{x.generation:,}",
                        names.get(x.index, str(x.index)),
                        percent(x.confidence),
                    ),
                )
                for x in shown
                if x.picture is not None
            ]
        )
        self._film.adjustSize()
        self._at_end = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_end(0, 0)

    @Slot()
    def _let_go(self) -> None:
        self._at_end = False

    @Slot(int, int)
    def _show_end(self, _least: int, _most: int) -> None:
        if self._at_end:  # the nearest to the champion is what is looked for
            bar = self.horizontalScrollBar()
            bar.setValue(bar.maximum())

    def sizeHint(self) -> QSize:
        return QSize(240, _SIDE + _LINE + 16)

    minimumSizeHint = sizeHint

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        turned = event.angleDelta().x() or event.angleDelta().y()
        pixels = event.pixelDelta().x() or event.pixelDelta().y()
        if bar.maximum() == 0:
            event.ignore()  # the panel scrolls
            return
        self._let_go()
        bar.setValue(bar.value() - (pixels or turned * (_SIDE + _GAP) // 120))
        event.accept()


class _Film(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._frames: list[tuple[QImage, str, str]] = []

    def set_frames(self, frames: list[tuple[QImage, str, str]]) -> None:
        self._frames = frames
        self.setAccessibleDescription("; ".join(says for _, _, says in frames[-8:]))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(1, len(self._frames) * (_SIDE + _GAP) - _GAP), _SIDE + _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.82)
        painter.setFont(small)
        first = max(0, event.rect().left() // (_SIDE + _GAP))
        last = event.rect().right() // (_SIDE + _GAP) + 1
        for i, (image, text, _says) in enumerate(self._frames[first:last], first):
            place = QRectF(i * (_SIDE + _GAP), 0, _SIDE, _SIDE)
            outline = QPainterPath()
            outline.addRoundedRect(place, 4, 4)
            painter.save()
            painter.setClipPath(outline)
            smooth = image.width() >= _SIDE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(place, image)
            painter.restore()
            painter.setPen(QPen(theme.edge(), 1))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(c.muted)
            line = QRectF(place.left(), place.bottom(), _SIDE, _LINE)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def event(self, event: QEvent) -> bool:
        """What an ancestor was good at, as its tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = event.pos().x() // (_SIDE + _GAP)
            if 0 <= at < len(self._frames):
                QToolTip.showText(event.globalPos(), self._frames[at][2], self)
                return True
        return super().event(event)
