"""Which panels stand where, page by page: what a page has no use for is not on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QWidget,
)

from gui import theme

if TYPE_CHECKING:
    from gui.window import Window

ROOMY = 900  # pixels of height
FOR_BOTH = 1000  # of height: the unit's panel and the recipe
VERSION = 3  # of the saved states; others are left


class Layouts:
    """The docks of each page, as they were left; the window's geometry is one for all."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._states: dict[str, QByteArray] = {}
        self._page = "maximize"
        self._unit_in_front = False
        self._recipe_steps_back = False
        # Not before the docks have settled: which tab is in front is not known in the signal.
        self._settle = QTimer(window, singleShot=True, interval=0)
        self._settle.timeout.connect(self._on_tabs)
        window.unit_dock.visibilityChanged.connect(self._settle.start)

    def enter(self, page: str) -> None:
        """Another page is in front: its panels as they were left, or as they are at first."""
        self._states[self._page] = self._window.saveState(VERSION)
        self._page = page
        if not self._restore(page):
            self.reset(page)

    def reset(self, page: str) -> None:
        """A page's panels where they were at first."""
        w, area, way = self._window, Qt.DockWidgetArea, Qt.Orientation
        place = w.place(page)
        self._unit_in_front = self._recipe_steps_back = False
        for dock, where in (
            (w.tree_dock, area.LeftDockWidgetArea),
            (w.predictions_dock, area.RightDockWidgetArea),
            (w.recipe_dock, area.RightDockWidgetArea),
            (w.unit_dock, area.RightDockWidgetArea),
            (w.history_dock, area.BottomDockWidgetArea),
        ):
            dock.setFloating(False)
            w.addDockWidget(where, dock)
            dock.show()
        # What a page has no use for leaves it the room, on a small screen the History too.
        w.tree_dock.setVisible(place.tree)
        w.history_dock.setVisible(place.history or w.height() >= ROOMY)
        w.predictions_dock.setVisible(place.upper is not None)
        w.recipe_dock.setVisible(place.lower is not None)
        w.unit_dock.setVisible(place.unit)
        alone = place.unit and place.upper is None  # the unit's panel is the upper one
        upper = w.unit_dock if alone else w.predictions_dock
        if alone and w.height() < FOR_BOTH:
            w.tabifyDockWidget(w.recipe_dock, w.unit_dock)
            w.unit_dock.raise_()
        else:
            w.splitDockWidget(upper, w.recipe_dock, way.Vertical)
        if place.unit and not alone:
            w.tabifyDockWidget(w.predictions_dock, w.unit_dock)
            w.predictions_dock.raise_()
        w.resizeDocks([w.tree_dock, upper], [272, 336], way.Horizontal)
        heights = [660, 300] if alone else list(place.heights)
        w.resizeDocks([upper, w.recipe_dock], heights, way.Vertical)
        w.resizeDocks([w.history_dock], [136], way.Vertical)

    @Slot()
    def _on_tabs(self) -> None:
        """The unit's panel is a microscope: while it is in front of the upper panel it has the
        whole height, and on a small screen the recipe steps back."""
        w = self._window
        place = w.place(self._page)
        if not w.isVisible():
            return
        w.unit_panel.set_seen(_is_front(w.unit_dock))
        tabbed = w.predictions_dock in w.tabifiedDockWidgets(w.unit_dock)
        front = tabbed and _is_front(w.unit_dock)
        if front == self._unit_in_front or place.upper is None or place.lower is None:
            return
        self._unit_in_front = front
        docked = not w.recipe_dock.isHidden() and not w.recipe_dock.isFloating()
        if front and docked and w.height() < FOR_BOTH:
            self._recipe_steps_back = True
            w.recipe_dock.hide()
        elif front and docked:
            w.resizeDocks([w.unit_dock, w.recipe_dock], [660, 300], Qt.Orientation.Vertical)
        elif not front and self._recipe_steps_back:
            self._recipe_steps_back = False
            w.recipe_dock.show()
            docks = [w.predictions_dock, w.recipe_dock]
            w.resizeDocks(docks, list(place.heights), Qt.Orientation.Vertical)

    def state(self) -> dict[str, QByteArray]:
        """Every page's docks, for the settings."""
        return {**self._states, self._page: self._window.saveState(VERSION)}

    def restore(self, states: dict[str, QByteArray]) -> None:
        """What ``state`` gave; a state of another version is left."""
        self._states = dict(states)
        self._restore(self._page)

    def _restore(self, page: str) -> bool:
        state = self._states.get(page)
        if state is None:
            return False
        w = self._window
        restored = w.restoreState(state, VERSION)
        # What steps back does so in the next session too.
        behind = w.recipe_dock.isHidden() and w.place(page).lower is not None
        front = w.predictions_dock in w.tabifiedDockWidgets(w.unit_dock) and _is_front(w.unit_dock)
        self._unit_in_front, self._recipe_steps_back = front, front and behind
        return restored


def _is_front(dock: QDockWidget) -> bool:
    """Whether it is seen, once the docks have settled: one behind another tab is not hidden, it
    is moved out of the window."""
    return not dock.isHidden() and not dock.visibleRegion().isEmpty()


def stacked(panels: Sequence[QWidget | None]) -> QStackedWidget:
    """The panels of one dock, one a page in the pages' order; nothing where a page has none."""
    stack = QStackedWidget()
    for panel in panels:
        stack.addWidget(panel or QWidget())
    return stack


class DockTitle(QWidget):
    """A panel's name in small muted letters; the panel is dragged by it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__()
        self._label = QLabel(dock.windowTitle())
        theme.set_kind(self._label, "muted")
        font = self._label.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 0.92)
        self._label.setFont(font)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 4)
        layout.addWidget(self._label)
        layout.addStretch(1)
        self._dock = dock
        dock.windowTitleChanged.connect(self._rename)
        for moved in (dock.visibilityChanged, dock.dockLocationChanged, dock.topLevelChanged):
            moved.connect(self._look_around)

    @Slot(str)
    def _rename(self, title: str) -> None:
        self._label.setText(title)

    @Slot()
    def _look_around(self) -> None:
        # Not before the docks have settled: a tab is made after its signals.
        QTimer.singleShot(0, self, self._fit)

    @Slot()
    def _fit(self) -> None:
        """Among tabs the tab has the name."""
        window = self._dock.parentWidget()
        tabbed = isinstance(window, QMainWindow) and window.tabifiedDockWidgets(self._dock)
        self._label.setVisible(not tabbed or self._dock.isFloating())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """One line of text and its margins; nothing where a tab has the name."""
        if self._label.isHidden():
            return QSize(40, 0)
        return QSize(40, QFontMetrics(self._label.font()).height() + 12)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the application's font and colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
