"""An atlas's pictures as bytes and back: the picture, its thumbnail, its dot. No torch, no Qt.

JPEG with full colour at every pixel. These pictures are fine coloured texture: on SqueezeNet's, 224
pixels, WebP of the same size (it halves the colours' resolution) comes 3 to 4 dB further from
the pixels, and takes twenty times as long to write.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.jobs import Picture

QUALITY = 88  # 24 KB for a picture of 224 pixels, 36 to 38 dB
THUMBNAIL = 64
THUMBNAIL_QUALITY = 85
DOT = 8


def encoded(picture: Picture, quality: int = QUALITY) -> bytes:
    """A picture, uint8 (H, W, 3), as a JPEG file's bytes."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling=0, optimize=True)
    return file.getvalue()


def decoded(data: bytes | None) -> Picture | None:
    """The picture that ``encoded`` wrote; ``None`` where there are no bytes, or damaged ones."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image.convert("RGB"))
    except Exception:  # Pillow's decoders raise whatever a damaged file leads them to
        return None


def reduced(picture: Picture, side: int) -> Picture:
    """A picture, uint8 (H, W, 3), with at most that side, each pixel the mean of what it covers."""
    longest = max(picture.shape[:2])
    if longest <= side:
        return picture
    height, width = (max(1, round(x * side / longest)) for x in picture.shape[:2])
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BOX)
    return np.asarray(image)


def dot(picture: Picture) -> bytes:
    """The picture as 8×8 pixels, their raw bytes: what is left of it in a very small cell."""
    image = Image.fromarray(picture).resize((DOT, DOT), Image.Resampling.BOX)
    return image.tobytes()


def dots(rows: list[bytes]) -> NDArray[np.uint8]:
    """Many dots at once: uint8 (N, 8, 8, 3)."""
    return np.frombuffer(b"".join(rows), np.uint8).reshape(-1, DOT, DOT, 3)
