"""An evolution on disk: its document, a picture a class, and what it takes to go on. No torch.

What is new gets new names; then ``run.json`` is put in place, which names them; then what it names
no more is removed. So the folder is whole at every instant, whenever its process is killed.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, PngImagePlugin

from engine.evolution.document import (
    METHOD,
    PICTURES,
    SHEET,
    describe,
    document_of,
    picture_name,
    run_of,
)
from engine.evolution.elites import Archive
from engine.evolution.parcels import Champion, EvolveRun
from engine.evolution.sheet import sheet
from engine.evolution.state import archive_of, arrays_of
from engine.folders import (
    BROKEN,
    RunError,
    fresh_folder,
    read_document,
    read_picture,
    sentence,
    write_atomically,
    write_document,
    write_png,
)
from engine.jobs import Picture

_STATE = re.compile(r"state-\d+\.npz")
_PICTURE = re.compile(r"\d{4,}.*-g\d+\.png")


def new_folder(parent: Path, run: EvolveRun, *, dated: bool = False) -> Path:
    """A fresh folder for a run inside ``parent``; one that is gone on with keeps its own.

    Raises:
        RunError: the folder cannot be made (read-only, full, a file in the way).
    """
    if run.folder is not None:
        return run.folder
    return fresh_folder(parent, f"evolved-{run.recipe.encoding}", run.network.name if dated else "")


def save(run: EvolveRun, folder: Path) -> None:
    """Writes a run, finished or not, over what the folder holds of it.

    Raises:
        RunError: the disk is full or read-only; what was there before is untouched.
    """
    folder = Path(folder)
    try:
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        _write_pictures(run, folder)
        state = ""
        if run.archive is not None:
            state = f"state-{run.archive.generation:08d}.npz"
            arrays: dict[str, Any] = arrays_of(run.archive)
            write_atomically(folder / state, lambda file: np.savez(file, **arrays))
        champions = [run.champions[k] for k in sorted(run.champions)]
        write_png(folder / SHEET, sheet(champions), describe(run))
        write_document(folder, document_of(run, state))
        _drop_unnamed(folder, {state, *(picture_name(x) for x in champions)})
    except (OSError, ValueError) as error:  # ValueError: JSON has no NaN
        raise RunError(sentence(f"The run cannot be saved in {folder}", error)) from error
    run.folder = folder


def load(folder: Path) -> EvolveRun:
    """Reads a run back, with every generation's numbers and every champion's picture.

    A picture that is lost or damaged is left out.

    Raises:
        RunError: no evolution there, a format of a later version, or a broken file.
    """
    folder = Path(folder)
    if folder.name == "run.json":
        folder = folder.parent
    document = _read(folder)
    try:
        run = run_of(document, folder)
        for entry in document["archive"]:
            picture = read_picture(folder, entry["image"])
            if picture is not None:
                champion = _champion(entry, picture)
                run.champions[champion.index] = champion
    except BROKEN as error:
        raise RunError(f"{folder / 'run.json'} is no run of this program: {error!r}.") from error
    return run


def load_to_continue(folder: Path) -> EvolveRun:
    """Reads a run with its archive, ready to go on; removes what a killed process left half done.

    Raises:
        RunError: as ``load``, or what it takes to go on is lost or damaged.
    """
    run = load(folder)
    assert run.folder is not None
    document = _read(run.folder)
    name = str(document.get("state", ""))
    path = run.folder / name
    if not _STATE.fullmatch(name):
        raise RunError(f"{run.folder} cannot be gone on with: it was saved without its genomes.")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            archive = archive_of({key: arrays[key] for key in arrays.files})
    except OSError as error:
        raise RunError(sentence(f"{path} cannot be read, so it cannot go on", error)) from error
    except (*BROKEN, zipfile.BadZipFile, EOFError) as error:
        raise RunError(f"{path} is damaged, so that it cannot be gone on with.") from error
    if archive.generation != run.generation:
        raise RunError(f"{path} is of another generation than run.json: it cannot be gone on with.")
    _restore(run, archive, document)
    run.archive = archive
    run.ended, run.message = "", ""
    with contextlib.suppress(OSError):
        _drop_unnamed(run.folder, {name, *(x["image"] for x in document["archive"])})
    return run


def load_head(folder: Path) -> EvolveRun:
    """A run with its last generation's numbers alone and no picture, for lists; errors as
    ``load``'s.
    """
    document = _read(Path(folder))
    try:
        document["steps"] = document["steps"][-1:]
        return run_of(document, Path(folder))
    except BROKEN as error:
        raise RunError(f"{folder} holds no run of this program: {error!r}.") from error


def _restore(run: EvolveRun, archive: Archive, document: dict[str, Any]) -> None:
    """Puts the pictures that are there into the archive; ``evolve`` draws the others again."""
    shape = (archive.side, archive.side, 3)
    for cell, index in enumerate(archive.classes):
        champion = run.champions.get(index)
        same = champion is not None and champion.generation == int(archive.found[cell])
        if champion is not None and same and champion.picture.shape == shape:
            archive.pictures[cell] = champion.picture
            found = archive.champion(cell, champion.name)
            assert found is not None
            run.champions[index] = found


def _champion(entry: dict[str, Any], picture: Picture) -> Champion:
    return Champion(
        int(entry["index"]),
        str(entry["class"]),
        float(entry["confidence"]),
        int(entry["generation"]),
        picture,
        -1,
    )


def _write_pictures(run: EvolveRun, folder: Path) -> None:
    description = describe(run)
    encoded: dict[int, bytes] = {}  # one child may be the best of many classes
    for champion in run.champions.values():
        path = folder / picture_name(champion)
        if path.exists():
            continue
        key = id(champion.picture)
        if key not in encoded:
            encoded[key] = _png(champion.picture, description)
        # Not forced onto the disk one by one, which takes longer than all the rest: one that is
        # lost with the power is drawn again from its genome.
        write_atomically(path, partial(_write, encoded[key]), sync=False)


def _write(content: bytes, file: IO[bytes]) -> None:
    file.write(content)


def _png(picture: Picture, description: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("unitscope", description)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", pnginfo=info, compress_level=3)
    return file.getvalue()


def _drop_unnamed(folder: Path, named: set[str]) -> None:
    for path in [*folder.glob("state-*.npz"), *(folder / PICTURES).glob("*.png")]:
        name = path.relative_to(folder).as_posix()
        ours = _STATE.fullmatch(path.name) or _PICTURE.fullmatch(path.name)
        if ours and name not in named:
            with contextlib.suppress(OSError):
                path.unlink()


def _read(folder: Path) -> dict[str, Any]:
    document = read_document(folder)
    method = document.get("method")
    if method != METHOD:
        raise RunError(f"{folder} holds a run of {method!r}, not an evolution.")
    return document
