"""The Adversarial page: the pictures, the lecture's table under them, and the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.difference import FACTORS
from engine.attacks.parcels import AttackRun
from gui import theme
from gui.models.shown import last_iteration
from gui.page import Page
from gui.views.attack_start import AttackStart
from gui.views.choice import Choice
from gui.views.class_table import ClassTable
from gui.views.gallery import Gallery
from gui.views.gallery_plan import ADVERSARIAL
from gui.views.image_fields import ElidedLabel
from gui.views.large_view import LargeView
from gui.views.recipe_parts import tool_button
from gui.views.timeline import Timeline


class AdversarialPage(Page):
    """Shows a list of runs that others keep: nothing is copied, ``refresh`` reads them again.

    Indexes are of images in that list. ``iteration_chosen`` and ``live_chosen`` ask for
    ``refresh`` with that iteration, or with none.
    """

    selected_changed = Signal(int)
    opened = Signal(int)
    remove_requested = Signal(object)  # list[int]
    save_requested = Signal(int)
    copy_requested = Signal(int)
    sphere_requested = Signal(int)
    open_images_requested = Signal()
    sample_chosen = Signal(object)  # Path
    samples_chosen = Signal(object)  # list[Path]
    iteration_chosen = Signal(int)
    live_chosen = Signal()
    pixel_hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[AttackRun] = []
        self.start = AttackStart()
        self.gallery = Gallery()
        self.table = ClassTable()
        self.timeline = Timeline()
        self.timeline.setObjectName("attackTimeline")
        self.large = LargeView(self.gallery.pictures)
        self.magnification = self._make_magnification()
        self._add = tool_button("plus", self.tr("Add"), self.tr("Opens more images to attack"))
        self._add.setObjectName("addImages")
        tip = self.tr("Saves the figure, the table, or a folder an image")
        self._export = tool_button("export", self.tr("Export"), tip)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setObjectName("attackSplit")
        self._split.setHandleWidth(1)
        self._split.addWidget(self.gallery)
        self._split.addWidget(self.table)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self._stack = QStackedWidget()
        for part in (self.start, self._split, self.large):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_caption())
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.timeline)
        self._connect()
        for one, other in ((self.magnification, self.gallery), (self.gallery, self.table)):
            self.setTabOrder(one, other)
        self.setTabOrder(self.table, self.timeline)
        self.reset()
        self.set_caption("", "")
        self.set_runs([])

    def set_caption(self, title: str, subtitle: str) -> None:
        """What the page shows; its line is hidden without a title."""
        self._title.setText(title)
        self._subtitle.set_text(subtitle)
        self._caption.setVisible(bool(title) or bool(self._runs))

    def set_actions(self, exports: Sequence[QAction]) -> None:
        """What the Export button offers."""
        menu = QMenu(self._export)
        menu.addActions(list(exports))
        self._export.setMenu(menu)

    def set_runs(self, runs: list[AttackRun]) -> None:
        """The images, a run each; an empty list shows what to do. The newest iteration is shown."""
        self._runs = runs
        self.gallery.set_runs(runs)
        self.table.set_runs(runs)
        if not runs:
            self._stack.setCurrentWidget(self.start)
        elif self._stack.currentWidget() is self.start:
            self._stack.setCurrentWidget(self._split)
        elif self._large() and not 0 <= self.large.index() < len(runs):
            self.close_large()
        self._caption.setVisible(bool(self._title.text()) or bool(runs))
        self.refresh(None)

    def refresh(self, iteration: int | None) -> None:
        """Reads the runs again and shows that iteration; without one, the newest."""
        newest = last_iteration(self._runs)
        started = newest >= 0
        for part in (self.table, self.timeline, self._magnify, self._export):
            part.setVisible(started)
        self.gallery.refresh(iteration)
        self.table.refresh(iteration)
        if self._large():
            self.large.refresh()
        self.timeline.set_range(max(newest, 0))
        self.timeline.set_current(
            max(newest, 0) if iteration is None else iteration, iteration is None
        )
        self._show_factor()

    def select(self, index: int) -> None:
        """Selects an image."""
        self.gallery.select(index)

    def selected(self) -> int:
        """The selected image; -1 without any."""
        return self.gallery.selected()

    def factor(self) -> int:
        """By how much the differences are magnified now."""
        return self.gallery.pictures.factor()

    def set_exporter(self, write: Callable[[int, Path], object] | None) -> None:
        """Who writes the PNG of an adversarial image that is dragged out, with its recipe."""
        self.gallery.set_exporter(write)

    @Slot(int)
    def open_large(self, index: int) -> None:
        """Shows one image large, instead of all of them."""
        if 0 <= index < len(self._runs):
            self.select(index)
            self.large.open(index)
            self._stack.setCurrentWidget(self.large)
            self.large.setFocus(Qt.FocusReason.OtherFocusReason)
            self.opened.emit(index)

    @Slot()
    def close_large(self) -> None:
        """Back to all images."""
        if self._large():
            self._stack.setCurrentWidget(self._split if self._runs else self.start)
            self.gallery.setFocus(Qt.FocusReason.OtherFocusReason)

    def reset(self) -> None:
        """The division that the page has at first."""
        self._split.setSizes([680, 220])

    def split(self) -> QByteArray:
        """The present division, for the settings."""
        return self._split.saveState()

    def restore_split(self, state: QByteArray) -> None:
        """A division that ``split`` gave."""
        self._split.restoreState(state)

    def _large(self) -> bool:
        return self._stack.currentWidget() is self.large

    def _connect(self) -> None:
        gallery, table = self.gallery, self.table
        gallery.selected_changed.connect(self._selected)
        gallery.opened.connect(self.open_large)
        gallery.remove_requested.connect(self.remove_requested)
        gallery.save_requested.connect(self.save_requested)
        gallery.copy_requested.connect(self.copy_requested)
        gallery.sphere_requested.connect(self.sphere_requested)
        gallery.columns_moved.connect(table.set_columns)
        gallery.link(table.horizontalScrollBar())
        table.iteration_chosen.connect(self.iteration_chosen)
        table.image_chosen.connect(self.select)
        self.timeline.iteration_chosen.connect(self.iteration_chosen)
        self.timeline.live_chosen.connect(self.live_chosen)
        self.large.drag_started.connect(lambda i: gallery.drag_out(i, ADVERSARIAL))
        self.large.closed.connect(self.close_large)
        self.large.index_changed.connect(self.select)
        self.large.pixel_hovered.connect(self.pixel_hovered)
        self.start.open_requested.connect(self.open_images_requested)
        self._add.clicked.connect(self.open_images_requested)
        self.start.sample_chosen.connect(self.sample_chosen)
        self.start.samples_chosen.connect(self.samples_chosen)

    @Slot(int)
    def _selected(self, index: int) -> None:
        self.table.select_image(index)
        self.selected_changed.emit(index)

    def _make_caption(self) -> QWidget:
        self._title = QLabel()
        self._subtitle = ElidedLabel()
        theme.set_kind(self._title, "title")
        theme.set_kind(self._subtitle, "muted")
        self._caption = QWidget()
        row = QHBoxLayout(self._caption)
        row.setContentsMargins(16, 6, 12, 6)
        self._caption.setMinimumHeight(self.magnification.sizeHint().height() + 12)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        row.addWidget(self._magnify)
        row.addWidget(self._add)
        row.addWidget(self._export)
        return self._caption

    def _make_magnification(self) -> Choice:
        choice = Choice()
        choice.setObjectName("magnification")
        choice.setMinimumContentsLength(13)  # "Auto · 1000×" comes later
        choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.addItem(self.tr("Auto"), 0)
        for factor in FACTORS:
            choice.addItem(f"{factor}×", factor)
        tip = self.tr("How much the differences are magnified; one factor for all images")
        choice.setToolTip(tip)
        choice.setAccessibleName(self.tr("Magnification of the differences"))
        choice.currentIndexChanged.connect(self._magnified)
        self._magnify = QWidget()
        row = QHBoxLayout(self._magnify)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        label = QLabel(self.tr("Difference"))
        theme.set_kind(label, "muted")
        row.addWidget(label)
        row.addWidget(choice)
        return choice

    @Slot(int)
    def _magnified(self, row: int) -> None:
        self.gallery.set_magnification(self.magnification.itemData(row))
        if self._large():
            self.large.refresh()
        self._show_factor()

    def _show_factor(self) -> None:
        automatic = self.magnification.currentIndex() == 0 and bool(self._runs)
        factor = self.gallery.pictures.factor() if automatic else 0
        text = self.tr("Auto · {0}×").format(factor) if factor else self.tr("Auto")
        if self.magnification.itemText(0) != text:
            self.magnification.setItemText(0, text)
