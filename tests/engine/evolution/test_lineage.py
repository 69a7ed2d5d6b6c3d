"""What the window asks about an image: its genome and where it came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.control import Control, Ears
from engine.evolution import interactive, lineage, store
from engine.evolution.driving import drive
from engine.evolution.graphs import Graphs
from engine.evolution.lineage import GenomeOf, LineageQuestion
from engine.evolution.parcels import BreedQuestion, EvolveJob
from engine.evolution.recipe import EvolveRecipe
from engine.folders import RunError
from engine.networks import Network

RECIPE = EvolveRecipe(generations=6, batch=24, classes="0,2")


@pytest.fixture
def run(tiny: Network) -> tuple[int, Path]:
    """An evolution that has ended, by its job's number and its folder."""
    ears = Ears(**{kind: lambda *_said: None for kind in Ears.__dataclass_fields__})
    ended = drive(EvolveJob(41, tiny.ref, RECIPE, "cpu"), tiny, Control(), ears)
    assert ended.ended == "finished"
    return 41, Path(ended.folder)


def test_the_last_job_is_asked_about_and_the_folder_says_the_same(run: tuple[int, Path]) -> None:
    number, folder = run
    told = lineage.answer(LineageQuestion(1, 2, number), None)
    best = store.load(folder).champions[2]
    assert told.ancestors[-1].generation == best.generation
    assert told.ancestors[0].generation == 0  # noise
    generations = [x.generation for x in told.ancestors]
    assert generations == sorted(set(generations))
    assert told.graph is not None and told.graph.outputs == ("hue", "lightness", "saturation")
    kept = lineage.answer(LineageQuestion(2, 2, 0, str(folder)), None)
    assert kept.graph == told.graph
    assert [x.born for x in kept.ancestors] == [x.born for x in told.ancestors]


def test_children_of_a_kept_image_are_of_its_genome(run: tuple[int, Path], tiny: Network) -> None:
    number, folder = run
    genome = GenomeOf(0, 0, str(folder)).genome()
    assert isinstance(genome, Graphs) and len(genome) == 1
    still = RECIPE.changed(
        mutation_rate=1e-9, add_connection=0.0, delete_connection=0.0, add_node=0.0, delete_node=0.0
    )
    question = BreedQuestion(3, tiny.ref, still, (GenomeOf(0, number),), count=2)
    brood = interactive.answer(question, tiny)
    picture = store.load(folder).champions[0].picture
    assert all(np.array_equal(shoot.picture, picture) for shoot in brood.shoots)


def test_a_run_without_its_genomes_says_so(run: tuple[int, Path]) -> None:
    _, folder = run
    for state in folder.glob("state-*.npz"):
        state.unlink()
    with pytest.raises(RunError, match=r"without its genomes|damaged|cannot be read"):
        lineage.answer(LineageQuestion(4, 0, 0, str(folder)), None)
