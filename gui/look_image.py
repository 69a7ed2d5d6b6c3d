"""The image that is looked at: from a file or without one, as the present network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.attacks.parcels import Source
from engine.jobs import Picture
from engine.units import NetworkInfo
from gui import heat
from gui.image_reader import ImageReader, Origin

_GREY = (0.299, 0.587, 0.114)  # as the engine makes one channel of three


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A picture shown for a moment, uint8 (H, W, 3), with a part of it outlined."""

    picture: Picture
    box: heat.Box | None
    name: str
    says: str


class LookImage(QObject):
    """One image at a time; a second one that is asked for takes the place of the first."""

    changed = Signal()
    refused = Signal(str)  # one sentence; the image before it stays

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.crop: Picture | None = None
        self.name = ""
        self.background = "white"
        self._origin: Origin | None = None
        self._info: NetworkInfo | None = None
        self._reader = ImageReader(self)
        self._reader.arrived.connect(self._on_arrived)
        self._reader.refused.connect(self._on_refused)

    @property
    def path(self) -> str:
        """Its file; empty where it has none."""
        return self._origin.path if self._origin is not None else ""

    @property
    def wanted(self) -> bool:
        """Whether there is one, or will be once it is read."""
        return self._origin is not None

    @property
    def shown(self) -> Picture | None:
        """The crop as it is to be shown: in grey where the network sees no colours."""
        if self.crop is None or self._info is None or self._info.input_channels != 1:
            return self.crop
        grey = (self.crop @ np.array(_GREY)).round().astype(np.uint8)  # (S, S)
        return np.repeat(grey[..., None], 3, axis=2)

    def framed(self) -> Picture | None:
        """A small picture of which the network sees exactly ``crop``, in place of the whole one.

        A photograph of 50 megabytes would be hashed and reduced again for every layer.
        """
        if self.crop is None or self._info is None:
            return None
        side, size = max(self._info.resize, len(self.crop)), len(self.crop)
        at = round((side - size) / 2)
        frame = np.zeros((side, side, 3), np.uint8)
        frame[at : at + size, at : at + size] = self.crop
        return frame

    def end(self) -> None:
        """Reads nothing more."""
        self._reader.end()

    def set_network(self, info: NetworkInfo) -> None:
        """Another network sees another part of it, or another size."""
        self._info = info
        self.crop = None
        self.changed.emit()
        if self._origin is not None:
            self._read(self._origin)

    def take_file(self, path: Path) -> None:
        """An image's file."""
        self._take(Origin(path.name, str(path.absolute())))

    def take(self, picture: Picture, name: str, path: str = "") -> None:
        """An image that is read already, uint8 (H, W, 3)."""
        self._take(Origin(name, path, picture))

    def _take(self, origin: Origin) -> None:
        if self._info is None:  # read once a network says how
            self._origin = origin
        else:
            self._read(origin)

    def _read(self, origin: Origin) -> None:
        self._reader.forget()
        assert self._info is not None
        self._reader.read([origin], self._info, self.background)

    @Slot(object, object)
    def _on_arrived(self, origin: Origin, source: Source) -> None:
        self._origin, self.name = origin, origin.name
        self.crop = source.picture
        self.changed.emit()

    @Slot(object, str)
    def _on_refused(self, origin: Origin, sentence: str) -> None:
        if origin is self._origin:  # it was there before, and is gone now
            self._origin = None
        self.refused.emit(sentence)
