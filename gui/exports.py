"""What leaves the window: images, run folders, recipes, and the lines that repeat a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine import runs
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.evolution.recipe import EvolveRecipe
from engine.jobs import Job, Picture, Run
from engine.recipes import Recipe, RecipeError
from engine.runs import RunError
from gui import repeat
from gui.pixels import to_image
from gui.session import file_stem
from gui.settings import Settings

AnyRecipe = Recipe | AttackRecipe | EvolveRecipe
RECIPE_KEYS = {"lr", "method", "encoding"}  # of each kind, one that it cannot be without


class Exports(QObject):
    """Asks where to, writes, and says how it went. The dialogs never block the window's loop."""

    done = Signal(str)
    failed = Signal(str)
    recipe_opened = Signal(object)  # Recipe
    attack_opened = Signal(object)  # AttackRecipe
    evolve_opened = Signal(object)  # EvolveRecipe

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings

    def ask_open(
        self, title: str, filters: str, taken: object, parent: QWidget | None = None
    ) -> None:
        """A file to open; ``taken`` is called with its path as text."""
        dialog = QFileDialog(parent or self._window, title, self._settings.folder, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.run_dialog(dialog, taken)

    def ask_save(self, title: str, name: str, filters: str, suffix: str, taken: object) -> None:
        """A file to write, which the dialog lets nobody overwrite unasked."""
        start = str(Path(self._settings.folder) / name) if self._settings.folder else name
        dialog = QFileDialog(self._window, title, start, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        self.run_dialog(dialog, taken)

    def ask_open_many(self, title: str, filters: str, taken: Callable[[list[str]], object]) -> None:
        """Files to open; ``taken`` is called with their paths."""
        dialog = QFileDialog(self._window, title, self._settings.folder, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

        def remember(paths: list[str]) -> None:
            if paths:
                self._settings.folder = str(Path(paths[0]).parent)
                taken(paths)

        dialog.filesSelected.connect(remember)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_folder(self, title: str, taken: object) -> None:
        """A folder; ``taken`` is called with its path as text."""
        dialog = QFileDialog(self._window, title, self._settings.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self.run_dialog(dialog, taken)

    @property
    def folder(self) -> str:
        """The folder of the last dialog."""
        return self._settings.folder

    def run_dialog(self, dialog: QFileDialog, taken: object) -> None:
        """Opens a dialog; ``taken`` is called with the path that was chosen, as text."""

        def remember(path: str) -> None:
            self._settings.folder = str(Path(path).parent)
            taken(path)  # type: ignore[operator]

        dialog.fileSelected.connect(remember)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- images

    def save_image(self, run: Run | None, picture: Picture, iteration: int) -> None:
        """The picture on the canvas as a PNG, with the recipe where there is one."""
        name = f"{file_stem(run.title) if run else 'image'}-{iteration}.png"

        def write(path: str) -> None:
            if self._write_png(path, picture, runs.describe(run) if run else ""):
                self.done.emit(self.tr("Saved {0}.").format(Path(path).name))

        self.ask_save(self.tr("Save image"), name, self.tr("PNG image (*.png)"), "png", write)

    def save_start(self, picture: Picture, saved: Callable[[str], None]) -> None:
        """A starting image that has no file gets one; ``saved`` is called with its path."""

        def write(path: str) -> None:
            if self._write_png(path, picture, ""):
                saved(path)

        title = self.tr("Save the starting image")
        self.ask_save(title, "start.png", self.tr("PNG image (*.png)"), "png", write)

    def _write_png(self, path: str, picture: Picture, description: str) -> bool:
        try:
            runs.write_png(Path(path), picture, description)
        except OSError as error:
            self.failed.emit(_why(self.tr("The image cannot be saved"), error))
            return False
        return True

    def copy_image(self, picture: Picture) -> None:
        """The picture into the clipboard."""
        QGuiApplication.clipboard().setImage(to_image(picture))
        self.done.emit(self.tr("Image copied."))

    def export_run(self, run: Run) -> None:
        """The run's folder into a folder that the person chooses."""

        def write(path: str) -> None:
            try:
                target = runs.new_folder(Path(path), run)
                if run.folder is not None and run.ended and (run.folder / "run.json").exists():
                    shutil.copytree(run.folder, target, dirs_exist_ok=True)
                else:
                    here = run.folder
                    runs.save(run, target)
                    run.folder = here
            except (OSError, RunError) as error:
                self.failed.emit(_why(self.tr("The run cannot be exported"), error))
                return
            self.done.emit(self.tr("Exported to {0}.").format(target))

        self.ask_folder(self.tr("Export into"), write)

    # --- recipes

    def save_recipe(self, recipe: AnyRecipe) -> None:
        """The recipe as a file that ``open_recipe`` reads."""

        def write(path: str) -> None:
            try:
                Path(path).write_text(json.dumps(recipe.as_dict(), indent=1) + "\n", "utf-8")
            except OSError as error:
                self.failed.emit(_why(self.tr("The recipe cannot be saved"), error))
                return
            self.done.emit(self.tr("Saved {0}.").format(Path(path).name))

        label = recipe.method if isinstance(recipe, AttackRecipe) else recipe.preset
        name = f"{label}.recipe.json"
        self.ask_save(self.tr("Save recipe"), name, self.tr("Recipe (*.json)"), "json", write)

    def open_recipe(self) -> None:
        """A recipe from a file."""
        self.ask_open(self.tr("Open recipe"), self.tr("Recipe (*.json)"), self.read_recipe)

    def read_recipe(self, path: str) -> None:
        """Reads a recipe's file, or the recipe in a ``run.json``, of either kind."""
        try:
            document = json.loads(Path(path).read_text("utf-8"))
            if isinstance(document, dict) and isinstance(document.get("recipe"), dict):
                document = document["recipe"]
            if not isinstance(document, dict) or not RECIPE_KEYS & document.keys():
                raise RecipeError(self.tr("it holds no recipe"))
            recipe = _recipe(document)
        except (OSError, ValueError) as error:
            name = Path(path).name
            self.failed.emit(_why(self.tr("{0} cannot be read").format(name), error))
            return
        if isinstance(recipe, AttackRecipe):
            self.attack_opened.emit(recipe)
        elif isinstance(recipe, EvolveRecipe):
            self.evolve_opened.emit(recipe)
        else:
            self.recipe_opened.emit(recipe)

    def copy_command(self, job: Job, start: str) -> None:
        """The command line that repeats it, into the clipboard."""
        text = repeat.command_line(
            job.network, job.unit, job.recipe, device=job.device, start=start
        )
        QGuiApplication.clipboard().setText(text)
        self.done.emit(self.tr("Command line copied."))

    def copy_python(self, job: Job, start: str) -> None:
        """The Python lines that repeat it, into the clipboard."""
        text = repeat.python_lines(
            job.network, job.unit, job.recipe, device=job.device, start=start
        )
        QGuiApplication.clipboard().setText(text)
        self.done.emit(self.tr("Python lines copied."))


def _recipe(document: dict[str, Any]) -> AnyRecipe:
    """An attack's has a ``method``; what it leaves out is the attack's own. An evolution's has an
    ``encoding``."""
    if "encoding" in document:
        return EvolveRecipe.from_dict(document)
    if "method" not in document:
        return Recipe.from_dict(document)
    method = METHODS.get(str(document["method"]))
    values = method.recipe.as_dict() if method else {}
    return AttackRecipe.from_dict({**values, **document})


def _why(what: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{what}: {reason[:1].lower()}{reason[1:]}".rstrip(".") + "."
