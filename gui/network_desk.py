"""Which network is open, which is being loaded, and how a weights file becomes one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import NetworkRef
from engine.units import NetworkInfo
from gui.choosers import EMBEDDED, DeviceChooser, NetworkChooser
from gui.exports import Exports
from gui.history_desk import show_folder
from gui.own_desk import OwnDesk
from gui.settings import Settings


class NetworkDesk(QObject):
    """Asks the engine for networks; a network that could not be loaded changes nothing."""

    loading = Signal(str)  # the title of what is loaded
    opened = Signal(object)  # NetworkInfo, of a network that is there now
    failed = Signal(str, str)  # sentence, details

    def __init__(self, window: Any, engine: Any, settings: Settings, exports: Exports) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._settings = settings
        self._exports = exports
        self.ref = EMBEDDED
        self.info: NetworkInfo | None = None
        self.device_title = ""
        self._wanted: NetworkRef | None = None
        self._number = 0
        self.own = OwnDesk(window, engine, exports, self)
        self.networks = NetworkChooser(window.network_chooser, settings, self)
        self.devices = DeviceChooser(window.device_chooser, settings, self)
        self.networks.show(settings.network or EMBEDDED)
        self.networks.weights_wanted.connect(self.ask_weights)
        engine.loaded.connect(self._on_loaded)
        engine.load_failed.connect(self._on_failed)
        engine.devices.connect(self._on_devices)
        self.own.opened.connect(self.networks.chosen)
        self._enable()

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self._engine.loaded.disconnect(self._on_loaded)
        self._engine.load_failed.disconnect(self._on_failed)
        self._engine.devices.disconnect(self._on_devices)
        self.own.end()

    @property
    def device(self) -> str:
        """The chosen device's name."""
        return self.devices.current

    @property
    def busy(self) -> bool:
        """Whether a network is being loaded."""
        return self._wanted is not None

    def shows(self, ref: NetworkRef) -> bool:
        """Whether that network is the one that is open."""
        return self.info is not None and (self.ref.name, self.ref.weights) == (
            ref.name,
            ref.weights,
        )

    @property
    def aim(self) -> NetworkRef:
        """The network that is being loaded, or the one that is open."""
        return self._wanted or self.ref

    def awaits(self, ref: NetworkRef) -> bool:
        """Whether that network is the one that is being loaded."""
        wanted = self._wanted
        return wanted is not None and (wanted.name, wanted.weights) == (ref.name, ref.weights)

    def begin(self) -> None:
        """Loads the network of the last session, or the embedded one."""
        last = self._settings.network or EMBEDDED
        if last.weights and not Path(last.weights).exists():
            last = EMBEDDED
        self.open(last)

    def open(self, ref: NetworkRef) -> None:
        """Loads a network; ``opened`` or ``failed`` follows."""
        self._wanted = ref
        self.networks.show(ref)
        self._number = self._engine.load(ref, self.device)
        self.loading.emit(self.networks.titled(ref))

    @Slot(object)
    def _on_loaded(self, loaded: Any) -> None:
        if loaded.number != self._number:
            return
        self._wanted = None
        self.info = loaded.info
        self.ref = replace(loaded.ref, sha256=loaded.ref.sha256 or loaded.info.sha256)
        self.device_title = loaded.device_title
        self._settings.network = self.ref
        if self.ref.weights and not self.networks.published(self.ref):
            self._settings.remember(self.ref)
        self.networks.show(self.ref)
        self._enable()
        self.opened.emit(self.info)

    @Slot(object)
    def _on_failed(self, failed: Any) -> None:
        if failed.number != self._number:
            return
        tried, self._wanted = self._wanted, None
        if tried is not None and tried.weights and not Path(tried.weights).exists():
            self._settings.forget(tried)
        self.failed.emit(failed.message, failed.details)
        if self.info is not None:
            self.networks.show(self.ref)
        elif tried is not None and (tried.name, tried.weights) != (EMBEDDED.name, ""):
            self.open(EMBEDDED)  # a program without a network is no use

    @Slot(object)
    def _on_devices(self, devices: tuple[object, ...]) -> None:
        self.devices.show(devices)

    # --- weights files

    @Slot()
    def ask_weights(self) -> None:
        """Asks for a weights file."""
        self._exports.ask_open(
            self.tr("Open weights"),
            self.tr("Weights (*.pth *.pt *.safetensors *.pt2 *.bin *.ckpt);;All files (*)"),
            self.weights,
        )

    @Slot(object)
    def weights(self, path: Path | str) -> None:
        """Shows what a file seems to be, to be opened."""
        self.own.open(Path(path), self.device)

    # --- the network that is open

    @Slot()
    def ask_settings(self) -> None:
        """Shows what is said of the network that is open, to be changed."""
        if self.info is not None and self.ref.weights:
            self.own.change(self.ref, self.networks.titled(self.ref), self.device)

    @Slot()
    def show_file(self) -> None:
        """Shows the folder of the network's file in the system's file manager."""
        if self.ref.weights:
            show_folder(Path(self.ref.weights).parent)

    def _enable(self) -> None:
        a = self._window.actions_
        for action in (a.network_settings, a.network_file, a.network_reload):
            action.setEnabled(self.info is not None and bool(self.ref.weights))
