"""The room of a contact sheet: its arrangement, its camera's motion, its painting."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from gui.views.sheet_camera import Camera
from gui.views.sheet_loader import Source
from gui.views.sheet_painter import Marks, SheetPainter, Unit
from gui.views.sheet_pictures import SheetPictures
from gui.views.sheet_plan import Block
from gui.views.sheet_shelves import arrange

STEP = 1.5  # of a key or a button
FRAME_MS = 12
ARRANGE_MS = 120  # after the window was resized
_OTHER_SHAPE = 1.12  # how much another shape of the window leads to another arrangement
_NEAR = 220.0  # pixels to a tile at which a unit is looked at


class SheetArea(QWidget):
    """Moves and paints; what the mouse and the keys do is its heir's."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.blocks: list[Block] = []
        self._rows: dict[str, int] = {}
        self._shape = 0.0
        self._camera = Camera()
        self._pictures = SheetPictures(self)
        self._pictures.changed.connect(self.update)
        self._pictures.failed.connect(self.failed)
        self._painter = SheetPainter(self._pictures, self._camera)
        self._then = time.monotonic()
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._on_frame)
        self._arranging = QTimer(self, singleShot=True, interval=ARRANGE_MS)
        self._arranging.timeout.connect(self._arrange)

    # --- for its heir

    def marks(self) -> Marks:
        """What is marked."""
        return Marks()

    def focus_place(self) -> QPointF:
        """Where keys and buttons zoom."""
        return QPointF(self.width() / 2, self.height() / 2)

    def moved(self) -> None:
        """Another part of the sheet is under the pointer."""

    # --- setters

    def open(self, blocks: Sequence[Block], source: Source | None) -> None:
        """Shows these layers, with the pictures from there; the whole of it."""
        self.blocks = [block for block in blocks if block.count > 0]
        self._rows = {block.layer: row for row, block in enumerate(self.blocks)}
        self._painter.blocks = self.blocks
        self._pictures.open(self.blocks, source)
        self._camera.whole = True
        self._shape = 0.0
        self._arrange()

    def end(self) -> None:
        """Loads and moves no more."""
        self._frames.stop()
        self._arranging.stop()
        self._pictures.end()

    def seen(self) -> QImage:
        """What is seen now, as an image of the screen's pixels."""
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self._painter.paint(painter, QSizeF(self.size()), Marks())
        painter.end()
        return image

    def unit_of(self, form: str) -> Unit | None:
        """The block and the number of a written form; ``None`` where it is not on the sheet."""
        layer, _, number = form.rpartition(":")
        block = self._rows.get(layer)
        if block is None or not number.isdecimal() or int(number) >= self.blocks[block].count:
            return None
        return block, int(number)

    def unit_at(self, at: QPointF) -> Unit | None:
        """The unit at a place of the widget."""
        if not self.blocks or not self.rect().contains(at.toPoint()):
            return None
        x, y = self._camera.left + at.x(), self._camera.top + at.y()
        return self._camera.plan.unit_at(x, y, self._camera.scale)

    # --- zoom

    def zoom(self) -> float:
        """Device-independent pixels to a tile."""
        return self._camera.scale

    @property
    def whole(self) -> bool:
        """Whether the whole is looked at."""
        return self._camera.whole

    @Slot()
    def show_whole(self) -> None:
        """The whole sheet."""
        self._camera.show_whole(now=self._at_once())
        self.animate()

    @Slot()
    def zoom_in(self) -> None:
        """Half as large again, about the selected unit or the middle."""
        self.zoom_by(STEP, self.focus_place())

    @Slot()
    def zoom_out(self) -> None:
        """Two thirds of the size."""
        self.zoom_by(1 / STEP, self.focus_place())

    def zoom_by(self, factor: float, at: QPointF, *, now: bool = False) -> None:
        """Enlarges; what lies at a place of the widget stays there."""
        if self.blocks:
            self._camera.zoom_by(factor, at.x(), at.y(), now=now or self._at_once())
            self.animate()

    def pan(self, way: QPointF) -> None:
        """Moves the sheet."""
        self._camera.pan(way.x(), way.y())
        self._tell_moved()

    def show_unit(self, unit: str) -> None:
        """Flies to a unit, so near that it can be looked at."""
        found = self.unit_of(unit)
        if found is not None:
            near = max(self._camera.scale, min(_NEAR, self._camera.largest))
            self._camera.show(*found, near, now=self._at_once())
            self.animate()

    def show_layer(self, layer: str) -> None:
        """Flies to a layer, as large as it fits."""
        block = self._rows.get(layer)
        if block is None:
            return
        place, count = self._camera.plan.places[block], self.blocks[block].count
        wide = (self.width() - 48) / place.columns
        scale = min(wide, (self.height() - 72) / place.rows)
        middle = place.rows // 2 * place.columns + place.columns // 2
        self._camera.show(block, min(middle, count - 1), scale, now=self._at_once())
        self.animate()

    def settle(self) -> None:
        """Ends every motion at once."""
        self._camera.settle()
        self._frames.stop()
        self._tell_moved()

    def animate(self) -> None:
        """Something moves or fades from now on."""
        if not self._frames.isActive():
            self._then = time.monotonic()
            self._frames.start()
        self._tell_moved()

    # --- inside

    def _at_once(self) -> bool:
        """Whether the platform wants no animations."""
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0

    @Slot()
    def _on_frame(self) -> None:
        now = time.monotonic()
        self._camera.step(min(now - self._then, 0.1))
        self._then = now
        if not self._camera.moves and not self._pictures.fresh:
            self._frames.stop()
        self._tell_moved()

    def _tell_moved(self) -> None:
        self.moved()
        self.update()

    @Slot()
    def _arrange(self) -> None:
        """Puts the blocks on shelves for the window's shape."""
        width, height = max(self.width(), 1), max(self.height(), 1)
        shape = width / height
        if self._shape and max(shape / self._shape, self._shape / shape) < _OTHER_SHAPE:
            return
        self._shape = shape
        middle = self._camera.middle()
        unit = self._camera.plan.unit_at(
            self._camera.left + width / 2, self._camera.top + height / 2, self._camera.scale
        )
        plan = arrange([block.count for block in self.blocks], width, height)
        if unit is not None and unit[0] < len(plan.places):
            middle = plan.middle(*unit)  # what was in the middle is there still
        self._pictures.set_plan(plan)
        self._camera.set_size(width, height)
        self._camera.set_plan(plan, middle)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._camera.set_size(self.width(), self.height())
        self._arranging.start()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._pictures.forget_drawn()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter.font = self.font()
        self._pictures.begin()
        self.before_painting()
        self._painter.paint(painter, QSizeF(self.size()), self.marks())
        painter.end()
        self._pictures.done()

    def before_painting(self) -> None:
        """Asks for pictures that matter more than the sheet's."""
