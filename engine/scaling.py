"""How strongly a unit pulls at an image, so that one prior weight serves every unit.

A prior weight is right for one scale of f and for nothing else: a channel's sum is of order 10⁵ on
SqueezeNet where a class's logit is of order 10. What the prior's gradient is weighed against is not
f but f's gradient, and what the eye sees is the gradient where it is, not over the whole image.
"""

from __future__ import annotations

from torch import Tensor

MEMORY = 0.98  # of the running mean: it follows over some fifty iterations


# The side, in pixels, from which on the prior has its full weight beside a balanced gradient.
FULL = 96


def relief(side: int) -> float:
    """What a prior's weight is multiplied by on images of that side, where f is balanced.

    A small image's strokes are few pixels wide: what is their shape there is an edge in a larger
    one, and the prior smooths it away. LeNet's ten digits, 28 pixels: with the prior at its full
    weight LeNet names seven of the ten pictures as they are shown; with this all ten.
    """
    return min(1.0, (side / FULL) ** 2)


class Balance:
    """Divides f's gradient by its typical length per pixel it moves, a running mean.

    For the lengths g_p of an image's gradient at its pixels p, that is √(Σ g_p⁴ / Σ g_p²): the
    mean over the gradient's own mass, so that a neuron, which moves a hundredth of the image, is
    not taken for a weak unit. The running mean of its square is the one of Adam's second moment
    (Kingma & Ba 2015), unbiased from the first iteration on. Bringing each gradient to one length
    anew, or the prior's as well, loses the picture: then a flat image, whose edge energy has
    hardly a gradient, is smoothed as hard as a rough one.
    """

    def __init__(self) -> None:
        self._squares: Tensor | None = None
        self._seen = 0

    def __call__(self, gradient: Tensor) -> Tensor:
        """∇f (N, C, H, W), divided for each image of the batch; the same shape."""
        squares = _pull(gradient)
        self._seen += 1
        if self._squares is None:
            self._squares = squares * (1 - MEMORY)
        else:
            self._squares.lerp_(squares, 1 - MEMORY)
        typical = (self._squares / (1 - MEMORY**self._seen)).sqrt().clamp_min(1e-20)
        return gradient / typical.view(-1, 1, 1, 1)


def _pull(gradient: Tensor) -> Tensor:
    lengths = gradient.square().sum(1).flatten(1)  # g_p², (N, H * W)
    return lengths.square().sum(1) / lengths.sum(1).clamp_min(1e-30)
