"""What leaves the Evolve page: an image, the sheet of all, the curve, the run's folder, lines."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from engine.evolution.document import describe
from engine.evolution.parcels import Champion, EvolveRun
from engine.evolution.sheet import sheet
from engine.runs import RunError, write_png
from gui import repeat
from gui.exports import Exports
from gui.session import file_stem

if TYPE_CHECKING:
    from gui.evolve_desk import EvolveDesk

_COLUMNS = ("generation", "min", "median", "mean", "max", "evaluations")


class EvolveExports(QObject):
    """The page's commands: asks where to, writes, and says how it went."""

    def __init__(self, desk: EvolveDesk, window: Any, exports: Exports) -> None:
        super().__init__(desk)
        self._desk = desk
        self._window = window
        self._exports = exports

    def save_image(self) -> None:
        """The selected class's image."""
        self.save(self._desk.page.selected())

    @Slot(int)
    def save(self, number: int) -> None:
        """A class's image as a PNG that carries its recipe."""
        run = self._desk.run
        champion = run.champions.get(number) if run else None
        if run is None or champion is None:
            return
        write = self.writer(run, champion)
        self._save(self.tr("Save image"), f"{file_stem(champion.name)}-evolved.png", "png", write)

    def writer(self, run: EvolveRun, champion: Champion) -> Callable[[Path], object]:
        """What writes an image into a file."""
        return lambda path: write_png(path, champion.picture, describe(run))

    def copy_image(self) -> None:
        """The selected class's image, into the clipboard."""
        champion = self._desk.chosen()
        if champion is not None:
            self._exports.copy_image(champion.picture)

    def export_figure(self) -> None:
        """The sheet of all images."""
        run = self._desk.run
        if run is None:
            return
        champions = [run.champions[k] for k in sorted(run.champions)]

        def write(path: Path) -> None:
            write_png(path, sheet(champions), describe(run))

        self._save(self.tr("Export figure"), "evolved.png", "png", write)

    def export_table(self) -> None:
        """The confidences, generation by generation."""
        run = self._desk.run
        if run is None:
            return
        text = _table(run, ",")
        self._save(
            self.tr("Export table"),
            "generations.csv",
            "csv",
            lambda path: path.write_text(text, "utf-8", newline=""),
        )

    def copy_table(self) -> None:
        """The same table, for a spreadsheet."""
        if self._desk.run is not None:
            QGuiApplication.clipboard().setText(_table(self._desk.run, "\t"))
            self._exports.done.emit(self.tr("Table copied."))

    def export_run(self) -> None:
        """The run's folder into a folder that the person chooses."""
        run = self._desk.run
        if run is None or run.folder is None:
            return
        kept = run.folder
        dialog = QFileDialog(self._window, self.tr("Export into"), self._exports.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)

        def write(path: str) -> None:
            target = Path(path) / kept.name
            self._write(target, lambda at: shutil.copytree(kept, at))

        self._exports.run_dialog(dialog, write)

    def save_recipe(self) -> None:
        """The recipe as a file."""
        self._exports.save_recipe(self._desk.recipe.recipe())

    def copy_command(self) -> None:
        """The command line that repeats the evolution."""
        self._copy_lines(repeat.evolve_command_line, self.tr("Command line copied."))

    def copy_python(self) -> None:
        """The Python lines that repeat the evolution."""
        self._copy_lines(repeat.evolve_python_lines, self.tr("Python lines copied."))

    def _copy_lines(self, lines: Callable[..., str], said: str) -> None:
        network = self._desk.network
        if network is not None:
            ref, info, device = network
            recipe = self._desk.recipe.recipe()
            text = lines(ref, recipe, side=info.input_size, device=device)
            QGuiApplication.clipboard().setText(text)
            self._exports.done.emit(said)

    def _save(self, title: str, name: str, suffix: str, write: Callable[[Path], object]) -> None:
        kinds = {"png": self.tr("PNG image (*.png)"), "csv": self.tr("CSV table (*.csv)")}
        self._exports.ask_save(
            title, name, kinds[suffix], suffix, lambda path: self._write(Path(path), write)
        )

    def _write(self, path: Path, write: Callable[[Path], object]) -> None:
        try:
            write(path)
        except (OSError, RunError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._exports.failed.emit(
                self.tr("{0} cannot be written: {1}").format(path.name, reason)
            )
            return
        self._exports.done.emit(self.tr("Saved {0}.").format(path.name))


def _table(run: EvolveRun, separator: str) -> str:
    file = io.StringIO()
    rows = csv.writer(file, delimiter=separator, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows([record.as_dict()[name] for name in _COLUMNS] for record in run.records)
    return file.getvalue()
