"""The grid of classes, each with the best image found for it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from gui import theme
from gui.models.elites import CLASS_ROLE, CONFIDENCE_ROLE, EliteModel
from gui.views.elite_delegate import EliteDelegate


class EliteGrid(QListView):
    """Signals carry the classes' numbers."""

    selected = Signal(int)
    opened = Signal(int)
    attack_requested = Signal(int)
    maximize_requested = Signal(int)
    breed_requested = Signal(int)
    save_requested = Signal(int)

    def __init__(self, model: EliteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("eliteGrid")
        self.setAccessibleName(self.tr("Classes, each with the best image found for it"))
        self.setModel(model)
        self.setItemDelegate(EliteDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(4)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.doubleClicked.connect(self._open)
        self.customContextMenuRequested.connect(self._show_menu)

    def current(self) -> int | None:
        """The selected class's number."""
        number = self.currentIndex().data(CLASS_ROLE)
        return None if number is None else int(number)

    def select(self, number: int) -> None:
        """Selects a class and brings it into view."""
        model = self.model()
        index = model.row_of(number) if isinstance(model, EliteModel) else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def menu_for(self, number: int) -> QMenu:
        """What can be done with a class's image."""
        menu = QMenu(self)
        for icon, text, signal in (
            ("image", self.tr("Open it large"), self.opened),
            ("image", self.tr("Attack this image"), self.attack_requested),
            ("start", self.tr("Maximize from this image"), self.maximize_requested),
            ("dice", self.tr("Breed from this image"), self.breed_requested),
            ("save", self.tr("Save image…"), self.save_requested),
        ):
            menu.addAction(theme.icon(icon), text, _emitting(signal, number))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # Space pauses the run, it chooses nothing here
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.data(CONFIDENCE_ROLE) is not None:
            self.opened.emit(int(index.data(CLASS_ROLE)))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.selected.emit(int(current.data(CLASS_ROLE)))

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if index.data(CONFIDENCE_ROLE) is not None:
            menu = self.menu_for(int(index.data(CLASS_ROLE)))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(position))


def _emitting(signal: object, number: int) -> object:
    return lambda: signal.emit(number)  # type: ignore[attr-defined]
