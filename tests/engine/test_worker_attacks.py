"""Attacks, sphere tests and transfers through the engine's thread."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine import autosave
from engine.attacks import store
from engine.attacks.parcels import AttackJob, Examined, Source, SphereJob, TransferJob
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.jobs import Job, NetworkRef
from engine.recipes import preset
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard

SKETCHNET = NetworkRef("sketchnet")
SHORT = METHODS["gradient-ascent"].recipe.changed(steps=3)
LONG = SHORT.changed(steps=100_000, lr=1e-4)
SIDE = 96  # of the embedded network's input


def noise(seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def job(recipe: AttackRecipe = SHORT, count: int = 2) -> AttackJob:
    images = tuple(Source(f"{i}.png", noise(i)) for i in range(count))
    return AttackJob(next_number(), SKETCHNET, images, recipe, "cpu")


def examined(key: int) -> Examined:
    values = (noise(key) / 255 * 0.5).astype(np.float32)
    return Examined(key, noise(key), (values * 255 + 0.5).astype(np.uint8), values)


def run(engine: Engine, heard: Heard, recipe: AttackRecipe = LONG) -> int:
    """Submits a long attack and waits until it moves; its number."""
    wanted = job(recipe)
    engine.submit(wanted)
    heard.wait(lambda: len(heard.iterations(wanted.number)) >= 3)
    return wanted.number


def test_an_attack_from_its_start_to_the_history(
    engine: Engine, heard: Heard, own_data: Path
) -> None:
    wanted = job()
    engine.submit(wanted)
    end = heard.end_of(wanted.number)
    assert (end.ended, end.message) == ("finished", "")
    assert heard.iterations(wanted.number) == [0, 1, 2, 3]
    (started,) = heard.all("started_job")
    assert started.job is wanted and started.title == "2 images" and started.device_title
    assert [str(folder) for folder in heard.all("saved")[-2:]] == list(end.folders)
    batch = store.load_batch(Path(end.folder))
    assert [x.source.name for x in batch] == ["0.png", "1.png"]
    assert {x.network.name for x in batch} == {"sketchnet"}
    assert heard.strangers == 0 and not heard.all("stepped")


def test_stop_keeps_what_is_there(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    engine.stop()
    end = heard.end_of(number)
    assert end.ended == "stopped"
    for folder in end.folders:
        kept = store.load(Path(folder))
        assert kept.ended == "stopped"
        assert [r.iteration for r in kept.records] == heard.iterations(number)


def test_pause_halts_and_resume_goes_on(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    engine.pause()
    time.sleep(0.3)
    QCoreApplication.processEvents()
    halted = heard.iterations(number)
    time.sleep(0.2)
    QCoreApplication.processEvents()
    assert heard.iterations(number) == halted
    engine.resume()
    heard.wait(lambda: len(heard.iterations(number)) > len(halted))
    engine.pause()
    engine.stop()
    assert heard.end_of(number).ended == "stopped"
    seen = heard.iterations(number)
    assert seen == list(range(len(seen)))


def test_a_killed_process_leaves_the_batch_in_the_history(
    engine: Engine, heard: Heard, monkeypatch: Any
) -> None:
    monkeypatch.setattr(autosave, "FIRST_SECONDS", 0.2)
    number = run(engine, heard)
    heard.wait(lambda: len(heard.all("saved")) >= 2)
    kept = store.load_batch(heard.all("saved")[0])  # as a new process would find it
    assert len(kept) == 2 and all(x.interrupted and x.records for x in kept)
    engine.stop()
    end = heard.end_of(number)
    assert {str(folder) for folder in heard.all("saved")} == set(end.folders)  # no others


def test_jobs_of_all_kinds_wait_for_each_other(engine: Engine, heard: Heard) -> None:
    maximize = preset("lecture").changed(steps=3, size=32)
    jobs = [
        job(),
        Job(next_number(), SKETCHNET, "class:3", maximize, "cpu"),
        SphereJob(next_number(), SKETCHNET, (examined(1), examined(2)), 40, device="cpu"),
        TransferJob(next_number(), SKETCHNET, (examined(1), examined(2)), "cpu"),
        job(METHODS["fgsm"].recipe, count=1),
    ]
    for wanted in jobs:
        engine.submit(wanted)
    heard.end_of(jobs[-1].number)
    ends = heard.all("ended")
    assert [e.number for e in ends] == [j.number for j in jobs]
    assert [(e.ended, e.message) for e in ends] == [("finished", "")] * 5
    assert [bool(e.folder) for e in ends] == [True, True, False, False, True]
    kinds = [name for name, _ in heard.said if name in ("started_job", "ended")]
    assert kinds == ["started_job", "ended"] * 5
    assert [p.key for p in heard.all("sphered") if p.finished] == [1, 2]
    assert [t.key for t in heard.all("transferred")] == [1, 2]
    assert heard.strangers == 0


def test_a_sphere_test_alone_is_cancelled(engine: Engine, heard: Heard) -> None:
    sphere = SphereJob(next_number(), SKETCHNET, (examined(1),), 1_000_000, device="cpu")
    after = job()
    engine.submit(sphere)
    engine.submit(after)
    heard.wait(lambda: heard.all("sphered"))
    engine.cancel(sphere.number)
    assert heard.end_of(sphere.number).ended == "stopped"
    last = heard.all("sphered")[-1]
    assert 0 < last.done == last.sphere.samples < 1_000_000 and not last.finished
    assert heard.end_of(after.number).ended == "finished"


def test_a_network_that_cannot_be_loaded_fails_in_a_sentence(engine: Engine, heard: Heard) -> None:
    wanted = TransferJob(next_number(), NetworkRef("vgg61"), (examined(1),), "cpu")
    engine.submit(wanted)
    end = heard.end_of(wanted.number)
    assert end.ended == "failed" and "vgg16" in end.message
    assert not heard.all("started_job")
