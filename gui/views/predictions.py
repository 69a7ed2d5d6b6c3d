"""The table that fills while the image grows: what the network sees in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.jobs import Record
from gui import theme
from gui.models.predictions import ITERATION, PredictionsModel, place_of
from gui.views.row_table import RowTable


class PredictionsTable(QWidget):
    """One row an iteration; the newest stays in view until the person looks at an older one."""

    iteration_chosen = Signal(int)
    classes_shown_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = True
        self._quiet = False
        self.model = PredictionsModel(self)
        self.view = RowTable(self)
        self.view.setModel(self.model)
        self.view.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.view.verticalScrollBar().actionTriggered.connect(self._scrolled)
        self.view.resized.connect(self._keep_newest)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._copy = QAction(theme.icon("copy"), self.tr("Copy"), self)
        theme.set_icon(self._copy, "copy")
        self._copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        # Shown in the menu only: the view itself takes the key, as it would for its one cell.
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.view.copy_wanted.connect(self.copy)
        self._copy.triggered.connect(self.copy)
        self._copy_all = QAction(self.tr("Copy the whole table"), self)
        self._copy_all.triggered.connect(self.copy_all)
        self.setFocusProxy(self.view)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_chooser())
        column.addWidget(self.view, 1)
        self._set_widths()

    def set_records(self, records: Sequence[Record]) -> None:
        """Shows these instead of what was there, from the newest."""
        self._quiet = True
        self.model.set_records(records)
        self._quiet = False
        self._following = True
        self.view.scrollToBottom()

    def append(self, records: Sequence[Record]) -> None:
        """Takes the next iterations in, all at once."""
        following = self._following
        self.model.append(records)
        if following:
            self._following = True
            self.view.scrollToBottom()

    def clear(self) -> None:
        """Shows nothing."""
        self.set_records(())

    def set_current(self, iteration: int) -> None:
        """Marks the iteration that is shown, without telling anyone; the newest is followed."""
        row = self.model.row_of(iteration)
        if row < 0:
            return
        newest = row == self.model.rowCount() - 1
        selection = self.view.selectionModel()
        several = len(self._selected()) > 1
        if not (several and newest):  # rows picked for copying stay picked while the run goes on
            self._quiet = True
            rows = QItemSelectionModel.SelectionFlag.ClearAndSelect
            rows |= QItemSelectionModel.SelectionFlag.Rows
            index = self.model.index(row, ITERATION)
            selection.setCurrentIndex(index, rows)
            seen = self.view.viewport().rect().contains(self.view.visualRect(index))
            if newest:
                self.view.scrollToBottom()
            elif not seen:
                self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self._quiet = False
        self._following = newest

    def set_classes_shown(self, count: int) -> None:
        """How many of the most probable classes are shown: 1, 3 or 5."""
        button = self._choices.button(count)
        if button is None:
            raise ValueError(f"1, 3 or 5 classes are shown, not {count}")
        button.setChecked(True)
        if count != self.model.classes_shown():
            self.model.set_classes_shown(count)
            rows = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            selection = self.view.selectionModel()
            selection.select(selection.selection(), rows)  # the new columns with the others
            self._set_widths()
            self.classes_shown_changed.emit(count)

    @Slot()
    def copy(self) -> None:
        """The selected rows, or all where none is, as tab-separated text."""
        self._to_clipboard(self._selected() or range(self.model.rowCount()))

    @Slot()
    def copy_all(self) -> None:
        """Every row as tab-separated text."""
        self._to_clipboard(range(self.model.rowCount()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._set_widths()
        super().changeEvent(event)

    def _make_chooser(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 8, 4)
        row.setSpacing(2)
        label = QLabel(self.tr("Classes"), self)
        theme.set_kind(label, "muted")
        row.addStretch(1)
        row.addWidget(label)
        row.addSpacing(4)
        self._choices = QButtonGroup(self)
        for count in (1, 3, 5):
            button = QToolButton(self)
            button.setText(str(count))
            button.setCheckable(True)
            button.setChecked(count == 1)
            tip = self.tr("Shows the {0} most probable classes").format(count)
            tip = self.tr("Shows the most probable class") if count == 1 else tip
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            theme.set_kind(button, "chip")
            self._choices.addButton(button, count)
            row.addWidget(button)
        self._choices.idClicked.connect(self.set_classes_shown)
        return row

    def _set_widths(self) -> None:
        header = self.view.horizontalHeader()
        metrics = QFontMetrics(self.view.font())
        wide = {"it": "000000", "p": "0.0000", "f": "-0.00000", "h": "-0.00000"}
        only = self.model.classes_shown() == 1
        for column in range(self.model.columnCount()):
            if place_of(column)[1]:
                stretch = QHeaderView.ResizeMode.Stretch
                drag = QHeaderView.ResizeMode.Interactive
                header.setSectionResizeMode(column, stretch if only else drag)
                header.resizeSection(column, metrics.averageCharWidth() * 18)
            else:
                kind = "p" if place_of(column)[0] is not None else ("it", "", "", "f", "h")[column]
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(column, metrics.horizontalAdvance(wide[kind]) + 18)

    def _selected(self) -> list[int]:
        parts = self.view.selectionModel().selection().toList()
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    def _to_clipboard(self, rows: Sequence[int]) -> None:
        if rows:
            QGuiApplication.clipboard().setText(self.model.text(rows))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._copy, self._copy_all])
        self._copy_all.setEnabled(self.model.rowCount() > 0)
        menu.popup(self.view.viewport().mapToGlobal(place))

    @Slot(QModelIndex, QModelIndex)
    def _row_chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        if not self._quiet and now.isValid():
            self._following = now.row() == self.model.rowCount() - 1
            self.iteration_chosen.emit(self.model.iteration(now.row()))

    @Slot()
    def _keep_newest(self) -> None:
        # A smaller window, or the bar under more columns, would cover it until the next row comes.
        if self._following:
            self.view.scrollToBottom()

    @Slot(int)
    def _scrolled(self, action: int) -> None:
        # Only the person's wheel, bar and keys come here, not what the program scrolls.
        bar = self.view.verticalScrollBar()
        self._following = bar.sliderPosition() >= bar.maximum()
