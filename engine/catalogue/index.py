"""The networks that there are, as plain data: every weight set of torchvision's classifiers.

Nothing is loaded but torchvision's own metadata, and those once for each of its versions: importing
it takes seconds, so what it says is kept in the cache folder. No torch at import.
"""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from engine.catalogue import EMBEDDED
from engine.folders import write_atomically

EMBEDDED_STATE, HERE, AVAILABLE = "embedded", "here", "available"
STATES = (EMBEDDED_STATE, HERE, AVAILABLE)
_FORMAT = 1  # of the cached list
_HASH = re.compile(r"-([0-9a-f]{8,64})\.[^.]+$")  # as torch writes it into the names of its files


@dataclass(frozen=True, slots=True)
class WeightSet:
    """One set of weights for an architecture.

    ``bytes`` is the file's size, from torchvision's rounded metadata, exact to a kilobyte; ``top1``
    and ``top5`` are the accuracy on ImageNet in percent, ``None`` where it is not published.
    ``classifies`` is false for the sets without a classifier; ``size`` is the input's side in
    pixels. ``license`` and ``recipe`` are addresses, empty where none is named.
    """

    network: str
    name: str
    default: bool
    bytes: int
    parameters: int
    top1: float | None
    top5: float | None
    size: int
    classifies: bool = True
    license: str = ""
    recipe: str = ""
    note: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        """How a person asks for it: ``vgg16`` for the default, ``vgg16:NAME`` for another."""
        return self.network if self.default else f"{self.network}:{self.name}"

    @property
    def ref_name(self) -> str:
        """The name that a loaded network has; its file tells which set it is of."""
        return self.network

    @property
    def place(self) -> str:
        """The file's address as a loaded network says it."""
        return str(self.path.resolve())

    @property
    def file(self) -> str:
        """The file's name in torch's cache, with the first digits of its SHA-256."""
        return self.url.rpartition("/")[2]

    @property
    def hash_prefix(self) -> str:
        """The first digits of the file's SHA-256; empty where its name has none."""
        return hash_prefix(self.file)

    @property
    def path(self) -> Path:
        """Where torch, and every program that uses it, looks for the file."""
        return checkpoints() / self.file

    @property
    def state(self) -> str:
        """``embedded``, ``here`` or ``available``, as the disk is now.

        A file much shorter or longer than its size is half of one, and not here. The hash is
        checked when it is loaded: half a gigabyte is not read to draw a list.
        """
        if not self.url:
            return EMBEDDED_STATE
        try:
            found = self.path.stat().st_size
        except OSError:
            return AVAILABLE
        return HERE if abs(found - self.bytes) <= max(4096, self.bytes // 100) else AVAILABLE


_Set = TypeVar("_Set", bound=WeightSet)


def hash_prefix(file: str) -> str:
    """The digits of its SHA-256 that a file's name gives, as torch names its files."""
    found = _HASH.search(file)
    return found[1] if found else ""


def checkpoints() -> Path:
    """Torch's own cache of weights, ``torch.hub.get_dir()/checkpoints``; imports no torch."""
    base = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", f"{base}/torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def all_sets() -> tuple[WeightSet, ...]:
    """Every set: the embedded one first, then torchvision's by architecture, then timm's."""
    from engine.catalogue import timm_sets

    return (embedded_set(), *published(), *timm_sets.published())


@cache
def published() -> tuple[WeightSet, ...]:
    """Torchvision's sets, the default of each architecture first.

    From the list kept for the installed version of torchvision; where there is none (the first
    time), from torchvision, which takes seconds.
    """
    try:
        version = metadata.version("torchvision")
    except metadata.PackageNotFoundError:  # a bundle without its packages' metadata
        return tuple(_from_torchvision())
    return kept_list(f"torchvision-{version}", _from_torchvision, lambda row: WeightSet(**row))


def kept_list(
    name: str, make: Callable[[], Iterable[_Set]], from_row: Callable[[dict[str, Any]], _Set]
) -> tuple[_Set, ...]:
    """A list of sets as it was kept under that name in the cache folder; made and kept if not."""
    kept = cache_folder() / f"{name}.json"
    try:
        document = json.loads(kept.read_text("utf-8"))
        if document["format"] == _FORMAT and document["sets"]:
            return tuple(from_row(row) for row in document["sets"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # none yet, or damaged: made anew
    sets = tuple(make())
    document = {"format": _FORMAT, "sets": [asdict(x) for x in sets]}
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, lambda file: file.write(json.dumps(document).encode()))
    except OSError:
        pass  # a disk that takes nothing costs seconds the next time, no more
    return sets


def cache_folder() -> Path:
    """What can be made again: in ``UNITSCOPE_DATA`` where that is set, or the platform's place."""
    chosen = os.environ.get("UNITSCOPE_DATA")
    return Path(chosen) / "cache" if chosen else platformdirs.user_cache_path("unitscope", False)


@cache
def embedded_set() -> WeightSet:
    """Sketchnet's, from the head of the file that the program ships."""
    path = Path(str(resources.files("resources") / "sketchnet" / "sketchnet.safetensors"))
    parameters = size = total = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        size = int(head.pop("__metadata__")["input_size"])
        parameters = sum(math.prod(tensor["shape"]) for tensor in head.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, MemoryError, OverflowError):
        pass  # whoever loads it hears of it
    return WeightSet(EMBEDDED, "", True, total, parameters, None, None, size)


def smallest() -> WeightSet:
    """The smallest real ImageNet network, to be offered to a person who has only the embedded."""
    return min((x for x in published() if x.classifies), key=lambda x: x.bytes)


def find(text: str) -> WeightSet:
    """A set by how a person asks for it: ``vgg16`` (its default) or ``vgg16:IMAGENET1K_FEATURES``.

    Raises:
        LookupError: there is none; a sentence with the nearest.
    """
    from engine.catalogue import timm_sets

    if text.lower().startswith(timm_sets.PREFIX):
        return timm_sets.find(text)
    name, _, wanted = text.partition(":")
    # The embedded network is found without torchvision's list, which may take seconds.
    rows = (embedded_set(),) if name.lower() == EMBEDDED else published()
    own = [x for x in rows if x.network == name.lower()]
    return nearest_set(own, name, wanted, name)


def nearest_set(own: Sequence[_Set], name: str, wanted: str, text: str) -> _Set:
    """The set called ``wanted`` of a network's own, or its default where none is wanted.

    Raises:
        LookupError: there is none; a sentence with the nearest.
    """
    if not own:
        raise LookupError(unknown(text))
    if not wanted or wanted.upper() == "DEFAULT":
        return own[0]
    for weights in own:
        if weights.name and weights.name.lower() == wanted.lower():
            return weights
    names = [x.name for x in own if x.name]
    near = difflib.get_close_matches(wanted.lower(), [x.lower() for x in names], n=1, cutoff=0)
    found = next((x for x in own if near and x.name.lower() == near[0]), None)
    hint = f" Did you mean {_asked(found)}?" if found else ""
    rest = f" It has {', '.join(names)}." if len(names) > 1 else ""
    raise LookupError(f"{own[0].network} has no weights {wanted!r}.{hint}{rest}")


def _asked(weights: WeightSet) -> str:
    """A set by its whole name, its network's default too."""
    return weights.key if "." in weights.key else f"{weights.network}:{weights.name}"


def unknown(name: str) -> str:
    """The sentence for a name that is no network's, with the nearest."""
    names = list(dict.fromkeys(x.network for x in all_sets()))
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no network {name!r}.{hint} `unitscope networks` lists them."


def by_file(file: str) -> WeightSet | None:
    """The published set whose file has that name."""
    return next((x for x in published() if x.file == file), None)


def search(text: str, sets: Sequence[WeightSet] | None = None) -> list[WeightSet]:
    """The sets in which every word of ``text`` is found: in a name, a state, a licence's address.

    ``resnet 50``, ``vgg features``, ``here``, ``swag``. Hyphens and underscores are the same.
    """
    words = text.lower().replace("-", "_").split()
    rows = all_sets() if sets is None else sets
    if not words:
        return list(rows)
    return [row for row in rows if all(word in _searched(row) for word in words)]


def grouped(sets: Sequence[WeightSet]) -> dict[str, list[WeightSet]]:
    """The same sets by state, in the order of ``STATES``; a state that none has is left out."""
    states = [(row.state, row) for row in sets]
    groups = {state: [row for found, row in states if found == state] for state in STATES}
    return {state: rows for state, rows in groups.items() if rows}


def megabytes(count: float) -> str:
    """A number of bytes in words, in thousands as download sites write it."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    if count < 1e9:
        return f"{count / 1e6:.1f} MB" if count < 1e7 else f"{count / 1e6:.0f} MB"
    return f"{count / 1e9:.2f} GB"


def _searched(row: WeightSet) -> str:
    words = (row.network, row.name, row.state, row.license, "default" * row.default)
    return " ".join(words).lower().replace("-", "_")


def _from_torchvision() -> Iterator[WeightSet]:
    from torchvision import models

    for name in models.list_models(module=models):
        sets = models.get_model_weights(name)
        ordered = sorted(sets, key=lambda x: x is not sets.DEFAULT)  # the others in their order
        for weights in ordered:
            yield _row(name, weights, weights is sets.DEFAULT)


def _row(network: str, weights: Any, default: bool) -> WeightSet:
    meta = weights.meta
    accuracy = meta.get("_metrics", {}).get("ImageNet-1K", {})
    return WeightSet(
        network=network,
        name=weights.name,
        default=default,
        bytes=round(meta.get("_file_size", 0) * 2**20),  # in fact mebibytes
        parameters=int(meta.get("num_params", 0)),
        top1=_number(accuracy.get("acc@1")),
        top5=_number(accuracy.get("acc@5")),
        size=int(weights.transforms().crop_size[0]),
        classifies=bool(meta.get("categories")),
        license=meta.get("license", ""),
        recipe=meta.get("recipe", ""),
        note=" ".join(meta.get("_docs", "").split()),
        url=weights.url,
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
