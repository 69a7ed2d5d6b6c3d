"""Draws CPPNs: a whole generation's graphs as one tensor program on the device.

Nodes of all graphs that are equally deep are computed together, a row of pixels a node: a weighted
sum of earlier rows, then its function, the rows sorted by function so that each is one call. What
leads to no output is left out. neat-python's evaluation, a pixel at a time, is thousands of times
slower (``tests/benchmarks``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.evolution.colours import hls_to_rgb, to_levels
from engine.evolution.graphs import FUNCTIONS, INPUTS, Graphs

ROWS_BYTES = {"cpu": 12 * 2**20}  # what stays in the cache is several times as fast
ROWS_BYTES_ELSE = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Level:
    """Rows ``begin`` to ``end``, computed from earlier ones: bag i of ``sources`` makes row i.

    ``spans`` are ``(function, begin, end)`` of the rows, without gaps.
    """

    begin: int
    end: int
    sources: Tensor
    offsets: Tensor
    weights: Tensor
    spans: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """What it takes to draw many graphs: levels in order, then ``outputs`` (P·O,), their rows."""

    rows: int
    levels: tuple[Level, ...]
    outputs: Tensor
    graphs: int


@torch.no_grad()
def draw(graphs: Graphs, side: int, coordinates: str, device: torch.device | str) -> Tensor:
    """The pictures, uint8 (P, C, S, S), C the number of outputs; red, green, blue where it is 3."""
    device = torch.device(device)
    # The weighted sum of rows is not made for Apple's GPUs everywhere; pictures are small.
    where = device if device.type in ("cpu", "cuda") else torch.device("cpu")
    program = compiled(graphs, where)
    channels, pixels = graphs.outputs, side * side
    pictures = torch.empty(len(graphs), channels, pixels, dtype=torch.uint8, device=where)
    places = _inputs_on(side, coordinates, where)  # (4, S·S)
    budget = ROWS_BYTES.get(where.type, ROWS_BYTES_ELSE)
    tile = min(pixels, max(256, budget // (4 * program.rows) // 64 * 64))
    buffer = torch.empty(program.rows * tile, device=where)
    for begin in range(0, pixels, tile):
        part = places[:, begin : begin + tile]
        rows = buffer[: program.rows * part.shape[1]].view(program.rows, -1)
        rows[: len(INPUTS)] = part
        run(program, rows)
        values = rows[program.outputs].view(len(graphs), channels, -1).abs_().clamp_(max=1)
        if channels == 3:
            values = torch.stack(hls_to_rgb(*values.unbind(1)), 1)
        pictures[:, :, begin : begin + tile] = to_levels(values)
    return pictures.view(-1, channels, side, side).to(device)


def inputs(side: int, coordinates: str) -> Tensor:
    """What a graph is told of each pixel, (4, S·S): x, y, the radius (1 at the edges), and 1.

    x and y are ``centred``, from -1 to 1, or the indices of ``pixels`` (*code*).
    """
    line = torch.linspace(-1, 1, side) if side > 1 else torch.zeros(1)
    y, x = torch.meshgrid(line, line, indexing="ij")
    radius = (x.square() + y.square()).sqrt()
    if coordinates == "pixels":
        y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    flat = [t.reshape(-1).float() for t in (x, y, radius, torch.ones_like(radius))]
    return torch.stack(flat)


@lru_cache(2)
def _inputs_on(side: int, coordinates: str, device: torch.device) -> Tensor:
    return inputs(side, coordinates).to(device)


def run(program: Program, rows: Tensor) -> None:
    """Fills the rows (R, pixels) after the inputs' four, level by level."""
    for level in program.levels:
        sums = functional.embedding_bag(
            level.sources,
            rows[: level.begin],
            level.offsets,
            mode="sum",
            per_sample_weights=level.weights,
        )  # (rows of the level, pixels)
        for function, begin, end in level.spans:
            _apply(function, sums[begin - level.begin : end - level.begin], rows[begin:end])


