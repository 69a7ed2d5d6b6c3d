"""Images in, attacks out: what is on the Adversarial page, and the job that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.attacks.parcels import AttackJob, AttackRun, Batch, Source
from engine.attacks.recipe import AttackRecipe
from engine.jobs import Picture
from engine.units import NetworkInfo
from engine.worker import next_number
from gui.attack_images import AttackImages
from gui.attack_view import AttackView
from gui.image_reader import Origin
from gui.models.shown import keep_change, keep_changes
from gui.network_desk import NetworkDesk
from gui.session import Phase


class AttackDesk(QObject):
    """Keeps the images, their runs and the present job; the views read the runs as they grow."""

    changed = Signal()
    kept = Signal(object)  # Path: a run is on disk
    idle = Signal()
    failed = Signal(str, str)  # sentence, details
    refused = Signal(str)  # of images that could not be read
    taken = Signal(int)  # how many images came in together

    def __init__(
        self, window: Any, engine: Any, desk: NetworkDesk, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._desk = desk
        self._panel = window.attack_recipe
        self.view = AttackView(window.adversarial, window.image_panel, self)
        self.images = AttackImages(desk, self)
        self.runs: list[AttackRun] = []
        self.origins: list[Origin] = []
        self.batch: Batch | None = None  # of the present job
        self.recipe: AttackRecipe | None = None  # the present job's, and of the last one
        self.phase = Phase.IDLE
        self.number = 0
        self.rate = 0.0
        self.device_title = ""
        self.wanted = False  # Start was pressed before all that it needs was there
        self.images.changed.connect(self.changed)
        self.images.refused.connect(self.refused)
        self.images.arrived.connect(self._on_arrived)
        self.images.replaced.connect(self._on_replaced)
        self.images.settled.connect(self._on_settled)
        engine.started_job.connect(self._on_started)
        engine.attacked.connect(self._on_attacked)
        engine.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether the engine has a job of ours that has not ended."""
        return self.phase is not Phase.IDLE

    @property
    def has_images(self) -> bool:
        """Whether there are images, or will be once they are read."""
        return bool(self.runs) or self.images.awaited

    def end(self) -> None:
        """Reads nothing more and hears nothing more from the engine."""
        self.images.end()
        self.view.end()
        self._engine.started_job.disconnect(self._on_started)
        self._engine.attacked.disconnect(self._on_attacked)
        self._engine.ended.disconnect(self._on_ended)

    # --- images

    @Slot(object)
    def add_files(self, paths: Sequence[Path]) -> None:
        """Takes files, and the images in folders; they are attacked at the next Start."""
        self._bring_up_to_date()
        self.images.add_files(paths)

    def add_picture(self, picture: Picture, name: str) -> None:
        """Takes an image that has no file."""
        self._bring_up_to_date()
        self.images.add([Origin(name, "", picture)])

    @Slot(object)
    def remove(self, rows: Sequence[int]) -> None:
        """Takes images off the page; of a running job only when it has ended."""
        if self.busy:
            self.refused.emit(self.tr("An attack is going on: stop it first."))
            return
        gone = set(rows)
        self.runs = [x for i, x in enumerate(self.runs) if i not in gone]
        self.origins = [x for i, x in enumerate(self.origins) if i not in gone]
        self._show()

    def clear(self) -> None:
        """An empty page."""
        self.images.forget()
        self.remove(range(len(self.runs)))

    def set_background(self, colour: str) -> None:
        """What lies behind transparent pixels from now on; untouched images are read again."""
        self.images.background = colour
        self._bring_up_to_date(untouched=True)

    def set_network(self, info: NetworkInfo) -> None:
        """A network is there: images that waited for it are read, untouched ones read again."""
        self._bring_up_to_date(untouched=True)
        self.images.read_pending()
        if self.wanted and not self.images.busy:
            self.start()

    def open(self, runs: list[AttackRun]) -> None:
        """Shows runs that were kept; Start attacks their images anew."""
        if self.busy:
            return
        # What was attacked is attacked again, unless this network needs another size of it.
        self.images.take_as_read(runs[0].source.picture.shape[0])
        self.runs = runs
        self.origins = [Origin(x.source.name, x.source.path, x.source.picture) for x in runs]
        self.recipe = runs[0].recipe
        self._show()

    # --- jobs

    def start(self) -> None:
        """Attacks the images, as soon as the network and all of them are there."""
        info = self._desk.info
        if info is None or self._desk.busy or self.images.busy:
            self.wanted = True
            self.changed.emit()
            return
        self.wanted = False
        if not self.runs:
            self.changed.emit()
            return
        if self.images.stale:
            self.wanted = True
            self.images.read_again(self.origins)
            return
        if self.busy:
            self._engine.stop()
        recipe = self._panel.recipe()
        sources = tuple(run.source for run in self.runs)
        job = AttackJob(next_number(), self._desk.ref, sources, recipe, self._desk.device)
        self.number, self.recipe, self.rate = job.number, recipe, 0.0
        self.device_title = self._desk.device_title
        self.phase = Phase.STARTING
        self.batch = Batch.of(job.network, sources, recipe, self._desk.device)
        self.runs = list(self.batch.runs)  # images that come later are not of this job
        keep_changes(self.runs)
        self._show(growing=True)
        self._engine.submit(job)

    def stop(self) -> None:
        """Ends the job; what it has is kept."""
        self.wanted = False
        if self.busy:
            self.phase = Phase.STOPPING
            self._engine.stop()
        self.changed.emit()

    def pause(self) -> None:
        """Holds the job, or lets it go on."""
        if self.phase is Phase.PAUSED:
            self._engine.resume()
            self.phase = Phase.RUNNING
        elif self.phase in (Phase.RUNNING, Phase.STARTING):
            self._engine.pause()
            self.phase = Phase.PAUSED
        self.changed.emit()

    def progress(self) -> tuple[int, int]:
        """Iterations done, and at most how many there will be."""
        done = max((run.records[-1].iteration for run in self.runs if run.records), default=0)
        return done, max(done, self.recipe.iterations) if self.recipe else done

    # --- what the reader says

    @Slot(object, object)
    def _on_arrived(self, origin: Origin, source: Source) -> None:
        self.origins.append(origin)
        self.runs.append(self._untouched(source))
        self._show(growing=self.busy)

    @Slot(object)
    def _on_replaced(self, fresh: list[tuple[Origin, Source]]) -> None:
        self.origins = [origin for origin, _ in fresh]
        self.runs = [self._untouched(source) for _, source in fresh]
        self._show()

    @Slot(int)
    def _on_settled(self, came: int) -> None:
        if came:
            if not self.busy:  # what has come is in view
                self.view.select(len(self.runs) - came)
            self.taken.emit(came)
        if self.wanted:
            self.start()
        self.changed.emit()

    # --- what the engine says

    @Slot(object)
    def _on_started(self, started: Any) -> None:
        if started.number == self.number and self.phase is Phase.STARTING:
            self.device_title = started.device_title
            self.phase = Phase.RUNNING
            self.changed.emit()

    @Slot(object)
    def _on_attacked(self, steps: Any) -> None:
        if steps.number != self.number or self.batch is None or not self.busy:
            return
        for step in steps.steps:
            self.batch.add(step)
            for i, run in enumerate(self.batch.runs):
                keep_change(run, None if step.changes is None else step.changes[i])
        for run, target in zip(self.batch.runs, steps.targets, strict=False):
            run.target = target
        self.rate = steps.rate
        for run in self.batch.runs:
            run.seconds = steps.seconds
        self.view.touch()

    @Slot(object)
    def _on_ended(self, ended: Any) -> None:
        if ended.number != self.number or self.batch is None or not self.busy:
            return
        self.phase = Phase.IDLE
        batch, self.batch = self.batch, None
        for i, run in enumerate(batch.runs):
            run.ended, run.message, run.seconds = ended.ended, ended.message, ended.seconds
            run.folder = Path(ended.folders[i]) if i < len(ended.folders) else None
            if run.folder is not None:
                self.kept.emit(run.folder)
        self.view.finish()
        if ended.message:
            self.failed.emit(ended.message, ended.details)
        self.changed.emit()
        self.idle.emit()

    # --- inside

    def _untouched(self, source: Source) -> AttackRun:
        return AttackRun(self._desk.ref, source, self._panel.recipe(), self._desk.device)

    def _bring_up_to_date(self, *, untouched: bool = False) -> None:
        # Results are left on the page until they are attacked anew, or others come beside them.
        kept = self.busy or (untouched and any(run.records for run in self.runs))
        if self.runs and not kept and self.images.stale:
            self.images.read_again(self.origins)

    def _show(self, *, growing: bool = False) -> None:
        self.view.show(self.runs, growing=growing)
        self.changed.emit()
