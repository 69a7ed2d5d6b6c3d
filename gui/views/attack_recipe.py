"""The attack and its values: what it is after in words, under it every value that it reads."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.attacks.recipe import BUDGET, FREE, METHODS, MINIMAL, AttackRecipe
from engine.recipes import RecipeError
from engine.units import NetworkInfo
from gui.views.attack_rows import AttackRows
from gui.views.recipe_frame import RecipeFrame
from gui.views.recipe_parts import (
    head_choice,
    mark_header,
)

_KEPT = ("target", "seed")  # the person's choice, whatever the attack


class AttackRecipePanel(RecipeFrame):
    """Holds a recipe whole: what a field cannot show exactly is kept until the person turns it."""

    background_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("attackRecipePanel", parent)
        self._recipe = METHODS["gradient-ascent"].recipe
        self._target = ""  # is kept for the next attack that takes one
        self.rows = AttackRows()
        self.rows.turned.connect(self._set)
        self.rows.background_changed.connect(self.background_changed)
        self._assemble(self._build_top(), self.rows)
        self.set_recipe(self._recipe)

    # --- setters

    def recipe(self) -> AttackRecipe:
        """The recipe as it is shown, what was turned a moment ago included."""
        return self._recipe

    def set_recipe(self, recipe: AttackRecipe) -> None:
        """Shows a recipe; says nothing."""
        self._timer.stop()
        self._recipe = recipe
        if METHODS[recipe.method].targeted:
            self._target = recipe.target
        self.rows.show_recipe(recipe)
        self._show_method()

    def set_running(self, running: bool) -> None:
        """While an attack runs nothing of it can be turned."""
        self._running = running
        self._methods.setEnabled(not running)
        self._reset.setEnabled(not running)
        self.rows.show_rows(self._recipe, running)

    def set_network(self, info: NetworkInfo) -> None:
        """The classes there are to aim at."""
        self.rows.target.set_classes(info.classes, info.title)

    def background(self) -> str:
        """The colour behind transparent images: ``white``, ``grey`` or ``black``."""
        return self.rows.background.value()

    def set_background(self, colour: str) -> None:
        """Shows the colour behind transparent images; says nothing."""
        self.rows.background.set_value(colour)

    # --- building

    def _build_top(self) -> QVBoxLayout:
        self._methods = head_choice(self.tr("Attack"), self.tr("How the network is fooled"))
        titles = {
            FREE: self.tr("The lecture's"),
            BUDGET: self.tr("Within a budget ε"),
            MINIMAL: self.tr("Least change"),
        }
        light = self.font()
        light.setWeight(light.Weight.Normal)  # the heavy letters are for what is chosen
        for goal, title in titles.items():
            self._methods.addItem(title, "")
            mark_header(self._methods, self._methods.count() - 1)
            for method in METHODS.values():
                if method.goal == goal:
                    self._methods.addItem(method.title, method.name)
                    tip = f"{method.description}\n{method.source}"
                    row = self._methods.count() - 1
                    self._methods.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
                    self._methods.setItemData(row, light, Qt.ItemDataRole.FontRole)
        self._methods.activated.connect(self._method_chosen)
        self._goal = QLabel()
        self._goal.setWordWrap(True)
        self._goal.setTextFormat(Qt.TextFormat.RichText)
        line = self._says_line(self.tr("Back to the values that this attack has at first"))
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 6)
        top.setSpacing(4)
        top.addWidget(self._methods)
        top.addWidget(self._goal)
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
        if name == "target":
            self._target = value
        if name in ("target", "random_start"):
            self.rows.show_rows(self._recipe, self._running)
        self._show_changes()
        self._timer.start()

    @Slot(int)
    def _method_chosen(self, row: int) -> None:
        name = self._methods.itemData(row)
        if name in METHODS and name != self._recipe.method:
            self._take(name)

    @Slot()
    def _reset_values(self) -> None:
        self._take(self._recipe.method)

    def _take(self, name: str) -> None:
        method = METHODS[name]
        target = self._target if method.targeted else ""
        self.set_recipe(method.recipe.changed(target=target, seed=self._recipe.seed))
        self._timer.start()

    # --- what it says

    def _show_method(self) -> None:
        method = METHODS[self._recipe.method]
        self._methods.setCurrentIndex(self._methods.findData(method.name))
        goals = {
            FREE: self.tr("<b>No bound.</b> Goes as far as its steps carry it."),
            BUDGET: self.tr("<b>Fixed budget.</b> Fools as well as it can within ε."),
            MINIMAL: self.tr("<b>Least change.</b> Finds the nearest that fools."),
        }
        self._goal.setText(goals[method.goal])
        self.rows.about.setText(method.description)
        self.rows.about.setToolTip(method.source)
        self.rows.show_rows(self._recipe, self._running)
        self._show_changes()

    def _show_changes(self) -> None:
        method = METHODS[self._recipe.method]
        differing = [
            name
            for name in method.recipe.differences(self._recipe)
            if name in method.reads and name not in _KEPT
        ]
        if differing:
            titles = ", ".join(self.rows.title(name, self._recipe).lower() for name in differing)
            self._say(self.tr("Changed: {0}").format(titles), True)
        else:
            self._say(method.source, False)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_methods"):
            for row in range(self._methods.count()):
                if not self._methods.itemData(row):
                    mark_header(self._methods, row)
