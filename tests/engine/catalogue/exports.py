"""Tiny networks of the tests' own, exported to files."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn


class Small(nn.Module):
    """Grey, twelve pixels, four classes; a ReLU and an addition work in place."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.bn = nn.BatchNorm2d(6)
        self.relu = nn.ReLU(inplace=True)
        self.block = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6))
        self.ip = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn(self.conv1(x)))
        y = self.block(x)
        y += x
        return self.ip(y.mean((2, 3)))


def save(
    path: Path,
    model: nn.Module,
    *,
    batch: tuple[int, int] | None = None,
    fixed: int = 1,
    channels: int = 1,
    size: int = 12,
) -> Path:
    """Exports a model to a file, with a batch of a range or of a fixed number."""
    shapes = ({0: torch.export.Dim("batch", min=batch[0], max=batch[1])},) if batch else None
    x = torch.zeros(2 if batch else fixed, channels, size, size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.export.save(torch.export.export(model, (x,), dynamic_shapes=shapes), path)
    return path
