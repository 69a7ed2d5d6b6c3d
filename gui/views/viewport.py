"""Where a picture lies in a widget: scale and place, as plain arithmetic."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF

MARGIN = 12.0  # around a picture that fits
LARGEST = 64.0  # physical pixels of the screen to a pixel of the picture
SMALLEST = 24.0  # the longer side of a picture that was made small


class Viewport:
    """Scale and place of a picture in a widget.

    ``scale`` is device-independent pixels to a pixel of the picture. A picture smaller than the
    widget is kept in the middle; a larger one cannot be moved away from it.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self.fits = True
        self._middle = QPointF()  # of the widget, in the picture's pixels
        self._size = QSizeF(1, 1)
        self._image = QSizeF()

    def set_size(self, size: QSize) -> None:
        """The widget's size; a picture that fits still fits."""
        self._size = QSizeF(max(1, size.width()), max(1, size.height()))
        self._settle()

    def set_image_size(self, size: QSize) -> bool:
        """The picture's size; says whether it is a new one, which then fits."""
        if QSizeF(size) == self._image:
            return False
        self._image = QSizeF(size)
        self.fit()
        return True

    def fit(self) -> None:
        """The whole picture, as large as possible."""
        self.fits = True
        self._settle()

    def zoom_to(self, scale: float) -> None:
        """This scale, about the middle."""
        self.fits = False
        self.scale = scale
        self._settle()

    def zoom_by(self, factor: float, at: QPointF | None, ratio: float) -> None:
        """Enlarges; what lies under ``at`` stays there. ``ratio`` is the screen's pixel ratio."""
        if self._image.isEmpty() or factor <= 0:
            return
        at = at if at is not None else self._centre()
        under = self._to_image(at)
        longest = max(self._image.width(), self._image.height())
        smallest = min(SMALLEST / longest, 1 / ratio)
        self.scale = min(max(self.scale * factor, smallest), LARGEST / ratio)
        self.fits = False
        self._middle = under - (at - self._centre()) / self.scale
        self._settle()

    def pan(self, way: QPointF) -> None:
        """Moves the picture by so many device-independent pixels."""
        self._middle -= way / self.scale
        self._settle()

    def can_pan(self) -> bool:
        """Whether the picture is larger than the widget."""
        return any(self._room(*sides) < 0 for sides in self._sides())

    def target(self, ratio: float) -> QRectF:
        """The picture's rectangle in the widget, on whole physical pixels."""
        left_top = self._centre() - self._middle * self.scale
        size = self._image * self.scale

        def snap(value: float) -> float:
            return round(value * ratio) / ratio

        left, top = snap(left_top.x()), snap(left_top.y())
        right, bottom = snap(left_top.x() + size.width()), snap(left_top.y() + size.height())
        return QRectF(left, top, max(right - left, 1 / ratio), max(bottom - top, 1 / ratio))

    def pixel_at(self, point: QPointF) -> QPoint | None:
        """The picture's pixel under a point of the widget."""
        place = self._to_image(point)
        inside = 0 <= place.x() < self._image.width() and 0 <= place.y() < self._image.height()
        return QPoint(int(place.x()), int(place.y())) if inside else None

    def _centre(self) -> QPointF:
        return QPointF(self._size.width() / 2, self._size.height() / 2)

    def _to_image(self, point: QPointF) -> QPointF:
        return self._middle + (point - self._centre()) / self.scale

    def _sides(self) -> tuple[tuple[float, float], tuple[float, float]]:
        return (
            (self._size.width(), self._image.width()),
            (self._size.height(), self._image.height()),
        )

    def _room(self, widget: float, image: float) -> float:
        return widget - image * self.scale

    def _settle(self) -> None:
        if self._image.isEmpty():
            return
        if self.fits:
            self.scale = min(max(w - 2 * MARGIN, 1) / i for w, i in self._sides())
        horizontal, vertical = self._sides()
        self._middle = QPointF(
            self._held(self._middle.x(), *horizontal), self._held(self._middle.y(), *vertical)
        )

    def _held(self, middle: float, widget: float, image: float) -> float:
        if self.fits or self._room(widget, image) >= 0:
            return image / 2
        half = widget / 2 / self.scale
        edge = MARGIN / self.scale
        return min(max(middle, half - edge), image - half + edge)
