"""The tests that come after an attack: the sphere, and what another network makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine.attacks import store
from engine.attacks.parcels import AttackRun, Examined, Sphere, SphereJob, TransferJob
from engine.jobs import NetworkRef
from engine.runs import RunError
from engine.worker import next_number
from gui.attack_view import AttackView
from gui.network_desk import NetworkDesk

WAIT_MS = 3000


class Examinations(QObject):
    """Asks the engine, and keeps the answers with the runs."""

    changed = Signal()
    failed = Signal(str, str)  # sentence, details
    _not_saved = Signal(str)

    def __init__(
        self,
        panel: Any,
        engine: Any,
        desk: NetworkDesk,
        view: AttackView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._engine = engine
        self._desk = desk
        self._view = view
        self._asked: dict[int, list[AttackRun]] = {}  # by the job's number, in its images' order
        self._spheres: dict[int, dict[int, Sphere]] = {}  # by number: the latest of each image
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        panel.sphere_requested.connect(self._on_sphere_requested)
        panel.sphere_stopped.connect(self.stop)
        panel.transfer_requested.connect(self._on_transfer_requested)
        engine.sphered.connect(self._on_sphered)
        engine.transferred.connect(self._on_transferred)
        engine.ended.connect(self._on_ended)
        self._not_saved.connect(self._on_not_saved)

    @property
    def busy(self) -> bool:
        """Whether a test is being made."""
        return bool(self._asked)

    def end(self) -> None:
        """Hears nothing more from the engine, and waits for what is being saved."""
        self._engine.sphered.disconnect(self._on_sphered)
        self._engine.transferred.disconnect(self._on_transferred)
        self._engine.ended.disconnect(self._on_ended)
        self._pool.waitForDone(WAIT_MS)

    def sphere(self, runs: Sequence[AttackRun], samples: int) -> None:
        """Tests images that have been attacked, one after the other."""
        runs = [run for run in runs if run.values is not None and _moved(run)]
        if not runs:
            self.failed.emit(
                self.tr("There is no change to compare with: attack the image first."), ""
            )
            return
        number = next_number()
        self._asked[number] = list(runs)
        self._spheres[number] = {}
        network, device = runs[0].network, self._desk.device
        self._engine.submit(SphereJob(number, network, _examined(runs), samples, 0, device))
        if self._view.selected in runs:
            self._panel.set_sphere_progress(0, samples, None, "")
        self.changed.emit()

    def transfer(self, runs: Sequence[AttackRun], network: NetworkRef) -> None:
        """Asks another network what it makes of images that have been attacked."""
        runs = [run for run in runs if run.adversarial is not None and run.values is not None]
        if runs:
            number = next_number()
            self._asked[number] = list(runs)
            self._engine.submit(TransferJob(number, network, _examined(runs), self._desk.device))
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Ends the tests; what is counted so far is kept."""
        for number in self._asked:
            self._engine.cancel(number)

    @Slot(int)
    def _on_sphere_requested(self, samples: int) -> None:
        if self._view.selected is not None:
            self.sphere([self._view.selected], samples)

    @Slot(object)
    def _on_transfer_requested(self, network: NetworkRef) -> None:
        self.transfer(self._view.runs, network)

    @Slot(object)
    def _on_sphered(self, progress: Any) -> None:
        runs = self._asked.get(progress.number)
        if runs is None:
            return
        run = runs[progress.key]
        self._spheres[progress.number][progress.key] = progress.sphere
        if progress.finished:
            self._keep(run, progress.sphere)
        if self._view.selected is run:
            self._panel.set_sphere_progress(
                progress.done, progress.samples, progress.sphere, progress.adversarial
            )
            if progress.finished:
                self._view.refresh()

    @Slot(object)
    def _on_transferred(self, told: Any) -> None:
        runs = self._asked.get(told.number)
        if runs is None:
            return
        run = runs[told.key]
        others = [x for x in run.transfers if x.network != told.transfer.network]
        run.transfers = [*others, told.transfer]
        self._save(run)
        if self._view.selected is run:
            self._view.refresh()

    @Slot(object)
    def _on_ended(self, ended: Any) -> None:
        runs = self._asked.pop(ended.number, None)
        if runs is None:
            return
        if ended.number in self._spheres:
            # A stopped test is a true one of fewer samples.
            for key, sphere in self._spheres.pop(ended.number).items():
                if runs[key].sphere is not sphere:
                    self._keep(runs[key], sphere)
            self._panel.set_sphere_progress(0, 0, None, "")
        self._view.refresh()
        if ended.message:
            self.failed.emit(ended.message, ended.details)
        self.changed.emit()

    def _keep(self, run: AttackRun, sphere: Sphere) -> None:
        run.sphere = sphere
        self._save(run)

    def _save(self, run: AttackRun) -> None:
        # Away from the window's thread: a long run's record is some megabytes.
        if run.folder is not None:
            self._pool.start(partial(self._write, run))

    def _write(self, run: AttackRun) -> None:
        try:
            store.save_tests(run)
        except RunError as error:
            self._not_saved.emit(str(error))

    @Slot(str)
    def _on_not_saved(self, sentence: str) -> None:
        self.failed.emit(sentence, "")


def _moved(run: AttackRun) -> bool:
    return run.last is not None and run.last.iteration > 0 and run.last.distortion.l2 > 0


def _examined(runs: Sequence[AttackRun]) -> tuple[Examined, ...]:
    return tuple(
        Examined(key, run.source.picture, run.adversarial, run.values)
        for key, run in enumerate(runs)
        if run.adversarial is not None and run.values is not None
    )
