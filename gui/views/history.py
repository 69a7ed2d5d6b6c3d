"""The strip of kept runs along the bottom: pictures with their names, newest first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QPoint,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDesktopServices,
    QDrag,
    QImage,
    QKeyEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QListView,
    QMenu,
    QStackedLayout,
    QWidget,
)

from gui import theme
from gui.models.history import (
    PICTURE_ROLE,
    HistoryEntry,
    HistoryModel,
)
from gui.views.history_delegate import CELL, THUMB, HistoryDelegate


class HistoryStrip(QWidget):
    """Signals carry run folders; what they mean is the controller's."""

    opened = Signal(object)  # Path
    delete_requested = Signal(object)  # list[Path]
    compare_requested = Signal(object, object)  # Path, Path
    attack_requested = Signal(object)  # list[Path]
    start_from_requested = Signal(object)  # Path
    look_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = HistoryModel(self)
        self.view = _Strip(self)
        self.view.setModel(self._model)
        self._empty = QLabel(
            self.tr("Every run is kept here, as a picture. Start one and it appears."), self
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setStyleSheet("background: palette(base);")
        theme.set_kind(self._empty, "muted")
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self.setMinimumHeight(CELL.height() + 16)
        self.setMaximumHeight(CELL.height() + 30)
        self.view.activated_by_key.connect(self._open)
        self.view.doubleClicked.connect(self._open)
        self.view.delete_pressed.connect(self._delete_selected)
        self.view.customContextMenuRequested.connect(self._show_menu)
        for signal in (self._model.modelReset, self._model.rowsInserted, self._model.rowsRemoved):
            signal.connect(self._show_state)
        self._show_state()

    def set_entries(self, entries: list[HistoryEntry]) -> None:
        """Lists these runs, in their order; a selected one stays selected."""
        kept = set(self.selected())
        self._model.set_entries(entries)
        for folder in kept:
            row = self._model.row_of(folder)
            if row is not None:
                flag = self.view.selectionModel().SelectionFlag.Select
                self.view.selectionModel().select(self._model.index(row), flag)

    def add(self, entry: HistoryEntry, place: int = 0) -> None:
        """Puts a run in front or at that row, or in its own where it is listed already."""
        at_start = self.view.horizontalScrollBar().value() == 0
        self._model.add(entry, place)
        if at_start:
            self.view.scrollToTop()

    replace = add

    def remove(self, folder: Path) -> int:
        """Takes a run out of the strip; gives the row where it was."""
        row = self._model.row_of(folder)
        self._model.remove(folder)
        return row or 0

    def selected(self) -> list[Path]:
        """The folders of the selected runs, in the strip's order."""
        rows = sorted(self.view.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [self._model.entry(index.row()).folder for index in rows]

    def menu_for(self, folders: list[Path]) -> QMenu:
        """The context menu of one run or of several."""
        menu = QMenu(self)
        if len(folders) == 1:
            folder = folders[0]
            menu.addAction(theme.icon("open"), self.tr("Open"), lambda: self.opened.emit(folder))
            menu.addAction(
                theme.icon("image"),
                self.tr("Start from this image"),
                lambda: self.start_from_requested.emit(folder),
            )
            menu.addAction(
                theme.icon("unit"),
                self.tr("Show activations"),
                lambda: self.look_requested.emit(folder),
            )
            menu.addAction(
                theme.icon("folder"),
                self.tr("Show its folder"),
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            )
        menu.addAction(
            theme.icon("image"),
            self.tr("Attack these images") if len(folders) > 1 else self.tr("Attack this image"),
            lambda: self.attack_requested.emit(list(folders)),
        )
        if len(folders) == 2:
            menu.addAction(
                theme.icon("compare"),
                self.tr("Compare side by side"),
                lambda: self.compare_requested.emit(folders[0], folders[1]),
            )
        menu.addSeparator()
        many = len(folders) > 1
        menu.addAction(
            theme.icon("trash"),
            self.tr("Delete {0} runs…").format(len(folders)) if many else self.tr("Delete…"),
            lambda: self.delete_requested.emit(list(folders)),
        )
        return menu

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.entry(index.row()).folder)

    @Slot()
    def _delete_selected(self) -> None:
        if self.selected():
            self.delete_requested.emit(self.selected())

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        folders = self.selected()
        if folders:
            menu = self.menu_for(folders)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(position))

    @Slot()
    def _show_state(self) -> None:
        empty = self._model.rowCount() == 0
        self._stack.setCurrentWidget(self._empty if empty else self.view)


class _Strip(QListView):
    """The list itself: one row from left to right."""

    activated_by_key = Signal(QModelIndex)
    delete_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("historyStrip")
        self.setAccessibleName(self.tr("History of runs, newest first"))
        self.setItemDelegate(HistoryDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.activated_by_key.emit(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # Space pauses the run, it chooses nothing here
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        turned = event.angleDelta().y() or event.angleDelta().x()
        pixels = event.pixelDelta().y() or event.pixelDelta().x()
        bar.setValue(bar.value() - (pixels or turned * CELL.width() // 120))
        event.accept()

    def startDrag(self, actions: Qt.DropAction) -> None:
        indexes = self.selectedIndexes()
        data = self.model().mimeData(indexes) if indexes else None
        if data is None or not data.hasUrls():
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        image = self.currentIndex().data(PICTURE_ROLE)
        if isinstance(image, QImage):
            drag.setPixmap(QPixmap.fromImage(image.scaledToHeight(THUMB)))
            drag.setHotSpot(QPoint(THUMB // 2, THUMB // 2))
        drag.exec(Qt.DropAction.CopyAction)
