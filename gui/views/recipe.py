"""The recipe: the preset on top, under it every value that makes one picture unlike another."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.jobs import Picture
from engine.recipes import PRESETS, Recipe, RecipeError
from engine.units import NetworkInfo
from gui import theme
from gui.views.image_fields import ElidedLabel
from gui.views.recipe_parts import (
    CHANGED_DELAY_MS,
    Footer,
    head_choice,
    keep_room,
    mark_header,
    scrolled,
    tool_button,
)
from gui.views.recipe_rows import RecipeRows

_HEADER = "—"  # what stands over presets; "" is a recipe of none


class RecipePanel(QWidget):
    """Holds a recipe whole: what a field cannot show exactly is kept until the person turns it."""

    recipe_changed = Signal(object)  # Recipe
    start_removed = Signal()
    save_requested = Signal()
    open_requested = Signal()
    copy_command_requested = Signal()
    copy_python_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipePanel")
        self._recipe = PRESETS["balanced"].recipe
        self._running = False
        self.rows = RecipeRows()
        self.rows.turned.connect(self._set)
        self.rows.start_removed.connect(self.start_removed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHANGED_DELAY_MS)
        self._timer.timeout.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_top())
        column.addWidget(scrolled(self.rows), 1)
        column.addWidget(self._build_footer())
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
        # One line, whatever it says: what is under it must not move while a value is turned.
        self._says = ElidedLabel()
        self._reset = tool_button("reset", self.tr("Reset"), self.tr("Back to the preset's values"))
        self._reset.clicked.connect(self._reset_values)
        keep_room(self._reset)
        line = QHBoxLayout()
        line.addWidget(self._says, 1)
        line.addWidget(self._reset)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 6)
        top.setSpacing(4)
        top.addWidget(self._presets)
        top.addLayout(line)
        return top

    def _build_footer(self) -> Footer:
        footer = Footer()
        footer.save_requested.connect(self.save_requested)
        footer.open_requested.connect(self.open_requested)
        footer.copy_command_requested.connect(self.copy_command_requested)
        footer.copy_python_requested.connect(self.copy_python_requested)
        return footer

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

    @Slot()
    def _tell(self) -> None:
        self.recipe_changed.emit(self._recipe)

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
        self._reset.setVisible(bool(differing))
        if differing:
            titles = [self.rows.titles.get(name, name).lower() for name in differing]
            self._says.set_text(self.tr("Changed: {0}").format(", ".join(titles)))
        else:
            self._says.set_text(whole.partition(":")[0].removesuffix(".") + ".")
            self._says.setToolTip("\n".join(filter(None, (whole, preset.source if preset else ""))))
        kind = "warning" if differing else "muted"
        if self._says.property("kind") != kind:
            theme.set_kind(self._says, kind)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_presets"):
            for row in range(self._presets.count()):
                if self._presets.itemData(row) == _HEADER:
                    mark_header(self._presets, row)
