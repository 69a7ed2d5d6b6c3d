"""A classifier with its preprocessing and class names, run only as far as a layer needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from engine import images
from engine.jobs import NetworkError, NetworkRef, Picture
from engine.units import CLASSES, Layer, NetworkInfo, ReceptiveField


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """From a photograph to a network's input, as the weights' own metadata give it.

    ``resize`` is the length of the shorter side before the central crop of ``size`` pixels;
    ``mean`` and ``std`` are one number a channel, of pixels in [0, 1].
    """

    size: int
    resize: int
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    interpolation: str = "bilinear"

    @property
    def channels(self) -> int:
        """3 for colour, 1 for grey."""
        return len(self.mean)

    def crop(self, picture: Picture, size: int | None = None) -> Picture:
        """The part that the network sees of a picture (H, W, 3): uint8 (size, size, 3)."""
        size = size or self.size
        resize = round(self.resize * size / self.size)
        return images.crop(picture, size, resize, self.interpolation)

    def normalize(self, pictures: Picture) -> Tensor:
        """uint8 (..., H, W, 3) to normalized float32 (N, C, H, W)."""
        x = torch.from_numpy(np.ascontiguousarray(pictures)).float().div(255)
        x = x.reshape(-1, *x.shape[-3:]).permute(0, 3, 1, 2)
        if self.channels == 1:
            weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
            x = (x * weights).sum(1, keepdim=True)
        return (x - _column(self.mean)) / _column(self.std)

    def to_pixels(self, x: Tensor) -> Tensor:
        """Normalized (N, C, H, W) to pixels, clamped to [0, 1]."""
        mean, std = _column(self.mean).to(x.device), _column(self.std).to(x.device)
        return (x * std + mean).clamp(0, 1)


@dataclass(slots=True)
class Network:
    """A network ready for looking into: in eval mode, frozen, none of its modules in place.

    In-place activations would overwrite what the layer before them gave (torchvision's VGG,
    AlexNet and SqueezeNet use them), so that a convolution's unit would mean its ReLU's.
    Its parameters need no gradient, only the input does: half the work of a backward pass.
    """

    name: str
    title: str
    model: nn.Module
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    ref: NetworkRef
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    fields: dict[str, ReceptiveField] | None = None  # see engine.fields, which fills it
    _info: NetworkInfo | None = None

    def __post_init__(self) -> None:
        self.model.eval().requires_grad_(False)
        for module in self.model.modules():
            if getattr(module, "inplace", False):
                module.inplace = False  # type: ignore[assignment]
        self.to(self.device)

    def to(self, device: torch.device | str) -> Network:
        """Moves it; convolutions are faster on channels-last weights (1.5× on two cores)."""
        self.device = torch.device(device)
        self.model.to(device=self.device)
        if self.device.type != "mps":
            self.model.to(memory_format=torch.channels_last)
        return self

    def logits(self, x: Tensor) -> Tensor:
        """Normalized (N, C, H, W) to logits (N, classes)."""
        return self.model(x)

    def activations(self, x: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """The outputs (N, ...) of some layers, running the network no further than the last.

        ``class`` stands for the logits. A module that is called several times gives its first
        output. The tensors are the layers' own, whatever later operations do in place, channels
        before positions: (N, C, H, W) also of layers that compute with the channels last, and
        (N, C, T, 1) of a transformer's tokens.

        Raises:
            NetworkError: a layer is not reached for this input.
        """
        wanted = set(layers)
        if CLASSES in wanted:
            hidden = wanted - {CLASSES}
            if not hidden:
                return {CLASSES: self.logits(x)}
        else:
            hidden = wanted
        found: dict[str, Tensor] = {}

        def keep(name: str) -> Callable[[nn.Module, object, object], None]:
            def hook(_module: nn.Module, _inputs: object, output: object) -> None:
                if name in found or not isinstance(output, Tensor):
                    return
                last = len(found) + 1 == len(wanted)
                # What is run further could overwrite it; where the run ends nothing can.
                found[name] = output if last else output.clone()
                if last:
                    raise _Reached

            return hook

        modules = {name: self.model.get_submodule(name) for name in hidden}
        handles = [modules[name].register_forward_hook(keep(name)) for name in hidden]
        try:
            logits = self.model(x)
            if CLASSES in wanted:
                found[CLASSES] = logits
        except _Reached:
            pass
        finally:
            for handle in handles:
                handle.remove()
        missing = wanted - set(found)
        if missing:
            raise NetworkError(
                f"{self.title} gives no tensor at {', '.join(sorted(missing))}; choose another."
            )
        return {k: x if k == CLASSES else channels_first(x) for k, x in found.items()}

    @torch.no_grad()
    def classify(self, x: Tensor, count: int = 5) -> list[tuple[tuple[str, float], ...]]:
        """The most probable classes of each image, with their probabilities."""
        return self.top(self.logits(x), count)

    @torch.no_grad()
    def top(self, logits: Tensor, count: int = 5) -> list[tuple[tuple[str, float], ...]]:
        """From logits (N, classes) to the ``count`` most probable classes of each row."""
        # On the CPU, numpy's few small operations take a tenth of torch's time.
        rows = logits.detach().double().cpu().numpy()
        # A diverging network's infinite logits still give probabilities, not NaN.
        rows = np.nan_to_num(rows, nan=-1e300, posinf=1e300, neginf=-1e300)
        result = []
        for row in rows:
            best = np.argsort(row)[::-1][:count]
            p = np.exp(row - row.max())
            p /= p.sum()
            result.append(tuple((self.classes[i], float(p[i])) for i in best))
        return result

    def info(self) -> NetworkInfo:
        """Its layers and classes as plain data; runs it once on an empty image."""
        if self._info is None:
            self._info = NetworkInfo(
                name=self.name,
                title=self.title,
                classes=self.classes,
                layers=self._layers(),
                input_size=self.preprocessing.size,
                input_channels=self.preprocessing.channels,
                resize=self.preprocessing.resize,
                interpolation=self.preprocessing.interpolation,
                parameters=sum(p.numel() for p in self.model.parameters()),
                weights=self.ref.weights,
                sha256=self.ref.sha256,
            )
        return self._info

    def blank(self, count: int = 1, size: int | None = None) -> Tensor:
        """An all-zero input (count, C, size, size) on the network's device."""
        side = size or self.preprocessing.size
        return torch.zeros(count, self.preprocessing.channels, side, side, device=self.device)

    def probe(self) -> Tensor:
        """An empty input that it takes: one image, or as many as it must have."""
        return self.blank()

    @torch.no_grad()
    def _layers(self) -> tuple[Layer, ...]:
        shapes: dict[str, tuple[int, ...]] = {}

        def shape_of(name: str) -> object:
            def hook(_module: nn.Module, _inputs: object, output: object) -> None:
                if isinstance(output, Tensor) and name not in shapes:
                    shapes[name] = tuple(channels_first(output).shape[1:])

            return hook

        named = [(name, module) for name, module in self.model.named_modules() if name]
        handles = [m.register_forward_hook(shape_of(name)) for name, m in named]
        try:
            self.model(self.probe())
        finally:
            for handle in handles:
                handle.remove()
        return tuple(
            Layer(
                name=name,
                kind=_kind_of(module),
                shape=shapes.get(name, ()),
                parameters=sum(p.numel() for p in module.parameters()),
                channels=_units_of(module, shapes.get(name, ())),
            )
            for name, module in named
        )


