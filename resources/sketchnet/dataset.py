"""The drawings as one array on disk, and what is done to them while they are learned."""

from __future__ import annotations

import math
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from resources.sketchnet.draw import CLASSES, SIZE, draw

TRAIN_SEED = 0
HELD_OUT_SEED = 1_000_000_000  # held-out pictures are drawn from seeds from here on
MEAN, STD = 0.5, 0.25  # of every channel, pixels in [0, 1]


def _draw_rows(job: tuple[Path, int, int, int]) -> None:
    path, first, last, seed = job
    array = np.load(path, mmap_mode="r+")
    for i in range(first, last):
        array[i] = draw(i % len(CLASSES), seed + i // len(CLASSES))
    array.flush()


def drawings(directory: Path, per_class: int, seed: int, processes: int = 2) -> np.ndarray:
    """Drawn once, then read from disk: uint8 (per_class * classes, 96, 96, 3).

    Picture i is of class i % len(CLASSES).
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"drawings-{seed}-{per_class}.npy"
    if not path.exists():
        n = per_class * len(CLASSES)
        part = path.with_suffix(".part.npy")
        np.lib.format.open_memmap(part, "w+", np.uint8, (n, SIZE, SIZE, 3)).flush()
        step = 400
        jobs = [(part, i, min(i + step, n), seed) for i in range(0, n, step)]
        with Pool(processes) as pool:
            pool.map(_draw_rows, jobs, chunksize=1)
        part.replace(path)
    return np.load(path, mmap_mode="r")


def to_pixels(batch: np.ndarray) -> torch.Tensor:
    """uint8 (N, H, W, 3) to float (N, 3, H, W) in [0, 1]."""
    return torch.from_numpy(np.array(batch)).permute(0, 3, 1, 2).float() / 255


def normalize(pixels: torch.Tensor) -> torch.Tensor:
    """Pixels in [0, 1] to the network's own space."""
    return (pixels - MEAN) / STD


def augment(pixels: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Move, turn, scale, blur, recolour, cover and soil the pictures.

    (N, 3, 96, 96) in [0, 1] to (N, 3, size, size), about [0, 1]. Strong noise and blur are what
    makes the network's gradients follow shapes a person sees, not single pixels.
    """
    n = len(pixels)

    def uniform(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator)

    angle = (uniform(n) - 0.5) * math.radians(24)
    zoom = torch.exp((uniform(n) - 0.5) * 0.5)
    stretch = torch.exp((uniform(n) - 0.5) * 0.2)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = zoom * stretch * angle.cos(), -zoom * angle.sin()
    theta[:, 1, 0], theta[:, 1, 1] = zoom * angle.sin(), zoom / stretch * angle.cos()
    theta[:, :, 2] = (uniform(n, 2) - 0.5) * 0.25
    grid = F.affine_grid(theta, [n, 3, size, size], align_corners=False)
    x = F.grid_sample(pixels, grid, padding_mode="reflection", align_corners=False)

    blurred = torch.nonzero(uniform(n) < 0.25).flatten()
    if len(blurred):
        sigma = 0.4 + 1.2 * float(uniform(1))
        taps = torch.exp(-(torch.arange(-3.0, 4.0) ** 2) / (2 * sigma**2))
        taps = taps / taps.sum()
        kernel = (taps[:, None] * taps[None, :]).expand(3, 1, 7, 7)
        soft = F.conv2d(F.pad(x[blurred], (3, 3, 3, 3), mode="reflect"), kernel, groups=3)
        x = x.index_copy(0, blurred, soft)

    gain = torch.exp((uniform(n, 1, 1, 1) - 0.5) * 0.8) * torch.exp(
        (uniform(n, 3, 1, 1) - 0.5) * 0.4
    )
    shift = (uniform(n, 1, 1, 1) - 0.5) * 0.25
    x = ((x - 0.5) * gain + 0.5 + shift).clamp(0, 1)

    axis = torch.arange(size)
    side = (0.15 + 0.25 * uniform(n, 1)) * size
    top, left = uniform(n, 1) * size - side / 2, uniform(n, 1) * size - side / 2
    inside_y = (axis >= top) & (axis < top + side)  # (N, size)
    inside_x = (axis >= left) & (axis < left + side)
    cover = inside_y[:, :, None] & inside_x[:, None, :] & (uniform(n, 1, 1) < 0.35)
    x = torch.where(cover[:, None], uniform(n, 3, 1, 1), x)

    sigma_noise = (uniform(n, 1, 1, 1) - 0.25).clamp(min=0) * 0.33
    return x + sigma_noise * torch.randn(x.shape, generator=generator)
