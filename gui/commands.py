"""What each action, button and menu entry does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from engine.jobs import Job
from engine.runs import data_folder
from gui import theme
from gui.dialogs.about import AboutDialog
from gui.errors import reports_folder
from gui.history_desk import show_folder
from gui.settings import Settings

if TYPE_CHECKING:
    from gui.controller import Controller


class Commands(QObject):
    """Connects the actions once; the controller's parts do the work."""

    def __init__(self, controller: Controller, window: Any, settings: Settings) -> None:
        super().__init__(controller)
        self._c = controller
        self._window = window
        self._settings = settings
        a, page, recipe = window.actions_, window.page, window.recipe
        for action, does in (
            (a.open, self._open),
            (a.open_weights, controller.desk.ask_weights),
            (a.save_image, self._save_image),
            (a.copy_image, self._copy_image),
            (a.export_run, self._export),
            (a.quit, window.close),
            (a.paste, window.drop_zone.paste),
            (a.copy_table, window.predictions.copy_all),
            (a.start, self._start),
            (a.pause, controller.jobs.pause),
            (a.stop, controller.stop),
            (a.queue, self._queue),
            (a.clear_queue, controller.jobs.forget_waiting),
            (a.copy_command, self._copy_command),
            (a.copy_python, self._copy_python),
            (a.fit, page.canvas.fit),
            (a.actual_size, page.canvas.actual_size),
            (a.zoom_in, page.canvas.zoom_in),
            (a.zoom_out, page.canvas.zoom_out),
            (a.live, controller.follow),
            (a.find, self._find),
            (a.reset_layout, window.reset_layout),
            (a.reports, self._show_reports),
            (a.data, self._show_data),
            (a.about, self._about),
        ):
            action.triggered.connect(_plain(does))
        for action in (a.theme_system, a.theme_light, a.theme_dark):
            action.setChecked(action.data() == settings.theme)
        a.themes.triggered.connect(self._set_theme)
        recipe.save_requested.connect(self._save_recipe)
        recipe.open_requested.connect(controller.exports.open_recipe)
        recipe.copy_command_requested.connect(self._copy_command)
        recipe.copy_python_requested.connect(self._copy_python)

    @Slot()
    def _start(self) -> None:
        self._c.start("")

    @Slot()
    def _queue(self) -> None:
        unit = self._window.tree.selected()
        if unit:
            self._c.enqueue([unit])

    @Slot()
    def _open(self) -> None:
        tr = self.tr
        self._c.exports.ask_open(
            tr("Open"),
            tr("Images, runs, weights")
            + " (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff run.json *.json"
            + " *.pth *.pt *.safetensors *.pt2);;"
            + tr("All files")
            + " (*)",
            self._take,
        )

    def _take(self, path: str) -> None:
        self._c.intake.files([Path(path)])

    @Slot()
    def _save_image(self) -> None:
        view = self._c.view
        if view.picture is not None:
            self._c.exports.save_image(view.run, view.picture, view.iteration)

    @Slot()
    def _copy_image(self) -> None:
        if self._c.view.picture is not None:
            self._c.exports.copy_image(self._c.view.picture)

    @Slot()
    def _export(self) -> None:
        if self._c.view.run is not None:
            self._c.exports.export_run(self._c.view.run)

    @Slot()
    def _save_recipe(self) -> None:
        self._c.exports.save_recipe(self._window.recipe.recipe())

    def _chosen(self) -> Job | None:
        """What Start would run now."""
        desk = self._c.desk
        if desk.info is None:
            return None
        unit = self._c.unit_or_first(self._window.tree.selected())
        return Job(0, desk.ref, unit, self._window.recipe.recipe(), desk.device)

    @Slot()
    def _copy_command(self) -> None:
        self._copy(self._c.exports.copy_command)

    @Slot()
    def _copy_python(self) -> None:
        self._copy(self._c.exports.copy_python)

    def _copy(self, copy: Callable[[Job, str], None]) -> None:
        chosen, starting = self._chosen(), self._c.starting
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

    @Slot()
    def _find(self) -> None:
        self._window.tree_dock.show()
        self._window.tree.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.tree.filter.selectAll()

    @Slot()
    def _show_reports(self) -> None:
        show_folder(reports_folder())

    @Slot()
    def _show_data(self) -> None:
        show_folder(data_folder())

    @Slot()
    def _about(self) -> None:
        AboutDialog(self._window).open()

    @Slot(QAction)
    def _set_theme(self, action: QAction) -> None:
        self._settings.theme = str(action.data())
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, self._settings.theme)


def _plain(does: Any) -> Any:
    """``triggered`` says whether the action is checked, which nobody here asks."""

    def call(_checked: bool = False) -> None:
        does()

    return call
