"""The panel under the network chooser: every network there is, searched, opened or downloaded."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QPushButton, QWidget

from engine.catalogue.downloads import Progress
from engine.catalogue.index import AVAILABLE
from gui import theme
from gui.models.networks import ENTRY_ROLE, MINE, Entry, NetworkListModel
from gui.views.network_detail import NetworkDetail
from gui.views.network_rows import Head, NetworkDelegate, cells
from gui.views.search_popup import SearchPopup

_WIDTH, _HEIGHT = 760, 540
_MARGIN = 24  # to the screen's edge


class NetworkPopup(SearchPopup):
    """A click opens what is here and shows what is not; the arrow at a row's end downloads it."""

    picked = Signal(object)  # Entry: to be opened, or downloaded
    cancel_requested = Signal(str)  # key
    remove_requested = Signal(object)  # Entry
    weights_requested = Signal()
    opened = Signal()

    def __init__(self, model: NetworkListModel, owner: QWidget) -> None:
        super().__init__(owner)
        self.setObjectName("networkPopup")
        self._model = model
        self._at = QPoint()
        self.search.setPlaceholderText(self.tr("Search a name, a set of weights, a licence"))
        self.search.setAccessibleName(self.tr("Search of the networks"))
        self.search.setToolTip(
            self.tr("Shows only the networks that have every word: resnet 50, swag, here")
        )
        self.list.setObjectName("networkList")
        self.list.setAccessibleName(self.tr("Networks"))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.list.setItemDelegate(NetworkDelegate(self.list))
        self.list.setModel(model)
        self.list.viewport().installEventFilter(self)
        self.head = Head(self.list)
        self.detail = NetworkDetail(model)
        self.open_weights = QPushButton(self.tr("Open weights…"))
        self.open_weights.setAccessibleName(self.open_weights.text())
        self.open_weights.setToolTip(self.tr("Opens a network of your own from a file"))
        self.reading = QLabel(self.tr("Reading the list of networks…"))
        theme.set_kind(self.reading, "muted")
        self._column.insertWidget(1, self.head)
        self._column.addWidget(_Line())
        self._column.addWidget(self.detail)
        self._column.addWidget(_Line())
        foot = QHBoxLayout()
        foot.setContentsMargins(2, 0, 4, 2)
        foot.addWidget(self.open_weights)
        foot.addStretch(1)
        foot.addWidget(self.reading)
        self._column.addLayout(foot)
        self.open_weights.clicked.connect(self._ask_weights)
        self.list.doubleClicked.connect(self._act)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        model.modelReset.connect(self._on_reset)
        self.detail.picked.connect(self._emit_picked)
        self.detail.cancel_requested.connect(self.cancel_requested)
        self.detail.remove_requested.connect(self.remove_requested)

    def open_with(self, typed: str = "") -> None:
        """Opens at the network that is open, or with what was typed."""
        self.appear(typed)
        row = self._model.row_of(self._model.current)
        if row >= 0 and not typed:
            self._go(row, QListView.ScrollHint.EnsureVisible)
        self.opened.emit()

    def size_wanted(self) -> QSize:
        room = self._owner.screen().availableGeometry().size()
        return QSize(min(_WIDTH, room.width() - _MARGIN), min(_HEIGHT, room.height() - 4 * _MARGIN))

    def set_reading(self, reading: bool) -> None:
        """Whether the list is still being read."""
        self.reading.setVisible(reading)

    def set_progress(self, progress: dict[str, Progress | None]) -> None:
        """The downloads that go on, or wait, by their sets' keys."""
        self._model.set_progress(progress)
        self.detail.show_entry(self._entry())

    # --- rows

    def _entry(self) -> Entry | None:
        found = self.list.currentIndex().data(ENTRY_ROLE)
        return found if isinstance(found, Entry) else None

    def _go(self, row: int, hint: QListView.ScrollHint) -> None:
        self.list.setCurrentIndex(self._model.index(row))
        self.list.scrollTo(self.list.currentIndex(), hint)

    @Slot(str)
    def _narrow(self, text: str) -> None:
        self._model.set_search(text)
        there = self._model.count() > 0
        none = self.tr("No network has “{0}” in its name.").format(text.strip())
        self.say_none("" if there or not text.strip() else none)
        if there:
            self.list.scrollToTop()
            self._go(self._model.best(text), QListView.ScrollHint.EnsureVisible)
        self._tell()

    @Slot()
    def _on_reset(self) -> None:
        """The rows are others; the same network stays under the keys where it is still there."""
        entry = self.detail.entry
        row = self._model.row_of(entry.key) if entry else -1
        if self.isVisible() and row >= 0:
            self._go(row, QListView.ScrollHint.EnsureVisible)
        elif self._model.first() >= 0:
            self.list.setCurrentIndex(self._model.index(self._model.first()))
        self._tell()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._tell()

    def _tell(self) -> None:
        entry = self._entry()
        self.detail.show_entry(entry)
        # The keys stay in the search line: a screen reader hears the row from there.
        self.search.setAccessibleDescription(self._model.spoken(entry) if entry else "")

    def _pick(self, index: QModelIndex) -> None:
        """Return: opens what is here, downloads what is not."""
        self._act(index)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        on_action = cells(self.list.visualRect(index))[2].contains(self._at)
        if on_action and self._model.downloads(entry.key):
            self.cancel_requested.emit(entry.key)
        elif on_action and entry.group == MINE and entry.key != self._model.current:
            self.remove_requested.emit(entry)
        elif on_action or entry.group != AVAILABLE:
            self._act(index)

    @Slot(QModelIndex)
    def _act(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, Entry) and entry.choosable and not self._model.downloads(entry.key):
            self._emit_picked(entry)

    @Slot(object)
    def _emit_picked(self, entry: Entry) -> None:
        self.hide()
        self.picked.emit(entry)

    @Slot()
    def _ask_weights(self) -> None:
        self.hide()
        self.weights_requested.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched is self.list.viewport():
            self._at = event.position().toPoint()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button that has the focus."""
        button = self.focusWidget()
        pressed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if pressed and isinstance(button, QPushButton):
            button.click()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._model.set_search("")


class _Line(QWidget):
    """A hairline between the parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), theme.colours().border)
