"""Between the views and the engine: the only room that knows both, made of a few desks.

``jobs`` starts and stops, ``desk`` opens networks, ``history`` keeps runs, ``starting`` the
starting image, ``view`` shows a run, ``pages`` are the other pages' desks, ``drops`` says where
what is dropped goes, ``presenter`` the state, ``commands`` what the actions do.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from engine.jobs import Job, NetworkRef, Picture, Run
from engine.recipes import PRESETS, Recipe
from engine.units import NetworkInfo, UnitError, parse_unit
from gui.adversarial import Adversarial
from gui.atlas_desk import AtlasDesk
from gui.catalogue_desk import CatalogueDesk
from gui.commands import Commands
from gui.drops import Drops
from gui.errors import write_report
from gui.evolve_desk import EvolveDesk
from gui.exports import Exports
from gui.glances import Glances
from gui.history_desk import HistoryDesk
from gui.history_keeper import written
from gui.jobs import JobDesk
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesk, PageDesks
from gui.plane_desk import PlaneDesk
from gui.presenter import Presenter
from gui.runview import RunView
from gui.session import network_label
from gui.settings import Settings
from gui.starting import Starting
from gui.thumbnails import Thumbnails
from gui.unit_desk import UnitDesk

# What a first Start runs, the first of these that a network has: classes that look good.
FIRST_UNITS = ("class:eye", "class:king crab", "class:0")
CLOSE_MS = 3000


class Controller(QObject):
    """Made with a window and an engine, or with stand-ins for both."""

    def __init__(self, window: Any, engine: Any, settings: Settings) -> None:
        super().__init__()
        self._window = window
        self._engine = engine
        self._settings = settings
        self._wanted: tuple[str, bool] | None = None  # once loaded: the unit, and whether to start
        self._closed = False
        self.exports = Exports(window, settings)
        self.view = RunView(window.page, window.predictions, self)
        self.desk = NetworkDesk(window, engine, settings, self.exports)
        self.jobs = JobDesk(engine, self.view, self)
        self.history = HistoryDesk(window, self)
        self.thumbnails = Thumbnails(window.tree, self)
        self.starting = Starting(window, self)
        self.adversarial = Adversarial(window, engine, self.desk, self.exports, settings, self)
        self.evolve = EvolveDesk(window, engine, self.desk, self.exports, settings, self)
        self.plane = PlaneDesk(window, engine, self)
        self.unit = UnitDesk(window, engine, self.desk, self.exports, settings, self)
        self.catalogue = CatalogueDesk(window, self.desk, settings, lambda: self.busy, self)
        self.atlas = AtlasDesk(window, engine, self.desk, self.exports, settings, self)
        self.pages = PageDesks(window, [self.adversarial, self.evolve, self.atlas, self.plane])
        self.drops = Drops(
            window, self.pages, self.adversarial, self.desk, self.starting, self.history,
            self.exports, self,
        )  # fmt: skip
        self.intake = self.drops.intake
        self.glances = Glances(
            window, self.unit, self.view, self.starting, self.history, self.select, self
        )
        self.presenter = Presenter(window, self.desk, self.jobs, self.view, self.pages, self)
        self.commands = Commands(self, window, settings)
        self._connect()
        window.recipe.set_recipe(settings.recipe)
        self.presenter.show()

    def _connect(self) -> None:
        w, messages = self._window, self._window.messages
        self._engine.notice.connect(self._on_notice)
        self.desk.opened.connect(self._on_network)
        self.desk.failed.connect(self._on_load_failed)
        self.desk.networks.chosen.connect(self.open_network)
        self.desk.devices.chosen.connect(self._on_device)
        self.catalogue.open_wanted.connect(self.open_network)
        self.catalogue.fault.connect(self._on_fault)
        self.desk.own.changed.connect(self.reopen_network)
        self.desk.own.failed.connect(messages.error)
        self.desk.own.noted.connect(messages.notice)
        self.jobs.kept.connect(self._on_kept)
        self.jobs.failed.connect(self._on_fault)
        self.jobs.idle.connect(self._on_idle)
        self.history.opened.connect(self._on_run_opened)
        self.history.start_given.connect(self.starting.take)
        self.history.keeper.found.connect(self._on_found)
        self.exports.done.connect(messages.notice)
        self.exports.failed.connect(messages.error)
        self.exports.recipe_opened.connect(self._on_recipe_opened)
        self.starting.start_wanted.connect(self.start)
        self.starting.repeat_wanted.connect(self.run_on)
        w.tree.unit_selected.connect(self._on_unit_selected)
        w.tree.unit_activated.connect(self.start)
        w.tree.maximize_requested.connect(self._on_maximize)
        w.tree.queue_requested.connect(self.enqueue)
        self.unit.failed.connect(self._on_fault)
        self.unit.unit_wanted.connect(self._on_unit_wanted)
        self.unit.maximize_wanted.connect(self.start)
        self.unit.others_given.connect(self.intake.files)
        w.recipe.recipe_changed.connect(self.jobs.turn)
        w.page.canvas.pixel_hovered.connect(w.set_pixel)
        for page in self.pages:
            page.failed.connect(self._on_fault)
            page.started.connect(partial(self._make_way, page))
            page.kept.connect(self.history.keeper.add)
        self.adversarial.network_wanted.connect(self.open_network)
        self.adversarial.run_wanted.connect(self.history.open)
        self.evolve.network_wanted.connect(self.open_network)
        self.evolve.attack_wanted.connect(self.adversarial.take)
        self.evolve.start_wanted.connect(self._on_start_wanted)
        self.history.evolve_opened.connect(self.evolve.open)
        self.atlas.unit_activated.connect(self.start)
        self.atlas.opened.connect(self.thumbnails.set_atlas)
        self.atlas.made.connect(self.thumbnails.show_made)
        self.history.attack_opened.connect(self.adversarial.open)
        self.history.attack_wanted.connect(self.adversarial.take_files)
        w.closing.connect(self.shutdown)

    def begin(self, files: list[str] | None = None) -> None:
        """After the window is on the screen: the engine, the last network, the History."""
        self._engine.start()
        self.desk.begin()
        self.history.keeper.begin()
        if len(files or ()) > 1:  # only this page has a use for several
            self._window.show_page("adversarial")
        self.intake.files([Path(x) for x in files or ()])

    @Slot()
    def shutdown(self) -> None:
        """Stops, waits a bounded time while the engine saves, and hears nothing more."""
        if self._closed:
            return
        self._closed = True
        self._settings.recipe = self._window.recipe.recipe()
        self._engine.notice.disconnect(self._on_notice)
        self.jobs.end()
        for page in self.pages:
            page.end()
        self.catalogue.end()
        self.desk.end()
        self.unit.end()
        self.view.end()
        self.history.end()
        self.thumbnails.end()
        self._engine.close(CLOSE_MS)

    # --- networks

    @Slot(object)
    def open_network(self, ref: NetworkRef) -> None:
        """Switches to a network; a running job is stopped first and kept."""
        self.stop()
        self.desk.open(ref)

    @Slot(object)
    def _on_network(self, info: NetworkInfo) -> None:
        self._window.tree.set_network(info)
        self._window.recipe.set_defaults(info)
        self.thumbnails.open(self.desk.ref)
        for page in self.pages:
            page.set_network(info)
        self.unit.set_network(info)
        unit, start = self._wanted or ("", False)
        self._wanted = None
        self.presenter.show_waiting(False)
        self.select(self.unit_or_first(unit))
        self.presenter.show_placeholder()
        self.presenter.show()
        if start:
            self.start(unit)

    @Slot(str, str)
    def _on_load_failed(self, sentence: str, details: str) -> None:
        self._wanted = None
        self.presenter.show_waiting(False)
        self._on_fault(sentence, details)
        self.presenter.show()

    @Slot(str, str)
    def _on_fault(self, sentence: str, details: str) -> None:
        if details:
            write_report(sentence, details)
        self._window.messages.error(sentence, details)

    @Slot(str)
    def _on_device(self, _name: str) -> None:
        self.reopen_network()

    @Slot()
    def reopen_network(self) -> None:
        """Takes the network anew, with the same unit: its device, settings or file are others."""
        if self.desk.info is not None:
            self._wanted = (self._window.tree.selected(), False)
            self.jobs.stop()
            self.desk.open(self.desk.ref)

    def unit_or_first(self, unit: str) -> str:
        """That unit where the network has it, otherwise the one that a first Start runs."""
        info = self.desk.info
        if info is None:
            return ""
        channels = next((x.name for x in reversed(info.layers) if x.channels), "")
        for form in (unit, *FIRST_UNITS, f"{channels}:0"):
            try:
                return str(parse_unit(form, info))
            except UnitError:
                continue
        return ""

    # --- jobs

    @Slot()
    @Slot(str)
    def start(self, unit: str = "") -> None:
        """Runs a unit, the chosen one unless given, as soon as the network is there."""
        if self._closed:
            return
        if not unit and self.pages.front is not None:
            self.pages.front.start()
            return
        self._window.show_page("maximize")
        unit = unit or self._window.tree.selected()
        info = self.desk.info
        if self.desk.busy or info is None:
            self._wanted = (unit, True)
            self.presenter.show_waiting(True)
            return
        unit = self.unit_or_first(unit)
        if not unit:
            return
        self.select(unit)
        self._window.messages.clear()
        self._make_way(None)
        self.jobs.session.device_title = self.desk.device_title
        self.jobs.begin(
            self.desk.ref,
            unit,
            info.title_of(parse_unit(unit, info)),
            self._window.recipe.recipe(),
            self.desk.device,
            self.starting.picture,
        )

    @Slot()
    def stop(self) -> None:
        """Ends the run, forgets what waits and what was to start; what the run has is kept."""
        self._wanted = None
        self.presenter.show_waiting(False)
        self.jobs.stop()
        for page in self.pages:
            if not page.background or page.in_front:
                page.stop()

    def _make_way(self, beginner: PageDesk | None) -> None:
        """A job is about to begin, of Maximize's (``None``) or of a page: the others' end."""
        if beginner is not None:
            self.jobs.stop()
        for page in self.pages:
            if page is not beginner and not page.background:
                page.stop()

    @property
    def busy(self) -> bool:
        """Whether something goes on that another network would end."""
        return bool(self.jobs.session.busy or self.pages.foreground is not None)

    @Slot()
    def pause(self) -> None:
        """Holds what runs, or lets it go on; of two things that do, what is in front."""
        front = self.pages.front
        if front is not None and front.busy:
            front.pause()
        elif self.jobs.session.busy:
            self.jobs.pause()
        elif self.pages.foreground is not None:
            self.pages.foreground.pause()

    @Slot(object, str, str)
    def _on_start_wanted(self, picture: Picture, name: str, unit: str) -> None:
        self._window.show_page("maximize")
        self._window.tree.select(self.unit_or_first(unit))
        self.starting.take(picture, name)

    @Slot(object)
    def enqueue(self, units: list[str]) -> None:
        """Runs units one after the other, after the present one."""
        units = list(units)
        if not self.jobs.session.busy and units:
            self.start(units.pop(0))
        self.jobs.wait(units)

    @Slot()
    def _on_idle(self) -> None:
        session = self.jobs.session
        if session.waiting and not self._closed:
            self.start(session.waiting.pop(0))

    @Slot(object, object)
    def _on_kept(self, _job: Job, folder: Path) -> None:
        self.history.keeper.add(folder)
        self.catalogue.offer()

    @Slot(str)
    def _on_notice(self, sentence: str) -> None:
        self._window.messages.notice(sentence)

    @Slot()
    def follow(self) -> None:
        """Returns to the newest iteration, of the run that grows where one does."""
        session = self.jobs.session
        if session.busy and session.run is not None and self.view.run is not session.run:
            self.view.show(session.run, growing=True)
        self.view.go_live()
        self.presenter.show()

    # --- recipes

    @Slot(object)
    def _on_recipe_opened(self, recipe: Recipe) -> None:
        self._window.recipe.set_recipe(recipe)
        self.jobs.turn(recipe)

    @Slot(str, str)
    def _on_maximize(self, unit: str, preset: str) -> None:
        if preset in PRESETS:
            self._window.recipe.set_recipe(PRESETS[preset].recipe)
        self.start(unit)

    # --- the History

    @Slot(object, str)
    def run_on(self, ref: NetworkRef, unit: str, start: bool = True) -> None:
        """Chooses a unit of a network, which is loaded first where it is another, and runs it."""
        if not self.desk.shows(ref):
            self.open_network(ref)
            self._wanted = (unit, start)
            self.presenter.show_waiting(start)
            return
        self.select(self.unit_or_first(unit))
        if start:
            self.start(unit)

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        self._window.show_page("maximize")
        self.view.show(run, growing=False)
        if self.jobs.session.busy:
            self._window.messages.notice(
                self.tr("The present run goes on."), [(self.tr("Return to it"), self.follow)]
            )
        else:
            self._window.recipe.set_recipe(run.recipe)
            if self.desk.awaits(run.network):
                self._wanted = (run.unit, bool(self._wanted and self._wanted[1]))
            elif self.desk.shows(run.network):
                self.select(run.unit)
            else:
                of_it = partial(self.run_on, run.network, run.unit, False)
                self._window.messages.notice(
                    self.tr("This run is of {0}.").format(network_label(run.network)),
                    [(self.tr("Open that network"), of_it)],
                )
        self.presenter.show()

    @Slot(object, object)
    def _on_found(self, run: Run, picture: Picture) -> None:
        if run.folder is not None:
            self.thumbnails.put(run.network, run.unit, picture, written(run.folder))

    # --- the selected unit

    def select(self, unit: str) -> None:
        """Selects a unit, in the tree and for its panel."""
        self._window.tree.select(unit)
        self.unit.select(unit)

    @Slot(str)
    def _on_unit_selected(self, unit: str) -> None:
        self.unit.select(unit)
        self.presenter.show_placeholder()
        self.presenter.enable()

    @Slot(str)
    def _on_unit_wanted(self, unit: str) -> None:
        self._window.tree.select(unit)
        self._on_unit_selected(unit)
