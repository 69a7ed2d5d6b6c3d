"""Draws the pictures that Sketchnet learns: ``draw(class, seed)`` gives the same array for ever.

python -m resources.sketchnet.draw --out DIRECTORY            # the sample images
python -m resources.sketchnet.draw --sheet sheet.png          # a contact sheet to look at
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from resources.sketchnet import animals, food, nature, patterns, scene, things, travel
from resources.sketchnet.pen import Pen

DRAWINGS: dict[str, tuple[Callable[[Pen], None], float]] = {
    # class name: (what draws it, how far it turns: the spread of its rotation in degrees)
    "star": (nature.star, 30),
    "heart": (nature.heart, 15),
    "sun": (nature.sun, 40),
    "flower": (nature.flower, 12),
    "tree": (nature.tree, 5),
    "fir tree": (nature.fir_tree, 5),
    "cactus": (nature.cactus, 6),
    "mushroom": (food.mushroom, 10),
    "rainbow": (nature.rainbow, 7),
    "rain cloud": (nature.rain_cloud, 6),
    "snowflake": (nature.snowflake, 40),
    "strawberry": (food.strawberry, 18),
    "watermelon": (food.watermelon, 18),
    "ice cream": (food.ice_cream, 12),
    "fish": (animals.fish, 10),
    "butterfly": (animals.butterfly, 14),
    "ladybird": (animals.ladybird, 25),
    "octopus": (animals.octopus, 8),
    "cat": (animals.cat, 9),
    "face": (animals.face, 8),
    "eye": (animals.eye, 8),
    "house": (travel.house, 5),
    "lighthouse": (travel.lighthouse, 5),
    "umbrella": (things.umbrella, 12),
    "hourglass": (things.hourglass, 8),
    "light bulb": (things.light_bulb, 14),
    "anchor": (things.anchor, 12),
    "gear": (things.gear, 40),
    "clock": (things.clock, 6),
    "sailboat": (travel.sailboat, 8),
    "car": (travel.car, 6),
    "rocket": (travel.rocket, 18),
    "hot-air balloon": (travel.balloon, 6),
    "guitar": (things.guitar, 18),
    "traffic light": (travel.traffic_light, 6),
    "brick wall": (patterns.brick_wall, 6),
    "checkerboard": (patterns.checkerboard, 12),
    "honeycomb": (patterns.honeycomb, 15),
    "spider web": (patterns.spider_web, 40),
    "spiral": (patterns.spiral, 40),
}
CLASSES: tuple[str, ...] = tuple(DRAWINGS)
SIZE = 96
_PREMULTIPLIED = QImage.Format.Format_ARGB32_Premultiplied


def draw(which: int | str, seed: int, size: int = SIZE) -> np.ndarray:
    """One picture of a class, by its name or its index in CLASSES.

    The same arguments give the same picture. Returns uint8, shape (size, size, 3), RGB.
    """
    name = CLASSES[which] if isinstance(which, int) else which
    if name not in DRAWINGS:
        raise ValueError(f"no drawing is called {name!r}; there are {', '.join(CLASSES)}")
    rng = Random(f"{name}/{seed}")
    layer = _object_layer(name, rng, size)
    picture = QImage(size, size, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.paint_background(painter, rng, size)
    scene.paint_clutter(painter, rng, size)
    below = _pixels(picture)
    _keep_contrast(painter, below, _pixels(layer), rng, size)
    if rng.random() < 0.45:
        scene.paint_shadow(painter, layer, rng, size, pale=False)
    painter.drawImage(0, 0, layer)
    scene.paint_light(painter, rng, size)
    painter.end()
    pixels = _pixels(picture)[..., 2::-1].copy()  # BGRA in memory
    if rng.random() < 0.4:
        grain = np.random.default_rng(rng.getrandbits(32)).standard_normal(
            pixels.shape, dtype=np.float32
        )
        pixels = np.clip(pixels + grain * rng.uniform(2, 14), 0, 255).astype(np.uint8)
    return pixels


def _object_layer(name: str, rng: Random, size: int) -> QImage:
    """The object alone, placed, on transparent ground."""
    function, spread = DRAWINGS[name]
    layer = QImage(size, size, _PREMULTIPLIED)
    layer.fill(0)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = size / 2 * rng.uniform(0.6, 0.97)
    aspect = math.exp(rng.gauss(0, 0.08))
    slack = size / 2 - half * 0.85
    transform = QTransform()
    transform.translate(
        size / 2 + rng.uniform(-slack, slack) * 0.8, size / 2 + rng.uniform(-slack, slack) * 0.8
    )
    transform.rotate(max(-2.5, min(2.5, rng.gauss(0, 1))) * spread)
    transform.shear(rng.gauss(0, 0.06), rng.gauss(0, 0.03))
    transform.scale(half * aspect * rng.choice((-1, 1)), half / aspect)
    painter.setTransform(transform)
    function(Pen(painter, rng))
    painter.end()
    if rng.random() < 0.35:
        scene.tint_texture(layer, rng, size)
    return layer


def _pixels(image: QImage) -> np.ndarray:
    """The image's own memory as uint8 (height, width, 4), B G R A; dies with the image."""
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4)


