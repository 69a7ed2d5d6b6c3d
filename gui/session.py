"""What the window knows of the run it is making: plain data, no Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from engine.jobs import Change, Job, NetworkRef, Run
from engine.recipes import TURNABLE, Recipe


class Phase(Enum):
    """Where the present job is."""

    IDLE = "idle"
    STARTING = "starting"  # handed to the engine, no iteration yet
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


@dataclass(slots=True)
class Session:
    """The present job, the run that grows from it, and what waits behind it."""

    phase: Phase = Phase.IDLE
    job: Job | None = None
    run: Run | None = None
    recipe: Recipe | None = None  # with the values turned since the start
    device_title: str = ""
    rate: float = 0.0
    waiting: list[str] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether the engine has a job of ours that has not ended."""
        return self.phase is not Phase.IDLE

    @property
    def number(self) -> int:
        """The present job's number, 0 where there is none."""
        return self.job.number if self.job else 0

    def begin(self, job: Job, title: str) -> Run:
        """A job was handed to the engine: an empty run to grow."""
        self.job = job
        self.recipe = job.recipe
        self.phase = Phase.STARTING
        self.rate = 0.0
        self.run = Run(
            job.network,
            job.unit,
            title,
            job.recipe,
            job.device,
            started_from="noise" if job.start is None else "image",
        )
        return self.run

    def turned(self, recipe: Recipe) -> dict[str, object]:
        """The turnable values in which a recipe differs from the running one's; takes them over."""
        if self.recipe is None or self.run is None:
            return {}
        different = {k: v for k, v in self.recipe.differences(recipe).items() if k in TURNABLE}
        if different:
            self.recipe = self.recipe.changed(**different)
            at = self.run.records[-1].iteration + 1 if self.run.records else 0
            self.run.changes += [Change(at, k, v) for k, v in different.items()]
        return different


def status_text(
    done: int,
    total: int,
    rate: float,
    device: str,
    seed: int,
    phase: Phase,
    waiting: int = 0,
    seconds: float = 0.0,
    ended: str = "",
) -> str:
    """The status line: ``132 of 250 · 41 it/s · 3 s left · CPU, 2 threads · seed 0``."""
    parts = [f"{done:,} of {total:,}"]
    if ended == "stopped":
        parts.append("stopped")
    if phase is Phase.PAUSED:
        parts.append("paused")
    elif phase in (Phase.RUNNING, Phase.STARTING) and rate > 0:
        parts.append(f"{rate:.0f} it/s" if rate >= 10 else f"{rate:.1f} it/s")
        parts.append(f"{duration(max(0, total - done) / rate)} left")
    elif seconds > 0:
        parts.append(f"{seconds:.1f} s" if seconds < 60 else duration(seconds))
    if device:
        parts.append(device)
    parts.append(f"seed {seed}")
    if waiting:
        parts.append(f"{waiting} waiting")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """``3 s``, ``2 min 5 s``, ``1 h 12 min``."""
    whole = int(seconds + 0.999)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def file_stem(title: str) -> str:
    """A title as part of a file's name."""
    return re.sub(r"[^\w.,@-]+", "-", title).strip("-") or "image"


def network_label(ref: NetworkRef) -> str:
    """A network's name for a person, where it is not loaded."""
    return ref.name.capitalize() if ref.name.islower() and ref.name.isalpha() else ref.name
