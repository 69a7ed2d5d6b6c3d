"""The recipe: the preset on top, under it every value that makes one picture unlike another."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.jobs import Picture
from engine.recipes import PRESETS, Recipe, RecipeError
from engine.units import NetworkInfo
from gui.views.recipe_frame import RecipeFrame
from gui.views.recipe_parts import (
    head_choice,
    mark_header,
)
from gui.views.recipe_rows import RecipeRows

_HEADER = "—"  # what stands over presets; "" is a recipe of none


class RecipePanel(RecipeFrame):
    """Holds a recipe whole: what a field cannot show exactly is kept until the person turns it."""

    start_removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("recipePanel", parent)
        self._recipe = PRESETS["balanced"].recipe
        self.rows = RecipeRows()
        self.rows.turned.connect(self._set)
        self.rows.start_removed.connect(self.start_removed)
        self._assemble(self._build_top(), self.rows)
        self.set_recipe(self._recipe)

    # --- setters

    def recipe(self) -> Recipe:
        """The recipe as it is shown, what was turned a moment ago included."""
        return self._recipe

    def set_recipe(self, recipe: Recipe) -> None:
        """Shows a recipe; says nothing."""
        self._timer.stop()
        self._recipe = recipe
        self.rows.show_recipe(recipe)
        self._show_preset()
        self.rows.show_enabled(recipe, self._running)

    def set_running(self, running: bool) -> None:
        """While a run goes on only what can be turned is enabled, and marked."""
        self._running = running
        self._presets.setEnabled(not running)
        self._reset.setEnabled(not running)
        self.rows.show_enabled(self._recipe, running)

    def set_start(self, picture: Picture | None, name: str = "") -> None:
        """What the next run starts from: an image, or noise."""
        self.rows.start.set_start(picture, name)

    def set_defaults(self, info: NetworkInfo) -> None:
        """The network's own values, shown where the recipe leaves them to it."""
        self.rows.size_field.set_network_size(info.input_size)

    # --- building

    def _build_top(self) -> QVBoxLayout:
        self._presets = head_choice(
            self.tr("Preset"), self.tr("Sets all values to those of a known recipe")
        )
        titles = {
            "own": self.tr("Unitscope's"),
            "lecture": self.tr("The lecture's"),
            "papers": self.tr("After papers"),
        }
        self._presets.setMaxVisibleItems(20)  # all of them, with what stands over them
        light = self.font()
        light.setWeight(light.Weight.Normal)  # the heavy letters are for what is chosen
        for group, title in titles.items():
            self._presets.addItem(title, _HEADER)
            mark_header(self._presets, self._presets.count() - 1)
            for preset in PRESETS.values():
                if preset.group == group:
                    self._presets.addItem(preset.title, preset.name)
                    row = self._presets.count() - 1
                    tip = "\n".join(filter(None, (preset.description, preset.source)))
                    self._presets.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
                    self._presets.setItemData(row, light, Qt.ItemDataRole.FontRole)
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
        try:
            self._recipe = self._recipe.changed(**{name: value})
        except RecipeError:  # a field let through what a recipe cannot be: show what holds
            self.rows.show_recipe(self._recipe)
            return
        self._show_preset()
        self.rows.show_enabled(self._recipe, self._running)
        self._timer.start()

    @Slot(int)
    def _preset_chosen(self, row: int) -> None:
        name = self._presets.itemData(row)
        if name in PRESETS:
            # The seed and the size are the person's choice, whatever the preset.
            self._take(PRESETS[name].recipe.changed(seed=self._recipe.seed, size=self._recipe.size))

    @Slot()
    def _reset_values(self) -> None:
        self._take(PRESETS[self._recipe.preset].recipe)

    def _take(self, recipe: Recipe) -> None:
        self.set_recipe(recipe)
        self._timer.start()

    def _show_preset(self) -> None:
        preset = PRESETS.get(self._recipe.preset)
        custom = self._presets.findData("")
        if preset is None and custom < 0:
            self._presets.addItem(self.tr("Custom"), "")
        elif preset is not None and custom >= 0:
            self._presets.removeItem(custom)
        self._presets.setCurrentIndex(self._presets.findData(preset.name if preset else ""))
        whole = preset.description if preset else self.tr("Values of your own, from no preset.")
        differing = list(preset.recipe.differences(self._recipe)) if preset else []
        if differing:
            titles = [self.rows.titles.get(name, name).lower() for name in differing]
            self._say(self.tr("Changed: {0}").format(", ".join(titles)), True)
        else:
            self._say(whole.partition(":")[0].removesuffix(".") + ".", False)
            self._says.setToolTip("\n".join(filter(None, (whole, preset.source if preset else ""))))

    def changeEvent(self, event: QEvent) -> None:
        """Follows the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_presets"):
            for row in range(self._presets.count()):
                if self._presets.itemData(row) == _HEADER:
                    mark_header(self._presets, row)
