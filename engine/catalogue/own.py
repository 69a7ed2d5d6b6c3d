"""What a person says of a network of their own, kept beside its file. No torch, no Qt.

``lenet.pt2`` has ``lenet.pt2.unitscope.json``: what is in it takes the place of what was guessed.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.folders import write_atomically
from engine.jobs import NetworkError

if TYPE_CHECKING:
    from engine.networks import Network

PROGRAM = ".pt2"  # an exported program's file: a whole network
WEIGHTS = (".pth", ".pt", ".safetensors", ".bin", ".ckpt")  # a state dict's
INTERPOLATIONS = ("bilinear", "bicubic")
ENDING = ".unitscope.json"
MAX_CLASSES = 1_000_000
MAX_SIDE = 8192  # pixels


@dataclass(frozen=True, slots=True)
class Settings:
    """How a network takes photographs and what its classes are called; ``None`` is as guessed.

    ``input_size`` and ``resize`` (of the shorter side, before the central crop) are in pixels;
    ``mean`` and ``std`` are of pixels in [0, 1], a number a channel, or one for all of them.
    """

    input_size: int | None = None
    resize: int | None = None
    channels: int | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    interpolation: str | None = None
    classes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("input_size", "resize"):
            value = getattr(self, name)
            good = value is None or (_whole(value) and 1 <= value <= MAX_SIDE)
            _check(good, name, value, f"a whole number of pixels, 1 to {MAX_SIDE}")
        _check(self.channels in (None, 1, 3), "channels", self.channels, "1 (grey) or 3 (colour)")
        good = self.interpolation in (None, *INTERPOLATIONS)
        _check(good, "interpolation", self.interpolation, " or ".join(INTERPOLATIONS))
        for name in ("mean", "std"):
            values = getattr(self, name)
            good = values is None or (
                isinstance(values, tuple) and len(values) in (1, 3) and all(map(_number, values))
            )
            _check(good, name, values, "one number, or one for each of three channels")
        good = self.std is None or all(x > 0 for x in self.std)
        _check(good, "std", self.std, "above 0")
        good = self.classes is None or (
            0 < len(self.classes) <= MAX_CLASSES and all(isinstance(x, str) for x in self.classes)
        )
        _check(good, "classes", self.classes, "a list of names, at least one")

    def over(self, other: Settings) -> Settings:
        """These, and where they say nothing the other's."""
        said = {k: v for k in _NAMES if (v := getattr(self, k)) is not None}
        return replace(other, **said)


_NAMES = tuple(x.name for x in fields(Settings))


def beside(path: Path | str) -> Path:
    """Where the settings of a network's file are."""
    path = Path(path)
    return path.with_name(path.name + ENDING)


def read(path: Path | str) -> Settings:
    """The settings beside a network's file; empty ones where there are none.

    Raises:
        NetworkError: what is there is damaged, or says what cannot be.
    """
    return read_file(beside(path))


def read_file(file: Path) -> Settings:
    """The settings in a file of them; empty ones where there is none. Raises as ``read`` does."""
    if not file.is_file():
        return Settings()
    try:
        return from_dict(_json(file))
    except NetworkError as error:
        raise NetworkError(f"{file.name}: {error}") from error


def write(path: Path | str, settings: Settings) -> None:
    """Keeps settings beside a network's file, which must be in a folder that can be written."""
    write_file(beside(path), settings)


def write_file(path: Path, settings: Settings) -> None:
    """The same into a file of any name."""
    values = {k: v for k, v in asdict(settings).items() if v is not None}
    text = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))


def from_dict(values: Any) -> Settings:
    """The settings that ``write`` wrote; keys of a later version are left out.

    Raises:
        NetworkError: a value is impossible.
    """
    if not isinstance(values, dict):
        raise NetworkError("a network's settings are values by their names, in { }.")
    known = {k: v for k, v in values.items() if k in _NAMES and v is not None}
    for name in ("mean", "std"):
        if isinstance(known.get(name), int | float):
            known[name] = (known[name],)
        if isinstance(known.get(name), list):
            known[name] = tuple(known[name])
    if "classes" in known:
        known["classes"] = _listed(known["classes"])
    return Settings(**known)


def class_names(path: Path | str) -> tuple[str, ...]:
    """Class names from a file; see ``names_in``.

    Raises:
        NetworkError: no such file, no text, or a list with gaps.
    """
    path = Path(path)
    try:
        return names_in(_text(path), json_only=path.suffix.lower() == ".json")
    except NetworkError as error:
        raise NetworkError(f"{path.name}: {error}") from error