def _units_of(module: nn.Module, shape: Sequence[int]) -> int:
    # A container's output is its last child's, and a flattened map has no unit of its own.
    container = isinstance(module, nn.Sequential | nn.ModuleList | nn.Flatten)
    # An exported network's layers are no such modules any more, but know what they were.
    container = container or getattr(module, "_repeats", False) or _kind_of(module) == "Flatten"
    return 0 if container or len(shape) not in (1, 3) else int(shape[0])


def channels_first(output: Tensor) -> Tensor:
    """A layer's output with its channels before its positions; (N, C, T, 1) of T tokens."""
    # Images are square, so that of two equal sides and another one the other is the channels.
    if output.ndim == 3:
        return output.movedim(-1, 1).unsqueeze(-1)
    shape = output.shape
    last = output.ndim == 4 and shape[1] == shape[2] != shape[3]
    return output.movedim(-1, 1) if last else output


def _kind_of(module: nn.Module) -> str:
    return str(getattr(module, "_kind", "")) or type(module).__name__


class _Reached(Exception):
    """No error: the layer was reached, the rest is not needed."""


def _column(values: Sequence[float]) -> Tensor:
    return torch.tensor(values).view(1, -1, 1, 1)


def check_input_size(network: Network, size: int) -> None:
    """Runs an empty image of that size through; some networks take only their own.

    Raises:
        NetworkError: it does not fit, with the size that does.
    """
    try:
        with torch.no_grad():
            network.logits(network.blank(size=size))
    except (RuntimeError, AssertionError, ValueError) as error:
        own = network.preprocessing.size
        raise NetworkError(
            f"{network.title} cannot take images of {size}×{size} pixels; its own are {own}×{own}."
        ) from error
