"""A generation against the forward pass of its images alone, and CPPNs against neat-python's.

The floor runs the same number of images through the network in the same parts: what is above it is
making the children, drawing them, and the archive.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from engine.evolution import cppn
from engine.evolution.evolve import evolve, new_archive
from engine.evolution.graphs import Graphs, mutated
from engine.evolution.judging import batch_of, side_of
from engine.evolution.recipe import CPPN, ENCODINGS, EvolveRecipe, preset
from engine.jobs import NetworkRef
from engine.networks import Network, Preprocessing
from tests.benchmarks.iterations import open_network
from tests.benchmarks.rounds import Rounds, alternate
from tests.benchmarks.rows import Row, at_least, at_most
from tests.engine.evolution.neat_peer import activations

OVER_FLOOR, OVER_NEAT = 1.3, 100.0
GROWN = 40  # generations that the graphs have grown: a champion's way back to noise
ENDLESS = 10**8


@dataclass(frozen=True, slots=True)
class Case:
    """A network, and how many children a generation has here; the paper's where it is fast."""

    title: str
    network: Network
    batch: int | None


def lenet() -> Network:
    """Caffe's LeNet of MNIST with random weights: speed does not depend on them."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 20, 5),
        nn.MaxPool2d(2),
        nn.Conv2d(20, 50, 5),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(800, 500),
        nn.ReLU(),
        nn.Linear(500, 10),
    )
    preprocessing = Preprocessing(28, 28, (0.0,), (1.0,))
    names = tuple(map(str, range(10)))
    return Network("lenet", "LeNet", model, names, preprocessing, NetworkRef("lenet"))


def measure(rounds: int, seconds: float) -> Iterator[list[Row]]:
    """The rows of each network, then neat-python's."""
    for case in (
        Case("LeNet", lenet(), None),
        Case("SqueezeNet, 1000 classes", open_network("squeezenet1_0"), 24),
    ):
        yield [row for encoding in ENCODINGS for row in _rows(case, encoding, rounds, seconds)]
    yield [_against_neat()]


def _rows(case: Case, encoding: str, rounds: int, seconds: float) -> list[Row]:
    recipe = preset("balanced", encoding, case.network.preprocessing.size)
    recipe = recipe.changed(generations=ENDLESS, batch=case.batch or recipe.batch)
    times = contest(case.network, recipe, rounds, seconds)
    title = f"{case.title}, {encoding}, {recipe.batch} children"
    rate = recipe.batch * times.rate("generation")
    return [
        Row("evolution", f"{title}: images judged", rate, "1/s"),
        at_most(
            "evolution",
            "  a generation over the forward pass of its images",
            times.ratio("generation", "floor"),
            "×",
            OVER_FLOOR,
            quartiles=times.spread("generation", "floor"),
        ),
    ]


def contest(network: Network, recipe: EvolveRecipe, rounds: int, seconds: float) -> Rounds:
    """The times of a generation and of its floor."""
    archive = new_archive(network, recipe)
    steps = evolve(network, recipe, archive=archive)
    next(steps)
    if recipe.encoding == CPPN:
        archive.genomes = grown(len(archive.classes), archive.channels, recipe)
    contestants: dict[str, Iterator[object]] = {"floor": floor(network, recipe.batch)}
    contestants["generation"] = steps
    return alternate(contestants, rounds, seconds)


def floor(network: Network, count: int) -> Iterator[None]:
    """The network's own forward pass of so many images, in the parts that evolution makes."""
    size = network.preprocessing.size
    x = torch.rand(count, network.preprocessing.channels, size, size)
    while True:
        with torch.no_grad():
            for part in x.split(batch_of(network)):
                network.logits(part)
        yield


def grown(count: int, outputs: int, recipe: EvolveRecipe) -> Graphs:
    """Graphs of as many nodes as champions have."""
    random = np.random.default_rng(0)
    graphs = Graphs.fresh(count, outputs, random)
    for _ in range(GROWN):
        graphs = mutated(graphs, recipe, recipe.mutation_rate, random)
    return graphs


def _against_neat() -> Row:
    side = side_of(open_network("squeezenet1_0"), EvolveRecipe())
    graphs = grown(100, 3, EvolveRecipe())
    places = [tuple(x) for x in cppn.inputs(side, "centred").T.tolist()]
    theirs, ours = [], []
    for i in range(3):
        began = time.perf_counter()
        activations(graphs.graph(i), places)
        theirs.append(time.perf_counter() - began)
        began = time.perf_counter()
        cppn.draw(graphs, side, "centred", "cpu")
        ours.append((time.perf_counter() - began) / len(graphs))
    ratio = float(np.median(theirs) / np.median(ours))
    what = f"CPPN pictures of {side}×{side} against neat-python's evaluation"
    return at_least("evolution", what, ratio, OVER_NEAT, theirs=theirs, ours=ours)
