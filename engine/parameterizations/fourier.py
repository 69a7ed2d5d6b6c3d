"""The image's Fourier coefficients, in decorrelated colours (Olah, Mordvintsev & Schubert 2017)."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks import Preprocessing
from engine.parameterizations import colours
from engine.parameterizations.base import Computed, Shape

_DIVISOR = 4.0  # lucid's, which with a deviation of 0.01 begins near grey


def frequencies(height: int, width: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """|frequency| in cycles a pixel of each coefficient of ``rfft2``: (H, W // 2 + 1)."""
    down = torch.fft.fftfreq(height, dtype=torch.float64)[:, None]
    across = torch.fft.rfftfreq(width, dtype=torch.float64)[None]
    return (down.square() + across.square()).sqrt().to(dtype)


def scale(height: int, width: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """What a coefficient's value counts for: √(H W) / frequency, as in natural images.

    The lowest, whose frequency is 0, counts as one cycle on the longer side.
    """
    lowest = 1 / max(height, width)
    energy = 1 / frequencies(height, width, torch.float64).clamp_min(lowest)
    return (energy * (height * width) ** 0.5 / _DIVISOR).to(dtype)


class Fourier(Computed):
    """x = normalized(sigmoid(colours(F⁻¹(values · scale)))); values (N, C, H, W // 2 + 1, 2).

    A step of one length in every value then moves large shapes as far as a natural image's vary,
    and fine ones as little. The last dimension is real and imaginary part. All of lucid's
    defaults: decay power 1, a sigmoid for valid pixels.
    """

    def made(self, values: Tensor) -> Tensor:
        """See ``Computed``."""
        height, width = self._shape[2:]
        spectrum = torch.view_as_complex(values) * scale(height, width, values.dtype).to(
            values.device
        )
        field = torch.fft.irfft2(spectrum, s=(height, width))  # (N, C, H, W)
        return colours.to_normalized(field, self._preprocessing)

    @classmethod
    def values_of(cls, x: Tensor, preprocessing: Preprocessing) -> Tensor:
        """See ``Computed``."""
        spectrum = torch.fft.rfft2(colours.from_normalized(x, preprocessing))
        height, width = x.shape[2:]
        return torch.view_as_real(spectrum / scale(height, width, x.dtype).to(x.device))

    @staticmethod
    def shape(shape: Shape) -> tuple[int, ...]:
        """(N, C, H, W // 2 + 1, 2)."""
        n, channels, height, width = shape
        return (n, channels, height, width // 2 + 1, 2)
