"""What each action, button and menu entry does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from engine.runs import data_folder
from gui import theme
from gui.attack_commands import AttackCommands
from gui.dialogs.about import AboutDialog
from gui.errors import reports_folder
from gui.history_desk import show_folder
from gui.intake import IMAGES, WEIGHTS
from gui.maximize_commands import MaximizeCommands
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
        self._maximize = MaximizeCommands(controller, window)
        self._attack = AttackCommands(controller, window)
        controller.adversarial.commands = self._attack
        a, recipe = window.actions_, window.recipe
        for action, does in (
            (a.open, self._open),
            (a.open_weights, controller.desk.ask_weights),
            (a.network_settings, controller.desk.ask_settings),
            (a.network_file, controller.desk.show_file),
            (a.network_reload, controller.reopen_network),
            (a.save_image, self._on_page("save_image")),
            (a.copy_image, self._on_page("copy_image")),
            (a.export_run, self._on_page("export_run")),
            (a.export_figure, self._on_page("export_figure")),
            (a.export_table, self._on_page("export_table")),
            (a.quit, window.close),
            (a.paste, window.drop_zone.paste),
            (a.copy_table, self._on_page("copy_table")),
            (a.clear_images, controller.adversarial.attacks.clear),
            (a.start, self._start),
            (a.pause, controller.pause),
            (a.stop, controller.stop),
            (a.queue, self._queue),
            (a.clear_queue, controller.jobs.forget_waiting),
            (a.attack_image, self._maximize.attack),
            (a.sphere, self._attack.sphere_all),
            (a.copy_command, self._on_page("copy_command")),
            (a.copy_python, self._on_page("copy_python")),
            (a.fit, self._on_page("fit")),
            (a.actual_size, self._on_page("actual_size")),
            (a.zoom_in, self._on_page("zoom_in")),
            (a.zoom_out, self._on_page("zoom_out")),
            (a.live, self._on_page("follow")),
            (a.find, self._find),
            (a.look, window.show_unit),
            (a.reset_layout, window.reset_layout),
            (a.reports, self._show_reports),
            (a.data, self._show_data),
            (a.about, self._about),
        ):
            action.triggered.connect(_plain(does))
        for name, action in a.pages.items():
            action.triggered.connect(_plain(partial(window.show_page, name)))
        for action in (a.theme_system, a.theme_light, a.theme_dark):
            action.setChecked(action.data() == settings.theme)
        a.themes.triggered.connect(self._set_theme)
        for panel in (recipe, window.attack_recipe, window.evolve_recipe):
            panel.save_requested.connect(self._on_page("save_recipe"))
            panel.open_requested.connect(controller.exports.open_recipe)
            panel.copy_command_requested.connect(self._on_page("copy_command"))
            panel.copy_python_requested.connect(self._on_page("copy_python"))
        window.adversarial.open_images_requested.connect(self._open_images)

    def _on_page(self, name: str) -> Callable[[], None]:
        """What a command means on the page in front."""

        def call() -> None:
            front = self._c.pages.front
            does = getattr(self._maximize if front is None else front.commands, name, None)
            if does is not None:
                does()

        return call

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
        kinds = " ".join(f"*{x}" for x in (*IMAGES, *WEIGHTS))
        self._ask(self.tr("Images, runs, weights") + f" ({kinds} run.json *.json)")

    @Slot()
    def _open_images(self) -> None:
        self._ask(self.tr("Images") + f" ({' '.join(f'*{x}' for x in IMAGES)})")

    def _ask(self, kinds: str) -> None:
        self._c.exports.ask_open_many(
            self.tr("Open"),
            kinds + ";;" + self.tr("All files") + " (*)",
            lambda paths: self._c.intake.files([Path(x) for x in paths]),
        )

    @Slot()
    def _find(self) -> None:
        if not self._window.place(self._window.page_name).tree:
            self._window.show_page("maximize")
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
