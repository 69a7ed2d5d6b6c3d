"""The dialog of one's own network: what the engine says of its file, what is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal, Slot

from engine import images
from engine.catalogue import keeping, own
from engine.catalogue.own import Settings
from engine.jobs import NetworkError, NetworkRef
from engine.looking import Inspect, Inspected, Look, Looked
from engine.messages import Failed
from engine.worker import next_number
from gui.dialogs.network import NetworkDialog
from gui.dialogs.photograph import SAMPLES
from gui.exports import Exports
from gui.intake import IMAGES
from gui.views.dropzone import picture_in

PATIENCE_MS = 400  # a file that is read within it opens its dialog whole


class OwnDesk(QObject):
    """Reads a file, shows the dialog, tries what is typed on a photograph, remembers it."""

    opened = Signal(object)  # NetworkRef of a file whose settings are remembered now
    changed = Signal(object)  # the same, of the network that is open already
    failed = Signal(str)  # one sentence: the file is no network
    noted = Signal(str)  # one sentence of another kind

    def __init__(self, window: Any, engine: Any, exports: Exports, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._engine = engine
        self._exports = exports
        self._dialog: NetworkDialog | None = None
        self._ref = NetworkRef("")
        self._device = "auto"
        self._again = False  # whether the network is open already
        self._number = 0  # of the question whose answer is awaited
        self._first = False  # whether its answer tells of a network not shown before
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(PATIENCE_MS)
        self._waiting.timeout.connect(self._show)
        engine.told.connect(self._on_told)

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self._engine.told.disconnect(self._on_told)
        self._close()

    @property
    def dialog(self) -> NetworkDialog | None:
        """The dialog, while there is one."""
        return self._dialog

    def open(self, path: Path, device: str) -> None:
        """A file that may be a network's."""
        self._begin(path.name, NetworkRef("", str(path)), device, again=False)
        self._number = next_number()
        self._engine.ask(Inspect(self._number, str(path)))

    def change(self, ref: NetworkRef, title: str, device: str) -> None:
        """The network that is open, to be told otherwise."""
        self._begin(title, ref, device, again=True)
        self._look()

    def _begin(self, title: str, ref: NetworkRef, device: str, *, again: bool) -> None:
        self._close()
        self._ref, self._device, self._again, self._first = ref, device, again, True
        dialog = self._dialog = NetworkDialog(title, self._window, opened=again)
        dialog.architecture_chosen.connect(self._on_architecture)
        dialog.look_wanted.connect(self._look)
        dialog.sample_chosen.connect(self._on_photograph)
        dialog.photograph_wanted.connect(self._ask_photograph)
        dialog.names_wanted.connect(self._ask_names)
        dialog.dropped.connect(self._on_dropped)
        dialog.settled.connect(self._on_settled)
        dialog.finished.connect(self._on_finished)
        self._on_photograph(dialog.photograph.sample())
        self._waiting.start()

    @Slot()
    def _show(self) -> None:
        self._waiting.stop()
        if self._dialog is not None and not self._dialog.isVisible():
            self._dialog.open()

    def _close(self) -> None:
        self._waiting.stop()
        self._number = 0
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.finished.disconnect(self._on_finished)
            dialog.close()
            dialog.deleteLater()

    @Slot()
    def _on_finished(self) -> None:
        self._waiting.stop()
        self._dialog, self._number = None, 0

    # --- the engine's answers

    @Slot(object)
    def _on_told(self, message: object) -> None:
        dialog = self._dialog
        if dialog is None or getattr(message, "number", 0) != self._number:
            return
        if isinstance(message, Inspected):
            self._on_inspected(dialog, message)
        elif isinstance(message, Looked):
            if self._first:
                self._first = False
                dialog.set_facts(message.facts, message.remembered, message.spoiled)
                self._show()
            dialog.set_look(message)
        elif isinstance(message, Failed):
            self._on_failed(dialog, message)

    def _on_inspected(self, dialog: NetworkDialog, found: Inspected) -> None:
        if not found.usable:
            self._give_up(found.message)
            return
        dialog.set_architectures(found.guess, found.candidates, found.message)
        if found.guess:
            self._on_architecture(found.guess)
        else:
            self._show()

    def _on_failed(self, dialog: NetworkDialog, failed: Failed) -> None:
        if dialog.architecture.count():  # another architecture may be chosen
            dialog.set_fault(failed.message)
            self._show()
        else:
            self._give_up(failed.message)

    def _give_up(self, sentence: str) -> None:
        self._close()
        self.failed.emit(sentence)

    # --- questions

    @Slot(str)
    def _on_architecture(self, name: str) -> None:
        self._ref = NetworkRef(name, self._ref.weights)
        self._first = True
        self._look()

    @Slot()
    def _look(self) -> None:
        dialog = self._dialog
        if dialog is None or not self._ref.name:
            return
        settings = None if self._first else dialog.look_settings()
        if settings is None and not self._first:
            return  # until what is typed can be
        self._number = next_number()
        picture = dialog.photograph.picture
        self._engine.ask(Look(self._number, self._ref, self._device, settings, picture))

    # --- the person's files

    @Slot()
    def _ask_photograph(self) -> None:
        kinds = " ".join(f"*{x}" for x in IMAGES)
        self._exports.ask_open(
            self.tr("Choose a photograph"),
            self.tr("Images") + f" ({kinds});;" + self.tr("All files") + " (*)",
            self._on_photograph,
            self._dialog,
        )

    @Slot(object)
    def _on_photograph(self, path: Path | str) -> None:
        path = Path(path)
        if self._dialog is None:
            return
        try:
            picture = images.read(path)
        except images.ImageError as error:
            self._dialog.say(str(error))
            return
        ours = path.parent == SAMPLES
        name = path.stem.replace("-", " ").capitalize() if ours else path.name
        self._dialog.set_photograph(picture, name)

    @Slot()
    def _ask_names(self) -> None:
        self._exports.ask_open(
            self.tr("Names of the classes"),
            self.tr("Names, one a line, or JSON (*.txt *.json *.csv *.names)")
            + ";;"
            + self.tr("All files")
            + " (*)",
            self._on_names,
            self._dialog,
        )

    @Slot(object)
    def _on_names(self, path: Path | str) -> None:
        if self._dialog is None:
            return
        try:
            self._dialog.set_names(own.class_names(path))
        except NetworkError as error:
            self._dialog.say(str(error))

    @Slot(object)
    def _on_dropped(self, data: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths and paths[0].suffix.lower() in (".txt", ".json", ".names"):
            self._on_names(paths[0])
        elif paths:
            self._on_photograph(paths[0])
        elif self._dialog is not None and (picture := picture_in(data)) is not None:
            self._dialog.set_photograph(picture, self.tr("Dropped image"))

    # --- what is remembered

    @Slot(object)
    def _on_settled(self, settings: Settings) -> None:
        ref = self._ref
        try:
            if not keeping.keep(ref.weights, settings) and settings != Settings():
                self.noted.emit(
                    self.tr(
                        "{0} may not be written: the settings are remembered with Unitscope's own "
                        "data instead."
                    ).format(Path(ref.weights).parent)
                )
        except OSError as error:
            self.failed.emit(
                self.tr("The settings cannot be remembered ({0}); the network opens without.")
                .format(error.strerror or error)
            )  # fmt: skip
        (self.changed if self._again else self.opened).emit(ref)
