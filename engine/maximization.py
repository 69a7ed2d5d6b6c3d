"""Maximum response samples: x̂ = argmax f(x) − h(x), climbed step by step (METHODS.md §2)."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.jobs import DivergedError, Picture, Step
from engine.networks import Network, check_input_size
from engine.objectives import Objective, of_units
from engine.operators import operate
from engine.optimizers import optimizer
from engine.parameterizations import Parameterization, parameterization
from engine.priors import PRIORS
from engine.recipes import Recipe, preset
from engine.scaling import Balance, relief
from engine.transforms import transformed
from engine.units import CLASSES, Unit, parse_unit


@dataclass(frozen=True, slots=True)
class State:
    """One iteration of a batch. ``x`` (N, C, H, W) is the live image: use it before the next.

    ``f`` and ``h`` are (N,); ``logits`` (N, classes) where the objective needed them.
    """

    iteration: int
    x: Tensor
    f: list[float]
    h: list[float]
    logits: Tensor | None


def maximize(
    network: Network,
    unit: Unit | str,
    recipe: Recipe | None = None,
    start: Picture | None = None,
) -> Generator[Step, Recipe | None, None]:
    """Optimizes one image for one unit; yields a Step an iteration, the untouched start first.

    Iteration k is yielded before its update, so ``recipe.steps`` updates give one Step more. The
    next recipe can be sent in: ``step = steps.send(recipe)`` turns the turnable values.
    Where the recipe transforms the image at random, f and the classes are those of what the
    network saw; in the last Step they are the image's own.

    Args:
        network: on its device already.
        unit: or its written form.
        recipe: *Balanced* where it is not given.
        start: a picture to start from, uint8 (H, W, 3), instead of noise.

    Raises:
        UnitError: the network has no such unit.
        DivergedError: f or h is not a number any more.
    """
    unit = parse_unit(unit, network.info()) if isinstance(unit, str) else unit
    recipe = recipe or preset("balanced")
    states = climb(network, [unit], recipe, start=None if start is None else start[None])
    # The lecture's display is the lecture's, also of a neuron.
    sparse = unit.kind == "neuron" and recipe.scale == "unit"
    standardized = start is None and not recipe.in_range
    turned: Recipe | None = None
    try:
        while True:
            state = next(states) if turned is None else states.send(turned)
            recipe = turned or recipe
            top: tuple[tuple[str, float], ...] = ()
            if state.logits is not None:
                top = network.top(state.logits)[0]
            elif state.iteration % recipe.classify_every == 0 or state.iteration >= recipe.steps:
                top = network.classify(state.x)[0]
            image = displayed(network, state.x, standardized=standardized, sparse=sparse)[0]
            turned = yield Step(state.iteration, state.f[0], state.h[0], top, image)
    except StopIteration:
        return


def climb(
    network: Network,
    units: Sequence[Unit],
    recipe: Recipe,
    *,
    objective: Objective | None = None,
    start: Picture | Tensor | None = None,
    alike: bool = False,
) -> Generator[State, Recipe | None, None]:
    """The loop itself, for a batch: row i maximizes ``units[i]``, all of one layer.

    ``objective`` replaces the units' own f. ``start`` is pictures, uint8 (N, H, W, 3), or x₀
    itself, a normalized tensor (N, C, H, W); of a float64 one the network sees float32 copies,
    and the image, its prior and its updates are float64. ``alike``: every row starts from the same
    noise, that of a climb of its unit alone, and so becomes the same picture. See ``maximize``.

    Four things are apart here: the objective f, the parameterization that makes x, the random
    transformation that the network sees it through, and this loop.
    """
    if recipe.size not in (None, network.preprocessing.size):
        check_input_size(network, recipe.size)
    f_of = objective or of_units(units)
    generator = torch.Generator().manual_seed(recipe.seed)
    made = starting_images(network, len(units), recipe, generator, start, alike=alike)
    x = made.image()
    balance = Balance() if recipe.scale == "unit" else None
    share = relief(x.shape[-1]) if balance else 1.0
    descent = optimizer(recipe.optimizer, made.values)
    k = 0
    while k < recipe.steps:
        seen = transformed(x, recipe, generator, network.preprocessing.size)
        outputs = network.activations(seen.float(), f_of.layers)
        f = f_of(outputs)  # (N,)
        h = PRIORS[recipe.prior](x)  # (N,)
        values = _finite(k, f, h)
        turned = yield State(k, x.detach(), *values, _logits(outputs))
        if turned is not None:  # it acts on this iteration's update
            recipe = turned
            h = PRIORS[recipe.prior](x)
        (climbing,) = torch.autograd.grad(f.sum(), x)
        if balance:
            climbing = balance(climbing)
        downhill = -climbing
        if h.requires_grad:  # a prior may be a constant
            downhill += torch.autograd.grad((share * recipe.prior_weight * h).sum(), x)[0]
        descent.step(made.values, made.pull(downhill), learning_rate(recipe, k))
        if recipe.parameterization == "pixels":
            operate(made.values, climbing, recipe, k, network.preprocessing)
        x = made.image()
        k += 1
    with torch.no_grad():
        outputs = network.activations(x.float(), f_of.layers)
        values = _finite(k, f_of(outputs), PRIORS[recipe.prior](x))
    yield State(k, x.detach(), *values, _logits(outputs))


def learning_rate(recipe: Recipe, iteration: int) -> float:
    """The rate at an iteration: along half a cosine from ``lr`` to ``lr * lr_end``."""
    done = min(iteration / recipe.steps, 1.0)
    return recipe.lr * (recipe.lr_end + (1 - recipe.lr_end) * (1 + math.cos(math.pi * done)) / 2)


def starting_images(
    network: Network,
    count: int,
    recipe: Recipe,
    generator: torch.Generator,
    start: Picture | Tensor | None = None,
    *,
    alike: bool = False,
) -> Parameterization:
    """The recipe's parameterization of x₀ (N, C, S, S): noise of ``start_std``, or pictures.

    ``alike``: the noise of one image, for each.
    """
    size = recipe.size or network.preprocessing.size
    if start is not None and not isinstance(start, Tensor):
        crops = np.stack([network.preprocessing.crop(picture, size) for picture in start])
        start = network.preprocessing.normalize(crops).contiguous()
    shape = (count, network.preprocessing.channels, size, size)
    return parameterization(network, shape, recipe, generator, start, alike=alike)


@torch.no_grad()
def displayed(
    network: Network, x: Tensor, *, standardized: bool = True, sparse: bool = False
) -> Picture:
    """What is shown of x (N, C, H, W): uint8 (N, H, W, 3).

    Standardized: 0.5 + 0.1 (x − mean) / std over each whole image (*lecture*), for an x that was
    grown from noise and has no brightness of its own; otherwise the pixels that x stands for.
    Sparse: a neuron leaves most of its image flat, whose std is then too small for the rest. With
    d = x − mean, √(Σ d⁴ / 3 Σ d²) takes its place: the same for Gaussian values, larger for few.
    """
    if standardized:
        pixels = x - x.mean((1, 2, 3), keepdim=True)
        squares = pixels.square()
        square = squares.sum((1, 2, 3), keepdim=True)
        if sparse:
            std = (squares.square_().sum((1, 2, 3), keepdim=True) / (3 * square + 1e-24)).sqrt()
        else:  # torch.std goes through the image number by number, many times as slow
            std = (square / max(1, x[0].numel() - 1)).sqrt()
        pixels.mul_(0.1 / (std + 1e-12)).add_(0.5)
    else:
        pixels = network.preprocessing.to_pixels(x)
    # The rounding is torchvision's save_image's.
    levels = pixels.mul_(255).add_(0.5).clamp_(0, 255).to(torch.uint8)
    return levels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous().cpu().numpy()


def _logits(outputs: dict[str, Tensor]) -> Tensor | None:
    return outputs[CLASSES].detach() if CLASSES in outputs else None


def _finite(iteration: int, f: Tensor, h: Tensor) -> tuple[list[float], list[float]]:
    both = torch.stack([f.detach().to(h.dtype), h.detach()]).tolist()
    if not all(math.isfinite(value) for values in both for value in values):
        raise DivergedError(
            f"The objective is no longer a number at iteration {iteration}: "
            "choose a smaller step, or a smaller prior weight. The last good image is kept."
        )
    return both[0], both[1]
