"""The contact sheet: every class's best image with its name and confidence. No torch, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.evolution.parcels import Champion
from engine.jobs import Picture

GAP, MARGIN = 10, 16
PAPER, INK, FAINT = (250, 250, 248), (28, 28, 30), (120, 120, 124)
MOST_WIDE = 8000  # pixels


def sheet(champions: Sequence[Champion]) -> Picture:
    """Draws them in their order, rows of equally many; uint8 (H, W, 3).

    Pictures of few pixels are enlarged by whole numbers, large ones reduced where there are many.
    """
    if not champions:
        return np.full((64, 64, 3), PAPER, np.uint8)
    count = len(champions)
    side = champions[0].picture.shape[0]
    shown = side * max(1, 112 // side) if side < 112 else min(side, 224 if count <= 40 else 112)
    columns = max(1, min(count, round(math.sqrt(count * 1.5)), MOST_WIDE // (shown + GAP)))
    rows = -(-count // columns)
    large = max(9, shown // 11)
    font = ImageFont.load_default(large)
    line = large + 4
    cell = shown + 2 * line + GAP
    width = 2 * MARGIN + columns * (shown + GAP) - GAP
    page = Image.new("RGB", (width, 2 * MARGIN + rows * cell - GAP), PAPER)
    pen = ImageDraw.Draw(page)
    for k, champion in enumerate(champions):
        left = MARGIN + k % columns * (shown + GAP)
        top = MARGIN + k // columns * cell
        page.paste(_scaled(champion.picture, shown), (left, top))
        name = _fitting(pen, champion.name, font, shown)
        pen.text((left, top + shown + 2), name, INK, font)
        pen.text((left, top + shown + 2 + line), percent(champion.confidence), FAINT, font)
    return np.asarray(page)


def percent(confidence: float) -> str:
    """A probability, with as many digits as tell it from 100 %."""
    if confidence > 0.9999:
        return f"{math.floor(confidence * 1e6) / 1e4:.4f} %"
    return f"{confidence:.2%}".replace("%", " %")


def _scaled(picture: Picture, side: int) -> Image.Image:
    image = Image.fromarray(picture)
    if image.width == side:
        return image
    enlarged = image.width < side
    how = Image.Resampling.NEAREST if enlarged else Image.Resampling.BOX
    return image.resize((side, side), how)


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _fitting(pen: ImageDraw.ImageDraw, text: str, font: Font, width: int) -> str:
    if pen.textlength(text, font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
