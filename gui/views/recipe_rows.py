"""The recipe's values, a row each, in sections."""

from __future__ import annotations

from PySide6.QtCore import Signal

from engine.recipes import PIXELS_ONLY, TURNABLE, Recipe, Values
from gui.views.fields import Segments, SliderField
from gui.views.image_fields import SeedField, SizeField, StartField
from gui.views.sections import Section
from gui.views.value_rows import ValueRows

# Rows that are not there where nothing would read them; other rows stand still.
_HIDDEN_UNREAD = PIXELS_ONLY | {"border"}


class RecipeRows(ValueRows):
    """The values of a recipe that maximizes a unit."""

    start_removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stack(self._sections())

    def show_enabled(self, recipe: Recipe, running: bool) -> None:
        """Disables what cannot be turned now, and says why."""
        for name, (field, label) in self._rows.items():
            turnable = name in TURNABLE
            enabled, tip = turnable or not running, self._tips[name]
            if not enabled:
                tip += "\n" + self.tr("Set before a run starts; stop this one to change it.")
            elif running:
                tip += "\n" + self.tr("Can be turned while the run goes on.")
            if name == "prior_weight" and recipe.prior == "none":
                enabled, tip = False, self.tr("There is no prior to weigh; choose one above.")
            field.setEnabled(enabled)
            label.setEnabled(enabled)
            label.set_live(running and turnable and enabled)
            for part in (field, label):
                part.setToolTip(tip)
                part.setVisible(name not in _HIDDEN_UNREAD or recipe.reads(name))
        self.after.setVisible(recipe.parameterization == "pixels")
        self.start.setEnabled(not running)

    def show_recipe(self, recipe: Values) -> None:
        """Shows every value, and opens what is folded away where the recipe uses it."""
        super().show_recipe(recipe)
        values = recipe.as_dict()
        if any(values[name] for name in PIXELS_ONLY - {"blur_every"}):
            self.after.set_open(True)

    # --- building

    def _sections(self) -> list[Section]:
        run = Section(self.tr("Run"))
        self.segments(
            run,
            "parameterization",
            self.tr("Moves"),
            self.tr("What is moved to make the image"),
            [
                ("pixels", self.tr("Pixels"), self.tr("Each pixel by itself")),
                (
                    "fourier",
                    self.tr("Fourier"),
                    self.tr("Fourier coefficients, in colours that vary apart"),
                ),
                (
                    "maco",
                    self.tr("Phases"),
                    self.tr("MACO: only the phases of a natural image's fixed spectrum"),
                ),
            ],
        )
        self.slider(
            run,
            "steps",
            self.tr("Iterations"),
            self.tr("How many steps the image takes"),
            SliderField(10, 10_000, log=True, whole=True, ceiling=1_000_000),
        )
        self.slider(
            run,
            "lr",
            self.tr("Step"),
            self.tr("The learning rate η, in normalized space; of phases, in radians"),
            SliderField(0.001, 10, log=True, ceiling=1e6),
        )
        self.slider(
            run,
            "lr_end",
            self.tr("Decays to"),
            self.tr("The step falls along a cosine to this part of itself; 100 % is constant"),
            SliderField(0, 100, factor=100, suffix=" %"),
        )
        self.segments(
            run,
            "optimizer",
            self.tr("Optimizer"),
            self.tr("How a gradient becomes a step"),
            [
                ("adam", "Adam", self.tr("Adam: a step of its own size for every pixel")),
                ("nadam", "NAdam", self.tr("Adam that looks ahead along its momentum")),
                ("sgd", "SGD", self.tr("Plain gradient steps")),
            ],
        )
        prior = Section(self.tr("Prior"))
        self.choice(
            prior,
            "prior",
            self.tr("Kind"),
            self.tr("What keeps the picture natural"),
            [
                ("multiscale-edge-energy", self.tr("Multi-scale edges")),
                ("total-variation", self.tr("Total variation")),
                ("natural-pre-image", self.tr("Natural pre-image")),
                ("l2", self.tr("Squared size")),
                ("none", self.tr("None")),
            ],
        )
        self.slider(
            prior,
            "prior_weight",
            self.tr("Weight"),
            self.tr("How much naturalness counts against the unit's response; 0 is without"),
            SliderField(0.01, 1000, log=True, zero=True, ceiling=1e9),
        )
        self.segments(
            prior,
            "scale",
            self.tr("Weighed"),
            self.tr("What the prior is weighed against"),
            [
                (
                    "unit",
                    self.tr("By the unit"),
                    self.tr(
                        "Against how strongly this unit responds: one weight serves every unit"
                    ),
                ),
                ("none", self.tr("As it is"), self.tr("Against the response itself")),
            ],
        )
        robust = Section(self.tr("Robustness"))
        self.slider(
            robust,
            "shift",
            self.tr("Shift"),
            self.tr("Largest random shift before each step, of the image's side"),
            SliderField(0, 50, factor=100, step=0.1, suffix=" %"),
        )
        self.slider(
            robust,
            "zoom",
            self.tr("Zoom"),
            self.tr("Largest random change of scale"),
            SliderField(0, 90, factor=100, suffix=" %"),
        )
        self.slider(
            robust,
            "rotation",
            self.tr("Rotation"),
            self.tr("Largest random rotation"),
            SliderField(0, 180, suffix="°"),
        )
        self.slider(
            robust,
            "crop",
            self.tr("Crop"),
            self.tr("Mean side of the random part that the network sees; 100 % shows it all"),
            SliderField(5, 100, factor=100, suffix=" %"),
        )
        self.segments(
            robust,
            "border",
            self.tr("Border"),
            self.tr("What is beside an image that is moved"),
            [
                ("reflection", self.tr("Mirrored"), self.tr("The image's reflection")),
                ("mean", self.tr("Grey"), self.tr("The network's mean colour")),
            ],
        )
        self.slider(
            robust,
            "noise",
            self.tr("Noise"),
            self.tr("Deviation of the noise that is added before each step; 0 is none"),
            SliderField(0.01, 1, log=True, zero=True, ceiling=10),
        )
        return [run, prior, robust, self._after_section(), self._image_section()]

    def _after_section(self) -> Section:
        self.after = after = Section(self.tr("After each step"))
        self.slider(
            after,
            "decay",
            self.tr("Decay"),
            self.tr("What every pixel loses at each step"),
            SliderField(0.01, 50, log=True, zero=True, factor=100, suffix=" %", ceiling=99.9),
        )
        self.slider(
            after,
            "blur",
            self.tr("Blur"),
            self.tr("σ of a Gaussian blur, in pixels; 0 is none"),
            SliderField(0, 5, step=0.1, suffix=" px", ceiling=50),
        )
        self.slider(
            after,
            "blur_every",
            self.tr("Blur every"),
            self.tr("How often, in iterations"),
            SliderField(1, 100, log=True, whole=True, ceiling=1_000_000),
        )
        self.slider(
            after,
            "small_norm",
            self.tr("Clear small"),
            self.tr("This part of the pixels, those of the smallest norm, is set to 0"),
            SliderField(0, 99, factor=100, suffix=" %", ceiling=99.9),
        )
        self.slider(
            after,
            "small_contribution",
            self.tr("Clear idle"),
            self.tr("This part of the pixels, those that matter least to the unit, is set to 0"),
            SliderField(0, 99, factor=100, suffix=" %", ceiling=99.9),
        )
        valid = Segments(
            [
                ("free", self.tr("Free"), self.tr("Any values, shown standardized")),
                (
                    "valid",
                    self.tr("Valid"),
                    self.tr("Within what a file can hold, and shown as they are"),
                ),
            ]
        )
        valid.name(self.tr("Pixels"))
        valid.changed.connect(lambda value: self.turned.emit("valid_pixels", value == "valid"))
        self.add(
            after,
            "valid_pixels",
            self.tr("Pixels"),
            self.tr("Whether pixels may leave what a file can hold"),
            valid,
            lambda on: valid.set_value("valid" if on else "free"),
        )
        after.set_open(False)
        return after

    def _image_section(self) -> Section:
        image = Section(self.tr("Image"))
        self.size_field = SizeField()
        self.size_field.setAccessibleName(self.tr("Size"))
        self.size_field.changed.connect(lambda value: self.turned.emit("size", value))
        self.add(
            image,
            "size",
            self.tr("Size"),
            self.tr("Side of the image in pixels; empty it for the network's own"),
            self.size_field,
            self.size_field.set_size_value,
        )
        seed = SeedField()
        seed.edit.setAccessibleName(self.tr("Seed"))
        seed.changed.connect(lambda value: self.turned.emit("seed", value))
        self.add(
            image,
            "seed",
            self.tr("Seed"),
            self.tr("The same seed, device and recipe give the same image"),
            seed,
            seed.set_value,
        )
        self.start = StartField()
        self.start.removed.connect(self.start_removed)
        image.add(self.tr("Start"), self.start, self.tr("What the image is before the first step"))
        self.slider(
            image,
            "classify_every",
            self.tr("Classify"),
            self.tr(
                "Hidden layers only: run the whole network every so many iterations, to name "
                "what the image looks like"
            ),
            SliderField(1, 100, log=True, whole=True, ceiling=1_000_000),
        )
        return image