def _keep_contrast(
    painter: QPainter, below: np.ndarray, layer: np.ndarray, rng: Random, size: int
) -> None:
    """Lighten or darken the ground where the object would hardly be seen on it."""
    alpha = layer[::4, ::4, 3:].astype(np.float32) / 255
    weight = float(alpha.sum()) + 1e-6
    inside = layer[::4, ::4, :3].astype(np.float32).sum((0, 1)) / weight
    ground = (below[::4, ::4, :3] * alpha).sum((0, 1)) / weight
    if float(np.abs(inside - ground).mean()) > 48:
        return
    veil = Qt.GlobalColor.black if float(inside.mean()) > 120 else Qt.GlobalColor.white
    painter.setOpacity(rng.uniform(0.45, 0.75))
    painter.fillRect(0, 0, size, size, veil)
    painter.setOpacity(1)


def contact_sheet(pictures: list[np.ndarray], columns: int) -> np.ndarray:
    """Pictures of one size, uint8 (h, w, 3) each, side by side in rows."""
    h, w, _ = pictures[0].shape
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * (h + 2), columns * (w + 2), 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = divmod(i, columns)
        sheet[y * (h + 2) : y * (h + 2) + h, x * (w + 2) : x * (w + 2) + w] = picture
    return sheet


def save_png(pixels: np.ndarray, path: Path) -> None:
    """Save uint8 (h, w, 3) as a PNG file."""
    pixels = np.ascontiguousarray(pixels)
    h, w, _ = pixels.shape
    image = QImage(pixels.data, w, h, 3 * w, QImage.Format.Format_RGB888)
    if not image.save(str(path)):
        raise OSError(f"could not write {path}")


# Twelve held-out drawings that ship as sample images: (class, seed).
SAMPLES: tuple[tuple[str, int], ...] = tuple(
    (name, 1_000_000_001 + offset)
    for name, offset in (
        ("butterfly", 8),
        ("cactus", 7),
        ("cat", 1),
        ("fish", 3),
        ("hot-air balloon", 5),
        ("house", 12),
        ("ladybird", 8),
        ("lighthouse", 11),
        ("octopus", 13),
        ("sailboat", 4),
        ("strawberry", 3),
        ("umbrella", 4),
    )
)


def main() -> None:
    """Write the sample images or a contact sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="directory for the sample images")
    parser.add_argument("--sheet", type=Path, help="file for a contact sheet, a row per class")
    parser.add_argument("--seed", type=int, default=2_000_000_000, help="first seed of the sheet")
    parser.add_argument("--columns", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, seed in SAMPLES:
            save_png(draw(name, seed, 256), arguments.out / f"{name.replace(' ', '-')}.png")
    if arguments.sheet:
        seeds = range(arguments.seed, arguments.seed + arguments.columns)
        pictures = [draw(name, seed) for name in CLASSES for seed in seeds]
        save_png(contact_sheet(pictures, arguments.columns), arguments.sheet)


if __name__ == "__main__":
    main()
