"""What a person does with the History: open, compare, start from, delete and bring back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from engine import images
from engine.attacks.parcels import AttackRun
from engine.evolution.parcels import EvolveRun
from gui.history_keeper import HistoryKeeper, picture_of
from gui.run_reader import RunReader
from gui.views.compare import CompareDialog


class HistoryDesk(QObject):
    """Between the strip and the folder; deleting asks in the message bar and can be undone."""

    opened = Signal(object)  # Run, with its rows and pictures
    attack_opened = Signal(object, int)  # list[AttackRun], attacked together; which was meant
    evolve_opened = Signal(object)  # EvolveRun
    attack_wanted = Signal(object)  # list[Path] of pictures to attack
    look_wanted = Signal(object)  # Path of a picture whose activations are to be shown
    start_given = Signal(object, str, str)  # Picture, name, file

    def __init__(self, window: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._messages = window.messages
        self.keeper = HistoryKeeper(window.history, self)
        self._reader = RunReader(self)
        self._reader.failed.connect(self._messages.error)
        window.history.opened.connect(self.open)
        window.history.delete_requested.connect(self._ask_delete)
        window.history.compare_requested.connect(self._compare)
        window.history.start_from_requested.connect(self._start_from)
        window.history.attack_requested.connect(self._attack)
        window.history.look_requested.connect(self._look)
        window.actions_.undo_delete.triggered.connect(self.keeper.undo)
        window.actions_.undo_delete.setEnabled(False)
        self.keeper.undo_changed.connect(window.actions_.undo_delete.setEnabled)
        self.keeper.deleted.connect(self._on_deleted)
        self.keeper.restored.connect(self._on_restored)
        self.keeper.failed.connect(self._messages.error)

    def end(self) -> None:
        """Lists and reads nothing more."""
        self.keeper.end()
        self._reader.end()

    @Slot(object)
    def open(self, folder: Path) -> None:
        """Opens a run folder with its table and its timeline."""

        def show(found: list[Any]) -> None:
            if isinstance(found[0], list):
                which = next((i for i, x in enumerate(found[0]) if x.folder == Path(folder)), 0)
                self.attack_opened.emit(found[0], which)
            elif isinstance(found[0], EvolveRun):
                self.evolve_opened.emit(found[0])
            else:
                self.opened.emit(found[0])

        self._reader.read([Path(folder)], show)

    @Slot(object)
    def _ask_delete(self, folders: list[Path]) -> None:
        if not folders:
            return
        text = (
            self.tr("Delete this run from the History?")
            if len(folders) == 1
            else self.tr("Delete {0} runs from the History?").format(len(folders))
        )
        self._messages.ask(
            text,
            [
                (self.tr("Delete"), lambda: self.keeper.delete(list(folders))),
                (self.tr("Keep"), lambda: None),
            ],
        )

    @Slot(int)
    def _on_deleted(self, count: int) -> None:
        text = self.tr("Run deleted.") if count == 1 else self.tr("{0} runs deleted.").format(count)
        self._messages.notice(text, [(self.tr("Undo"), self.keeper.undo)])

    @Slot(int)
    def _on_restored(self, count: int) -> None:
        # In the place of "Run deleted", which is no longer true.
        text = self.tr("Run brought back.")
        self._messages.notice(
            text if count == 1 else self.tr("{0} runs brought back.").format(count)
        )

    @Slot(object, object)
    def _compare(self, first: Path, second: Path) -> None:
        def show(found: list[Any]) -> None:
            runs = [
                _of(x, folder) if isinstance(x, list) else x
                for x, folder in zip(found, (first, second), strict=True)
            ]
            CompareDialog(runs[0], runs[1], self._window).open()

        self._reader.read([first, second], show)

    @Slot(object)
    def _start_from(self, folder: Path) -> None:
        path = picture_of(Path(folder))
        try:
            self.start_given.emit(images.read(path), Path(folder).name, str(path))
        except images.ImageError as error:
            self._messages.error(str(error))

    @Slot(object)
    def _look(self, folder: Path) -> None:
        self.look_wanted.emit(picture_of(Path(folder)))

    @Slot(object)
    def _attack(self, folders: list[Path]) -> None:
        self.attack_wanted.emit([picture_of(Path(x)) for x in folders])


def _of(runs: list[AttackRun], folder: Path) -> AttackRun:
    return next((run for run in runs if run.folder == folder), runs[0])


def show_folder(folder: Path) -> None:
    """Shows a folder in the system's file manager."""
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
