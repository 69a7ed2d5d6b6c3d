"""Networks that load in milliseconds, and the shared reference where it is present."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings
from PySide6.QtCore import QCoreApplication
from torch import nn

from engine.catalogue import embedded, torchvision_models
from engine.jobs import NetworkRef
from engine.networks import Network, Preprocessing
from engine.worker import Engine
from tests.engine.hearing import SECONDS, Heard

# A shared machine's pauses are no failure, and no folder of examples is left in the checkout.
settings.register_profile("unitscope", deadline=None, database=None, derandomize=True)
settings.load_profile("unitscope")

TINY_CLASSES = ("king crab", "Samoyed", "hermit crab", "star", "fish")


class Tiny(nn.Module):
    """Two convolutions, both followed by a ReLU that works in place, as torchvision's are."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        self.classifier = nn.Linear(8, len(TINY_CLASSES))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


def make_tiny(model: nn.Module | None = None, size: int = 16) -> Network:
    if model is None:
        torch.manual_seed(3)
        model = Tiny()
    preprocessing = Preprocessing(size=size, resize=size)
    return Network("tiny", "Tiny", model, TINY_CLASSES, preprocessing, NetworkRef("tiny"))


@pytest.fixture
def tiny() -> Network:
    """Its layers: features.0 and .3 convolutions, .1 and .4 ReLUs, .2 a pooling; five classes."""
    return make_tiny()


@pytest.fixture
def tiny_of() -> Callable[..., Network]:
    """Makes a network of a model of the test's own."""
    return make_tiny


@pytest.fixture(scope="session")
def sketchnet() -> Network:
    """The embedded network; no test changes it."""
    return embedded.load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material that the project does not contain."""
    folder = Path(
        os.environ.get("UNITSCOPE_SHARED") or Path(__file__).resolve().parents[3] / "shared"
    )
    if not (folder / "data" / "reference.json").is_file():
        pytest.skip(f"no reference material: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def reference(shared: Path) -> dict[str, Any]:
    """Values that were computed apart from this project, by the lecture's own lines."""
    return json.loads((shared / "data" / "reference.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def squeezenet(shared: Path) -> Network:
    """A real ImageNet network; no test changes it."""
    path = shared / "data" / "weights" / "squeezenet1_0-imagenet.pth"
    if not path.is_file():
        pytest.skip(f"no reference material: {path} is absent")
    return torchvision_models.load("squeezenet1_0", str(path))


@pytest.fixture
def engine(qapp: QCoreApplication) -> Iterator[Engine]:
    """The engine's thread, running; it must end in the end."""
    engine = Engine()
    engine.start()
    yield engine
    assert engine.close(int(SECONDS * 1000))
    assert not engine.isRunning()


@pytest.fixture
def heard(engine: Engine) -> Heard:
    """Everything that the thread says."""
    return Heard(engine)
