"""The light-table: every image with its adversarial one and the difference, live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QMenu,
    QScrollBar,
    QToolTip,
    QWidget,
)

from engine.attacks.parcels import AttackRun
from gui import theme
from gui.models.shown import describe, record_at
from gui.views.canvas_bar import PictureDrag
from gui.views.gallery_painter import GalleryPainter
from gui.views.gallery_pictures import Pictures
from gui.views.gallery_plan import ADVERSARIAL, LABELS, Arrangement, Plan, plan


class Gallery(QAbstractScrollArea):
    """Reads the runs when it is told to; only what is in view is made and painted.

    ``columns_moved`` tells the left edge of the first column and the columns' width, so that a
    table can stand under them.
    """

    selected_changed = Signal(int)
    opened = Signal(int)
    remove_requested = Signal(object)  # list[int]
    save_requested = Signal(int)
    copy_requested = Signal(int)
    sphere_requested = Signal(int)
    columns_moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attackGallery")
        self.setAccessibleName(self.tr("Images: original, adversarial and difference"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 120)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.viewport().setMouseTracking(True)
        self.pictures = Pictures()
        self._painter = GalleryPainter(self.pictures)
        self._plan: Plan | None = None
        self._selected = -1
        self._pressed: tuple[QPointF, int, int] | None = None
        self._drag = PictureDrag()
        self._write: Callable[[int, Path], object] | None = None
        self._linked: QScrollBar | None = None
        self.horizontalScrollBar().setSingleStep(24)
        self.verticalScrollBar().setSingleStep(24)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def set_runs(self, runs: Sequence[AttackRun]) -> None:
        """Shows these images; the selection stays where it can."""
        self.pictures.set_runs(runs)
        self._pressed = None
        self._arrange()
        self.select(min(max(self._selected, 0), len(runs) - 1))

    def refresh(self, iteration: int | None) -> None:
        """Reads the runs again and shows that iteration of them, the newest without one."""
        self.pictures.iteration = iteration
        if self._plan is not None and self._started() != (
            self._plan.arrangement is not Arrangement.SHEET
        ):
            self._arrange()
        self._describe()
        self.viewport().update()

    def set_magnification(self, factor: int) -> None:
        """How much the differences are magnified; 0 chooses by itself."""
        self.pictures.chosen = factor
        self.viewport().update()

    def set_exporter(self, write: Callable[[int, Path], object] | None) -> None:
        """Who writes the PNG of an adversarial image that is dragged out, with its recipe."""
        self._write = write

    def select(self, index: int) -> None:
        """Selects an image; -1 where there is none."""
        index = index if 0 <= index < len(self.pictures.runs) else -1
        if index == self._selected:
            return
        self._selected = index
        self._describe()
        self._bring_into_view(index)
        self.viewport().update()
        self.selected_changed.emit(index)

    def selected(self) -> int:
        """The selected image; -1 without any."""
        return self._selected

    def plan(self) -> Plan | None:
        """Where everything lies, before scrolling."""
        return self._plan

    def link(self, bar: QScrollBar) -> None:
        """Scrolls sideways with this bar, which stands for the gallery's own."""
        self._linked = bar
        own = self.horizontalScrollBar()
        bar.rangeChanged.connect(self._arrange_bars)
        bar.valueChanged.connect(own.setValue)
        own.valueChanged.connect(bar.setValue)

    def menu_for(self, index: int) -> QMenu:
        """The context menu of an image."""
        menu = QMenu(self)
        done = record_at(self.pictures.runs[index], None) is not None
        entries: list[tuple[str, str, Callable[[], object], bool]] = [
            ("image", self.tr("Open large"), lambda: self.opened.emit(index), True),
            ("save", self.tr("Save adversarial…"), lambda: self.save_requested.emit(index), done),
            ("copy", self.tr("Copy image"), lambda: self.copy_requested.emit(index), done),
            (
                "dice",
                self.tr("Run the sphere test"),
                lambda: self.sphere_requested.emit(index),
                done,
            ),
        ]
        for icon, text, act, enabled in entries:
            menu.addAction(theme.icon(icon), text, act).setEnabled(enabled)
        menu.addSeparator()
        remove = self.tr("Remove")
        menu.addAction(theme.icon("trash"), remove, lambda: self.remove_requested.emit([index]))
        return menu

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colours(self).canvas)
        if self._plan is None:
            painter.end()
            return
        offset = self._offset()
        painter.translate(-offset)
        seen = event.rect().translated(offset)
        ring = self.hasFocus()
        if self._plan.arrangement is Arrangement.COLUMNS:
            # What is scrolled goes under the labels, not through them.
            left = self._plan.left + offset.x()
            painter.setClipRect(QRect(left, 0, self.viewport().width(), self._plan.height))
        for index in self._plan.within(seen):
            chosen = index == self._selected and len(self.pictures.runs) > 1
            self._painter.paint(painter, self._plan, index, chosen, ring)
        painter.setClipping(False)
        self._painter.paint_labels(painter, self._plan, offset.x())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        elif event.type() == QEvent.Type.FontChange:
            self._arrange()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    focusOutEvent = focusInEvent

    # --- the mouse and the keys

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._hit(event.pos())
            if hit is None:
                QToolTip.hideText()
            else:
                run = self.pictures.runs[hit[0]]
                text = describe(run, record_at(run, self.pictures.iteration))
                QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._hit(event.position().toPoint())
        if hit is None:
            return
        self.select(hit[0])
        if event.button() == Qt.MouseButton.LeftButton and hit[1] >= 0:
            self._pressed = (event.position(), *hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        start, index, part = self._pressed
        if (event.position() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.drag_out(index, part)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self._hit(event.position().toPoint())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self.opened.emit(hit[0])

    def drag_out(self, index: int, part: int) -> None:
        """Starts dragging a picture as a PNG file."""
        image = self.pictures.whole(index, part)
        if image is None:
            return
        stem = Path(self.pictures.runs[index].source.name).stem
        self._drag.name = f"{stem}-{('original', 'adversarial', 'difference')[part]}"
        write, newest = self._write, self.pictures.iteration is None
        own = part == ADVERSARIAL and newest and write is not None
        self._drag.writer = (lambda path: write(index, path)) if own and write else None
        self._drag.start(self.viewport(), image, lambda: None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        bar, way = self.verticalScrollBar(), turned.y()
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not bar.maximum():
            bar, way = self.horizontalScrollBar(), turned.x() or turned.y()
        bar.setValue(bar.value() - way)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        count, at = len(self.pictures.runs), self._selected
        across = self._plan.across if self._plan else 1
        steps = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Up: at - across,
            Qt.Key.Key_Down: at + across,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        if key in steps:
            if 0 <= steps[key] < count:
                self.select(steps[key])
        elif at >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(at)
        elif at >= 0 and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit([at])
        else:
            event.ignore()  # Space pauses, Esc stops

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        hit = self._hit(place)
        index = hit[0] if hit else self._selected
        if index >= 0:
            menu = self.menu_for(index)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))

    # --- places

    def _started(self) -> bool:
        return any(run.records for run in self.pictures.runs)

    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _hit(self, place: QPoint) -> tuple[int, int] | None:
        if self._plan is None:
            return None
        if self._plan.arrangement is Arrangement.COLUMNS and place.x() < self._plan.left:
            return None  # a label
        return self._plan.at(place + self._offset())

    def _arrange(self) -> None:
        count = len(self.pictures.runs)
        room = self.viewport().size()
        line = self.fontMetrics().height() + 2
        self._plan = (
            plan(count, room.width(), room.height(), line, started=self._started())
            if count
            else None
        )
        self._arrange_bars()
        self.viewport().update()
        if self._plan is not None and self._plan.arrangement is not Arrangement.SHEET:
            self.columns_moved.emit(*self._table_columns(self._plan))

    def _table_columns(self, made: Plan) -> tuple[int, int]:
        if made.arrangement is Arrangement.COLUMNS:
            return made.left, made.column
        # An image a row: the table stands in the middle by itself.
        room = self.viewport().width()
        column = min(320, (room - 2 * LABELS) // made.count)
        return (room - made.count * column) // 2, column

    @Slot()
    def _arrange_bars(self) -> None:
        made, room = self._plan, self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setPageStep(room.height())
        across.setPageStep(room.width())
        down.setRange(0, max(0, made.height - room.height()) if made else 0)
        linked = self._linked is not None and made and made.arrangement is Arrangement.COLUMNS
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAlwaysOff if linked else policy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(wanted)
        if self._linked is not None and linked:
            across.setRange(self._linked.minimum(), self._linked.maximum())
        else:
            across.setRange(0, max(0, made.width - room.width()) if made else 0)

    def _bring_into_view(self, index: int) -> None:
        if self._plan is None or index < 0:
            return
        item, room = self._plan.item(index), self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        covered = self._plan.left if self._plan.arrangement is Arrangement.COLUMNS else 0
        across.setValue(
            min(max(across.value(), item.right() + 8 - room.width()), item.left() - covered)
        )
        if self._plan.arrangement is not Arrangement.COLUMNS:
            down.setValue(min(max(down.value(), item.bottom() - room.height()), item.top()))

    def _describe(self) -> None:
        text = ""
        if 0 <= self._selected < len(self.pictures.runs):
            run = self.pictures.runs[self._selected]
            text = describe(run, record_at(run, self.pictures.iteration))
        self.setAccessibleDescription(text)

    def item_rect(self, index: int) -> QRect:
        """Where an image lies in the viewport now."""
        return self._plan.item(index).translated(-self._offset()) if self._plan else QRect()
