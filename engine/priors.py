"""What keeps a picture natural, h: one number per image, 0 for a flat one (METHODS.md §2)."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F


class Prior(Protocol):
    """h of a batch (N, C, H, W) in normalized space: a tensor (N,) that can be differentiated."""

    def __call__(self, x: Tensor) -> Tensor: ...


class MultiScaleEdgeEnergy:
    """h(x) = Σ_s ‖δˢ(x) − g ⊛ δˢ(x)‖², edge energy at every scale (Fleuret, *Optimizing inputs*).

    g is the 5×5 Gaussian of variance 1, zero padded; δ halves by 2×2 means, zero padded by 1. The
    channels are images of their own. Scales are added while the shorter side exceeds 5 pixels.
    """

    def __call__(self, x: Tensor) -> Tensor:
        return _EdgeEnergy.apply(x)


class _EdgeEnergy(torch.autograd.Function):
    """h is a quadratic form, so its gradient is linear in what the forward pass computes anyway.

    The blur is symmetric and zero padded, hence its own adjoint: the gradient costs as much as h
    does, and autograd's graph of some forty operations is spared.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        u = x.detach().contiguous()  # (N, C, H, W)
        h = u.new_zeros(len(u))
        levels = []
        while min(u.shape[-2:]) > 5:
            edge = u - _blur(u)
            h += edge.flatten(1).square().sum(1)
            levels.append((u, edge))
            u = F.avg_pool2d(u, kernel_size=2, padding=1)
        gradient: Tensor | None = None
        for u, edge in reversed(levels):
            here = edge - _blur(edge)
            if gradient is not None:
                here += torch.ops.aten.avg_pool2d_backward(
                    gradient, u, [2, 2], [2, 2], [1, 1], False, True, None
                )
            gradient = here
        ctx.save_for_backward(torch.zeros_like(x) if gradient is None else gradient.mul_(2))
        return h

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> Tensor:
        (gradient,) = ctx.saved_tensors
        return gradient * grad_outputs[0].view(-1, 1, 1, 1)


_TAPS = [math.exp(-(i**2) / 2) for i in range(3)]
_TAPS = [tap / (_TAPS[0] + 2 * _TAPS[1] + 2 * _TAPS[2]) for tap in _TAPS]  # centre, ±1, ±2


def _blur(u: Tensor) -> Tensor:
    """g ⊛ u, (N, C, H, W), zero padded. g is a product, so a pass each way does.

    A 5-tap depthwise convolution is oneDNN's worst case: on two cores, at 224 pixels, sums of
    shifted views take 0.4 ms where the two convolutions take 2.5; below 128 pixels a banded
    matrix is faster still.
    """
    height, width = u.shape[-2:]
    if max(height, width) <= 128:
        return _band(height, u.dtype, u.device) @ (u @ _band(width, u.dtype, u.device))
    return _blur_along(_blur_along(u, -2), -1)


def _blur_along(u: Tensor, dim: int) -> Tensor:
    length = u.shape[dim]
    padded = F.pad(u, (2, 2, 0, 0) if dim == -1 else (0, 0, 2, 2))
    shifted = [padded.narrow(dim, i, length) for i in range(5)]
    out = shifted[0] + shifted[4]
    out.mul_(_TAPS[2] / _TAPS[1]).add_(shifted[1]).add_(shifted[3])
    return out.mul_(_TAPS[1]).add_(u, alpha=_TAPS[0])


@lru_cache(maxsize=64)
def _band(side: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    place = torch.arange(side)
    distance = (place[:, None] - place[None]).abs()
    taps = torch.tensor([*_TAPS, 0.0], dtype=torch.float64)
    return taps[distance.clamp(max=3)].to(dtype=dtype, device=device)  # (side, side)


class TotalVariation:
    """h(x) = Σ |x_{i+1,j} − x_{i,j}| + |x_{i,j+1} − x_{i,j}|, the anisotropic form of Rudin, Osher
    & Fatemi 1992."""

    def __call__(self, x: Tensor) -> Tensor:
        rows = (x[..., 1:, :] - x[..., :-1, :]).abs().flatten(1).sum(1)
        columns = (x[..., 1:] - x[..., :-1]).abs().flatten(1).sum(1)
        return rows + columns


class NaturalPreImage:
    """h(x) = Σ (‖x_ij‖ / B)^α + Σ (‖∇x_ij‖ / V)^β, of Mahendran & Vedaldi 2015 and 2016.

    α = 6 leaves a colour alone until it is longer than B = 80 levels of 256, and then stops it;
    β = 2 spreads an edge over several pixels, as in a photograph, where β = 1 (total variation)
    gathers it in one; V = B / 6.5. The lengths are over the channels; ∇ is the forward difference,
    0 across the border. Their B is of pixels, this x of normalized ones: B counts in ImageNet's
    deviation, 0.226 of the range.
    """

    ALPHA = 6
    BOUND = 80 / 255 / 0.226
    VARIATION = BOUND / 6.5

    def __call__(self, x: Tensor) -> Tensor:
        squares = x.square().sum(1).flatten(1)  # ‖x_ij‖², (N, H * W)
        length = (squares / self.BOUND**2).pow(self.ALPHA // 2).sum(1)
        rows = (x[..., 1:, :] - x[..., :-1, :]).square().flatten(1).sum(1)
        columns = (x[..., 1:] - x[..., :-1]).square().flatten(1).sum(1)
        return length + (rows + columns) / self.VARIATION**2  # β = 2 needs no root


class L2:
    """h(x) = ‖x‖², the decay of Simonyan, Vedaldi & Zisserman 2014."""

    def __call__(self, x: Tensor) -> Tensor:
        return x.flatten(1).square().sum(1)


class NoPrior:
    """h(x) = 0."""

    def __call__(self, x: Tensor) -> Tensor:
        return x.new_zeros(len(x))


PRIORS: dict[str, Prior] = {
    "multiscale-edge-energy": MultiScaleEdgeEnergy(),
    "total-variation": TotalVariation(),
    "natural-pre-image": NaturalPreImage(),
    "l2": L2(),
    "none": NoPrior(),
}
