"""The engine's thread: Jobs in, signals out. The only file of the engine that knows Qt.

It has no event loop: requests wait in a queue, and what controls a running job are events of that
job alone, so that a late Stop or Cancel never reaches the next one. Signals carry frozen records;
their receivers must be QObjects' slots, which Qt then calls in the window's thread.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.control import Control, Ears
from engine.faults import words
from engine.jobs import Job, NetworkRef
from engine.messages import AnyJob, Ended, Failed, Inspected, Loaded
from engine.recipes import Recipe

if TYPE_CHECKING:
    from engine.networks import Network

NETWORKS_KEPT = 2

_numbers = itertools.count(1)


def next_number() -> int:
    """A number for a request, greater than every one before it."""
    return next(_numbers)


class Engine(QThread):
    """The thread that loads networks and runs jobs, one after the other."""

    devices = Signal(object)
    loaded = Signal(object)
    load_failed = Signal(object)
    inspected = Signal(object)
    started_job = Signal(object)
    stepped = Signal(object)
    attacked = Signal(object)
    sphered = Signal(object)
    transferred = Signal(object)
    ended = Signal(object)
    saved = Signal(object)
    notice = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._controls: dict[int, Control] = {}
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

    def submit(self, job: AnyJob) -> None:
        """Runs a job once those before it have ended."""
        with self._lock:
            self._controls[job.number] = Control()
        self._requests.put((self._run, (job,)))

    def stop(self) -> None:
        """Stops the running job and those that wait: they end as ``stopped``."""
        for control in self._all_controls():
            control.end()

    def cancel(self, number: int) -> None:
        """Stops one job only, running or waiting; one that has ended already is left alone."""
        with self._lock:
            control = self._controls.get(number)
        if control is not None:
            control.end()

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

    def _all_controls(self) -> list[Control]:
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
            self.load_failed.emit(Failed(number, *words(error)))

    def _announce_devices(self) -> None:
        from engine.devices import available

        self.devices.emit(available())

    def _load(self, number: int, ref: NetworkRef, device: str) -> None:
        from engine.devices import resolve

        network = self._network(ref, device)
        target = resolve(device)
        self.loaded.emit(Loaded(number, network.ref, network.info(), target.name, target.title))

    def _inspect(self, number: int, path: str) -> None:
        from engine.catalogue import own, torchvision_models, weights
        from engine.networks import NetworkError

        if path.lower().endswith(own.PROGRAM):
            name = Path(path).name
            message = "A whole exported network, with its own layers: it needs no architecture."
            self.inspected.emit(Inspected(number, path, name, (name,), message))
            return
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

    def _run(self, job: AnyJob) -> None:
        control = self._controls[job.number]
        try:
            ended = self._drive(job, control)
        except Exception as error:
            message, details = words(error)
            ended = Ended(job.number, "failed", message, details, 0.0, "")
        with self._lock:
            del self._controls[job.number]
        self.ended.emit(ended)

    def _drive(self, job: AnyJob, control: Control) -> Ended:
        if control.stop.is_set():
            return Ended(job.number, "stopped", "", "", 0.0, "")
        network = self._network(job.network, job.device)
        ears = Ears(
            started=self.started_job.emit,
            stepped=self.stepped.emit,
            attacked=self.attacked.emit,
            sphered=self.sphered.emit,
            transferred=self.transferred.emit,
            saved=self.saved.emit,
            notice=self.notice.emit,
        )
        if isinstance(job, Job):
            from engine import driving

            return driving.drive(job, network, control, ears)
        from engine.attacks import driving as attacks

        return attacks.drive(job, network, control, ears)
