"""The sphere test: one direction fools the network, a thousand random ones do not."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.parcels import AttackRun, Sphere
from gui import theme
from gui.attack_text import digits
from gui.views.histogram import Histogram
from gui.views.sections import Section
from gui.views.sphere_drawing import SphereDrawing

SAMPLES = 1000


class SphereSection(Section):
    """Shows a run's test, starts one, and follows it while it goes on."""

    requested = Signal(int)
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("SphereSection", "Sphere test"))
        # As high as its texts are at this width; a section's own limit knows one width only.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._busy, self._running = False, False
        self.drawing = SphereDrawing()
        self.one = _Statement()
        self.many = _Statement()
        self.histogram = Histogram()
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        theme.set_kind(self.facts, "muted")
        self.facts.setToolTip(
            self.tr("The sphere's radius in the network's normalized space, as the lecture's")
        )
        self._build_controls()
        said = QVBoxLayout()
        said.setSpacing(10)
        said.addStretch(1)
        said.addWidget(self.one)
        said.addWidget(self.many)
        said.addStretch(1)
        both = QHBoxLayout()
        both.setContentsMargins(0, 6, 0, 6)
        both.setSpacing(14)
        both.addWidget(self.drawing)
        both.addLayout(said, 1)
        rows: QGridLayout = self.rows
        rows.addLayout(both, 1, 0, 1, 2)
        rows.addWidget(self.histogram, 2, 0, 1, 2)
        rows.addWidget(self.facts, 3, 0, 1, 2)
        rows.addLayout(self._controls, 4, 0, 1, 2)

    def _build_controls(self) -> None:
        self.samples = _Samples()
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the sphere test"))
        keep = self.bar.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(keep)
        label = QLabel(self.tr("samples"))
        theme.set_kind(label, "muted")
        label.setBuddy(self.samples)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.samples)
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self.button)
        self._controls = QVBoxLayout()
        self._controls.setContentsMargins(0, 6, 0, 2)
        self._controls.setSpacing(6)
        self._controls.addLayout(row)
        self._controls.addWidget(self.bar)
        self._show_controls()

    @property
    def running(self) -> bool:
        """Whether the shown run's test goes on."""
        return self._running

    def set_busy(self, busy: bool) -> None:
        """While the engine works no test can begin; when it is done none goes on."""
        self._busy = busy
        if not busy:
            self._running = False
        self._show_controls()

    def show_run(self, run: AttackRun) -> None:
        """The run's own test where it has one; what it is about where it has none."""
        self._running = False
        samples = run.sphere.samples if run.sphere else 0
        self._show_result(run, samples, samples, run.sphere, "")
        self._show_controls()

    def show_progress(
        self, run: AttackRun, done: int, samples: int, sphere: Sphere | None, adversarial: str
    ) -> None:
        """A test that goes on, or has just come to its end."""
        self._running = done < samples
        self.bar.setRange(0, max(samples, 1))
        self.bar.setValue(done)
        self._show_result(run, done, samples, sphere, adversarial)
        self._show_controls()

    def _show_result(
        self, run: AttackRun, done: int, samples: int, sphere: Sphere | None, adversarial: str
    ) -> None:
        last = run.last
        became = adversarial or (last.top[0][0] if last else "")
        fooled = became != run.before
        changed = sphere.changed if sphere else 0
        said = self.tr("the attack: {0}").format(
            f"{run.before} → {became}" if fooled else self.tr("still {0}").format(run.before)
        )
        self.one.say(self.tr("{0} of 1").format(int(fooled)), said, fooled)
        number = self.locale().toString
        if done or sphere:
            counted = self.tr("{0} of {1}").format(number(changed), number(done))
            random = self.tr("random changes, twice as large, change the class")
        else:
            counted = self.tr("? of {0}").format(number(self.samples.value()))
            random = self.tr("random changes, twice as large: do they change the class?")
        self.many.say(counted, random, changed > 0)
        self.drawing.show_state(fooled, done, samples, changed)
        self.drawing.setAccessibleDescription(
            f"{self.one.accessibleName()}; {self.many.accessibleName()}"
        )
        self.histogram.show_counts(sphere.classes if sphere else ())
        self.facts.setVisible(sphere is not None)
        if sphere is not None:
            text = self.tr("Radius 2‖x − x̌‖ = {0}, seed {1}")
            self.facts.setText(text.format(digits(sphere.radius), sphere.seed))

    def _show_controls(self) -> None:
        running = self._running
        self.button.setText(self.tr("Stop") if running else self.tr("Test"))
        tip = (
            self.tr("Ends the sphere test")
            if running
            else self.tr("Counts how many random images at twice the distance change class")
        )
        self.button.setToolTip(tip)
        self.button.setAccessibleName(
            self.tr("Stop the sphere test") if running else self.tr("Run the sphere test")
        )
        self.button.setEnabled(running or not self._busy)
        self.samples.setEnabled(not running)
        self.bar.setVisible(running)

    @Slot()
    def _pressed(self) -> None:
        if self._running:
            self.stopped.emit()
        else:
            self.samples.interpretText()
            self.requested.emit(self.samples.value())


class _Statement(QWidget):
    """A count, large, and what it counts under it."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ("", "", False)
        self._count = QLabel()
        font = self._count.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setWeight(font.Weight.DemiBold)
        self._count.setFont(font)
        self._text = QLabel()
        self._text.setWordWrap(True)
        theme.set_kind(self._text, "muted")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._count)
        column.addWidget(self._text)

    def say(self, count: str, text: str, strong: bool) -> None:
        if (count, text, strong) == self._said:
            return  # a new kind costs a new polish, and a run tells this 20 times a second
        self._said = (count, text, strong)
        self._count.setText(count)
        theme.set_kind(self._count, "error" if strong else "")
        self._text.setText(text)
        self.setAccessibleName(f"{count} {text}")


class _Samples(QSpinBox):
    """How many random images; a step doubles or halves."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(10, 100_000)
        self.setValue(SAMPLES)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Samples of the sphere test"))
        self.setToolTip(self.tr("How many random images are tried; the lecture's is 1000"))
        self.setMinimumSize(QSize(92, 30))

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = value * 2 if steps > 0 else value // 2
        self.setValue(value)

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls
