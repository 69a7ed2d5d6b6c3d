"""What the actions do on the Adversarial page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from engine.attacks.parcels import AttackRun
from gui import repeat

if TYPE_CHECKING:
    from gui.controller import Controller

SAMPLES = 1000  # of a sphere test, as the lecture's


class AttackCommands(QObject):
    """The images, the selected one among them, and what their attacks made."""

    def __init__(self, controller: Controller, window: Any) -> None:
        super().__init__(controller)
        self._c = controller
        self._page = window.adversarial
        self._panel = window.attack_recipe
        self._messages = window.messages
        self._page.save_requested.connect(self._save)
        self._page.copy_requested.connect(self._copy)
        self._page.sphere_requested.connect(self._sphere)

    def save_image(self) -> None:
        """The selected image's adversarial, as a PNG."""
        self._save(self._page.selected())

    def copy_image(self) -> None:
        """The selected image's adversarial, into the clipboard."""
        self._copy(self._page.selected())

    def export_run(self) -> None:
        """A folder an image."""
        self._c.adversarial.exports.save_folders(self._attacked())

    def export_figure(self) -> None:
        """The lecture's slide."""
        self._c.adversarial.exports.save_figure(self._attacked(), self._page.factor())

    def export_table(self) -> None:
        """The classes, iterations by images."""
        self._c.adversarial.exports.save_table(self._attacked())

    def copy_table(self) -> None:
        """The same table, for a spreadsheet."""
        self._page.table.copy_all()

    def save_recipe(self) -> None:
        """The recipe as a file."""
        self._c.exports.save_recipe(self._panel.recipe())

    def follow(self) -> None:
        """The newest iteration."""
        self._c.adversarial.attacks.view.go_live()

    def copy_command(self) -> None:
        """The command line that repeats the attack."""
        self._copy_lines(repeat.attack_command_line, self.tr("Command line copied."))

    def copy_python(self) -> None:
        """The Python lines that repeat the attack."""
        self._copy_lines(repeat.attack_python_lines, self.tr("Python lines copied."))

    def sphere_all(self) -> None:
        """The sphere test of every image that has been attacked."""
        self._c.adversarial.examinations.sphere(self._attacked(), SAMPLES)

    def _attacked(self) -> list[AttackRun]:
        return [run for run in self._c.adversarial.attacks.runs if run.records]

    def _run(self, row: int) -> AttackRun | None:
        runs = self._c.adversarial.attacks.runs
        return runs[row] if 0 <= row < len(runs) else None

    @Slot(int)
    def _save(self, row: int) -> None:
        run = self._run(row)
        if run is not None:
            self._c.adversarial.exports.save_image(run)

    @Slot(int)
    def _copy(self, row: int) -> None:
        run = self._run(row)
        if run is not None:
            made = run.adversarial
            self._c.exports.copy_image(run.source.picture if made is None else made)

    @Slot(int)
    def _sphere(self, row: int) -> None:
        run = self._run(row)
        if run is not None:
            self._c.adversarial.examinations.sphere([run], SAMPLES)

    def _copy_lines(self, lines: Callable[..., str], said: str) -> None:
        desk = self._c.desk
        sources = [run.source for run in self._c.adversarial.attacks.runs]
        if desk.info is None:
            return
        without = [source for source in sources if not source.path]
        files = [source.path for source in sources if source.path]
        text = lines(
            desk.ref,
            files or ["IMAGE"],
            self._panel.recipe(),
            device=desk.device,
            background=self._panel.background(),
        )
        QGuiApplication.clipboard().setText(text)
        if without:
            said += " " + self.tr("Not in it, having no file: {0}.").format(
                ", ".join(source.name for source in without)
            )
        self._messages.notice(said)
