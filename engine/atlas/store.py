"""An atlas on disk: one SQLite file that holds every unit's picture. No torch, no Qt.

Whoever makes an atlas puts units in batches, a transaction each; any other thread may read at the
same time. A unit is (layer, index), the table's primary key, so that none is there twice.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import __version__
from engine.atlas import pictures
from engine.atlas.database import AtlasError, Database, OtherAtlasError
from engine.atlas.parcels import Entry, Made, Section
from engine.folders import BROKEN, sentence
from engine.jobs import NetworkRef, Picture
from engine.recipes import Recipe, option
from engine.runs import data_folder
from engine.units import NetworkInfo, Unit

FORMAT = 1
NAME = "atlas.sqlite"
# Not what makes a picture: a label, and how often a run names classes on its way.
IDLE = ("preset", "classify_every")

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE layers (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    kind TEXT NOT NULL, shape TEXT NOT NULL, total INTEGER NOT NULL);
CREATE TABLE units (
    layer INTEGER NOT NULL, number INTEGER NOT NULL, f REAL, top TEXT NOT NULL, p REAL,
    made REAL NOT NULL, dot BLOB NOT NULL, PRIMARY KEY (layer, number));
CREATE TABLE thumbnails (
    layer INTEGER NOT NULL, number INTEGER NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (layer, number));
CREATE TABLE pictures (
    layer INTEGER NOT NULL, number INTEGER NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (layer, number));
"""


def atlas_folder(ref: NetworkRef) -> Path:
    """Where the window keeps a network's atlas: by its weights' sum, or its name."""
    name = ref.sha256[:16] or re.sub(r"[^A-Za-z0-9._-]+", "-", ref.name)
    return data_folder() / "atlas" / name


def exists(path: Path | str) -> bool:
    """Whether a folder holds a store, good or damaged."""
    return _file(path).is_file()


def discard(path: Path | str) -> None:
    """Removes the store of a folder, and nothing else in it.

    Raises:
        AtlasError: it cannot be removed.
    """
    file = _file(path)
    try:
        for suffix in ("-wal", "-shm", ""):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise AtlasError(sentence(f"{file} cannot be removed", error)) from error


