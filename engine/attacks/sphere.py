"""The sphere test (*lecture*): random points twice as far as the adversarial image fool nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from engine.attacks.parcels import Pixels, Sphere
from engine.attacks.problem import CHUNK_CPU, CHUNK_GPU
from engine.jobs import Picture
from engine.networks import Network

FACTOR = 2  # the sphere's radius in distances of the adversarial image


@dataclass(frozen=True, slots=True)
class SphereState:
    """A sphere test so far: ``done`` points, of which ``sphere`` tells.

    ``before`` is the class of the original, ``adversarial`` that of the adversarial image itself.
    """

    done: int
    sphere: Sphere
    before: str
    adversarial: str


@torch.no_grad()
def sphere_test(
    network: Network,
    original: Picture,
    values: Pixels,
    *,
    samples: int = 1000,
    seed: int = 0,
    chunk: int = 0,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[SphereState]:
    """Counts the random points around an image whose class is another; yields after each chunk.

    The points are uniform on the sphere around the original with twice the adversarial's distance
    as its radius, in normalized space. Every state is a result of its own: of as many samples as
    were done until then.

    Args:
        network: on its device already.
        original: what the network sees of the image, uint8 (S, S, 3).
        values: the adversarial image, float32 (S, S, C), 1 is white.
        chunk: how many points go through the network together; 0 is as fits the device.
        pulse: called before each chunk; may wait, or raise to end the test.

    Raises:
        ValueError: the adversarial image is the original, or of another size; no samples.

    Source: Fleuret, *Optimizing inputs*; METHODS.md §3.
    """
    if samples < 1:
        raise ValueError("The sphere test needs one sample at least.")
    centre, adversarial = ends(network, original, values)
    radius = FACTOR * distance(centre, adversarial)
    # Of a picture that never moved, its way through normalized space leaves rounding alone.
    if not radius > FACTOR * torch.finfo(torch.float32).eps * float(centre.double().norm()):
        raise ValueError(
            "The adversarial image is the original: there is no distance to test. "
            "Run an attack that changes it first."
        )
    chunk = chunk or (CHUNK_CPU if network.device.type == "cpu" else CHUNK_GPU)
    drawn = points(centre, radius, seed)
    own, fooled = _classes(network, torch.stack([centre, adversarial]))
    became: Counter[int] = Counter()
    names = network.classes
    for done in range(0, samples, chunk):
        pulse()
        part = torch.stack(list(islice(drawn, min(chunk, samples - done))))
        became.update(index for index in _classes(network, part) if index != own)
        done += len(part)
        found = sorted(became.items(), key=lambda pair: (-pair[1], pair[0]))
        classes = tuple((names[index], count) for index, count in found)
        sphere = Sphere(radius, done, became.total(), classes, seed)
        yield SphereState(done, sphere, names[own], names[fooled])


def points(centre: Tensor, radius: float, seed: int) -> Iterator[Tensor]:
    """Points on the sphere, (C, S, S) float32 on the CPU, without an end; the seed draws them.

    A Gaussian sample each, scaled to the radius. They are drawn one by one and always on the CPU,
    so that neither the chunk nor the device changes which they are; lengths are float64's.
    """
    generator = torch.Generator().manual_seed(seed)
    exact = centre.double()
    while True:
        direction = torch.randn(centre.shape, generator=generator).double()
        yield (exact + direction * (radius / direction.norm())).float()


def ends(network: Network, original: Picture, values: Pixels) -> tuple[Tensor, Tensor]:
    """Original and adversarial in normalized space: (C, S, S) float32 each, on the CPU.

    Raises:
        ValueError: they are not of one size.
    """
    normalized = network.preprocessing.normalize(original)[0]
    column = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).permute(2, 0, 1)
    if column.shape != normalized.shape:
        raise ValueError(
            f"The adversarial image is {tuple(column.shape)}, its original "
            f"{tuple(normalized.shape)}: they are not of one image."
        )
    p = network.preprocessing
    mean, std = torch.tensor(p.mean).view(-1, 1, 1), torch.tensor(p.std).view(-1, 1, 1)
    return normalized, (column - mean) / std


def distance(a: Tensor, b: Tensor) -> float:
    """‖a − b‖ of two images in normalized space, in float64."""
    return float((a.double() - b.double()).norm())


def _classes(network: Network, x: Tensor) -> list[int]:
    found: list[int] = network.logits(x.to(network.device)).argmax(1).tolist()
    return found
