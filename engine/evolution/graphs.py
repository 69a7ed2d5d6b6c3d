"""CPPN genomes: small networks that map a pixel's place to its colour, and grow. No torch, no Qt.

Many graphs are kept as padded arrays, so that a whole generation is copied and mutated at once. A
node's ``place``, 0 at the inputs and 1 at the outputs, says which way connections go: from lower
to higher, so that there is never a cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evolution.recipe import EvolveRecipe

INPUTS = ("x", "y", "radius", "1")
FUNCTIONS = ("sine", "sigmoid", "gaussian", "linear")
OUTPUTS = {1: ("brightness",), 3: ("hue", "lightness", "saturation")}
ABSENT = 255
LARGEST = 10.0  # of a weight, either way
MAX_NODES, MAX_CONNECTIONS = 96, 250
TRIES = 4  # pairs of nodes that are looked at for a new connection

Bytes = NDArray[np.uint8]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Graph:
    """One genome, as a person may look at it.

    ``functions`` are the nodes' by name, the inputs' their own names; ``places`` say how far each
    is on the way from the inputs (0) to the outputs (1), which follow the inputs. Connections are
    ``(source, target, weight)`` by the nodes' numbers.
    """

    functions: tuple[str, ...]
    places: tuple[float, ...]
    connections: tuple[tuple[int, int, float], ...]
    outputs: tuple[str, ...]


@dataclass(slots=True)
class Graphs:
    """P genomes: nodes (P, N), connections (P, C).

    ``functions`` holds a number of ``FUNCTIONS``, ``ABSENT`` for no node; the first slots are the
    inputs, then the ``outputs``. ``sources`` and ``targets`` are slots, ``ABSENT`` for none.
    """

    functions: Bytes
    places: NDArray[np.float64]
    sources: Bytes
    targets: Bytes
    weights: NDArray[np.float32]
    outputs: int

    def __len__(self) -> int:
        return len(self.functions)

    @classmethod
    def fresh(cls, count: int, outputs: int, random: Random) -> Graphs:
        """Fully connected, without a hidden node; functions and weights at random."""
        nodes = len(INPUTS) + outputs
        functions = random.integers(0, len(FUNCTIONS), (count, nodes), np.uint8)
        places = np.zeros((count, nodes))
        places[:, len(INPUTS) :] = 1
        pairs = [(s, len(INPUTS) + t) for s in range(len(INPUTS)) for t in range(outputs)]
        sources, targets = np.array(pairs, np.uint8).T
        shape = (count, len(pairs))
        weights = random.uniform(-LARGEST, LARGEST, shape).astype(np.float32)
        return cls(
            functions,
            places,
            np.broadcast_to(sources, shape).copy(),
            np.broadcast_to(targets, shape).copy(),
            weights,
            outputs,
        )

    @classmethod
    def empty(cls, count: int, outputs: int) -> Graphs:
        """Places for genomes that are put there later."""
        found = cls.fresh(count, outputs, np.random.default_rng(0))
        found.sources[:] = ABSENT
        found.targets[:] = ABSENT
        return found

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which connections there are, (P, C)."""
        return self.targets != ABSENT

    @property
    def hidden(self) -> NDArray[np.bool_]:
        """Which slots are hidden nodes, (P, N)."""
        found = self.functions != ABSENT
        found[:, : len(INPUTS) + self.outputs] = False
        return found

    def take(self, indices: NDArray[np.intp]) -> Graphs:
        """Copies of some of them, no wider than these need."""
        functions, targets = self.functions[indices], self.targets[indices]
        nodes = _width(functions != ABSENT)
        connections = _width(targets != ABSENT)
        return Graphs(
            functions[:, :nodes].copy(),
            self.places[indices, :nodes],
            self.sources[indices, :connections],
            targets[:, :connections].copy(),
            self.weights[indices, :connections],
            self.outputs,
        )

    def put(self, indices: NDArray[np.intp], others: Graphs) -> None:
        """Takes others' genomes into its own places."""
        self.widen(others.functions.shape[1], others.targets.shape[1])
        n, c = others.functions.shape[1], others.targets.shape[1]
        self.functions[indices] = ABSENT
        self.targets[indices] = ABSENT
        self.sources[indices] = ABSENT
        self.functions[indices, :n] = others.functions
        self.places[indices, :n] = others.places
        self.sources[indices, :c] = others.sources
        self.targets[indices, :c] = others.targets
        self.weights[indices, :c] = others.weights

    def widen(self, nodes: int, connections: int) -> None:
        """Makes room for so many nodes and connections."""
        if nodes > self.functions.shape[1]:
            self.functions = _padded(self.functions, nodes, ABSENT)
            self.places = _padded(self.places, nodes, 0)
        if connections > self.targets.shape[1]:
            self.sources = _padded(self.sources, connections, ABSENT)
            self.targets = _padded(self.targets, connections, ABSENT)
            self.weights = _padded(self.weights, connections, 0)

    def graph(self, index: int) -> Graph:
        """One of them, to be drawn; its nodes numbered without gaps."""
        slots = np.flatnonzero(self.functions[index] != ABSENT)
        number = {int(slot): k for k, slot in enumerate(slots)}
        names = [FUNCTIONS[f] for f in self.functions[index, slots[len(INPUTS) :]]]
        return Graph(
            functions=(*INPUTS, *names),
            places=tuple(float(x) for x in self.places[index, slots]),
            connections=tuple(
                (
                    number[int(self.sources[index, c])],
                    number[int(self.targets[index, c])],
                    float(self.weights[index, c]),
                )
                for c in np.flatnonzero(self.present[index])
            ),
            outputs=OUTPUTS[self.outputs],
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it by name, as a file keeps it."""
        return {
            "functions": self.functions,
            "places": self.places,
            "sources": self.sources,
            "targets": self.targets,
            "weights": self.weights,
        }


def mutated(parents: Graphs, recipe: EvolveRecipe, rate: float, random: Random) -> Graphs:
    """A child of each parent; weights, functions, then connections and nodes (*code*'s order).

    A parent's arrays are not touched. ``rate`` is the generation's own mutation rate.
    """
    children = parents.take(np.arange(len(parents)))
    _change_weights(children, rate, recipe.eta, random)
    _change_functions(children, rate, random)
    _add_connections(children, recipe.add_connection, random)
    _delete_connections(children, recipe.delete_connection, random)
    _add_nodes(children, recipe.add_node, random)
    _delete_nodes(children, recipe.delete_node, random)
    return children


def polynomial(u: NDArray[np.float64], eta: float) -> NDArray[np.float64]:
    """From uniform numbers to the polynomial mutation's steps, in [-1, 1]."""
    power = 1 / (eta + 1)
    return np.where(u < 0.5, (2 * u) ** power - 1, 1 - (2 - 2 * u) ** power)


def _change_weights(graphs: Graphs, rate: float, eta: float, random: Random) -> None:
    where = (random.random(graphs.targets.shape, np.float32) < rate) & graphs.present
    steps = polynomial(random.random(int(where.sum())), eta) * (2 * LARGEST)
    graphs.weights[where] = np.clip(graphs.weights[where] + steps, -LARGEST, LARGEST)


def _change_functions(graphs: Graphs, rate: float, random: Random) -> None:
    where = (random.random(graphs.functions.shape, np.float32) < rate) & (
        graphs.functions != ABSENT
    )
    where[:, : len(INPUTS)] = False
    graphs.functions[where] = random.integers(0, len(FUNCTIONS), int(where.sum()), np.uint8)


def _add_connections(graphs: Graphs, chance: float, random: Random) -> None:
    """Between two nodes that are not connected yet, if a few tries find such a pair."""
    rows = np.flatnonzero(random.random(len(graphs)) < chance)
    rows = rows[(~graphs.present[rows]).any(1) | (graphs.targets.shape[1] < MAX_CONNECTIONS)]
    if not len(rows):
        return
    places = graphs.places[rows]
    inputs = np.arange(graphs.functions.shape[1]) < len(INPUTS)
    exists = graphs.functions[rows] != ABSENT
    # A source is no output, and a target is no input; which of both is lower decides the rest.
    sources = _choose(exists & (places < 1), random, TRIES)  # (R, TRIES)
    targets = _choose(exists & ~inputs, random, TRIES)
    forward = np.take_along_axis(places, sources, 1) < np.take_along_axis(places, targets, 1)
    there = (
        (graphs.sources[rows][:, None] == sources[:, :, None])
        & (graphs.targets[rows][:, None] == targets[:, :, None])
    ).any(2)
    good = forward & ~there
    first = good.argmax(1)
    some = good.any(1)
    rows, first = rows[some], first[some]
    source = sources[some, first] if len(rows) else np.empty(0, np.intp)
    target = targets[some, first] if len(rows) else np.empty(0, np.intp)
    weights = random.uniform(-LARGEST, LARGEST, len(rows))
    _connect(graphs, rows, source, target, weights)


def _delete_connections(graphs: Graphs, chance: float, random: Random) -> None:
    present = graphs.present
    rows = np.flatnonzero((random.random(len(graphs)) < chance) & present.any(1))
    if len(rows):
        gone = _choose(present[rows], random, 1)[:, 0]
        graphs.sources[rows, gone] = ABSENT
        graphs.targets[rows, gone] = ABSENT


def _add_nodes(graphs: Graphs, chance: float, random: Random) -> None:
    """Splits a connection: its weight goes on both halves (*code*), a function by chance."""
    present = graphs.present
    room = (graphs.functions != ABSENT).sum(1) < MAX_NODES
    room &= present.sum(1) < MAX_CONNECTIONS
    rows = np.flatnonzero((random.random(len(graphs)) < chance) & present.any(1) & room)
    if not len(rows):
        return
    split = _choose(present[rows], random, 1)[:, 0]
    source, target = graphs.sources[rows, split], graphs.targets[rows, split]
    weights = graphs.weights[rows, split]
    before, after = graphs.places[rows, source], graphs.places[rows, target]
    place = before + (after - before) * random.uniform(0.25, 0.75, len(rows))
    functions = random.integers(0, len(FUNCTIONS), len(rows), np.uint8)
    # After many splits at the same spot there is no number between the two any more.
    fits = (place > before) & (place < after)
    rows, split, target, weights = rows[fits], split[fits], target[fits], weights[fits]
    if not len(rows):
        return
    full = (graphs.functions[rows] != ABSENT).all(1)
    if full.any():
        graphs.widen(graphs.functions.shape[1] + 1, 0)
    node = (graphs.functions[rows] == ABSENT).argmax(1)
    graphs.functions[rows, node] = functions[fits]
    graphs.places[rows, node] = place[fits]
    graphs.targets[rows, split] = node
    _connect(graphs, rows, node, target, weights)


def _delete_nodes(graphs: Graphs, chance: float, random: Random) -> None:
    hidden = graphs.hidden
    rows = np.flatnonzero((random.random(len(graphs)) < chance) & hidden.any(1))
    if not len(rows):
        return
    node = _choose(hidden[rows], random, 1)
    gone = (graphs.sources[rows] == node) | (graphs.targets[rows] == node)
    graphs.functions[rows, node[:, 0]] = ABSENT
    graphs.sources[rows] = np.where(gone, ABSENT, graphs.sources[rows])
    graphs.targets[rows] = np.where(gone, ABSENT, graphs.targets[rows])


def _connect(
    graphs: Graphs,
    rows: NDArray[np.intp],
    source: NDArray[np.generic],
    target: NDArray[np.generic],
    weights: NDArray[np.generic],
) -> None:
    if not len(rows):
        return
    if graphs.present[rows].all(1).any():
        graphs.widen(0, graphs.targets.shape[1] + 1)
    free = (~graphs.present[rows]).argmax(1)
    graphs.sources[rows, free] = source
    graphs.targets[rows, free] = target
    graphs.weights[rows, free] = weights


def _choose(allowed: NDArray[np.bool_], random: Random, count: int) -> NDArray[np.intp]:
    """``count`` columns of each row (R, W), each uniform over those that are allowed."""
    ranks = allowed.cumsum(1)
    most = ranks[:, -1:]
    wanted = (random.random((len(allowed), count)) * most).astype(np.intp) + 1
    # The first column at which as many allowed ones have been passed.
    return (ranks[:, None, :] >= wanted[:, :, None]).argmax(2)


def _padded(values: NDArray[Any], width: int, value: int) -> NDArray[Any]:
    """Rows (P, W) made that wide; numpy's own pad takes ten times as long."""
    wider = np.full((len(values), width), value, values.dtype)
    wider[:, : values.shape[1]] = values
    return wider


def _width(used: NDArray[np.bool_]) -> int:
    """How many columns it takes to hold all that are used."""
    columns = np.flatnonzero(used.any(0))
    return int(columns[-1]) + 1 if len(columns) else 1
