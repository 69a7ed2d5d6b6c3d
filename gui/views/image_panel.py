"""What is known of the selected image: its classes, its distance, and the tests after an attack."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.hints import hint
from engine.attacks.parcels import AttackRecord, AttackRun, Sphere
from engine.jobs import NetworkRef
from gui import theme
from gui.attack_text import probability, record_at
from gui.views.class_lines import ClassBars, ClassLine
from gui.views.distances import Distances
from gui.views.hint_box import HintBox
from gui.views.image_fields import ElidedLabel
from gui.views.placeholder import Placeholder
from gui.views.sections import FieldLabel, Section
from gui.views.sphere_section import SphereSection
from gui.views.transfer_section import TransferSection


class ImagePanel(QWidget):
    """Reads from a run that its owner keeps: ``refresh`` after it has changed."""

    sphere_requested = Signal(int)
    sphere_stopped = Signal()
    transfer_requested = Signal(object)  # NetworkRef
    remedy_chosen = Signal(object)  # dict[str, Any]
    open_weights_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imagePanel")
        self._run: AttackRun | None = None
        self._iteration: int | None = None
        self._busy = False
        self.name = ElidedLabel()
        theme.set_kind(self.name, "title")
        self.state = ElidedLabel()
        theme.set_kind(self.state, "muted")
        self.hint = HintBox()
        self.hint.chosen.connect(self.remedy_chosen)
        self.distances = Distances()
        self.sphere = SphereSection()
        self.sphere.requested.connect(self.sphere_requested)
        self.sphere.stopped.connect(self.sphere_stopped)
        self.transfer = TransferSection()
        self.transfer.requested.connect(self.transfer_requested)
        self.transfer.open_weights_requested.connect(self.open_weights_requested)
        self._build_classes()
        self._build()
        self.refresh()

    def _build_classes(self) -> None:
        self.classes = Section(self.tr("Class"))
        self.lines: dict[str, ClassLine] = {}
        self._labels: dict[str, FieldLabel] = {}
        for name, title, tip in (
            ("before", self.tr("Before"), self.tr("What the network sees in the untouched image")),
            ("target", self.tr("Aim"), self.tr("What the attack wants the network to see")),
            ("now", self.tr("Now"), self.tr("What it sees in the image of the shown iteration")),
            (
                "saved",
                self.tr("Saved"),
                self.tr("What it sees once the image is saved as an 8-bit PNG and read again"),
            ),
        ):
            self.lines[name] = ClassLine()
            self._labels[name] = self.classes.add(title, self.lines[name], tip)
        self.bars = ClassBars()
        self.top = Section(self.tr("Most probable"))
        self.top.rows.addWidget(self.bars, 1, 0, 1, 2)

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.name)
        head.addWidget(self.state)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addLayout(head)
        # The sphere test ahead of the bars: its contrast is to be seen without scrolling.
        for part in (self.hint, self.classes, self.distances, self.sphere, self.top, self.transfer):
            column.addWidget(part)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = Placeholder(
            self.tr("No image selected"),
            self.tr("Select an image to see its class, how far it was changed, and more."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.area)

    # --- setters

    def set_run(self, run: AttackRun | None, iteration: int | None = None) -> None:
        """Shows an image at an iteration, the newest where ``None``."""
        other = run is not self._run
        self._run, self._iteration = run, iteration
        if other and run is not None:
            self.sphere.show_run(run)
            self.area.verticalScrollBar().setValue(0)
        self.refresh()

    def refresh(self) -> None:
        """Reads the run again."""
        run = self._run
        self._stack.setCurrentWidget(self._empty if run is None else self.area)
        if run is None:
            return
        self.name.set_text(run.source.name)
        record = record_at(run, self._iteration)
        self.hint.show_hint(hint(run))
        self.hint.set_enabled(not self._busy)
        for part in (self.classes, self.distances, self.top):
            part.setVisible(record is not None)
        last = run.last
        moved = last is not None and last.iteration > 0 and last.distortion.l2 > 0
        self.sphere.setVisible(moved)
        self.transfer.setVisible(moved)
        self.state.set_text(self._state_of(run, record))
        if record is not None:
            self._show_classes(run, record)
            self.distances.show_record(record, run.price if record is run.last else None)
        if not self.sphere.running:
            self.sphere.show_run(run)
        self.transfer.show_run(run)

    def set_busy(self, busy: bool) -> None:
        """While the engine works nothing else can be asked of it."""
        self._busy = busy
        if self._run is not None:
            self.state.set_text(self._state_of(self._run, record_at(self._run, self._iteration)))
        self.hint.set_enabled(not busy)
        self.sphere.set_busy(busy)
        self.transfer.set_busy(busy)

    def set_sphere_progress(
        self, done: int, samples: int, sphere: Sphere | None, adversarial: str
    ) -> None:
        """The shown image's sphere test: it goes on until ``done`` is ``samples``, or idle."""
        if self._run is None:
            return
        began = done < samples and not self.sphere.running
        self.sphere.show_progress(self._run, done, samples, sphere, adversarial)
        if began:  # from the menu too, with the panel scrolled elsewhere
            QTimer.singleShot(0, self, self._scroll_to_sphere)  # once it has its new height

    def set_networks(self, networks: list[tuple[str, NetworkRef]]) -> None:
        """The networks that can be asked, with their titles."""
        self.transfer.set_networks(networks)

    # --- showing

    @Slot()
    def _scroll_to_sphere(self) -> None:
        self.area.ensureWidgetVisible(self.sphere.drawing, 0, 24)

    def _state_of(self, run: AttackRun, record: AttackRecord | None) -> str:
        if record is None and self._busy:
            return self.tr("The attack begins…")
        if record is None:
            return self.tr("Start the attack to see its class change.")
        if record.iteration == 0:
            return self.tr("Untouched")
        if record.settled:
            return self.tr("The result")
        at = self.tr("Iteration {0}").format(record.iteration)
        since = run.fooled_at
        return at if since is None else self.tr("{0}, fooled since {1}").format(at, since)

    def _show_classes(self, run: AttackRun, record: AttackRecord) -> None:
        first = run.records[0]
        lines = self.lines
        lines["before"].show_class(first.top[0][0], probability(first.top[0][1]))
        lines["target"].show_class(run.target, "")
        self._show_row("target", bool(run.target))
        name, p = record.top[0]
        lines["now"].show_class(name, probability(p), "", record.fooled)
        says, mark = "", ""
        if record.saved_fooled:
            says, mark = self.tr("fooled"), "fooled"
        elif record.fooled:
            says, mark = self.tr("undone"), "undone"
        lines["saved"].show_class(record.saved, says, mark, record.saved_fooled)
        for row in ("now", "saved"):
            self._show_row(row, record.iteration > 0)
        shown = "" if record.iteration == 0 else self._state_short(record)
        self.bars.show_tops(first.top, record.top, shown)

    def _state_short(self, record: AttackRecord) -> str:
        if record.settled:
            return self.tr("result")
        return self.tr("iteration {0}").format(record.iteration)

    def _show_row(self, name: str, there: bool) -> None:
        self.lines[name].setVisible(there)
        self._labels[name].setVisible(there)
