"""What the loop asks of a parameterization."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol, Self

import torch
from torch import Tensor

from engine.networks import Preprocessing

Shape = tuple[int, int, int, int]  # of the images: N, C, H, W


class Parameterization(Protocol):
    """Values that are moved, and the images x (N, C, H, W) that they stand for."""

    @property
    def values(self) -> Tensor:
        """What the optimizer moves, in place."""

    def image(self) -> Tensor:
        """x in the network's normalized space, which requires its gradient."""

    def pull(self, gradient: Tensor) -> Tensor:
        """From a gradient of the last ``image``, in its shape, to that of ``values``."""


class Maker(Protocol):
    """A class of parameterizations: how it begins."""

    def __call__(
        self, values: Tensor, shape: Shape, preprocessing: Preprocessing
    ) -> Parameterization:
        """From values of ``self.shape``, for images of ``shape``."""

    def of_image(self, x: Tensor, preprocessing: Preprocessing) -> Parameterization:
        """The one whose image is x, or as near to x as it can come."""

    def shape(self, shape: Shape) -> tuple[int, ...]:
        """The shape of the values for images of that shape."""


class Computed(ABC):
    """Images that are computed from the values by operations with a gradient."""

    def __init__(self, values: Tensor, shape: Shape, preprocessing: Preprocessing) -> None:
        self.values = values.clone().requires_grad_()
        self._shape = shape
        self._preprocessing = preprocessing
        self._made = values

    def image(self) -> Tensor:
        """See ``Parameterization``."""
        self._made = self.made(self.values)
        return self._made.detach().requires_grad_()

    def pull(self, gradient: Tensor) -> Tensor:
        """See ``Parameterization``."""
        return torch.autograd.grad(self._made, self.values, gradient)[0]

    @abstractmethod
    def made(self, values: Tensor) -> Tensor:
        """x (N, C, H, W) of any values."""

    @classmethod
    def of_image(cls, x: Tensor, preprocessing: Preprocessing) -> Self:
        """See ``Maker``."""
        n, channels, height, width = x.shape
        values = cls.values_of(x, preprocessing)
        return cls(values, (n, channels, height, width), preprocessing)

    @classmethod
    @abstractmethod
    def values_of(cls, x: Tensor, preprocessing: Preprocessing) -> Tensor:
        """The values of an image x, or of one as near to it as there is."""
