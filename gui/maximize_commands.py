"""What the actions do on the Maximize page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.jobs import Job

if TYPE_CHECKING:
    from gui.controller import Controller


class MaximizeCommands(QObject):
    """The present unit, its run and its picture."""

    def __init__(self, controller: Controller, window: Any) -> None:
        super().__init__(controller)
        self._c = controller
        self._window = window

    def save_image(self) -> None:
        """The picture on the canvas, as a PNG."""
        view = self._c.view
        if view.picture is not None:
            self._c.exports.save_image(view.run, view.picture, view.iteration)

    def copy_image(self) -> None:
        """The picture on the canvas, into the clipboard."""
        if self._c.view.picture is not None:
            self._c.exports.copy_image(self._c.view.picture)

    def export_run(self) -> None:
        """The run's folder."""
        if self._c.view.run is not None:
            self._c.exports.export_run(self._c.view.run)

    def copy_table(self) -> None:
        """The predictions, for a spreadsheet."""
        self._window.predictions.copy_all()

    def save_recipe(self) -> None:
        """The recipe as a file."""
        self._c.exports.save_recipe(self._window.recipe.recipe())

    def fit(self) -> None:
        """The picture as large as the canvas."""
        self._window.page.canvas.fit()

    def actual_size(self) -> None:
        """One pixel of the picture to one of the screen."""
        self._window.page.canvas.actual_size()

    def zoom_in(self) -> None:
        """Enlarges the picture."""
        self._window.page.canvas.zoom_in()

    def zoom_out(self) -> None:
        """Reduces the picture."""
        self._window.page.canvas.zoom_out()

    def follow(self) -> None:
        """The newest iteration, of the run that grows where one does."""
        self._c.follow()

    def copy_command(self) -> None:
        """The command line that repeats the run."""
        self._copy(self._c.exports.copy_command)

    def copy_python(self) -> None:
        """The Python lines that repeat the run."""
        self._copy(self._c.exports.copy_python)

    def attack(self) -> None:
        """The picture on the canvas goes to the Adversarial page."""
        view = self._c.view
        if view.picture is not None:
            title = view.run.title if view.run is not None else self.tr("image")
            self._c.adversarial.take(view.picture, title)

    def chosen(self) -> Job | None:
        """What Start would run now."""
        desk = self._c.desk
        if desk.info is None:
            return None
        unit = self._c.unit_or_first(self._window.tree.selected())
        return Job(0, desk.ref, unit, self._window.recipe.recipe(), desk.device)

    def _copy(self, copy: Callable[[Job, str], None]) -> None:
        chosen, starting = self.chosen(), self._c.starting
        if chosen is None:
            return
        picture = starting.picture
        if picture is None or starting.path:
            copy(chosen, starting.path)
            return

        def saved(path: str) -> None:
            starting.path = path
            copy(chosen, path)

        self._window.messages.notice(
            self.tr(
                "The starting image came without a file, and no line repeats the run without it."
            ),
            [(self.tr("Save it…"), lambda: self._c.exports.save_start(picture, saved))],
        )
