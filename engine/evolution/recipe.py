"""How images are evolved: every value that makes one archive unlike another. No torch, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.recipes import RecipeError, Values, check
from engine.units import NetworkInfo, UnitError, parse_unit

DIRECT, CPPN = "direct", "cppn"
ENCODINGS = (DIRECT, CPPN)
STARTS = ("noise", "black", "grey")
COORDINATES = ("centred", "pixels")
CROPS = (1, 10)
ALL = "all"

# What may be changed in a run that is continued or goes on: the rest defines the archive itself.
TURNABLE = frozenset(
    {
        "generations",
        "batch",
        "mutation_rate",
        "halve_every",
        "eta",
        "crossover",
        "crossover_eta",
        "add_connection",
        "delete_connection",
        "add_node",
        "delete_node",
    }
)
ONLY = {  # the values that one encoding alone reads
    DIRECT: frozenset({"start", "crossover", "crossover_eta"}),
    CPPN: frozenset(
        {"coordinates", "add_connection", "delete_connection", "add_node", "delete_node"}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolveRecipe(Values):
    """How images are evolved (Nguyen, Yosinski & Clune 2015).

    Attributes:
        preset: the name of the preset it started from; a label, not a value.
        encoding: ``direct``, a genome of pixels, or ``cppn``, a small network that paints them.
        generations: the last generation's number; the one at the start, of noise, is 0.
        batch: children a generation.
        mutation_rate: the chance of each pixel's value, or of each weight and each function.
        halve_every: after so many generations the rate is halved; 0 never.
        eta: the polynomial mutation's η: the larger, the smaller its steps.
        crossover: direct only: the part of the couples that are crossed (SBX); 0 none.
        crossover_eta: SBX's η.
        start: direct only: the first generation's pixels, uniform ``noise``, or ``black`` or
            ``grey`` ones that are mutated once.
        coordinates: CPPN only: x and y ``centred``, in [-1, 1], or as indices of ``pixels``.
        add_connection, delete_connection, add_node, delete_node: CPPN only: the chances that a
            child's graph is changed so.
        crops: what the network sees of a picture: 1 the middle, 10 as AlexNet's authors did, the
            middle and the corners, mirrored as well, their probabilities averaged.
        classes: ``all``, or numbers separated by commas.
        size: side of the pictures in pixels; ``None`` is the network's own before its crop (256
            for most ImageNet networks).
        seed: of all that is random.
    """

    preset: str = "custom"
    encoding: str = CPPN
    generations: int = 200
    batch: int = 200
    mutation_rate: float = 0.1
    halve_every: int = 0
    eta: float = 15.0
    crossover: float = 0.0
    crossover_eta: float = 10.0
    start: str = "noise"
    coordinates: str = "centred"
    add_connection: float = 0.5
    delete_connection: float = 0.3
    add_node: float = 0.5
    delete_node: float = 0.2
    crops: int = 1
    classes: str = ALL
    size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        self.check_types()
        check(self.encoding in ENCODINGS, "encoding", self.encoding, " or ".join(ENCODINGS))
        check(0 <= self.generations <= 10**8, "generations", self.generations, "0 to 100,000,000")
        check(1 <= self.batch <= 4096, "batch", self.batch, "1 to 4096")
        check(0 < self.mutation_rate <= 1, "mutation_rate", self.mutation_rate, "above 0, up to 1")
        check(0 <= self.halve_every <= 10**8, "halve_every", self.halve_every, "0 or more")
        check(0 <= self.eta <= 1000, "eta", self.eta, "0 to 1000")
        check(0 <= self.crossover <= 1, "crossover", self.crossover, "0 to 1")
        check(0 <= self.crossover_eta <= 1000, "crossover_eta", self.crossover_eta, "0 to 1000")
        check(self.start in STARTS, "start", self.start, ", ".join(STARTS))
        check(
            self.coordinates in COORDINATES,
            "coordinates",
            self.coordinates,
            " or ".join(COORDINATES),
        )
        for name in ("add_connection", "delete_connection", "add_node", "delete_node"):
            check(0 <= getattr(self, name) <= 1, name, getattr(self, name), "0 to 1")
        check(self.crops in CROPS, "crops", self.crops, "1 or 10")
        check(self.size is None or 8 <= self.size <= 1024, "size", self.size, "8 to 1024 pixels")
        check(0 <= self.seed < 2**63, "seed", self.seed, "a whole number, 0 or more")
        if self.classes != ALL:
            _numbers(self.classes)

    def rate_at(self, generation: int) -> float:
        """The mutation rate of a generation, halved as often as it is due by then."""
        halvings = generation // self.halve_every if self.halve_every else 0
        return self.mutation_rate * 0.5 ** min(halvings, 1000)

    def chosen(self, count: int) -> tuple[int, ...]:
        """The classes' numbers, of a network that has ``count`` of them.

        Raises:
            RecipeError: it has not that many.
        """
        if self.classes == ALL:
            return tuple(range(count))
        numbers = _numbers(self.classes)
        check(
            max(numbers) < count,
            "classes",
            self.classes,
            f"of this network's: numbers 0 to {count - 1}",
        )
        return numbers


def _numbers(text: str) -> tuple[int, ...]:
    parts = [x.strip() for x in text.split(",")]
    good = all(x.isascii() and x.isdigit() and len(x) < 10 for x in parts)
    check(good, "classes", repr(text), "all, or numbers separated by commas")
    return tuple(sorted({int(x) for x in parts}))


def classes_of(text: str, network: NetworkInfo) -> str:
    """What a person writes, ``all`` or names and numbers with commas, as ``classes`` keeps it.

    A name that has a comma itself is found as well.

    Raises:
        UnitError: there is no such class; it suggests the nearest.
    """
    if text.strip().lower() == ALL:
        return ALL
    parts = [x.strip() for x in text.split(",")]
    names = {name.lower() for name in network.classes}
    found: list[int] = []
    while parts:
        for length in range(len(parts), 1, -1):
            if (name := ", ".join(parts[:length])).lower() in names:
                break
        else:
            length, name = 1, parts[0]
        parts = parts[length:]
        if name:
            found.append(parse_unit(f"class:{name}", network).index)
    if not found:
        raise UnitError("No class is named: write all, or names or numbers with commas.")
    return written(found, len(network.classes))


def written(numbers: Sequence[int], count: int) -> str:
    """Classes' numbers as ``classes`` keeps them; ``all`` for all ``count``."""
    chosen = sorted(set(numbers))
    return ALL if len(chosen) == count else ",".join(map(str, chosen))


