"""The catalogue in the window: the list that is read, the downloads, and the one offer of a set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.catalogue import index
from engine.catalogue.index import EMBEDDED_STATE, HERE, WeightSet, megabytes
from engine.jobs import NetworkRef
from gui.catalogue_reader import Catalogue, CatalogueReader
from gui.download_desk import DownloadDesk, Failed
from gui.network_desk import NetworkDesk
from gui.settings import Settings

LATER_MS = 2500  # the first list takes seconds of one core, which a first run wants too


class CatalogueDesk(QObject):
    """Between the chooser, its popup, the downloads and the messages."""

    open_wanted = Signal(object)  # NetworkRef
    fault = Signal(str, str)  # sentence, details

    def __init__(
        self,
        window: Any,
        desk: NetworkDesk,
        settings: Settings,
        working: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._messages, self._strip = window.messages, window.downloads
        self._desk = desk
        self._chooser = desk.networks
        self._settings = settings
        self._working = working  # whether a run goes on that opening a network would end
        self._begun = False
        self._wish: tuple[str, NetworkRef] | None = None  # a key, and what was open when it was
        self._catalogue = Catalogue()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._look)
        self.reader = CatalogueReader(self)
        self.downloads = DownloadDesk(self)
        self.reader.read.connect(self._on_read)
        self.reader.failed.connect(self._on_unread)
        popup = self._chooser.popup
        popup.opened.connect(self._look)
        popup.cancel_requested.connect(self.downloads.cancel)
        self._chooser.download_wanted.connect(self.fetch)
        self._strip.cancel_requested.connect(self.downloads.cancel)
        self.downloads.changed.connect(self._show)
        self.downloads.finished.connect(self._on_finished)
        self.downloads.failed.connect(self._on_failed)
        self.downloads.cancelled.connect(self._on_cancelled)
        # Not before: the engine's thread is importing torch, and the list may take as long.
        desk.opened.connect(self._begin)
        desk.failed.connect(self._begin)

    def end(self) -> None:
        """Reads nothing more; what has come of a download is kept for the next session."""
        self._later.stop()
        self.reader.end()
        self.downloads.end()

    # --- the list

    @Slot()
    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            if self._chooser.popup.isVisible():
                self._look()
            else:
                self._later.start()

    @Slot()
    def _look(self) -> None:
        """Reads the disk once more: other programs share the cache."""
        if self._begun:
            self._later.stop()
            self.reader.ask(self._chooser.own())

    @Slot(object)
    def _on_read(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._chooser.set_catalogue(catalogue)

    @Slot(str, str)
    def _on_unread(self, sentence: str, details: str) -> None:
        self._chooser.popup.set_reading(False)
        self.fault.emit(sentence, details)

    # --- downloads

    @Slot(object)
    def fetch(self, weights: WeightSet) -> None:
        """Downloads a set; it is opened then, unless another network was chosen meanwhile."""
        self._messages.clear()
        self._wish = (weights.key, self._desk.aim)
        self.downloads.fetch(weights)

    @Slot()
    def _show(self) -> None:
        present = self.downloads.present
        if present is None:
            self._strip.set_download("")
        else:
            weights, progress = present
            self._strip.set_download(weights.key, progress, self.downloads.waiting)
        self._chooser.popup.set_progress(self.downloads.state())

    @Slot(object)
    def _on_finished(self, weights: WeightSet) -> None:
        wish, ref = self._wish, NetworkRef(weights.key)
        wanted = (
            wish is not None
            and wish[0] == weights.key
            and self._chooser.same(wish[1], self._desk.aim)
        )
        if wish is not None and wish[0] == weights.key:
            self._wish = None
        self._look()
        if wanted and not self._working():
            self.open_wanted.emit(ref)
            return
        self._messages.notice(
            self.tr("{0} is here now.").format(weights.key),
            [(self.tr("Open"), partial(self.open_wanted.emit, ref))],
        )

    @Slot(object)
    def _on_failed(self, failed: Failed) -> None:
        self._look()
        if failed.details:
            self.fault.emit(failed.sentence, failed.details)
            return
        again = partial(self.fetch, failed.weights)
        self._messages.error(failed.sentence, "", [(self.tr("Retry"), again)])

    @Slot(object)
    def _on_cancelled(self, weights: WeightSet) -> None:
        if self._wish is not None and self._wish[0] == weights.key:
            self._wish = None
        self._look()

    # --- the offer

    def offer(self) -> None:
        """Offers the smallest ImageNet network, once, to who has only the embedded one."""
        if self._settings.offered or not self._catalogue.listed or self._messages.text:
            return
        groups = {x.group for x in self._chooser.entries()}
        if groups & {HERE, "mine"} or self.downloads.busy or EMBEDDED_STATE not in groups:
            return
        smallest = index.smallest()
        self._settings.offered = True
        self._messages.notice(
            self.tr(
                "Sketchnet knows drawings. For photographs there is {0}, an ImageNet network of "
                "{1}: download it?"
            ).format(smallest.network, megabytes(smallest.bytes)),
            [
                (self.tr("Download"), partial(self.fetch, smallest)),
                (self.tr("No, thanks"), _nothing),
            ],
        )


def _nothing() -> None:
    """The answer that changes nothing."""
