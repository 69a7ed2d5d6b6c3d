"""Drives the jobs of the Adversarial page: attacks, sphere tests, transfers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from engine.attacks.attack import pose, solve, target_names
from engine.attacks.parcels import AttackJob, AttackStep, Batch, Examined, SphereJob, TransferJob
from engine.attacks.sphere import sphere_test
from engine.attacks.transfer import transfer
from engine.autosave import Autosave
from engine.control import Control, Ears, Stopped
from engine.devices import resolve
from engine.faults import words
from engine.jobs import Picture
from engine.messages import AttackSteps, Ended, SphereProgress, Started, Transferred
from engine.networks import Network
from engine.pace import EMIT_SECONDS, Clock, Pace


def drive(
    job: AttackJob | SphereJob | TransferJob, network: Network, control: Control, ears: Ears
) -> Ended:
    """Runs a job to its end, its failure or its Stop; in all of them what it has is kept."""
    if isinstance(job, AttackJob):
        return _attack(job, network, control, ears)
    title = "1 image" if len(job.images) == 1 else f"{len(job.images)} images"
    ears.started(Started(job.number, job, title, resolve(job.device).title))
    if isinstance(job, SphereJob):
        return _each(job, control, partial(_sphere, job, network, ears))
    return _each(job, control, partial(_transfer, job, network, ears))


def _attack(job: AttackJob, network: Network, control: Control, ears: Ears) -> Ended:
    from engine.attacks import store

    device = resolve(job.device)
    count = len(job.sources)
    title = job.sources[0].name if count == 1 else f"{count} images"
    ears.started(Started(job.number, job, title, device.title))
    batch = Batch.of(network.ref, job.sources, job.recipe, device.name)

    def named(folders: Sequence[Path]) -> None:
        names = tuple(folder.name for folder in folders)
        for run in batch.runs:
            run.batch = names

    autosave = Autosave(batch.runs, store, ears.saved, ears.notice, named)
    targets: tuple[str, ...] = ()

    def told(steps: tuple[AttackStep, ...], rate: float, seconds: float) -> None:
        ears.attacked(AttackSteps(job.number, steps, rate, seconds, targets))

    pace: Pace[AttackStep] = Pace(told)
    pulse = partial(control.pulse, pace.halt)
    ended, message, details = "finished", "", ""
    try:
        problem = pose(network, _crops(job, network), job.recipe, pulse)
        targets = target_names(problem)
        for run, name in zip(batch.runs, targets, strict=True):
            run.target = name
        for step in solve(problem, job.recipe):
            batch.add(step)
            pace.add(step)
            autosave.sometimes(pace.seconds)
            pulse()
    except Stopped:
        ended = "stopped"
    except Exception as error:
        ended = "failed"
        message, details = words(error)
    for run in batch.runs:
        run.ended, run.message, run.seconds = ended, message, pace.seconds
    pace.flush()
    begun = any(run.records for run in batch.runs)
    folders = autosave.now() if begun else ()
    folder = folders[0] if folders else ""
    return Ended(job.number, ended, message, details, pace.seconds, folder, folders)


def _crops(job: AttackJob, network: Network) -> Picture:
    # What is attacked is what the person was shown: it is not cropped a second time.
    if not job.sources:
        raise ValueError("There is no image to attack: open one first.")
    side = network.preprocessing.size
    for source in job.sources:
        if source.picture.shape != (side, side, 3):
            height, width = source.picture.shape[:2]
            raise ValueError(
                f"{source.name} was cropped to {width}×{height} pixels, but {network.title} sees "
                f"{side}×{side}: open it again."
            )
    return np.stack([source.picture for source in job.sources])


def _each(
    job: SphereJob | TransferJob,
    control: Control,
    examine: Callable[[Examined, Callable[[], None]], None],
) -> Ended:
    """Examines one image after the other; one that cannot be costs the others nothing."""
    clock = Clock()
    pulse = partial(control.pulse, clock.halt)
    ended, message, details = "finished", "", ""
    refused: list[ValueError] = []
    try:
        for image in job.images:
            pulse()
            try:
                examine(image, pulse)
            except ValueError as error:
                refused.append(error)
    except Stopped:
        ended = "stopped"
    except Exception as error:
        ended = "failed"
        message, details = words(error)
    if refused and not message:
        message, details = words(refused[0])
        count = len(job.images)
        if len(refused) == count:
            ended = "failed"
        if count > 1:
            message = f"{len(refused)} of {count} images could not be examined. {message}"
    return Ended(job.number, ended, message, details, clock.seconds, "")


def _sphere(
    job: SphereJob, network: Network, ears: Ears, image: Examined, pulse: Callable[[], None]
) -> None:
    told, waiting = 0.0, None
    states = sphere_test(
        network, image.original, image.values, samples=job.samples, seed=job.seed, pulse=pulse
    )
    try:
        for state in states:
            finished = state.done == job.samples
            waiting = SphereProgress(
                job.number,
                image.key,
                state.done,
                job.samples,
                state.sphere,
                state.adversarial,
                finished,
            )
            if finished or time.perf_counter() - told >= EMIT_SECONDS:
                ears.sphered(waiting)
                told, waiting = time.perf_counter(), None
    finally:
        # Stopped: what was counted since is true as well.
        if waiting is not None:
            ears.sphered(waiting)


def _transfer(
    job: TransferJob, network: Network, ears: Ears, image: Examined, pulse: Callable[[], None]
) -> None:
    found = transfer(network, image.original, image.adversarial)
    ears.transferred(Transferred(job.number, image.key, found))
