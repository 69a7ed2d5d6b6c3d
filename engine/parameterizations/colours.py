"""Colours whose three numbers vary apart, and their way to pixels in [0, 1].

A photograph's red, green and blue rise and fall together: a step in one of them alone is a step
towards colours that hardly occur. Olah, Mordvintsev & Schubert 2017 step in a space in which they
do not, and come back by a square root of ImageNet's colour covariance, in the numbers that they
published in lucid. A grey image, or one of any other number of channels, has no such matrix: its
channels are taken as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks import Preprocessing

# lucid, optvis/param/color.py: a row each for red, green and blue.
_ROOT = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
_MARGIN = 1 / 512  # half a level of 8 bits: no sigmoid reaches black or white


def correlation(dtype: torch.dtype = torch.float32) -> Tensor:
    """(3, 3): decorrelated colours to red, green and blue, its longest column of length 1."""
    root = torch.tensor(_ROOT, dtype=torch.float64)
    return (root / root.norm(dim=0).max()).to(dtype)


def to_normalized(field: Tensor, preprocessing: Preprocessing) -> Tensor:
    """From decorrelated (N, C, H, W), any real numbers, to pixels in (0, 1), to normalized x."""
    if field.shape[1] == 3:
        matrix = correlation(field.dtype).to(field.device)
        field = torch.einsum("rc,nchw->nrhw", matrix, field)
    mean, std = _columns(preprocessing, field)
    return (field.sigmoid() - mean) / std


def from_normalized(x: Tensor, preprocessing: Preprocessing) -> Tensor:
    """The inverse; pixels that no sigmoid reaches are taken for the nearest that it does."""
    mean, std = _columns(preprocessing, x)
    field = (x * std + mean).clamp(_MARGIN, 1 - _MARGIN).logit()
    if field.shape[1] == 3:
        inverse = correlation(torch.float64).inverse().to(field)
        field = torch.einsum("rc,nchw->nrhw", inverse, field)
    return field


def _columns(preprocessing: Preprocessing, like: Tensor) -> tuple[Tensor, Tensor]:
    columns = (preprocessing.mean, preprocessing.std)
    mean, std = (like.new_tensor(values).view(1, -1, 1, 1) for values in columns)
    return mean, std
