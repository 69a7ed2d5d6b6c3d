"""The network and device choosers' contents: what comes along, what is here, what can be had."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox

from engine.catalogue.index import AVAILABLE, EMBEDDED_STATE, HERE
from engine.jobs import NetworkRef
from gui.catalogue_reader import Catalogue, Listed
from gui.models.networks import MINE, Entry, NetworkListModel
from gui.settings import Settings
from gui.views.network_popup import NetworkPopup

EMBEDDED = NetworkRef("sketchnet")
_REF = Qt.ItemDataRole.UserRole
_HASH = re.compile(r"-[0-9a-f]{8,}$")  # as torch writes it behind the names of its files


class NetworkChooser(QObject):
    """Fills the network chooser and its popup, and says what was chosen in them."""

    chosen = Signal(object)  # NetworkRef
    changed = Signal()  # the networks that are known are others
    weights_wanted = Signal()
    download_wanted = Signal(object)  # WeightSet

    def __init__(self, combo: QComboBox, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._combo = combo
        self._settings = settings
        self._current = EMBEDDED
        self._catalogue = Catalogue()
        self.model = NetworkListModel(self)
        self.popup = NetworkPopup(self.model, combo)
        self.popup.picked.connect(self._on_picked)
        self.popup.remove_requested.connect(self._on_remove)
        self.popup.weights_requested.connect(self.weights_wanted)
        if (asked := getattr(combo, "asked", None)) is not None:
            asked.connect(self.popup.open_with)
        combo.activated.connect(self._activated)

    def titled(self, ref: NetworkRef) -> str:
        """A network's name in the list."""
        if not ref.weights:
            name, _, weights = ref.name.partition(":")
            title = self.tr("Sketchnet") if name == EMBEDDED.name else name
            return f"{title} · {weights}" if weights else title
        if listed := self._catalogue.of_file(ref.weights):
            return self.titled(NetworkRef(listed.weights.key))
        if ref.name == Path(ref.weights).name:  # an exported program is called after its file
            return ref.name
        stem = _HASH.sub("", Path(ref.weights).stem)
        return stem if ref.name in stem else f"{ref.name} · {stem}"

    def known(self) -> list[NetworkRef]:
        """The embedded network, those opened before, those that are here, and the present one."""
        refs = [EMBEDDED, *self._mine()]
        here = [x for x in self._catalogue.listed if x.state == HERE and x.weights.classifies]
        refs += [NetworkRef(x.weights.ref_name, x.path) for x in here]
        if not any(self.same(self._current, ref) for ref in refs):
            refs.append(self._current)
        return refs

    def published(self, ref: NetworkRef) -> bool:
        """Whether its file is one that the catalogue lists."""
        return self._catalogue.of_file(ref.weights) is not None

    def own(self) -> list[NetworkRef]:
        """The files opened before, as the settings remember them."""
        return self._settings.networks

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """What there is, and what of it is here."""
        if not catalogue.whole and not self._catalogue.by_key.keys() <= catalogue.by_key.keys():
            return  # what was read before holds until all of it is read again
        before = self.known()
        self._catalogue = catalogue
        self.show(self._current)
        if self.known() != before:
            self.changed.emit()
        self.popup.set_reading(not catalogue.whole)

    def show(self, current: NetworkRef) -> None:
        """Fills the list anew, with this network chosen; announces nothing."""
        self._current = current
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for ref in self.known():
                self._combo.addItem(self.titled(ref), ref)
                tip = ref.weights or self.tr("Comes with Unitscope")
                self._combo.setItemData(self._combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
                if self.same(current, ref):
                    self._combo.setCurrentIndex(self._combo.count() - 1)
            self._combo.insertSeparator(self._combo.count())
            self._combo.addItem(self.tr("Open weights…"), None)
        entries = self.entries()
        mark = next((x.key for x in entries if self.same(current, x.ref)), "")
        self.model.set_entries(entries, mark)

    def entries(self) -> list[Entry]:
        """The popup's rows: every set of the catalogue, and the files opened before."""
        sizes = {x.ref: x.bytes for x in self._catalogue.own}
        mine = [
            Entry(
                MINE,
                self.titled(ref),
                ref,
                bytes=sizes.get(ref) or 0,
                present=sizes.get(ref, 0) is not None,
            )
            for ref in self._mine()
        ]
        listed = [
            _entry(x, self.titled(NetworkRef(x.weights.network))) for x in self._catalogue.listed
        ]
        if not listed:
            listed = [Entry(EMBEDDED_STATE, self.titled(EMBEDDED), EMBEDDED)]
        return [*mine, *listed]

    def _mine(self) -> list[NetworkRef]:
        """Files opened before that are no published set's: those are listed as what they are."""
        known = self._settings.networks
        return [ref for ref in known if self._catalogue.of_file(ref.weights) is None]

    def same(self, a: NetworkRef, b: NetworkRef) -> bool:
        """Whether two of them are one network, by name or by the file that the name stands for."""
        if (a.name, a.weights) == (b.name, b.weights):
            return True
        return self._file(a) == self._file(b) != ""

    def _file(self, ref: NetworkRef) -> str:
        if ref.weights:
            return ref.weights
        found = self._catalogue.by_key.get(ref.name)
        return found.path if found else ""

    @Slot(object)
    def _on_picked(self, entry: Entry) -> None:
        if entry.group == AVAILABLE:
            self.download_wanted.emit(entry.weights)
        elif not self.same(entry.ref, self._current):
            self.chosen.emit(entry.ref)

    @Slot(object)
    def _on_remove(self, entry: Entry) -> None:
        self._settings.forget(entry.ref)
        self.show(self._current)
        self.changed.emit()

    @Slot(int)
    def _activated(self, row: int) -> None:
        ref = self._combo.itemData(row, _REF)
        if isinstance(ref, NetworkRef):
            if not self.same(ref, self._current):
                self.chosen.emit(ref)
        else:
            self.show(self._current)  # the entry is a command, not a state
            self.weights_wanted.emit()


def _entry(listed: Listed, title: str) -> Entry:
    # By its key: the file's hash is checked when it is opened so, and a damaged one is told.
    ref = NetworkRef(listed.weights.key)
    return Entry(listed.state, title, ref, listed.weights, listed.bytes, listed.part)


class DeviceChooser(QObject):
    """Fills the device chooser once the engine knows the machine."""

    chosen = Signal(str)

    def __init__(self, combo: QComboBox, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._combo = combo
        self._settings = settings
        combo.activated.connect(self._activated)
        self.show(())

    @property
    def current(self) -> str:
        """The chosen device's name."""
        return str(self._combo.currentData(_REF) or "auto")

    def show(self, devices: tuple[object, ...]) -> None:
        """Lists what this machine has; before that is known, only the automatic choice."""
        known = [(str(d.name), str(d.title)) for d in devices]  # type: ignore[attr-defined]
        if not any(name == "auto" for name, _ in known):
            known.insert(0, ("auto", self.tr("Automatic")))
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for name, title in known:
                self._combo.addItem(title, name)
            wanted = self._combo.findData(self._settings.device)
            self._combo.setCurrentIndex(max(0, wanted))

    @Slot(int)
    def _activated(self, row: int) -> None:
        name = str(self._combo.itemData(row, _REF))
        self._settings.device = name
        self.chosen.emit(name)
