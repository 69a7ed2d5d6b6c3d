"""Evolution through the engine's thread, as a window drives it; questions beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.evolution import store
from engine.evolution.parcels import (
    BreedQuestion,
    Brood,
    EvolveJob,
    EvolveSteps,
    Generation,
    Judged,
    JudgeQuestion,
)
from engine.evolution.recipe import EvolveRecipe
from engine.jobs import NetworkRef
from engine.messages import Failed
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard

SKETCHNET = NetworkRef("sketchnet")
SHORT = EvolveRecipe(encoding="cppn", batch=4, generations=3)


def job(recipe: EvolveRecipe, folder: str = "", network: NetworkRef = SKETCHNET) -> EvolveJob:
    return EvolveJob(next_number(), network, recipe, "cpu", folder)


def told(heard: Heard, kind: type) -> list:
    return [what for name, what in heard.said if name == "told" and isinstance(what, kind)]


def generations(heard: Heard, number: int) -> list[Generation]:
    return [x for y in told(heard, EvolveSteps) if y.number == number for x in y.steps]


def test_from_its_start_to_the_history_and_on(engine: Engine, heard: Heard, own_data: Path) -> None:
    first = job(SHORT)
    engine.submit(first)
    ended = heard.end_of(first.number)
    assert ended.ended == "finished"
    assert [x.generation for x in generations(heard, first.number)] == [0, 1, 2, 3]
    folder = Path(ended.folder)
    assert folder.parent == own_data / "runs"
    kept = store.load(folder)
    assert kept.ended == "finished" and kept.generation == 3 and len(kept.champions) == 40
    # It goes on in its own folder, one value turned.
    more = job(SHORT.changed(generations=5, batch=3), str(folder))
    engine.submit(more)
    assert heard.end_of(more.number).folder == str(folder)
    assert [x.generation for x in generations(heard, more.number)] == [4, 5]
    kept = store.load(folder)
    assert [x.evaluations for x in kept.records] == [4, 8, 12, 16, 19, 22]
    assert {(x.iteration, x.name, x.value) for x in kept.changes} == {
        (3, "batch", 3),
        (3, "generations", 5),
    }
    assert kept.current.batch == 3 and kept.recipe.batch == 4
    # Of another network it is refused, in a sentence.
    wrong = job(SHORT, str(own_data / "nowhere"))
    engine.submit(wrong)
    ended = heard.end_of(wrong.number)
    assert ended.ended == "failed" and "holds no run" in ended.message


def test_stop_keeps_what_there_is_and_values_turn_while_it_runs(
    engine: Engine, heard: Heard
) -> None:
    long = job(SHORT.changed(generations=100_000))
    engine.submit(long)
    heard.wait(lambda: len(generations(heard, long.number)) >= 2)
    engine.turn(long.recipe.changed(batch=2, seed=9))  # the seed cannot be turned
    heard.wait(lambda: _steps_of(heard, long.number, 2))
    engine.stop()
    ended = heard.end_of(long.number)
    assert ended.ended == "stopped"
    kept = store.load_to_continue(Path(ended.folder))
    assert kept.current.batch == 2 and kept.current.seed == 0
    assert kept.archive is not None and kept.archive.generation == kept.generation


def _steps_of(heard: Heard, number: int, batch: int) -> bool:
    counts = [x.evaluations for x in generations(heard, number)]
    return batch in np.diff(counts)


def test_breeding_and_judging_are_answered_beside_a_run(engine: Engine, heard: Heard) -> None:
    long = job(SHORT.changed(generations=100_000))
    engine.submit(long)
    for encoding in ("cppn", "direct"):
        recipe = SHORT.changed(encoding=encoding)
        fresh = BreedQuestion(next_number(), SKETCHNET, recipe, count=5, device="cpu")
        engine.ask(fresh)
        heard.wait(lambda n=fresh.number: any(x.number == n for x in told(heard, Brood)))
        brood = told(heard, Brood)[-1]
        assert len(brood.shoots) == 5 and len(brood.shoots[0].top) == 5
        liked = (brood.shoots[1].genome, brood.shoots[4].genome)
        bred = BreedQuestion(next_number(), SKETCHNET, recipe, liked, 4, 1, "cpu")
        engine.ask(bred)
        heard.wait(lambda n=bred.number: any(x.number == n for x in told(heard, Brood)))
        children = told(heard, Brood)[-1].shoots
        if encoding == "direct":  # a tenth of the values is mutated
            same = [(c.genome == liked[k % 2]).mean() for k, c in enumerate(children)]
            assert all(0.88 < x < 0.94 for x in same)
        pictures = tuple(x.picture for x in children)
        ask = JudgeQuestion(next_number(), SKETCHNET, pictures, "cpu")
        engine.ask(ask)
        heard.wait(lambda n=ask.number: any(x.number == n for x in told(heard, Judged)))
        tops = told(heard, Judged)[-1].tops
        for child, top in zip(children, tops, strict=True):
            assert [name for name, _ in top] == [name for name, _ in child.top]
            assert np.allclose([p for _, p in top], [p for _, p in child.top], atol=1e-5)
    wrong = BreedQuestion(next_number(), SKETCHNET, SHORT, liked, device="cpu")
    engine.ask(wrong)
    heard.wait(lambda: any(x.number == wrong.number for x in told(heard, Failed)))
    assert "evolved otherwise" in told(heard, Failed)[-1].message
    engine.stop()
    heard.end_of(long.number)
