"""CPPNs: drawn as neat-python evaluates them pixel by pixel, and grown as the paper says."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
import torch

from engine.evolution import cppn
from engine.evolution.colours import hls_to_rgb, hsv_to_rgb
from engine.evolution.graphs import ABSENT, INPUTS, LARGEST, Graph, Graphs, mutated
from engine.evolution.recipe import EvolveRecipe
from tests.engine.evolution.neat_peer import activations

RECIPE = EvolveRecipe()


def grown(count: int, outputs: int, generations: int, seed: int = 0, rate: float = 0.1) -> Graphs:
    random = np.random.default_rng(seed)
    graphs = Graphs.fresh(count, outputs, random)
    for _ in range(generations):
        graphs = mutated(graphs, RECIPE, rate, random)
    return graphs


def colour(values: list[float]) -> list[float]:
    clipped = [min(1.0, abs(v)) for v in values]
    if len(clipped) == 1:
        return clipped
    h, lightness, s = clipped
    return list(colorsys.hls_to_rgb(h, lightness, s))


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("generations", [0, 12, 60])
@pytest.mark.parametrize("coordinates", ["centred", "pixels"])
def test_a_whole_population_is_drawn_as_neat_python_evaluates_it(
    outputs: int, generations: int, coordinates: str
) -> None:
    side = 9
    graphs = grown(25, outputs, generations, seed=generations)
    drawn = cppn.draw(graphs, side, coordinates, "cpu").numpy()
    line = np.linspace(-1, 1, side)
    places = []
    for row in range(side):
        for column in range(side):
            x, y = line[column], line[row]
            radius = float(np.hypot(x, y))
            at = (x, y) if coordinates == "centred" else (float(column), float(row))
            places.append((*at, radius, 1.0))
    differing = 0
    for i in range(len(graphs)):
        values = np.array([colour(v) for v in activations(graphs.graph(i), places)])
        levels = (values.T.reshape(outputs, side, side) * 255 + 0.5).astype(int)
        differing += int((np.abs(levels - drawn[i].astype(int)) > 1).sum())
    # float32 against double: a sine of thousands, or a hue at the seam, may fall elsewhere.
    assert differing <= 0.002 * drawn.size


def test_a_graph_by_hand() -> None:
    """brightness = linear(1.5 · gaussian(2x − 1)): 0.5 · exp(−(2x − 1)²)."""
    graphs = Graphs.fresh(1, 1, np.random.default_rng(0))
    graphs.widen(7, 4)
    graphs.targets[:] = ABSENT
    graphs.functions[0, 4:7] = (3, 2, 0)  # output linear, a gaussian, and one that leads nowhere
    graphs.places[0, 5:7] = 0.5
    graphs.sources[0, :4] = (0, 3, 5, 1)
    graphs.targets[0, :4] = (5, 5, 4, 6)
    graphs.weights[0, :4] = (2, -1, 1.5, 9)
    drawn = cppn.draw(graphs, 5, "centred", "cpu")[0, 0].numpy()
    x = np.linspace(-1, 1, 5)
    expected = (0.5 * np.exp(-((2 * x - 1) ** 2)) * 255 + 0.5).astype(np.uint8)
    assert np.array_equal(drawn, np.tile(expected, (5, 1)))
    assert cppn.compiled(graphs, "cpu").rows == len(INPUTS) + 2
    assert graphs.graph(0) == Graph(
        ("x", "y", "radius", "1", "linear", "gaussian", "sine"),
        (0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.5),
        ((0, 5, 2.0), (3, 5, -1.0), (5, 4, 1.5), (1, 6, 9.0)),
        ("brightness",),
    )


def test_a_picture_depends_on_no_other_in_its_batch_nor_on_the_tiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graphs = grown(12, 3, 30)
    together = cppn.draw(graphs, 40, "centred", "cpu")
    for i in range(12):
        alone = cppn.draw(graphs.take(np.array([i])), 40, "centred", "cpu")
        assert torch.equal(alone[0], together[i])
    monkeypatch.setitem(cppn.ROWS_BYTES, "cpu", 4096)
    assert torch.equal(cppn.draw(graphs, 40, "centred", "cpu"), together)


def test_graphs_grow_forward_only_and_parents_stay_as_they_are() -> None:
    random = np.random.default_rng(5)
    graphs = Graphs.fresh(60, 3, random)
    for _ in range(120):
        before = {k: v.copy() for k, v in graphs.arrays().items()}
        children = mutated(graphs, RECIPE, 0.1, random)
        assert all(np.array_equal(v, before[k]) for k, v in graphs.arrays().items())
        graphs = children
        row, column = np.nonzero(graphs.present)
        source, target = graphs.sources[row, column], graphs.targets[row, column]
        assert (graphs.places[row, source] < graphs.places[row, target]).all()
        assert (graphs.functions[row, source] != ABSENT).all()
        assert (graphs.functions[row, target] != ABSENT).all()
        pairs = np.stack([row, source, target], 1)
        assert len(np.unique(pairs, axis=0)) == len(pairs)  # no connection twice
        assert (np.abs(graphs.weights[graphs.present]) <= LARGEST).all()
    assert graphs.hidden.sum(1).mean() > 10


def test_each_change_happens_as_often_as_the_recipe_says() -> None:
    """One generation of twenty thousand children, each kind of change alone."""
    count = 20_000
    parents = grown(1, 3, 40, seed=2).take(np.zeros(count, np.intp))
    none = dict.fromkeys(("add_connection", "delete_connection", "add_node", "delete_node"), 0.0)
    nodes, connections = parents.hidden.sum(1), parents.present.sum(1)
    # A rate that is all but nothing: weights and functions stay.
    for name, chance, more_nodes, more_connections in (
        ("delete_connection", 0.3, 0, -1),
        ("add_node", 0.5, 1, 1),
    ):
        recipe = RECIPE.changed(**(none | {name: chance}))
        children = mutated(parents, recipe, 1e-9, np.random.default_rng(7))
        changed = children.hidden.sum(1) - nodes, children.present.sum(1) - connections
        hit = (changed[0] == more_nodes) & (changed[1] == more_connections)
        rest = (changed[0] == 0) & (changed[1] == 0)
        assert (hit | rest).all()
        assert hit.mean() == pytest.approx(chance, abs=0.012)
    children = mutated(
        parents, RECIPE.changed(**(none | {"delete_node": 0.2})), 1e-9, np.random.default_rng(7)
    )
    assert (children.hidden.sum(1) - nodes == -1).mean() == pytest.approx(0.2, abs=0.012)
    children = mutated(
        parents, RECIPE.changed(**(none | {"add_connection": 0.5})), 1e-9, np.random.default_rng(7)
    )
    added = children.present.sum(1) - connections
    assert set(added) <= {0, 1}
    assert 0.4 < added.mean() <= 0.512  # the few tries may find no pair that is free
    still = mutated(parents, RECIPE.changed(**none), 0.1, np.random.default_rng(7))
    moved = (still.weights != parents.weights)[parents.present]
    assert moved.mean() == pytest.approx(0.1, abs=0.005)
    made = (parents.functions != ABSENT) & (np.arange(parents.functions.shape[1]) >= len(INPUTS))
    other = (still.functions != parents.functions)[made]
    assert other.mean() == pytest.approx(0.1 * 3 / 4, abs=0.005)  # a quarter draws its own again


def test_colours_are_those_of_python_s_own_library() -> None:
    steps = np.linspace(0, 1, 9)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    a, b, c = torch.from_numpy(grid).unbind(1)
    for ours, theirs in ((hls_to_rgb, colorsys.hls_to_rgb), (hsv_to_rgb, colorsys.hsv_to_rgb)):
        expected = np.array([theirs(*row) for row in grid])
        assert np.allclose(torch.stack(ours(a, b, c), 1).numpy(), expected, atol=1e-12)
