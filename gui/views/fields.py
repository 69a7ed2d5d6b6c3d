"""Fields of a panel of values: a slider with its number, a few choices side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from gui import theme

NUMBER_WIDTH = 72
_TICKS = 1000
_BARE = """
FIELD {
    background: transparent; border: 1px solid transparent; border-radius: 5px;
    padding: 1px 6px; min-height: 20px;
}
FIELD:hover { border-color: palette(mid); background: palette(base); }
FIELD:focus { border: 2px solid palette(link); padding: 0 5px; background: palette(base); }
"""
_NO_BUTTONS = """
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; width: 0; height: 0; }
"""


def make_bare(field: QAbstractSpinBox | QLineEdit) -> None:
    """Takes a field's frame away, but for where the pointer or the keyboard is."""
    if isinstance(field, QLineEdit):
        field.setStyleSheet(_BARE.replace("FIELD", "QLineEdit"))
    else:
        # The buttons stay, without a width: with NoButtons a styled spin box hides its own text.
        field.setStyleSheet(_BARE.replace("FIELD", "QAbstractSpinBox") + _NO_BUTTONS)


class Number(QDoubleSpinBox):
    """A number in few digits, as wide as it needs to be; the wheel turns it when it has focus.

    On a logarithmic scale a step is a tenth of the value's own size.
    """

    def __init__(
        self, least: float, most: float, *, whole: bool, step: float, log: bool, suffix: str
    ) -> None:
        super().__init__()
        self._log = log
        self.setDecimals(0 if whole else 9)
        self.setRange(least, most)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(NUMBER_WIDTH)
        make_bare(self)

    def textFromValue(self, value: float) -> str:
        if self.decimals() == 0:
            return self.locale().toString(round(value))
        return self.locale().toString(value, "g", 4)

    def valueFromText(self, text: str) -> float:
        value, _good = self.locale().toDouble(self._bare(text))
        return value

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        bare = self._bare(text)
        value, good = self.locale().toDouble(bare)
        if good and self.minimum() <= value <= self.maximum():
            return QValidator.State.Acceptable, text, position
        likely = all(x.isdigit() or x in "+-.,eE'’ \u00a0\u202f" for x in bare)
        state = QValidator.State.Intermediate if likely else QValidator.State.Invalid
        return state, text, position

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip()

    def stepBy(self, steps: int) -> None:
        if not self._log:
            super().stepBy(steps)
            return
        value = self.value()
        for _ in range(abs(steps)):
            size = 10.0 ** math.floor(math.log10(value) + 1e-9) if value > 0 else self.singleStep()
            value += math.copysign(size if self.decimals() == 0 else size / 2, steps)
        self.setValue(value)

    def wheelEvent(self, event: object) -> None:
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[arg-type]
        else:
            event.ignore()  # type: ignore[attr-defined]  # the panel scrolls


class _Slider(QSlider):
    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls under the pointer


class SliderField(QWidget):
    """A slider with its number. ``factor`` is between what is shown and the value: 100 for %."""

    changed = Signal(float)

    def __init__(
        self,
        least: float,
        most: float,
        *,
        log: bool = False,
        zero: bool = False,
        whole: bool = False,
        step: float = 1.0,
        factor: float = 1.0,
        suffix: str = "",
        ceiling: float | None = None,
    ) -> None:
        """``zero`` gives a logarithmic slider a 0 at its left end; a number up to ``ceiling`` can
        be typed where the slider ends at ``most``."""
        super().__init__()
        self._least, self._most, self._log, self._zero = least, most, log, zero
        self._factor = factor
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _TICKS)
        self.slider.setPageStep(_TICKS // 10)
        self.slider.setSingleStep(_TICKS // 100)
        bottom = 0.0 if zero else least
        self.number = Number(
            bottom, most if ceiling is None else ceiling, whole=whole, step=step, log=log,
            suffix=suffix,
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.number.valueChanged.connect(self._typed)

    def value(self) -> float:
        """The value, as the recipe writes it."""
        return self.number.value() / self._factor

    def set_value(self, value: float) -> None:
        """Shows a value; says nothing."""
        shown = value * self._factor
        self.number.blockSignals(True)
        self.number.setValue(shown)
        self.number.blockSignals(False)
        self._place(shown)

    def name(self, text: str, tip: str) -> None:
        """What it is called, and what it does."""
        self.slider.setAccessibleName(text)
        self.number.setAccessibleName(text)
        self.setToolTip(tip)

    def _place(self, shown: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(_TICKS * self._position(shown)))
        self.slider.blockSignals(False)

    def _position(self, shown: float) -> float:
        shown = min(max(shown, 0.0 if self._zero else self._least), self._most)
        if not self._log:
            return (shown - self._least) / (self._most - self._least)
        if shown < self._least:
            return 0.0
        return math.log(shown / self._least) / math.log(self._most / self._least)

    @Slot(int)
    def _slid(self, tick: int) -> None:
        part = tick / _TICKS
        if not self._log:
            shown = self._least + part * (self._most - self._least)
            step = self.number.singleStep()
            shown = round(shown / step) * step
        elif tick == 0 and self._zero:
            shown = 0.0
        else:
            shown = self._least * (self._most / self._least) ** part
            shown = float(f"{shown:.2g}")  # two digits are what a hand can mean
        self.number.blockSignals(True)
        self.number.setValue(shown)
        self.number.blockSignals(False)
        self.changed.emit(self.value())

    @Slot(float)
    def _typed(self, shown: float) -> None:
        self._place(shown)
        self.changed.emit(self.value())


class Segments(QWidget):
    """A few choices side by side, one of them on."""

    changed = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """``choices``: value, text, tooltip."""
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for value, text, tip in choices:
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            theme.set_kind(button, "chip")
            self._group.addButton(button)
            self._buttons[value] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._clicked)
        self.setFocusProxy(next(iter(self._buttons.values())))

    def value(self) -> str:
        """The value of the choice that is on."""
        return next((v for v, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Turns a choice on; says nothing."""
        self._buttons[value].setChecked(True)

    def name(self, text: str) -> None:
        """What is chosen here."""
        for button in self._buttons.values():
            button.setAccessibleName(f"{text}: {button.text()}")

    @Slot()
    def _clicked(self) -> None:
        self.changed.emit(self.value())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colours().border, 1))
        painter.setBrush(theme.colours().surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
