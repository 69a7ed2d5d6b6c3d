"""How strongly every unit of a network responds to a batch of images, in one forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.networks import Network, channels_first
from engine.patches.best import Best
from engine.units import CLASSES

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Response:
    """Those of a layer's units that an image of the batch may excite more than what is kept.

    ``rows`` are the images' places in the batch, ``units`` the units' in ``Best``, ``values`` the
    activations, ``places`` their positions in the maps, row by row; all are (n,).
    """

    layer: str
    rows: Numbers
    units: Numbers
    values: NDArray[np.float32]
    places: Numbers


class Responses:
    """Looks at each layer's output as it passes: no map is kept, and only those maps are searched
    for their maximum's place whose maximum is worth it.
    """

    def __init__(self, network: Network, units: dict[str, slice], best: Best) -> None:
        self._network = network
        self._units = units
        self.best = best
        self._found: dict[str, Response] = {}
        self._count = 0

    @torch.no_grad()
    def of(self, crops: NDArray[np.uint8]) -> list[Response]:
        """The responses to images as the network sees them, uint8 (N, S, S, 3)."""
        self._found = {}
        self._count = len(crops)
        model = self._network.model
        handles = [
            model.get_submodule(name).register_forward_hook(self._hook(name))
            for name in self._units
            if name != CLASSES
        ]
        try:
            x = self._network.preprocessing.normalize(crops).to(self._network.device)
            logits = self._network.logits(x)
            if CLASSES in self._units:
                self._look(CLASSES, logits)
        finally:
            for handle in handles:
                handle.remove()
        return list(self._found.values())

    def _hook(self, name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor) and name not in self._found:
                self._look(name, channels_first(output))

        return hook

    def _look(self, name: str, output: Tensor) -> None:
        units = self._units[name]
        output = output[: self._count]  # an exported network's batch may have been filled up
        maps = output if output.ndim == 4 else output[:, :, None, None]
        most = maps.amax((2, 3))  # (N, C)
        values = most.float().cpu().numpy()
        worth = values > self.best.bar(units)
        rows, channels = np.nonzero(worth)
        places = np.zeros(len(rows), np.intp)
        if len(rows) and output.ndim == 4:
            at = torch.from_numpy(np.stack([rows, channels])).to(maps.device)
            chosen = maps[at[0], at[1]]  # (n, H, W)
            places = chosen.flatten(1).argmax(1).cpu().numpy()
        self._found[name] = Response(
            name, rows, channels + units.start, values[rows, channels], places
        )
