"""What goes into indexing a folder of images, and what comes out. No torch, no Qt, no disk."""

from __future__ import annotations

from dataclasses import dataclass

from engine.folders import RunError
from engine.jobs import NetworkRef
from engine.units import Unit

Box = tuple[int, int, int, int]  # top, left, bottom, right, the last two exclusive
SHOWN = 16  # patches of a unit that an index can always tell


class PatchError(RunError):
    """An index that cannot be made or read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class PatchJob:
    """Finds each unit's patches in a folder of images, the folders in it included.

    ``layers`` are those to look into, ``class`` for the classes; none means all. What was indexed
    before is not done again; images that are new, changed or gone are noticed.
    """

    number: int
    network: NetworkRef
    device: str
    folder: str
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that gave no picture, by its path in the folder, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PatchProgress:
    """How far an index is: ``done`` of ``total`` files, ``saved`` of them on disk to be read.

    ``rate`` is in images a second, ``left`` in seconds, infinite while unknown. ``broken`` counts
    the files that gave no picture, ``examples`` are the first of them. ``total`` is 0 while the
    folder is still listed.
    """

    number: int
    folder: str
    done: int
    total: int
    saved: int
    rate: float
    left: float
    broken: int
    examples: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """Where an image excites a unit most.

    ``path`` is the file's; ``activation`` the unit's there, a class's logit. ``position`` is
    (row, column) in the layer's map. ``crop_box`` is what the unit sees of the network's input,
    ``box`` the same in the pixels of the image (upright, as ``images.read`` gives it), both cut at
    their borders.
    """

    unit: Unit
    path: str
    activation: float
    position: tuple[int, int]
    crop_box: Box
    box: Box
