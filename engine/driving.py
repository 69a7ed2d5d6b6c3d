"""Drives a job of the Maximize page: its steps out, its run into the History."""

from __future__ import annotations

import queue

from engine import maximization, runs
from engine.autosave import Autosave
from engine.control import Control, Ears, Stopped
from engine.devices import resolve
from engine.faults import words
from engine.jobs import Change, Job, Run, Step
from engine.messages import Ended, Started, Steps
from engine.networks import Network
from engine.pace import Pace
from engine.recipes import TURNABLE, Recipe, Values
from engine.units import parse_unit


def drive(job: Job, network: Network, control: Control, ears: Ears) -> Ended:
    """Runs a job to its end, its failure or its Stop; in all of them what it has is kept."""
    device = resolve(job.device)
    title = network.info().title_of(parse_unit(job.unit, network.info()))
    ears.started(Started(job.number, job, title, device.title))
    run = Run(
        network=network.ref,
        unit=job.unit,
        title=title,
        recipe=job.recipe,
        device=device.name,
        started_from="image" if job.start is not None else "noise",
    )
    autosave = Autosave([run], runs, ears.saved, ears.notice)
    pace: Pace[Step] = Pace(lambda *what: ears.stepped(Steps(job.number, *what)))
    message = details = ""
    try:
        steps = maximization.maximize(network, job.unit, job.recipe, job.start)
        step = next(steps)
        while True:
            run.add(step)
            pace.add(step)
            autosave.sometimes(pace.seconds)
            control.pulse(pace.halt)
            turned = _turned(run, step.iteration, control.turned)
            step = next(steps) if turned is None else steps.send(turned)
    except StopIteration:
        run.ended = "finished"
    except Stopped:
        run.ended = "stopped"
    except Exception as error:
        run.ended = "failed"
        message, details = words(error)
    run.seconds = pace.seconds
    run.message = message
    pace.flush()
    folder = "".join(autosave.now()) if run.records else ""
    return Ended(job.number, run.ended, message, details, run.seconds, folder)


def _turned(run: Run, iteration: int, asked: queue.SimpleQueue[Values]) -> Recipe | None:
    """The recipe to go on with, if the window turned something; notes what and when."""
    wanted = None
    while not asked.empty():
        wanted = asked.get()
    if not isinstance(wanted, Recipe):
        return None
    now = run.recipe
    for change in run.changes:
        now = now.changed(**{change.name: change.value})
    turned = {k: v for k, v in now.differences(wanted).items() if k in TURNABLE}
    if not turned:
        return None
    run.changes += [Change(iteration, name, value) for name, value in turned.items()]
    return now.changed(**turned)
