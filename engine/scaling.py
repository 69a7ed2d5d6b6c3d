"""How strongly a unit pulls at an image, so that one prior weight serves every unit.

A prior weight is right for one scale of f and for nothing else: a channel's sum is of order 10⁵ on
SqueezeNet where a class's logit is of order 10. What balances the prior is not f but its gradient,
and what the eye sees is the gradient where it is, not over the whole image. So f is divided by the
typical length of its gradient at the pixels that it moves, measured once, before the first step,
on a few pictures: a constant, so that the objective stays what it was (gradients brought to one
length anew at every step lose the picture).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.images import read
from engine.networks import Network
from engine.objectives import of_units
from engine.runs import Picture
from engine.units import Unit

REFERENCE_IMAGES = 4


def pull(network: Network, units: Sequence[Unit], size: int | None = None) -> Tensor:
    """The typical length of each unit's gradient per pixel it moves, (len(units),).

    For the lengths g_p of ∇f at the pixels p it is √(Σ g_p⁴ / Σ g_p²), the mean over the gradient's
    own mass: a neuron that moves a hundredth of the image is not taken for a weak one. The squares
    are averaged over the reference images. Costs as much as four iterations.
    """
    f_of = of_units(units)
    squares = torch.zeros(len(units), device=network.device)
    pictures = reference_pictures()
    for picture in pictures:
        crop = network.preprocessing.crop(picture, size)
        one = network.preprocessing.normalize(crop).to(network.device)
        x = one.expand(len(units), -1, -1, -1).contiguous().requires_grad_()
        (gradient,) = torch.autograd.grad(f_of(network.activations(x, f_of.layers)).sum(), x)
        lengths = gradient.square().sum(1).flatten(1)  # g_p², (N, H * W)
        squares += lengths.square().sum(1) / lengths.sum(1).clamp_min(1e-30)
    return (squares / len(pictures)).sqrt()


@cache
def reference_pictures() -> tuple[Picture, ...]:
    """The first of the sample drawings, uint8 (H, W, 3): the same for every network."""
    folder = Path(str(resources.files("resources") / "samples"))
    files = sorted(folder.glob("*.png"))[:REFERENCE_IMAGES]
    return tuple(np.ascontiguousarray(read(file)) for file in files)
