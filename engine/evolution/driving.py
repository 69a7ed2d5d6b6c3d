"""Drives a job of the Evolve page: its generations out, its archive into the History."""

from __future__ import annotations

import queue
import time
from pathlib import Path

from engine.autosave import Autosave
from engine.control import Control, Ears, Stopped
from engine.devices import resolve
from engine.evolution import lineage, store
from engine.evolution.evolve import evolve, new_archive
from engine.evolution.parcels import (
    EvolveJob,
    EvolveProgress,
    EvolveRun,
    EvolveSteps,
    Generation,
)
from engine.evolution.recipe import TURNABLE, EvolveRecipe
from engine.faults import words
from engine.folders import RunError
from engine.jobs import Change
from engine.messages import Ended, Started
from engine.networks import Network
from engine.pace import EMIT_SECONDS, Pace
from engine.recipes import Values


def drive(job: EvolveJob, network: Network, control: Control, ears: Ears) -> Ended:
    """Runs a job to its end, its failure or its Stop; in all of them what it has is kept."""
    device = resolve(job.device)
    run = begun(job, network, device.name)
    if run.archive is not None:
        lineage.keep(job.number, run.archive)
    before = run.seconds
    ears.started(Started(job.number, job, run.title, device.title))
    autosave = Autosave([run], store, ears.saved, ears.notice)
    pace: Pace[Generation] = Pace(
        lambda steps, rate, seconds: ears.told(
            EvolveSteps(job.number, steps, rate, before + seconds)
        )
    )
    told = time.perf_counter()

    def pulse(judged: int) -> None:
        nonlocal told
        control.pulse(pace.halt)
        if time.perf_counter() - told >= 6 * EMIT_SECONDS:  # of long generations only
            told = time.perf_counter()
            now = run.archive.generation + 1 if run.archive else 0
            ears.told(EvolveProgress(job.number, now, judged, run.current.batch))

    message = details = ""
    try:
        steps = evolve(network, run.current, archive=run.archive, pulse=pulse)
        turned: EvolveRecipe | None = None
        while True:
            step = next(steps) if turned is None else steps.send(turned)
            told = time.perf_counter()
            run.add(step)
            pace.add(step)
            autosave.sometimes(before + pace.seconds)
            control.pulse(pace.halt)
            turned = _turned(run, step.generation, control.turned)
    except StopIteration:
        run.ended = "finished"
    except Stopped:
        run.ended = "stopped"
    except Exception as error:
        run.ended = "failed"
        message, details = words(error)
    run.seconds = before + pace.seconds
    run.message = message
    pace.flush()
    folder = "".join(autosave.now()) if run.records else ""
    return Ended(job.number, run.ended, message, details, run.seconds, folder)


def begun(job: EvolveJob, network: Network, device: str) -> EvolveRun:
    """A run to be filled: an empty one, or the saved one that the job goes on with.

    Raises:
        RunError: the saved one cannot be gone on with, or not on this network.
    """
    if not job.continue_from:
        archive = new_archive(network, job.recipe)
        return EvolveRun(network.ref, job.recipe, device, archive=archive)
    run = continued(Path(job.continue_from), network)
    note_changes(run, job.recipe)
    run.device = device
    return run


def continued(folder: Path, network: Network) -> EvolveRun:
    """The run in a folder, to be gone on with on that network.

    Raises:
        RunError: it cannot be gone on with, or was evolved against another network.
    """
    run = store.load_to_continue(folder)
    same = run.network.sha256 == network.ref.sha256 and run.network.name == network.ref.name
    if not same:
        raise RunError(
            f"{folder} was evolved against {run.network.name}"
            f"{' with other weights' if run.network.name == network.ref.name else ''}, "
            f"not {network.ref.name}: choose that network, or begin anew."
        )
    return run


def note_changes(run: EvolveRun, wanted: EvolveRecipe) -> None:
    """Notes what is turned when a run is gone on with; what cannot be is left as it is."""
    turned = {k: v for k, v in run.current.differences(wanted).items() if k in TURNABLE}
    run.changes += [Change(run.generation, name, value) for name, value in turned.items()]


def _turned(
    run: EvolveRun, generation: int, asked: queue.SimpleQueue[Values]
) -> EvolveRecipe | None:
    """The recipe to go on with, if the window turned something; notes what and when."""
    wanted = None
    while not asked.empty():
        wanted = asked.get()
    if not isinstance(wanted, EvolveRecipe):
        return None
    known = len(run.changes)
    note_changes(run, wanted)
    return run.current if len(run.changes) > known else None
