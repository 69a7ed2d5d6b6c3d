"""Whatever a file holds: the right picture, or a sentence."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.images import MAX_SIDE, ImageError, read, repeat_of

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def four_corners(side: int = 32) -> Image.Image:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (side, side))
    half = side // 2
    for place, colour in (((0, 0), RED), ((half, 0), GREEN), ((0, half), BLUE)):
        image.paste(colour, (*place, place[0] + half, place[1] + half))
    image.paste(WHITE, (half, half, side, side))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corners(picture: np.ndarray[Any, Any]) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, by rows."""
    height, width = picture.shape[:2]
    places = [(1, 1), (1, 3), (3, 1), (3, 3)]
    return [tuple(int(v) for v in picture[height * i // 4, width * j // 4]) for i, j in places]


def close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], by: int = 0) -> bool:
    return bool(np.abs(np.array(found) - np.array(wanted)).max() <= by)


ALL = [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "PPM", "WEBP", "TGA"])
def test_formats(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture.any"
    path.write_bytes(saved(four_corners(), kind, **({"lossless": True} if kind == "WEBP" else {})))
    picture = read(path)
    assert picture.dtype == np.uint8 and picture.shape == (32, 32, 3)
    assert corners(picture) == ALL
    assert np.array_equal(read(str(path)), picture)
    assert np.array_equal(read(path.read_bytes()), picture)


@pytest.mark.parametrize(
    ("orientation", "wanted"),
    [
        (1, ALL),
        (2, [GREEN, RED, WHITE, BLUE]),  # mirrored
        (3, [WHITE, BLUE, GREEN, RED]),  # upside down
        (6, [BLUE, RED, WHITE, GREEN]),  # a quarter turn clockwise brings it upright
        (8, [GREEN, WHITE, RED, BLUE]),
    ],
)
def test_exif_rotation(orientation: int, wanted: list[tuple[int, ...]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert corners(read(saved(four_corners(), "PNG", exif=exif))) == wanted
    jpeg = saved(four_corners(), "JPEG", exif=exif, quality=95, subsampling=0)
    assert close(corners(read(jpeg)), wanted, 3)


def test_cmyk() -> None:
    jpeg = saved(four_corners().convert("CMYK"), "JPEG", quality=95)
    assert close(corners(read(jpeg)), ALL, 4)
    assert close(corners(read(saved(four_corners().convert("CMYK"), "TIFF"))), ALL, 1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits(kind: str) -> None:
    values = np.array([[0, 128], [32768, 65535]], dtype=np.uint16).repeat(8, 0).repeat(8, 1)
    picture = read(saved(Image.fromarray(values), kind))
    assert corners(picture) == [(0,) * 3, (0,) * 3, (128,) * 3, (255,) * 3]


def test_sixteen_bits_upright_and_big_endian() -> None:
    raw = np.array([[0, 65535]], dtype=">u2").tobytes()
    pgm = b"P5 2 1 65535\n" + raw
    assert read(pgm)[0, :, 0].tolist() == [0, 255]


def test_float_pixels() -> None:
    values = np.array([[0.0, 0.25], [0.5, 1.0]], dtype=np.float32)
    assert read(saved(Image.fromarray(values), "TIFF"))[..., 1].tolist() == [[0, 64], [128, 255]]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_other_modes(mode: str) -> None:
    picture = read(saved(four_corners().convert(mode), "PNG"))
    assert picture.shape == (32, 32, 3)
    assert corners(picture)[3] == WHITE
    if mode in ("P", "RGBA"):
        assert corners(picture) == ALL


def test_transparency_lies_on_white() -> None:
    image = four_corners().convert("RGBA")
    image.paste((255, 0, 0, 0), (0, 0, 16, 16))  # its red is not to be seen
    image.paste((0, 0, 0, 128), (16, 0, 32, 16))
    assert close(corners(read(saved(image, "PNG"))), [WHITE, (127,) * 3, BLUE, WHITE], 1)


def test_a_transparent_palette_lies_on_white() -> None:
    image = four_corners().quantize(8)
    clear = image.getpixel((1, 1))
    for options in ({"transparency": clear}, {"transparency": bytes([0] * 8)}):
        picture = read(saved(image, "PNG", **options))
        assert corners(picture)[0] == WHITE
    assert corners(read(saved(image, "GIF", transparency=clear)))[:2] == [WHITE, GREEN]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_s_first_frame(kind: str) -> None:
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    others = [Image.new("RGB", (32, 32), "black")] * 2
    data = saved(four_corners(), kind, save_all=True, append_images=others, **options)
    assert corners(read(data)) == ALL


def test_a_large_picture_is_reduced(tmp_path: Path) -> None:
    data = saved(Image.new("RGB", (5000, 100), RED), "PNG")
    picture = read(data)
    assert picture.shape[1] == MAX_SIDE and picture.shape[0] == 82
    assert tuple(picture[40, 2000]) == RED


def png_header(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no image"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "no image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n", "document"),
        (b"a text, not an image at all", "no image"),
        (b"\x00" * 1000, "no image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no image"),
        (png_header(40_000, 40_000), "pixels"),
        (png_header(14_000, 13_000), "pixels"),
        (png_header(0, 10), ""),
        (png_header(10, 0), ""),
        (b"P6 0 0 255\n", ""),
        (b"GIF89a\x00\x00\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00;", ""),
        (png_header(8, 8, b"\x00" * 10), "damaged"),
        (saved(four_corners(200), "PNG")[:200], "damaged"),
        (saved(four_corners(200), "JPEG")[:900], "damaged"),
        (saved(four_corners(200), "GIF")[:60], ""),
        (saved(four_corners(200), "TIFF")[:-2000], "damaged"),
    ],
    ids=range(17),
)
def test_what_is_no_picture_gives_a_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    for source in (path, data):
        with pytest.raises(ImageError) as caught:
            read(source, "holiday.jpg")
        sentence = str(caught.value)
        assert "holiday.jpg" in sentence and says in sentence
        assert sentence.endswith(".") and "\n" not in sentence and str(tmp_path) not in sentence


def test_folders_and_nothing(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(ImageError, match=r"no file nothing\.png"):
        read(tmp_path / "nothing.png")


SAMPLES = [
    saved(four_corners(24), "PNG"),
    saved(four_corners(24), "JPEG"),
    saved(four_corners(24), "GIF"),
    saved(four_corners(24), "TIFF"),
    saved(four_corners(24), "BMP"),
    saved(four_corners(24), "WEBP"),
]


@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_damage_gives_a_picture_or_a_sentence(data: bytes, at: int, damage: bytes) -> None:
    at %= len(data)
    try:
        picture = read(data[:at] + damage + data[at + len(damage) :])
    except ImageError:
        return
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
    assert picture.size


def test_the_recipe_in_a_png(tmp_path: Path) -> None:
    def png(text: str | None) -> Path:
        path = tmp_path / "result.png"
        info = PngImagePlugin.PngInfo()
        if text is not None:
            info.add_itxt("unitscope", text)
        four_corners().save(path, pnginfo=info)
        return path

    document = {"network": {"name": "sketchnet"}, "unit": "class:fête", "recipe": {"lr": 0.1}}
    assert repeat_of(png(json.dumps(document, ensure_ascii=False))) == document
    for text in (None, "", "{", "[]", "3", '{"unit": "class:1"}'):
        assert repeat_of(png(text)) is None
    (tmp_path / "text.png").write_text("no picture")
    assert repeat_of(tmp_path / "text.png") is None
    assert repeat_of(tmp_path / "absent.png") is None
    assert repeat_of(tmp_path) is None
