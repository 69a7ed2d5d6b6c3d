"""The engine's thread: Jobs in, signals out. The only file of the engine that knows Qt.

It has no event loop: requests wait in a queue, and what controls a running job are events of that
job alone, so that a late Stop or Cancel never reaches the next one. Signals carry frozen records;
their receivers must be QObjects' slots, which Qt then calls in the window's thread.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.autosave import Autosave
from engine.jobs import Change, Job, NetworkRef, Run, Step
from engine.messages import Ended, Failed, Inspected, Loaded, Started, Steps
from engine.recipes import TURNABLE, Recipe
from engine.runs import RunError

if TYPE_CHECKING:
    from engine.networks import Network

EMIT_SECONDS = 1 / 60  # a fast network makes many iterations between two emissions
NETWORKS_KEPT = 2

_numbers = itertools.count(1)


def next_number() -> int:
    """A number for a request, greater than every one before it."""
    return next(_numbers)


class _Control:
    """What a window may ask of one job while it runs."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.turned: queue.SimpleQueue[Recipe] = queue.SimpleQueue()


class Engine(QThread):
    """The thread that loads networks and runs jobs, one after the other."""

    devices = Signal(object)
    loaded = Signal(object)
    load_failed = Signal(object)
    inspected = Signal(object)
    started_job = Signal(object)
    stepped = Signal(object)
    ended = Signal(object)
    saved = Signal(object)
    notice = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._controls: dict[int, _Control] = {}
        self._lock = threading.Lock()
        self._networks: dict[tuple[str, str, str], Network] = {}
        self._closing = threading.Event()

    # What a window calls, from its own thread.

    def load(self, ref: NetworkRef, device: str = "auto") -> int:
        """Loads a network; ``loaded`` or ``load_failed`` follows. Returns the request's number."""
        number = next_number()
        self._requests.put((self._load, (number, ref, device)))
        return number

    def inspect(self, path: str) -> int:
        """Asks which architecture a weights' file is of; ``inspected`` follows."""
        number = next_number()
        self._requests.put((self._inspect, (number, path)))
        return number

    def submit(self, job: Job) -> None:
        """Runs a job once those before it have ended."""
        with self._lock:
            self._controls[job.number] = _Control()
        self._requests.put((self._run, (job,)))

    def stop(self) -> None:
        """Stops the running job and those that wait: they end as ``stopped``."""
        for control in self._all_controls():
            control.stop.set()
            control.go_on.set()

    def pause(self) -> None:
        """Halts the running job before its next iteration."""
        for control in self._all_controls():
            if not control.stop.is_set():  # one that ends must not wait for a resume
                control.go_on.clear()

    def resume(self) -> None:
        """Lets a paused job go on."""
        for control in self._all_controls():
            control.go_on.set()

    def turn(self, recipe: Recipe) -> None:
        """Gives the running job new values; those that cannot be turned are left as they are."""
        with self._lock:
            # One that is being stopped may still be there while the next already waits.
            alive = [n for n, control in self._controls.items() if not control.stop.is_set()]
            if alive:
                self._controls[min(alive)].turned.put(recipe)

    def close(self, timeout_ms: int = 3000) -> bool:
        """Stops everything and waits; whether the thread has ended in time."""
        self._closing.set()
        self.stop()
        self._requests.put(None)
        return self.wait(timeout_ms)

    def _all_controls(self) -> list[_Control]:
        with self._lock:
            return list(self._controls.values())

    # What happens in the thread itself.

    def run(self) -> None:
        """The thread: announces the devices, then serves requests until ``close``."""
        self._serve(self._announce_devices)
        while (request := self._requests.get()) is not None:
            call, arguments = request
            if not self._closing.is_set() or call == self._run:
                self._serve(call, *arguments)
        self._networks.clear()

    def _serve(self, call: Callable[..., None], *arguments: Any) -> None:
        # Nothing may end the thread: a request that fails in a way nobody thought of is reported.
        try:
            call(*arguments)
        except Exception as error:
            number = arguments[0] if arguments and isinstance(arguments[0], int) else 0
            self.load_failed.emit(Failed(number, *_words(error)))

    def _announce_devices(self) -> None:
        from engine.devices import available

        self.devices.emit(available())

    def _load(self, number: int, ref: NetworkRef, device: str) -> None:
        from engine.devices import resolve

        network = self._network(ref, device)
        target = resolve(device)
        self.loaded.emit(Loaded(number, network.ref, network.info(), target.name, target.title))

    def _inspect(self, number: int, path: str) -> None:
        from engine.catalogue import torchvision_models, weights
        from engine.networks import NetworkError

        try:
            found = torchvision_models.guess(weights.read(path), path.replace("\\", "/"))
            message = "" if found else "Its names fit no architecture that Unitscope knows."
        except NetworkError as error:
            found, message = (), str(error)
        names = torchvision_models.architectures()
        guess = found[0] if found else ""
        self.inspected.emit(
            Inspected(number, path, guess, tuple(dict.fromkeys((*found, *names))), message)
        )

    def _network(self, ref: NetworkRef, device: str) -> Network:
        from engine.catalogue import load_ref
        from engine.devices import resolve

        key = (ref.name, ref.weights, resolve(device).name)
        network = self._networks.pop(key, None) or load_ref(ref, device)
        self._networks[key] = network  # the newest last
        while len(self._networks) > NETWORKS_KEPT:
            self._networks.pop(next(iter(self._networks)))
        return network

    def _run(self, job: Job) -> None:
        control = self._controls[job.number]
        try:
            ended = self._drive(job, control)
        except Exception as error:
            message, details = _words(error)
            ended = Ended(job.number, "failed", message, details, 0.0, "")
        with self._lock:
            del self._controls[job.number]
        self.ended.emit(ended)

    def _drive(self, job: Job, control: _Control) -> Ended:
        from engine.devices import resolve
        from engine.maximization import maximize
        from engine.units import parse_unit

        if control.stop.is_set():
            return Ended(job.number, "stopped", "", "", 0.0, "")
        network = self._network(job.network, job.device)
        device = resolve(job.device)
        title = network.info().title_of(parse_unit(job.unit, network.info()))
        self.started_job.emit(Started(job.number, job, title, device.title))
        run = Run(
            network=network.ref,
            unit=job.unit,
            title=title,
            recipe=job.recipe,
            device=device.name,
            started_from="image" if job.start is not None else "noise",
        )
        autosave = Autosave(run, self.saved.emit, self.notice.emit)
        pace = _Pace(self, job.number)
        message = details = ""
        try:
            steps = maximize(network, job.unit, job.recipe, job.start)
            step = next(steps)
            while True:
                run.add(step)
                pace.add(step)
                autosave.sometimes(pace.seconds)
                if not control.go_on.is_set():
                    pace.halt(control.go_on)
                if control.stop.is_set():
                    run.ended = "stopped"
                    break
                turned = _turned(run, step.iteration, control.turned)
                step = next(steps) if turned is None else steps.send(turned)
        except StopIteration:
            run.ended = "finished"
        except Exception as error:
            run.ended = "failed"
            message, details = _words(error)
        run.seconds = pace.seconds
        run.message = message
        pace.flush()
        folder = autosave.now() if run.records else ""
        return Ended(job.number, run.ended, message, details, run.seconds, folder)


