"""Evolution by hand: the liked images' children are asked of the engine and shown."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.evolution.lineage import GenomeOf
from engine.evolution.parcels import BreedQuestion, Brood, Shoot
from engine.evolution.recipe import EvolveRecipe, preset
from engine.messages import Failed
from engine.worker import next_number
from gui.network_desk import NetworkDesk
from gui.views.breeding import Child

CHILDREN = 15


class EvolveBreeding(QObject):
    """Keeps the genomes of the children that are shown."""

    failed = Signal(str, str)  # sentence, details
    attack_wanted = Signal(object, str)  # Picture, name

    def __init__(
        self,
        page: Any,
        engine: Any,
        desk: NetworkDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._engine, self._desk = page, engine, desk
        self._recipe = preset()
        self._shoots: tuple[Shoot, ...] = ()
        self._number = 0
        page.breeding.bred.connect(self._breed)
        page.breeding.attack_requested.connect(self._attack)
        engine.told.connect(self._on_told)

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self._engine.told.disconnect(self._on_told)

    def begin(
        self, recipe: EvolveRecipe, number: int | None = None, job: int = 0, folder: str = ""
    ) -> None:
        """The first children: of a class's image in that job's archive or folder, or random."""
        self._recipe = recipe
        self._page.open_breeding()
        self._ask(() if number is None else (GenomeOf(number, job, folder),))

    @Slot(object)
    def _breed(self, liked: Sequence[int]) -> None:
        self._ask(tuple(self._shoots[i].genome for i in liked if i < len(self._shoots)))

    @Slot(int)
    def _attack(self, place: int) -> None:
        shoot = self._shoots[place]
        self.attack_wanted.emit(shoot.picture, shoot.top[0][0])

    def _ask(self, parents: tuple[Any, ...]) -> None:
        if self._desk.info is None:
            return
        self._page.breeding.set_waiting()
        self._number = next_number()
        self._engine.ask(
            BreedQuestion(
                self._number,
                self._desk.ref,
                self._recipe,
                parents,
                CHILDREN,
                secrets.randbelow(2**31),
                self._desk.device,
            )
        )

    @Slot(object)
    def _on_told(self, told: object) -> None:
        if getattr(told, "number", 0) != self._number:
            return
        if isinstance(told, Brood):
            self._shoots = told.shoots
            self._page.breeding.set_children(
                [Child(x.picture, x.top[0][0], x.top[0][1]) for x in told.shoots]
            )
        elif isinstance(told, Failed):
            self._page.close_breeding()
            self.failed.emit(told.message, told.details)
