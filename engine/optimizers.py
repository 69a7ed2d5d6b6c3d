"""The steps downhill. torch.optim's would do, but making the first one imports torch's compiler:
900 modules and two seconds between Start and the first iteration, for two lines of arithmetic.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Optimizer(Protocol):
    """Moves an image x against a gradient of its shape, in place."""

    def step(self, x: Tensor, gradient: Tensor, rate: float) -> None: ...


class SGD:
    """x ← x − η g."""

    @torch.no_grad()
    def step(self, x: Tensor, gradient: Tensor, rate: float) -> None:
        x.add_(gradient, alpha=-rate)


class Adam:
    """Kingma & Ba 2015, algorithm 1, with torch's order of operations and its defaults."""

    BETAS = (0.9, 0.999)
    EPSILON = 1e-8

    def __init__(self, like: Tensor) -> None:
        self._mean = torch.zeros_like(like, requires_grad=False)
        self._square = torch.zeros_like(like, requires_grad=False)
        self._root = torch.empty_like(like, requires_grad=False)
        self._steps = 0

    @torch.no_grad()
    def step(self, x: Tensor, gradient: Tensor, rate: float) -> None:
        beta1, beta2 = self.BETAS
        self._steps += 1
        self._mean.lerp_(gradient, 1 - beta1)
        self._square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        correction = (1 - beta2**self._steps) ** 0.5
        torch.sqrt(self._square, out=self._root).div_(correction).add_(self.EPSILON)
        x.addcdiv_(self._mean, self._root, value=-rate / (1 - beta1**self._steps))


def optimizer(name: str, x: Tensor) -> Optimizer:
    """``adam`` or ``sgd``, for an image of x's shape."""
    return SGD() if name == "sgd" else Adam(x)
