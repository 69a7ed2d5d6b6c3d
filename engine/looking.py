"""Questions about a person's own network: what a file is, and what the network makes of a picture.

Both are asked while a dialog is open and answered between two iterations of whatever runs
(``engine.kinds``). The parcels load no torch, no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.catalogue import keeping, own
from engine.catalogue.own import Settings
from engine.jobs import NetworkError, NetworkRef, Picture

if TYPE_CHECKING:
    from engine.networks import Network

Top = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Inspect:
    """Asks which architecture a weights' file is of."""

    number: int
    path: str
    network: None = None  # none is needed to tell
    device: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a weights' file seems to be: the likeliest architecture, empty where none fits.

    ``candidates`` are all there are, the likeliest first; none for an exported program, which
    brings its own. ``message`` says what is wrong, ``usable`` whether another choice may help.
    """

    number: int
    path: str
    guess: str
    candidates: tuple[str, ...] = ()
    message: str = ""
    usable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Asks what a network makes of a picture with these settings; ``None`` as remembered.

    The network is taken as its file gives it (``bare``), whatever is remembered.
    """

    number: int
    network: NetworkRef
    device: str
    settings: Settings | None = None
    picture: Picture | None = None  # uint8 (H, W, 3), any size
    bare: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """A network as its file gives it, before anything is said of it.

    ``size`` to ``interpolation`` are what was guessed, as in ``own.Settings``; ``least`` and
    ``most`` the sides of images that it takes, ``most`` 0 where no end is known.
    """

    title: str
    size: int
    resize: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    classes: tuple[str, ...]
    parameters: int
    least: int = 1
    most: int = 0

    @property
    def channels(self) -> int:
        """1 for grey images, 3 for colour."""
        return len(self.mean)

    def settings(self) -> Settings:
        """Everything that was guessed, as settings."""
        return Settings(
            self.size, self.resize, None, self.mean, self.std, self.interpolation, self.classes
        )

    def said(self, settings: Settings) -> Settings:
        """Of settings what differs from the guess; the rest need not be remembered."""
        guessed = self.settings()
        differ = {k: getattr(settings, k) for k in _NAMES}
        return Settings(**{k: v for k, v in differ.items() if v != getattr(guessed, k)})


_NOTHING = Settings()
_NAMES = ("input_size", "resize", "mean", "std", "interpolation", "classes")


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer: ``top`` are the five most probable classes, empty without a picture.

    ``wrong`` says why the settings cannot be, ``remembered`` what is kept of the file already,
    ``spoiled`` why that cannot be read.
    """

    number: int
    facts: Facts
    top: Top = ()
    wrong: str = ""
    remembered: Settings = _NOTHING
    spoiled: str = ""


_UNKNOWN = (
    "Its names fit no architecture that Unitscope knows: choose one to see what differs, or export "
    "the whole network with torch.export.save, and open that file."
)


def answer(question: Inspect | Look, network: Network | None) -> Inspected | Looked:
    """What the engine's thread says to either; see ``engine.kinds.QUESTIONS``."""
    if isinstance(question, Inspect):
        return inspected(question.number, question.path)
    assert network is not None
    return looked(question, network)


def inspected(number: int, path: str) -> Inspected:
    """Reads a weights' file as far as it takes to tell its architecture."""
    from pathlib import Path

    from engine.catalogue import torchvision_models, unfitting, weights

    if path.lower().endswith(own.PROGRAM):
        return Inspected(number, path, Path(path).name)
    try:
        tensors = weights.read(path)
    except NetworkError as error:
        return Inspected(number, path, "", (), str(error), usable=False)
    found = torchvision_models.guess(tensors, path.replace("\\", "/"))
    near = "" if found else torchvision_models.hint(tensors)
    if near:  # no architecture that could be chosen would fit
        return Inspected(number, path, "", (), unfitting(Path(path), near), usable=False)
    message = "" if found else _UNKNOWN
    names = tuple(dict.fromkeys((*found, *torchvision_models.architectures())))
    return Inspected(number, path, found[0] if found else "", names, message)


def looked(question: Look, network: Network) -> Looked:
    """What a bare network makes of the question's picture."""
    from engine.shelf import unsaid

    facts = facts_of(network)
    remembered, spoiled = Settings(), ""
    try:
        if network.ref.weights:
            remembered = keeping.read(network.ref.weights)
    except NetworkError as error:
        spoiled = str(error)
    top: Top = ()
    try:
        said = remembered if question.settings is None else question.settings
        told = own.applied(unsaid(network), said)
        if question.picture is not None:
            crop = told.preprocessing.crop(question.picture)
            top = told.classify(told.preprocessing.normalize(crop).to(told.device))[0]
    except NetworkError as error:
        return Looked(question.number, facts, (), str(error), remembered, spoiled)
    return Looked(question.number, facts, top, "", remembered, spoiled)


def facts_of(network: Network) -> Facts:
    """What a bare network's file gives."""
    p = network.preprocessing
    least, most = 1, 0
    height, width = getattr(network, "height", None), getattr(network, "width", None)
    if height is not None and width is not None:  # an exported program's
        least = max(height[0], width[0])
        most = 0 if min(height[1], width[1]) == float("inf") else int(min(height[1], width[1]))
    return Facts(
        title=network.title,
        size=p.size,
        resize=p.resize,
        mean=p.mean,
        std=p.std,
        interpolation=p.interpolation,
        classes=network.classes,
        parameters=sum(x.numel() for x in network.model.parameters()),
        least=least,
        most=most,
    )
