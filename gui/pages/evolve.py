"""The Evolve page: the grid of classes, the confidence by generation under it. Layout only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.evolution.parcels import Champion, GenerationRecord
from engine.evolution.sheet import percent
from gui import theme
from gui.models.elites import BY_AGE, BY_CONFIDENCE, BY_NAME, EliteModel
from gui.page import Page
from gui.session import file_stem
from gui.views.breeding import Breeding
from gui.views.canvas import Canvas
from gui.views.elite_grid import EliteGrid
from gui.views.evolve_start import EvolveStart
from gui.views.fields import Segments
from gui.views.generation_plot import GenerationPlot
from gui.views.image_fields import ElidedLabel
from gui.views.recipe_parts import tool_button

_ARRANGE_MS = 1500  # a grid sorted by confidence that jumped at every child could not be read


class EvolvePage(Page):
    """Shows an archive as it grows. Signals carry classes' numbers."""

    start_requested = Signal()
    continue_requested = Signal()
    breeding_requested = Signal(int)  # a class to begin from, -1 for random paintings
    selected_changed = Signal(int)
    attack_requested = Signal(int)
    maximize_requested = Signal(int)
    save_requested = Signal(int)
    pixel_hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EliteModel(self)
        self.start = EvolveStart()
        self.grid = EliteGrid(self.model)
        self.plot = GenerationPlot()
        self.breeding = Breeding()
        self.large = Canvas()
        self.large.setObjectName("evolvedImage")
        self._opened = -1
        self._growing = False
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setObjectName("evolveSplit")
        self._split.setHandleWidth(1)
        self._split.addWidget(self.grid)
        self._split.addWidget(self.plot)
        self._split.setStretchFactor(0, 1)
        self._split.setChildrenCollapsible(False)
        self._stack = QStackedWidget()
        for part in (self.start, self._split, self._make_large(), self.breeding):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_caption())
        layout.addWidget(self._stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_ARRANGE_MS)
        self._timer.timeout.connect(self._arrange)
        self._connect()
        self.reset()
        self.set_caption("", "")
        self._show_state()

    # --- setters

    def set_caption(self, title: str, subtitle: str) -> None:
        """What the page shows; its line is hidden without a title."""
        self._title.setText(title)
        self._subtitle.set_text(subtitle)
        self._caption.setVisible(bool(title))

    def set_actions(self, exports: Sequence[QAction]) -> None:
        """What the Export button offers."""
        menu = QMenu(self._export)
        menu.addActions(list(exports))
        self._export.setMenu(menu)

    def show_archive(
        self,
        names: dict[int, str],
        champions: Sequence[Champion],
        records: Sequence[GenerationRecord],
    ) -> None:
        """Another archive, of these classes; none shows what the page is for."""
        self.model.set_classes(names)
        self.model.put(champions)
        self.model.arrange()
        self.plot.set_records(records)
        self._opened = -1
        self._stack.setCurrentWidget(self._split if names else self.start)
        self._show_state()

    def grow(self, champions: Sequence[Champion], records: Sequence[GenerationRecord]) -> None:
        """What the newest generations brought."""
        self.model.put(champions)
        self.plot.append(records)
        for champion in champions:
            if champion.index == self._opened:
                self._show_large()

    def set_growing(self, growing: bool) -> None:
        """Whether an evolution goes on: a sorted grid is sorted again now and then."""
        self._growing = growing
        if growing:
            self._timer.start()
        else:
            self._timer.stop()
            self._arrange()

    def set_can_go_on(self, can: bool) -> None:
        """Whether the shown archive can be gone on with."""
        self._go_on.setVisible(can)

    def selected(self) -> int:
        """The selected class, -1 for none."""
        found = self.grid.current()
        return -1 if found is None else found

    def open_breeding(self) -> None:
        """Shows the children to choose from."""
        self._stack.setCurrentWidget(self.breeding)
        self._show_state()

    def close_breeding(self) -> None:
        """Back to the classes."""
        self._stack.setCurrentWidget(self._split if self.model.rowCount() else self.start)
        self._show_state()

    @property
    def breeds(self) -> bool:
        """Whether children are shown to choose from."""
        return self._stack.currentWidget() is self.breeding

    def reset(self) -> None:
        """The division that the page has at first."""
        self._split.setSizes([520, 150])

    def split(self) -> QByteArray:
        return self._split.saveState()

    def restore_split(self, state: QByteArray) -> None:
        self._split.restoreState(state)

    # --- building

    def _make_caption(self) -> QWidget:
        self._title = QLabel()
        self._subtitle = ElidedLabel()
        theme.set_kind(self._title, "title")
        theme.set_kind(self._subtitle, "muted")
        self.order = Segments(
            [
                (BY_NAME, self.tr("Name"), self.tr("By the classes' names")),
                (BY_CONFIDENCE, self.tr("Surest"), self.tr("The surest first")),
                (BY_AGE, self.tr("Newest"), self.tr("What was found last first")),
            ]
        )
        self.order.setObjectName("eliteOrder")
        self.order.name(self.tr("Order"))
        self.order.set_value(BY_NAME)
        self.filter = QLineEdit()
        self.filter.setObjectName("eliteFilter")
        self.filter.setPlaceholderText(self.tr("Filter classes"))
        self.filter.setAccessibleName(self.tr("Filter of the classes"))
        self.filter.setToolTip(self.tr("Shows only classes with this in their name"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(180)
        tip = self.tr("Saves the sheet of all images, or the run's folder")
        self._go_on = tool_button(
            "play",
            self.tr("Continue"),
            self.tr("Goes on with this archive where it stopped; Start begins a new one"),
        )
        self._go_on.setObjectName("continueEvolution")
        self._go_on.hide()
        self._export = tool_button("export", self.tr("Export"), tip)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(8)
        for part in (self._go_on, self.filter, self.order, self._export):
            tools.addWidget(part)
        self._caption = QWidget()
        row = QHBoxLayout(self._caption)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        row.addWidget(self._tools)
        return self._caption

    def _make_large(self) -> QWidget:
        self._back = tool_button(
            "chevron-left", self.tr("All classes"), self.tr("Back to the grid (Backspace)")
        )
        self._back.setIconSize(QSize(16, 16))
        self._back.setShortcut("Backspace")
        self._large_title = QLabel()
        self._large_says = ElidedLabel()
        theme.set_kind(self._large_title, "title")
        theme.set_kind(self._large_says, "muted")
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self._back)
        row.addWidget(self._large_title)
        row.addWidget(self._large_says, 1)
        self._large_view = QWidget()
        column = QVBoxLayout(self._large_view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.large, 1)
        return self._large_view

    def _connect(self) -> None:
        self.start.start_requested.connect(self.start_requested)
        self.start.breed_requested.connect(self._breed_anew)
        self.breeding.anew.connect(self._breed_anew)
        self.breeding.back.connect(self.close_breeding)
        self.grid.selected.connect(self.selected_changed)
        self.grid.opened.connect(self.open_large)
        self.grid.attack_requested.connect(self.attack_requested)
        self.grid.maximize_requested.connect(self.maximize_requested)
        self.grid.breed_requested.connect(self.breeding_requested)
        self.grid.save_requested.connect(self.save_requested)
        self.large.pixel_hovered.connect(self.pixel_hovered)
        self._go_on.clicked.connect(self.continue_requested)
        self._back.clicked.connect(self.close_large)
        self.order.changed.connect(self.model.set_order)
        self.filter.textChanged.connect(self.model.set_filter)

    # --- inside

    @Slot(int)
    def open_large(self, number: int) -> None:
        """One image as large as the page."""
        self._opened = number
        self._show_large()
        self._stack.setCurrentWidget(self._large_view)
        self._show_state()
        self.large.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def close_large(self) -> None:
        """Back to the grid."""
        self._opened = -1
        self._stack.setCurrentWidget(self._split)
        self._show_state()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_large(self) -> None:
        champion = self.model.champion(self._opened)
        if champion is None:
            return
        self.large.set_image(champion.picture)
        self._large_title.setText(champion.name)
        self._large_says.set_text(
            self.tr("{0} · found in generation {1}").format(
                percent(champion.confidence), f"{champion.generation:,}"
            )
        )

    def set_exporter(self, write: object, name: str) -> None:
        """Who writes the PNG that is dragged out of the large view, and how it is called."""
        self.large.set_exporter(write, file_stem(name))  # type: ignore[arg-type]

    @Slot()
    def _breed_anew(self) -> None:
        self.breeding_requested.emit(-1)

    @Slot()
    def _arrange(self) -> None:
        if self.model.order != BY_NAME:
            self.model.arrange()

    def _show_state(self) -> None:
        self._tools.setVisible(self._stack.currentWidget() is self._split)
