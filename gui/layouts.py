"""Which panels stand where, page by page: what a page has no use for is not on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QStackedWidget, QWidget

from gui import theme

if TYPE_CHECKING:
    from gui.window import Window

ROOMY = 900  # pixels of height
VERSION = 2  # of the saved states; others are left


class Layouts:
    """The docks of each page, as they were left; the window's geometry is one for all."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._states: dict[str, QByteArray] = {}
        self._page = "maximize"

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
        for dock, where in (
            (w.tree_dock, area.LeftDockWidgetArea),
            (w.predictions_dock, area.RightDockWidgetArea),
            (w.recipe_dock, area.RightDockWidgetArea),
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
        w.splitDockWidget(w.predictions_dock, w.recipe_dock, way.Vertical)
        w.resizeDocks([w.tree_dock, w.predictions_dock], [272, 336], way.Horizontal)
        w.resizeDocks([w.predictions_dock, w.recipe_dock], list(place.heights), way.Vertical)
        w.resizeDocks([w.history_dock], [136], way.Vertical)

    def state(self) -> dict[str, QByteArray]:
        """Every page's docks, for the settings."""
        return {**self._states, self._page: self._window.saveState(VERSION)}

    def restore(self, states: dict[str, QByteArray]) -> None:
        """What ``state`` gave; a state of another version is left."""
        self._states = dict(states)
        self._restore(self._page)

    def _restore(self, page: str) -> bool:
        state = self._states.get(page)
        return state is not None and self._window.restoreState(state, VERSION)


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
        dock.windowTitleChanged.connect(self._rename)

    @Slot(str)
    def _rename(self, title: str) -> None:
        self._label.setText(title)

    def sizeHint(self) -> QSize:
        """One line of text and its margins."""
        return QSize(40, QFontMetrics(self._label.font()).height() + 12)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the application's font and colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
