"""The embedded network's architecture: VGG16's thirteen convolutions, thinned.

The modules have the indices of torchvision's VGG16 without batch normalization, so that the 4th,
7th, 10th and 13th convolutions are ``features.7``, ``.14``, ``.21`` and ``.28``, as in the lecture.
No ReLU works in place: a hook on a convolution sees the convolution's own output.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

# Channels of the thirteen convolutions; a max-pool follows the 2nd, 4th, 7th, 10th and 13th.
WIDTHS: tuple[int, ...] = (8, 16, 24, 32, 48, 48, 48, 96, 96, 96, 112, 112, 112)
POOL_AFTER: tuple[int, ...] = (2, 4, 7, 10, 13)
INPUT_SIZE = 96  # pixels, height and width
GRID = 3  # the last map's height and width at that size, kept by the classifier's input


class Sketchnet(nn.Module):
    """A thin VGG16 for drawings.

    Input (N, 3, 96, 96), normalized; output (N, classes), the logits. Other sizes from 32 pixels
    work too: the last map is pooled to 3x3, whose layout the one linear layer keeps.
    """

    def __init__(self, classes: int, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        if len(widths) != POOL_AFTER[-1]:
            raise ValueError(f"widths must name {POOL_AFTER[-1]} convolutions, not {len(widths)}")
        layers: list[nn.Module] = []
        channels = 3
        for number, width in enumerate(widths, start=1):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            if number in POOL_AFTER:
                layers.append(nn.MaxPool2d(2))
            channels = width
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(GRID)
        self.classifier = nn.Sequential(nn.Linear(channels * GRID * GRID, classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (N, classes) of normalized images (N, 3, H, W)."""
        x = self.features(x)  # (N, C, H / 32, W / 32)
        x = self.avgpool(x)  # (N, C, 3, 3)
        return self.classifier(torch.flatten(x, 1))
