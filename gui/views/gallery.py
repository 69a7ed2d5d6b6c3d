"""The light-table: every image with its adversarial one and the difference, live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget

from engine.attacks.parcels import AttackRun
from gui import theme
from gui.models.shown import describe, record_at
from gui.views.canvas_bar import PictureDrag
from gui.views.gallery_area import GalleryArea
from gui.views.gallery_painter import GalleryPainter
from gui.views.gallery_plan import ADVERSARIAL, Arrangement


class Gallery(GalleryArea):
    """Reads the runs when it is told to; only what is in view is made and painted."""

    selected_changed = Signal(int)
    opened = Signal(int)
    remove_requested = Signal(object)  # list[int]
    save_requested = Signal(int)
    copy_requested = Signal(int)
    sphere_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attackGallery")
        self.setAccessibleName(self.tr("Images: original, adversarial and difference"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 120)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.viewport().setMouseTracking(True)
        self._painter = GalleryPainter(self.pictures)
        self._selected = -1
        self._pressed: tuple[QPointF, int, int] | None = None
        self._drag = PictureDrag()
        self._write: Callable[[int, Path], object] | None = None

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def set_runs(self, runs: Sequence[AttackRun]) -> None:
        """Shows these images; the selection stays where it can."""
        self.pictures.set_runs(runs)
        self._pressed = None
        self.arrange()
        self.select(min(max(self._selected, 0), len(runs) - 1))

    def refresh(self, iteration: int | None) -> None:
        """Reads the runs again and shows that iteration of them, the newest without one."""
        self.pictures.iteration = iteration
        started = any(run.records for run in self.pictures.runs)
        if self._plan is not None and started == (self._plan.arrangement is Arrangement.SHEET):
            self.arrange()
            self.bring_into_view(self._selected)
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
        self.bring_into_view(index)
        self.viewport().update()
        self.selected_changed.emit(index)

    def selected(self) -> int:
        """The selected image; -1 without any."""
        return self._selected

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
        self._painter.font = self.font()
        offset = self.offset()
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

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        elif event.type() == QEvent.Type.FontChange:
            self.arrange()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    focusOutEvent = focusInEvent

    # --- the mouse and the keys

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self.hit(event.pos())
            if hit is None:
                QToolTip.hideText()
            else:
                run = self.pictures.runs[hit[0]]
                text = describe(run, record_at(run, self.pictures.iteration))
                QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position().toPoint())
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
        hit = self.hit(event.position().toPoint())
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
        hit = self.hit(place)
        index = hit[0] if hit else self._selected
        if index >= 0:
            menu = self.menu_for(index)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))

    def _describe(self) -> None:
        text = ""
        if 0 <= self._selected < len(self.pictures.runs):
            run = self.pictures.runs[self._selected]
            text = describe(run, record_at(run, self.pictures.iteration))
        self.setAccessibleDescription(text)
