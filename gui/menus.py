"""The menu bar, built from the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.window import Window


def build_menus(window: Window) -> list[QMenu]:
    """Fills the menu bar; gives the menus, which must be kept."""

    def t(text: str) -> str:
        return QCoreApplication.translate("Menus", text)

    a = window.actions_
    bar = window.menuBar()
    file = bar.addMenu(t("&File"))
    file.addActions([a.open, a.open_weights])
    file.addSeparator()
    file.addActions([a.save_image, a.copy_image])
    file.addSeparator()
    file.addActions([a.export_run, a.export_figure, a.export_table])
    file.addSeparator()
    file.addAction(a.quit)
    edit = bar.addMenu(t("&Edit"))
    edit.addActions([a.undo_delete])
    edit.addSeparator()
    edit.addActions([a.copy_table, a.paste, a.clear_images])
    edit.addSeparator()
    edit.addAction(a.find)
    network = bar.addMenu(t("&Network"))
    network.addAction(a.open_weights)
    network.addSeparator()
    network.addActions([a.network_settings, a.network_reload, a.network_file])
    run = bar.addMenu(t("&Run"))
    run.addActions([a.start, a.pause, a.stop])
    run.addSeparator()
    run.addActions([a.queue, a.clear_queue])
    run.addSeparator()
    run.addActions([a.attack_image, a.sphere])
    run.addSeparator()
    run.addActions([a.copy_command, a.copy_python])
    view = bar.addMenu(t("&View"))
    view.addActions(list(a.pages.values()))
    view.addSeparator()
    view.addActions([a.fit, a.actual_size, a.zoom_in, a.zoom_out])
    view.addSeparator()
    view.addActions([a.live, a.look])
    view.addSeparator()
    for dock in (
        window.tree_dock,
        window.predictions_dock,
        window.recipe_dock,
        window.unit_dock,
        window.history_dock,
    ):
        toggle = dock.toggleViewAction()
        toggle.setToolTip(t("Shows or hides this panel"))
        view.addAction(toggle)
    view.addSeparator()
    theme = view.addMenu(t("&Theme"))
    theme.addActions([a.theme_system, a.theme_light, a.theme_dark])
    view.addAction(a.reset_layout)
    help_ = bar.addMenu(t("&Help"))
    help_.addActions([a.data, a.reports])
    help_.addSeparator()
    help_.addAction(a.about)
    menus = [file, edit, network, run, view, help_, theme]
    for menu in menus:
        menu.setToolTipsVisible(True)
    return menus
