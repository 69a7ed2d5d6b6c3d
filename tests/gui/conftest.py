"""What the window's tests share: a short catalogue, since torchvision's own takes seconds."""

from __future__ import annotations

import pytest

from engine.catalogue import index
from engine.catalogue.index import WeightSet

CATALOGUE = (
    WeightSet("alexnet", "V1", True, 45_000_000, 61_100_840, 56.5, 79.1, 224, url="x/alexnet.pth"),
    WeightSet("squeezenet1_1", "V1", True, 5_000_000, 1_235_496, 58.2, 80.6, 224, url="x/sq.pth"),
    WeightSet("vgg16", "V1", True, 553_000_000, 138_357_544, 71.6, 90.4, 224, url="x/vgg16.pth"),
    WeightSet(
        "vgg16", "FEATURES", False, 553_000_000, 138_357_544, None, None, 224, False, url="x/f.pth"
    ),
    WeightSet(
        "vit_b_16",
        "SWAG_E2E_V1",
        False,
        345_000_000,
        86_859_496,
        85.3,
        97.7,
        384,
        license="https://example.org/LICENSE",
        recipe="https://example.org/recipe",
        note="Learnt from captions. " * 60,
        url="x/swag.pth",
    ),
)


@pytest.fixture(autouse=True)
def short_catalogue(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> tuple[WeightSet, ...]:
    """Five sets, and torch's cache of this test alone."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path_factory.mktemp("torch")))
    monkeypatch.setattr(index, "published", lambda: CATALOGUE)
    return CATALOGUE
