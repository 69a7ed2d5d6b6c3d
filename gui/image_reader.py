"""Reads images to attack away from the window's thread: one of 12,000 × 9,000 takes seconds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine import images
from engine.attacks.parcels import Source
from engine.jobs import Picture
from engine.units import NetworkInfo

WAIT_MS = 3000


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where an image came from: a file, or the picture itself where it has none."""

    name: str
    path: str = ""
    picture: Picture | None = None


class ImageReader(QObject):
    """Gives what a network sees of each image, one after the other, in the order asked for.

    Only the crop is kept, so that forty photographs cost no more than their crops.
    """

    arrived = Signal(object, object)  # Origin, Source
    refused = Signal(object, str)  # Origin, one sentence
    done = Signal()  # nothing is being read any more
    _read_one = Signal(int, object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # one large image in memory at a time
        self._ended = threading.Event()
        self._number = 0
        self._waiting = 0
        self._read_one.connect(self._on_read)

    @property
    def busy(self) -> bool:
        """Whether images are still being read."""
        return self._waiting > 0

    def read(self, origins: Sequence[Origin], info: NetworkInfo, background: str) -> None:
        """Reads images as that network sees them, what is transparent over ``background``."""
        self._waiting += len(origins)
        for origin in origins:
            self._pool.start(partial(self._read, self._number, origin, info, background))

    def forget(self) -> None:
        """What is being read is wanted no more."""
        self._number += 1
        self._waiting = 0
        self._pool.clear()

    def end(self) -> None:
        """Tells nothing more, and waits for the image that is being read."""
        self._ended.set()
        self.forget()
        self._pool.waitForDone(WAIT_MS)

    def _read(self, number: int, origin: Origin, info: NetworkInfo, background: str) -> None:
        # In the pool's thread, where an exception would be lost.
        source, wrong = None, ""
        if self._ended.is_set() or number != self._number:
            return
        try:
            picture = origin.picture
            if picture is None:
                picture = images.read(origin.path, origin.name, background)
            crop = images.crop(picture, info.input_size, info.resize, info.interpolation)
            source = Source(origin.name, crop, origin.path)
        except images.ImageError as error:
            wrong = str(error)
        except MemoryError:
            wrong = f"{origin.name} does not fit into this computer's memory: reduce it first."
        except Exception as error:
            wrong = f"{origin.name} cannot be read: {error}."
        if not self._ended.is_set():
            self._read_one.emit(number, origin, source, wrong)

    @Slot(int, object, object, str)
    def _on_read(self, number: int, origin: Origin, source: Source | None, wrong: str) -> None:
        if number != self._number:
            return
        self._waiting -= 1
        if source is None:
            self.refused.emit(origin, wrong)
        else:
            self.arrived.emit(origin, source)
        if not self._waiting:
            self.done.emit()


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files among some paths, and the images directly inside the folders among them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (x for x in sorted(path.iterdir()) if x.suffix.lower() in images.SUFFIXES)
            found += [x for x in inside if x.is_file()]
        else:
            found.append(path)
    return found
