"""What leaves the Adversarial page: an image, the runs' folders, the figure, the table."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.attacks import store
from engine.attacks.parcels import AttackRun
from engine.runs import RunError, write_png
from gui.exports import Exports
from gui.session import file_stem


class AttackExports(QObject):
    """Asks where to, writes, and says how it went."""

    done = Signal(str, object)  # one sentence, Path to show or None
    failed = Signal(str)

    def __init__(self, window: QWidget, exports: Exports) -> None:
        super().__init__(window)
        self._window = window
        self._exports = exports

    def save_image(self, run: AttackRun) -> None:
        """The adversarial image as an 8-bit PNG that carries its recipe."""
        if run.adversarial is None:
            return

        def write(path: str) -> None:
            self._write(path, lambda: self.write_png(run, Path(path)))

        name = f"{file_stem(Path(run.source.name).stem)}-adversarial.png"
        self._exports.ask_save(
            self.tr("Save image"), name, self.tr("PNG image (*.png)"), "png", write
        )

    def write_png(self, run: AttackRun, path: Path) -> None:
        """The file of an adversarial image, or of one that is not attacked yet."""
        if run.adversarial is None:
            write_png(path, run.source.picture)
        else:
            write_png(path, run.adversarial, store.describe(run))

    def save_folders(self, runs: list[AttackRun]) -> None:
        """A folder an image: the original, the adversarial, the difference and the record."""
        dialog = QFileDialog(self._window, self.tr("Export into"), self._exports.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)

        def write(path: str) -> None:
            many = self.tr("Saved {0} folders in {1}.").format(len(runs), "{0}")
            said = many if len(runs) > 1 else self.tr("Saved a folder in {0}.")
            self._write(path, lambda: _copy(runs, Path(path)), said)

        self._exports.run_dialog(dialog, write)

    def save_figure(self, runs: list[AttackRun], factor: int | None) -> None:
        """The images, their differences and the table, laid out as the lecture's slide."""

        def write(path: str) -> None:
            from gui import figure  # the PDF writer is not needed before

            save = figure.save_pdf if path.lower().endswith(".pdf") else figure.save_png
            self._write(path, lambda: save(Path(path), runs, factor))

        filters = self.tr("PNG image (*.png)") + ";;" + self.tr("PDF document (*.pdf)")
        self._exports.ask_save(self.tr("Export figure"), "adversarial.png", filters, "", write)

    def save_table(self, runs: list[AttackRun]) -> None:
        """The classes, iterations by images."""

        def write(path: str) -> None:
            self._write(path, lambda: store.write_table(Path(path), runs))

        self._exports.ask_save(
            self.tr("Export table"), "classes.csv", self.tr("CSV table (*.csv)"), "csv", write
        )

    def _write(self, path: str, write: Callable[[], object], said: str = "") -> None:
        try:
            write()
        except (OSError, RunError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.failed.emit(self.tr("{0} cannot be written: {1}").format(Path(path).name, reason))
            return
        target = Path(path)
        self.done.emit((said or self.tr("Saved {0}.")).format(target.name), target)


def _copy(runs: list[AttackRun], parent: Path) -> None:
    for run in runs:
        target = store.new_folder(parent, run)
        if run.folder is not None and run.ended and (run.folder / "run.json").exists():
            shutil.copytree(run.folder, target, dirs_exist_ok=True)
        else:
            here = run.folder
            store.save(run, target)
            run.folder = here
