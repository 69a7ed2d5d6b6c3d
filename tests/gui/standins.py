"""Stand-ins for the views and the engine: they note what they are told and speak when asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from engine.attacks.recipe import METHODS
from engine.jobs import Job, NetworkRef, Run, Step
from engine.recipes import preset
from engine.runs import new_folder, save
from engine.units import Layer, NetworkInfo
from gui.actions import Actions
from gui.pages.atlas import AtlasPage
from gui.pages.evolve import EvolvePage
from gui.pages.plane import PlanePage
from gui.views.atlas_panel import AtlasPanel
from gui.views.choice import SearchedChoice
from gui.views.dropzone import DropTarget
from gui.views.elite_panel import ElitePanel
from gui.views.evolve_recipe import EvolveRecipePanel
from gui.views.plane_panel import PlanePanel
from gui.views.unit_panel import UnitPanel

INFO = NetworkInfo(
    name="sketchnet",
    title="Sketchnet",
    classes=("star", "spiral", "fish"),
    layers=(
        Layer("features", "Sequential", (32, 12, 12), 4000, 0),
        Layer("features.0", "Conv2d", (16, 96, 96), 448, 16),
        Layer("features.1", "ReLU", (16, 96, 96), 0, 16),
    ),
    input_size=96,
    input_channels=3,
    parameters=4448,
    resize=96,
)


def step(iteration: int, side: int = 8) -> Step:
    """A step whose picture is its iteration's grey."""
    image = np.full((side, side, 3), iteration % 256, np.uint8)
    return Step(iteration, float(iteration), 1.0, (("star", 0.5), ("fish", 0.2)), image)


