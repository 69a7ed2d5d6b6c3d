"""How a network takes photographs and what its classes are called, each value checked as it is
typed.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QWidget

from engine.catalogue.own import MAX_SIDE, Settings
from engine.looking import Facts
from gui import theme
from gui.dialogs.class_names import ClassNames
from gui.views.choice import Choice
from gui.views.fields import Segments
from gui.views.image_fields import ElidedLabel

# Of pixels in [0, 1]. One number stands for every channel.
NORMALIZATIONS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "pixels": ((0.0,), (1.0,)),
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "signed": ((0.5,), (0.5,)),
    "mnist": ((0.1307,), (0.3081,)),
}
_OWN = "own"
_LABEL, _FIELD = 92, 168


class NetworkForm(QWidget):
    """Fields for everything that ``own.Settings`` says but the channels, which the file tells."""

    changed = Signal()
    names_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._facts: Facts | None = None
        self._problems: dict[str, QLabel | ElidedLabel] = {}
        self.side = _pixels(self.tr("Input size"), "inputSize")
        self.shorter = _pixels(self.tr("Resized to"), "resize")
        self.interpolation = Segments(
            [
                ("bilinear", self.tr("Bilinear"), self.tr("As most networks were trained")),
                ("bicubic", self.tr("Bicubic"), self.tr("Sharper; as some newer ones were")),
            ]
        )
        self.interpolation.name(self.tr("Interpolation"))
        self.interpolation.set_value("bilinear")
        self.normalization = Choice()
        self.normalization.setObjectName("normalization")
        self.normalization.setAccessibleName(self.tr("Normalization"))
        self.mean = _numbers(self.tr("Mean"), "mean")
        self.std = _numbers(self.tr("Standard deviation"), "std")
        self.classes = ClassNames()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, _LABEL)
        self._grid.setColumnStretch(2, 1)
        for name, text, field, tip in (
            ("size", self.tr("Input size"), self.side,
             self.tr("The side of the square image that the network gets")),
            ("resize", self.tr("Resized to"), self.shorter,
             self.tr("What the shorter side is brought to before the middle is cut out")),
            ("interpolation", self.tr("Interpolation"), self.interpolation,
             self.tr("How photographs are made smaller")),
            ("normalization", self.tr("Pixels as"), self.normalization,
             self.tr("What is taken off the pixels, and what they are divided by")),
            ("mean", self.tr("Mean"), self.mean,
             self.tr("Taken off pixels between 0 and 1: one number, or one a channel")),
            ("std", self.tr("Deviation"), self.std,
             self.tr("What is left is divided by it: one number, or one a channel")),
        ):  # fmt: skip
            self._add(name, text, field, tip)
        label = QLabel(self.tr("Classes"))
        theme.set_kind(label, "muted")
        label.setBuddy(self.classes.editor)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.classes, row, 1, 1, 2)
        self._grid.setRowStretch(row, 1)
        self.side.valueChanged.connect(self._on_size)
        self.shorter.valueChanged.connect(self._on_changed)
        self.interpolation.changed.connect(self._on_changed)
        self.normalization.activated.connect(self._on_preset)
        self.mean.textEdited.connect(self._on_numbers)
        self.std.textEdited.connect(self._on_numbers)
        self.classes.changed.connect(self._on_changed)
        self.classes.file_wanted.connect(self.names_wanted)
        self.setEnabled(False)

    def _add(self, name: str, text: str, field: QWidget, tip: str) -> None:
        label = QLabel(text)
        theme.set_kind(label, "muted")
        label.setBuddy(field)
        label.setToolTip(tip)
        field.setToolTip(tip)
        field.setFixedWidth(_FIELD)
        problem = ElidedLabel()
        theme.set_kind(problem, "muted")
        self._problems[name] = problem
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)
        self._grid.addWidget(problem, row, 2)

    # --- what is shown

    def set_facts(self, facts: Facts) -> None:
        """What the file gives: the fields' limits, and the values until told others."""
        self._facts = facts
        with (
            QSignalBlocker(self.side),
            QSignalBlocker(self.shorter),
            QSignalBlocker(self.normalization),
        ):
            self.shorter.setRange(1, MAX_SIDE)
            for field in (self.side, self.shorter):
                field.setSpecialValueText("")
            self.side.setRange(facts.least, facts.most or MAX_SIDE)
            self.side.setEnabled(facts.most != facts.least)
            self.normalization.clear()
            titles = {
                "pixels": self.tr("0 to 1, as they are"),
                "imagenet": self.tr("ImageNet's"),
                "signed": self.tr("−1 to 1"),
                "mnist": self.tr("MNIST's"),
            }
            for name, title in titles.items():
                if len(NORMALIZATIONS[name][0]) in (1, facts.channels) and (
                    name != "mnist" or facts.channels == 1
                ):
                    self.normalization.addItem(title, name)
            self.normalization.addItem(self.tr("Numbers of its own"), _OWN)
        self.classes.set_guessed(facts.classes)
        self.setEnabled(True)

    def set_settings(self, settings: Settings) -> None:
        """Shows settings, and where they say nothing the guess; says nothing."""
        if self._facts is None:
            return
        s = settings.over(self._facts.settings())
        blocked = [QSignalBlocker(field) for field in (self.side, self.shorter, self.classes)]
        self.side.setValue(s.input_size or self._facts.size)
        self.shorter.setValue(s.resize or self._facts.resize)
        if settings.input_size and not settings.resize:  # as ``own.applied`` makes it
            self.shorter.setValue(self._in_proportion(settings.input_size))
        self.interpolation.set_value(s.interpolation or "bilinear")
        self.mean.setText(_written(s.mean or ()))
        self.std.setText(_written(s.std or ()))
        self.classes.set_names(s.classes or ())
        for blocker in blocked:
            blocker.unblock()
        self._show_preset()
        self._check()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Class names from a file."""
        self.classes.set_names(names)

    def set_size_problem(self, sentence: str) -> None:
        """What the network says to the size: some take only their own."""
        if sentence:
            self._say("size", sentence, "error")

    # --- what is said

    def settings(self) -> Settings | None:
        """Everything in the fields; ``None`` where something cannot be."""
        mean, std = _parsed(self.mean.text()), _parsed(self.std.text())
        names = self.classes.names()
        if self._facts is None or names is None or any(self._found().values()):
            return None
        channels = self._facts.channels
        return Settings(
            input_size=self.side.value(),
            resize=self.shorter.value(),
            mean=_each(mean, channels),
            std=_each(std, channels),
            interpolation=self.interpolation.value(),
            classes=names,
        )

    def seen(self) -> Settings | None:
        """The same without the names, so that the picture follows while they are typed."""
        if self._facts is None or any(self._found().values()):
            return None
        channels = self._facts.channels
        return Settings(
            input_size=self.side.value(),
            resize=self.shorter.value(),
            mean=_each(_parsed(self.mean.text()), channels),
            std=_each(_parsed(self.std.text()), channels),
            interpolation=self.interpolation.value(),
        )

    def _found(self) -> dict[str, str]:
        """What is wrong, by field; empty sentences where nothing is."""
        found = {"resize": ""}
        if self.shorter.value() < self.side.value():
            found["resize"] = self.tr("{0} or more: a crop of {0} is taken").format(
                self.side.value()
            )
        found["mean"] = self._wrong(self.mean.text(), positive=False)
        found["std"] = self._wrong(self.std.text(), positive=True)
        return found

    def _wrong(self, text: str, *, positive: bool) -> str:
        channels = self._facts.channels if self._facts else 3
        values = _parsed(text)
        if not values:
            return self.tr("numbers with commas between them")
        if len(values) not in (1, channels):
            if channels == 1:
                return self.tr("one number: the images are grey")
            return self.tr("one number, or one for each of 3 channels")
        if not all(math.isfinite(x) and abs(x) < 1e6 for x in values):
            return self.tr("numbers below a million")
        if positive and not all(x > 0 for x in values):
            return self.tr("above 0: the pixels are divided by it")
        return ""

    # --- turning

    @Slot(int)
    def _on_size(self, size: int) -> None:
        with QSignalBlocker(self.shorter):
            self.shorter.setValue(self._in_proportion(size))
        self._on_changed()

    def _in_proportion(self, size: int) -> int:
        if self._facts is None:
            return size
        return max(size, round(self._facts.resize * size / self._facts.size))

    @Slot(int)
    def _on_preset(self, row: int) -> None:
        name = self.normalization.itemData(row)
        if name in NORMALIZATIONS:
            mean, std = NORMALIZATIONS[name]
            self.mean.setText(_written(mean))
            self.std.setText(_written(std))
            self._on_changed()
        else:
            self.mean.setFocus()
            self.mean.selectAll()

    @Slot()
    def _on_numbers(self) -> None:
        self._show_preset()
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._check()
        self.changed.emit()

    def _show_preset(self) -> None:
        found = (_short(_parsed(self.mean.text())), _short(_parsed(self.std.text())))
        known = (k for k, (m, s) in NORMALIZATIONS.items() if (_short(m), _short(s)) == found)
        row = self.normalization.findData(next(known, _OWN))
        self.normalization.setCurrentIndex(row if row >= 0 else self.normalization.findData(_OWN))

    def _check(self) -> None:
        for name, sentence in self._found().items():
            self._say(name, sentence, "error")
        if self._facts is not None and self._facts.least == self._facts.most:
            self._say("size", self.tr("exported for this size only"), "muted")
        else:
            self._say("size", "", "muted")
        if not self._found()["resize"] and self.shorter.value() > self.side.value():
            self._say("resize", self.tr("then the middle is cut out"), "muted")

    def _say(self, name: str, sentence: str, kind: str) -> None:
        label = self._problems[name]
        if isinstance(label, ElidedLabel):
            label.set_text(sentence)
        theme.set_kind(label, kind)


def _pixels(name: str, object_name: str) -> QSpinBox:
    field = QSpinBox()
    field.setObjectName(object_name)
    field.setAccessibleName(name)
    field.setRange(0, MAX_SIDE)
    field.setSpecialValueText(" ")  # until the network is known
    field.setSuffix(" px")
    field.setKeyboardTracking(False)
    return field


def _numbers(name: str, object_name: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(object_name)
    field.setAccessibleName(name)
    field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return field


def _parsed(text: str) -> tuple[float, ...]:
    """The numbers in a text; none where one of them is no number."""
    try:
        return tuple(float(x) for x in re.split(r"[,;\s]+", text.strip()) if x)
    except ValueError:
        return ()


def _written(values: tuple[float, ...]) -> str:
    return ", ".join(f"{x:.10g}" for x in _short(values))


def _short(values: tuple[float, ...]) -> tuple[float, ...]:
    return values[:1] if len(set(values)) == 1 else values


def _each(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    return values * channels if len(values) == 1 else values
