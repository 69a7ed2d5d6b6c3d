"""The parcels: a Job goes in, Steps come out, a Run is what is kept. No torch, no Qt, no disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.recipes import Recipe

Picture = NDArray[np.uint8]


class DivergedError(Exception):
    """What is optimized is no longer a number; what was yielded before is good."""


class NetworkError(Exception):
    """A network that cannot be loaded or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NetworkRef:
    """What it takes to load a network again: its name, and its weights' file where it has one."""

    name: str
    weights: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One request to the engine.

    ``number`` grows from job to job, so that a late result of an older one is recognized.
    ``start`` is a starting image, uint8 (H, W, 3), or ``None`` for noise.
    """

    number: int
    network: NetworkRef
    unit: str
    recipe: Recipe
    device: str = "auto"
    start: Picture | None = None
    method: str = "maximize"


@dataclass(frozen=True, slots=True)
class Step:
    """One iteration, as it was before its update.

    ``f`` and ``h`` are the objective and the prior, unscaled. ``top`` holds the five most probable
    classes with their probabilities, empty where the network was not run to its end. ``image`` is
    the displayed picture, uint8 (H, W, 3).
    """

    iteration: int
    f: float
    h: float
    top: tuple[tuple[str, float], ...]
    image: Picture

    def record(self) -> Record:
        """The row without its picture."""
        return Record(self.iteration, self.f, self.h, self.top)


@dataclass(frozen=True, slots=True)
class Record:
    """A step's numbers, kept for every iteration; pictures are kept for some."""

    iteration: int
    f: float
    h: float
    top: tuple[tuple[str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "iteration": self.iteration,
            "f": self.f,
            "h": self.h,
            "top": [[name, round(p, 6)] for name, p in self.top],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was turned while the run went on, effective from ``iteration``."""

    iteration: int
    name: str
    value: Any

    def as_dict(self) -> dict[str, Any]:
        return {"iteration": self.iteration, "name": self.name, "value": self.value}


class Frames:
    """The pictures of a run within a fixed budget of memory, thinned evenly as the run grows.

    Every ``stride``-th iteration is kept; when the budget is full every other one is dropped and
    the stride doubled. The first and the newest are always there.
    """

    def __init__(self, budget: int = 192 * 2**20) -> None:
        self._budget = budget
        self._kept: dict[int, Picture] = {}
        self._newest: tuple[int, Picture] | None = None
        self._stride = 1

    def add(self, iteration: int, image: Picture) -> None:
        """Keeps the picture of an iteration, if its turn has come; it is always the newest."""
        self._newest = (iteration, image)
        if iteration % self._stride:
            return
        self._kept[iteration] = image
        while len(self._kept) > 2 and len(self._kept) * image.nbytes > self._budget:
            self._stride *= 2
            self._kept = {k: v for k, v in self._kept.items() if k % self._stride == 0}

    def at(self, iteration: int) -> tuple[int, Picture] | None:
        """The kept picture nearest to that iteration, with the iteration it is of."""
        kept = self.all()
        if not kept:
            return None
        near = min(kept, key=lambda k: abs(k - iteration))
        return near, kept[near]

    def all(self) -> dict[int, Picture]:
        """Every kept picture by its iteration, in order, the newest included."""
        kept = dict(self._kept)
        if self._newest:
            kept[self._newest[0]] = self._newest[1]
        return dict(sorted(kept.items()))

    def spread(self, count: int) -> dict[int, Picture]:
        """At most ``count`` of them, evenly spaced, first and last included."""
        kept = self.all()
        if len(kept) <= count:
            return kept
        keys = list(kept)
        chosen = {keys[round(i * (len(keys) - 1) / (count - 1))] for i in range(count)}
        return {k: kept[k] for k in keys if k in chosen}


@dataclass(slots=True)
class Run:
    """What is kept of a job: its rows, some of its pictures, and how it ended.

    ``ended`` is ``finished``, ``stopped`` or ``failed``; empty while it goes on, and for a run
    whose process was killed. ``message`` says in a sentence why a failed run failed. ``title`` is
    the unit's name for a person; ``folder`` is where it is on disk, once it is.
    """

    network: NetworkRef
    unit: str
    title: str
    recipe: Recipe
    device: str
    method: str = "maximize"
    started_from: str = "noise"
    created: str = ""
    seconds: float = 0.0
    ended: str = ""
    message: str = ""
    changes: list[Change] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    frames: Frames = field(default_factory=Frames)
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.created = self.created or datetime.now(UTC).isoformat(timespec="seconds")

    def add(self, step: Step) -> None:
        """Takes the next iteration in."""
        self.records.append(step.record())
        self.frames.add(step.iteration, step.image)

    @property
    def result(self) -> Picture | None:
        """The newest picture, uint8 (H, W, 3)."""
        kept = self.frames.all()
        return kept[max(kept)] if kept else None

    @property
    def interrupted(self) -> bool:
        """Whether it was on disk without an end: its process was killed."""
        return not self.ended
