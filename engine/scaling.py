"""How strongly a unit responds, so that one prior weight serves every unit of every network."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.networks import Network
from engine.units import CLASSES, Unit

REFERENCE_IMAGES = 8


@torch.no_grad()
def spreads(network: Network, units: Sequence[Unit], size: int | None = None) -> Tensor:
    """The standard deviation of each unit's f over reference images, (len(units),)."""
    layer = units[0].layer
    outputs = network.activations(reference_images(network, size), [layer])[layer]
    sums = outputs.flatten(2).sum(2) if outputs.ndim == 4 else outputs
    channel = sums.std(0)
    neuron = outputs.transpose(0, 1).flatten(1).std(1) if outputs.ndim == 4 else channel
    values = [(neuron if u.position else channel)[u.index] for u in units]
    typical = (channel if layer == CLASSES else sums.std(0)).median()
    return torch.stack(values).clamp_min(1e-3 * float(typical) + 1e-12)


def reference_images(network: Network, size: int | None = None) -> Tensor:
    """Noise with a photograph's spectrum, 1/frequency, the same for every network: (N, C, S, S)."""
    side = size or network.preprocessing.size
    generator = torch.Generator().manual_seed(0)
    channels = network.preprocessing.channels
    white = torch.randn(REFERENCE_IMAGES, channels, side, side, generator=generator)
    frequency = torch.fft.fftfreq(side)[:, None].hypot(torch.fft.rfftfreq(side)[None])
    frequency[0, 0] = 1 / side
    pink = torch.fft.irfft2(torch.fft.rfft2(white) / frequency, s=(side, side))
    pink -= pink.mean((1, 2, 3), keepdim=True)
    return (pink / pink.std((1, 2, 3), keepdim=True)).to(network.device)
