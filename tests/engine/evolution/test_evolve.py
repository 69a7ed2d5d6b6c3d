"""The loop: what it keeps is what the network says, and a break changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
import torch

import engine
from engine.evolution import store
from engine.evolution.elites import Archive
from engine.evolution.evolve import evolve, new_archive
from engine.evolution.graphs import Graphs
from engine.evolution.parcels import EvolveRun, Generation
from engine.evolution.recipe import EvolveRecipe, classes_of, preset
from engine.folders import RunError
from engine.jobs import DivergedError, NetworkError
from engine.networks import Network
from engine.recipes import RecipeError
from engine.units import UnitError

ENCODINGS = ("direct", "cppn")


def recipe_of(encoding: str, **values: object) -> EvolveRecipe:
    return EvolveRecipe(encoding=encoding, batch=20, generations=12).changed(**values)


def run_of(network: Network, recipe: EvolveRecipe) -> tuple[EvolveRun, list[Generation]]:
    run = EvolveRun(network.ref, recipe, "cpu", archive=new_archive(network, recipe))
    steps = []
    for step in evolve(network, recipe, archive=run.archive):
        run.add(step)
        steps.append(step)
    return run, steps


def same(a: Archive, b: Archive) -> bool:
    """Whether two archives are equal in everything, to the bit."""
    from engine.evolution.state import arrays_of

    ours, theirs = arrays_of(a), arrays_of(b)
    assert ours.keys() == theirs.keys()
    pictures = zip(a.pictures, b.pictures, strict=True)
    return all(np.array_equal(ours[k], theirs[k]) for k in ours) and all(
        np.array_equal(x, y) for x, y in pictures
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_kept_picture_gets_its_confidence_when_it_is_saved_and_read(
    tiny: Network, encoding: str, tmp_path
) -> None:
    """Judged again one by one from the PNG, as any picture that is opened."""
    run, _ = run_of(tiny, recipe_of(encoding))
    store.save(run, tmp_path)
    kept = store.load(tmp_path)
    for index, champion in kept.champions.items():
        x = tiny.preprocessing.normalize(tiny.preprocessing.crop(champion.picture)[None])
        with torch.no_grad():
            p = torch.softmax(tiny.logits(x), 1)[0, index]
        assert float(p) == pytest.approx(run.archive.confidence[index], abs=1e-6)
        assert champion.confidence == pytest.approx(float(p), abs=1e-6)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_steps_tell_of_the_archive_as_it_grows(tiny: Network, encoding: str) -> None:
    run, steps = run_of(tiny, recipe_of(encoding))
    assert [x.generation for x in steps] == list(range(13))
    assert [x.evaluations for x in steps] == [20 * (k + 1) for k in range(13)]
    assert {x.index for x in steps[0].changed} == set(range(5))  # all cells in the first
    best: dict[int, float] = {}
    for step in steps:
        for champion in step.changed:
            assert champion.confidence > best.get(champion.index, -1)
            assert champion.generation == step.generation
            assert champion.picture.shape == (16, 16, 3)
            best[champion.index] = champion.confidence
        values = np.array([best[k] for k in range(5)])
        told = (step.min, step.median, step.mean, step.max)
        expected = (values.min(), np.median(values), values.mean(), values.max())
        assert told == pytest.approx(expected)
    assert steps[-1].median > steps[0].median
    assert run.archive is not None


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_seed_gives_the_same_archive_and_another_another(
    tiny: Network, encoding: str
) -> None:
    first, _ = run_of(tiny, recipe_of(encoding, generations=4))
    again, _ = run_of(tiny, recipe_of(encoding, generations=4))
    other, _ = run_of(tiny, recipe_of(encoding, generations=4, seed=1))
    assert same(first.archive, again.archive)
    assert not same(first.archive, other.archive)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_run_that_is_read_back_goes_on_to_the_bit(tiny: Network, encoding: str, tmp_path) -> None:
    whole, _ = run_of(tiny, recipe_of(encoding))
    broken, _ = run_of(tiny, recipe_of(encoding, generations=5))
    store.save(broken, tmp_path)
    back = store.load_to_continue(tmp_path)
    assert same(back.archive, broken.archive)
    for step in evolve(tiny, back.recipe.changed(generations=12), archive=back.archive):
        back.add(step)
    assert same(back.archive, whole.archive)
    assert back.records == whole.records
    store.save(back, tmp_path)
    again = store.load_to_continue(tmp_path)
    assert same(again.archive, whole.archive)
    assert len(list((tmp_path / "images").glob("*.png"))) == 5
    assert len(list(tmp_path.glob("state-*.npz"))) == 1


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_stopped_within_a_generation_the_archive_is_the_last_whole_one(
    tiny: Network, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.evolution.evolve.confidences", _in_fours)
    recipe = recipe_of(encoding, generations=6)
    whole, _ = run_of(tiny, recipe)
    archive = new_archive(tiny, recipe)

    class End(Exception):
        pass

    def pulse(done: int) -> None:
        if archive.generation == 3 and done >= 8:
            raise End

    with pytest.raises(End):
        list(evolve(tiny, recipe, archive=archive, pulse=pulse))
    assert archive.generation == 3
    list(evolve(tiny, recipe, archive=archive))
    assert same(archive, whole.archive)


def _in_fours(network, pictures, crops, pulse):
    from engine.evolution.judging import confidences

    parts, done = [], 0
    for part in pictures.split(4):
        parts.append(confidences(network, part, crops))
        done += len(part)
        pulse(done)
    return torch.cat(parts)


def test_a_lost_picture_is_drawn_again_from_its_genome(tiny: Network, tmp_path) -> None:
    for encoding in ENCODINGS:
        folder = tmp_path / encoding
        run, _ = run_of(tiny, recipe_of(encoding, generations=3))
        store.save(run, folder)
        victim = sorted((folder / "images").glob("*.png"))[2]
        victim.write_bytes(b"")
        back = store.load_to_continue(folder)
        assert len(back.champions) == 4
        list(evolve(tiny, back.recipe, archive=back.archive))
        assert same(back.archive, run.archive)


def test_chosen_classes_alone_are_evolved(tiny: Network) -> None:
    by_name = evolve(tiny, recipe_of("direct"), classes=["star", 0])
    step = next(by_name)
    assert {(x.index, x.name) for x in step.changed} == {(0, "king crab"), (3, "star")}
    info = tiny.info()
    assert classes_of("star, king crab", info) == "0,3"
    assert classes_of("all", info) == "all" == classes_of("0,1,2,3,4", info)
    with pytest.raises(UnitError, match="Did you mean"):
        classes_of("star, king krab", info)
    with pytest.raises(RecipeError, match="0 to 4"):
        next(evolve(tiny, recipe_of("direct", classes="7")))


def test_what_is_turned_acts_from_the_next_generation_on(tiny: Network) -> None:
    archive = new_archive(tiny, recipe_of("direct"))
    steps = evolve(tiny, recipe_of("direct"), archive=archive)
    assert next(steps).evaluations == 20
    assert steps.send(recipe_of("direct", batch=7)).evaluations == 27


def test_grey_pictures_and_larger_ones_than_the_network_sees(
    tiny_of: Callable[..., Network],
) -> None:
    from engine.networks import Preprocessing

    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 5))
    network = tiny_of(model, 8)
    network.preprocessing = Preprocessing(8, 10, (0.5,), (0.25,))
    for crops in (1, 10):
        recipe = recipe_of("cppn", generations=1, crops=crops)
        step = next(evolve(network, recipe))
        assert step.changed[0].picture.shape == (10, 10, 3)
        assert len(np.unique(step.changed[0].picture.reshape(-1, 3).std(1))) == 1
    with pytest.raises(NetworkError, match="Ten crops need"):
        next(evolve(network, recipe_of("cppn", crops=10, size=8)))
    small = tiny_of(size=16)
    with pytest.raises(NetworkError, match="too small"):
        next(evolve(small, recipe_of("cppn", size=8)))


def test_ten_crops_are_the_corners_and_the_middle_mirrored() -> None:
    from engine.evolution.judging import views

    pictures = torch.arange(25, dtype=torch.uint8).view(1, 1, 5, 5)
    corners = [int(v[0, 0, 0, 0]) for v in views(pictures, 3, 10)]
    assert corners == [6, 0, 2, 10, 12, 8, 2, 4, 12, 14]


def test_a_network_that_gives_no_numbers_ends_it_in_a_sentence(
    tiny_of: Callable[..., Network],
) -> None:
    class Broken(torch.nn.Module):
        def forward(self, x):
            return x.new_full((len(x), 5), torch.nan)

    with pytest.raises(DivergedError, match="not numbers at generation 0"):
        next(evolve(tiny_of(Broken()), recipe_of("direct")))


def test_impossible_values_are_refused_in_a_sentence() -> None:
    for values in (
        {"encoding": "hyperneat"},
        {"batch": 0},
        {"mutation_rate": 0.0},
        {"mutation_rate": float("nan")},
        {"crops": 5},
        {"classes": "king crab"},
        {"generations": -1},
        {"size": 4},
        {"seed": True},
    ):
        with pytest.raises(RecipeError, match=next(iter(values))):
            EvolveRecipe(**values)
    assert preset("paper", "direct", 28).rate_at(2500) == 0.1 / 4
    assert preset("code", "direct", 28).rate_at(2500) == 0.1
    assert preset("code", "cppn", 224).crops == 10
    with pytest.raises(RecipeError, match="balanced, paper, code"):
        preset("papers")


def test_damaged_and_foreign_folders_are_refused_in_a_sentence(tiny: Network, tmp_path) -> None:
    run, _ = run_of(tiny, recipe_of("cppn", generations=2))
    store.save(run, tmp_path)
    state = next(tmp_path.glob("state-*.npz"))
    whole = state.read_bytes()
    with pytest.raises(RunError, match="no run"):
        store.load(tmp_path / "images")
    for content in (b"", whole[: len(whole) // 2], b"PK\x03\x04" + whole[40:]):
        state.write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            store.load_to_continue(tmp_path)
    arrays = dict(np.load(_file(state, whole)))
    arrays["genomes.places"] = np.zeros_like(arrays["genomes.places"])  # no way forward: a loop
    np.savez(state, **arrays)
    with pytest.raises(RunError, match="damaged"):
        store.load_to_continue(tmp_path)
    state.unlink()
    with pytest.raises(RunError, match="cannot be read"):
        store.load_to_continue(tmp_path)
    assert len(store.load(tmp_path).champions) == 5  # to look at it is whole


def _file(path, content: bytes):
    path.write_bytes(content)
    return path


def test_engine_offers_it_by_name(sketchnet: Network) -> None:
    steps = engine.evolve(sketchnet, EvolveRecipe(batch=4, classes="3"))
    found = list(islice(steps, 2))
    assert found[0].changed[0].name == sketchnet.classes[3]
    assert isinstance(new_archive(sketchnet, EvolveRecipe()).genomes, Graphs)
