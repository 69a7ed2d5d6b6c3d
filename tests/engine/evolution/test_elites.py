"""The archive's rule, against the plainest loop that says what it means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evolution.elites import EMPTY, Archive
from engine.evolution.recipe import DIRECT, EvolveRecipe

SIDE = 2


def archive_of(count: int) -> Archive:
    return Archive.empty(EvolveRecipe(encoding=DIRECT), range(count), SIDE, 1)


def admit(archive: Archive, generation: int, confidence: np.ndarray, parents=None) -> None:
    """A generation whose child i is all of level i, so that a cell tells whose it is."""
    cells, children = archive.contest(confidence)
    levels = np.arange(len(confidence), dtype=np.uint8)[:, None, None, None]
    genomes = np.broadcast_to(levels, (len(confidence), 1, SIDE, SIDE))
    pictures = {int(c): np.full((SIDE, SIDE, 3), c, np.uint8) for c in children}
    archive.admit(generation, cells, children, confidence, genomes[children], pictures, parents)


@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 9), st.integers(1, 4))
def test_each_child_is_compared_with_every_class_s_champion(
    seed: int, classes: int, batch: int, generations: int
) -> None:
    """One child after the other, one class after the other: whoever is better takes the cell."""
    random = np.random.default_rng(seed)
    archive = archive_of(classes)
    champion, best = [None] * classes, [EMPTY] * classes
    for generation in range(generations):
        # Few different values, so that equals are met often.
        confidence = random.integers(0, 5, (batch, classes)).astype(np.float32) / 4
        for child in range(batch):
            for k in range(classes):
                if confidence[child, k] > best[k]:
                    best[k] = confidence[child, k]
                    champion[k] = (generation, child)
        parents = None if generation == 0 else archive.parents(batch, random)
        admit(archive, generation, confidence, parents)
        found = [(int(archive.found[k]), int(archive.genomes[k, 0, 0, 0])) for k in range(classes)]
        assert archive.confidence.tolist() == best
        assert found == champion
        assert all(archive.pictures[k][0, 0, 0] == champion[k][1] for k in range(classes))


def test_one_child_takes_several_cells_and_leaves_those_that_are_better() -> None:
    archive = archive_of(3)
    admit(archive, 0, np.array([[0.5, 0.1, 0.4], [0.2, 0.9, 0.1]]))
    assert archive.confidence.tolist() == [0.5, 0.9, 0.4]
    assert archive.born.tolist() == [0, 1, 0]
    admit(archive, 1, np.array([[0.6, 0.9, 0.5]]), np.array([1]))
    assert archive.confidence.tolist() == [0.6, 0.9, 0.5]
    assert archive.found.tolist() == [1, 0, 1]  # an equal leaves who is there
    assert archive.born.tolist() == [2, 1, 2]
    # It serves class 0 best of the two that it took; it descends from cell 1's champion.
    chain = archive.ancestors(2)
    assert [(x.born, x.generation, x.index, x.confidence) for x in chain] == [
        (1, 0, 1, 0.9),
        (2, 1, 0, 0.6),
    ]
    assert archive.statistics() == pytest.approx((0.5, 0.6, 2.0 / 3, 0.9))


def test_what_is_no_number_wins_nothing() -> None:
    archive = archive_of(2)
    admit(archive, 0, np.array([[np.nan, 0.3], [0.0, np.nan]]))
    assert archive.confidence.tolist() == [0.0, 0.3]
    assert archive.born.tolist() == [0, 1] or archive.born.tolist() == [1, 0]


def test_parents_are_uniform_over_the_filled_cells_alone() -> None:
    archive = archive_of(4)
    archive.confidence[:] = [0.1, EMPTY, 0.9, 0.2]
    drawn = archive.parents(30_000, np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=4)
    assert counts[1] == 0
    expected = 10_000
    chi_squared = ((counts[[0, 2, 3]] - expected) ** 2 / expected).sum()
    assert chi_squared < 13.8  # two degrees of freedom: one case in a thousand is larger


def test_ancestors_stay_when_the_rest_is_forgotten() -> None:
    """Thousands of generations: the chains are those of a plain list of everybody."""
    random = np.random.default_rng(3)
    archive = archive_of(5)
    everybody: dict[int, tuple[int, int]] = {}  # born: parent's, generation
    for generation in range(2000):
        confidence = random.random((6, 5)) * (generation + 1) / 2000
        parents = None if generation == 0 else archive.parents(6, random)
        before = archive.born.copy()
        _, children = archive.contest(confidence)
        admit(archive, generation, confidence, parents)
        first = len(everybody)
        for k, child in enumerate(np.unique(children)):
            parent = -1 if parents is None else int(before[parents[child]])
            everybody[first + k] = (parent, generation)
    assert len(archive.ancestry) < len(everybody)
    for index in range(5):
        chain, number = [], int(archive.born[index])
        while number != -1:
            chain.append((number, everybody[number][1]))
            number = everybody[number][0]
        assert [(x.born, x.generation) for x in archive.ancestors(index)] == chain[::-1]
        assert archive.ancestors(index)[0].generation == 0


def test_small_pictures_stay_within_their_memory_and_the_first_ones_stay() -> None:
    from engine.evolution.ancestry import Ancestry

    ancestry = Ancestry(budget=40 * 8 * 8 * 3)
    picture = np.zeros((8, 8, 3), np.uint8)
    born = np.array([-1])
    for generation in range(2000):
        born = ancestry.add(
            born, generation, np.zeros(1, np.int32), np.zeros(1), [picture + generation % 250]
        )
        ancestry.tidy(born)
    chain = ancestry.chain(int(born[0]))
    pictured = [x for x in chain if x.picture is not None]
    assert len(chain) == 2000
    assert 20 <= len(pictured) <= 40
    assert chain[0].picture is not None
    gaps = np.diff([x.generation for x in pictured])
    assert gaps.min() == gaps.max()
