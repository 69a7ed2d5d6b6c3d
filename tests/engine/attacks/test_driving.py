"""Attack, sphere and transfer jobs driven without a thread: what is told, what is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.attacks import driving, store
from engine.attacks.parcels import AttackJob, Examined, Source, SphereJob, TransferJob
from engine.attacks.problem import Problem
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.control import Control, Ears
from engine.jobs import NetworkRef, Picture
from engine.messages import Ended
from engine.networks import Network

ASCENT = METHODS["gradient-ascent"].recipe.changed(steps=4, lr=5.0)
TINY = NetworkRef("tiny")


@dataclass
class Told:
    """Everything that a driven job says."""

    said: list[tuple[str, Any]] = field(default_factory=list)

    def ears(self, **instead: Callable[[Any], object]) -> Ears:
        def hear(kind: str) -> Callable[[Any], object]:
            return instead.get(kind, lambda what: self.said.append((kind, what)))

        return Ears(**{kind: hear(kind) for kind in Ears.__dataclass_fields__})

    def all(self, kind: str) -> list[Any]:
        return [what for said, what in self.said if said == kind]

    @property
    def steps(self) -> list[Any]:
        return [step for batch in self.all("attacked") for step in batch.steps]


def noise(seed: int, size: int = 16) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


def sources(count: int, size: int = 16) -> tuple[Source, ...]:
    return tuple(Source(f"{i}.png", noise(i, size)) for i in range(count))


def attack_job(count: int = 3, recipe: AttackRecipe = ASCENT, size: int = 16) -> AttackJob:
    return AttackJob(7, TINY, sources(count, size), recipe, "cpu")


def stopping_after(control: Control, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops the job within an iteration: once so many chunks went through the network."""
    real = Problem.gradient
    counted = iter(range(10_000))

    def gradient(self: Problem, *arguments: Any, **kind: Any) -> Any:
        if next(counted) == calls:
            control.end()
        return real(self, *arguments, **kind)

    monkeypatch.setattr(Problem, "gradient", gradient)


def test_a_batch_from_its_start_to_the_history(tiny: Network, own_data: Path) -> None:
    told, job = Told(), attack_job()
    end = driving.drive(job, tiny, Control(), told.ears())
    assert (end.number, end.ended, end.message) == (7, "finished", "")
    assert [step.iteration for step in told.steps] == [0, 1, 2, 3, 4]
    (started,) = told.all("started")
    assert started.job is job and started.title == "3 images"
    folders = [Path(folder) for folder in end.folders]
    assert len(set(folders)) == 3 and end.folder == end.folders[0]
    assert {folder.parent for folder in folders} == {own_data / "runs"}
    assert told.all("saved") == folders
    for i, folder in enumerate(folders):
        run = store.load(folder)
        assert run.ended == "finished" and run.recipe == ASCENT and run.seconds > 0
        assert run.source.name == f"{i}.png"
        assert run.batch == tuple(x.name for x in folders)
        assert [r.iteration for r in run.records] == [0, 1, 2, 3, 4]
        assert run.records[-1].index == told.steps[-1].rows[i].index
        assert np.array_equal(run.source.picture, job.sources[i].picture)
        assert run.adversarial is not None
        assert np.array_equal(run.adversarial, told.steps[-1].images[i])


def test_what_the_person_saw_is_attacked_uncropped(tiny: Network) -> None:
    # A second crop would go unnoticed but for the pixels: a network that sees 16 of 20.
    tiny.preprocessing = type(tiny.preprocessing)(size=16, resize=20)
    told, job = Told(), attack_job(2)
    driving.drive(job, tiny, Control(), told.ears())
    for i, source in enumerate(job.sources):
        assert np.array_equal(told.steps[0].images[i], source.picture)


def test_one_image_has_its_name_for_a_title(tiny: Network) -> None:
    told = Told()
    driving.drive(attack_job(1), tiny, Control(), told.ears())
    assert told.all("started")[0].title == "0.png"


def test_random_targets_are_named_in_each_run(tiny: Network) -> None:
    job = attack_job(6, ASCENT.changed(target="random", seed=2))
    told = Told()
    end = driving.drive(job, tiny, Control(), told.ears())
    runs = [store.load(Path(folder)) for folder in end.folders]
    assert {run.target for run in runs} <= set(tiny.classes) and len({r.target for r in runs}) > 1
    for run in runs:
        assert run.target != run.before  # never the image's own
        for record in run.records:
            assert record.fooled == (record.top[0][0] == run.target)