class Store:
    """The store of one network and one recipe; ``open`` makes one."""

    def __init__(self, database: Database, about: dict[str, Any]) -> None:
        self._database = database
        self.path = database.path
        self.network = NetworkRef(**about["network"])
        self.recipe = Recipe.from_dict(about["recipe"])
        self._ids: dict[str, int] = {}
        self._read_layers()

    @classmethod
    def open(
        cls,
        path: Path | str,
        network: NetworkRef | None = None,
        recipe: Recipe | None = None,
    ) -> Store:
        """Opens the store of a folder; makes one where there is none and both values are given.

        Raises:
            AtlasError: none there; damaged; of a later version; the disk is full or read-only.
            OtherAtlasError: of another network or recipe.
        """
        database = Database(_file(path))
        try:
            if not database.path.is_file() or not _tables(database):
                if network is None or recipe is None:
                    raise AtlasError(f"{database.path.parent} holds no atlas.")
                _create(database, network, recipe)
            about = _about(database)
            try:
                store = cls(database, about)
            except BROKEN as error:
                raise AtlasError(f"{database.path} is no atlas of this program.") from error
            store._check(network, recipe)
        except BaseException:
            database.close()
            raise
        return store

    def close(self) -> None:
        """Ends reading and writing, in every thread."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is there.

    @property
    def title(self) -> str:
        """The network's name for a person."""
        return self._told("title") or self.network.name

    @property
    def classes(self) -> tuple[str, ...]:
        """The network's classes by number, empty before ``plan``."""
        return tuple(json.loads(self._told("classes") or "[]"))

    def sections(self) -> list[Section]:
        """The layers of the atlas in the network's order, and how far each is."""
        rows = self._database.rows(
            "SELECT name, title, kind, shape, total, (SELECT count(*) FROM units WHERE layer = id)"
            " FROM layers ORDER BY place"
        )
        return [
            Section(name, title, kind, tuple(json.loads(shape)), total, done)
            for name, title, kind, shape, total, done in rows
        ]

    def layers(self) -> list[tuple[str, int, int]]:
        """Name, units made, units in all, in the network's order."""
        return [(x.name, x.done, x.total) for x in self.sections()]

    def done(self) -> set[tuple[str, int]]:
        """(layer, index) of every unit that is made."""
        names = self._names()
        rows = self._database.rows("SELECT layer, number FROM units")
        return {(names[layer], number) for layer, number in rows}

    def done_of(self, layer: str) -> set[int]:
        """The indices of a layer that are made."""
        rows = self._database.rows("SELECT number FROM units WHERE layer = ?", (self._id(layer),))
        return {number for (number,) in rows}

    def entry(self, unit: Unit) -> Entry | None:
        """f, the most probable class and its probability, and when; ``None`` if not made."""
        found = self._entries(unit.layer, unit.index, unit.index + 1)
        return found[0] if found else None

    def entries(self, layer: str) -> list[Entry]:
        """Those of a layer that are made, in order."""
        return self._entries(layer, 0, 2**62)

    def thumbnail(self, unit: Unit) -> Picture | None:
        """At most 64 pixels a side, uint8 (h, w, 3); ``None`` if not made."""
        return self._picture("thumbnails", unit)

    def thumbnails(self, layer: str, start: int, stop: int) -> list[Picture | None]:
        """Those of the units ``start`` to ``stop`` - 1 of a layer."""
        found = dict(self.files("thumbnails", layer, start, stop))
        return [pictures.decoded(found.get(i)) for i in range(start, stop)]

    def picture(self, unit: Unit) -> Picture | None:
        """The unit's picture, uint8 (H, W, 3); ``None`` if not made, or damaged."""
        return self._picture("pictures", unit)

    def files(
        self, kind: str, layer: str, start: int = 0, stop: int = 2**62
    ) -> list[tuple[int, bytes]]:
        """Index and JPEG file of a layer's ``pictures`` or ``thumbnails`` that are made."""
        return self._database.rows(
            f"SELECT number, jpeg FROM {kind} WHERE layer = ? AND number >= ? AND number < ?"
            " ORDER BY number",
            (self._id(layer), start, stop),
        )

    def dots(self, layer: str) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The made units' indices (N,), and their pictures as 8×8 pixels, uint8 (N, 8, 8, 3).

        What a sheet shows from far away: 10⁵ of them take less than a second.
        """
        rows = self._database.rows(
            "SELECT number, dot FROM units WHERE layer = ? AND length(dot) ORDER BY number",
            (self._id(layer),),
        )
        return np.array([x for x, _ in rows], np.int64), pictures.dots([x for _, x in rows])

    # What is put there.

    def plan(self, info: NetworkInfo, sections: Iterable[Section]) -> None:
        """Notes the network's names, and the layers that the atlas will have beside its others.

        Raises:
            OtherAtlasError: the store knows a layer of that name with other channels.
        """
        places = {layer.name: place for place, layer in enumerate(info.layers)}
        known = {x.name: x.total for x in self.sections()}
        with self._database.writing() as connection:
            for name, value in (("title", info.title), ("classes", json.dumps(info.classes))):
                connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
            for x in sections:
                if known.get(x.name, x.total) != x.total:
                    raise OtherAtlasError(
                        f"{self.path} holds an atlas of another network: its {x.name} has "
                        f"{known[x.name]} units, not {x.total}. Choose another folder."
                    )
                place = places.get(x.name, len(places))
                connection.execute(
                    "INSERT OR IGNORE INTO layers (place, name, title, kind, shape, total)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (place, x.name, x.title, x.kind, json.dumps(x.shape), x.total),
                )
        self._read_layers()

    def put(self, batch: Sequence[Made]) -> tuple[Picture | None, ...]:
        """Adds units, all of them or none; one that is there already stays as it is.

        Returns their thumbnails.

        Raises:
            AtlasError: the disk is full or read-only; a layer was not planned.
        """
        now = time.time()
        units, small, large, shown = [], [], [], []
        for made in batch:
            key = (self._id(made.unit.layer), made.unit.index)
            dot = b""
            thumbnail = None
            if made.picture is not None:
                thumbnail = pictures.reduced(made.picture, pictures.THUMBNAIL)
                dot = pictures.dot(made.picture)
                large.append((*key, pictures.encoded(made.picture)))
                small.append((*key, pictures.encoded(thumbnail, pictures.THUMBNAIL_QUALITY)))
            units.append((*key, made.f, made.top, made.p, now, dot))
            shown.append(thumbnail)
        with self._database.writing() as connection:
            insert = "INSERT INTO {} VALUES ({}) ON CONFLICT (layer, number) DO NOTHING"
            connection.executemany(insert.format("units", "?, ?, ?, ?, ?, ?, ?"), units)
            connection.executemany(insert.format("thumbnails", "?, ?, ?"), small)
            connection.executemany(insert.format("pictures", "?, ?, ?"), large)
        return tuple(shown)

    def _check(self, network: NetworkRef | None, recipe: Recipe | None) -> None:
        where = self.path.parent
        if network is not None and not _same(self.network, network):
            mine = self.network.name
            other = "other weights" if mine == network.name else network.name
            raise OtherAtlasError(
                f"{where} holds an atlas of {mine}, which is not mixed with one of {other}: "
                "choose another folder."
            )
        if recipe is None:
            return
        different = {k: v for k, v in self.recipe.differences(recipe).items() if k not in IDLE}
        if different:
            had = self.recipe.as_dict()
            values = ", ".join(f"{option(k)} {had[k]} not {v}" for k, v in different.items())
            raise OtherAtlasError(
                f"{where} holds an atlas made with other values ({values}): choose another "
                "folder, or give the same values."
            )

    def _entries(self, layer: str, start: int, stop: int) -> list[Entry]:
        rows = self._database.rows(
            "SELECT number, f, top, p, made FROM units"
            " WHERE layer = ? AND number >= ? AND number < ? ORDER BY number",
            (self._id(layer), start, stop),
        )
        nan = math.nan  # which SQLite keeps as nothing
        return [
            Entry(Unit(layer, n), nan if f is None else f, top, nan if p is None else p, made)
            for n, f, top, p, made in rows
        ]

    def _picture(self, table: str, unit: Unit) -> Picture | None:
        rows = self.files(table, unit.layer, unit.index, unit.index + 1)
        return pictures.decoded(rows[0][1]) if rows else None

    def _told(self, name: str) -> str:
        rows = self._database.rows("SELECT value FROM about WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def _read_layers(self) -> None:
        self._ids = dict(self._database.rows("SELECT name, id FROM layers"))

    def _names(self) -> dict[int, str]:
        if self._database.rows("SELECT count(*) FROM layers")[0][0] != len(self._ids):
            self._read_layers()  # another process has planned more
        return {number: name for name, number in self._ids.items()}

    def _id(self, layer: str) -> int:
        if layer not in self._ids:
            self._read_layers()
        return self._ids.get(layer, -1)


def _file(path: Path | str) -> Path:
    path = Path(path)
    return path if path.suffix == Path(NAME).suffix else path / NAME


def _same(mine: NetworkRef, other: NetworkRef) -> bool:
    if mine.sha256 and other.sha256:
        return mine.sha256 == other.sha256
    return (mine.name, mine.weights) == (other.name, other.weights)


def _tables(database: Database) -> int:
    return int(database.rows("SELECT count(*) FROM sqlite_master WHERE type = 'table'")[0][0])


def _create(database: Database, network: NetworkRef, recipe: Recipe) -> None:
    about = {
        "format": FORMAT,
        "program": __version__,
        "network": asdict(network),
        "recipe": recipe.as_dict(),
    }
    with database.faults("made"):
        database.path.parent.mkdir(parents=True, exist_ok=True)
        database.path.touch()
        database.rows("PRAGMA journal_mode = WAL")
    with database.writing() as connection:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        for name, value in about.items():
            connection.execute("INSERT INTO about VALUES (?, ?)", (name, json.dumps(value)))


def _about(database: Database) -> dict[str, Any]:
    tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    found = {}
    if ("about",) in tables:
        rows = database.rows("SELECT name, value FROM about")
        try:
            found = {k: json.loads(v) for k, v in rows if k in ("format", "network", "recipe")}
        except BROKEN:
            found = {}
    if not {"format", "network", "recipe"} <= found.keys() or not isinstance(found["format"], int):
        raise AtlasError(f"{database.path} is no atlas of this program.")
    if found["format"] > FORMAT:
        raise AtlasError(
            f"{database.path} was written by a later version of Unitscope (format "
            f"{found['format']}): update it."
        )
    return found