class _Pace:
    """Collects steps and emits them at most 60 times a second; knows time and rate."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self._number = number
        self._waiting: list[Step] = []
        self._began = self._emitted = time.perf_counter()
        self._paused = 0.0
        self._marks: list[tuple[float, int]] = []

    @property
    def seconds(self) -> float:
        """How long the job has run, pauses not counted."""
        return time.perf_counter() - self._began - self._paused

    def add(self, step: Step) -> None:
        self._waiting.append(step)
        if time.perf_counter() - self._emitted >= EMIT_SECONDS:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        now = self.seconds
        self._marks.append((now, self._waiting[-1].iteration))
        # Over the last two seconds or so, that the time left neither jumps nor lags.
        while len(self._marks) > 2 and now - self._marks[0][0] > 2:
            self._marks.pop(0)
        (t0, k0), (t1, k1) = self._marks[0], self._marks[-1]
        rate = (k1 - k0) / (t1 - t0) if t1 > t0 else 0.0
        self._engine.stepped.emit(Steps(self._number, tuple(self._waiting), rate, now))
        self._waiting.clear()
        self._emitted = time.perf_counter()

    def halt(self, go_on: threading.Event) -> None:
        self.flush()
        halted = time.perf_counter()
        go_on.wait()
        self._paused += time.perf_counter() - halted


def _turned(run: Run, iteration: int, asked: queue.SimpleQueue[Recipe]) -> Recipe | None:
    """The recipe to go on with, if the window turned something; notes what and when."""
    wanted = None
    while not asked.empty():
        wanted = asked.get()
    if wanted is None:
        return None
    now = run.recipe
    for change in run.changes:
        now = now.changed(**{change.name: change.value})
    turned = {k: v for k, v in now.differences(wanted).items() if k in TURNABLE}
    if not turned:
        return None
    run.changes += [Change(iteration, name, value) for name, value in turned.items()]
    return now.changed(**turned)


def _words(error: Exception) -> tuple[str, str]:
    """A sentence for a person, and the traceback for the report."""
    details = "".join(traceback.format_exception(error))
    from engine.catalogue import NetworkError
    from engine.devices import DeviceError, is_out_of_memory, out_of_memory_sentence
    from engine.jobs import DivergedError

    if isinstance(error, NetworkError | DeviceError | DivergedError | RunError | ValueError):
        return str(error), details
    if is_out_of_memory(error):
        return out_of_memory_sentence("the device"), details
    return f"Something failed that should not: {error}", details
