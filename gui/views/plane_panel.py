"""The plane's values: the weight of h and the step, the training, the points to begin with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.views.choice import Choice
from gui.views.fields import SliderField
from gui.views.recipe_parts import scrolled
from gui.views.sections import Section
from gui.views.switch import Switch


class PlanePanel(QWidget):
    """Tells each change at once: the plane lives while it is turned."""

    changed = Signal()
    step_requested = Signal()
    start_requested = Signal()
    back_requested = Signal()
    untrain_requested = Signal()
    points_requested = Signal(str)  # a name of ``engine.plane.SETS``

    def __init__(self, sets: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planePanel")
        climb = Section(self.tr("Climb"))
        self.weight = SliderField(0, 5, step=0.05)
        self.weight.name(self.tr("Weight of h"), "")
        climb.add(
            self.tr("Weight λ"),
            self.weight,
            self.tr("How much it counts that there is data at x̂; 0 is the lecture's first figure"),
        )
        self.step = SliderField(0.001, 0.2, log=True)
        self.step.name(self.tr("Step"), "")
        climb.add(self.tr("Step η"), self.step, self.tr("How far x̂ goes along the gradient"))
        self.run = self._button(
            self.tr("Run"), self.tr("Climbs step by step (F5); again holds it"), True
        )
        self.run.clicked.connect(self.start_requested)
        once = self._button(self.tr("One step"), self.tr("A single step of x̂"))
        once.clicked.connect(self.step_requested)
        back = self._button(self.tr("Back to the start"), self.tr("Puts x̂ where it began"))
        back.clicked.connect(self.back_requested)
        buttons = QGridLayout()
        buttons.setContentsMargins(0, 4, 0, 4)
        buttons.setSpacing(8)
        buttons.addWidget(self.run, 0, 0)
        buttons.addWidget(once, 0, 1)
        buttons.addWidget(back, 1, 0, 1, 2)
        climb.rows.addLayout(buttons, climb.rows.rowCount(), 0, 1, 2)
        network = Section(self.tr("Network"))
        self.train = Switch(
            self.tr("Train on the points"), self.tr("f follows while points come and go")
        )
        self.train.set_value(True)
        self.train.setToolTip(self.tr("Goes on training the network that f is the logit of"))
        network.add_wide(self.train)
        self._loss = QLabel()
        theme.set_kind(self._loss, "muted")
        network.add_wide(self._loss)
        untrain = self._button(self.tr("Forget"), self.tr("Begins with an untrained network"))
        untrain.clicked.connect(self.untrain_requested)
        network.add_wide(untrain)
        points = Section(self.tr("Points"))
        self.sets = Choice()
        self.sets.setAccessibleName(self.tr("Points to begin with"))
        for name, title in sets:
            self.sets.addItem(title, name)
        self.sets.activated.connect(
            lambda row: self.points_requested.emit(str(self.sets.itemData(row)))
        )
        points.add(self.tr("Begin with"), self.sets, self.tr("Takes these points for all others"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 0, 12, 8)
        column.setSpacing(4)
        for section in (climb, network, points):
            column.addWidget(section)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(scrolled(inside))
        for field in (self.weight, self.step, self.train):
            field.changed.connect(self.changed)

    def set_training(self, steps: int, loss: float) -> None:
        """How far the training is."""
        self._loss.setText(self.tr("{0} steps · loss {1:.3f}").format(f"{steps:,}", loss))

    def set_running(self, running: bool) -> None:
        """The first button says what it does next."""
        self.run.setText(self.tr("Hold") if running else self.tr("Run"))

    def _button(self, text: str, tip: str, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        if primary:
            theme.set_kind(button, "primary")
        return button
