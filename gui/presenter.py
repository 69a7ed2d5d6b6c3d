"""What the window says of the state: status line, progress, captions, and which actions apply."""

from __future__ import annotations

import contextlib
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from engine.units import Unit, UnitError, parse_unit
from gui.history_keeper import subtitle
from gui.jobs import JobDesk
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesk, PageDesks
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
        pages: PageDesks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._desk = desk
        self._jobs = jobs
        self._view = view
        self._pages = pages
        self._running: dict[str, bool] = {}
        self._loading = ""
        self._waiting = False
        desk.loading.connect(self._on_loading)
        jobs.changed.connect(self.show)
        view.refreshed.connect(self.show)
        view.current_changed.connect(self.enable)
        for page in pages:
            page.changed.connect(self.show)
        window.page_changed.connect(self.show)

    @Slot()
    def show(self) -> None:
        """Brings everything that is said up to date."""
        session, shown = self._jobs.session, self._shown_job()
        self._show_running()
        self._show_caption()
        if shown is not None:
            self._show_progress(*shown.progress())
        elif session.busy and session.recipe is not None:
            self._show_progress(self._done(), session.recipe.steps)
        self._window.set_status(self._status())
        self._window.actions_.set_paused((shown or session).phase is Phase.PAUSED)
        self.enable()

    def _shown_job(self) -> PageDesk | None:
        """The page whose job the toolbar tells of; ``None`` where it is Maximize's, or none."""
        front = self._pages.front
        if front is not None and front.busy:
            return front
        return None if self._jobs.session.busy else self._pages.foreground

    def _show_running(self) -> None:
        running = {page.name: page.busy for page in self._pages}
        running["maximize"] = self._jobs.session.busy
        running["shown"] = running["maximize"] or self._shown_job() is not None
        if running == self._running:
            return
        self._running = running
        self._window.set_running(running["shown"])
        self._window.recipe.set_running(running["maximize"])
        holding = {page.name for page in self._pages if page.busy and not page.background}
        holding |= {"maximize"} if running["maximize"] else set()
        for page in self._pages:
            page.show_running(page.busy, bool(holding - {page.name}))

    def _show_progress(self, done: int, total: int) -> None:
        text = self.tr("{0} of {1}").format(f"{done:,}", f"{total:,}") if total else ""
        self._window.set_progress(done, total, text)

    @Slot()
    def enable(self) -> None:
        """Only what applies now can be chosen."""
        a, front = self._window.actions_, self._pages.front
        applicable = self._applicable() if front is None else front.applicable()
        if front is not None and self._jobs.session.busy and not front.busy:
            # The run of the other page can be held and ended from here too.
            applicable |= {a.stop}
            applicable |= set() if self._jobs.session.phase is Phase.STOPPING else {a.pause}
        for action in a.of_pages:
            action.setEnabled(action in applicable)

    def _applicable(self) -> set[QAction]:
        """What applies on the Maximize page."""
        a, session, view = self._window.actions_, self._jobs.session, self._view
        picture, rows = view.picture is not None, bool(view.run and view.run.records)
        known = self._desk.info is not None
        other = self._pages.foreground
        held = session if session.busy else other
        found: set[QAction] = set()
        for applies, actions in (
            (known or self._desk.busy, (a.start,)),
            (held is not None and held.phase is not Phase.STOPPING, (a.pause,)),
            (held is not None or self._waiting, (a.stop,)),
            (session.busy and bool(self._window.tree.selected()), (a.queue,)),
            (bool(session.waiting), (a.clear_queue,)),
            (picture, (a.attack_image, a.save_image, a.copy_image)),
            (picture, (a.fit, a.actual_size, a.zoom_in, a.zoom_out)),
            (rows, (a.export_run, a.copy_table)),
            (known, (a.copy_command, a.copy_python)),
            ((rows and not view.live) or self._behind(), (a.live,)),
        ):
            found.update(actions if applies else ())
        return found

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
        if self._pages.front is not None:
            self._pages.front.show_caption()
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
        front = self._pages.front
        page = self._shown_job() or (None if session.busy else front)
        said = page.status() if page is not None else ""
        if said:
            return said
        run = session.run if session.busy else view.run
        if run is not None and (session.busy or front is None):
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
