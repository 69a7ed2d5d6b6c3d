"""What goes into an attack and what comes out, image by image. No torch, no Qt, no disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.attacks.recipe import AttackRecipe
from engine.jobs import Frames, NetworkRef, Picture

Pixels = NDArray[np.float32]  # (H, W, C), 1 is white; outside [0, 1] only without the box
Top = tuple[tuple[str, float], ...]  # the most probable classes with their probabilities


@dataclass(frozen=True, slots=True)
class Source:
    """An image to attack: ``picture`` is what the network sees of it, uint8 (S, S, 3)."""

    name: str
    picture: Picture
    path: str = ""


@dataclass(frozen=True, slots=True)
class AttackJob:
    """A batch of images to attack; see ``engine.jobs.Job``."""

    number: int
    network: NetworkRef
    sources: tuple[Source, ...]
    recipe: AttackRecipe
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Distortion:
    """How far an adversarial image is from its original.

    ``normalized`` and ``pixels`` are ‖x − x̌‖ / ‖x‖ in the network's normalized space (*lecture*)
    and in pixels; ``l2`` is ‖x − x̌‖ of pixels in [0, 1], as the papers measure it; ``max_255`` the
    largest change of one value, ``outside_255`` how far the farthest left [0, 1], both in 1/255.
    """

    normalized: float = 0.0
    pixels: float = 0.0
    l2: float = 0.0
    max_255: float = 0.0
    outside_255: float = 0.0


@dataclass(frozen=True, slots=True)
class AttackRecord:
    """One image at one iteration.

    ``index`` is the most probable class's, ``fooled`` whether it is what the attack wants;
    ``saved`` and ``saved_index`` are the most probable class after saving as an 8-bit PNG and
    reading it back. ``loss`` is what the method climbs or minimizes, ``gradient`` the length of
    its gradient; NaN where the method has none. ``settled`` marks the attack's result where it is
    not simply its last iteration: the best that was found, on the 8-bit lattice where asked for.
    """

    iteration: int
    top: Top
    index: int
    fooled: bool
    saved: str
    saved_index: int
    saved_fooled: bool
    loss: float
    gradient: float
    distortion: Distortion
    settled: bool = False


@dataclass(frozen=True, slots=True)
class AttackStep:
    """One iteration of the batch: a row an image.

    ``images`` are uint8 (N, S, S, 3), as they would be saved; ``values`` the same before they are
    rounded, float32 (N, S, S, C), ``changes`` what was changed, values less original, float16: a
    change that is magnified a hundred times is not in the pictures. ``note`` says where a search
    stands.
    """

    iteration: int
    rows: tuple[AttackRecord, ...]
    images: Picture
    values: Pixels
    note: str = ""
    changes: NDArray[np.float16] | None = None


@dataclass(frozen=True, slots=True)
class Sphere:
    """The sphere test of one image: how many of ``samples`` random points changed class.

    They are uniform on the sphere of that ``radius``, twice the adversarial's distance, around
    the original, in normalized space; ``classes`` are those that the changed ones became, with
    their numbers, the most frequent first.
    """

    radius: float
    samples: int
    changed: int
    classes: tuple[tuple[str, int], ...]
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """What another network makes of the original and of the adversarial image."""

    network: NetworkRef
    before: Top
    after: Top

    @property
    def fooled(self) -> bool:
        """Whether it gives the two different classes."""
        return self.before[0][0] != self.after[0][0]


@dataclass(slots=True)
class AttackRun:
    """What is kept of one image's attack; ``ended`` and ``folder`` as in ``engine.jobs.Run``.

    ``batch`` names the folders of the images that were attacked with it, its own included.
    """

    network: NetworkRef
    source: Source
    recipe: AttackRecipe
    device: str
    created: str = ""
    seconds: float = 0.0
    ended: str = ""
    message: str = ""
    target: str = ""  # the class aimed at in this image, by name
    records: list[AttackRecord] = field(default_factory=list)
    frames: Frames = field(default_factory=lambda: Frames(24 * 2**20))
    changes: Frames | None = None  # δ of iterations, float16 as bytes, where they are looked at
    adversarial: Picture | None = None
    values: Pixels | None = None
    sphere: Sphere | None = None
    transfers: list[Transfer] = field(default_factory=list)
    batch: tuple[str, ...] = ()
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.created = self.created or datetime.now(UTC).isoformat(timespec="seconds")

    def add(self, record: AttackRecord, image: Picture, values: Pixels) -> None:
        """Takes the next iteration in."""
        self.records.append(record)
        self.frames.add(record.iteration, image)
        self.adversarial, self.values = image, values

    @property
    def interrupted(self) -> bool:
        """Whether it was on disk without an end: its process was killed."""
        return not self.ended

    @property
    def before(self) -> str:
        """The class of the untouched image, empty before the first iteration."""
        return self.records[0].top[0][0] if self.records else ""

    @property
    def last(self) -> AttackRecord | None:
        """The newest iteration, at the end the attack's result."""
        return self.records[-1] if self.records else None

    @property
    def fooled_at(self) -> int | None:
        """The first iteration at which the network was fooled."""
        return next((x.iteration for x in self.records if x.fooled), None)

    @property
    def price(self) -> float | None:
        """How much longer the change got by ending on the 8-bit lattice, as a fraction in L2.

        ``None`` where it did not end there, or where the attack's own end did not fool.
        """
        if not self.recipe.lattice or len(self.records) < 2:
            return None
        own, last = self.records[-2:]
        if not (last.settled and last.fooled and own.fooled) or not own.distortion.l2:
            return None
        return last.distortion.l2 / own.distortion.l2 - 1

    @property
    def title(self) -> str:
        """``jaguar → tiger``, or the image's name before anything is known of it."""
        last = self.last
        if last is None:
            return self.source.name
        return f"{self.before} → {last.top[0][0]}" if last.fooled else self.before


@dataclass(slots=True)
class Batch:
    """The runs of one job, a run an image, in the order of its images."""

    runs: list[AttackRun]

    @classmethod
    def of(
        cls,
        network: NetworkRef,
        sources: Sequence[Source],
        recipe: AttackRecipe,
        device: str,
    ) -> Batch:
        """Empty runs, their frames within a memory that the whole batch shares."""
        budget = 192 * 2**20 // max(1, len(sources))
        return cls([AttackRun(network, x, recipe, device, frames=Frames(budget)) for x in sources])

    def add(self, step: AttackStep) -> None:
        """Takes the next iteration of every image in."""
        for i, (run, record) in enumerate(zip(self.runs, step.rows, strict=True)):
            run.add(record, step.images[i], step.values[i])


@dataclass(frozen=True, slots=True)
class Examined:
    """An original and its adversarial image, for the tests that come after an attack."""

    key: int  # the asker's own, told back
    original: Picture
    adversarial: Picture
    values: Pixels


@dataclass(frozen=True, slots=True)
class SphereJob:
    """Sphere tests of some images, one after the other."""

    number: int
    network: NetworkRef
    images: tuple[Examined, ...]
    samples: int = 1000
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class TransferJob:
    """Asks another network for the classes of originals and adversarial images."""

    number: int
    network: NetworkRef
    images: tuple[Examined, ...]
    device: str = "auto"
