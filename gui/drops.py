"""What is dropped, pasted or opened goes to whoever can use it: the page in front above all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from engine.jobs import Picture
from gui.adversarial import Adversarial
from gui.exports import Exports
from gui.history_desk import HistoryDesk
from gui.intake import Intake
from gui.network_desk import NetworkDesk
from gui.page_desk import PageDesks
from gui.starting import Starting


class Drops(QObject):
    """``intake`` says what a thing is; this says where it goes."""

    def __init__(
        self,
        window: Any,
        pages: PageDesks,
        adversarial: Adversarial,
        desk: NetworkDesk,
        starting: Starting,
        history: HistoryDesk,
        exports: Exports,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._pages = pages
        self._adversarial = adversarial
        self._exports = exports
        self.intake = Intake(self)
        self.intake.run_given.connect(history.open)
        self.intake.weights_given.connect(desk.weights)
        self.intake.image_given.connect(starting.take)
        self.intake.images_given.connect(self._on_images)
        self.intake.recipe_given.connect(self._on_recipe)
        self.intake.repeat_given.connect(starting.offer_repeat)
        self.intake.refused.connect(window.messages.error)
        zone = window.drop_zone
        zone.files_dropped.connect(self.intake.files)
        zone.image_dropped.connect(self._on_picture)
        zone.refused.connect(window.messages.error)
        adversarial.drop.files_dropped.connect(self.intake.files)
        window.page_changed.connect(self._on_page)

    @Slot(str)
    def _on_page(self, _name: str) -> None:
        front = self._pages.front
        self.intake.several = front is not None and front.takes_images
        usual = self.tr("an image to start from · a run · a network's weights · a recipe")
        hint = (front.drop_hint() if front is not None else "") or usual
        self._window.drop_zone.set_hint(self.tr("Drop it anywhere"), hint)

    @Slot(object, str)
    def _on_picture(self, picture: Picture, name: str) -> None:
        front = self._pages.front
        if front is not None and front.takes_images:
            front.take(picture, name)
        else:
            self.intake.picture(picture, name)

    @Slot(object)
    def _on_images(self, paths: list[Path]) -> None:
        front = self._pages.front
        taker = front if front is not None and front.takes_images else self._adversarial
        taker.take_files(paths)

    @Slot(object)
    def _on_recipe(self, path: Path) -> None:
        self._exports.read_recipe(str(path))
