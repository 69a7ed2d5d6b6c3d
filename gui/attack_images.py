"""Images as the present network sees them: read when they come, read again when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine import images
from engine.attacks.parcels import Source
from engine.units import NetworkInfo
from gui.image_reader import ImageReader, Origin, files_in
from gui.network_desk import NetworkDesk

REFUSALS_NAMED = 3
OWN_NAMES = ("adversarial.png", "result.png")  # of every run's folder: they tell nothing


class AttackImages(QObject):
    """What the network sees of an image depends on its size and on what lies behind transparent
    pixels: ``stale`` says whether either has changed since the images were read.
    """

    changed = Signal()
    arrived = Signal(object, object)  # Origin, Source
    replaced = Signal(object)  # list[tuple[Origin, Source]]: all of them, read again
    settled = Signal(int)  # nothing is being read any more; how many came
    refused = Signal(str)  # of images that could not be read

    def __init__(self, desk: NetworkDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._reader = ImageReader(self)
        self.background = "white"
        self._read_for: tuple[object, ...] = ()
        self._pending: list[Origin] = []  # they wait for a network to be loaded
        self._refusals: list[str] = []
        self._came = 0
        self._fresh: list[tuple[Origin, Source]] | None = None
        self._reader.arrived.connect(self._on_arrived)
        self._reader.refused.connect(self._on_refused)
        self._reader.done.connect(self._on_done)

    @property
    def busy(self) -> bool:
        """Whether images are being read."""
        return self._reader.busy

    @property
    def awaited(self) -> bool:
        """Whether there will be images once they are read."""
        return bool(self._pending or self.busy)

    @property
    def stale(self) -> bool:
        """Whether the images that were read are not what the present network sees."""
        info = self._desk.info
        return info is not None and self._read_for != self._key(info)

    def end(self) -> None:
        """Reads nothing more."""
        self._reader.end()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Takes files, and the images in folders."""
        found = [Origin(_name(path), str(path.absolute())) for path in files_in(paths)]
        self.add(found)
        if not found:
            self.refused.emit(self.tr("There is no image in it."))

    def add(self, origins: list[Origin]) -> None:
        """Reads images, as soon as the network is there."""
        info = self._desk.info
        if info is None or self._desk.busy:
            self._pending += origins
        elif origins:
            self._read_for = self._key(info)
            self._reader.read(origins, info, self.background)
        self.changed.emit()

    def read_pending(self) -> None:
        """A network is there: what waited for it is read."""
        pending, self._pending = self._pending, []
        self.add(pending)

    def read_again(self, origins: Sequence[Origin]) -> None:
        """Reads these as the present network sees them; ``replaced`` follows."""
        info = self._desk.info
        if info is None:
            return
        self._reader.forget()
        self._fresh = []
        self._read_for = self._key(info)
        again = [
            Origin(x.name, x.path) if x.path and Path(x.path).is_file() else x for x in origins
        ]
        self._reader.read(again, info, self.background)
        self.changed.emit()

    def take_as_read(self, side: int) -> None:
        """Images of that side, from elsewhere: fresh where the present network sees that size."""
        self.forget()
        info = self._desk.info
        fits = info is not None and side == info.input_size
        self._read_for = self._key(info) if info is not None and fits else ()

    def forget(self) -> None:
        """What is being read is wanted no more."""
        self._reader.forget()
        self._fresh = None

    @Slot(object, object)
    def _on_arrived(self, origin: Origin, source: Source) -> None:
        if self._fresh is not None:
            self._fresh.append((origin, source))
            return
        self._came += 1
        self.arrived.emit(origin, source)

    @Slot(object, str)
    def _on_refused(self, _origin: Origin, sentence: str) -> None:
        self._refusals.append(sentence)

    @Slot()
    def _on_done(self) -> None:
        if self._fresh is not None:
            fresh, self._fresh = self._fresh, None
            self.replaced.emit(fresh)
        came, self._came = self._came, 0
        refusals, self._refusals = self._refusals, []
        if refusals:
            more = len(refusals) - REFUSALS_NAMED
            said = " ".join(refusals[:REFUSALS_NAMED])
            self.refused.emit(said + (self.tr(" And {0} more.").format(more) if more > 0 else ""))
        self.settled.emit(came)

    def _key(self, info: NetworkInfo) -> tuple[object, ...]:
        return (info.input_size, info.resize, info.interpolation, self.background)


def _name(path: Path) -> str:
    document = images.repeat_of(path) if path.name in OWN_NAMES else None
    return str((document or {}).get("source") or (document or {}).get("unit") or path.name)
