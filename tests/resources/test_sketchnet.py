"""The drawings that Sketchnet learns, and the network that is shipped."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch

from engine.catalogue import embedded
from resources.sketchnet import draw as drawing
from resources.sketchnet.dataset import normalize, to_pixels
from resources.sketchnet.draw import CLASSES, SAMPLES, draw

SHIPPED = embedded.weights_file()
FRESH_SEED = 3_000_000_000  # no training or measuring command draws from here


@pytest.mark.parametrize("name", CLASSES)
def test_same_seed_draws_the_same_picture(name: str) -> None:
    first = draw(name, FRESH_SEED)
    assert first.shape == (96, 96, 3) and first.dtype == np.uint8
    assert np.array_equal(first, draw(name, FRESH_SEED))
    assert np.array_equal(first, draw(CLASSES.index(name), FRESH_SEED))
    assert not np.array_equal(first, draw(name, FRESH_SEED + 1))


def test_there_are_at_least_36_classes() -> None:
    assert len(CLASSES) >= 36


def test_an_unknown_name_says_which_are_known() -> None:
    with pytest.raises(ValueError, match=r"'dragon'.*star"):
        draw("dragon", 0)


@pytest.mark.parametrize("name", ["star", "anchor", "sailboat"])
def test_edges_are_anti_aliased(name: str) -> None:
    layer = drawing._object_layer(name, Random(1), 96)
    alpha = drawing._pixels(layer)[..., 3]
    partial = (alpha > 0) & (alpha < 255)
    levels = np.unique(alpha[partial])
    assert len(levels) > 20  # a jagged edge would have two


def test_no_class_is_known_by_its_mean_colour() -> None:
    means = np.array(
        [[draw(name, FRESH_SEED + i)[::4, ::4].mean((0, 1)) for i in range(8)] for name in CLASSES]
    )  # (classes, pictures, 3)
    within = means.std(1).mean()
    between = means.mean(1).std(0).mean()
    assert within > 25
    assert within > between


def test_the_shipped_network_knows_fresh_drawings() -> None:
    network = embedded.load().model
    pictures = np.stack([draw(i, FRESH_SEED + s) for s in range(8) for i in range(len(CLASSES))])
    with torch.no_grad():
        logits = network(normalize(to_pixels(pictures)))
    labels = torch.arange(len(pictures)) % len(CLASSES)
    assert float((logits.argmax(1) == labels).float().mean()) >= 0.97


def test_the_weights_file_is_small() -> None:
    assert SHIPPED.stat().st_size <= 2_000_000


def test_the_sample_images_are_what_the_script_draws() -> None:
    pillow = pytest.importorskip("PIL.Image")
    folder = SHIPPED.parents[1] / "samples"
    assert len(list(folder.glob("*.png"))) == len(SAMPLES) == 12
    name, seed = SAMPLES[0]
    with pillow.open(folder / f"{name.replace(' ', '-')}.png") as image:
        saved = np.asarray(image.convert("RGB"))
    assert (
        np.abs(saved.astype(int) - draw(name, seed, 256)).mean() < 1
    )  # rounding may differ by platform
