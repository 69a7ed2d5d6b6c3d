"""The evolution's recipe: the preset on top, under it every value that its encoding reads."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.evolution.recipe import PRESETS, EvolveRecipe, preset
from engine.recipes import RecipeError
from engine.units import NetworkInfo
from gui.views.evolve_rows import EvolveRows
from gui.views.recipe_frame import RecipeFrame
from gui.views.recipe_parts import (
    head_choice,
)

_KEPT = ("classes", "seed")  # the person's choice, whatever the preset


class EvolveRecipePanel(RecipeFrame):
    """Holds a recipe whole: what a field cannot show exactly is kept until the person turns it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("evolveRecipePanel", parent)
        self._side = 0  # of the network's images: presets differ for digits and photographs
        self._recipe = preset()
        self.rows = EvolveRows()
        self.rows.turned.connect(self._set)
        self._assemble(self._build_top(), self.rows)
        self.set_recipe(self._recipe)

    # --- setters

    def recipe(self) -> EvolveRecipe:
        """The recipe as it is shown, what was turned a moment ago included."""
        return self._recipe

    def set_recipe(self, recipe: EvolveRecipe) -> None:
        """Shows a recipe; says nothing."""
        self._timer.stop()
        self._recipe = recipe
        self._show()
        self._show_preset()

    def set_running(self, running: bool) -> None:
        """While it runs only what can be turned is enabled, and marked."""
        self._running = running
        self._presets.setEnabled(not running)
        self._reset.setEnabled(not running)
        self.rows.show_rows(self._recipe, running)

    def set_network(self, info: NetworkInfo) -> None:
        """A network is there: an untouched preset becomes the one for its images; classes that
        it has not are forgotten."""
        untouched = not self._differing()
        self._side = info.input_size
        self.rows.set_network(info)
        recipe = self._recipe
        try:
            recipe.chosen(len(info.classes))
        except RecipeError:
            recipe = recipe.changed(classes="all")
        if untouched and recipe.preset in PRESETS:
            recipe = self._of_preset(recipe.preset, recipe)
        self.set_recipe(recipe)

    # --- building

    def _build_top(self) -> QVBoxLayout:
        self._presets = head_choice(
            self.tr("Preset"), self.tr("Sets all values to those of a known recipe")
        )
        for name, known in PRESETS.items():
            self._presets.addItem(known.title, name)
            row = self._presets.count() - 1
            self._presets.setItemData(row, known.description, Qt.ItemDataRole.ToolTipRole)
        self._presets.activated.connect(self._preset_chosen)
        line = self._says_line(self.tr("Back to the preset's values"))
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 6)
        top.setSpacing(4)
        top.addWidget(self._presets)
        top.addLayout(line)
        return top

    # --- what the person does

    @Slot(str, object)
    def _set(self, name: str, value: Any) -> None:
        if name == "encoding" and not self._differing() and self._recipe.preset in PRESETS:
            self.set_recipe(self._of_preset(self._recipe.preset, self._recipe, value))
            self._timer.start()
            return
        try:
            self._recipe = self._recipe.changed(**{name: value})
        except RecipeError:  # a field let through what a recipe cannot be: show what holds
            self._show()
            return
        if name == "encoding":
            self.rows.show_rows(self._recipe, self._running)
        self._show_preset()
        self._timer.start()

    @Slot(int)
    def _preset_chosen(self, row: int) -> None:
        name = self._presets.itemData(row)
        if name in PRESETS:
            self.set_recipe(self._of_preset(name, self._recipe))
            self._timer.start()

    @Slot()
    def _reset_values(self) -> None:
        self.set_recipe(self._of_preset(self._recipe.preset, self._recipe))
        self._timer.start()

    def _of_preset(self, name: str, recipe: EvolveRecipe, encoding: str = "") -> EvolveRecipe:
        found = preset(name, encoding or recipe.encoding, self._side)
        return found.changed(**{name: getattr(recipe, name) for name in _KEPT})

    def _differing(self) -> list[str]:
        known = self._recipe.preset in PRESETS
        if not known:
            return []
        own = preset(self._recipe.preset, self._recipe.encoding, self._side)
        return [name for name in own.differences(self._recipe) if name not in _KEPT]

    # --- what it says

    def _show(self) -> None:
        self.rows.show_recipe(self._recipe)
        self.rows.show_rows(self._recipe, self._running)

    def _show_preset(self) -> None:
        known = PRESETS.get(self._recipe.preset)
        custom = self._presets.findData("")
        if known is None and custom < 0:
            self._presets.addItem(self.tr("Custom"), "")
        elif known is not None and custom >= 0:
            self._presets.removeItem(custom)
        self._presets.setCurrentIndex(self._presets.findData(known.name if known else ""))
        differing = self._differing()
        if differing:
            titles = [self.rows.titles.get(name, name).lower() for name in differing]
            self._say(self.tr("Changed: {0}").format(", ".join(titles)), True)
        else:
            whole = known.description if known else self.tr("Values of your own, from no preset.")
            self._say(whole.partition(":")[0].removesuffix(".") + ".", False)
            self._says.setToolTip(whole)
