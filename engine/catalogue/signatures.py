"""Which architecture a state dict is of, told from its names and shapes without building one.

``resources/architectures/signatures.json`` keeps a few digits for each architecture: of its
tensors' names, and of the shapes of those that are the same whatever a person trained it for. What
may differ is named: the last layer (its classes) and the first (its channels). No torch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources

Shapes = Mapping[str, tuple[int, ...]]

CLASSES = 1000  # of the published networks; no hidden layer of theirs is as wide
POSITIONS = "encoder.pos_embedding"  # a ViT's: as many as its images have patches, and one


@dataclass(frozen=True, slots=True)
class Signature:
    """One architecture's. ``names``, ``body`` and ``shapes`` are digests.

    ``body`` is of the names outside the ``heads``, the top modules that hold the last layers;
    ``last`` are the tensors that are as long as there are classes, ``stem`` the first
    convolution's weight, whose second side is the image's channels.
    """

    names: str
    body: str
    shapes: str
    last: tuple[str, ...]
    heads: tuple[str, ...]
    stem: str


def signature(shapes: Shapes) -> Signature:
    """The signature of an architecture with 1000 classes and three channels."""
    last = tuple(k for k, shape in shapes.items() if shape[:1] == (CLASSES,))
    stem = next(k for k, shape in shapes.items() if len(shape) == 4 and shape[1] == 3)
    heads = tuple(sorted({k.partition(".")[0] for k in last}))
    return Signature(
        names=_digest(shapes),
        body=_digest(_outside(shapes, heads)),
        shapes=_of_shapes(shapes, last, stem),
        last=last,
        heads=heads,
        stem=stem,
    )


def matches(own: Signature, shapes: Shapes, names: str) -> bool:
    """Whether tensors of these shapes are such an architecture's; ``names`` is their digest."""
    return own.names == names and own.shapes == _of_shapes(shapes, own.last, own.stem)


def digest(names: Iterable[str]) -> str:
    """What ``Signature.names`` is of these."""
    return _digest(names)


def nearest(table: Mapping[str, Signature], shapes: Shapes) -> tuple[str, tuple[str, ...]]:
    """An architecture that differs in its last layers only, and these in ``shapes``; or nothing."""
    bodies: dict[tuple[str, ...], str] = {}
    for name, own in table.items():
        if own.heads not in bodies:
            bodies[own.heads] = _digest(_outside(shapes, own.heads))
        if bodies[own.heads] == own.body:
            return name, tuple(k for k in shapes if k.partition(".")[0] in own.heads)
    return "", ()


@cache
def table() -> tuple[dict[str, Signature], bool]:
    """The shipped signatures by name, and whether they are of the installed torchvision."""
    try:
        file = resources.files("resources") / "architectures" / "signatures.json"
        document = json.loads(file.read_text("utf-8"))
        rows = {name: from_row(row) for name, row in document["signatures"].items()}
        version = str(document["torchvision"])
    except (OSError, ValueError, KeyError, TypeError):  # a damaged installation: built anew
        return {}, False
    try:
        return rows, metadata.version("torchvision").partition("+")[0] == version
    except metadata.PackageNotFoundError:  # a bundle without its packages' metadata
        return rows, True


def from_row(row: dict[str, object]) -> Signature:
    """A signature as the table keeps it."""
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Signature(**values)  # type: ignore[arg-type]


def _outside(names: Iterable[str], heads: tuple[str, ...]) -> list[str]:
    return [k for k in names if k.partition(".")[0] not in heads]


def _of_shapes(shapes: Shapes, last: tuple[str, ...], stem: str) -> str:
    lines = []
    for name, shape in shapes.items():
        if name == stem:
            shape = (*shape[:1], 0, *shape[2:])
        elif name in last:
            shape = (0, *shape[1:])
        elif name == POSITIONS:
            shape = (*shape[:1], 0, *shape[2:])
        lines.append(f"{name} {'x'.join(map(str, shape))}")
    return _digest(lines)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
