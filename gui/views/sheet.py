"""The contact sheet: every unit of a network as a tile, zoomed smoothly from the whole to one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from engine.jobs import Picture
from gui.views.pinch import pinch_of, watch_pinches
from gui.views.sheet_area import SheetArea
from gui.views.sheet_card import SheetCard
from gui.views.sheet_loader import Source
from gui.views.sheet_painter import CAPTIONED, WHOLE, Marks, Unit
from gui.views.sheet_plan import Block

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_OWN_KEYS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Sheet(SheetArea):
    """Signals carry units' written forms."""

    unit_selected = Signal(str)
    unit_activated = Signal(str)
    menu_requested = Signal(str, QPoint)  # unit, place on the screen
    unit_hovered = Signal(str)  # empty where there is none
    whole_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAccessibleName(self.tr("Contact sheet of the network's units"))
        self._explain()
        self.setFocusPolicy(Qt.FocusPolicy.WheelFocus)
        self.setMouseTracking(True)
        watch_pinches(self)
        self._hovered: Unit | None = None
        self._selected: Unit | None = None
        self._ring = False
        self._pressed: QPointF | None = None
        self._dragged = False
        self._card = SheetCard(self)

    # --- setters

    def open(self, blocks: Sequence[Block], source: Source | None) -> None:
        selected = self.selected()
        self._hovered = self._selected = None
        self._card.hide()
        super().open(blocks, source)
        self._selected = self.unit_of(selected)

    def put(self, unit: str, picture: Picture, top: str = "") -> None:
        """A unit's picture has just been made; ``top`` is the class that is seen in it."""
        layer, _, number = unit.rpartition(":")
        if number.isdecimal():
            self._pictures.put(layer, int(number), picture, top)
            if self.isVisible():
                self.animate()

    def select(self, unit: str) -> None:
        """Marks a unit, and moves until it is seen; says nothing about it."""
        found = self.unit_of(unit)
        if found == self._selected:
            return
        self._selected = found
        if found is not None and not self.whole:
            self._camera.uncover(*found)
        self.update()

    def selected(self) -> str:
        """The marked unit's written form; empty where there is none."""
        return self._form(self._selected)

    def marks(self) -> Marks:
        return Marks(self._hovered, self._selected, self._ring)

    def focus_place(self) -> QPointF:
        """The selected unit, if it is seen; the middle otherwise."""
        if self._selected is not None:
            middle = self._painter.tile(self._selected).center()
            if self.rect().contains(middle.toPoint()):
                return middle
        return super().focus_place()

    def moved(self) -> None:
        self.whole_changed.emit(self.whole)
        self._hover(self.mapFromGlobal(self.cursor().pos()).toPointF())

    def before_painting(self) -> None:
        if self._hovered is not None and self._card.isVisible():
            self._card.set_image(self._pictures.whole(*self._hovered))

    # --- units

    def _form(self, unit: Unit | None) -> str:
        return self.blocks[unit[0]].form(unit[1]) if unit is not None else ""

    def _choose(self, unit: Unit) -> None:
        if unit != self._selected:
            self._selected = unit
            self._explain(self.blocks[unit[0]].full_name(unit[1]))
            self.update()
            self.unit_selected.emit(self._form(unit))

    def _explain(self, selected: str = "") -> None:
        keys = self.tr("The arrows select, plus and minus zoom, Home shows all, Return opens.")
        self.setAccessibleDescription(f"{selected}. {keys}" if selected else keys)

    def _hover(self, at: QPointF) -> None:
        unit = self.unit_at(at) if self.underMouse() and not self._dragged else None
        if unit != self._hovered:
            self._hovered = unit
            self.unit_hovered.emit(self._form(unit))
            self.update()
        if unit is None:
            self._card.hide()
            return
        made, name = self._pictures.made(*unit), self.blocks[unit[0]].full_name(unit[1])
        top = self._pictures.top(*unit)
        note = self.tr("seen as {0}").format(top) if top and top != name else ""
        if not made:
            note = self.tr("not made yet")
        if made and self.zoom() >= CAPTIONED:  # its tile says it all
            self._card.hide()
            return
        large = self.zoom() * self.devicePixelRatioF() >= WHOLE
        self._card.set_unit(name, note, pictured=made and not large)
        self._card.place(at)
        self._card.show()

    # --- mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.blocks:
            event.ignore()
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        fingers = event.deviceType() == QInputDevice.DeviceType.TouchPad
        if fingers and not control and not event.pixelDelta().isNull():
            self.pan(event.pixelDelta().toPointF())
        elif event.angleDelta().y():
            self.zoom_by(2 ** (event.angleDelta().y() / 240), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinch = pinch_of(event, self)
        if pinch is not None:
            self.zoom_by(*pinch, now=True)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._hover(event.position())
            return
        way = event.position() - self._pressed
        if self._dragged or way.manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self._pressed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan(way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._dragged
        self._pressed, self._dragged = None, False
        self.unsetCursor()
        unit = self.unit_at(event.position())
        if clicked and unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(unit)
        self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(unit)
            self.unit_activated.emit(self._form(unit))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            unit, at = self.unit_at(event.pos().toPointF()), event.globalPos()
        else:
            unit, at = self._selected, self.mapToGlobal(self.focus_place().toPoint())
        if unit is not None:
            self._choose(unit)
            self._card.hide()
            self.menu_requested.emit(self._form(unit), at)
        event.accept()

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        zooms = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_Home: self.show_whole,
            Qt.Key.Key_0: self.show_whole,
        }
        if not self.blocks or event.modifiers() & ~_OWN_KEYS:
            super().keyPressEvent(event)
        elif key in zooms:
            zooms[key]()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected is not None:
            self.unit_activated.emit(self._form(self._selected))
        else:
            unit = self._beside(key)
            if unit is None:
                super().keyPressEvent(event)
                return
            self._choose(unit)
            self._camera.uncover(*unit)
            self._card.hide()
            self.update()

    def _beside(self, key: Qt.Key) -> Unit | None:
        """Where a key leads from the selected unit; ``None`` where it is no such key."""
        keys = Qt.Key
        block, number = self._selected or (0, 0)
        plan, last = self._camera.plan, len(self.blocks) - 1
        ways = {
            keys.Key_Left: lambda: plan.beside(block, number, -1),
            keys.Key_Right: lambda: plan.beside(block, number, 1),
            keys.Key_Up: lambda: plan.below(block, number, -1),
            keys.Key_Down: lambda: plan.below(block, number, 1),
            keys.Key_PageUp: lambda: (max(block - 1, 0), 0),
            keys.Key_PageDown: lambda: (min(block + 1, last), 0),
        }
        if key not in ways:
            return None
        return ways[key]() if self._selected is not None else (0, 0)

    # --- the widget

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(QPointF(-1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.gotFocus() and event.reason() in _KEYBOARD
        self.update()

    focusOutEvent = focusInEvent
