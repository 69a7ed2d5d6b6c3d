"""Between the engine's pictures, uint8 (H, W, 3), and Qt's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from engine.jobs import Picture


def to_image(picture: Picture) -> QImage:
    """A QImage with its own copy of the pixels."""
    pixels = np.ascontiguousarray(picture)
    height, width = pixels.shape[:2]
    # Without the copy the QImage would look into numpy's memory after it is gone.
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def argb_image(pixels: NDArray[np.uint32]) -> QImage:
    """Premultiplied ARGB, uint32 (H, W), as a QImage with its own copy of the pixels."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    premultiplied = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, premultiplied).copy()


def to_picture(image: QImage) -> Picture:
    """The pixels of a QImage, what is transparent in it over white."""
    if image.hasAlphaChannel():
        flat = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
        flat.fill(Qt.GlobalColor.white)
        painter = QPainter(flat)
        painter.drawImage(0, 0, image)
        painter.end()
        image = flat
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def thumbnail(picture: Picture, side: int) -> QImage:
    """A square picture of ``side`` pixels, the middle of a longer one."""
    image = to_image(picture)
    image = image.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (image.width() - side) // 2, (image.height() - side) // 2
    return image.copy(left, top, side, side)


def square(picture: Picture, side: int) -> Picture:
    """A square picture, uint8 (side, side, 3): averaged where it is reduced."""
    height, width = picture.shape[:2]
    if height == width == side:
        return picture
    if height == width and height % side == 0:  # whole blocks: ten times as fast as Qt's way
        factor = height // side
        rows = picture.reshape(side, factor, side, factor, 3)
        mean: Picture = rows.mean(axis=(1, 3), dtype=np.float32).astype(np.uint8)
        return mean
    return to_picture(thumbnail(picture, side))
