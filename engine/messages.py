"""What the engine's thread tells a window: frozen records, the arguments of its signals. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from engine.jobs import Job, NetworkRef, Step
from engine.units import NetworkInfo


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network is ready. ``device_title`` is the device's name for a person."""

    number: int
    ref: NetworkRef
    info: NetworkInfo
    device: str
    device_title: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a weights' file seems to be: the likeliest architecture (empty where none fits)."""

    number: int
    path: str
    guess: str
    candidates: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that failed, in a sentence; ``details`` is for the report."""

    number: int
    message: str
    details: str


@dataclass(frozen=True, slots=True)
class Started:
    """A job begins; ``title`` is its unit's name for a person."""

    number: int
    job: Job
    title: str
    device_title: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Every iteration since the last emission, in order; ``rate`` in iterations a second."""

    number: int
    steps: tuple[Step, ...]
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A job's end: ``finished``, ``stopped`` or ``failed``. ``folder`` is empty if unsaved."""

    number: int
    ended: str
    message: str
    details: str
    seconds: float
    folder: str
