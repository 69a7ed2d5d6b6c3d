"""What the engine's thread tells a window: frozen records, the arguments of its signals. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.attacks.parcels import AttackStep, Sphere, Transfer
from engine.jobs import NetworkRef, Step
from engine.units import NetworkInfo


class AnyJob(Protocol):
    """What every kind of job and question has; the kinds are listed in ``engine.kinds``."""

    @property
    def number(self) -> int: ...

    @property
    def network(self) -> NetworkRef: ...

    @property
    def device(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network is ready. ``device_title`` is the device's name for a person."""

    number: int
    ref: NetworkRef
    info: NetworkInfo
    device: str
    device_title: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that failed, in a sentence; ``details`` is for the report."""

    number: int
    message: str
    details: str


@dataclass(frozen=True, slots=True)
class Started:
    """A job begins; ``title`` is its unit's, its image's or its network's name for a person."""

    number: int
    job: AnyJob
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
class AttackSteps:
    """As ``Steps``, of an attack; its batch goes through an iteration together.

    ``targets`` names the class aimed at in each image, empty where any other will do.
    """

    number: int
    steps: tuple[AttackStep, ...]
    rate: float
    seconds: float
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SphereProgress:
    """A sphere test so far: ``sphere`` tells of the ``done`` of ``samples`` points.

    ``key`` is the image's in the job; ``adversarial`` the class of the adversarial image itself.
    A test that was stopped says so by never being ``finished``; its ``sphere`` is true all the
    same, of fewer points.
    """

    number: int
    key: int
    done: int
    samples: int
    sphere: Sphere
    adversarial: str
    finished: bool


@dataclass(frozen=True, slots=True)
class Transferred:
    """What another network makes of one image of the job, by its ``key``."""

    number: int
    key: int
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Ended:
    """A job's end: ``finished``, ``stopped`` or ``failed``. ``folder`` is empty if unsaved.

    ``folders`` are an attack's, one an image in the order of its images; empty if unsaved.
    """

    number: int
    ended: str
    message: str
    details: str
    seconds: float
    folder: str
    folders: tuple[str, ...] = ()
