"""The tree view alone: rows painted from edge to edge, chevrons, keys, columns that fit."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from gui import theme
from gui.models.units import UnitModel
from gui.views.tree_delegate import TreeDelegate

_MANY = 5000
_OWN_PAINTING = """
QTreeView::branch, QTreeView::branch:hover, QTreeView::branch:selected {
    background: transparent; image: none;
}
QTreeView::item:hover, QTreeView::item:selected { background: transparent; }
QTreeView { show-decoration-selected: 0; }
"""


class UnitView(QTreeView):
    """Tells which row was chosen by the person, and which was activated."""

    chosen = Signal(QModelIndex)
    row_activated = Signal(QModelIndex)
    row_hovered = Signal(QModelIndex)  # no row once the pointer has left them

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("networkTree")
        self.setAccessibleName(self.tr("Layers, channels and classes of the network"))
        self.setItemDelegate(TreeDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(14)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setMouseTracking(True)
        self.setStyleSheet(_OWN_PAINTING)
        self.entered.connect(self._enter)
        self.viewportEntered.connect(self._leave)
        self._quiet = False

    def open_with(self, model: UnitModel) -> None:
        """Shows a model."""
        self.setModel(model)
        # The delegate paints the other columns into the first, so that a unit's name has the whole
        # width and one cell a row is measured, not three.
        for column in range(1, model.columnCount()):
            self.hideColumn(column)
        self.header().setStretchLastSection(True)
        self.header().hide()
        self.selectionModel().selectionChanged.connect(self._selection_changed)

    def measure_for(self, most: int) -> None:
        """Prepares for groups of so many units.

        Scrolling by pixels measures every open row, which takes a second for 50,000 of them;
        scrolling by rows measures those on the screen.
        """
        mode = QAbstractItemView.ScrollMode
        self.setVerticalScrollMode(mode.ScrollPerItem if most > _MANY else mode.ScrollPerPixel)

    def quietly_set_current(self, index: QModelIndex) -> None:
        """Selects and shows a row without telling that it was chosen."""
        self._quiet = True
        above = index.parent()
        while above.isValid():
            self.expand(above)
            above = above.parent()
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)
        self._quiet = False

    def open_groups(self) -> set[int]:
        """The ids of the layers that are open, and of the classes."""
        model = self.model()
        assert isinstance(model, UnitModel)
        groups = (index for index, _count in model.filtered_groups())
        return {index.internalId() for index in groups if self.isExpanded(index)}

    @Slot(QItemSelection, QItemSelection)
    def _selection_changed(self, selected: QItemSelection, _gone: QItemSelection) -> None:
        if not self._quiet and selected.indexes():
            self.chosen.emit(self.currentIndex())

    @Slot(QModelIndex)
    def _enter(self, index: QModelIndex) -> None:
        self.row_hovered.emit(index.siblingAtColumn(0))

    @Slot()
    def _leave(self) -> None:
        self.row_hovered.emit(QModelIndex())

    # --- keys and mouse

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.row_activated.emit(self.currentIndex().siblingAtColumn(0))
            return
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # Space pauses the run, it chooses nothing here
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        index = self.indexAt(position).siblingAtColumn(0)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            model = self.model()
            opens = model.rowCount(index) > 0
            if opens and position.x() < self.visualRect(index).left():
                self.setExpanded(index, not self.isExpanded(index))
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint()).siblingAtColumn(0)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            if event.position().x() >= self.visualRect(index).left():
                self.row_activated.emit(index)
            return
        super().mouseDoubleClickEvent(event)

    # --- painting

    def drawRow(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        state = option.state
        first = index.sibling(index.row(), 0)
        chosen = self.selectionModel().isSelected(first)
        colours = theme.colours()
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selection if chosen else colours.hover)
            area = QRectF(rect).adjusted(4, 0.5, -4, -0.5)
            painter.drawRoundedRect(area, 6, 6)
            if chosen and self.hasFocus() and first == self.currentIndex().siblingAtColumn(0):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colours.accent, 1.5))
                painter.drawRoundedRect(area.adjusted(0.75, 0.75, -0.75, -0.75), 5.5, 5.5)
            painter.restore()
        super().drawRow(painter, option, index)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if not self.model().rowCount(index):
            return
        x, y = rect.right() - 6.5, rect.center().y() + 0.5
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colours().muted, 1.4, c=Qt.PenCapStyle.RoundCap))
        points = [(-1.6, -3.2), (1.6, 0.0), (-1.6, 3.2)]
        if self.isExpanded(index):
            points = [(-3.2, -1.6), (0.0, 1.6), (3.2, -1.6)]
        for start, end in pairwise(points):
            painter.drawLine(QPointF(x + start[0], y + start[1]), QPointF(x + end[0], y + end[1]))
        painter.restore()
