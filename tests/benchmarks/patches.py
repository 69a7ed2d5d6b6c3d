"""Images a second: an index of patches against the bare forward pass, in the same batches."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.networks import Network
from engine.patches.best import Best
from engine.patches.listing import images_of
from engine.patches.reading import Reader
from engine.patches.responses import Responses
from engine.units import CLASSES
from tests.benchmarks.iterations import open_network
from tests.benchmarks.rounds import alternate
from tests.benchmarks.rows import Row

NETWORK, BATCH, PHOTOGRAPHS = "squeezenet1_0", 8, 64


def measure(rounds: int, turn_seconds: float) -> list[Row]:
    """The rows: looking at every layer as it passes, and the same with reading the files."""
    network = open_network(NETWORK)
    with tempfile.TemporaryDirectory() as name:
        crops = _photographs(Path(name), network)
        times = alternate(
            {
                "bare": _bare(network, crops),
                "looking": _looking(network, crops),
                "indexing": _indexing(network, Path(name)),
            },
            rounds,
            turn_seconds,
        )
    rates = {name: round(times.rate(name) * BATCH, 1) for name in times.seconds}
    shown = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
    return [
        Row("patches", f"{NETWORK}, images a second ({shown})", rates["indexing"], "images/s"),
        Row(
            "patches",
            "  looking at every layer against the bare forward pass",
            times.ratio("bare", "looking"),
            "×",
            details={"quartiles": times.spread("bare", "looking")},
        ),
        Row(
            "patches",
            "  with reading 500×375 JPEGs, the best of every unit kept",
            times.ratio("bare", "indexing"),
            "×",
            details={"quartiles": times.spread("bare", "indexing")},
        ),
    ]


def _photographs(folder: Path, network: Network) -> NDArray[np.uint8]:
    from PIL import Image

    for i in range(PHOTOGRAPHS):
        small = np.random.default_rng(i).integers(0, 256, (9, 12, 3), np.uint8)
        image = Image.fromarray(small).resize((500, 375), Image.Resampling.BICUBIC)
        image.save(folder / f"{i:02d}.jpg")
    pictures = [np.asarray(Image.open(folder / f"{i:02d}.jpg")) for i in range(BATCH)]
    return np.stack([network.preprocessing.crop(picture) for picture in pictures])


def _responses(network: Network) -> Responses:
    counts = {x.name: x.channels for x in network.info().layers if x.channels}
    counts[CLASSES] = len(network.classes)
    ends = list(itertools.accumulate(counts.values()))
    units = {name: slice(end - counts[name], end) for name, end in zip(counts, ends, strict=True)}
    return Responses(network, units, Best(ends[-1]))


def _bare(network: Network, crops: NDArray[np.uint8]) -> Iterator[None]:
    while True:
        with torch.no_grad():
            network.logits(network.preprocessing.normalize(crops))
        yield


def _looking(network: Network, crops: NDArray[np.uint8]) -> Iterator[None]:
    responses = _responses(network)
    responses.best.values[:] = np.inf  # as in a long index: hardly anything is new
    while True:
        responses.of(crops)
        yield


def _indexing(network: Network, folder: Path) -> Iterator[None]:
    responses = _responses(network)
    files = sorted((x for part in images_of(folder) for x in part), key=lambda x: x.path)
    number = itertools.count()
    while True:
        reader = Reader(folder, files * 10, BATCH, network.preprocessing.crop)
        try:
            while batch := reader.take():
                crops = np.stack([read.crop for read in batch if read.crop is not None])
                for one in responses.of(crops):
                    for row in np.unique(one.rows):
                        mine = one.rows == row
                        responses.best.add(
                            one.units[mine], one.values[mine], next(number), one.places[mine]
                        )
                yield
        finally:
            reader.close()
