"""The plane: a surface of colour, the points of two classes on it, x̂ with its trail."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.plane import REACH, Floats, Moment, Points
from gui import theme
from gui.views.plane_picture import picture

F, MINUS_H, DIFFERENCE = "f", "-h", "f-h"
_POINT, _GRAB = 5.0, 11.0
_START = -2  # what is dragged: a point's number, or x̂
_NONE = -1
_STEP = 0.05  # of the arrow keys, in the plane


class PlaneView(QWidget):
    """Shows the latest moment. A click puts a point of the chosen class, a drag moves one or x̂,
    a right click takes one away; the keys do the same to the one with the ring."""

    points_changed = Signal(object)  # Points
    start_moved = Signal(object)  # where x̂ is put, (2,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planeView")
        self.setAccessibleName(self.tr("The plane, with points of two classes"))
        self.setToolTip("")
        self.setMinimumSize(240, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._points: Points | None = None
        self._trail: Floats = np.zeros((1, 2))
        self._moment: Moment | None = None
        self._image: QImage | None = None
        self._shown, self._weight, self._label = DIFFERENCE, 1.0, 1
        self._reach = REACH
        self._held = self._chosen = _NONE
        self._message = ""

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    # --- setters

    def set_points(self, points: Points) -> None:
        """The points there are."""
        self._points = points
        if self._chosen >= len(points.labels):
            self._chosen = _NONE
        self.update()

    def set_moment(self, moment: Moment) -> None:
        """f and h as they are now, and x̂."""
        self._moment = moment
        self._trail = moment.climb.trail
        self._reach = moment.surfaces.reach
        self._message = ""
        self._image = None
        self.update()

    def set_message(self, text: str) -> None:
        """Why nothing is learned, over the plane; empty for nothing."""
        self._message = text
        self.update()

    def set_shown(self, surface: str, weight: float) -> None:
        """Which surface is drawn: ``f``, ``-h`` or ``f-h``, h weighed by ``weight``."""
        if (surface, weight) != (self._shown, self._weight):
            self._shown, self._weight = surface, weight
            self._image = None
            self.update()

    def set_label(self, label: int) -> None:
        """The class of the points that a click puts."""
        self._label = label

    # --- painting

    def colours(self) -> tuple[QColor, QColor]:
        """Class 0's and class 1's."""
        c = theme.colours()
        return c.h_curve, c.f_curve

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.fillRect(self.rect(), c.canvas)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = self._area()
        image = self._surface()
        outline = QPainterPath()
        outline.addRoundedRect(area, 8, 8)
        painter.save()
        painter.setClipPath(outline)
        if image is not None:
            painter.drawImage(area, image)
        else:
            painter.fillRect(area, c.surface)
        self._paint_points(painter)
        self._paint_trail(painter)
        painter.restore()
        painter.setPen(QPen(theme.edge(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 8, 8)
        if self._message:
            self._paint_message(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(c.accent, 2))
            painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2), 9, 9)

    def _surface(self) -> QImage | None:
        if self._image is None and self._moment is not None:
            surfaces = self._moment.surfaces
            values = {
                F: surfaces.f,
                MINUS_H: -surfaces.h,
                DIFFERENCE: surfaces.f - self._weight * surfaces.h,
            }[self._shown]
            c = theme.colours()
            low, high = (_mixed(x, c.surface, 0.55) for x in self.colours())
            self._image = picture(values, low, high, c.surface)
        return self._image

    def _paint_points(self, painter: QPainter) -> None:
        if self._points is None:
            return
        c, inks = theme.colours(), self.colours()
        for number, (place, label) in enumerate(
            zip(self._points.places, self._points.labels, strict=True)
        ):
            spot = self._spot(place)
            painter.setPen(QPen(c.surface, 1.4))
            painter.setBrush(inks[int(label)])
            if label:
                painter.drawEllipse(spot, _POINT, _POINT)
            else:  # told apart without colour as well
                half = _POINT * 0.88
                painter.drawRect(QRectF(spot.x() - half, spot.y() - half, 2 * half, 2 * half))
            if number == self._chosen:
                painter.setPen(QPen(c.text, 1.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(spot, _POINT + 4, _POINT + 4)

    def _paint_trail(self, painter: QPainter) -> None:
        c = theme.colours()
        trail = self._trail[:: max(1, len(self._trail) // 800)]
        spots = [self._spot(place) for place in trail]
        spots.append(self._spot(self._trail[-1]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, ink in ((4.0, c.surface), (2.0, c.text)):
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygonF(spots))
        painter.setPen(QPen(c.text, 1.6))
        painter.setBrush(c.surface)
        painter.drawEllipse(spots[0], 4, 4)
        painter.setPen(QPen(c.surface, 2))
        painter.setBrush(c.text)
        painter.drawEllipse(spots[-1], 7, 7)
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        place = spots[-1] + QPointF(11, -8)
        halo = QPainterPath()
        halo.addText(place, font, "x̂")
        painter.strokePath(halo, QPen(c.surface, 4))
        painter.fillPath(halo, c.text)

    def _paint_message(self, painter: QPainter, area: QRectF) -> None:
        c = theme.colours()
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(self._message) + 32
        box = QRectF(area.center().x() - wide / 2, area.center().y() - 20, wide, 40)
        painter.setPen(QPen(c.border, 1))
        painter.setBrush(c.raised)
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(c.text)
        painter.setFont(self.font())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._message)

    # --- places

    def _area(self) -> QRectF:
        side = min(self.width(), self.height()) - 24
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _spot(self, place: Floats) -> QPointF:
        area = self._area()
        x, y = (float(v) / (2 * self._reach) for v in place)
        return QPointF(area.center().x() + x * area.width(), area.center().y() - y * area.height())

    def _place(self, spot: QPointF) -> Floats:
        area = self._area()
        x = (spot.x() - area.center().x()) / area.width()
        y = (area.center().y() - spot.y()) / area.height()
        return np.array([x, y]).clip(-0.5, 0.5) * 2 * self._reach

    def _near(self, spot: QPointF) -> int:
        away = self._spot(self._trail[-1]) - spot
        if away.manhattanLength() <= _GRAB:
            return _START
        if self._points is None or not len(self._points.labels):
            return _NONE
        spots = [self._spot(place) for place in self._points.places]
        distances = [(s - spot).manhattanLength() for s in spots]
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= _GRAB else _NONE

    # --- what the person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._area().contains(event.position()) or self._points is None:
            return
        near = self._near(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            if near >= 0:
                self._remove(near)
        elif event.button() == Qt.MouseButton.LeftButton:
            if near == _NONE:
                near = self._add(self._place(event.position()))
            self._held = near
            self._chosen = max(near, _NONE)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held == _NONE:
            grips = self._near(event.position()) != _NONE
            shape = Qt.CursorShape.OpenHandCursor if grips else Qt.CursorShape.CrossCursor
            inside = self._area().contains(event.position())
            self.setCursor(shape if inside else Qt.CursorShape.ArrowCursor)
            return
        self._move(self._held, self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = _NONE

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-_STEP, 0.0),
            Qt.Key.Key_Right: (_STEP, 0.0),
            Qt.Key.Key_Up: (0.0, _STEP),
            Qt.Key.Key_Down: (0.0, -_STEP),
        }
        points, key = self._points, Qt.Key(event.key())
        if points is None:
            return
        count = len(points.labels)
        if key in (Qt.Key.Key_N, Qt.Key.Key_P) and count:
            self._chosen = (self._chosen + (1 if key == Qt.Key.Key_N else -1)) % count
            self.update()
        elif key in steps and self._chosen >= 0:
            self._move(self._chosen, points.places[self._chosen] + np.array(steps[key]))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen >= 0:
            self._remove(self._chosen)
        elif key == Qt.Key.Key_Insert:
            self._chosen = self._add(np.zeros(2))
        else:
            super().keyPressEvent(event)

    def _add(self, place: Floats) -> int:
        assert self._points is not None
        places = np.concatenate([self._points.places, place[None]])
        labels = np.concatenate([self._points.labels, [self._label]])
        self._tell(Points(places, labels))
        return len(labels) - 1

    def _move(self, what: int, place: Floats) -> None:
        assert self._points is not None
        if what == _START:
            self._trail = place[None]
            self.start_moved.emit(place)
            self.update()
            return
        places = self._points.places.copy()
        places[what] = place
        self._tell(Points(places, self._points.labels))

    def _remove(self, number: int) -> None:
        assert self._points is not None
        keep = np.arange(len(self._points.labels)) != number
        self._chosen = _NONE
        self._tell(Points(self._points.places[keep], self._points.labels[keep]))

    def _tell(self, points: Points) -> None:
        self._points = points
        self.points_changed.emit(points)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._image = None
            self.update()
        super().changeEvent(event)


def _mixed(a: QColor, b: QColor, part: float) -> QColor:
    def of(x: int, y: int) -> int:
        return round(x * part + y * (1 - part))

    return QColor(of(a.red(), b.red()), of(a.green(), b.green()), of(a.blue(), b.blue()))
