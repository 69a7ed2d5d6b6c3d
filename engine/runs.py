"""A run's folder on disk: written, read back. No torch, no Qt, no method.

A run folder holds ``run.json`` (PRODUCT.md §4) and the pictures it names. Everything is written to
a temporary name and then renamed, so that a crash or a full disk leaves the last good version.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from PIL import Image, PngImagePlugin

from engine import __version__
from engine.jobs import Change, NetworkRef, Picture, Record, Run
from engine.recipes import Recipe

FORMAT = 1
ENDS = ("", "finished", "stopped", "failed")  # of a run; the first while it goes on
FRAMES_KEPT = 60  # pictures along the timeline of a kept run, evenly spaced
# What a document with wrong values leads to; the overflow is a number beyond float's.
_BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class RunError(Exception):
    """A run that cannot be written or read; the message says which file and why."""


def data_folder() -> Path:
    """Where runs and settings are kept: ``UNITSCOPE_DATA``, or the platform's own folder."""
    chosen = os.environ.get("UNITSCOPE_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("Unitscope", appauthor=False)


def history_folder() -> Path:
    """The History's folder, a run folder each."""
    return data_folder() / "runs"


def new_folder(parent: Path, run: Run, *, dated: bool = False) -> Path:
    """A fresh folder for a run inside ``parent``, named after its unit; never one that exists.

    Raises:
        RunError: the folder cannot be made (read-only, full, a file in the way).
    """
    stem = re.sub(r"[^A-Za-z0-9.@,_-]+", "-", run.unit).strip("-.") or "run"
    if dated:
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{run.network.name}-{stem}"[:120]
    for attempt in range(1, 100_000):
        folder = parent / (stem if attempt == 1 else f"{stem}-{attempt}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            if parent.exists() and not parent.is_dir():
                raise RunError(f"{parent} is a file, not a folder: choose another.") from error
            continue
        except OSError as error:
            raise RunError(_sentence(f"The folder {folder} cannot be made", error)) from error
        return folder
    raise RunError(f"{parent} holds too many runs of {run.unit}.")


def save(run: Run, folder: Path) -> None:
    """Writes a run, finished or not, over what the folder holds of it.

    Raises:
        RunError: the disk is full or read-only; what was there before is untouched.
    """
    folder = Path(folder)
    images: dict[str, Any] = {}
    try:
        if run.result is not None:
            images["result"] = "result.png"
            write_png(folder / "result.png", run.result, describe(run))
            frames = run.frames.spread(FRAMES_KEPT)
            (folder / "frames").mkdir(exist_ok=True)
            images["frames"] = {}
            for iteration, image in frames.items():
                name = f"frames/{iteration:06d}.jpg"
                if not (folder / name).exists():
                    _write_atomically(
                        folder / name,
                        lambda file, image=image: Image.fromarray(image).save(
                            file, "JPEG", quality=92, subsampling=0
                        ),
                    )
                images["frames"][str(iteration)] = name
        document = {
            "format": FORMAT,
            "method": run.method,
            "program": __version__,
            "network": {
                "name": run.network.name,
                "weights": run.network.weights,
                "sha256": run.network.sha256,
            },
            "unit": run.unit,
            "title": run.title,
            "recipe": run.recipe.as_dict(),
            "started_from": run.started_from,
            "changes": [change.as_dict() for change in run.changes],
            "device": run.device,
            "created": run.created,
            "seconds": round(run.seconds, 3),
            "ended": run.ended or None,
            "message": run.message,
            "steps": [record.as_dict() for record in run.records],
            "images": images,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
        _write_atomically(folder / "run.json", lambda file: file.write(text.encode()))
        _drop_unnamed_frames(folder, images.get("frames", {}).values())
    except (OSError, ValueError) as error:  # ValueError: JSON has no NaN
        raise RunError(_sentence(f"The run cannot be saved in {folder}", error)) from error
    run.folder = folder


def load(folder: Path) -> Run:
    """Reads a run back, with every row and the pictures that were kept.

    Raises:
        RunError: no run there, a format of a later version, or a broken file.
    """
    folder = Path(folder)
    if folder.name == "run.json":
        folder = folder.parent
    document = _read_document(folder)
    try:
        run = _run_of(document, folder)
        pictures = dict(document["images"].get("frames", {}))
        for iteration, name in pictures.items():
            image = _read_picture(folder, name)
            if image is not None:
                run.frames.add(int(iteration), image)
        result = _read_picture(folder, document["images"].get("result", ""))
        if result is not None and run.records:
            run.frames.add(run.records[-1].iteration, result)
    except _BROKEN as error:
        raise RunError(f"{folder / 'run.json'} is no run of this program: {error!r}.") from error
    return run


def load_head(folder: Path) -> Run:
    """A run without its rows and pictures, for lists; the same errors as ``load``."""
    document = _read_document(Path(folder))
    try:
        document["steps"] = document["steps"][-1:]
        return _run_of(document, Path(folder))
    except _BROKEN as error:
        raise RunError(f"{folder} holds no run of this program: {error!r}.") from error


def describe(run: Run) -> str:
    """What a PNG carries in its text chunk: enough to repeat the run."""
    return json.dumps(
        {
            "format": FORMAT,
            "method": run.method,
            "program": __version__,
            "network": {"name": run.network.name, "weights": run.network.weights},
            "unit": run.unit,
            "recipe": run.recipe.as_dict(),
            "changes": [change.as_dict() for change in run.changes],
        },
        ensure_ascii=False,
    )


def write_png(path: Path, image: Picture, description: str = "") -> None:
    """Writes a picture, uint8 (H, W, 3), with its recipe in the text chunk ``unitscope``."""
    info = PngImagePlugin.PngInfo()
    if description:
        info.add_itxt("unitscope", description)
    _write_atomically(path, lambda file: Image.fromarray(image).save(file, "PNG", pnginfo=info))


def _run_of(document: dict[str, Any], folder: Path) -> Run:
    network = document["network"]
    ended = document["ended"] or ""
    if ended not in ENDS:
        raise ValueError(f"ended is {ended!r}")
    return Run(
        network=NetworkRef(
            str(network["name"]), network.get("weights") or "", network.get("sha256") or ""
        ),
        unit=str(document["unit"]),
        title=str(document.get("title") or document["unit"]),
        recipe=Recipe.from_dict(document["recipe"]),
        device=str(document["device"]),
        method=str(document["method"]),
        started_from=str(document.get("started_from", "noise")),
        created=str(document.get("created", "")),
        seconds=float(document["seconds"]),
        ended=ended,
        message=str(document.get("message", "")),
        changes=[
            Change(int(c["iteration"]), str(c["name"]), c["value"])
            for c in document.get("changes", [])
        ],
        records=[
            Record(
                int(s["iteration"]),
                float(s["f"]),
                float(s["h"]),
                tuple((str(name), float(p)) for name, p in s["top"]),
            )
            for s in document["steps"]
        ],
        folder=folder,
    )


def _read_document(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{folder} holds no run: there is no run.json in it.") from error
    except (OSError, ValueError) as error:
        raise RunError(_sentence(f"{path} cannot be read", error)) from error
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


def _read_picture(folder: Path, name: str) -> Picture | None:
    # A picture lost from the folder costs that picture, not the run.
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder.resolve()):
        return None
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except Exception:  # Pillow's decoders raise whatever a damaged file leads them to
        return None


def _drop_unnamed_frames(folder: Path, named: Iterable[str]) -> None:
    keep = {Path(name).name for name in named}
    for path in (folder / "frames").glob("*.jpg"):
        if path.name not in keep:
            with contextlib.suppress(OSError):
                path.unlink()


def _write_atomically(path: Path, write: Any) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _sentence(what: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{what}: {reason[:1].lower()}{reason[1:]}."
