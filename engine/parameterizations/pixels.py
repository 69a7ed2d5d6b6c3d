"""The image's own pixels."""

from __future__ import annotations

from torch import Tensor

from engine.networks import Preprocessing
from engine.parameterizations.base import Shape


class Pixels:
    """x itself, in normalized space: nothing is between the step and the image."""

    def __init__(self, values: Tensor, shape: Shape, preprocessing: Preprocessing) -> None:
        self.values = values.clone().requires_grad_()

    def image(self) -> Tensor:
        """x (N, C, H, W), the values themselves."""
        return self.values

    def pull(self, gradient: Tensor) -> Tensor:
        """The gradient itself."""
        return gradient

    @classmethod
    def of_image(cls, x: Tensor, preprocessing: Preprocessing) -> Pixels:
        """x, copied."""
        n, channels, height, width = x.shape
        return cls(x, (n, channels, height, width), preprocessing)

    @staticmethod
    def shape(shape: Shape) -> tuple[int, ...]:
        """The images'."""
        return shape
