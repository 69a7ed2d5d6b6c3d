"""The room that the gallery's pictures lie in: how they are arranged and scrolled."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QWidget

from gui.views.gallery_pictures import Pictures
from gui.views.gallery_plan import LABELS, Arrangement, Plan, plan

_GAP = 4
_STEP = 24
_TABLE_COLUMN = 320  # at most, where the images are rows and the table stands by itself


class GalleryArea(QAbstractScrollArea):
    """Arranges the images anew when the room or their number changes.

    ``columns_moved`` tells the left edge of the first column and the columns' width, so that a
    table can stand under them.
    """

    columns_moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.pictures = Pictures()
        self._plan: Plan | None = None
        self._linked: QScrollBar | None = None
        self.horizontalScrollBar().setSingleStep(_STEP)
        self.verticalScrollBar().setSingleStep(_STEP)

    def plan(self) -> Plan | None:
        """Where everything lies, before it is scrolled; ``None`` without any image."""
        return self._plan

    def item_rect(self, index: int) -> QRect:
        """Where an image lies in the viewport now."""
        return self._plan.item(index).translated(-self.offset()) if self._plan else QRect()

    def offset(self) -> QPoint:
        """How far it is scrolled."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def link(self, bar: QScrollBar) -> None:
        """Columns scroll sideways with this bar, which stands for the gallery's own."""
        self._linked = bar
        bar.rangeChanged.connect(self._arrange_bars)
        bar.valueChanged.connect(self._follow)
        self.horizontalScrollBar().valueChanged.connect(self._lead)

    def arrange(self) -> None:
        """Lays the images out in the room that there is."""
        count, room = len(self.pictures.runs), self.viewport().size()
        line = self.fontMetrics().height() + 2
        # What a scroll area gives up for its bar is more than the bar: a style's gap beside it.
        bar = self.verticalScrollBar().sizeHint().width() + _GAP
        started = any(run.records for run in self.pictures.runs)
        self._plan = (
            plan(count, room.width(), room.height(), line, started=started, bar=bar)
            if count
            else None
        )
        self._arrange_bars()
        self.viewport().update()
        if self._plan is not None and self._plan.arrangement is not Arrangement.SHEET:
            self.columns_moved.emit(*self._table_columns(self._plan))

    def bring_into_view(self, index: int) -> None:
        """Scrolls no further than an image needs to be seen whole."""
        if self._plan is None or not 0 <= index < len(self.pictures.runs):
            return
        item, room = self._plan.item(index), self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        covered = self._plan.left if self._columns() else 0
        least, most = item.right() + 1 - room.width(), item.left() - covered
        across.setValue(min(max(across.value(), least), most))
        if not self._columns():
            down.setValue(min(max(down.value(), item.bottom() + 1 - room.height()), item.top()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        bar, way = self.verticalScrollBar(), turned.y()
        sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if turned.x() or sideways or not bar.maximum():
            bar, way = self.horizontalScrollBar(), turned.x() or turned.y()
        bar.setValue(bar.value() - way)
        event.accept()

    def hit(self, place: QPoint) -> tuple[int, int] | None:
        """The image and the picture of it at a place of the viewport; -1 beside its pictures."""
        if self._plan is None:
            return None
        if self._columns() and place.x() < self._plan.left:
            return None  # a label
        return self._plan.at(place + self.offset())

    def _columns(self) -> bool:
        return self._plan is not None and self._plan.arrangement is Arrangement.COLUMNS

    def _table_columns(self, made: Plan) -> tuple[int, int]:
        if made.arrangement is Arrangement.COLUMNS:
            return made.left, made.column
        room = self.viewport().width()
        column = min(_TABLE_COLUMN, (room - 2 * LABELS) // made.count)
        return (room - made.count * column) // 2, column

    @Slot()
    def _arrange_bars(self) -> None:
        made, room = self._plan, self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        linked = self._linked if self._columns() else None
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(
            policy.ScrollBarAsNeeded if linked is None else policy.ScrollBarAlwaysOff
        )
        down.setPageStep(room.height())
        across.setPageStep(room.width())
        down.setRange(0, max(0, made.height - room.height()) if made else 0)
        if linked is not None:
            across.setRange(linked.minimum(), linked.maximum())
        else:
            across.setRange(0, max(0, made.width - room.width()) if made else 0)

    @Slot(int)
    def _follow(self, value: int) -> None:
        if self._columns():
            self.horizontalScrollBar().setValue(value)

    @Slot(int)
    def _lead(self, value: int) -> None:
        if self._linked is not None and self._columns():
            self._linked.setValue(value)
