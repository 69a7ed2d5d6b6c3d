"""The tree of a network's layers, channels and classes, with a filter above it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QStackedLayout, QVBoxLayout, QWidget

from engine.jobs import Picture
from engine.units import NetworkInfo, UnitError, parse_unit
from gui import theme
from gui.models.unit_filter import centre_of
from gui.models.units import UnitModel
from gui.views.tree_view import UnitView

FILTER_DELAY_MS = 120
_OPENED_AT_MOST = 500  # units that a filter opens by itself


class NetworkTree(QWidget):
    """Shows a network's units; signals carry their written forms."""

    unit_selected = Signal(str)
    unit_activated = Signal(str)
    unit_hovered = Signal(str)  # empty over what is no unit, and once the pointer has left
    look_requested = Signal(str)
    maximize_requested = Signal(str, str)  # unit, preset
    queue_requested = Signal(object)  # list[str]
    pictures_wanted = Signal(object)  # list[str] of units that are shown without one

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = UnitModel(self)
        self._model.pictures_wanted.connect(self.pictures_wanted)
        self._chosen = ""
        self._hovered = ""
        self._open_before: set[int] = set()
        self.filter = QLineEdit(self)
        self.filter.setObjectName("treeFilter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setPlaceholderText(self.tr("Filter units"))
        self.filter.setAccessibleName(self.tr("Filter of the network's units"))
        self.filter.setToolTip(
            self.tr(
                "Shows only what matches: a class, a layer or its type, or a unit:\n"
                "king crab   conv   features.7   features.7:12   features.7:12@5,5"
            )
        )
        self.filter.addAction(
            theme.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.view = UnitView(self)
        self.view.open_with(self._model)
        self._empty = QLabel(self)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._empty.setMargin(16)
        self._empty.setStyleSheet("background: palette(base);")
        theme.set_kind(self._empty, "muted")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 8)
        top.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(self._stack, 1)
        self.setTabOrder(self.filter, self.view)
        self._timer = QTimer(self, singleShot=True, interval=FILTER_DELAY_MS)
        self._timer.timeout.connect(self._apply_filter)
        self.filter.textChanged.connect(self._timer.start)
        self.filter.returnPressed.connect(self._return_in_filter)
        self.filter.installEventFilter(self)
        self.view.chosen.connect(self._choose)
        self.view.row_activated.connect(self._activate)
        self.view.row_hovered.connect(self._hover)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._show_state()

    # --- setters

    def set_network(self, info: NetworkInfo | None) -> None:
        """Shows another network; the filter is emptied."""
        self._timer.stop()
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(False)
        self._chosen, self._open_before = "", set()
        self._model.set_network(info)
        self.view.measure_for(self._model.largest_group())
        for index, _count in self._model.filtered_groups():
            self.view.setExpanded(index, self._model.has_groups(index))
        self._show_state()

    def set_picture(self, unit: str, picture: Picture) -> None:
        """The small picture of a unit."""
        self._model.set_picture(unit, picture)

    def picture(self, unit: str) -> QImage | None:
        """The small picture of a unit, where it is known."""
        return self._model.picture(unit)

    def select(self, unit: str) -> None:
        """Shows a unit as the chosen one, opening what is around it; says nothing about it."""
        self._chosen = unit
        index = self._model.index_of(unit)
        if index.isValid():
            self.view.quietly_set_current(index)
        else:
            self.view.selectionModel().clearSelection()

    @Slot(str)
    def choose(self, unit: str) -> None:
        """Shows a unit as the chosen one, and says so: it was chosen on another view."""
        if unit != self._chosen:
            self.select(unit)
            self.unit_selected.emit(unit)

    def forget_wanted(self) -> None:
        """Pictures that there were none of are asked for again."""
        self._model.forget_wanted()
        self.view.viewport().update()

    def selected(self) -> str:
        """The chosen unit's written form; empty where there is none."""
        return self._chosen

    # --- filter

    @Slot()
    def _apply_filter(self) -> None:
        self._timer.stop()
        if not self._model.filter:
            self._open_before = self.view.open_groups()
        self._model.set_filter(self.filter.text())
        for index, count in self._model.filtered_groups():
            if self._model.filter:
                inner = self._model.has_groups(index)
                self.view.setExpanded(index, inner or 0 < count <= _OPENED_AT_MOST)
            else:
                self.view.setExpanded(index, index.internalId() in self._open_before)
        best = self._model.best_match()
        group = best.parent()
        if best.isValid():
            shut = group.isValid() and not self.view.isExpanded(group)
            self.view.quietly_set_current(group if shut else best)
        elif self._chosen and self._model.index_of(self._chosen).isValid():
            self.view.quietly_set_current(self._model.index_of(self._chosen))
        self._show_state()

    @Slot()
    def _return_in_filter(self) -> None:
        if self._timer.isActive():
            self._apply_filter()
        index = self.view.currentIndex()
        unit = self._model.unit(index)
        if unit and self._model.filter:
            self._choose(index)
            self.unit_activated.emit(unit)
        elif index.isValid():
            self.view.expand(index)
            self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and isinstance(event, QKeyEvent):
            key = event.key()
            if event.type() == QEvent.Type.KeyPress and key == Qt.Key.Key_Down:
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if key == Qt.Key.Key_Escape and self.filter.text():
                if event.type() == QEvent.Type.KeyPress:
                    self.filter.clear()
                event.accept()  # in a filter Escape empties it, it does not stop the run
                return True
        return super().eventFilter(watched, event)

    # --- choosing

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        unit = self._model.unit(index)
        if unit and unit != self._chosen:
            self._chosen = unit
            self.unit_selected.emit(unit)

    @Slot(QModelIndex)
    def _hover(self, index: QModelIndex) -> None:
        unit = self._model.unit(index)
        if unit != self._hovered:
            self._hovered = unit
            self.unit_hovered.emit(unit)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        unit = self._model.unit(index)
        if unit:
            self._choose(index)
            self.unit_activated.emit(unit)
        else:
            self.view.setExpanded(index, not self.view.isExpanded(index))

    @Slot(QPoint)
    def _open_menu(self, position: QPoint) -> None:
        rows = [r for r in self.view.selectionModel().selectedRows() if self._model.unit(r)]
        units = [self._model.unit(row) for row in rows]
        clicked = self._model.unit(self.view.indexAt(position)) or (units[-1] if units else "")
        layer = self._model.layer(self.view.indexAt(position))
        if not clicked and not layer:
            return
        menu = self.menu_for(clicked, units or [clicked], layer)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(position))

    def menu_for(self, unit: str, units: list[str], layer: str = "") -> QMenu:
        """The context menu of a unit (and of the others selected with it), or of a layer."""
        menu = QMenu(self)
        if not unit:
            copy = menu.addAction(self.tr("Copy name"))
            copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(layer))
            return menu
        start = menu.addAction(theme.icon("play"), self.tr("Maximize"))
        start.triggered.connect(lambda: self.unit_activated.emit(unit))
        bare = menu.addAction(self.tr("Maximize without a prior"))
        bare.triggered.connect(lambda: self.maximize_requested.emit(unit, "no-prior"))
        info = self._model.network
        centre = centre_of(unit, info) if info else ""
        if centre:
            neuron = menu.addAction(self.tr("Maximize its centre neuron"))
            neuron.setToolTip(centre)
            neuron.triggered.connect(lambda: self.unit_activated.emit(centre))
        look = menu.addAction(theme.icon("image"), self.tr("Show its activation on an image"))
        look.triggered.connect(lambda: self.look_requested.emit(unit))
        menu.addSeparator()
        many = len(units) > 1
        text = (
            self.tr("Add {0} to the queue").format(len(units))
            if many
            else self.tr("Add to the queue")
        )
        queue = menu.addAction(theme.icon("queue"), text)
        queue.triggered.connect(lambda: self.queue_requested.emit(list(units)))
        menu.addSeparator()
        copy = menu.addAction(theme.icon("copy"), self.tr("Copy name"))
        names = "\n".join(units if many else [unit])
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(names))
        return menu

    def _show_state(self) -> None:
        empty = self._model.rowCount() == 0
        if empty and self._model.network is None:
            self._empty.setText(self.tr("The network's layers and classes will be listed here."))
        elif empty:
            self._empty.setText(f"{self._why_nothing()}\n\n{self._what_to_type()}")
        self._stack.setCurrentWidget(self._empty if empty else self.view)

    def _why_nothing(self) -> str:
        """What is wrong with the unit that was typed, with the nearest ones where there are any."""
        text, info = self.filter.text().strip(), self._model.network
        if ":" in text and info is not None:
            try:
                parse_unit(text, info)
            except UnitError as error:
                return str(error)
        return self.tr("Nothing matches “{0}”.").format(text)

    def _what_to_type(self) -> str:
        return self.tr(
            "Type a class (king crab), a layer (features.7), a type (conv), "
            "or a unit (features.7:12, features.7:12@5,5)."
        )
