"""What every attack is given: the images, what fools, and the network's answers with gradients."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.networks import Network

# Images that go through the network together: what a batch of forty of VGG16's needs at once is
# 5 GB. On a CPU more at once is no faster; a GPU wants to be filled.
CHUNK_CPU, CHUNK_GPU = 8, 32


@dataclass(slots=True)
class Iterate:
    """One iteration of an attack, as it is before its update.

    ``pixels`` (N, C, S, S) in [0, 1]; only the lecture's leaves that. ``logits`` (N, classes) of
    them where the attack had them, ``loss`` and ``gradient`` (N,), the latter its length, where it
    has one. ``settled`` marks the attack's result where it is not the last iteration's.
    """

    pixels: Tensor
    logits: Tensor | None = None
    loss: Tensor | None = None
    gradient: Tensor | None = None
    note: str = ""
    settled: bool = False


@dataclass(slots=True)
class Problem:
    """A batch of images and what is wanted of them.

    Attributes:
        x: the untouched pixels in [0, 1], (N, C, S, S), on the network's device.
        labels: the network's own predictions on them, (N,).
        targets: the classes aimed at, (N,); ``None`` where any other class will do.
        generator: of everything random, on the CPU.
        pulse: called between chunks; raises to end the attack, or waits.
    """

    network: Network
    x: Tensor
    labels: Tensor
    targets: Tensor | None
    generator: torch.Generator
    pulse: Callable[[], None] = lambda: None

    def part(self, rows: Tensor) -> Problem:
        """The same of some of its images, given by number or by a mask."""
        targets = None if self.targets is None else self.targets[rows]
        return replace(self, x=self.x[rows], labels=self.labels[rows], targets=targets)

    @property
    def chunk(self) -> int:
        """How many images go through the network together."""
        return CHUNK_CPU if self.network.device.type == "cpu" else CHUNK_GPU

    def in_double(self) -> Problem:
        """The same in float64, with a copy of the network; itself on a device without (mps)."""
        if self.network.device.type == "mps":
            return self
        model = copy.deepcopy(self.network.model).double()
        return replace(self, network=replace(self.network, model=model), x=self.x.double())

    def normalized(self, pixels: Tensor) -> Tensor:
        """Pixels to the network's own space."""
        mean, std = self.scale
        return (pixels - mean) / std

    @property
    def scale(self) -> tuple[Tensor, Tensor]:
        """The preprocessing's mean and standard deviation, (1, C, 1, 1)."""
        p = self.network.preprocessing
        return (
            self.x.new_tensor(p.mean).view(1, -1, 1, 1),
            self.x.new_tensor(p.std).view(1, -1, 1, 1),
        )

    @torch.no_grad()
    def logits(self, pixels: Tensor) -> Tensor:
        """The network's answers (N, classes) to pixels (N, C, S, S)."""
        parts = []
        for part in pixels.split(self.chunk):
            self.pulse()
            parts.append(self.network.logits(self.normalized(part)))
        return torch.cat(parts)

    def gradient(
        self,
        pixels: Tensor,
        objective: Callable[[Tensor, slice], Tensor],
        *,
        normalized: bool = False,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """An objective's values (N,), its gradient with respect to ``pixels``, and the logits.

        ``objective`` gets logits (n, classes) of some of the images and which these are, and gives
        (n,). ``normalized``: ``pixels`` are in the network's own space already (the lecture's).
        """
        values, gradients, logits = [], [], []
        for start in range(0, len(pixels), self.chunk):
            self.pulse()
            rows = slice(start, min(start + self.chunk, len(pixels)))
            x = pixels[rows].detach().requires_grad_()
            z = self.network.logits(x if normalized else self.normalized(x))
            value = objective(z, rows)
            gradients.append(torch.autograd.grad(value.sum(), x)[0])
            values.append(value.detach())
            logits.append(z.detach())
        return torch.cat(values), torch.cat(gradients), torch.cat(logits)

    def adversity(self, kind: str) -> Callable[[Tensor, slice], Tensor]:
        """What is climbed to fool: of logits (n, classes) and their rows, (n,).

        ``cross-entropy``: of the first prediction, or minus that of the target. ``margin``:
        max over j ≠ y of z_j − z_y, or z_t − max over j ≠ t of z_j; above 0 the network is fooled.
        """

        def cross_entropy(z: Tensor, rows: slice) -> Tensor:
            if self.targets is not None:
                return -torch.nn.functional.cross_entropy(z, self.targets[rows], reduction="none")
            return torch.nn.functional.cross_entropy(z, self.labels[rows], reduction="none")

        return cross_entropy if kind == "cross-entropy" else self.margin

    def margin(self, z: Tensor, rows: slice = slice(None)) -> Tensor:
        """By how much the logits (n, classes) fool, (n,): above 0 they do."""
        wanted = self.labels if self.targets is None else self.targets
        own = z.gather(1, wanted[rows, None])  # (n, 1)
        others = z.scatter(1, wanted[rows, None], -torch.inf).amax(1)  # (n,)
        return others - own[:, 0] if self.targets is None else own[:, 0] - others

    def fooled(self, z: Tensor, rows: slice = slice(None)) -> Tensor:
        """Which of the logits (n, classes) are what the attack wants, (n,) of bool.

        Never the first prediction: who aims at that fools nobody.
        """
        best = z.argmax(1)
        changed = best != self.labels[rows]
        return changed if self.targets is None else changed & (best == self.targets[rows])


def lengths(x: Tensor) -> Tensor:
    """The 2-norm of each image of (N, C, S, S): (N,)."""
    # torch's norm adds the squares one after another: off by 1e-6 at 150,528 of them, a sum 6e-8.
    return x.flatten(1).square().sum(1).sqrt()


def per_image(values: Tensor) -> Tensor:
    """(N,) shaped to multiply images: (N, 1, 1, 1)."""
    return values.view(-1, 1, 1, 1)
