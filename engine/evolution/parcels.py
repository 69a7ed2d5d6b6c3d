"""What goes into an evolution and what comes out, generation by generation. No torch, no disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.evolution.recipe import EvolveRecipe
from engine.jobs import Change, NetworkRef, Picture

if TYPE_CHECKING:
    from engine.evolution.elites import Archive


@dataclass(frozen=True, slots=True)
class EvolveJob:
    """Evolves an archive; see ``engine.jobs.Job``.

    ``continue_from`` is the folder of a saved run to go on with, in that folder; empty begins anew.
    Then ``recipe`` may differ from the saved one in the turnable values.
    """

    number: int
    network: NetworkRef
    recipe: EvolveRecipe
    device: str = "auto"
    continue_from: str = ""


@dataclass(frozen=True, slots=True)
class Champion:
    """The best image of a class: ``picture`` is uint8 (S, S, 3), with the confidence it gets.

    ``generation`` is when it was found, ``index`` the class's number in the network, ``born`` its
    own number in the archive's ancestry.
    """

    index: int
    name: str
    confidence: float
    generation: int
    picture: Picture
    born: int


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """A generation's numbers, over the classes' confidences; all are kept."""

    generation: int
    min: float
    median: float
    mean: float
    max: float
    evaluations: int

    def as_dict(self) -> dict[str, Any]:
        """As ``run.json`` keeps it."""
        return {
            "generation": self.generation,
            "min": self.min,
            "median": self.median,
            "mean": self.mean,
            "max": self.max,
            "evaluations": self.evaluations,
        }


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, as it left the archive.

    ``evaluations`` counts the images judged since generation 0. ``changed`` are the classes that
    it gave a better image; several may share one picture.
    """

    generation: int
    min: float
    median: float
    mean: float
    max: float
    evaluations: int
    changed: tuple[Champion, ...]

    @property
    def iteration(self) -> int:
        """The same number, by the name that a step of any method has."""
        return self.generation

    def record(self) -> GenerationRecord:
        """The row without its pictures."""
        return GenerationRecord(
            self.generation, self.min, self.median, self.mean, self.max, self.evaluations
        )


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One step of a champion's way back to the first generation.

    ``index`` is the class that it served best when it was found, with that class's confidence.
    ``picture`` is small, uint8 (h, w, 3), ``None`` where it was thinned out.
    """

    born: int
    generation: int
    index: int
    confidence: float
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class EvolveSteps:
    """Every generation since the last emission, in order; ``rate`` in generations a second."""

    number: int
    steps: tuple[Generation, ...]
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class EvolveProgress:
    """Where the job is within a generation that takes long: ``judged`` of ``batch`` images."""

    number: int
    generation: int
    judged: int
    batch: int


@dataclass(frozen=True, slots=True)
class Shoot:
    """One image of interactive evolution: its picture, what the network says, its genome.

    ``top`` holds the five most probable classes. ``genome`` is its own to breed from, an array of
    pixels or a ``graphs.Graphs`` of one.
    """

    picture: Picture
    top: tuple[tuple[str, float], ...]
    genome: Any


@dataclass(frozen=True, slots=True)
class BreedQuestion:
    """Asks for children of the images that a person likes (as Picbreeder did); of nobody: fresh.

    ``parents`` are genomes of ``Shoot``; the children are of them in turn. ``seed`` makes them
    the same again.
    """

    number: int
    network: NetworkRef
    recipe: EvolveRecipe
    parents: tuple[Any, ...] = ()
    count: int = 12
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Brood:
    """The answer: the children."""

    number: int
    shoots: tuple[Shoot, ...]


@dataclass(frozen=True, slots=True)
class JudgeQuestion:
    """Asks a network, this one or another, what it makes of pictures, uint8 (H, W, 3) each."""

    number: int
    network: NetworkRef
    pictures: tuple[Picture, ...]
    device: str = "auto"
    crops: int = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer: each picture's five most probable classes."""

    number: int
    network: NetworkRef
    tops: tuple[tuple[tuple[str, float], ...], ...]


@dataclass(slots=True)
class EvolveRun:
    """What is kept of an evolution; ``ended`` and ``folder`` as in ``engine.jobs.Run``.

    ``champions`` are by the class's number. ``archive`` is what it takes to go on, ``None`` in a
    run that was read to be looked at.
    """

    network: NetworkRef
    recipe: EvolveRecipe
    device: str
    created: str = ""
    seconds: float = 0.0
    ended: str = ""
    message: str = ""
    changes: list[Change] = field(default_factory=list)
    records: list[GenerationRecord] = field(default_factory=list)
    champions: dict[int, Champion] = field(default_factory=dict)
    archive: Archive | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.created = self.created or datetime.now(UTC).isoformat(timespec="seconds")

    def add(self, step: Generation) -> None:
        """Takes the next generation in."""
        self.records.append(step.record())
        for champion in step.changed:
            self.champions[champion.index] = champion

    @property
    def current(self) -> EvolveRecipe:
        """The recipe with what was turned since."""
        return with_changes(self.recipe, self.changes)

    @property
    def interrupted(self) -> bool:
        """Whether it was on disk without an end: its process was killed."""
        return not self.ended

    @property
    def generation(self) -> int:
        """The newest generation's number, -1 before the first."""
        return self.records[-1].generation if self.records else -1

    @property
    def title(self) -> str:
        """Its encoding, and how far it is, for a list."""
        count = len(self.champions)
        classes = "1 class" if count == 1 else f"{count} classes"
        how = "CPPN" if self.recipe.encoding == "cppn" else "direct"
        return f"Evolved {how}, {classes}"


def with_changes(recipe: EvolveRecipe, changes: Iterable[Change]) -> EvolveRecipe:
    """A recipe as it became by what was turned, in order."""
    for change in changes:
        recipe = recipe.changed(**{change.name: change.value})
    return recipe
