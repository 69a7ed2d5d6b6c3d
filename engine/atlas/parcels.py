"""What goes into an atlas and what it tells while it grows. No torch, no Qt, no disk."""

from __future__ import annotations

from dataclasses import dataclass

from engine.jobs import NetworkRef, Picture
from engine.recipes import Recipe, preset
from engine.units import CLASSES, NetworkInfo, Unit, UnitError

# What an atlas is made with unless somebody says otherwise. Half the preset's iterations: on
# Sketchnet f is nine tenths of what it is after all of them, and the eye sees the same things, in
# somewhat paler colours; at a quarter of them stars and eyes fall apart.
DEFAULT = preset("balanced").changed(steps=128)


@dataclass(frozen=True, slots=True)
class AtlasJob:
    """A picture for every unit of some layers; see ``engine.jobs.Job``.

    ``layers`` are made in their order, ``class`` among them for the classes; none means every
    layer that has channels, then the classes. ``folder`` holds the store; what is in it already is
    not made again.
    """

    number: int
    network: NetworkRef
    layers: tuple[str, ...]
    recipe: Recipe
    device: str
    folder: str


@dataclass(frozen=True, slots=True)
class Made:
    """A unit's picture, uint8 (H, W, 3), with f, the most probable class and its probability.

    ``picture`` is ``None`` and ``f`` NaN for a unit whose objective is no number: it is not tried
    again.
    """

    unit: Unit
    picture: Picture | None
    f: float
    top: str
    p: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store knows of a unit beside its picture; ``made`` in seconds since 1970."""

    unit: Unit
    f: float
    top: str
    p: float
    made: float


@dataclass(frozen=True, slots=True)
class Section:
    """A layer in an atlas: ``total`` units of which ``done`` are made; ``title`` for a person."""

    name: str
    title: str
    kind: str
    shape: tuple[int, ...]
    total: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class AtlasStarted:
    """An atlas begins, or goes on: ``done`` of ``total`` units are in the store already."""

    number: int
    job: AtlasJob
    title: str
    device_title: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class AtlasProgress:
    """How far it is: ``done`` of ``total`` units are in the store, ``layer`` is being made.

    ``share`` is the part of all the work that is done, 0 to 1, the batch under way included;
    ``rate`` in units a second; ``left`` in seconds, NaN while nobody can say.
    """

    number: int
    layer: str
    done: int
    total: int
    share: float
    rate: float
    left: float


@dataclass(frozen=True, slots=True)
class UnitsMade:
    """These units are in the store now; ``thumbnails`` are theirs, in the same order."""

    number: int
    network: NetworkRef
    units: tuple[Unit, ...]
    thumbnails: tuple[Picture | None, ...]


def sections(info: NetworkInfo, layers: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """The asked layers in the asked order, or all that have channels and then the classes.

    Raises:
        UnitError: there is no such layer, or it has no channels.
    """
    if not layers:
        layers = (*(x.name for x in info.layers if x.channels), CLASSES)
    found = {x.name: x for x in (_section(info, name) for name in layers)}
    return tuple(found.values())


def _section(info: NetworkInfo, name: str) -> Section:
    if name in (CLASSES, "classes"):
        count = len(info.classes)
        return Section(CLASSES, "Classes", "Class", (count,), count)
    layer = info.layer(name)
    if not layer.channels:
        inside = [x.name for x in info.layers if x.channels and x.name.startswith(f"{name}.")]
        hint = f"; choose one inside it, such as {inside[-1]}" if inside else ""
        raise UnitError(f"{name} ({layer.kind}) has no channels{hint}.")
    return Section(name, name, layer.kind, layer.shape, layer.channels)
