"""The embedded network's architecture: VGG16's thirteen convolutions, thinned.

The modules have the indices of torchvision's VGG16 without batch normalization, so that the 4th,
7th, 10th and 13th convolutions are ``features.7``, ``.14``, ``.21`` and ``.28``, as in the lecture.
No ReLU works in place: a hook on a convolution sees the convolution's own output.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from engine.catalogue import EMBEDDED
from engine.catalogue.weights import sha256
from engine.jobs import NetworkRef
from engine.networks import Network, NetworkError, Preprocessing

# Channels of the thirteen convolutions; a max-pool follows the 2nd, 4th, 7th, 10th and 13th.
WIDTHS: tuple[int, ...] = (8, 16, 24, 32, 48, 48, 48, 96, 96, 96, 112, 112, 112)
POOL_AFTER: tuple[int, ...] = (2, 4, 7, 10, 13)
INPUT_SIZE = 96  # pixels, height and width
GRID = 3  # the last map's height and width at that size, kept by the classifier's input


class Sketchnet(nn.Module):
    """A thin VGG16 for drawings.

    Input (N, 3, 96, 96), normalized; output (N, classes), the logits. Other sizes from 32 pixels
    work too: the last map is pooled to 3x3, whose layout the one linear layer keeps.
    """

    def __init__(self, classes: int, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        if len(widths) != POOL_AFTER[-1]:
            raise ValueError(f"widths must name {POOL_AFTER[-1]} convolutions, not {len(widths)}")
        layers: list[nn.Module] = []
        channels = 3
        for number, width in enumerate(widths, start=1):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            if number in POOL_AFTER:
                layers.append(nn.MaxPool2d(2))
            channels = width
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(GRID)
        self.classifier = nn.Sequential(nn.Linear(channels * GRID * GRID, classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (N, classes) of normalized images (N, 3, H, W)."""
        x = self.features(x)  # (N, C, H / 32, W / 32)
        x = self.avgpool(x)  # (N, C, 3, 3)
        return self.classifier(torch.flatten(x, 1))


NAME = EMBEDDED
TITLE = "Sketchnet"


def weights_file() -> Path:
    """Where the shipped weights are, in a checkout, an installation and a bundle alike."""
    return Path(str(resources.files("resources") / "sketchnet" / "sketchnet.safetensors"))


def load(path: Path | None = None) -> Network:
    """The embedded network, or one trained the same way from another file.

    Raises:
        NetworkError: the file is missing or damaged; the program must be installed again.
    """
    path = path or weights_file()
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            tensors = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
        classes = tuple(json.loads(metadata["classes"]))
        model = Sketchnet(len(classes), json.loads(metadata["widths"]))
        model.load_state_dict(tensors)
        size = int(metadata["input_size"])
        preprocessing = Preprocessing(
            size=size,
            resize=size,
            mean=tuple(json.loads(metadata["mean"])),
            std=tuple(json.loads(metadata["std"])),
        )
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise NetworkError(
            f"Sketchnet's weights, {path}, are missing or damaged: install Unitscope again."
        ) from error
    ref = NetworkRef(NAME, "" if path == weights_file() else str(path), sha256(path))
    return Network(NAME, TITLE, model, classes, preprocessing, ref)
