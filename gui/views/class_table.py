"""The lecture's table under the pictures, its columns under theirs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QFont, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from engine.attacks.parcels import AttackRun
from gui import theme
from gui.models.class_table import ClassTableModel
from gui.views.class_cell import ClassCell

_ROW = 24


class ClassTable(QTableView):
    """One row an iteration; the newest stays in view until the person looks at an older one."""

    iteration_chosen = Signal(int)
    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classTable")
        self.setAccessibleName(self.tr("Classes, one row an iteration, one column an image"))
        self._following = True
        self._quiet = False
        self.table = ClassTableModel(self)
        self.setModel(self.table)
        self.setItemDelegate(ClassCell(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAutoScroll(False)
        self.setMinimumHeight(3 * _ROW)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(_ROW)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.horizontalHeader().sectionPressed.connect(self.image_chosen)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setStyleSheet(
            "QHeaderView::section { border: none; padding: 0 12px 0 0; }"
        )
        self._set_font()
        self.selectionModel().currentChanged.connect(self._moved)
        self.pressed.connect(lambda index: self.image_chosen.emit(index.column()))
        self.verticalScrollBar().actionTriggered.connect(self._scrolled)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._copy = QAction(self.tr("Copy"), self)
        theme.set_icon(self._copy, "copy")
        self._copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        # Shown in the menu only: the view itself takes the key, as it would for its one cell.
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy.triggered.connect(self.copy)
        self._copy_all = QAction(self.tr("Copy the whole table"), self)
        self._copy_all.triggered.connect(self.copy_all)

    def sizeHint(self) -> QSize:
        return QSize(640, 220)

    def set_runs(self, runs: Sequence[AttackRun]) -> None:
        """Shows these images, from the newest iteration."""
        self._quiet = True
        self.table.set_runs(runs)
        self._quiet = False
        self._following = True
        self.scrollToBottom()

    def refresh(self, iteration: int | None) -> None:
        """Takes new iterations in and marks the one that is shown; ``None`` is the newest."""
        following = self._following
        self._quiet = True
        self.table.refresh()
        self._quiet = False
        rows = self.table.iterations
        if not rows:
            return
        row = rows - 1 if iteration is None else self.table.row_of(iteration)
        self._mark(row, newest=row == rows - 1)
        if following and row == rows - 1:
            self._following = True
            self.scrollToBottom()

    def select_image(self, column: int) -> None:
        """Lets the name of an image stand out, and brings its column into view."""
        self.table.mark(column)
        index = self.currentIndex()
        if index.isValid() and column >= 0 and index.column() != column:
            self._quiet = True
            self.selectionModel().setCurrentIndex(
                index.siblingAtColumn(column), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self._quiet = False

    def set_columns(self, left: int, width: int) -> None:
        """Where the first column starts and how wide they all are, to stand under the pictures."""
        # The style sheet's border, invisible or not, moves everything in it.
        self.verticalHeader().setFixedWidth(max(0, left - self.frameWidth()))
        self.horizontalHeader().setDefaultSectionSize(width)
        self.updateGeometries()  # Qt does not look at a header's fixed width by itself

    @Slot()
    def copy(self) -> None:
        """The selected rows, or all where none is, as tab-separated text."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        self._to_clipboard(rows or range(self.table.rowCount()))

    @Slot()
    def copy_all(self) -> None:
        """Every row as tab-separated text."""
        self._to_clipboard(range(self.table.rowCount()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # Space pauses the run, it chooses nothing here
        else:
            column = self.currentIndex().column()
            super().keyPressEvent(event)
            if self.currentIndex().column() != column:
                self.image_chosen.emit(self.currentIndex().column())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._following:
            self.scrollToBottom()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        super().changeEvent(event)

    def _set_font(self) -> None:
        font = self.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width: numbers stand still
        self.setFont(font)

    def _mark(self, row: int, *, newest: bool) -> None:
        selection = self.selectionModel()
        if newest and len(selection.selectedRows()) > 1:
            return  # rows picked for copying stay picked while the run goes on
        column = max(0, self.currentIndex().column())
        index = self.table.index(row, column)
        flags = QItemSelectionModel.SelectionFlag
        across = self.horizontalScrollBar().value()
        self._quiet = True
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        seen = self.viewport().rect()
        place = self.visualRect(index)
        if not newest and not seen.top() <= place.top() <= place.bottom() <= seen.bottom():
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.horizontalScrollBar().setValue(across)
        self._quiet = False
        self._following = newest

    def _to_clipboard(self, rows: Sequence[int]) -> None:
        if rows:
            QGuiApplication.clipboard().setText(self.table.text(rows))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._copy, self._copy_all])
        menu.popup(self.viewport().mapToGlobal(place))

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        if not self._quiet and now.isValid() and now.row() != before.row():
            self._following = now.row() >= self.table.iterations - 1
            self.iteration_chosen.emit(self.table.iteration(now.row()))

    @Slot(int)
    def _scrolled(self, action: int) -> None:
        # Only the person's wheel, bar and keys come here, not what the program scrolls.
        bar = self.verticalScrollBar()
        self._following = bar.sliderPosition() >= bar.maximum()
