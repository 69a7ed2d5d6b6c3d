"""Every value that makes one picture differ from another, and the presets. No torch, no Qt."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

OPTIMIZERS = ("adam", "sgd")
PRIOR_NAMES = ("multiscale-edge-energy", "total-variation", "l2", "none")
SCALES = ("unit", "none")

# What may be changed while a run goes on: the rest defines the problem itself.
TURNABLE = frozenset(
    {
        "steps",
        "lr",
        "lr_end",
        "prior",
        "prior_weight",
        "shift",
        "zoom",
        "rotation",
        "classify_every",
    }
)


class RecipeError(ValueError):
    """A value that no recipe can have; the message says which values are possible."""


def check(good: bool, name: str, value: object, possible: str) -> None:
    # A comparison with NaN is false, so NaN is refused by every range above.
    if not good:
        raise RecipeError(f"{name} is {value}; it must be {possible}.")


_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "bool": ((bool,), "true or false"),
    "str": ((str,), "a name"),
    "int": ((int,), "a whole number"),
    "int | None": ((int, type(None)), "a whole number, or none"),
    "float": ((int, float), "a number"),
}


class Values:
    """What every recipe can do: check its values' types, be written, read back and compared.

    Its subclasses are frozen dataclasses whose fields are all of the types in ``_KINDS``.
    """

    __slots__ = ()

    def check_types(self) -> None:
        """Raises ``RecipeError`` where a value is of the wrong type."""
        for field in fields(self):  # type: ignore[arg-type]
            kinds, possible = _KINDS[str(field.type)]
            value = getattr(self, field.name)
            # True is an int to Python, and no number of iterations to a person.
            good = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
            check(good, field.name, value, possible)

    def changed(self, **values: Any) -> Self:
        """This recipe with other values; checks them."""
        return replace(self, **values)  # type: ignore[type-var]

    def as_dict(self) -> dict[str, Any]:
        """Every value by its name, as ``run.json`` keeps it."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The recipe that ``as_dict`` wrote; keys of a later version are left out.

        Raises:
            RecipeError: a value is impossible or of the wrong type.
        """
        if not isinstance(values, dict):
            raise RecipeError(f"A recipe is values by their names, not a {type(values).__name__}.")
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        return cls(**{key: value for key, value in values.items() if key in known})

    def differences(self, other: Self) -> dict[str, Any]:
        """The values of ``other`` that are not this one's, by name, the preset's label aside."""
        mine, theirs = self.as_dict(), other.as_dict()
        return {k: v for k, v in theirs.items() if k != "preset" and v != mine[k]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Values):
    """How an image is optimized: minimize ``prior_weight * h - scale * f`` (METHODS.md §2).

    Attributes:
        preset: the name of the preset it started from; a label, not a value.
        steps: iterations.
        optimizer: ``adam`` or ``sgd``.
        lr: learning rate η, in normalized space.
        lr_end: the learning rate falls along a cosine to this fraction of ``lr``; 1 is constant.
        scale: ``none`` climbs f's gradient as it is; ``unit`` divides it by its typical length
            (``engine.scaling``), so that one prior weight serves every unit of every network.
        prior: one of ``PRIOR_NAMES``.
        prior_weight: λ ≥ 0.
        shift: largest random shift before each forward pass, as a fraction of the image's side.
        zoom: largest random change of scale, as a fraction (0.3 is ±30 %).
        rotation: largest random rotation, in degrees.
        size: side of the image in pixels; ``None`` is the network's own.
        seed: of the starting noise and of the random transformations.
        start_std: standard deviation of the starting noise, in normalized space.
        classify_every: for units of hidden layers, whose iterations stop at the layer, how often
            the whole network is run to name the image's classes. A class unit is named at every
            iteration at no cost.
    """

    preset: str = "custom"
    steps: int = 250
    optimizer: str = "adam"
    lr: float = 0.1
    lr_end: float = 1.0
    scale: str = "none"
    prior: str = "multiscale-edge-energy"
    prior_weight: float = 1.0
    shift: float = 0.0
    zoom: float = 0.0
    rotation: float = 0.0
    size: int | None = None
    seed: int = 0
    start_std: float = 0.01
    classify_every: int = 10

    def __post_init__(self) -> None:
        self.check_types()
        check(self.optimizer in OPTIMIZERS, "optimizer", self.optimizer, " or ".join(OPTIMIZERS))
        check(self.scale in SCALES, "scale", self.scale, " or ".join(SCALES))
        check(self.prior in PRIOR_NAMES, "prior", self.prior, ", ".join(PRIOR_NAMES))
        check(1 <= self.steps <= 1_000_000, "steps", self.steps, "1 to 1,000,000")
        check(0 < self.lr <= 1e6, "lr", self.lr, "above 0")
        check(0 <= self.lr_end <= 1, "lr_end", self.lr_end, "0 to 1")
        check(0 <= self.prior_weight <= 1e9, "prior_weight", self.prior_weight, "0 or more")
        check(0 <= self.shift <= 0.5, "shift", self.shift, "0 to 0.5 of the image's side")
        check(0 <= self.zoom <= 0.9, "zoom", self.zoom, "0 to 0.9")
        check(0 <= self.rotation <= 180, "rotation", self.rotation, "0 to 180 degrees")
        check(self.size is None or 8 <= self.size <= 4096, "size", self.size, "8 to 4096 pixels")
        check(0 <= self.seed < 2**63, "seed", self.seed, "a whole number, 0 or more")
        check(0 <= self.start_std <= 10, "start_std", self.start_std, "0 to 10")
        check(self.classify_every >= 1, "classify_every", self.classify_every, "1 or more")


def option(name: str) -> str:
    """The command line's option for a value: ``--prior-weight`` for ``prior_weight``."""
    return "--" + name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Preset:
    """A named recipe, with the one sentence that says what it is for."""

    name: str
    title: str
    description: str
    recipe: Recipe


def _preset(name: str, title: str, description: str, **values: Any) -> Preset:
    return Preset(name, title, description, Recipe(preset=name, **values))


_ALL = (
    _preset(
        "balanced",
        "Balanced",
        "The most recognizable picture: random shifts, scales and rotations, a step that decays, "
        "and a prior weighed against how strongly the unit pulls at the image.",
        scale="unit",
        prior_weight=3.0,
        lr=0.05,
        lr_end=0.05,
        shift=0.107,
        zoom=0.3,
        rotation=15.0,
    ),
    _preset(
        "lecture",
        "The lecture",
        "Fleuret's recipe as printed: Adam at 0.1 for 250 iterations, the multi-scale edge energy "
        "at weight 1.",
    ),
    _preset(
        "no-prior",
        "Without a prior",
        "The lecture's recipe with nothing that keeps the picture natural: high frequencies win.",
        prior_weight=0.0,
    ),
)
PRESETS = {preset.name: preset for preset in _ALL}


def preset(name: str) -> Recipe:
    """The recipe of a preset; ``RecipeError`` lists the names where there is none."""
    if name not in PRESETS:
        raise RecipeError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name].recipe