class View(QObject):
    """A view of which every call is noted in ``calls``."""

    iteration_chosen = Signal(int)
    live_chosen = Signal()
    pixel_hovered = Signal(str)
    unit_selected = Signal(str)
    unit_activated = Signal(str)
    maximize_requested = Signal(str, str)
    queue_requested = Signal(object)
    unit_hovered = Signal(str)
    look_requested = Signal(object)
    pictures_wanted = Signal(object)
    recipe_changed = Signal(object)
    start_removed = Signal()
    save_requested = Signal()
    open_requested = Signal()
    copy_command_requested = Signal()
    copy_python_requested = Signal()
    opened = Signal(object)
    delete_requested = Signal(object)
    compare_requested = Signal(object, object)
    start_from_requested = Signal(object)
    files_dropped = Signal(object)
    image_dropped = Signal(object, str)
    refused = Signal(str)
    attack_requested = Signal(object)
    selected_changed = Signal(int)
    open_images_requested = Signal()
    sample_chosen = Signal(object)
    remove_requested = Signal(object)
    copy_requested = Signal(int)
    sphere_stopped = Signal()
    transfer_requested = Signal(object)
    remedy_chosen = Signal(object)
    open_weights_requested = Signal()
    cancel_requested = Signal(str)
    background_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.values: dict[str, Any] = {"selected": "", "recipe": preset("balanced")}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*arguments: Any, **_named: Any) -> Any:
            self.calls.append((name, arguments))
            if name == "select":
                self.values["selected"] = arguments[0]
            if name == "set_recipe":
                self.values["recipe"] = arguments[0]
            return self.values.get(name)

        return call

    def said(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of that name."""
        return [arguments for called, arguments in self.calls if called == name]


class Zone(View):
    """Where things are dropped; its targets can be dropped on by a test."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[DropTarget] = []

    def add_target(self, widget: QWidget, title: str, text: str) -> DropTarget:
        self.targets.append(DropTarget(widget, title, text))
        return self.targets[-1]


class Page(QWidget):
    """The Adversarial page, of which every call is noted; the first image is selected."""

    iteration_chosen = Signal(int)
    live_chosen = Signal()
    selected_changed = Signal(int)
    open_images_requested = Signal()
    sample_chosen = Signal(object)
    remove_requested = Signal(object)
    save_requested = Signal(int)
    copy_requested = Signal(int)
    sphere_requested = Signal(int)
    samples_chosen = Signal(object)
    pixel_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.table = View()
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        self.runs: list[Any] = []

    def set_runs(self, runs: list[Any]) -> None:
        self.runs = runs

    def refresh(self, iteration: int | None = None) -> None:
        self.said.append(("refresh", (iteration,)))

    def select(self, index: int) -> None:
        self.said.append(("select", (index,)))

    def selected(self) -> int:
        return 0 if self.runs else -1

    def factor(self) -> int:
        return 20

    def set_exporter(self, write: object) -> None:
        self.exporter = write

    def set_caption(self, title: str, subtitle: str) -> None:
        self.caption = (title, subtitle)


class Panel(View):
    """The panel of the selected image."""

    sphere_requested = Signal(int)


class StandInWindow(QWidget):
    """What the controller knows of a window."""

    closing = Signal()
    page_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.actions_ = Actions(self)
        self.network_chooser = SearchedChoice()
        self.network_chooser.setParent(self)
        self.device_chooser = QComboBox(self)
        self.tree, self.predictions, self.recipe = View(), View(), View()
        self.history, self.messages, self.drop_zone = View(), View(), Zone()
        self.unit_panel = UnitPanel(self)
        self.downloads = View()
        self.canvas, self.curves, self.timeline = View(), View(), View()
        self.adversarial, self.image_panel, self.attack_recipe = Page(), Panel(), View()
        self.adversarial.setParent(self)
        self.evolve, self.elite_panel = EvolvePage(self), ElitePanel(self)
        self.evolve_recipe = EvolveRecipePanel(self)
        self.plane, self.plane_panel = PlanePage(self), PlanePanel([("bananas", "Two")], self)
        self.attack_recipe.values["recipe"] = METHODS["gradient-ascent"].recipe
        self.atlas, self.atlas_panel = AtlasPage(self), AtlasPanel(self)
        self.notes: dict[str, str] = {}
        self.page_name = "maximize"
        self.caption = ("", "")
        self.page = SimpleNamespace(
            canvas=self.canvas,
            curves=self.curves,
            timeline=self.timeline,
            set_caption=self._set_caption,
        )
        self.status, self.pixel, self.progress, self.running = "", "", (0, 0, ""), False

    def _set_caption(self, title: str, subtitle: str) -> None:
        self.caption = (title, subtitle)

    def show_page(self, name: str) -> None:
        if name != self.page_name:
            self.page_name = name
            self.page_changed.emit(name)

    def set_running(self, running: bool) -> None:
        self.running = running

    def set_progress(self, done: int, total: int, text: str) -> None:
        self.progress = (done, total, text)

    def set_status(self, text: str) -> None:
        self.status = text

    def set_pixel(self, text: str) -> None:
        self.pixel = text

    def set_tab_note(self, name: str, note: str) -> None:
        self.notes[name] = note

    def reset_layout(self) -> None:
        pass

    def show_unit(self) -> None:
        self.unit_panel.shown.emit(True)


class StandInEngine(QObject):
    """An engine that does nothing until a test says what it did."""

    loaded = Signal(object)
    load_failed = Signal(object)
    started_job = Signal(object)
    stepped = Signal(object)
    ended = Signal(object)
    saved = Signal(object)
    notice = Signal(str)
    attacked = Signal(object)
    sphered = Signal(object)
    transferred = Signal(object)
    told = Signal(object)
    devices = Signal(object)

    def __init__(self, runs: Path) -> None:
        super().__init__()
        self._runs = runs
        self.calls: list[str] = []
        self.jobs: list[Job] = []
        self.asked: list[Any] = []
        self.turned: list[Any] = []
        self.wanted: list[NetworkRef] = []

    def start(self) -> None:
        self.calls.append("start")

    def load(self, ref: NetworkRef, device: str = "auto") -> int:
        self.wanted.append(ref)
        return len(self.wanted)

    def ask(self, question: Any) -> None:
        self.asked.append(question)

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    def stop(self) -> None:
        self.calls.append("stop")

    def cancel(self, number: int) -> None:
        self.calls.append(f"cancel {number}")

    def hold(self, number: int) -> None:
        self.calls.append(f"hold {number}")

    def release(self, number: int) -> None:
        self.calls.append(f"release {number}")

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    def turn(self, recipe: Any) -> None:
        self.turned.append(recipe)

    def close(self, timeout_ms: int = 3000) -> bool:
        self.calls.append("close")
        return True

    # --- what it says

    def load_done(self, info: NetworkInfo = INFO) -> None:
        """The network asked for last is there."""
        self.loaded.emit(
            SimpleNamespace(
                number=len(self.wanted),
                ref=self.wanted[-1],
                info=info,
                device="cpu",
                device_title="CPU, 2 threads",
            )
        )

    def load_fails(self, message: str) -> None:
        """The network asked for last could not be loaded."""
        number = len(self.wanted)
        self.load_failed.emit(SimpleNamespace(number=number, message=message, details="trace"))

    def begin(self, job: Job) -> None:
        """A job has begun."""
        self.started_job.emit(
            SimpleNamespace(number=job.number, job=job, title="star", device_title="CPU, 2 threads")
        )

    def step(self, job: Job, *iterations: int) -> None:
        """Iterations of a job."""
        self.stepped.emit(
            SimpleNamespace(
                number=job.number,
                steps=tuple(step(i) for i in iterations),
                rate=40.0,
                seconds=1.0,
            )
        )

    def ends_unsaved(self, job: Job, message: str) -> None:
        """A job has failed before its first iteration: there is nothing to save."""
        self.ended.emit(
            SimpleNamespace(
                number=job.number,
                ended="failed",
                message=message,
                details="",
                seconds=0,
                folder="",
                folders=(),
            )
        )

    def end(self, job: Job, ended: str = "finished", message: str = "", last: int = 2) -> Path:
        """A job has ended, and its run is on disk."""
        run = Run(job.network, job.unit, "star", job.recipe, "cpu", ended=ended)
        for i in range(last + 1):
            run.add(step(i))
        folder = new_folder(self._runs, run)
        save(run, folder)
        self.ended.emit(
            SimpleNamespace(
                number=job.number,
                ended=ended,
                message=message,
                details="",
                seconds=2.0,
                folder=str(folder),
                folders=(),
            )
        )
        return folder
