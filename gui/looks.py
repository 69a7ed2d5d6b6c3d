"""The maps of the image that is looked at: asked from the engine, kept while they may be shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import NetworkRef
from engine.maps import Fields, FieldsQuestion, Looked, LookQuestion
from engine.messages import Failed
from engine.units import ReceptiveField
from engine.worker import next_number
from gui.look_image import LookImage
from gui.network_desk import NetworkDesk

BUDGET = 256 * 2**20  # bytes of maps; the layers looked at last are kept


class Looks(QObject):
    """A layer's maps are there at once, or asked for; answers for another image are dropped."""

    arrived = Signal(str)  # the layer
    fields_arrived = Signal()
    failed = Signal(str, str)  # sentence, details

    def __init__(
        self, engine: Any, desk: NetworkDesk, image: LookImage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine, self._desk, self._image = engine, desk, image
        self._kept: OrderedDict[str, Looked] = OrderedDict()
        self._asked: dict[int, str] = {}  # the layer by the number of its question
        self._fields: Mapping[str, ReceptiveField] = {}
        self._fields_of: NetworkRef | None = None  # whose they are, or will be
        self._fields_asked = 0
        engine.told.connect(self._on_told)
        image.changed.connect(self.forget)

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self._engine.told.disconnect(self._on_told)

    @Slot()
    def forget(self) -> None:
        """Another image, or another network."""
        self._kept.clear()
        self._asked.clear()

    def of(self, layer: str) -> Looked | None:
        """A layer's maps; where they are not there yet ``arrived`` follows."""
        if layer in self._kept:
            self._kept.move_to_end(layer)
            return self._kept[layer]
        picture = self._image.framed()
        ready = self._desk.info is not None and not self._desk.busy
        if ready and picture is not None and layer not in self._asked.values():
            # Only the newest question counts: the pointer is over another layer by now.
            number = next_number()
            self._asked = {number: layer}
            ref, device = self._desk.ref, self._desk.device
            self._engine.ask(LookQuestion(number, ref, device, picture, layer))
        return None

    def field(self, layer: str) -> ReceptiveField | None:
        """How much of an image a layer's positions see; where that is not known yet
        ``fields_arrived`` follows."""
        if self._desk.info is not None and not self._desk.busy:
            ref = self._desk.ref
            if ref != self._fields_of:
                self._fields, self._fields_of = {}, ref
                self._fields_asked = next_number()
                self._engine.ask(FieldsQuestion(self._fields_asked, ref, self._desk.device))
        return self._fields.get(layer)

    @Slot(object)
    def _on_told(self, told: object) -> None:
        if isinstance(told, Fields) and told.number == self._fields_asked:
            self._fields = told.fields
            self.fields_arrived.emit()
        if not isinstance(told, Looked | Failed) or told.number not in self._asked:
            return
        layer = self._asked.pop(told.number)
        if isinstance(told, Failed):
            self.failed.emit(told.message, told.details)
            return
        self._kept[layer] = told
        while len(self._kept) > 1 and sum(x.maps.nbytes for x in self._kept.values()) > BUDGET:
            self._kept.popitem(last=False)
        self.arrived.emit(layer)