@dataclass(frozen=True, slots=True)
class EvolvePreset:
    """A named recipe for each encoding, for digits and for photographs' networks."""

    name: str
    title: str
    description: str
    small: dict[str, EvolveRecipe]
    large: dict[str, EvolveRecipe]


LARGE = 128  # the side from which a network is one of photographs, as the paper's of 256 pixels


def _preset(
    name: str,
    title: str,
    description: str,
    values: dict[str, tuple[dict[str, Any], dict[str, Any]]],
) -> EvolvePreset:
    def recipes(which: int) -> dict[str, EvolveRecipe]:
        return {
            encoding: EvolveRecipe(preset=name, encoding=encoding, **pair[which])
            for encoding, pair in values.items()
        }

    return EvolvePreset(name, title, description, recipes(0), recipes(1))


_PAPER = {"halve_every": 1000}
_ALL = (
    _preset(
        "balanced",
        "Balanced",
        "One crop, coordinates from the middle: regular pictures soonest.",
        {
            DIRECT: ({"generations": 200}, {"generations": 5000}),
            CPPN: ({"generations": 200}, {"batch": 400, "generations": 5000}),
        },
    ),
    _preset(
        "paper",
        "The paper",
        "As Nguyen, Yosinski & Clune describe it: the rate halves every 1000 generations.",
        {
            DIRECT: (
                {"generations": 200, **_PAPER},
                {"generations": 20_000, "size": 256, **_PAPER},
            ),
            CPPN: (
                {"generations": 200},
                {"batch": 400, "generations": 5000, "size": 256},
            ),
        },
    ),
    _preset(
        "code",
        "The authors' program",
        "As their released program does it: pixels crossed, CPPNs of pixel indices, ten crops of "
        "photographs.",
        {
            DIRECT: (
                {"generations": 1000, "crossover": 0.5},
                {"generations": 5000, "crossover": 0.5, "size": 256, "crops": 10},
            ),
            CPPN: (
                {"generations": 1000, "coordinates": "pixels"},
                {
                    "batch": 400,
                    "generations": 5000,
                    "coordinates": "pixels",
                    "size": 256,
                    "crops": 10,
                },
            ),
        },
    ),
)
PRESETS = {preset.name: preset for preset in _ALL}


def preset(name: str = "balanced", encoding: str = CPPN, side: int = 0) -> EvolveRecipe:
    """The recipe of a preset for a network whose input has that side in pixels.

    Raises:
        RecipeError: there is no such preset or encoding; it lists the names.
    """
    if name not in PRESETS:
        raise RecipeError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    check(encoding in ENCODINGS, "encoding", encoding, " or ".join(ENCODINGS))
    found = PRESETS[name]
    return (found.large if side >= LARGE else found.small)[encoding]