def test_stop_between_the_chunks_of_an_iteration(
    tiny: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, told = Control(), Told()
    stopping_after(control, 2, monkeypatch)
    end = driving.drive(attack_job(3), tiny, control, told.ears())
    assert end.ended == "stopped" and end.message == ""
    assert [step.iteration for step in told.steps] == [0, 1]  # the third was never made
    for folder in end.folders:
        run = store.load(Path(folder))
        assert run.ended == "stopped" and len(run.records) == 2


def test_stopped_before_anything_nothing_is_kept(tiny: Network, own_data: Path) -> None:
    control, told = Control(), Told()
    control.end()
    end = driving.drive(attack_job(), tiny, control, told.ears())
    assert (end.ended, end.folder, end.folders) == ("stopped", "", ())
    assert told.steps == [] and not own_data.exists()


def test_a_pause_within_an_iteration_does_not_count(tiny: Network) -> None:
    control, told = Control(), Told()
    control.go_on.clear()
    threading.Timer(0.5, control.go_on.set).start()
    began = time.perf_counter()
    end = driving.drive(attack_job(1), tiny, control, told.ears())
    assert end.ended == "finished"
    assert end.seconds < time.perf_counter() - began - 0.4


@pytest.mark.parametrize(
    ("job", "says"),
    [
        (attack_job(1, size=20), "0.png was cropped to 20×20 pixels, but Tiny sees 16×16"),
        (attack_job(0), "no image"),
        (attack_job(1, ASCENT.changed(target="nothing")), "no class"),
    ],
)
def test_what_cannot_be_attacked_is_a_sentence(
    tiny: Network, job: AttackJob, says: str, own_data: Path
) -> None:
    end = driving.drive(job, tiny, Control(), Told().ears())
    assert end.ended == "failed" and says in end.message and "Traceback" in end.details
    assert end.folders == () and not own_data.exists()


def test_an_attack_that_diverges_keeps_what_was_good(
    tiny: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Problem.gradient
    counted = iter(range(100))

    def gradient(self: Problem, *arguments: Any, **kind: Any) -> Any:
        loss, slope, logits = real(self, *arguments, **kind)
        return loss, slope * (float("nan") if next(counted) == 2 else 1), logits

    monkeypatch.setattr(Problem, "gradient", gradient)
    told = Told()
    end = driving.drive(attack_job(2), tiny, Control(), told.ears())
    assert end.ended == "failed" and "smaller step" in end.message
    for folder in end.folders:
        run = store.load(Path(folder))
        assert (run.ended, run.message, len(run.records)) == ("failed", end.message, 3)
        assert run.values is not None and np.isfinite(run.values).all()


def test_a_history_that_cannot_be_written_costs_no_attack(tiny: Network, own_data: Path) -> None:
    own_data.write_text("a file where the folder should be")
    told = Told()
    end = driving.drive(attack_job(), tiny, Control(), told.ears())
    assert (end.ended, end.folder, end.folders) == ("finished", "", ())
    assert [step.iteration for step in told.steps] == [0, 1, 2, 3, 4]
    (notice,) = told.all("notice")
    assert "alone" in notice


def examined(key: int, by: float = 0.2) -> Examined:
    original = noise(key)
    values = (original / 255 + by).clip(0, 1).astype(np.float32)
    return Examined(key, original, (values * 255 + 0.5).astype(np.uint8), values)


def sphere_job(*images: Examined, samples: int = 40) -> SphereJob:
    return SphereJob(9, TINY, images, samples, seed=3, device="cpu")


def test_sphere_tests_one_after_the_other(tiny: Network) -> None:
    told = Told()
    end = driving.drive(sphere_job(examined(5), examined(2)), tiny, Control(), told.ears())
    assert end == Ended(9, "finished", "", "", end.seconds, "")
    assert told.all("started")[0].title == "2 images"
    said = told.all("sphered")
    assert [p.key for p in said if p.finished] == [5, 2]
    for progress in said:
        assert progress.done == progress.sphere.samples and progress.samples == 40
        assert progress.finished == (progress.done == 40) and progress.sphere.seed == 3
        assert progress.adversarial in tiny.classes
    x, y = examined(5).original / 255.0, examined(5).values
    radius = 2 * np.linalg.norm((x - y) / np.array([0.229, 0.224, 0.225]))
    assert said[0].sphere.radius == pytest.approx(radius, abs=1e-4)


def test_a_stopped_sphere_test_tells_what_it_has_counted(
    tiny: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, told = Control(), Told()
    real = Network.logits
    counted = iter(range(1000))

    def logits(self: Network, x: torch.Tensor) -> torch.Tensor:
        if next(counted) == 3:  # the two ends', then the third chunk
            control.end()
        return real(self, x)

    monkeypatch.setattr(Network, "logits", logits)
    end = driving.drive(sphere_job(examined(1), samples=1000), tiny, control, told.ears())
    assert (end.ended, end.message) == ("stopped", "")
    last = told.all("sphered")[-1]
    assert (last.done, last.sphere.samples, last.finished) == (24, 24, False)


def test_an_image_that_never_moved_costs_the_others_nothing(tiny: Network) -> None:
    told = Told()
    job = sphere_job(examined(1), examined(2, by=0.0), examined(3))
    end = driving.drive(job, tiny, Control(), told.ears())
    assert end.ended == "finished"
    assert end.message.startswith("1 of 3 images") and "is the original" in end.message
    assert [p.key for p in told.all("sphered") if p.finished] == [1, 3]
    alone = driving.drive(sphere_job(examined(2, by=0.0)), tiny, Control(), Told().ears())
    assert alone.ended == "failed" and alone.message.startswith("The adversarial image is the")


def test_transfer_of_every_image(tiny: Network) -> None:
    told = Told()
    job = TransferJob(4, TINY, (examined(6), examined(1)), "cpu")
    end = driving.drive(job, tiny, Control(), told.ears())
    assert end == Ended(4, "finished", "", "", end.seconds, "")
    assert [(t.number, t.key) for t in told.all("transferred")] == [(4, 6), (4, 1)]
    for told_of, image in zip(told.all("transferred"), job.images, strict=True):
        assert told_of.transfer.network == TINY
        (top,) = tiny.classify(tiny.preprocessing.normalize(image.adversarial))
        assert dict(told_of.transfer.after) == pytest.approx(dict(top), abs=1e-5)


def test_a_stopped_transfer_ends_before_the_next_image(tiny: Network) -> None:
    control, told = Control(), Told()

    def heard(what: Any) -> None:
        told.said.append(("transferred", what))
        control.end()

    job = TransferJob(4, TINY, (examined(6), examined(1)), "cpu")
    end = driving.drive(job, tiny, control, told.ears(transferred=heard))
    assert end.ended == "stopped" and len(told.all("transferred")) == 1
