"""How far the adversarial image is from its original, in every measure that the field uses."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from engine.attacks.hints import OUTSIDE
from engine.attacks.parcels import AttackRecord, Distortion
from gui import theme
from gui.attack_text import digits, percent
from gui.views.sections import Section

_ROWS = ("normalized", "pixels", "l2", "max_255", "outside_255", "price", "loss", "gradient")


class Distances(Section):
    """Two measures a row, each with a tooltip that says what it is; what is not there is hidden."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("Distances", "Distance"))
        texts = {
            "normalized": (
                self.tr("Relative"),
                self.tr(
                    "‖x − x̌‖ / ‖x‖ in the network's normalized space: the lecture's relative "
                    "distortion"
                ),
            ),
            "pixels": (
                self.tr("In pixels"),
                self.tr("‖x − x̌‖ / ‖x‖ of the pixels, as they are in a file"),
            ),
            "l2": (
                self.tr("L2"),
                self.tr("‖x − x̌‖ of pixels between 0 and 1, as the papers give it"),
            ),
            "max_255": (
                self.tr("Largest"),
                self.tr("The largest change of one value of one pixel, of 255 levels (L∞)"),
            ),
            "outside_255": (
                self.tr("Outside"),
                self.tr(
                    "How far the farthest value left what a file can hold, 0 to 255: saving cuts "
                    "it off"
                ),
            ),
            "price": (
                self.tr("8-bit price"),
                self.tr(
                    "How much longer (L2) the change became so that it still fools when saved as "
                    "an 8-bit file"
                ),
            ),
            "loss": (self.tr("Loss"), self.tr("What the attack climbs, or makes small")),
            "gradient": (
                self.tr("Gradient"),
                self.tr(
                    "The length of the loss's gradient: where it is nearly 0 a plain step hardly "
                    "moves the image"
                ),
            ),
        }
        self._measures: dict[str, _Measure] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        for name in _ROWS:
            self._measures[name] = _Measure(*texts[name], self)
        self._placed: tuple[str, ...] = ()
        self.rows.addLayout(self._grid, 1, 0, 1, 2)

    def show_record(self, record: AttackRecord, price: float | None = None) -> None:
        """The measures of one iteration, and of the last one what the 8-bit lattice cost."""
        # Of the untouched image they are the rounding of its way to the network and back.
        d = record.distortion if record.iteration else Distortion()
        texts = {
            "normalized": percent(d.normalized),
            "pixels": percent(d.pixels),
            "l2": digits(d.l2),
            "max_255": f"{digits(d.max_255)} / 255",
            "outside_255": f"{digits(d.outside_255)} / 255" if d.outside_255 > 0 else "",
            "price": "" if price is None else f"{100 * price:+.3g} %",
            "loss": "" if math.isnan(record.loss) else digits(record.loss),
            "gradient": "" if math.isnan(record.gradient) else digits(record.gradient),
        }
        for name, text in texts.items():
            cut = name == "outside_255" and d.outside_255 > OUTSIDE
            self._measures[name].show_text(text, "warning" if cut else "")
        self._place(tuple(name for name, text in texts.items() if text))

    def _place(self, names: tuple[str, ...]) -> None:
        if names == self._placed:
            return
        self._placed = names
        for measure in self._measures.values():
            self._grid.removeWidget(measure)
        for i, name in enumerate(names):
            self._grid.addWidget(self._measures[name], i // 2, i % 2)
        for name, measure in self._measures.items():
            measure.setVisible(name in names)

    def text(self, name: str) -> str:
        """What a row shows, empty where it is hidden."""
        return self._measures[name].value.text()


class _Measure(QWidget):
    """A muted name at the left, a number at the right."""

    def __init__(self, title: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self.setToolTip(tip)
        name = QLabel(title)
        theme.set_kind(name, "muted")
        self.value = QLabel()
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(name)
        row.addWidget(self.value, 1)
        self.setMinimumHeight(24)

    def show_text(self, text: str, kind: str) -> None:
        self.value.setText(text)
        self.value.setAccessibleName(f"{self._title}: {text}")
        if self.value.property("kind") != kind:
            theme.set_kind(self.value, kind)
