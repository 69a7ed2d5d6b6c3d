"""Exported programs (.pt2) as networks: their layers come from the exported graph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx
from tqdm import tqdm

from engine.catalogue import graphs, programs
from engine.catalogue.weights import sha256
from engine.jobs import NetworkError, NetworkRef
from engine.networks import Network, Preprocessing

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
Range = tuple[int, float]  # both ends belong to it; the upper may be infinite


@dataclass(slots=True)
class ExportedNetwork(Network):
    """A network of a fixed graph: it takes the batches and the sizes that it was exported with.

    A batch that it does not take goes through in parts, the last filled up with its own last
    image; what is filled up is cut off again.
    """

    batch: Range = (1, math.inf)
    height: Range = (1, math.inf)
    width: Range = (1, math.inf)

    def to(self, device: torch.device | str) -> Network:
        """Moves it, and where its graph makes tensors."""
        model = self.model
        assert isinstance(model, fx.GraphModule)
        for node in model.graph.nodes:
            if "device" in node.kwargs:
                node.kwargs = {**node.kwargs, "device": torch.device(device)}
        model.recompile()
        return Network.to(self, device)

    def logits(self, x: Tensor) -> Tensor:
        """Normalized (N, C, H, W) to logits (N, classes).

        Raises:
            NetworkError: its graph is of another size of image.
        """
        return torch.cat([self.model(part)[:count] for part, count in self._parts(x)])

    def activations(self, x: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """The outputs (N, ...) of some layers; see ``Network.activations``.

        Raises:
            NetworkError: its graph is of another size of image, or it has no such layer.
        """
        wanted = set(layers)
        parts = list(self._parts(x))
        found = [(Network.activations(self, part, wanted), count) for part, count in parts]
        if len(found) == 1 and found[0][1] == len(parts[0][0]):
            return found[0][0]
        return {name: torch.cat([one[name][:count] for one, count in found]) for name in wanted}

    def _parts(self, x: Tensor) -> Iterator[tuple[Tensor, int]]:
        """The batch in parts that the graph takes, each with the number of its own images."""
        for side, (least, most) in zip(x.shape[-2:], (self.height, self.width), strict=True):
            if not least <= side <= most:
                raise NetworkError(
                    f"{self.title} was exported for images of {_told(self.height, self.width)} "
                    f"pixels and takes no others; these are {x.shape[-2]}×{x.shape[-1]}."
                )
        least, most = self.batch
        for part in x.split(int(min(most, len(x)))):
            count = len(part)
            if count < least:
                part = torch.cat([part, part[-1:].expand(least - count, -1, -1, -1)])
            yield part, count

    def probe(self) -> Tensor:
        """An empty batch of the least size that it takes."""
        return self.blank(self.batch[0])


def load(path: Path | str) -> ExportedNetwork:
    """The network of a ``.pt2`` file, with what its file tells of its input and its classes.

    Pixels of one channel are taken as they are, in [0, 1]; of three, as ImageNet's networks
    normalize them. Classes are numbers. ``own.applied`` puts what the person says in place.

    Raises:
        NetworkError: no export, a damaged or unsafe one, or none that gives images classes.
    """
    path = Path(path)
    with _no_monitor():
        program = programs.load(path)
    title = path.name
    try:
        batch, channels, height, width = _input(program, title)
        with _no_monitor():
            model = graphs.modules(program, title)
        preprocessing = _preprocessing(program, channels, height, width)
        ref = NetworkRef(title, str(path.resolve()), sha256(path))
        network = ExportedNetwork(
            title, title, model, (), preprocessing, ref, batch=batch, height=height, width=width
        )
        with torch.no_grad():
            count = network.logits(network.blank()).shape[1]
        network.classes = tuple(map(str, range(count)))
    except NetworkError:
        raise
    except Exception as error:  # a damaged graph fails wherever it is damaged
        raise NetworkError(
            f"{title} cannot be run: its graph is damaged, or made for another device. Export it "
            "again on a CPU."
        ) from error
    return network


@contextmanager
def _no_monitor() -> Iterator[None]:
    """Torch walks a graph with a progress bar that nobody sees, but which starts a thread."""
    interval, tqdm.monitor_interval = tqdm.monitor_interval, 0
    try:
        yield
    finally:
        tqdm.monitor_interval = interval


def _input(program: torch.export.ExportedProgram, title: str) -> tuple[Range, int, Range, Range]:
    """What the program's one input may be: its batch, channels, height and width."""
    names = program.graph_signature.user_inputs
    nodes = {x.name: x for x in program.graph.nodes if x.op == "placeholder"}
    values = [nodes[str(x)].meta.get("val") for x in names if str(x) in nodes]
    if len(values) != 1 or len(names) != 1:
        raise NetworkError(f"{title} takes {len(names)} inputs; a classifier takes one image.")
    value = values[0]
    if not isinstance(value, Tensor) or value.ndim != 4 or not value.is_floating_point():
        raise NetworkError(
            f"{title} takes no images (N, channels, height, width){_instead(value)}."
        )
    batch, channels, height, width = (_range(x, program.range_constraints) for x in value.shape)
    if channels not in ((1, 1), (3, 3)) and width in ((1, 1), (3, 3)):
        raise NetworkError(
            f"{title} takes images with their channels last: export it for (N, channels, height, "
            "width), with a permute(0, 2, 3, 1) before it."
        )
    if channels not in ((1, 1), (3, 3)):
        many = f"{channels[0]}" if channels[0] == channels[1] else "any number of"
        raise NetworkError(
            f"{title} takes images of {many} channels; only grey (1) and colour (3) can be shown."
        )
    if height != width and (height[1] == height[0] or width[1] == width[0]):
        raise NetworkError(
            f"{title} takes images of {_told(height, width)} pixels; only square ones are made."
        )
    return batch, channels[0], height, width


def _instead(value: Any) -> str:
    """What it takes instead, and what to do about it."""
    if not isinstance(value, Tensor):
        return ""
    if value.ndim == 4:
        kind = str(value.dtype).removeprefix("torch.")
        return f" of fractions but of {kind}: export it with the conversion left out"
    if value.ndim == 3:
        return " but one image without its batch: export it for (1, channels, height, width)"
    return f" but tensors of {value.ndim} dimension{'s' * (value.ndim != 1)}"


def _range(size: Any, constraints: dict[Any, Any]) -> Range:
    if isinstance(size, int):
        return size, size
    known = constraints.get(size.node.expr)
    if known is None:
        return 1, math.inf
    upper = known.upper
    return max(1, int(known.lower)), int(upper) if getattr(upper, "is_Integer", False) else math.inf


def _preprocessing(
    program: torch.export.ExportedProgram, channels: int, height: Range, width: Range
) -> Preprocessing:
    size = height[0]
    if height[0] != height[1]:
        size = 224
        with suppress(TypeError, IndexError, AttributeError):  # a file may lack an example
            size = int(program.example_inputs[0][0].shape[-1])
        size = int(min(max(size, height[0], width[0]), height[1], width[1]))
    mean, std = IMAGENET if channels == 3 else ((0.0,), (1.0,))
    return Preprocessing(size, resized(size), mean, std)


def resized(size: int) -> int:
    """The shorter side before the crop: 256 for 224 pixels, and none is lost of small images."""
    return round(size * 256 / 224) if size >= 96 else size


def _told(height: Range, width: Range) -> str:
    def one(side: Range) -> str:
        if side[0] == side[1]:
            return str(side[0])
        return f"{side[0]} or more" if side[1] == math.inf else f"{side[0]} to {side[1]}"

    return f"{one(height)}×{one(width)}"
