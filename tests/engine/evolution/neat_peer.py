"""neat-python's evaluation of one of our genomes: a pixel at a time, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable

import neat.nn

from engine.evolution.graphs import INPUTS, Graph

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sine": math.sin,
    "sigmoid": lambda v: 2 / (1 + math.exp(-v)) - 1,
    "gaussian": lambda v: math.exp(-v * v),
    "linear": lambda v: max(-3.0, min(3.0, v)) / 3,
}


def network_of(graph: Graph) -> neat.nn.FeedForwardNetwork:
    """The same network: its nodes in the order of their places, sums of weighted inputs."""
    inputs = list(range(len(INPUTS)))
    outputs = list(range(len(INPUTS), len(INPUTS) + len(graph.outputs)))
    made = [k for k in range(len(graph.functions)) if k not in inputs]
    made.sort(key=lambda k: graph.places[k])
    nodes = [
        (
            k,
            FUNCTIONS[graph.functions[k]],
            sum,
            0.0,
            1.0,
            [(source, weight) for source, target, weight in graph.connections if target == k],
        )
        for k in made
    ]
    return neat.nn.FeedForwardNetwork(inputs, outputs, nodes)


def activations(graph: Graph, places: list[tuple[float, ...]]) -> list[list[float]]:
    """The outputs at each place."""
    network = network_of(graph)
    return [network.activate(place) for place in places]
