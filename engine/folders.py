"""A run folder's files, whichever method made it: read, and written so that nothing is lost.

Everything is written to a temporary name and then renamed: a crash or a full disk leaves the last
good version. No torch, no Qt, no method.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from engine.jobs import Frames, NetworkRef, Picture

FORMAT = 1
ENDS = ("", "finished", "stopped", "failed")  # of a run; the first while it goes on
FRAMES_KEPT = 60  # pictures along the timeline of a kept run, evenly spaced
# What a document with wrong values leads to; the overflow is a number beyond float's.
BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class RunError(Exception):
    """A run that cannot be written or read; the message says which file and why."""


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@,_-]+", "-", name).strip("-.")


def fresh_folder(parent: Path, name: str, dated: str = "") -> Path:
    """Makes a folder named after ``name``, after the time and ``dated`` where that is given.

    Raises:
        RunError: the folder cannot be made (read-only, full, a file in the way).
    """
    stem = _plain(name)[:100] or "run"
    if dated:  # a network's name may have a slash: timm/resnet18
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{_plain(dated)}-{stem}"[:120]
    for attempt in range(1, 100_000):
        folder = parent / (stem if attempt == 1 else f"{stem}-{attempt}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            if parent.exists() and not parent.is_dir():
                raise RunError(f"{parent} is a file, not a folder: choose another.") from error
            continue
        except OSError as error:
            raise RunError(sentence(f"The folder {folder} cannot be made", error)) from error
        return folder
    raise RunError(f"{parent} holds too many runs of {name}.")


def read_document(folder: Path) -> dict[str, Any]:
    """A folder's ``run.json``, of whichever method; the same errors as ``load``."""
    path = folder / "run.json"
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{folder} holds no run: there is no run.json in it.") from error
    except (OSError, ValueError) as error:
        raise RunError(sentence(f"{path} cannot be read", error)) from error
    except RecursionError as error:
        raise RunError(f"{path} is no run of this program.") from error
    if not isinstance(document, dict) or "format" not in document:
        raise RunError(f"{path} is no run of this program.")
    version = document["format"]
    if not isinstance(version, int) or version > FORMAT:
        raise RunError(
            f"{path} was written by a later version of Unitscope (format {version}): update it."
        )
    return document


def network_of(document: dict[str, Any]) -> NetworkRef:
    """The network of a document that ``read_document`` gave; raises one of ``BROKEN``."""
    network = document["network"]
    return NetworkRef(
        str(network["name"]), network.get("weights") or "", network.get("sha256") or ""
    )


def end_of(document: dict[str, Any]) -> str:
    """How the run ended, one of ``ENDS``; raises one of ``BROKEN``."""
    ended = document["ended"] or ""
    if ended not in ENDS:
        raise ValueError(f"ended is {ended!r}")
    return str(ended)


def read_picture(folder: Path, name: str) -> Picture | None:
    """A picture that a run names, uint8 (H, W, 3).

    ``None`` where it is lost, damaged or outside the folder: that costs a picture, not the run.
    """
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder.resolve()):
        return None
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except Exception:  # Pillow's decoders raise whatever a damaged file leads them to
        return None


def write_document(folder: Path, document: dict[str, Any]) -> None:
    """Writes ``run.json``, and then drops the frames that it no longer names.

    Raises:
        OSError: the disk. ValueError: a number that JSON has no form for.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(folder / "run.json", lambda file: file.write(text.encode()))
    drop_unnamed_frames(folder, document["images"].get("frames", {}).values())


def write_frames(folder: Path, frames: Frames) -> dict[str, str]:
    """Writes at most ``FRAMES_KEPT`` of them, those not there already; names by iteration."""
    (folder / "frames").mkdir(exist_ok=True)
    names = {}
    for iteration, image in frames.spread(FRAMES_KEPT).items():
        name = f"frames/{iteration:06d}.jpg"
        if not (folder / name).exists():
            write_atomically(folder / name, partial(_write_jpeg, image))
        names[str(iteration)] = name
    return names


def _write_jpeg(image: Picture, file: Any) -> None:
    Image.fromarray(image).save(file, "JPEG", quality=92, subsampling=0)


def drop_unnamed_frames(folder: Path, named: Iterable[str]) -> None:
    """Removes the frames of an earlier saving that were thinned out since."""
    keep = {Path(name).name for name in named}
    for path in (folder / "frames").glob("*.jpg"):
        if path.name not in keep:
            with contextlib.suppress(OSError):
                path.unlink()


def write_png(path: Path, image: Picture, description: str = "") -> None:
    """Writes a picture, uint8 (H, W, 3), with its recipe in the text chunk ``unitscope``."""
    info = PngImagePlugin.PngInfo()
    if description:
        info.add_itxt("unitscope", description)
    write_atomically(path, lambda file: Image.fromarray(image).save(file, "PNG", pnginfo=info))


def write_atomically(path: Path, write: Callable[[Any], Any], *, sync: bool = True) -> None:
    """Lets ``write`` fill a temporary file, open in binary, then puts it in ``path``'s place.

    Without ``sync`` it may be lost with the power, though not with the process.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def sentence(what: str, error: Exception) -> str:
    """What could not be done, and the system's reason."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"{what}: {reason[:1].lower()}{reason[1:]}."