def names_in(text: str, *, json_only: bool = False) -> tuple[str, ...]:
    """Class names in a text: one a line, a JSON list, or a JSON object.

    An object has numbers for keys (``{"0": "zero", …}``) or for values (``{"zero": 0, …}``), or
    lists whose last entry is the name, as ImageNet's ``{"0": ["n01440764", "tench"], …}``.

    Raises:
        NetworkError: it is empty, or a list with gaps.
    """
    if json_only or _is_json(text):
        return _listed(_loads(text))
    lines = [x.strip() for x in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or not all(lines):
        empty = f"line {lines.index('') + 1} is empty" if lines else "it is empty"
        raise NetworkError(f"class names are one a line; {empty}.")
    return tuple(lines)


def applied(network: Network, settings: Settings) -> Network:
    """The network with what the person says of it; the same object.

    Raises:
        NetworkError: it has another number of channels or classes, or takes another size only.
    """
    from engine.networks import check_input_size

    p = network.preprocessing
    if settings.channels not in (None, p.channels):
        raise NetworkError(
            f"{network.title} takes images of {p.channels} channel{'s' * (p.channels > 1)}, "
            f"not {settings.channels}."
        )
    values: dict[str, Any] = {}
    for name in ("mean", "std"):
        numbers = getattr(settings, name)
        if numbers is None:
            continue
        if len(numbers) not in (1, p.channels):
            raise NetworkError(
                f"{network.title} takes one channel; {name} has {len(numbers)} numbers."
            )
        values[name] = numbers if len(numbers) == p.channels else numbers * p.channels
    if settings.interpolation is not None:
        values["interpolation"] = settings.interpolation
    size = settings.input_size or p.size
    if size != p.size:
        check_input_size(network, size)
        values |= {"size": size, "resize": round(p.resize * size / p.size)}
    if settings.resize is not None:
        if settings.resize < size:
            raise NetworkError(f"resize is {settings.resize}; it must be {size} or more.")
        values["resize"] = settings.resize
    if settings.classes is not None and len(settings.classes) != len(network.classes):
        raise NetworkError(
            f"{network.title} has {len(network.classes)} classes; "
            f"{len(settings.classes)} names were given."
        )
    network.preprocessing = replace(p, **values)
    network.classes = settings.classes or network.classes
    return network


def _listed(content: Any) -> tuple[str, ...]:
    if isinstance(content, dict):
        if all(_whole(x) for x in content.values()):
            content = {str(number): name for name, number in content.items()}
        try:
            content = [content[str(i)] for i in range(len(content))]
        except KeyError as error:
            raise NetworkError(
                f"class names are numbered from 0 to {len(content) - 1}; "
                f"{error.args[0]} is missing."
            ) from error
    if not isinstance(content, list | tuple) or not content:
        raise NetworkError("class names are a list, or names by their numbers.")
    names = [x[-1] if isinstance(x, list) and x else x for x in content]
    if not all(isinstance(x, str) and x.strip() for x in names):
        raise NetworkError("every class's name is a text that is not empty.")
    return tuple(x.strip() for x in names)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list | dict)
    except (ValueError, RecursionError):
        return False


def _json(path: Path) -> Any:
    return _loads(_text(path))


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkError("it is damaged: no JSON can be read from it.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise NetworkError("there is no such file, or it may not be read.") from error
    except ValueError as error:
        raise NetworkError("it is no text in UTF-8.") from error


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and math.isfinite(value) and abs(value) < 1e6  # type: ignore[arg-type]


def _check(good: bool, name: str, value: object, possible: str) -> None:
    if not good:
        raise NetworkError(f"{name} is {str(value)[:60]}; it must be {possible}.")


def numbers(text: str) -> tuple[float, ...]:
    """``0.5`` or ``0.485,0.456,0.406`` as numbers; ``ValueError`` for what is none."""
    return tuple(float(x) for x in text.split(","))


def settings_of(options: Any) -> Settings:
    """What a command's options say; see ``add_options``."""
    return Settings(
        input_size=options.input_size,
        resize=options.resize,
        interpolation=options.interpolation,
        mean=options.mean,
        std=options.std,
        classes=class_names(options.class_names) if options.class_names else None,
    )


def add_options(parser: Any) -> None:
    """The options that say for one command what the settings beside the file do not."""
    group = parser.add_argument_group("a network of your own")
    group.add_argument("--input-size", type=int, metavar="N", help="side of its images, in pixels")
    text = "what the shorter side is brought to, before the middle is cut out"
    group.add_argument("--resize", type=int, metavar="N", help=text)
    group.add_argument("--interpolation", choices=INTERPOLATIONS)
    text = "of pixels in [0, 1]: one number, or one a channel"
    group.add_argument("--mean", type=numbers, metavar="M[,M,M]", help=text)
    group.add_argument("--std", type=numbers, metavar="S[,S,S]", help=text)
    group.add_argument("--class-names", metavar="FILE", help="one a line, or a JSON list or object")
