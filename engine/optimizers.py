"""The steps downhill. torch.optim's would do, but making the first one imports torch's compiler:
900 modules and two seconds between Start and the first iteration, for two lines of arithmetic.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Optimizer(Protocol):
    """Moves values x against a gradient of their shape, in place."""

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


class NAdam:
    """Adam that looks ahead along its momentum (Dozat 2016), with torch's schedule and defaults."""

    BETAS = (0.9, 0.999)
    EPSILON = 1e-8
    MOMENTUM_DECAY = 4e-3

    def __init__(self, like: Tensor) -> None:
        self._mean = torch.zeros_like(like, requires_grad=False)
        self._square = torch.zeros_like(like, requires_grad=False)
        self._root = torch.empty_like(like, requires_grad=False)
        self._steps = 0
        self._product = 1.0  # of the momenta so far

    def _momentum(self, step: int) -> float:
        return self.BETAS[0] * (1 - 0.5 * 0.96 ** (step * self.MOMENTUM_DECAY))

    @torch.no_grad()
    def step(self, x: Tensor, gradient: Tensor, rate: float) -> None:
        beta1, beta2 = self.BETAS
        self._steps += 1
        now, ahead = self._momentum(self._steps), self._momentum(self._steps + 1)
        self._product *= now
        self._mean.lerp_(gradient, 1 - beta1)
        self._square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        correction = (1 - beta2**self._steps) ** 0.5
        torch.sqrt(self._square, out=self._root).div_(correction).add_(self.EPSILON)
        x.addcdiv_(gradient, self._root, value=-rate * (1 - now) / (1 - self._product))
        x.addcdiv_(self._mean, self._root, value=-rate * ahead / (1 - self._product * ahead))


def optimizer(name: str, x: Tensor) -> Optimizer:
    """``adam``, ``nadam`` or ``sgd``, for values of x's shape."""
    if name == "sgd":
        return SGD()
    return NAdam(x) if name == "nadam" else Adam(x)
