"""An attack on disk: a run folder an image, and the lecture's table. No torch, no Qt."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine import __version__
from engine.attacks.difference import difference, magnification, pixels_of
from engine.attacks.document import METHOD, document_of, run_of
from engine.attacks.parcels import AttackRun, Pixels
from engine.folders import (
    BROKEN,
    FORMAT,
    RunError,
    fresh_folder,
    read_document,
    read_picture,
    sentence,
    write_atomically,
    write_document,
    write_frames,
    write_png,
)
from engine.jobs import Picture

VALUES = "adversarial.npy"  # what no PNG keeps of the adversarial image
RESULT = "result"  # the table's row of the attack's result


def new_folder(parent: Path, run: AttackRun, *, dated: bool = False) -> Path:
    """A fresh folder for a run inside ``parent``, named after its image; never one that exists.

    Raises:
        RunError: the folder cannot be made (read-only, full, a file in the way).
    """
    name = Path(run.source.name).stem or "image"
    return fresh_folder(parent, name, f"{run.network.name}-{run.recipe.method}" if dated else "")


def save(run: AttackRun, folder: Path) -> None:
    """Writes a run, finished or not, over what the folder holds of it.

    Raises:
        RunError: the disk is full or read-only; what was there before is untouched.
    """
    folder = Path(folder)
    images: dict[str, Any] = {"original": "original.png"}
    more: dict[str, Any] = {}
    try:
        if run.folder != folder or not (folder / "original.png").exists():
            write_png(folder / "original.png", run.source.picture)
        if run.adversarial is not None and run.values is not None:
            factor = magnification(run.source.picture, run.values)
            shown = difference(run.source.picture, run.values, factor)
            images |= {"adversarial": "adversarial.png", "difference": "difference.png"}
            write_png(folder / "adversarial.png", run.adversarial, describe(run))
            write_png(folder / "difference.png", shown)
            _write_values(folder / VALUES, run.adversarial, run.values)
            images["frames"] = write_frames(folder, run.frames)
            more["magnification"] = factor
        write_document(folder, document_of(run) | more | {"images": images})
    except (OSError, ValueError) as error:
        raise RunError(sentence(f"The run cannot be saved in {folder}", error)) from error
    run.folder = folder


def save_tests(run: AttackRun) -> None:
    """Writes what was found out after an attack, the sphere and the transfers, into its record.

    Raises:
        RunError: there is no such record any more, or the disk does not take it.
    """
    if run.folder is None:
        return
    document = _read(run.folder)
    found = document_of(run)
    for name in ("sphere", "transfer"):
        if name in found:
            document[name] = found[name]
    try:
        write_document(run.folder, document)
    except (OSError, ValueError) as error:  # ValueError: JSON has no NaN
        raise RunError(sentence(f"The run cannot be saved in {run.folder}", error)) from error


def load(folder: Path) -> AttackRun:
    """Reads a run back, with every row and the pictures that were kept.

    Raises:
        RunError: no attack there, a format of a later version, a broken file, no original.
    """
    folder = Path(folder)
    if folder.name == "run.json":
        folder = folder.parent
    document = _read(folder)
    try:
        names = document["images"]
        original = read_picture(folder, names.get("original", ""))
        if original is None:
            raise RunError(f"{folder} lacks the picture that was attacked, original.png.")
        run = run_of(document, folder, original)
        for iteration, name in names.get("frames", {}).items():
            image = read_picture(folder, name)
            if image is not None and image.shape == original.shape:
                run.frames.add(int(iteration), image)
        adversarial = read_picture(folder, names.get("adversarial", ""))
        if run.records:
            run.frames.add(0, original)  # the frames are JPEG, these are not
            if adversarial is not None and adversarial.shape == original.shape:
                run.frames.add(run.records[-1].iteration, adversarial)
                run.adversarial = adversarial
                run.values = _read_values(folder / VALUES, adversarial)
    except BROKEN as error:
        raise RunError(f"{folder / 'run.json'} is no run of this program: {error!r}.") from error
    return run


def load_head(folder: Path) -> AttackRun:
    """A run with its first and last row and an empty picture, for lists; errors as ``load``'s."""
    document = _read(Path(folder))
    try:
        steps = document["steps"]
        document["steps"] = steps[:1] + steps[1:][-1:]
        return run_of(document, Path(folder), np.zeros((0, 0, 3), dtype=np.uint8))
    except BROKEN as error:
        raise RunError(f"{folder} holds no run of this program: {error!r}.") from error


