"""What the window says of the state: status line, progress, captions, and which actions apply."""

from __future__ import annotations

import contextlib
from typing import Any

from PySide6.QtCore import QObject, Slot

from engine.units import Unit, UnitError, parse_unit
from gui.adversarial import Adversarial
from gui.attack_presenter import AttackPresenter
from gui.history_keeper import subtitle
from gui.jobs import JobDesk
from gui.network_desk import NetworkDesk
from gui.runview import RunView
from gui.session import Phase, status_text


class Presenter(QObject):
    """Reads the desks and writes into the window; decides nothing."""

    def __init__(
        self,
        window: Any,
        desk: NetworkDesk,
        jobs: JobDesk,
        view: RunView,
        adversarial: Adversarial,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        attacks, examinations = adversarial.attacks, adversarial.examinations
        self._attacks = attacks
        self._of_attacks = AttackPresenter(window, desk, attacks, examinations, self)
        self._window = window
        self._desk = desk
        self._jobs = jobs
        self._view = view
        self._running: tuple[bool, bool] | None = None
        self._loading = ""
        self._waiting = False
        desk.loading.connect(self._on_loading)
        jobs.changed.connect(self.show)
        view.refreshed.connect(self.show)
        view.current_changed.connect(self.enable)
        attacks.changed.connect(self.show)
        attacks.view.refreshed.connect(self.show)
        examinations.changed.connect(self.show)
        window.page_changed.connect(self.show)

    @Slot()
    def show(self) -> None:
        """Brings everything that is said up to date."""
        session, attacks = self._jobs.session, self._attacks
        running = (session.busy, attacks.busy)
        if running != self._running:
            self._running = running
            self._window.set_running(any(running))
            self._window.recipe.set_running(session.busy)
            self._window.attack_recipe.set_running(attacks.busy)
            self._window.image_panel.set_busy(any(running))
        self._show_caption()
        if session.busy and session.recipe is not None:
            done, total = self._done(), session.recipe.steps
            self._window.set_progress(done, total, self.tr("{0} of {1}").format(done, total))
        elif attacks.busy:
            done, total = attacks.progress()
            self._window.set_progress(done, total, self.tr("{0} of {1}").format(done, total))
        self._window.set_status(self._status())
        paused = Phase.PAUSED in (session.phase, attacks.phase)
        self._window.actions_.set_paused(paused)
        self.enable()

    @Slot()
    def enable(self) -> None:
        """Only what applies now can be chosen."""
        a, session, view = self._window.actions_, self._jobs.session, self._view
        if self._window.page_name == "adversarial":
            self._of_attacks.enable()
            if session.busy:  # the run of the other page can be held and ended from here too
                a.pause.setEnabled(session.phase is not Phase.STOPPING)
                a.stop.setEnabled(True)
            return
        for action in (a.clear_images, a.export_figure, a.export_table, a.sphere):
            action.setEnabled(False)
        picture, rows = view.picture is not None, bool(view.run and view.run.records)
        known = self._desk.info is not None
        a.start.setEnabled(known or self._desk.busy)
        attacks = self._attacks
        ending = Phase.STOPPING in (session.phase, attacks.phase)
        a.pause.setEnabled((session.busy or attacks.busy) and not ending)
        a.stop.setEnabled(session.busy or attacks.busy or self._waiting)
        a.attack_image.setEnabled(picture)
        a.queue.setEnabled(session.busy and bool(self._window.tree.selected()))
        a.clear_queue.setEnabled(bool(session.waiting))
        for action in (a.save_image, a.copy_image, a.fit, a.actual_size, a.zoom_in, a.zoom_out):
            action.setEnabled(picture)
        for action in (a.export_run, a.copy_table):
            action.setEnabled(rows)
        for action in (a.copy_command, a.copy_python):
            action.setEnabled(known)
        a.live.setEnabled((rows and not view.live) or self._behind())

    def _behind(self) -> bool:
        """Whether a run grows while another one is looked at."""
        session = self._jobs.session
        return session.busy and self._view.run is not session.run

    def show_placeholder(self) -> None:
        """What the empty canvas says: which unit Start would run."""
        info = self._desk.info
        if info is None or self._view.run is not None:
            return
        title = info.title
        with contextlib.suppress(UnitError):
            title = info.title_of(parse_unit(self._window.tree.selected(), info))
        self._window.page.canvas.set_placeholder(
            title, self.tr("Press Start, and what this unit wants to see grows here.")
        )

    def show_waiting(self, waiting: bool) -> None:
        """Start was pressed before the network is there: it is heard, and can be taken back."""
        if waiting != self._waiting:
            self._waiting = waiting
            self._show_loading()
            self.show()

    @Slot(str)
    def _on_loading(self, title: str) -> None:
        self._loading = title
        self._show_loading()
        self.show()

    def _show_loading(self) -> None:
        if self._view.run is None and self._desk.busy:
            text = self.tr("Loading the network. Start already works.")
            if self._waiting:
                text = self.tr("It starts as soon as the network is there; Esc takes that back.")
            self._window.page.canvas.set_placeholder(self._loading, text)

    def _done(self) -> int:
        run = self._jobs.session.run if self._jobs.session.busy else self._view.run
        return run.records[-1].iteration if run and run.records else 0

    def _show_caption(self) -> None:
        run = self._view.run
        if self._window.page_name == "adversarial":
            self._of_attacks.show_caption()
            return
        if run is None:
            self._window.page.set_caption("", "")
            self._window.setWindowTitle("Unitscope")
            return
        kind = self._kind(run.unit)
        self._window.page.set_caption(run.title, f"{kind} · {subtitle(run)}")
        self._window.setWindowTitle(f"{run.title} — Unitscope")

    def _kind(self, form: str) -> str:
        head, _, tail = form.partition(":")
        unit = Unit(head, 0, (0, 0) if "@" in tail else None)
        return {
            "class": self.tr("Class"),
            "channel": self.tr("Channel"),
            "neuron": self.tr("Neuron"),
        }[unit.kind]

    def _status(self) -> str:
        session, view, desk = self._jobs.session, self._view, self._desk
        if desk.busy and not session.busy:
            if self._waiting:
                return self.tr("Loading {0}, then it starts…").format(self._loading)
            return self.tr("Loading {0}…").format(self._loading)
        attacking = self._window.page_name == "adversarial"
        if self._attacks.busy or (attacking and not session.busy):
            said = self._of_attacks.status()
            if said:
                return said
        run = session.run if session.busy else view.run
        if run is not None and (session.busy or not attacking):
            mine = run is session.run
            recipe = session.recipe if mine and session.recipe else run.recipe
            seconds = run.seconds if run.ended else 0.0
            return status_text(
                self._done(),
                recipe.steps,
                session.rate if mine else 0.0,
                session.device_title if mine else run.device.upper(),
                recipe.seed,
                session.phase,
                len(session.waiting),
                seconds,
                run.ended,
            )
        if desk.info is None:
            return ""
        info = desk.info
        return self.tr("{0} · {1} classes · {2} parameters · {3}").format(
            info.title, f"{len(info.classes):,}", f"{info.parameters:,}", desk.device_title
        )
