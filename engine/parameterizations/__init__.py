"""What is moved to make an image, a file each: its pixels, or what they are computed from.

To add one: a file with its class, a line here, its name in ``engine.recipe``.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks import Network
from engine.parameterizations.base import Maker, Parameterization
from engine.parameterizations.fourier import Fourier
from engine.parameterizations.maco import Maco
from engine.parameterizations.pixels import Pixels
from engine.recipe import Recipe

PARAMETERIZATIONS: dict[str, Maker] = {
    "pixels": Pixels,
    "fourier": Fourier,
    "maco": Maco,
}


def parameterization(
    network: Network,
    shape: tuple[int, int, int, int],
    recipe: Recipe,
    generator: torch.Generator,
    start: Tensor | None = None,
    *,
    alike: bool = False,
) -> Parameterization:
    """The recipe's, for images x (N, C, H, W) on the network's device.

    It begins at ``start``, a normalized x₀ of that shape, or at noise of the generator's, which
    with ``alike`` is one image's, the same for each.
    """
    maker = PARAMETERIZATIONS[recipe.parameterization]
    if start is not None:
        start = start.detach().to(network.device)
        return maker.of_image(start, network.preprocessing)
    count, *rest = maker.shape(shape)
    noise = torch.empty(1 if alike else count, *rest)
    noise.normal_(0, recipe.start_std, generator=generator)
    if alike:
        noise = noise.repeat(count, *(1 for _ in rest))
    return maker(noise.to(network.device), shape, network.preprocessing)
