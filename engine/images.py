"""Between files and pictures: uint8 (H, W, 3), whatever a file holds. No torch, no Qt."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.jobs import Picture

MAX_PIXELS = 200_000_000  # a 12,000 × 9,000 scan is half of it; 0.6 GB as RGB
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue, in grey
MAX_SIDE = 4096  # larger ones are reduced on reading: no network sees more
SUFFIXES = frozenset(Image.registered_extensions()) - {".pdf", ".ps", ".eps", ".mpg", ".mpeg"}


class ImageError(Exception):
    """A file that gives no picture; the message says which and why."""


def read(source: Path | str | bytes, name: str = "The image", background: str = "white") -> Picture:
    """The picture of a file or of a file's bytes, upright, in RGB.

    EXIF rotation is applied, transparency laid on ``background`` (a colour's name), 16 bits scaled
    to 8, CMYK, grey and palettes converted, an animation's first frame taken, a side above 4096
    pixels reduced.

    Raises:
        ImageError: no image, a damaged or cut-off one, one that is empty or too large.
    """
    name = Path(source).name if isinstance(source, Path | str) else name
    try:
        with warnings.catch_warnings():
            # The size is checked below, with a sentence of our own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
                if image.format in ("PDF", "EPS", "PS"):
                    raise ImageError(f"{name} is no image but a document.")
                if image.width * image.height > MAX_PIXELS:
                    size = f"{image.width:,}×{image.height:,}"
                    raise ImageError(f"{name} has {size} pixels, too many: reduce it first.")
                image.draft("RGB", (MAX_SIDE, MAX_SIDE))
                image.seek(0)
                image.load()
                return _picture(image, background)
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} has too many pixels: reduce it first.") from error
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {name}.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder, not an image.") from error
    except PermissionError as error:
        raise ImageError(f"{name} may not be read: check its permissions.") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is no image that can be read.") from error
    except Exception as error:  # Pillow's decoders raise whatever a damaged file leads them to
        raise ImageError(f"{name} is damaged or cut off and cannot be read.") from error


def _picture(image: Image.Image, background: str) -> Picture:
    image = ImageOps.exif_transpose(image)
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE))
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, dtype=np.float64)
        # 16-bit files use the whole range; "I" and "F" may hold any, so their own is taken.
        top = 65535.0 if image.mode != "F" else max(float(np.nanmax(values)), 1e-12)
        grey = np.clip(np.nan_to_num(values) / top * 255 + 0.5, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, background)
        image = Image.alpha_composite(ground, image)
    return np.array(image.convert("RGB"))


def crop(picture: Picture, size: int, resize: int, interpolation: str = "bilinear") -> Picture:
    """What a network sees of a picture (H, W, 3): uint8 (size, size, 3), as torchvision does it.

    The shorter side is brought to ``resize``, then the middle is taken.
    """
    image = Image.fromarray(picture)
    width, height = image.size
    short = min(width, height)
    # torchvision truncates the longer side; the same pixels must come out here.
    scaled = (int(resize * width / short), int(resize * height / short))
    filters = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
    resample = filters.get(interpolation, Image.Resampling.BILINEAR)
    image = image.resize(scaled, resample) if scaled != image.size else image
    left, top = round((scaled[0] - size) / 2), round((scaled[1] - size) / 2)
    return np.array(image.crop((left, top, left + size, top + size)))


def normalized(
    picture: Picture, mean: tuple[float, ...], std: tuple[float, ...]
) -> NDArray[np.float32]:
    """A crop (H, W, 3) in the network's own space, (H, W, C): as ``Preprocessing.normalize``.

    For the eye: the network itself is given torch's. One mean is a grey image's.
    """
    pixels = picture.astype(np.float32) / 255
    if len(mean) == 1:
        pixels = (pixels @ np.array(LUMINANCE, np.float32))[..., None]
    pixels = (pixels - np.array(mean, np.float32)) / np.array(std, np.float32)
    return pixels.astype(np.float32, copy=False)


def grey(picture: Picture) -> Picture:
    """A picture (H, W, 3) without its colours, as networks of one channel see it."""
    levels = picture.astype(np.float32) @ np.array(LUMINANCE, np.float32)
    return np.repeat((levels + 0.5).astype(np.uint8)[..., None], 3, axis=2)


def repeat_of(path: Path | str) -> dict[str, Any] | None:
    """What a PNG of this program says about its run (``describe``), ``None`` for others."""
    try:
        with Image.open(path) as image:
            text = getattr(image, "text", {}).get("unitscope")
        document = json.loads(text) if text else None
    except Exception:  # any file may be dropped; one that says nothing is no error
        return None
    if not isinstance(document, dict) or not {"network", "recipe"} <= document.keys():
        return None
    return document if "unit" in document or document.get("method") == "attack" else None
