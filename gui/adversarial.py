"""The Adversarial page's desks, wired to each other and to its views."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from engine import images
from engine.attacks.parcels import AttackRun
from engine.attacks.recipe import AttackRecipe
from engine.jobs import NetworkRef, Picture
from engine.recipes import RecipeError
from engine.units import NetworkInfo
from gui.attack_desk import AttackDesk
from gui.attack_exports import AttackExports
from gui.attack_presenter import AttackPresenter
from gui.examinations import Examinations
from gui.exports import Exports
from gui.history_desk import show_folder
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesk
from gui.page_drop import PageDrop
from gui.session import Phase, network_label
from gui.settings import Settings


class Adversarial(PageDesk):
    """``attacks`` makes the runs, ``examinations`` tests them, ``exports`` carries them out."""

    name = "adversarial"
    takes_images = True

    network_wanted = Signal(object)  # NetworkRef
    run_wanted = Signal(object)  # Path of a run folder

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
        self._desk = desk
        self._settings = settings
        self.page, self.panel, self.recipe = (
            window.adversarial,
            window.image_panel,
            window.attack_recipe,
        )
        self.recipe.set_recipe(settings.attack)
        self.recipe.set_background(settings.background)
        self.attacks = AttackDesk(window, engine, desk, self)
        self.attacks.images.background = settings.background
        self.examinations = Examinations(self.panel, engine, desk, self.attacks.view, self)
        self.exports = AttackExports(window, exports)
        self._presenter = AttackPresenter(window, desk, self.attacks, self.examinations, self)
        self.drop = PageDrop(self.page)
        self._connect(exports)

    def _connect(self, exports: Exports) -> None:
        messages = self._window.messages
        self.page.remove_requested.connect(self.attacks.remove)
        self.page.sample_chosen.connect(self._on_sample)
        self.page.samples_chosen.connect(self.attacks.add_files)
        self.page.pixel_hovered.connect(self._window.set_pixel)
        self.page.set_exporter(self._write_png)
        self.panel.remedy_chosen.connect(self._on_remedy)
        self.panel.open_weights_requested.connect(self._desk.ask_weights)
        self._desk.networks.changed.connect(self._show_networks)
        self.recipe.background_changed.connect(self.attacks.set_background)
        for news in (
            self.attacks.changed,
            self.attacks.view.refreshed,
            self.examinations.changed,
        ):
            news.connect(self.changed)
        self.attacks.kept.connect(self.kept)
        self.attacks.failed.connect(self.failed)
        self.attacks.refused.connect(messages.error)
        self.examinations.failed.connect(self.failed)
        self.exports.failed.connect(messages.error)
        self.exports.done.connect(self._on_exported)
        exports.attack_opened.connect(self._on_recipe_opened)

    def end(self) -> None:
        """Keeps what is remembered, and hears nothing more from the engine."""
        self._settings.attack = self.recipe.recipe()
        self._settings.background = self.attacks.images.background
        self.attacks.end()
        self.examinations.end()

    @property
    def phase(self) -> Phase:
        return self.attacks.phase

    def progress(self) -> tuple[int, int]:
        return self.attacks.progress()

    def status(self) -> str:
        return self._presenter.status()

    def applicable(self) -> set[QAction]:
        return self._presenter.applicable()

    def drop_hint(self) -> str:
        return self.tr("images to attack · a run · a network's weights · a recipe")

    def show_caption(self) -> None:
        self._presenter.show_caption()

    def show_running(self, mine: bool, others: bool) -> None:
        self.recipe.set_running(mine)
        self.panel.set_busy(mine or others)

    def set_network(self, info: NetworkInfo) -> None:
        """A network is there."""
        self.recipe.set_network(info)
        self._show_networks()
        self.attacks.set_network(info)

    @Slot()
    def _show_networks(self) -> None:
        """The networks that an image can be shown to."""
        known = self._desk.networks.known()
        titled = self._desk.networks.titled
        self.panel.set_networks([(titled(x), x) for x in known if not self._desk.shows(x)])

    @Slot()
    def start(self) -> None:
        """Attacks the images of the page."""
        self._window.messages.clear()
        self.started.emit()
        self.attacks.start()

    def stop(self) -> None:
        """Ends the attack and the tests."""
        self.attacks.stop()
        self.examinations.stop()

    def pause(self) -> None:
        self.attacks.pause()

    def take(self, picture: Picture, name: str) -> None:
        """A picture without a file, to be attacked."""
        self._window.show_page(self.name)
        self.attacks.add_picture(picture, name)

    @Slot(object)
    def take_files(self, paths: list[Path]) -> None:
        """Images to be attacked."""
        self._window.show_page(self.name)
        self.attacks.add_files(paths)
        if len(paths) == 1:
            self._offer_recipe(Path(paths[0]))

    def _offer_recipe(self, path: Path) -> None:
        document = images.repeat_of(path) or {}
        if document.get("method") != "attack":
            return
        try:
            recipe = AttackRecipe.from_dict(document["recipe"])
        except RecipeError:
            return
        actions = [(self.tr("Use that recipe"), partial(self._on_recipe_opened, recipe))]
        if (path.parent / "run.json").is_file():
            opens = partial(self.run_wanted.emit, path.parent)
            actions.insert(0, (self.tr("Open its run"), opens))
        self._window.messages.notice(
            self.tr("{0} carries the recipe of its attack.").format(path.name), actions
        )

    @Slot(object, int)
    def open(self, runs: list[AttackRun], selected: int = 0) -> None:
        """Shows kept runs, those that were attacked together."""
        if self.attacks.busy:
            self._window.messages.notice(self.tr("An attack is going on: stop it first."))
            return
        self._window.show_page(self.name)
        self.recipe.set_recipe(runs[0].recipe)
        self.attacks.open(runs)
        self.page.select(selected)
        network: NetworkRef = runs[0].network
        if not self._desk.shows(network):
            self._window.messages.notice(
                self.tr("This run is of {0}.").format(network_label(network)),
                [(self.tr("Open that network"), partial(self.network_wanted.emit, network))],
            )

    def _write_png(self, row: int, path: Path) -> None:
        self.exports.write_png(self.attacks.runs[row], path)

    @Slot(object)
    def _on_sample(self, path: Path) -> None:
        self.attacks.add_files([path])

    @Slot(object)
    def _on_remedy(self, values: dict[str, Any]) -> None:
        self.recipe.set_recipe(self.recipe.recipe().changed(**values))
        self.start()

    @Slot(object)
    def _on_recipe_opened(self, recipe: AttackRecipe) -> None:
        self.recipe.set_recipe(recipe)
        self._window.show_page(self.name)

    @Slot(str, object)
    def _on_exported(self, sentence: str, path: Path) -> None:
        show = (self.tr("Show it"), partial(show_folder, path if path.is_dir() else path.parent))
        self._window.messages.notice(sentence, [show])
