"""The Atlas page's desk: which layers are made, the job that makes them, what the sheet shows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from engine.atlas.parcels import DEFAULT, AtlasJob, AtlasProgress, AtlasStarted, UnitsMade
from engine.atlas.store import Store, atlas_folder, exists
from engine.jobs import NetworkRef
from engine.recipes import PRESETS, Recipe
from engine.runs import RunError
from engine.units import NetworkInfo
from engine.worker import next_number
from gui import atlas_text
from gui.atlas_commands import AtlasCommands
from gui.atlas_source import StoreSource, blocks_of
from gui.exports import Exports
from gui.models.atlas_layers import layer_rows, principal
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesk
from gui.session import Phase
from gui.settings import Settings

RESUME_MS = 1500  # after a network is there, an atlas that was being made goes on


class AtlasDesk(PageDesk):
    """Each network has its own atlas, one a preset, in a folder of its own."""

    name = "atlas"
    background = True

    unit_activated = Signal(str)
    opened = Signal(object)  # Path of the store's folder
    made = Signal(object)  # UnitsMade

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
        self._engine = engine
        self._desk = desk
        self._settings = settings
        self._page, self._panel = window.atlas, window.atlas_panel
        self._phase = Phase.IDLE
        self._job: AtlasJob | None = None
        self._store: Store | None = None
        self._preset = DEFAULT.preset
        self._progress = AtlasProgress(0, "", 0, 0, 0.0, 0.0, 0.0)
        self._wanted = False  # Start was pressed before the network was there
        self._device_title = ""
        self._does = self.commands = AtlasCommands(self, window, exports)
        self._resuming = QTimer(self, singleShot=True, interval=RESUME_MS)
        self._resuming.timeout.connect(self._resume)
        engine.told.connect(self._on_told)
        engine.ended.connect(self._on_ended)
        self._connect()
        self._show_empty()

    def _connect(self) -> None:
        sheet, tree = self._page.sheet, self._window.tree
        self._panel.preset_chosen.connect(self._on_preset)
        self._panel.layers_chosen.connect(self._on_layers)
        self._page.start_requested.connect(self.start)
        sheet.unit_selected.connect(tree.choose)
        sheet.unit_hovered.connect(tree.unit_hovered)
        sheet.unit_activated.connect(self.unit_activated)
        sheet.menu_requested.connect(self._on_menu)
        sheet.failed.connect(self._window.messages.error)
        tree.unit_selected.connect(sheet.select)

    # --- what others ask

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def network(self) -> NetworkRef:
        """The network that the page shows."""
        return self._desk.ref

    @property
    def info(self) -> NetworkInfo | None:
        """What is known of it."""
        return self._desk.info

    @property
    def store(self) -> Store | None:
        """What is on disk of it."""
        return self._store

    def progress(self) -> tuple[int, int]:
        return self._progress.done, self._progress.total

    def status(self) -> str:
        if self.busy:
            return self._said(self._device_title)
        rows = self._panel.layers.rows()
        return atlas_text.summary(rows, self._rate()) if rows else ""

    def applicable(self) -> set[QAction]:
        a, known = self._window.actions_, self._desk.info is not None
        found: set[QAction] = set()
        for applies, actions in (
            ((known or self._desk.busy) and not self.busy, (a.start,)),
            (self.busy and self._phase is not Phase.STOPPING, (a.pause,)),
            (self.busy or self._wanted, (a.stop,)),
            (self._page.sheet_shown, (a.fit, a.zoom_in, a.zoom_out, a.export_figure)),
            (self._store is not None, (a.export_run,)),
            (bool(self._page.sheet.selected()), (a.save_image, a.copy_image)),
        ):
            found.update(actions if applies else ())
        return found

    def show_caption(self) -> None:
        title = self._desk.info.title if self._desk.info else ""
        rows = self._panel.layers.rows()
        made = sum(row.done for row in rows)
        said = self._said() if self.busy else self.tr("{0} units").format(f"{made:,}")
        self._page.set_caption(title, f"{said} · {PRESETS[self._preset].title}")
        self._window.setWindowTitle(
            self.tr("Atlas of {0} — Unitscope").format(title) if title else "Unitscope"
        )

    def show_running(self, mine: bool, others: bool) -> None:
        self._panel.set_running(mine)

    def _said(self, *parts: str) -> str:
        p = self._progress
        return atlas_text.progress_text(p.done, p.total, p.rate, p.left, self._phase, *parts)

    def _rate(self) -> float:
        """Units a second, as measured last for this network and preset; 0 where it never was."""
        if self._progress.rate > 0:
            return self._progress.rate
        return float(self._memory().get("rate") or 0.0)

    # --- the network and its atlas

    def set_network(self, info: NetworkInfo) -> None:
        job = self._job
        if job is not None and self.busy and not self._desk.shows(job.network):
            self._engine.cancel(job.number)  # it goes on when its network is there again
            self._end_job()
        memory = self._memory(DEFAULT.preset)
        last = str(memory.get("last") or DEFAULT.preset)
        self._preset = last if last in PRESETS else DEFAULT.preset
        self._open()
        self._resuming.start()
        if self._wanted:
            self.start()

    def _folder(self) -> Path:
        folder = atlas_folder(self._desk.ref)
        return folder if self._preset == DEFAULT.preset else folder / self._preset

    def _open(self) -> None:
        """Shows what there is of the network's atlas with this preset."""
        info = self._desk.info
        if info is None:
            return
        if self._store is not None:
            self._store.close()
            self._store = None
        done: dict[str, int] = {}
        try:
            if exists(self._folder()):
                self._store = Store.open(self._folder(), self._desk.ref)
                done = {name: made for name, made, _total in self._store.layers()}
        except RunError as error:
            self._window.messages.error(str(error))
        self.opened.emit(self._folder())
        main = principal(info)
        chosen = set(self._memory().get("layers") or main)
        rows = [
            replace(row, done=done.get(row.name, 0), chosen=row.name in chosen)
            for row in layer_rows(info)
        ]
        self._progress = AtlasProgress(0, "", 0, 0, 0.0, 0.0, 0.0)
        self._panel.set_preset(self._preset)
        self._panel.set_layers(rows, main)
        self._show_sheet()

    def _show_sheet(self) -> None:
        info, rows = self._desk.info, self._panel.layers.rows()
        if info is None:
            return
        shown = self.busy or any(row.done for row in rows)
        counts = {row.name: row.total for row in rows}
        source = StoreSource(self._folder(), counts, self._desk.ref)
        self._page.sheet.open(blocks_of(rows, info) if shown else [], source)
        self._page.sheet.select(self._window.tree.selected())
        self._page.show_sheet(shown)
        self._show_empty()
        self._show_summary()
        self.changed.emit()

    def _show_empty(self) -> None:
        info, rows = self._desk.info, self._panel.layers.rows()
        self._page.set_empty(
            self.tr("A picture of every unit"),
            atlas_text.empty_text(info),
            atlas_text.summary(rows, self._rate()) if rows else "",
            can_start=info is not None and bool(self._panel.layers.chosen()),
        )

    def _show_summary(self) -> None:
        self._panel.set_summary(atlas_text.summary(self._panel.layers.rows(), self._rate()))

    @Slot(str)
    def _on_preset(self, name: str) -> None:
        self._preset = name
        self._remember(DEFAULT.preset, last=name)
        self._open()

    @Slot()
    def _on_layers(self) -> None:
        self._remember(layers=list(self._panel.layers.chosen()))
        self._show_sheet()

    # --- the job

    @Slot()
    def start(self) -> None:
        info = self._desk.info
        if info is None or self._desk.busy:
            self._wanted = True
            self.changed.emit()
            return
        self._wanted = False
        if self.busy:
            return
        layers, rows = self._panel.layers.chosen(), self._panel.layers.rows()
        if not layers:
            self._window.messages.notice(self.tr("Mark at least one layer at the right."))
            return
        if not atlas_text.missing(rows):
            self._window.messages.notice(self.tr("Every unit of these layers has its picture."))
            return
        self._window.messages.clear()
        job = AtlasJob(
            next_number(), self._desk.ref, layers, self._recipe(), self._desk.device,
            str(self._folder()),
        )  # fmt: skip
        self._job, self._phase = job, Phase.STARTING
        total = sum(row.total for row in rows if row.chosen)
        done = sum(row.done for row in rows if row.chosen)
        self._progress = AtlasProgress(job.number, "", done, total, 0.0, self._rate(), 0.0)
        self._remember(running=True)
        if not self._page.sheet_shown:
            self._show_sheet()
        self._engine.submit(job)
        self._tell()

    def _recipe(self) -> Recipe:
        """What the store was begun with, so that its pictures can be compared."""
        return self._store.recipe if self._store is not None else PRESETS[self._preset].recipe

    def stop(self) -> None:
        self._wanted = False
        self._resuming.stop()
        if self._job is not None and self.busy:
            self._phase = Phase.STOPPING
            self._remember(running=False)
            self._engine.cancel(self._job.number)
        self._tell()

    def pause(self) -> None:
        if self._job is None:
            return
        if self._phase is Phase.PAUSED:
            self._phase = Phase.RUNNING
            self._engine.release(self._job.number)
        elif self._phase in (Phase.RUNNING, Phase.STARTING):
            self._phase = Phase.PAUSED
            self._engine.hold(self._job.number)
        self._remember(running=self._phase is Phase.RUNNING)
        self._tell()

    @Slot()
    def _resume(self) -> None:
        """Goes on with an atlas that was being made when the program, or its network, went."""
        if not self.busy and self._memory().get("running") and self._desk.info is not None:
            self.start()

    def end(self) -> None:
        self._resuming.stop()
        self._engine.told.disconnect(self._on_told)
        self._engine.ended.disconnect(self._on_ended)
        self._page.sheet.end()
        self._does.end()
        if self._store is not None:
            self._store.close()
            self._store = None

    # --- what the engine says

    @Slot(object)
    def _on_told(self, message: Any) -> None:
        if self._job is None or getattr(message, "number", 0) != self._job.number:
            return
        if isinstance(message, AtlasStarted):
            if self._phase is Phase.STARTING:
                self._phase = Phase.RUNNING
            self._device_title = message.device_title
            self._progress = replace(self._progress, done=message.done, total=message.total)
            self._tell()
        elif isinstance(message, AtlasProgress):
            self._progress = message
            self._tell()
        elif isinstance(message, UnitsMade):
            self._on_made(message)

    def _on_made(self, message: UnitsMade) -> None:
        try:
            if self._store is None:
                self._store = Store.open(self._folder(), self._desk.ref)
            done = {name: made for name, made, _total in self._store.layers()}
            for unit, thumbnail in zip(message.units, message.thumbnails, strict=True):
                if thumbnail is not None:
                    entry = self._store.entry(unit)
                    self._page.sheet.put(str(unit), thumbnail, entry.top if entry else "")
        except RunError as error:
            self._window.messages.error(str(error))
            return
        for name in {unit.layer for unit in message.units}:
            self._panel.layers.set_done(name, done.get(name, 0))
        self.made.emit(message)

    @Slot(object)
    def _on_ended(self, ended: Any) -> None:
        job = self._job
        if job is None or ended.number != job.number:
            return
        rate = self._progress.rate
        self._remember(running=False, rate=rate if rate > 0 else self._rate())
        self._end_job()
        if ended.message:
            self.failed.emit(ended.message, ended.details)
        self._show_sheet_if_new()
        self._show_summary()
        self._tell()

    def _show_sheet_if_new(self) -> None:
        """An atlas that ended before its first picture leaves the page as it was before."""
        if not any(row.done for row in self._panel.layers.rows()):
            self._show_sheet()

    def _end_job(self) -> None:
        self._phase, self._job = Phase.IDLE, None

    def _tell(self) -> None:
        p = self._progress
        share = p.share or (p.done / p.total if p.total else 0.0)
        note = f"{share:.0%}" if self.busy else ""
        self._window.set_tab_note(self.name, note)
        self.changed.emit()

    # --- the sheet

    @Slot(str, QPoint)
    def _on_menu(self, unit: str, at: QPoint) -> None:
        menu = self._window.tree.menu_for(unit, [unit])
        menu.addSeparator()
        near = menu.addAction(self.tr("Look at it closely"))
        near.triggered.connect(partial(self._page.sheet.show_unit, unit))
        save = menu.addAction(self.tr("Save picture…"))
        save.triggered.connect(self._does.save_image)
        menu.popup(at)

    # --- what is remembered

    def _memory(self, preset: str = "") -> dict[str, Any]:
        return self._settings.atlas(self._key(preset))

    def _remember(self, preset: str = "", **values: Any) -> None:
        self._settings.set_atlas(self._key(preset), {**self._memory(preset), **values})

    def _key(self, preset: str) -> str:
        return f"{atlas_folder(self._desk.ref).name}/{preset or self._preset}"
