"""The small picture of each unit, kept on disk a network a folder, shown in the tree."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from PySide6.QtCore import QObject, QTimer, Slot

from engine import images
from engine.jobs import NetworkRef, Picture
from engine.runs import data_folder, write_png

SIDE = 64
BATCH = 24


def folder_of(ref: NetworkRef) -> Path:
    """Where a network's small pictures are: by its weights' sum, or its name."""
    name = ref.sha256[:16] or re.sub(r"[^A-Za-z0-9._-]+", "-", ref.name)
    return data_folder() / "pictures" / name


class Thumbnails(QObject):
    """Keeps them, and gives those of the network on screen to the tree, a batch at a time."""

    def __init__(self, tree: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = tree
        self._ref: NetworkRef | None = None
        self._waiting: deque[Path] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_batch)

    def open(self, ref: NetworkRef) -> None:
        """The tree shows this network from now on."""
        self._ref = ref
        self._waiting = deque(sorted(folder_of(ref).glob("*.png")))
        self._timer.start()

    def end(self) -> None:
        """Stops reading."""
        self._timer.stop()
        self._waiting.clear()

    def put(self, ref: NetworkRef, unit: str, picture: Picture, made: float) -> None:
        """A unit's picture, made at that time (seconds since 1970), unless a newer one is known."""
        path = folder_of(ref) / f"{quote(unit, safe='@,')}.png"
        with contextlib.suppress(OSError):
            if path.stat().st_mtime >= made:
                return
        small = reduced(picture)
        with contextlib.suppress(OSError):  # a full disk costs the memory of it, no more
            path.parent.mkdir(parents=True, exist_ok=True)
            write_png(path, small)
        if self._ref is not None and folder_of(ref) == folder_of(self._ref):
            self._tree.set_picture(unit, small)

    @Slot()
    def _read_batch(self) -> None:
        for _ in range(min(BATCH, len(self._waiting))):
            path = self._waiting.popleft()
            try:
                picture = images.read(path)
            except Exception:  # a broken small picture is made again by the next run
                continue
            self._tree.set_picture(unquote(path.stem), picture)
        if not self._waiting:
            self._timer.stop()


def reduced(picture: Picture, side: int = SIDE) -> Picture:
    """A picture, uint8 (H, W, 3), of about that side, by the mean of whole blocks."""
    factor = max(1, min(picture.shape[:2]) // side)
    if factor == 1:
        return picture
    height, width = (x // factor * factor for x in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    small: Picture = blocks.mean(axis=(1, 3)).astype("uint8")
    return small