def load_batch(folder: Path) -> list[AttackRun]:
    """A run and those attacked with it that are still beside it, in the batch's order.

    Raises:
        RunError: as ``load``; a broken neighbour is left out.
    """
    run = load(folder)
    assert run.folder is not None
    runs = []
    for name in run.batch:
        if name == run.folder.name:
            runs.append(run)
        elif Path(name).name == name:
            with contextlib.suppress(RunError):
                other = load(run.folder.parent / name)
                if other.batch == run.batch:
                    runs.append(other)
    return runs if any(x is run for x in runs) else [run]


def describe(run: AttackRun) -> str:
    """What ``adversarial.png`` carries in its text chunk: enough to repeat the run."""
    return json.dumps(
        {
            "format": FORMAT,
            "method": METHOD,
            "program": __version__,
            "network": {"name": run.network.name, "weights": run.network.weights},
            "recipe": run.recipe.as_dict(),
            "source": run.source.name,
        },
        ensure_ascii=False,
    )


def table(runs: Sequence[AttackRun]) -> list[list[str]]:
    """The lecture's table: iterations down, images across, class names; a header row first.

    Empty where an image's attack had ended. A row ``result`` ends it where one of the attacks
    ends otherwise than with its last iteration; other networks that were asked follow by name.
    """
    columns = [{x.iteration: x.top[0][0] for x in run.records if not x.settled} for run in runs]
    count = max((max(column, default=-1) for column in columns), default=-1) + 1
    rows = [["iteration", *(run.source.name for run in runs)]]
    rows += [[str(k), *(column.get(k, "") for column in columns)] for k in range(count)]
    if any(run.last and run.last.settled for run in runs):
        rows.append([RESULT, *(run.last.top[0][0] if run.last else "" for run in runs)])
    for network in dict.fromkeys(x.network for run in runs for x in run.transfers):
        told = [{x.network: x.after[0][0] for x in run.transfers} for run in runs]
        rows.append([network.name, *(x.get(network, "") for x in told)])
    return rows


def write_table(path: Path, runs: Sequence[AttackRun]) -> None:
    """Writes ``table`` as CSV in UTF-8.

    Raises:
        RunError: the disk is full or read-only; what was there before is untouched.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table(runs))
    try:
        write_atomically(path, lambda file: file.write(text.getvalue().encode()))
    except OSError as error:
        raise RunError(sentence(f"The table cannot be saved as {path}", error)) from error


def _read(folder: Path) -> dict[str, Any]:
    document = read_document(folder)
    method = document.get("method")
    if method != METHOD:
        raise RunError(f"{folder} holds a run of {method!r}, not an attack.")
    return document


def _write_values(path: Path, adversarial: Picture, values: Pixels) -> None:
    if values.shape == adversarial.shape and np.array_equal(values, pixels_of(adversarial)):
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, lambda file: np.save(file, values.astype(np.float32)))


def _read_values(path: Path, adversarial: Picture) -> Pixels:
    try:
        values: Pixels = np.load(path, allow_pickle=False)
        fits = values.shape[:2] == adversarial.shape[:2] and values.shape[2] in (1, 3)
        levels = np.clip(np.round(values * 255), 0, 255)
        # A process that was killed between the two files leaves values of another iteration.
        if fits and values.dtype == np.float32 and (np.abs(levels - adversarial) <= 1).all():
            return values
    except Exception:  # lost or damaged: that costs what no PNG keeps, not the run
        pass
    return pixels_of(adversarial)
