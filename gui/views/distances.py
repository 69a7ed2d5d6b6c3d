"""How far the adversarial image is from its original, in every measure that the field uses."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel

from engine.attacks.parcels import AttackRecord
from gui import theme
from gui.attack_text import digits, percent
from gui.views.sections import FieldLabel, Section

_ROWS = ("normalized", "pixels", "l2", "max_255", "outside_255", "loss", "gradient")


class Distances(Section):
    """A row a measure, each with a tooltip that says what it is; what is not there is hidden."""

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
            "loss": (self.tr("Loss"), self.tr("What the attack climbs, or makes small")),
            "gradient": (
                self.tr("Gradient"),
                self.tr(
                    "The length of the loss's gradient: where it is nearly 0 a plain step hardly "
                    "moves the image"
                ),
            ),
        }
        self._labels: dict[str, FieldLabel] = {}
        self._values: dict[str, QLabel] = {}
        for name in _ROWS:
            title, tip = texts[name]
            value = QLabel()
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._labels[name] = self.add(title, value, tip)
            self._values[name] = value
        theme.set_kind(self._values["outside_255"], "warning")

    def show_record(self, record: AttackRecord) -> None:
        """The measures of one iteration."""
        d = record.distortion
        texts = {
            "normalized": percent(d.normalized),
            "pixels": percent(d.pixels),
            "l2": digits(d.l2),
            "max_255": f"{digits(d.max_255)} / 255",
            "outside_255": f"{digits(d.outside_255)} / 255" if d.outside_255 > 0 else "",
            "loss": "" if math.isnan(record.loss) else digits(record.loss),
            "gradient": "" if math.isnan(record.gradient) else digits(record.gradient),
        }
        for name, text in texts.items():
            self._values[name].setText(text)
            self._values[name].setAccessibleName(f"{self._labels[name].text()}: {text}")
            self._values[name].setVisible(bool(text))
            self._labels[name].setVisible(bool(text))

    def text(self, name: str) -> str:
        """What a row shows, empty where it is hidden."""
        return self._values[name].text()
