"""A run's folder on disk: written, read back. No torch, no Qt, no method.

A run folder holds ``run.json`` (PRODUCT.md §4) and the pictures it names. Everything is written to
a temporary name and then renamed, so that a crash or a full disk leaves the last good version.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from engine import __version__
from engine.folders import (
    BROKEN,
    FORMAT,
    RunError,
    end_of,
    fresh_folder,
    network_of,
    read_document,
    read_picture,
    sentence,
    write_document,
    write_frames,
    write_png,
)
from engine.jobs import Change, Record, Run
from engine.recipes import Recipe


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
    return fresh_folder(parent, run.unit, run.network.name if dated else "")


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
            images["frames"] = write_frames(folder, run.frames)
        document = {
            "format": FORMAT,
            "method": run.method,
            "program": __version__,
            "network": asdict(run.network),
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
        write_document(folder, document)
    except (OSError, ValueError) as error:  # ValueError: JSON has no NaN
        raise RunError(sentence(f"The run cannot be saved in {folder}", error)) from error
    run.folder = folder


def load(folder: Path) -> Run:
    """Reads a run back, with every row and the pictures that were kept.

    Raises:
        RunError: no run there, a format of a later version, or a broken file.
    """
    folder = Path(folder)
    if folder.name == "run.json":
        folder = folder.parent
    document = read_document(folder)
    try:
        run = _run_of(document, folder)
        pictures = dict(document["images"].get("frames", {}))
        for iteration, name in pictures.items():
            image = read_picture(folder, name)
            if image is not None:
                run.frames.add(int(iteration), image)
        result = read_picture(folder, document["images"].get("result", ""))
        if result is not None and run.records:
            run.frames.add(run.records[-1].iteration, result)
    except BROKEN as error:
        raise RunError(f"{folder / 'run.json'} is no run of this program: {error!r}.") from error
    return run


def load_head(folder: Path) -> Run:
    """A run without its rows and pictures, for lists; the same errors as ``load``."""
    document = read_document(Path(folder))
    try:
        document["steps"] = document["steps"][-1:]
        return _run_of(document, Path(folder))
    except BROKEN as error:
        raise RunError(f"{folder} holds no run of this program: {error!r}.") from error


def method_of(folder: Path) -> str:
    """Which method made the run in a folder: ``maximize``, ``attack``.

    Raises:
        RunError: no run there, a format of a later version, or a broken file.
    """
    return str(read_document(Path(folder)).get("method", "maximize"))


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


def _run_of(document: dict[str, Any], folder: Path) -> Run:
    return Run(
        network=network_of(document),
        unit=str(document["unit"]),
        title=str(document.get("title") or document["unit"]),
        recipe=Recipe.from_dict(document["recipe"]),
        device=str(document["device"]),
        method=str(document["method"]),
        started_from=str(document.get("started_from", "noise")),
        created=str(document.get("created", "")),
        seconds=float(document["seconds"]),
        ended=end_of(document),
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
