"""Only the phases move; the spectrum's magnitude stays a natural image's (MACO, Fel et al. 2023).

The paper's magnitude is the mean over ImageNet's images in decorrelated colours. It is not part of
this program. In its place stands what that mean is close to by a law of natural images (Field
1987): an amplitude that falls as 1/frequency, the same in every decorrelated colour, around mid
grey. The pictures have the contrast and the softness of photographs, but not ImageNet's own
directions (its horizons and vertical walls) or colour balance.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks import Preprocessing
from engine.parameterizations import colours
from engine.parameterizations.base import Computed, Shape
from engine.parameterizations.fourier import frequencies


def magnitude(height: int, width: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Of each coefficient of ``rfft2``, (H, W // 2 + 1), for a field of mean 0 and deviation 1."""
    distance = frequencies(height, width, torch.float64)
    amplitude = torch.where(distance > 0, 1 / distance.clamp_min(1e-12), 0.0)
    # Every column but the first, and of an even width the last, stands for its mirror image too.
    count = torch.full((width // 2 + 1,), 2.0, dtype=torch.float64)
    count[_own_mirrors(width)] = 1.0
    energy = (amplitude.square() * count).sum().sqrt()  # Parseval's
    return (amplitude * (height * width) / energy).to(dtype)


class Maco(Computed):
    """x = normalized(sigmoid(colours(F⁻¹(magnitude · exp(i · values))))), values in radians.

    Values are (N, C, H, W // 2 + 1). A real image's spectrum mirrors itself, within the columns
    that are their own mirrors as well: there the values count in their antisymmetric part, so
    that the magnitude is kept to the last digit.
    """

    def made(self, values: Tensor) -> Tensor:
        """See ``Computed``."""
        return colours.to_normalized(self.field(values), self._preprocessing)

    def field(self, values: Tensor) -> Tensor:
        """In decorrelated colours, (N, C, H, W): its spectrum has the fixed magnitude."""
        height, width = self._shape[2:]
        columns = _own_mirrors(width)
        own = values[..., columns]  # (N, C, H, 1 or 2)
        mirrored = own.roll(-1, -2).flip(-2)  # row i becomes row -i
        phases = values.index_copy(
            -1, torch.tensor(columns, device=values.device), (own - mirrored) / 2
        )
        fixed = magnitude(height, width, values.dtype).to(values.device)
        return torch.fft.irfft2(torch.polar(fixed.expand_as(phases), phases), s=(height, width))

    @classmethod
    def values_of(cls, x: Tensor, preprocessing: Preprocessing) -> Tensor:
        """See ``Computed``."""
        return torch.fft.rfft2(colours.from_normalized(x, preprocessing)).angle()

    @staticmethod
    def shape(shape: Shape) -> tuple[int, ...]:
        """(N, C, H, W // 2 + 1)."""
        n, channels, height, width = shape
        return (n, channels, height, width // 2 + 1)


def _own_mirrors(width: int) -> list[int]:
    """The columns of ``rfft2`` whose mirror images lie in themselves."""
    return [0] if width % 2 else [0, width // 2]
