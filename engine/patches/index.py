"""Reads an index of a folder's patches, also while it is being made. No torch, no Qt.

Any thread may ask; a window asks from one of its own where pictures are read from slow disks.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine import images
from engine.folders import BROKEN
from engine.jobs import Picture
from engine.patches.best import KEPT
from engine.patches.parcels import Box, Broken, Patch, PatchError
from engine.patches.store import FORMAT, PatchDatabase, store_path
from engine.units import NetworkInfo, ReceptiveField, Unit

CROPS = 192  # pictures as the network sees them, 150 kB each at 224 pixels


class PatchIndex:
    """The index of a folder for a network; ``open`` finds it."""

    def __init__(self, path: Path, info: NetworkInfo, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self._info = info
        self._database = PatchDatabase(path)
        self._crops: OrderedDict[str, Picture] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls, info: NetworkInfo, folder: Path | str, layers: Sequence[str] = ()
    ) -> PatchIndex | None:
        """The index of a folder, as far as it is made; ``None`` where there is none yet.

        ``layers`` are those of the job that makes it.

        Raises:
            PatchError: the file is damaged.
        """
        path = store_path(info, folder, layers)
        if not path.is_file():
            return None
        index = cls(path, info, Path(folder).absolute())
        try:
            about = dict(index._database.rows("SELECT name, value FROM about"))
            if json.loads(about["format"]) != FORMAT or json.loads(about["kept"]) != KEPT:
                return None  # of another version of this program: it will be made anew
        except BROKEN:
            return None
        except PatchError as error:
            index.close()
            if "no such table" in str(error):  # it is just being made
                return None
            raise
        return index

    def close(self) -> None:
        """Ends reading, in every thread."""
        self._database.close()

    def count(self) -> int:
        """The images that are in it, those that gave no picture not counted."""
        query = "SELECT count(*) FROM images WHERE reason IS NULL"
        return int(self._database.rows(query)[0][0])

    def broken(self) -> list[Broken]:
        """The files that gave no picture."""
        query = "SELECT path, reason FROM images WHERE reason IS NOT NULL ORDER BY path"
        return [Broken(path, reason) for path, reason in self._database.rows(query)]

    def top(self, unit: Unit, count: int = 9) -> list[Patch]:
        """The images that excite a unit most, each at its strongest position, the first ones first.

        A neuron's are its channel's. At most ``SHOWN`` are certain; none where the layer is not in
        the index.

        Raises:
            PatchError: the file is damaged, or gone.
        """
        slices = ", ".join(f"substr({name}, ?, ?)" for name in ("activations", "images", "places"))
        size = 4 * KEPT
        where = (1 + unit.index * size, size)
        rows = self._database.rows(
            f"SELECT columns, field, {slices} FROM layers WHERE name = ?",
            (*where, *where, *where, unit.layer),
        )
        if not rows or len(rows[0][2]) < size:
            return []
        columns, field, *blobs = rows[0]
        values = np.frombuffer(blobs[0], np.float32)
        keys, places = (np.frombuffer(blob, np.int32).tolist() for blob in blobs[1:])
        field = _field(json.loads(field))
        chosen = [i for i, key in enumerate(keys) if key >= 0][:count]
        files = self._files([keys[i] for i in chosen])
        found = []
        for i in chosen:
            if keys[i] in files:
                path, height, width = files[keys[i]]
                position = divmod(places[i], columns)
                side = self._info.input_size
                crop_box = field.box(position, (side, side))
                box = self._in_image(crop_box, (height, width))
                file = str(self.folder / path)
                found.append(Patch(unit, file, float(values[i]), position, crop_box, box))
        return found

    def picture(self, patch: Patch) -> Picture:
        """What the unit sees there, uint8 (h, w, 3), in the network's own pixels.

        Raises:
            ImageError: the file is gone or no image any more.
        """
        top, left, bottom, right = patch.crop_box
        return self.crop(patch)[top:bottom, left:right]

    def crop(self, patch: Patch) -> Picture:
        """What the network sees of the patch's image, uint8 (S, S, 3); it raises as ``picture``."""
        with self._lock:
            found = self._crops.pop(patch.path, None)
        if found is None:
            info = self._info
            picture = images.read(patch.path)
            found = images.crop(picture, info.input_size, info.resize, info.interpolation)
        with self._lock:
            self._crops[patch.path] = found  # the newest last
            while len(self._crops) > CROPS:
                self._crops.popitem(last=False)
        return found

    def _files(self, keys: list[int]) -> dict[int, tuple[str, int, int]]:
        marks = ", ".join("?" for _ in keys)
        query = f"SELECT id, path, height, width FROM images WHERE id IN ({marks})"
        return {key: (path, h, w) for key, path, h, w in self._database.rows(query, tuple(keys))}

    def _in_image(self, box: Box, shape: tuple[int, int]) -> Box:
        """A box of the crop in the image's own pixels, all that it touches."""
        info = self._info
        short = min(shape)
        scaled = tuple(int(info.resize * side / short) for side in shape)  # as images.crop does
        result = []
        for at, end in ((0, False), (1, False), (2, True), (3, True)):
            axis = at % 2
            offset = round((scaled[axis] - info.input_size) / 2)
            value = (box[at] + offset) * shape[axis] / scaled[axis]
            whole = -int(-value // 1) if end else int(value // 1)
            result.append(min(max(whole, 0), shape[axis]))
        return result[0], result[1], result[2], result[3]


def _field(said: dict[str, Any]) -> ReceptiveField:
    size, stride, start = (tuple(said[name]) for name in ("size", "stride", "start"))
    table = tuple(map(tuple, said["table"]))
    return ReceptiveField(size, stride, start, bool(said["whole"]), table, int(said["columns"]))
