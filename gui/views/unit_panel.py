"""All that is known of one unit: where it responds, what it wants to see, what excites it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.jobs import Picture
from gui import heat
from gui.pixels import to_image
from gui.views.folder_bar import FolderBar, FolderNote
from gui.views.look_bar import ImageMenu, LookBar, LookStart
from gui.views.look_controls import HeatControls, HeatLegend
from gui.views.look_view import LEAST, LookView
from gui.views.patch_grid import PatchGrid
from gui.views.picture_cells import Cell, PictureCells
from gui.views.placeholder import paint_placeholder
from gui.views.sections import Section
from gui.views.unit_head import UnitFacts, UnitHead

_LEAST_HEIGHT = 350  # below it what stands under the image would lie over it
_STRONG = 44  # the side of the strongest units' pictures


class UnitPanel(QWidget):
    """Views and setters; which image and which unit is the desk's to know."""

    shown = Signal(bool)  # whether it is on the screen
    unit_chosen = Signal(int)  # one of the strongest
    unit_hovered = Signal(int)  # one of the strongest, -1 when the pointer has left
    maximize_requested = Signal()
    optimized_opened = Signal()
    open_requested = Signal()
    folder_requested = Signal()
    patch_chosen = Signal(int)
    patch_opened = Signal(int)
    preview_closed = Signal()
    style_changed = Signal(float, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unitPanel")
        self.setAccessibleName(self.tr("The selected unit"))
        self._on_screen = False
        self._there = False  # whether there is an image
        self.head = UnitHead()
        self.menu = ImageMenu(self)
        self.bar = LookBar(self.menu)
        self.start = LookStart(self.menu)
        self.view = LookView()
        self.legend = HeatLegend()
        self.controls = HeatControls()
        self.response = QLabel()
        self.response.setWordWrap(True)
        self.response.setMinimumHeight(self.response.fontMetrics().height())
        self._build_strongest()
        self._build_patches()
        self._build()
        self._connect()
        self.controls.set_style(0.65, "inferno", blended=True)
        self.set_image(None)
        self.set_unit(None)

    def _build_strongest(self) -> None:
        self.strongest = Section(self.tr("Strongest here"))
        self.cells = PictureCells(_STRONG, one_row=True)
        self.cells.setObjectName("strongestUnits")
        self.cells.setAccessibleName(self.tr("The layer's units that respond most to the image"))
        self.strongest.add_wide(self.cells)

    def _build_patches(self) -> None:
        self.patches = Section(self.tr("What excites it most"))
        self.folder = FolderBar()
        self.note = FolderNote()
        self.grid = PatchGrid(self.note)
        self.patches.add_wide(self.folder)
        self.patches.add_wide(self.grid)
        self.folder.hide()
        self.grid.show_note(False)

    def _build(self) -> None:
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(12, 4, 12, 12)
        rows.setSpacing(6)
        rows.addWidget(self.strongest)
        rows.addWidget(self.patches)
        rows.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(below)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setMinimumHeight(60)
        top = QVBoxLayout()
        top.setContentsMargins(12, 6, 12, 0)
        top.setSpacing(5)
        for part in (
            self.head,
            self.start,
            self.bar,
            self.view,
            self.legend,
            self.response,
            self.controls,
        ):
            top.addWidget(part)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.area, 1)
        self._empty = _Empty(
            self.tr("No unit selected"),
            self.tr("Select a channel or a class to see where it responds and what it wants."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setSizePolicy(policy)

    def _connect(self) -> None:
        self.controls.changed.connect(self._restyle)
        self.view.place_changed.connect(self._show_place)
        self.start.open_requested.connect(self.open_requested)
        self.menu.open_requested.connect(self.open_requested)
        self.bar.closed.connect(self.preview_closed)
        self.cells.chosen.connect(self.unit_chosen)
        self.cells.hovered.connect(self.unit_hovered)
        self.grid.chosen.connect(self.patch_chosen)
        self.grid.opened.connect(self.patch_opened)
        self.grid.maximize_requested.connect(self.maximize_requested)
        self.grid.optimized_opened.connect(self.optimized_opened)
        self.note.choose_requested.connect(self.folder_requested)
        self.folder.choose_requested.connect(self.folder_requested)

    def set_seen(self, seen: bool) -> None:
        """Whether it is on the screen and not behind another tab."""
        if seen != self._on_screen:
            self._on_screen = seen
            self.shown.emit(seen)

    # --- the unit

    def set_unit(self, facts: UnitFacts | None) -> None:
        """Shows a unit, or that none is selected."""
        self._stack.setCurrentIndex(0 if facts is None else 1)
        if facts is not None:
            self.head.set_facts(facts)

    def set_optimized(self, picture: Picture | None, tip: str = "") -> None:
        """Its optimized picture; a button that makes it where none is known."""
        self.grid.set_optimized(None if picture is None else to_image(picture), tip)

    # --- the image

    def set_image(self, picture: Picture | None, outline: heat.Box | None = None) -> None:
        """The image as the network sees it, uint8 (H, W, 3), or what to do without one."""
        focus = self.focusWidget()
        began = picture is not None and focus is not None and self.start.isAncestorOf(focus)
        self._there = picture is not None
        self.view.set_picture(picture)
        self.view.set_outline(outline)
        for widget, shown in (
            (self.start, not self._there),
            (self.bar, self._there),
            (self.view, self._there),
        ):
            widget.setVisible(shown)
        self.controls.setEnabled(False)
        if began:  # what had the keyboard is gone
            self.view.setFocus()
        if not self._there:
            self.strongest.hide()
            self.set_response("")
        self._fit_view()

    def set_map(self, laid: heat.Laid | None, place: heat.Place | None = None) -> None:
        """The unit's map on the image; nothing while it is being computed, and its room is kept."""
        self.view.set_map(laid, place)
        self.controls.setEnabled(laid is not None)
        if laid is not None:
            self._show_response("")
        else:
            self.response.setText("")

    def set_response(self, text: str) -> None:
        """A unit without a map: its number in words."""
        self.view.set_map(None)
        self._show_response(text)

    def _show_response(self, text: str) -> None:
        self.response.setText(text)
        self.response.setVisible(bool(text))
        for widget in (self.legend, self.controls):
            widget.setVisible(self._there and not text)

    def set_strongest(self, title: str, cells: Sequence[Cell], selected: int) -> None:
        """The layer's units that respond most, ranked; none hides the row."""
        self.strongest.header.setText(title)
        self.cells.set_cells(cells)
        self.cells.select(selected)
        self.strongest.setVisible(bool(cells))

    def set_style(self, opacity: float, colours: str, *, blended: bool) -> None:
        """How the heat looks."""
        self.controls.set_style(opacity, colours, blended=blended)
        self._restyle(opacity, colours, blended, tell=False)

    # --- patches

    def set_patches(self, cells: Sequence[Cell], *, folder: bool) -> None:
        """The patches, ranked; without a folder what to do."""
        self.folder.setVisible(folder)
        self.grid.set_cells(cells)
        self.grid.show_note(not folder)

    # --- showing

    @Slot(float, str, bool)
    def _restyle(self, opacity: float, colours: str, blended: bool, tell: bool = True) -> None:
        self.view.set_style(opacity, colours, blended=blended)
        self.legend.set_colours(colours)
        if tell:
            self.style_changed.emit(opacity, colours, blended)

    @Slot(object)
    def _show_place(self, place: heat.Place | None) -> None:
        laid = self.view.map
        if laid is None or place is None:
            self.legend.set_value(None, (0.0, 1.0), "")
            return
        text = self.tr("at {0}, {1}").format(*place)
        if laid.first is not None:
            text = self.tr("token {0}").format(laid.position(place)[0])
        self.legend.set_value(float(laid.values[place]), self.view.ends, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_view()

    def _fit_view(self) -> None:
        # A square as wide as the panel where there is room for what stands under it.
        room = self.height() - 200
        side = min(self.width() - 24, max(LEAST, room * 3 // 5))
        self.view.setFixedHeight(max(side, LEAST))
        self.area.setVisible(self.height() >= _LEAST_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape ends what is shown for a moment, before it stops a run."""
        if event.key() == Qt.Key.Key_Escape and self.bar.back.isVisible():
            self.preview_closed.emit()
        else:
            super().keyPressEvent(event)


class _Empty(QWidget):
    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text
        self.setAccessibleName(f"{title}. {text}")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect().toRectF()
        paint_placeholder(painter, rect, self._title, self._text, self.font(), "unit")
        painter.end()
