"""The Evolve page's desk: jobs into the engine, generations into the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from engine.evolution.parcels import (
    Champion,
    EvolveJob,
    EvolveProgress,
    EvolveRun,
    EvolveSteps,
    GenerationRecord,
)
from engine.evolution.recipe import EvolveRecipe
from engine.jobs import NetworkRef
from engine.units import NetworkInfo
from engine.worker import next_number
from gui.evolve_asking import EvolveAsking
from gui.evolve_breeding import EvolveBreeding
from gui.evolve_exports import EvolveExports
from gui.evolve_presenter import EvolvePresenter
from gui.exports import Exports
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesk
from gui.session import Phase, network_label
from gui.settings import Settings

FRAME_MS = 100


class EvolveDesk(PageDesk):
    """Keeps the shown archive; ``asking`` finds out about an image, ``breeding`` is by hand."""

    name = "evolve"

    network_wanted = Signal(object)  # NetworkRef
    attack_wanted = Signal(object, str)  # Picture, name
    start_wanted = Signal(object, str, str)  # Picture, name, the class's written form

    def __init__(
        self,
        window: Any,
        engine: Any,
        desk: NetworkDesk,
        exports: Exports,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(window, parent)
        self._engine, self._desk, self._settings = engine, desk, settings
        self.page, self.panel, self.recipe = window.evolve, window.elite_panel, window.evolve_recipe
        self.run: EvolveRun | None = None
        self.number = 0
        self._phase = Phase.IDLE
        self.wanted = False  # Start was pressed before the network was there
        self.rate = 0.0
        self.within = 0.0  # how far the present generation is, 0 to 1
        self.device_title = ""
        self._names: dict[int, str] = {}
        self._champions: dict[int, Champion] = {}  # that have come since the last frame
        self._records: list[GenerationRecord] = []
        self.asking = EvolveAsking(self.panel, engine, desk, self)
        self.breeding = EvolveBreeding(self.page, engine, desk, self)
        self.exports = EvolveExports(self, window, exports)
        self.commands = self.exports
        self._presenter = EvolvePresenter(self, window, desk)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._show_frame)
        self.recipe.set_recipe(settings.evolve)
        self._connect(exports)
        self._show()

    def _connect(self, exports: Exports) -> None:
        engine, page, panel = self._engine, self.page, self.panel
        engine.started_job.connect(self._on_started)
        engine.told.connect(self._on_told)
        engine.ended.connect(self._on_ended)
        page.start_requested.connect(self.start)
        page.continue_requested.connect(self.go_on)
        page.selected_changed.connect(self._on_selected)
        page.breeding_requested.connect(self._breed)
        page.pixel_hovered.connect(self._window.set_pixel)
        for source, does in (
            (page.attack_requested, self._attack),
            (page.maximize_requested, self._maximize),
            (page.save_requested, self.exports.save),
        ):
            source.connect(does)
        panel.attack_requested.connect(lambda: self._attack(self.page.selected()))
        panel.maximize_requested.connect(lambda: self._maximize(self.page.selected()))
        panel.breed_requested.connect(lambda: self._breed(self.page.selected()))
        self.recipe.recipe_changed.connect(self._on_turned)
        self.breeding.attack_wanted.connect(self.attack_wanted)
        self.asking.failed.connect(self.failed)
        self.breeding.failed.connect(self.failed)
        exports.evolve_opened.connect(self._on_recipe_opened)

    def end(self) -> None:
        self._settings.evolve = self.recipe.recipe()
        self._timer.stop()
        self._engine.started_job.disconnect(self._on_started)
        self._engine.told.disconnect(self._on_told)
        self._engine.ended.disconnect(self._on_ended)
        self.asking.end()
        self.breeding.end()

    # --- its state

    @property
    def phase(self) -> Phase:
        return self._phase

    def progress(self) -> tuple[int, int]:
        """Generations, in hundredths where one takes long."""
        run = self.run
        if run is None:
            return 0, 0
        done, total = max(0, run.generation), run.current.generations
        return done, max(done, total)

    def status(self) -> str:
        return self._presenter.status()

    def applicable(self) -> set[QAction]:
        return self._presenter.applicable()

    def show_caption(self) -> None:
        self._presenter.show_caption()

    def show_running(self, mine: bool, others: bool) -> None:
        self.recipe.set_running(mine)
        self.page.set_growing(mine)
        self.page.set_can_go_on(self._can_go_on())

    @property
    def network(self) -> tuple[NetworkRef, NetworkInfo, str] | None:
        """The open network, what there is to know of it, and the chosen device."""
        info = self._desk.info
        return None if info is None else (self._desk.ref, info, self._desk.device)

    def chosen(self) -> Champion | None:
        """The selected class's best image."""
        return self.run.champions.get(self.page.selected()) if self.run else None

    # --- what is asked of it

    @Slot()
    def start(self) -> None:
        """Begins an archive anew."""
        self._window.show_page(self.name)
        self._begin("")

    @Slot()
    def go_on(self) -> None:
        """Goes on with the archive that is shown."""
        if self._can_go_on() and self.run is not None and self.run.folder is not None:
            self._begin(str(self.run.folder))

    def stop(self) -> None:
        self.wanted = False
        if self.busy:
            self._phase = Phase.STOPPING
            self._engine.cancel(self.number)
        self.changed.emit()

    def pause(self) -> None:
        if self._phase is Phase.PAUSED:
            self._engine.resume()
            self._phase = Phase.RUNNING
        elif self._phase in (Phase.RUNNING, Phase.STARTING):
            self._engine.pause()
            self._phase = Phase.PAUSED
        self.changed.emit()

    def set_network(self, info: NetworkInfo) -> None:
        self.recipe.set_network(info)
        self.asking.set_networks()
        if self.page.breeds:
            self.page.close_breeding()
        if self.wanted:
            self.start()
        self.show_running(self.busy, False)

    @Slot(object)
    def open(self, run: EvolveRun) -> None:
        """Shows a kept archive."""
        if self.busy:
            self._window.messages.notice(self.tr("An evolution is going on: stop it first."))
            return
        self._window.show_page(self.name)
        self.number = 0
        self.run = run
        self.recipe.set_recipe(run.current)
        self._show()
        if not self._desk.shows(run.network):
            self._window.messages.notice(
                self.tr("This run is of {0}.").format(network_label(run.network)),
                [(self.tr("Open that network"), lambda: self.network_wanted.emit(run.network))],
            )
        self.changed.emit()

    # --- inside

    def _begin(self, folder: str) -> None:
        info = self._desk.info
        if info is None or self._desk.busy:
            self.wanted = True
            self.changed.emit()
            return
        self.wanted = False
        self._window.messages.clear()
        self.started.emit()
        if self.busy:
            self._engine.cancel(self.number)
        recipe = self.recipe.recipe()
        if folder and self.run is not None:
            if recipe.generations <= self.run.generation:  # as many again as it has had
                recipe = recipe.changed(generations=self.run.generation + recipe.generations)
            self.run.ended = ""
        else:
            self.run = EvolveRun(self._desk.ref, recipe, self._desk.device)
        job = EvolveJob(next_number(), self._desk.ref, recipe, self._desk.device, folder)
        self.number, self.rate, self.within = job.number, 0.0, 0.0
        self.device_title = self._desk.device_title
        self._phase = Phase.STARTING
        self._show()
        self._timer.start()
        self._engine.submit(job)
        self.changed.emit()

    def _can_go_on(self) -> bool:
        run = self.run
        return (
            run is not None
            and not self.busy
            and run.folder is not None
            and bool(run.records)
            and self._desk.info is not None
            and self._desk.shows(run.network)
        )

    def _show(self) -> None:
        """Puts the archive on the page, whole."""
        run = self.run
        self._champions, self._records = {}, []
        self._names = self._names_of(run) if run is not None else {}
        self.asking.show(None)
        self.page.show_archive(
            self._names,
            list(run.champions.values()) if run else [],
            list(run.records) if run else [],
        )
        self.page.set_can_go_on(self._can_go_on())
        self.show_caption()

    def _names_of(self, run: EvolveRun) -> dict[int, str]:
        names = {index: champion.name for index, champion in run.champions.items()}
        info = self._desk.info
        if info is not None and self._desk.shows(run.network):
            try:
                chosen = run.recipe.chosen(len(info.classes))
            except ValueError:
                return names
            names |= {index: info.classes[index] for index in chosen}
        return names

    @Slot()
    def _show_frame(self) -> None:
        if not self._records and not self._champions:
            self.changed.emit()  # how far a long generation is
            return
        champions, self._champions = self._champions, {}
        records, self._records = self._records, []
        self.page.grow(list(champions.values()), records)
        selected = self.page.selected()
        if selected in champions:
            self.asking.show(champions[selected], self.number, "")
        self.changed.emit()

    @Slot(int)
    def _on_selected(self, _number: int) -> None:
        run, champion = self.run, self.chosen()
        folder = str(run.folder) if run is not None and run.folder is not None else ""
        self.asking.show(champion, self.number, folder, run.network if run else None, self._names)
        if run is not None and champion is not None:
            self.page.set_exporter(self.exports.writer(run, champion), champion.name)
        self.changed.emit()

    @Slot(int)
    def _attack(self, number: int) -> None:
        champion = self.run.champions.get(number) if self.run else None
        if champion is not None:
            self.attack_wanted.emit(champion.picture, champion.name)

    @Slot(int)
    def _maximize(self, number: int) -> None:
        champion = self.run.champions.get(number) if self.run else None
        if champion is not None:
            self.start_wanted.emit(champion.picture, champion.name, f"class:{number}")

    @Slot(int)
    def _breed(self, number: int) -> None:
        run = self.run
        if run is None or number not in run.champions:
            self.breeding.begin(self.recipe.recipe())
        else:
            self.breeding.begin(run.recipe, number, self.number, str(run.folder or ""))
        self.show_caption()

    @Slot(object)
    def _on_turned(self, recipe: EvolveRecipe) -> None:
        if self.busy and self._phase is not Phase.STOPPING:
            self._engine.turn(recipe)

    @Slot(object)
    def _on_recipe_opened(self, recipe: EvolveRecipe) -> None:
        self._window.show_page(self.name)
        self.recipe.set_recipe(recipe)
        self._on_turned(recipe)

    # --- what the engine says

    @Slot(object)
    def _on_started(self, started: Any) -> None:
        if started.number == self.number and self._phase is Phase.STARTING:
            self.device_title = started.device_title
            self._phase = Phase.RUNNING
            self.changed.emit()

    @Slot(object)
    def _on_told(self, told: object) -> None:
        run = self.run
        if run is None or not self.busy or getattr(told, "number", 0) != self.number:
            return
        if isinstance(told, EvolveProgress):
            self.within = told.judged / max(1, told.batch)
        elif isinstance(told, EvolveSteps):
            for step in told.steps:
                run.add(step)
                self._records.append(step.record())
                self._champions |= {x.index: x for x in step.changed}
            self.rate, self.within = told.rate, 0.0
            run.seconds = told.seconds

    @Slot(object)
    def _on_ended(self, ended: Any) -> None:
        if ended.number != self.number or self.run is None or not self.busy:
            if ended.folder and ended.number == self.number:
                self.kept.emit(Path(ended.folder))
            return
        run = self.run
        self._timer.stop()
        self._show_frame()
        self._phase = Phase.IDLE
        run.ended, run.message, run.seconds = ended.ended, ended.message, ended.seconds
        run.folder = Path(ended.folder) if ended.folder else run.folder
        self.page.set_growing(False)
        if ended.folder:
            self.kept.emit(Path(ended.folder))
        if ended.message:
            self.failed.emit(ended.message, ended.details)
        self.changed.emit()
