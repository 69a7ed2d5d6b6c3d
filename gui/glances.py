"""Which pictures a unit's map can be looked at on: the canvas', the starting one, a run's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from gui.history_desk import HistoryDesk
from gui.runview import RunView
from gui.starting import Starting
from gui.unit_desk import UnitDesk


class Glances(QObject):
    """Brings a picture to the unit's panel, whoever has it; ``select`` chooses a unit."""

    def __init__(
        self,
        window: Any,
        unit: UnitDesk,
        view: RunView,
        starting: Starting,
        history: HistoryDesk,
        select: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._unit = unit
        self._view = view
        self._starting = starting
        self._select = select
        menu = window.unit_panel.menu
        menu.aboutToShow.connect(self._offer)
        menu.canvas_requested.connect(self._look_at_canvas)
        menu.start_requested.connect(self._look_at_start)
        window.tree.look_requested.connect(self._on_look)
        starting.look_wanted.connect(unit.look_at)
        history.look_wanted.connect(unit.look_at_file)
        history.keeper.found.connect(unit.pictures.add)
        unit.run_wanted.connect(history.open)

    @Slot()
    def _offer(self) -> None:
        self._window.unit_panel.menu.set_offers(
            canvas=self._view.picture is not None, start=self._starting.picture is not None
        )

    @Slot()
    def _look_at_canvas(self) -> None:
        view = self._view
        if view.picture is not None:
            title = view.run.title if view.run is not None else self.tr("image")
            self._unit.look_at(view.picture, title)

    @Slot()
    def _look_at_start(self) -> None:
        start = self._starting
        if start.picture is not None:
            self._unit.look_at(start.picture, start.name, start.path)

    @Slot(str)
    def _on_look(self, unit: str) -> None:
        self._select(unit)
        self._window.show_unit()
        self._unit.ask_image_if_none()
