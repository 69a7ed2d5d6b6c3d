"""Valid pixels."""

from __future__ import annotations

from torch import Tensor

from engine.networks import Preprocessing
from engine.recipe import Recipe


class ValidPixels:
    """Brings each value back to what a file can hold: pixels in [0, 1]."""

    def __call__(
        self,
        x: Tensor,
        uphill: Tensor,
        recipe: Recipe,
        iteration: int,
        preprocessing: Preprocessing,
    ) -> None:
        mean, std = (
            x.new_tensor(values).view(1, -1, 1, 1)
            for values in (preprocessing.mean, preprocessing.std)
        )
        x.copy_(x.clamp(-mean / std, (1 - mean) / std))
