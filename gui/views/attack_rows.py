"""An attack's values, a row each: those that the chosen attack reads, in its own units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.attacks.recipe import BUDGET, FREE, METHODS, MINIMAL, RANDOM, AttackRecipe, Method
from gui import theme
from gui.views.fields import Segments, SliderField
from gui.views.image_fields import SeedField
from gui.views.sections import FieldLabel, Section
from gui.views.switch import Switch
from gui.views.target import TargetField
from gui.views.value_rows import ValueRows

_LEVELS = 255  # of an 8-bit pixel: lengths in L∞ are shown in these


class AttackRows(ValueRows):
    """The values of an attack; what it does not read is not there."""

    background_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._only: dict[str, Callable[[Method], bool]] = {}
        self._keys: dict[Section, list[str]] = {}
        self.stack([self._aim(), self._steps(), self._search(), self._images()])
        # Under the values: a low panel has room for little more than them.
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setContentsMargins(0, 8, 0, 4)
        theme.set_kind(self.about, "muted")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, self.about)

    def show_rows(self, recipe: AttackRecipe, running: bool) -> None:
        """Shows the rows of this recipe's attack; while one runs disables them, and says why."""
        for key, (field, label) in self._rows.items():
            there, tip = self.reads(key, recipe), self._tips[key]
            if running:
                tip += "\n" + self.tr("Set before an attack starts; stop this one to change it.")
            for part in (field, label):
                part.setVisible(there and (part is field or bool(label.text())))
                part.setEnabled(not running)
                part.setToolTip(tip)
        for section, keys in self._keys.items():
            section.setVisible(any(self.reads(key, recipe) for key in keys))

    def reads(self, key: str, recipe: AttackRecipe) -> bool:
        """Whether a row has any effect in a recipe."""
        method = METHODS[recipe.method]
        if key == "background":
            return True
        if key == "seed":
            drawn = recipe.random_start and "random_start" in method.reads
            return drawn or recipe.target == RANDOM
        return self._show[key][0] in method.reads and self._only.get(key, _always)(method)

    def title(self, name: str, recipe: AttackRecipe) -> str:
        """What a value is called in the row that shows it."""
        keys = [key for key in self.titles if self._show[key][0] == name]
        return next((self.titles[key] for key in keys if self.reads(key, recipe)), name)

    # --- building

    def _aim(self) -> Section:
        aim = Section(self.tr("Aim"))
        self.target = TargetField()
        self.target.name(self.tr("Target class"))
        self.target.changed.connect(lambda target: self.turned.emit("target", target))
        self.add(
            aim,
            "target",
            self.tr("Target"),
            self.tr("The class that the image is to become; type to search for it"),
            self.target,
            self.target.set_value,
        )
        # Beside the field itself, not beside what the field says under it.
        label = self._rows["target"][1]
        label.setFixedHeight(self.target.button.sizeHint().height())
        aim.rows.setAlignment(label, Qt.AlignmentFlag.AlignTop)
        return aim

    def _steps(self) -> Section:
        steps = Section(self.tr("Steps"))
        self._budget(steps)
        self.slider(
            steps,
            "steps",
            self.tr("Iterations"),
            self.tr("How many steps the attack takes at most; with a search, for each value of c"),
            SliderField(1, 1000, log=True, whole=True, ceiling=100_000),
        )
        self._step_length(steps)
        self.segments(
            steps,
            "step",
            self.tr("Gradient"),
            self.tr("What a step follows"),
            [
                ("plain", self.tr("As it is"), self.tr("Long where it is steep, as the lecture's")),
                ("unit", self.tr("Length 1"), self.tr("One length, also where it vanishes")),
            ],
        )
        self.segments(
            steps,
            "loss",
            self.tr("Climbs"),
            self.tr("What is climbed to fool the network"),
            [
                (
                    "cross-entropy",
                    self.tr("Cross-entropy"),
                    self.tr("Its gradient vanishes where the network is certain"),
                ),
                (
                    "margin",
                    self.tr("Margin"),
                    self.tr("The lead of the best other logit; its gradient never vanishes"),
                ),
            ],
        )
        start = Segments(
            [
                ("random", self.tr("Random"), self.tr("At a random point within ε")),
                ("image", self.tr("Image"), self.tr("At the image itself")),
            ]
        )
        start.name(self.tr("Starts at"))
        start.changed.connect(lambda value: self.turned.emit("random_start", value == "random"))
        self.add(
            steps,
            "random_start",
            self.tr("Starts at"),
            self.tr("Where the first step starts"),
            start,
            lambda on: start.set_value("random" if on else "image"),
        )
        return steps

    def _budget(self, section: Section) -> None:
        self._only["epsilon_inf"] = lambda method: method.norm == "inf"
        self._only["epsilon_2"] = lambda method: method.norm == "2"
        title = self.tr("Budget ε")
        field = SliderField(0.25, 64, log=True, factor=_LEVELS, suffix="/255", ceiling=_LEVELS)
        tip = self.tr("The most that any pixel may change, in 1/255")
        self.slider(section, "epsilon", title, tip, field, "epsilon_inf")
        field = SliderField(0.01, 20, log=True, ceiling=1000)
        tip = self.tr("The longest that the whole change may be: its 2-norm, pixels in [0, 1]")
        self.slider(section, "epsilon", title, tip, field, "epsilon_2")

    def _step_length(self, section: Section) -> None:
        self._only["lr_free"] = lambda method: method.goal == FREE
        self._only["lr_inf"] = lambda method: method.goal == BUDGET and method.norm == "inf"
        self._only["lr_2"] = lambda method: method.goal == BUDGET and method.norm == "2"
        self._only["lr_adam"] = lambda method: method.goal == MINIMAL
        field = SliderField(0.001, 100, log=True, ceiling=1e9)
        tip = self.tr("How far a step follows the gradient, in the network's normalized space")
        self.slider(section, "lr", self.tr("Step η"), tip, field, "lr_free")
        field = SliderField(0.1, 32, log=True, factor=_LEVELS, suffix="/255", ceiling=_LEVELS)
        tip = self.tr("How much a step changes every pixel, in 1/255")
        self.slider(section, "lr", self.tr("Step α"), tip, field, "lr_inf")
        field = SliderField(0.001, 10, log=True, ceiling=1000)
        tip = self.tr("How long a step is: its 2-norm, pixels in [0, 1]")
        self.slider(section, "lr", self.tr("Step α"), tip, field, "lr_2")
        field = SliderField(0.0001, 1, log=True, ceiling=1000)
        tip = self.tr("Adam's learning rate, in tanh space")
        self.slider(section, "lr", self.tr("Step"), tip, field, "lr_adam")

    def _search(self) -> Section:
        search = Section(self.tr("Search"))
        self.slider(
            search,
            "search_steps",
            self.tr("Values of c"),
            self.tr("How many weights c between fooling and a small change are tried"),
            SliderField(1, 30, whole=True),
        )
        self.slider(
            search,
            "initial_c",
            self.tr("First c"),
            self.tr("The first weight that is tried"),
            SliderField(1e-4, 1e4, log=True, ceiling=1e12),
        )
        self.slider(
            search,
            "confidence",
            self.tr("Lead κ"),
            self.tr("By how much the fooled class's logit must lead; 0 is just enough"),
            SliderField(0.1, 100, log=True, zero=True, ceiling=1e6),
        )
        self.slider(
            search,
            "overshoot",
            self.tr("Overshoot"),
            self.tr("How much further than the linearized boundary a step goes"),
            SliderField(0, 50, factor=100, suffix=" %", ceiling=1000),
        )
        self.slider(
            search,
            "candidates",
            self.tr("Candidates"),
            self.tr("How many of the most probable classes are looked at"),
            SliderField(2, 100, log=True, whole=True, ceiling=1000),
        )
        return search

    def _images(self) -> Section:
        images = Section(self.tr("Images"))
        self._switch(
            images,
            "lattice",
            self.tr("Stays fooled when saved"),
            self.tr("Ends on 8-bit pixels that still fool, at the price of a little more change."),
        )
        self._switch(
            images,
            "box",
            self.tr("Pixels stay in [0, 1]"),
            self.tr("Off, as in the lecture, they may leave what an image can hold."),
        )
        seed = SeedField()
        seed.edit.setAccessibleName(self.tr("Seed"))
        seed.dice.setToolTip(self.tr("Another seed: another random start, another random target"))
        seed.changed.connect(lambda value: self.turned.emit("seed", value))
        tip = self.tr("Of what is drawn at random; the same seed gives the same images")
        self.add(images, "seed", self.tr("Seed"), tip, seed, seed.set_value)
        self.background = Segments(
            [
                ("white", self.tr("White"), self.tr("Transparent parts become white")),
                ("grey", self.tr("Grey"), self.tr("Transparent parts become grey")),
                ("black", self.tr("Black"), self.tr("Transparent parts become black")),
            ]
        )
        self.background.set_value("white")
        self.background.name(self.tr("Transparent parts"))
        self.background.changed.connect(self.background_changed)
        self.add(
            images,
            "background",
            self.tr("Transparent"),
            self.tr("What the transparent parts of an image become"),
            self.background,
            self.background.set_value,
        )
        return images

    def _switch(self, section: Section, name: str, title: str, note: str) -> None:
        switch = Switch(title, note)
        switch.changed.connect(lambda on: self.turned.emit(name, on))
        section.add_wide(switch)
        label = FieldLabel("")
        label.setParent(self)
        label.hide()
        self.register(section, name, title, note, switch, label, switch.set_value, name)

    def register(
        self,
        section: Section,
        name: str,
        title: str,
        tip: str,
        field: QWidget,
        label: FieldLabel,
        show: Callable[[Any], None],
        key: str,
    ) -> None:
        super().register(section, name, title, tip, field, label, show, key)
        self._keys.setdefault(section, []).append(key)


def _always(_method: Method) -> bool:
    return True
