"""The pictures of an atlas: units of one layer climb together, a row of a batch each.

A row starts from the noise and sees the transformations of a run of its unit alone, so that a
unit's picture is that of ``maximize`` with the same recipe, whatever stands beside it; the
arithmetic of a batch differs in the last bits. No class is named and nothing is displayed before
the end.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import islice, pairwise

import torch
from torch import nn

from engine.atlas.parcels import Made
from engine.devices import DeviceError, is_out_of_memory, out_of_memory_sentence
from engine.jobs import DivergedError
from engine.maximization import climb, displayed
from engine.networks import Network
from engine.recipes import Recipe
from engine.units import CLASSES, Unit

# Pixels of a batch. Two cores gain nothing beyond what stays in their caches: at 96 pixels a unit
# of sixteen takes 0.6 of the time of one alone, at 224 one of four 0.9, one of thirty-two 1.2.
PIXELS = {"cpu": 2**18}
PIXELS_OF_A_GPU = 2**22
LARGEST = 256


class Renderer:
    """Makes pictures of one network with one recipe; ``size`` units at a time.

    ``size`` depends on nothing but the device and the image's size, so that a layer is cut into
    the same batches whenever it is made. It is halved where the device's memory is full.
    """

    def __init__(self, network: Network, recipe: Recipe) -> None:
        self.network = network
        self.recipe = recipe
        self.side = recipe.size or network.preprocessing.size
        pixels = PIXELS.get(network.device.type, PIXELS_OF_A_GPU)
        self.size = min(LARGEST, 2 ** int(math.log2(max(1, pixels / self.side**2))))

    def batches(self, total: int, made: Iterable[int]) -> Generator[list[int], None, None]:
        """The indices that are not made yet, batch by batch of the layer's fixed grid."""
        there = set(made)
        start = 0
        while start < total:
            stop = min(total, start - start % self.size + self.size)
            missing = [i for i in range(start, stop) if i not in there]
            if missing:
                yield missing
            start = stop

    def render(self, layer: str, indices: Sequence[int]) -> Generator[int, None, list[Made]]:
        """The pictures of some units of a layer; yields after each iteration how many moved by one.

        A unit whose objective turns out to be no number has no picture.

        Raises:
            DeviceError: the memory does not even hold one image.
            NetworkError: the layer is not reached.
        """
        trouble = ""
        try:
            return (yield from self._climbed(layer, indices))
        except DivergedError:
            trouble = "diverged"
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            trouble = "memory"
        # Out here nothing holds the failed attempt's tensors any more.
        if len(indices) == 1:
            if trouble == "diverged":
                return [Made(Unit(layer, indices[0]), None, math.nan, "", math.nan)]
            raise DeviceError(out_of_memory_sentence(str(self.network.device)))
        if trouble == "memory":
            self.size = max(1, self.size // 2)
            if self.network.device.type == "cuda":
                torch.cuda.empty_cache()
        half = (len(indices) + 1) // 2
        first = yield from self.render(layer, indices[:half])
        return first + (yield from self.render(layer, indices[half:]))

    def _climbed(self, layer: str, indices: Sequence[int]) -> Generator[int, None, list[Made]]:
        units = [Unit(layer, i) for i in indices]
        state = None
        states = climb(self.network, units, self.recipe, alike=True)
        for state in states:
            if state.iteration < self.recipe.steps:
                yield len(units)
        assert state is not None
        tops = (
            self.network.classify(state.x, 1)
            if state.logits is None
            else self.network.top(state.logits, 1)
        )
        pictures = displayed(self.network, state.x, standardized=not self.recipe.in_range)
        return [
            Made(unit, picture, f, *top[0])
            for unit, picture, f, top in zip(units, pictures, state.f, tops, strict=True)
        ]


def costs(network: Network, recipe: Recipe, layers: Sequence[str]) -> dict[str, float]:
    """About how many seconds an iteration of one image takes, by layer, ``class`` for the classes.

    Measured now: forward to each layer, three times for the gradient as well, and what an
    iteration of the first one takes beside that.
    """
    reached: dict[str, float] = {}
    began = 0.0

    def note(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _inputs: object, _output: object) -> None:
            reached.setdefault(name, _now(network) - began)

        return hook

    x = network.blank(size=recipe.size)
    modules = [(name, network.model.get_submodule(name)) for name in layers if name != CLASSES]
    with torch.no_grad():
        network.logits(x)  # the first is slower
        handles = [module.register_forward_hook(note(name)) for name, module in modules]
        try:
            began = _now(network)
            network.logits(x)
            whole = _now(network) - began
        finally:
            for handle in handles:
                handle.remove()
    gradients = {name: 3 * reached.get(name, whole) for name in layers}
    states = climb(network, [Unit(layers[0], 0)], recipe.changed(steps=4))
    times = [_now(network)]
    with contextlib.suppress(DivergedError):
        times += [_now(network) for _ in islice(states, 4)]
    took = min((b - a for a, b in pairwise(times)), default=0.0)
    beside = max(0.0, took - gradients[layers[0]])
    return {name: gradient + beside for name, gradient in gradients.items()}


def _now(network: Network) -> float:
    if network.device.type == "cuda":
        torch.cuda.synchronize(network.device)
    return time.perf_counter()
