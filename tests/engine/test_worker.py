"""The engine's thread, driven without a window."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import QCoreApplication

from engine import runs
from engine.jobs import Job, NetworkRef
from engine.looking import Inspect
from engine.recipes import Recipe, preset
from engine.worker import Engine, next_number
from tests.engine.catalogue.exports import Small, save
from tests.engine.hearing import SECONDS, Heard

SKETCHNET = NetworkRef("sketchnet")
LONG = preset("lecture").changed(steps=100_000, size=32)
SHORT = LONG.changed(steps=5)


def job(recipe: Recipe = SHORT, unit: str = "class:3", **values: Any) -> Job:
    return Job(next_number(), values.pop("network", SKETCHNET), unit, recipe, "cpu", **values)


def run(engine: Engine, heard: Heard, recipe: Recipe = LONG) -> int:
    """Submits a long job and waits until it moves; its number."""
    wanted = job(recipe)
    engine.submit(wanted)
    heard.wait(lambda: len(heard.iterations(wanted.number)) >= 3)
    return wanted.number


def test_it_announces_the_devices_and_loads(engine: Engine, heard: Heard) -> None:
    number = engine.load(SKETCHNET, "cpu")
    heard.wait(lambda: heard.all("loaded"))
    assert [name for name, _ in heard.said] == ["devices", "loaded"]
    assert heard.all("devices")[0][-1].name == "cpu"
    (loaded,) = heard.all("loaded")
    assert (loaded.number, loaded.device, loaded.info.name) == (number, "cpu", "sketchnet")
    assert heard.strangers == 0


def test_a_run_from_its_start_to_the_history(engine: Engine, heard: Heard, own_data: Path) -> None:
    wanted = job(unit="features.7:2")
    engine.submit(wanted)
    end = heard.end_of(wanted.number)
    assert (end.ended, end.message) == ("finished", "")
    assert heard.iterations(wanted.number) == [0, 1, 2, 3, 4, 5]
    (started,) = heard.all("started_job")
    assert started.job is wanted and started.title == "features.7 · 2"
    assert heard.all("saved")[-1] == Path(end.folder)
    assert Path(end.folder).parent == own_data / "runs"
    saved = runs.load(Path(end.folder))
    assert (saved.unit, saved.ended, len(saved.records)) == ("features.7:2", "finished", 6)
    assert saved.recipe == SHORT and saved.network.name == "sketchnet"


def test_stop_stops_at_once_and_the_run_is_kept(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    began = time.perf_counter()
    engine.stop()
    end = heard.end_of(number)
    assert time.perf_counter() - began < 2  # the machine may be busy: benchmarks measure it
    assert end.ended == "stopped"
    kept = runs.load(Path(end.folder))
    assert [r.iteration for r in kept.records] == heard.iterations(number)
    assert kept.ended == "stopped" and kept.result is not None


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
    end = heard.end_of(number)
    assert end.ended == "stopped"
    assert end.seconds < SECONDS
    seen = heard.iterations(number)
    assert seen == list(range(len(seen)))


def test_a_pause_that_comes_after_the_stop_holds_nothing_up(engine: Engine, heard: Heard) -> None:
    for _ in range(5):
        number = run(engine, heard)
        engine.stop()
        engine.pause()
        assert heard.end_of(number).ended == "stopped"


def test_turning_is_recorded(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    engine.turn(LONG.changed(prior_weight=5.0, lr=0.2, seed=99, size=64))
    so_far = len(heard.iterations(number))
    heard.wait(lambda: len(heard.iterations(number)) > so_far + 5)
    engine.turn(LONG.changed(prior_weight=5.0, lr=0.2, steps=1))
    end = heard.end_of(number)
    assert end.ended == "finished"
    saved = runs.load(Path(end.folder))
    names = {(c.name, c.value) for c in saved.changes}
    assert names == {("prior_weight", 5.0), ("lr", 0.2), ("steps", 1)}
    assert saved.recipe == LONG
    first, last = saved.changes[0].iteration, saved.changes[-1].iteration
    assert 2 <= first < last <= saved.records[-1].iteration
    iterations = [r.iteration for r in saved.records]
    assert iterations == list(range(len(iterations)))
    assert heard.iterations(number) == iterations


def test_jobs_wait_for_each_other(engine: Engine, heard: Heard) -> None:
    jobs = [job(unit=f"class:{i}") for i in range(3)]
    for wanted in jobs:
        engine.submit(wanted)
    heard.end_of(jobs[-1].number)
    assert [e.number for e in heard.all("ended")] == [j.number for j in jobs]
    kinds = [name for name, _ in heard.said if name in ("started_job", "ended")]
    assert kinds == ["started_job", "ended"] * 3


def test_stop_stops_what_waits(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    waiting = [job() for _ in range(2)]
    for wanted in waiting:
        engine.submit(wanted)
    engine.stop()
    assert [heard.end_of(j.number).ended for j in waiting] == ["stopped"] * 2
    assert heard.end_of(number).ended == "stopped"
    after = job()
    engine.submit(after)
    assert heard.end_of(after.number).ended == "finished"


def test_failures_leave_the_thread_alive(
    engine: Engine, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = engine.load(NetworkRef("vgg61"), "cpu")
    heard.wait(lambda: heard.all("load_failed"))
    (failed,) = heard.all("load_failed")
    assert failed.number == number and "vgg16" in failed.message and failed.details
    for wanted, says in (
        (job(unit="class:nothing"), "no class"),
        (job(network=NetworkRef("resnet18", str(tmp_path / "absent.pth"))), "no file"),
    ):
        engine.submit(wanted)
        end = heard.end_of(wanted.number)
        assert end.ended == "failed" and says in end.message and "Traceback" in end.details
    (tmp_path / "text.pth").write_text("no weights")
    engine.ask(Inspect(next_number(), str(tmp_path / "text.pth")))
    heard.wait(lambda: heard.all("told"))
    (inspected,) = heard.all("told")
    assert inspected.guess == "" and inspected.message.endswith(".") and not inspected.usable
    good = job()
    engine.submit(good)
    assert heard.end_of(good.number).ended == "finished"


def test_a_run_that_fails_midway_is_kept(
    engine: Engine, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine import maximization as room

    real = room.maximize

    def failing(*arguments: Any) -> Any:
        steps = real(*arguments)
        yield next(steps)
        yield next(steps)
        raise room.DivergedError("It is no longer a number.")

    monkeypatch.setattr(room, "maximize", failing)
    wanted = job()
    engine.submit(wanted)
    end = heard.end_of(wanted.number)
    assert (end.ended, end.message) == ("failed", "It is no longer a number.")
    kept = runs.load(Path(end.folder))
    assert (kept.ended, kept.message, len(kept.records)) == ("failed", end.message, 2)
    assert kept.result is not None


def test_a_history_that_cannot_be_written_costs_no_run(
    engine: Engine, heard: Heard, own_data: Path
) -> None:
    own_data.write_text("a file where the folder should be")
    wanted = job()
    engine.submit(wanted)
    end = heard.end_of(wanted.number)
    assert (end.ended, end.folder) == ("finished", "")
    assert heard.iterations(wanted.number) == [0, 1, 2, 3, 4, 5]
    (notice,) = heard.all("notice")
    assert "save its image" in notice


def test_thirty_starts_and_stops(engine: Engine, heard: Heard) -> None:
    numbers = []
    for k in range(30):
        wanted = job(LONG, unit=f"class:{k % 5}" if k % 2 else f"features.0:{k % 5}")
        numbers.append(wanted.number)
        engine.submit(wanted)
        if k % 3:
            heard.wait(lambda n=wanted.number: heard.iterations(n))
        engine.stop()
    for number in numbers:
        assert heard.end_of(number).ended == "stopped"
    for number in numbers:
        seen = heard.iterations(number)
        assert seen == list(range(len(seen)))
    assert heard.strangers == 0


@pytest.mark.parametrize("paused", [False, True])
def test_closing_while_it_runs(qapp: QCoreApplication, paused: bool) -> None:
    before = threading.active_count()
    engine = Engine()
    heard = Heard(engine)
    engine.start()
    run(engine, heard)
    engine.submit(job(LONG))
    if paused:
        engine.pause()
    assert engine.close(int(SECONDS * 1000))
    assert engine.isFinished() and not engine.isRunning()
    heard.wait(lambda: len(heard.all("ended")) == 2)
    assert [e.ended for e in heard.all("ended")] == ["stopped", "stopped"]
    left = [t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)]
    assert len(left) <= before


def test_one_job_is_cancelled_and_the_others_go_on(engine: Engine, heard: Heard) -> None:
    number = run(engine, heard)
    waiting, after = job(), job()
    engine.submit(waiting)
    engine.submit(after)
    engine.cancel(waiting.number)
    engine.cancel(next_number())  # one that nobody knows, as one that has ended
    so_far = len(heard.iterations(number))
    heard.wait(lambda: len(heard.iterations(number)) > so_far + 3)
    engine.pause()
    engine.cancel(number)  # a paused one too
    engine.resume()
    assert heard.end_of(number).ended == "stopped"
    assert heard.end_of(waiting.number).ended == "stopped"
    assert heard.iterations(waiting.number) == []
    assert heard.end_of(after.number).ended == "finished"


def test_an_exported_network_needs_no_architecture(
    engine: Engine, heard: Heard, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    path = save(tmp_path / "mine.pt2", Small().eval())
    engine.ask(Inspect(next_number(), str(path)))
    heard.wait(lambda: heard.all("told"))
    (inspected,) = heard.all("told")
    assert (inspected.guess, inspected.candidates) == ("mine.pt2", ())
    # What the window then asks for.
    engine.load(NetworkRef(inspected.guess, str(path)))
    heard.wait(lambda: heard.all("loaded"))
    (loaded,) = heard.all("loaded")
    assert loaded.info.name == "mine.pt2" and loaded.info.input_channels == 1
    assert loaded.ref.weights == str(path)
