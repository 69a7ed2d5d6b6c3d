"""What the window's actions do on the Atlas page, and what leaves it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThreadPool, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from engine.atlas.store import Store
from engine.jobs import Run
from engine.runs import RunError
from engine.units import UnitError, parse_unit
from gui.exports import Exports
from gui.history_desk import show_folder
from gui.session import file_stem

if TYPE_CHECKING:
    from gui.atlas_desk import AtlasDesk

WAIT_MS = 10_000


class AtlasCommands(QObject):
    """The window's commands on the page, and its own export menu."""

    _written = Signal(str, str)  # the page's path, or what went wrong

    def __init__(self, atlas: AtlasDesk, window: Any, exports: Exports) -> None:
        super().__init__(atlas)
        self._atlas = atlas
        self._window = window
        self._page = window.atlas
        self._exports = exports
        self._page.save_seen_requested.connect(self.export_figure)
        self._page.folder_requested.connect(self._show_folder)
        self._page.export_requested.connect(self.export_run)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._written.connect(self._on_written)

    def fit(self) -> None:
        """The whole network."""
        self._page.sheet.show_whole()

    def zoom_in(self) -> None:
        """Nearer."""
        self._page.sheet.zoom_in()

    def zoom_out(self) -> None:
        """Further away."""
        self._page.sheet.zoom_out()

    @Slot()
    def save_image(self) -> None:
        """The selected unit's picture as a PNG that carries its recipe."""
        run = self._selected()
        if run is not None and run.result is not None:
            self._exports.save_image(run, run.result, run.recipe.steps)

    def copy_image(self) -> None:
        """The selected unit's picture, into the clipboard."""
        run = self._selected()
        if run is not None and run.result is not None:
            self._exports.copy_image(run.result)

    @Slot()
    def export_figure(self) -> None:
        """The sheet as it is zoomed now, as a PNG."""
        picture = self._page.sheet.seen()

        def write(path: str) -> None:
            if picture.save(path, "PNG"):
                self._exports.done.emit(self.tr("Saved {0}.").format(Path(path).name))
            else:
                name = Path(path).name
                self._exports.failed.emit(self.tr("{0} cannot be written.").format(name))

        name = f"{file_stem(self._title())}-atlas.png"
        kinds = self.tr("PNG image (*.png)")
        self._exports.ask_save(self.tr("Save what is seen"), name, kinds, "png", write)

    @Slot()
    def export_run(self) -> None:
        """The contact sheet that opens in any browser, into a folder; written in a thread."""
        store = self._atlas.store
        if store is None:
            return
        dialog = QFileDialog(
            self._window, self.tr("Save the contact sheet into"), self._exports.folder
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        source = store.path.parent
        self._exports.run_dialog(dialog, lambda path: self.write_page(source, Path(path)))

    def write_page(self, source: Path, folder: Path) -> None:
        """Writes the contact sheet of a store's folder into another."""
        self._window.messages.notice(self.tr("Writing the contact sheet…"))
        self._pool.start(partial(self._write, source, folder))

    def _write(self, source: Path, folder: Path) -> None:
        # In the pool's thread, where an exception would be lost.
        from engine.atlas import sheet  # with what it needs, only when it is wanted

        path, wrong = "", ""
        try:
            with Store.open(source) as store:
                path = str(sheet.write(store, folder))
        except RunError as error:
            wrong = str(error)
        except Exception as error:
            wrong = self.tr("The contact sheet cannot be written: {0}.").format(error)
        self._written.emit(path, wrong)

    @Slot(str, str)
    def _on_written(self, path: str, wrong: str) -> None:
        if wrong:
            self._window.messages.error(wrong)
            return
        opens = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(path))
        self._window.messages.notice(
            self.tr("Saved {0}.").format(Path(path).name), [(self.tr("Open it"), opens)]
        )

    def end(self) -> None:
        """Waits for a sheet that is being written."""
        self._written.disconnect(self._on_written)
        self._pool.waitForDone(WAIT_MS)

    @Slot()
    def _show_folder(self) -> None:
        store = self._atlas.store
        if store is not None:
            show_folder(store.path.parent)

    def _title(self) -> str:
        store = self._atlas.store
        return store.title if store is not None else self._atlas.network.name

    def _selected(self) -> Run | None:
        """The selected unit's picture as the run that would make it; ``None`` where it has none."""
        store, info = self._atlas.store, self._atlas.info
        if store is None or info is None:
            return None
        try:
            unit = parse_unit(self._page.sheet.selected(), info)
            picture = store.picture(unit)
        except (UnitError, RunError):
            return None
        if picture is None:
            self._window.messages.notice(self.tr("This unit has no picture yet."))
            return None
        run = Run(self._atlas.network, str(unit), info.title_of(unit), store.recipe, "cpu")
        run.frames.add(run.recipe.steps, picture)
        return run