def _apply(function: int, sums: Tensor, out: Tensor) -> None:
    name = FUNCTIONS[function]
    if name == "sine":
        torch.sin(sums, out=out)
    elif name == "sigmoid":  # scaled to [-1, 1]
        torch.sigmoid(sums, out=out).mul_(2).sub_(1)
    elif name == "gaussian":
        # Numbers near the smallest that there are take twenty times as long to compute with.
        torch.square(sums, out=out).neg_().clamp_(min=-60).exp_()
    else:
        torch.clamp(sums, -3, 3, out=out).div_(3)


def compiled(graphs: Graphs, device: torch.device | str) -> Program:
    """The tensor program of some graphs."""
    count, nodes = graphs.functions.shape
    outputs = np.arange(len(INPUTS), len(INPUTS) + graphs.outputs)
    graph, column = np.nonzero(graphs.present)
    base = graph * nodes
    source = base + graphs.sources[graph, column]
    target = base + graphs.targets[graph, column]
    weight = graphs.weights[graph, column]
    ends = (np.arange(count)[:, None] * nodes + outputs).ravel()  # (P·O,)
    used = _used(count * nodes, source, target, ends)
    kept = used[target]
    source, target, weight = source[kept], target[kept], weight[kept]
    is_input = np.arange(nodes) < len(INPUTS)
    levels = _levels(np.tile(np.where(is_input, 0, 1), count), source, target)
    made = np.flatnonzero(used & ~np.tile(is_input, count))
    function = graphs.functions.ravel()[made]
    order = np.lexsort((function, levels[made]))
    made, function = made[order], function[order]
    level = levels[made]
    rows = len(INPUTS) + len(made)
    row_of = np.tile(np.where(is_input, np.arange(nodes), 0), count)
    row_of[made] = np.arange(len(INPUTS), rows)
    by_target = np.argsort(row_of[target], kind="stable")
    source, weight = row_of[source[by_target]], weight[by_target]
    target = row_of[target[by_target]]
    first = np.searchsorted(target, np.arange(len(INPUTS), rows + 1))  # of each row's connections
    edges = np.flatnonzero(np.diff(level, prepend=-1, append=-1)).tolist()
    spans = _spans(level * len(FUNCTIONS) + function, function)
    found = []
    for begin, end in pairwise(edges):
        low, high = first[begin], first[end]
        found.append(
            Level(
                begin + len(INPUTS),
                end + len(INPUTS),
                torch.from_numpy(source[low:high]).to(device),
                torch.from_numpy(first[begin:end] - low).to(device),
                torch.from_numpy(weight[low:high]).to(device),
                tuple(x for x in spans if begin + len(INPUTS) <= x[1] < end + len(INPUTS)),
            )
        )
    return Program(rows, tuple(found), torch.from_numpy(row_of[ends]).to(device), count)


def _used(
    count: int, source: NDArray[np.intp], target: NDArray[np.intp], ends: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which nodes lead to an output."""
    used = np.zeros(count, np.bool_)
    used[ends] = True
    known = -1
    while (now := int(np.count_nonzero(used))) != known:
        known = now
        used[source[used[target]]] = True
    return used


def _levels(
    levels: NDArray[np.intp], source: NDArray[np.intp], target: NDArray[np.intp]
) -> NDArray[np.intp]:
    """How deep each node is: 1 more than the deepest that leads to it; inputs are given as 0.

    Every other is given as 1, which it stays where nothing leads to it: it is always f(0).
    """
    while True:
        deeper = levels.copy()
        np.maximum.at(deeper, target, levels[source] + 1)
        if np.array_equal(deeper, levels):
            return levels
        levels = deeper


def _spans(kind: NDArray[np.intp], function: NDArray[np.uint8]) -> tuple[tuple[int, int, int], ...]:
    """Rows of one level and function: the function, the first and the one after the last."""
    edges = np.flatnonzero(np.diff(kind, prepend=-1, append=-1)).tolist()
    return tuple((int(function[a]), len(INPUTS) + a, len(INPUTS) + b) for a, b in pairwise(edges))
