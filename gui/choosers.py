"""The network and device choosers' contents: embedded first, then what was opened before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox

from engine.jobs import NetworkRef
from gui.settings import Settings

EMBEDDED = NetworkRef("sketchnet")
_REF = Qt.ItemDataRole.UserRole


class NetworkChooser(QObject):
    """Fills the network chooser and says what was chosen in it."""

    chosen = Signal(object)  # NetworkRef
    weights_wanted = Signal()

    def __init__(self, combo: QComboBox, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._combo = combo
        self._settings = settings
        self._current = EMBEDDED
        combo.activated.connect(self._activated)

    def titled(self, ref: NetworkRef) -> str:
        """A network's name in the list."""
        if not ref.weights:
            return self.tr("Sketchnet") if ref.name == EMBEDDED.name else ref.name
        stem = Path(ref.weights).stem
        return stem if ref.name in stem else f"{ref.name} · {stem}"

    def known(self) -> list[NetworkRef]:
        """The embedded network, those opened before, and the present one."""
        refs = [EMBEDDED, *self._settings.networks]
        if not any(_same(self._current, ref) for ref in refs):
            refs.append(self._current)
        return refs

    def show(self, current: NetworkRef) -> None:
        """Fills the list anew, with this network chosen; announces nothing."""
        self._current = current
        refs = self.known()
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for ref in refs:
                self._combo.addItem(self.titled(ref), ref)
                tip = ref.weights or self.tr("Comes with Unitscope")
                self._combo.setItemData(self._combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
                if _same(current, ref):
                    self._combo.setCurrentIndex(self._combo.count() - 1)
            self._combo.insertSeparator(self._combo.count())
            self._combo.addItem(self.tr("Open weights…"), None)

    @Slot(int)
    def _activated(self, row: int) -> None:
        ref = self._combo.itemData(row, _REF)
        if isinstance(ref, NetworkRef):
            if not _same(ref, self._current):
                self.chosen.emit(ref)
        else:
            self.show(self._current)  # the entry is a command, not a state
            self.weights_wanted.emit()


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


def _same(a: NetworkRef, b: NetworkRef) -> bool:
    return (a.name, a.weights) == (b.name, b.weights)
