"""The images of a folder, and what changed there since the last time. No torch, no Qt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.folders import sentence
from engine.images import SUFFIXES
from engine.patches.parcels import PatchError

PIECE = 500  # files looked at between two breaths


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its path in the folder with forward slashes, its size, when it was changed."""

    path: str
    size: int
    changed: int


def images_of(folder: Path) -> Iterator[list[Found]]:
    """The files with an image's suffix, in and below a folder, some at a time, in no order.

    Hidden files and folders are left out, and links to folders are not followed.

    Raises:
        PatchError: there is no such folder, or it may not be read.
    """
    waiting, found, seen = [folder], list[Found](), 0
    while waiting:
        inside = waiting.pop()
        try:
            entries = os.scandir(inside)
        except OSError as error:
            if inside != folder:
                continue
            raise PatchError(sentence(f"The folder {folder} cannot be read", error)) from error
        with entries:
            for entry in entries:
                seen += 1
                if entry.name.startswith("."):
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122
                        status = entry.stat()
                        path = Path(entry.path).relative_to(folder).as_posix()
                        found.append(Found(path, status.st_size, status.st_mtime_ns))
                except OSError:
                    continue  # gone meanwhile, or not ours to read
                if seen % PIECE == 0:
                    yield found
                    found = []
    yield found
