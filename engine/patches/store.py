"""An index on disk: one SQLite file, for its transactions. No torch, no Qt.

What is kept of the units and which images went into it must never disagree, whenever the process
is killed: both are one transaction. A window reads a unit out of the middle of a layer's numbers
while the index is still made, without waiting for it and without loading the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.atlas.database import Database
from engine.folders import BROKEN, sentence
from engine.patches.best import KEPT, Best
from engine.patches.listing import Found
from engine.patches.parcels import PatchError
from engine.runs import data_folder
from engine.units import NetworkInfo, ReceptiveField

FORMAT = 1

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE images (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    changed INTEGER NOT NULL, height INTEGER NOT NULL, width INTEGER NOT NULL, reason TEXT);
CREATE TABLE layers (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, channels INTEGER NOT NULL,
    columns INTEGER NOT NULL, field TEXT NOT NULL, activations BLOB NOT NULL,
    images BLOB NOT NULL, places BLOB NOT NULL, floor BLOB NOT NULL);
"""


class PatchDatabase(Database):
    """The file itself."""

    Error = PatchError
    remedy = "delete it, and the folder is indexed anew"


def store_path(info: NetworkInfo, folder: Path | str, layers: Sequence[str] = ()) -> Path:
    """Where the index of a folder for a network is, whether there is one or not."""
    parts = [info.name, info.sha256 or info.weights, info.input_size, info.resize]
    parts += [info.interpolation, os.path.abspath(folder), sorted(layers)]  # noqa: PTH100
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
    name = "".join(c if c.isalnum() else "-" for c in info.name)[:40]
    return data_folder() / "patches" / f"{name}-{digest}.sqlite"


def discard(path: Path) -> None:
    """Removes an index.

    Raises:
        PatchError: it cannot be removed.
    """
    try:
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise PatchError(sentence(f"{path} cannot be removed", error)) from error


class PatchStore:
    """The index being made: ``best`` in memory, as ``save`` last wrote it on disk.

    ``images`` are the files that went into it, by their path, with their number there.
    """

    def __init__(self, path: Path, about: dict[str, Any], layers: dict[str, int]) -> None:
        """Opens the index, or makes it anew where there is none of just this kind.

        ``about`` is what it must be of (the network, its preprocessing, the folder); ``layers``
        are the layers' channels by their names.

        Raises:
            PatchError: the disk is full or read-only.
        """
        self.path = path
        self.units = {}
        first = 0
        for name, channels in layers.items():
            self.units[name] = slice(first, first + channels)
            first += channels
        self.best = Best(first)
        self.images: dict[str, tuple[int, Found]] = {}
        self.reasons: dict[str, str] = {}
        self.facts: dict[str, Any] = {}
        self._about = {"format": FORMAT, "kept": KEPT, **about}
        self._me = uuid.uuid4().hex
        self._changed: set[str] = set()
        self._pending: list[tuple[Any, ...]] = []
        self._gone: list[int] = []
        self._database = PatchDatabase(path)
        try:
            if path.is_file():
                self._read()
        except (PatchError, *BROKEN):  # it can all be computed again
            self._database.close()
            discard(path)
            self._database = PatchDatabase(path)
            self.images, self.reasons, self.facts = {}, {}, {}
            self.best = Best(first)
        self._last = max((key for key, _ in self.images.values()), default=0)
        self._begin()

    def _read(self) -> None:
        rows = self._database.rows("SELECT name, value FROM about")
        about = {name: json.loads(value) for name, value in rows}
        if any(about.get(name) != value for name, value in self._about.items()):
            raise PatchError(f"{self.path} is of another network or folder.")
        self.facts = about.get("facts", {})
        rows = self._database.rows("SELECT id, path, size, changed, reason FROM images")
        self.images = {path: (key, Found(path, *file)) for key, path, *file, _ in rows}
        self.reasons = {path: reason for _, path, _, _, reason in rows if reason}
        query = "SELECT name, channels, activations, images, places, floor FROM layers"
        found = {name: (channels, blobs) for name, channels, *blobs in self._database.rows(query)}
        for name, units in self.units.items():
            channels, blobs = found[name]
            if channels != units.stop - units.start:
                raise ValueError(f"{name} has {channels} channels")
            arrays = self._arrays(units)
            for array, blob in zip(arrays, blobs, strict=True):
                array[...] = np.frombuffer(blob, array.dtype).reshape(array.shape)

    def _arrays(self, units: slice) -> tuple[Any, ...]:
        best = self.best
        return best.values[units], best.images[units], best.places[units], best.floor[units]

    def _begin(self) -> None:
        database = self._database
        with database.faults("made"):
            database.path.parent.mkdir(parents=True, exist_ok=True)
            database.path.touch()
            database.rows("PRAGMA journal_mode = WAL")
            database.rows("PRAGMA synchronous = NORMAL")
        with database.writing() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
            values = {**self._about, "writer": self._me}
            connection.executemany(
                "INSERT OR REPLACE INTO about VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in values.items()],
            )

    def forget(self, paths: Iterable[str]) -> None:
        """Images that are gone or have changed; where too little is left, all are to be done."""
        gone = [self.images.pop(path)[0] for path in paths]
        for path in list(self.reasons):
            if path not in self.images:
                del self.reasons[path]
        if not gone:
            return
        self._gone += gone
        self._changed |= set(self.units)
        if not self.best.drop(np.array(gone, np.int32)):
            self._gone += [key for key, _ in self.images.values()]
            self.images, self.reasons = {}, {}
            self.best = Best(len(self.best.floor))

    def add_image(self, file: Found, shape: tuple[int, int] = (0, 0), reason: str = "") -> int:
        """A file that is done: its picture's (height, width), or why it gave none. Its number."""
        self._last += 1
        self.images[file.path] = self._last, file
        if reason:
            self.reasons[file.path] = reason
        row = (self._last, file.path, file.size, file.changed, *shape, reason or None)
        self._pending.append(row)
        return self._last

    def save(self, fields: dict[str, tuple[int, ReceptiveField]]) -> None:
        """Writes what changed since the last time, all of it or nothing.

        ``fields`` has each layer's number of columns and its receptive field.

        Raises:
            PatchError: the disk is full; or another process indexes the same folder by now.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT value FROM about WHERE name = 'writer'").fetchone()
            if not row or json.loads(row[0]) != self._me:
                raise PatchError("Another Unitscope indexes this folder by now: it goes on there.")
            connection.execute(
                "INSERT OR REPLACE INTO about VALUES ('facts', ?)", (json.dumps(self.facts),)
            )
            connection.executemany("DELETE FROM images WHERE id = ?", [(x,) for x in self._gone])
            connection.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?)", self._pending)
            known = {x for (x,) in connection.execute("SELECT name FROM layers")}
            for name, units in self.units.items():
                if name in known and name not in self._changed:
                    continue
                columns, field = fields[name]
                blobs = [array.tobytes() for array in self._arrays(units)]
                connection.execute(
                    "INSERT OR REPLACE INTO layers (name, channels, columns, field, activations,"
                    " images, places, floor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (name, units.stop - units.start, columns, json.dumps(asdict(field)), *blobs),
                )
        self._pending, self._gone, self._changed = [], [], set()

    def touched(self, name: str) -> None:
        """A layer's numbers are no longer those on disk."""
        self._changed.add(name)

    def close(self) -> None:
        """Ends writing; what was not saved is not there."""
        self._database.close()
