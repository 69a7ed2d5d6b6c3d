"""From hue, saturation and value, or hue, lightness and saturation, to red, green and blue."""

from __future__ import annotations

import torch
from torch import Tensor


def hsv_to_rgb(h: Tensor, s: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """All in [0, 1] and of one shape; a hue of 1 is 0's again."""
    sector, depth = h * 6, v * s
    return tuple(  # type: ignore[return-value]
        v - depth * torch.minimum(k, 4 - k).clamp_(0, 1)
        for k in (torch.remainder(sector + n, 6) for n in (5, 3, 1))
    )


def hls_to_rgb(h: Tensor, lightness: Tensor, s: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """All in [0, 1] and of one shape; a hue of 1 is 0's again."""
    sector, depth = h * 12, s * torch.minimum(lightness, 1 - lightness)
    return tuple(  # type: ignore[return-value]
        lightness - depth * torch.minimum(k - 3, 9 - k).clamp_(-1, 1)
        for k in (torch.remainder(sector + n, 12) for n in (0, 8, 4))
    )


def to_levels(values: Tensor) -> Tensor:
    """[0, 1] to uint8, rounded."""
    return values.mul(255).add_(0.5).clamp_(0, 255).to(torch.uint8)
