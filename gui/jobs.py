"""Start, pause, stop, queue: jobs into the engine, their steps back into the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import Job, NetworkRef, Picture
from engine.recipes import Recipe
from engine.worker import next_number
from gui.runview import RunView
from gui.session import Phase, Session


class JobDesk(QObject):
    """Keeps the session. Every job has a number; what comes of an older one is dropped, but for
    its end: what it saved belongs to the History.
    """

    changed = Signal()
    kept = Signal(object, object)  # Job, Path: its run is on disk
    idle = Signal()
    failed = Signal(str, str)  # sentence, details

    def __init__(self, engine: Any, view: RunView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._view = view
        self._jobs: dict[int, Job] = {}
        self.session = Session()
        engine.started_job.connect(self._on_started)
        engine.stepped.connect(self._on_stepped)
        engine.ended.connect(self._on_ended)

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self.session.waiting.clear()
        self._engine.started_job.disconnect(self._on_started)
        self._engine.stepped.disconnect(self._on_stepped)
        self._engine.ended.disconnect(self._on_ended)

    def begin(
        self,
        network: NetworkRef,
        unit: str,
        title: str,
        recipe: Recipe,
        device: str,
        start: Picture | None = None,
    ) -> None:
        """Runs a unit; a running job is stopped first and kept."""
        if self.session.busy:
            self._engine.stop()
        job = Job(next_number(), network, unit, recipe, device, start)
        self._jobs[job.number] = job
        self._view.show(self.session.begin(job, title), growing=True)
        self._engine.submit(job)
        self.changed.emit()

    def pause(self) -> None:
        """Holds the run, or lets it go on."""
        if self.session.phase is Phase.PAUSED:
            self._engine.resume()
            self.session.phase = Phase.RUNNING
        elif self.session.phase in (Phase.RUNNING, Phase.STARTING):
            self._engine.pause()
            self.session.phase = Phase.PAUSED
        self.changed.emit()

    def stop(self) -> None:
        """Ends the run and forgets what waits; what it has is kept."""
        self.session.waiting.clear()
        if self.session.busy:
            self.session.phase = Phase.STOPPING
            self._engine.stop()
        self.changed.emit()

    def wait(self, units: list[str]) -> None:
        """Units to run after the present one."""
        self.session.waiting += units
        self.changed.emit()

    def forget_waiting(self) -> None:
        """Nothing comes after the present run."""
        self.session.waiting.clear()
        self.changed.emit()

    def turn(self, recipe: Recipe) -> None:
        """Gives the running job the values that may be turned."""
        if self.session.busy and self.session.turned(recipe) and self.session.recipe:
            self._engine.turn(self.session.recipe)
            self.changed.emit()

    @Slot(object)
    def _on_started(self, started: Any) -> None:
        session = self.session
        if started.number != session.number or session.run is None:
            return
        session.device_title = started.device_title
        session.run.title = started.title or session.run.title
        if session.phase is Phase.STARTING:
            session.phase = Phase.RUNNING
        self.changed.emit()

    @Slot(object)
    def _on_stepped(self, steps: Any) -> None:
        run = self.session.run
        if steps.number != self.session.number or run is None or not self.session.busy:
            return
        for step in steps.steps:
            run.add(step)
        self.session.rate = steps.rate
        run.seconds = steps.seconds
        if self._view.run is run:
            self._view.take(steps.steps)

    @Slot(object)
    def _on_ended(self, ended: Any) -> None:
        job = self._jobs.pop(ended.number, None)
        if job is None:  # another desk's
            return
        run = self.session.run
        present = ended.number == self.session.number and run is not None
        if present and run is not None:
            run.ended, run.message, run.seconds = ended.ended, ended.message, ended.seconds
            run.folder = Path(ended.folder) if ended.folder else None
            self.session.phase = Phase.IDLE
            if self._view.run is run:
                self._view.finish()
        if ended.folder:
            self.kept.emit(job, Path(ended.folder))
        if ended.message:
            self.failed.emit(ended.message, ended.details)
        if present:
            self.changed.emit()
            self.idle.emit()
