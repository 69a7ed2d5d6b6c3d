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
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.background import Background, Work
from engine.control import Control, Ears
from engine.faults import words
from engine.jobs import NetworkRef
from engine.kinds import BACKGROUND, FOREGROUND, QUESTIONS
from engine.messages import AnyJob, Ended, Failed, Loaded
from engine.recipes import Values

if TYPE_CHECKING:
    from engine.networks import Network
    from engine.shelf import Shelf

_numbers = itertools.count(1)


def next_number() -> int:
    """A number for a request, greater than every one before it."""
    return next(_numbers)


class Engine(QThread):
    """The thread that loads networks and runs jobs, one after the other.

    What is asked of it comes in three ways, by its kind (``engine.kinds``): jobs of the
    foreground, work in the background, which goes on while none of these runs or waits, and
    questions, which are answered between two iterations of either.
    """

    devices = Signal(object)
    loaded = Signal(object)
    load_failed = Signal(object)
    started_job = Signal(object)
    stepped = Signal(object)
    attacked = Signal(object)
    sphered = Signal(object)
    transferred = Signal(object)
    told = Signal(object)  # what the other kinds of jobs say, and the answers to questions
    ended = Signal(object)
    saved = Signal(object)
    notice = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._controls: dict[int, Control] = {}  # of the foreground
        self._background = Background()
        self._questions: dict[type[Any], Any] = {}
        self._lock = threading.Lock()
        self._networks: Shelf | None = None
        self._closing = threading.Event()

    # What a window calls, from its own thread.

    def load(self, ref: NetworkRef, device: str = "auto") -> int:
        """Loads a network; ``loaded`` or ``load_failed`` follows. Returns the request's number."""
        number = next_number()
        self._requests.put((self._load, (number, ref, device)))
        return number

    def submit(self, job: AnyJob) -> None:
        """Runs a job once those before it have ended; in the background, once none is left."""
        control = Control(self._answer)
        if type(job) in BACKGROUND:
            self._background.expect(job.number, control)
            self._requests.put((self._begin_work, (job, control)))
            return
        with self._lock:
            self._controls[job.number] = control
        self._requests.put((self._run, (job,)))

    def ask(self, question: Any) -> None:
        """Asks something that is soon answered, in ``told``; an older question of its kind that
        still waits is forgotten."""
        with self._lock:
            self._questions[type(question)] = question
        self._requests.put((self._answer, ()))

    def stop(self) -> None:
        """Stops the running job and those that wait: they end as ``stopped``. What goes on in the
        background is stopped by ``cancel``."""
        for control in self._all_controls():
            control.end()

    def cancel(self, number: int) -> None:
        """Stops one job only, running or waiting; one that has ended already is left alone."""
        with self._lock:
            control = self._controls.get(number)
        control = control or self._background.control(number)
        if control is not None:
            control.end()
            self._wake()

    def hold(self, number: int) -> None:
        """Halts one job of the background before its next piece."""
        control = self._background.control(number)
        if control is not None and not control.stop.is_set():
            control.go_on.clear()

    def release(self, number: int) -> None:
        """Lets a job that was held go on."""
        control = self._background.control(number)
        if control is not None:
            control.go_on.set()
            self._wake()

    def pause(self) -> None:
        """Halts the running job before its next iteration."""
        for control in self._all_controls():
            if not control.stop.is_set():  # one that ends must not wait for a resume
                control.go_on.clear()

    def resume(self) -> None:
        """Lets a paused job go on."""
        for control in self._all_controls():
            control.go_on.set()

    def turn(self, recipe: Values) -> None:
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

    def _wake(self) -> None:
        self._requests.put((self._answer, ()))

    def _all_controls(self) -> list[Control]:
        with self._lock:
            return list(self._controls.values())

    # What happens in the thread itself.

    def run(self) -> None:
        """The thread: announces the devices, then serves requests until ``close``."""
        self._serve(self._announce_devices)
        while (request := self._next()) is not None:
            call, arguments = request
            if not self._closing.is_set() or call == self._run:
                self._serve(call, *arguments)
        self._background.close()
        self._networks = None

    def _next(self) -> tuple[Callable[..., None], tuple[Any, ...]] | None:
        """The next request; the background goes on until there is one."""
        while not self._closing.is_set() and self._background.can_go_on:
            try:
                return self._requests.get_nowait()
            except queue.Empty:
                self._serve(self._work)
        return self._requests.get()

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

    def _network(self, ref: NetworkRef, device: str) -> Network:
        return self._shelf().get(ref, device)

    def _shelf(self) -> Shelf:
        from engine.shelf import Shelf  # loads torch

        if self._networks is None:
            self._networks = Shelf()
        return self._networks

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
        driver = import_module(FOREGROUND[type(job)])
        ended: Ended = driver.drive(job, network, control, self._ears())
        return ended

    def _ears(self) -> Ears:
        return Ears(
            started=self.started_job.emit,
            stepped=self.stepped.emit,
            attacked=self.attacked.emit,
            sphered=self.sphered.emit,
            transferred=self.transferred.emit,
            told=self.told.emit,
            saved=self.saved.emit,
            notice=self.notice.emit,
        )

    # The background.

    def _begin_work(self, job: AnyJob, control: Control) -> None:
        self._background.add(job.number, self._working(job, control))

    def _working(self, job: AnyJob, control: Control) -> Work:
        network = self._network(job.network, job.device)
        yield  # loading it was a piece of its own
        worker = import_module(BACKGROUND[type(job)])
        return (yield from worker.work(job, network, control, self._ears()))

    def _work(self) -> None:
        ended = self._background.piece()
        if ended is not None:
            self.ended.emit(ended)

    # Questions.

    def _answer(self) -> None:
        """Answers what was asked; a question that fails costs nobody else anything."""
        while True:
            with self._lock:
                if not self._questions or self._closing.is_set():
                    return
                question = self._questions.pop(next(iter(self._questions)))
            try:
                answerer = import_module(QUESTIONS[type(question)])
                self.told.emit(answerer.answer(question, self._asked_of(question)))
            except Exception as error:
                self.told.emit(Failed(question.number, *words(error)))

    def _asked_of(self, question: Any) -> Network | None:
        """The network that a question is about: none, or one as its file alone gives it."""
        if question.network is None:
            return None
        if getattr(question, "bare", False):
            return self._shelf().bare(question.network, question.device)
        return self._network(question.network, question.device)
