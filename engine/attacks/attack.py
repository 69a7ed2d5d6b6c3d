"""Runs an attack: from pictures to Steps, measured alike whichever attack it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.attacks import attack_of
from engine.attacks.lattice import on_lattice
from engine.attacks.parcels import AttackRecord, AttackStep, Distortion, Pixels
from engine.attacks.problem import Iterate, Problem, lengths
from engine.attacks.recipe import METHODS, RANDOM, AttackRecipe
from engine.jobs import DivergedError, Picture
from engine.networks import Network
from engine.units import parse_unit


def attack(
    network: Network,
    pictures: Sequence[Picture],
    recipe: AttackRecipe | None = None,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[AttackStep]:
    """Makes adversarial examples of a batch of pictures; yields a Step an iteration.

    The first Step is of the untouched pictures. The last one is the attack's result.

    Args:
        network: on its device already.
        pictures: uint8 (H, W, 3) of any size; what the network sees of them is attacked.
        recipe: the lecture's gradient ascent where it is not given.
        pulse: called several times an iteration; may wait, or raise to end the attack.

    Raises:
        UnitError: the network has no such target.
        DivergedError: the image or its loss is not a number any more.
    """
    recipe = recipe or METHODS["gradient-ascent"].recipe
    crops = np.stack([network.preprocessing.crop(picture) for picture in pictures])
    yield from solve(pose(network, crops, recipe, pulse), recipe)


def solve(problem: Problem, recipe: AttackRecipe) -> Iterator[AttackStep]:
    """The attack on a posed problem: ``attack`` for crops that the network sees as they are.

    Raises:
        DivergedError: the image or its loss is not a number any more.
    """
    measure = _Measure(problem)
    iteration, last = 0, None
    for iterate in attack_of(recipe.method)(problem, recipe):
        yield measure(iteration, iterate)
        last = iterate
        iteration += 1
    assert last is not None, "an attack yields the untouched image at least"
    if recipe.lattice:
        pixels = on_lattice(problem, last.pixels.float(), recipe)  # some attacks are in double
        yield measure(iteration, replace(last, pixels=pixels, logits=None, settled=True))


def pose(
    network: Network,
    crops: Picture,
    recipe: AttackRecipe,
    pulse: Callable[[], None] = lambda: None,
) -> Problem:
    """The problem that an attack solves: crops, uint8 (N, S, S, 3), at the network's own size."""
    x = to_pixels(network, crops)
    generator = torch.Generator().manual_seed(recipe.seed)
    problem = Problem(network, x, torch.zeros(len(x)), None, generator, pulse)
    problem.labels = problem.logits(x).argmax(1)
    problem.targets = _targets(problem, recipe)
    return problem


def _targets(problem: Problem, recipe: AttackRecipe) -> Tensor | None:
    if not recipe.target:
        return None
    count = len(problem.network.classes)
    if recipe.target == RANDOM:
        # Never the image's own: one of the others, shifted past it.
        other = torch.randint(count - 1, problem.labels.shape, generator=problem.generator)
        other = other.to(problem.labels.device)
        return other + (other >= problem.labels)
    index = parse_unit(f"class:{recipe.target}", problem.network.info()).index
    return torch.full_like(problem.labels, index)


def target_names(problem: Problem) -> tuple[str, ...]:
    """The class aimed at in each image, by name; empty where any other class will do."""
    if problem.targets is None:
        return ("",) * len(problem.x)
    return tuple(problem.network.classes[i] for i in problem.targets.tolist())


def to_pixels(network: Network, crops: Picture) -> Tensor:
    """uint8 (N, S, S, 3) to pixels in [0, 1], (N, C, S, S), on the network's device."""
    x = torch.from_numpy(np.ascontiguousarray(crops)).float().div(255).permute(0, 3, 1, 2)
    if network.preprocessing.channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        x = (x * weights).sum(1, keepdim=True)
    return x.contiguous().to(network.device)


def to_pictures(pixels: Tensor) -> Picture:
    """Pixels (N, C, S, S) to what a PNG keeps of them: uint8 (N, S, S, 3)."""
    levels = pixels.detach().mul(255).round_().clamp_(0, 255).to(torch.uint8)
    return levels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous().cpu().numpy()


class _Measure:
    """Turns iterates into Steps: distances, classes, and the classes after saving."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._std = problem.scale[1]
        self._length = lengths(problem.x)  # (N,)
        self._normalized_length = lengths(problem.normalized(problem.x))

    @torch.no_grad()
    def __call__(self, iteration: int, iterate: Iterate) -> AttackStep:
        problem, pixels = self._problem, iterate.pixels.detach().float()
        if not pixels.isfinite().all():
            raise DivergedError(
                f"An image is no longer a number at iteration {iteration}: choose a smaller step. "
                "The last good ones are kept."
            )
        images = to_pictures(pixels)
        saved = problem.logits(to_pixels(problem.network, images))
        rounded = bool(torch.equal(to_pixels(problem.network, images), pixels))
        logits = iterate.logits
        if logits is None:
            logits = saved if rounded else problem.logits(pixels)
        if logits.isnan().any() or saved.isnan().any():
            raise DivergedError(
                f"The network's answer is not a number at iteration {iteration}: "
                + ("choose a smaller step." if iteration else "it cannot be attacked here.")
            )
        tops = problem.network.top(logits)
        columns = zip(
            tops,
            logits.argmax(1).tolist(),
            problem.fooled(logits).tolist(),
            saved.argmax(1).tolist(),
            problem.fooled(saved).tolist(),
            _numbers(iterate.loss, len(pixels)),
            _numbers(iterate.gradient, len(pixels)),
            self._distortions(pixels),
            strict=True,
        )
        classes = problem.network.classes
        rows = tuple(
            AttackRecord(
                iteration, top, index, fooled, classes[s], s, s_fooled, loss, gradient, distortion,
                iterate.settled,
            )
            for top, index, fooled, s, s_fooled, loss, gradient, distortion in columns
        )  # fmt: skip
        values: Pixels = pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        changes = (pixels - problem.x).half().permute(0, 2, 3, 1).contiguous().cpu().numpy()
        return AttackStep(iteration, rows, images, values, iterate.note, changes)

    def _distortions(self, pixels: Tensor) -> list[Distortion]:
        delta = pixels - self._problem.x
        length = lengths(delta)
        normalized = _ratio(lengths(delta / self._std), self._normalized_length)
        relative = _ratio(length, self._length)
        largest = delta.abs().amax((1, 2, 3)) * 255
        outside = torch.maximum(-pixels, pixels - 1).amax((1, 2, 3)).clamp_min(0) * 255
        rows = torch.stack([normalized, relative, length, largest, outside], 1).tolist()
        return [Distortion(*row) for row in rows]


def _ratio(change: Tensor, whole: Tensor) -> Tensor:
    """Of lengths (N,); NaN where an image that is nothing but zeros was changed."""
    share = torch.where(whole > 0, change / whole, torch.nan)
    return torch.where(change > 0, share, 0)


def _numbers(values: Tensor | None, count: int) -> list[float]:
    return [float("nan")] * count if values is None else values.detach().tolist()
