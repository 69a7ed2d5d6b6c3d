"""The starting image of the next run, and pictures that carry the recipe of theirs."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import NetworkRef, Picture
from engine.recipes import Recipe, RecipeError


class Starting(QObject):
    """Keeps the starting image; says in the message bar what a dropped picture can do."""

    start_wanted = Signal()
    look_wanted = Signal(object, str, str)  # Picture, name, file
    repeat_wanted = Signal(object, str)  # NetworkRef, unit; the recipe is in its panel

    def __init__(self, window: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recipe = window.recipe
        self._messages = window.messages
        self.picture: Picture | None = None
        self.path = ""  # empty where the picture came without a file
        self.name = ""
        window.recipe.start_removed.connect(self.remove)

    @Slot(object, str, str)
    def take(self, picture: Picture, name: str, path: str = "") -> None:
        """The next run starts from this picture, unless it is only to be looked at."""
        before = (self.picture, self.name, self.path)
        self._set(picture, name, path)

        def look() -> None:
            self._put_back(before)
            self.look_wanted.emit(picture, name, path)

        self._messages.notice(
            self.tr("The next run starts from {0}.").format(name),
            [
                (self.tr("Start from it"), self.start_wanted.emit),
                (self.tr("Show activations"), look),
                (self.tr("Remove"), self.remove),
            ],
        )

    @Slot()
    def remove(self) -> None:
        """The next run starts from noise."""
        self.picture, self.name, self.path = None, "", ""
        self._recipe.set_start(None, "")

    @Slot(object, object, str, str)
    def offer_repeat(
        self, document: dict[str, Any], picture: Picture, name: str, path: str
    ) -> None:
        """A picture that carries its recipe: the starting image, or the run once more."""
        before = (self.picture, self.name, self.path)
        self._set(picture, name, path)

        def repeat() -> None:
            try:
                network = document["network"]
                ref = NetworkRef(
                    str(network["name"]),
                    str(network.get("weights") or ""),
                    str(network.get("sha256") or ""),
                )
                recipe, unit = Recipe.from_dict(document["recipe"]), str(document["unit"])
            except (KeyError, TypeError, AttributeError, RecipeError) as error:
                self._messages.error(self.tr("Its recipe cannot be read: {0}").format(error))
                return
            self.remove()
            self._recipe.set_recipe(recipe)
            self.repeat_wanted.emit(ref, unit)

        self._messages.ask(
            self.tr("{0} carries the recipe that made it.").format(name),
            [
                (self.tr("Repeat its run"), repeat),
                (self.tr("Start from it"), self.start_wanted.emit),
                (self.tr("Neither"), partial(self._put_back, before)),
            ],
        )

    def _put_back(self, before: tuple[Picture | None, str, str]) -> None:
        self.remove()
        if before[0] is not None:
            self._set(before[0], before[1], before[2])

    def _set(self, picture: Picture, name: str, path: str) -> None:
        self.picture, self.name, self.path = picture, name, path
        self._recipe.set_start(picture, name)
