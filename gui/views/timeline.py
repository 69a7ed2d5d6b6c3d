"""Back and forth over the iterations of a run, while it goes on or afterwards."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from gui import theme

_TICK = 33  # milliseconds between two pictures while it plays
_LONGEST = 8.0  # seconds from the first iteration to the last


class Timeline(QWidget):
    """A slider over the iterations, play and pause, and back to the newest one."""

    iteration_chosen = Signal(int)
    live_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self._live = True
        self._shown_live: bool | None = None
        self._advancing = False
        self._last = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._advance)

        self._play = QToolButton(self)
        self._play.setIconSize(QSize(18, 18))
        self._play.clicked.connect(self._play_or_pause)
        self._slider = _JumpSlider(self)
        self._slider.setObjectName("timelineSlider")
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(self.tr("Iteration"))
        self._slider.setToolTip(self.tr("Shows the image of an earlier iteration (arrow keys)"))
        self._slider.valueChanged.connect(self._chosen)
        self._label = QLabel(self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        theme.set_kind(self._label, "muted")
        self._newest = QToolButton(self)
        self._newest.setText(self.tr("Live"))
        self._newest.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._newest.setIconSize(QSize(16, 16))
        self._newest.setCheckable(True)
        self._newest.setAccessibleName(self.tr("Live"))
        self._newest.setToolTip(self.tr("Follows the newest iteration"))
        self._newest.clicked.connect(self._go_live)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 4)
        row.setSpacing(8)
        for widget in (self._play, self._slider, self._label, self._newest):
            row.addWidget(widget, 1 if widget is self._slider else 0)
        self.setFocusProxy(self._slider)
        self._set_playing(False)
        self._show()

    def set_range(self, last_iteration: int) -> None:
        """The newest iteration there is; without any, below 1, the timeline is disabled."""
        self._last = max(0, last_iteration)
        self._quietly(self._last if self._live else min(self._slider.value(), self._last))
        self._show()

    def set_current(self, iteration: int, live: bool) -> None:
        """The iteration that is shown, and whether that is the newest one as it comes."""
        self._live = live
        if live:
            self._last = max(self._last, iteration)
            self._set_playing(False)
        self._quietly(min(max(iteration, 0), self._last))
        self._show()

    def playing(self) -> bool:
        """Whether the recorded growth is being played."""
        return self._timer.isActive()

    def _quietly(self, value: int) -> None:
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(0, self._last)
        self._slider.setValue(value)
        self._slider.blockSignals(blocked)
        self._slider.update()

    def _show(self) -> None:
        self.setEnabled(self._last > 0)
        self._newest.setChecked(self._live and self._last > 0)
        if self._live != self._shown_live:
            self._shown_live = self._live
            theme.set_icon(self._newest, "live", "accent" if self._live else "muted")
        widest = self.fontMetrics().horizontalAdvance(f"{self._last} / {self._last}")
        self._label.setMinimumWidth(widest + 2)
        self._label.setText(f"{self._slider.value()} / {self._last}" if self._last else "")

    @Slot(int)
    def _chosen(self, value: int) -> None:
        if not self._advancing:
            self._set_playing(False)
        self._live = False
        self._show()
        self.iteration_chosen.emit(value)

    @Slot()
    def _advance(self) -> None:
        step = max(1, round(self._last * _TICK / 1000 / _LONGEST))
        value = self._slider.value() + step
        if value >= self._last:
            self._go_live()
            return
        self._advancing = True
        self._slider.setValue(value)
        self._advancing = False

    @Slot()
    def _play_or_pause(self) -> None:
        if self.playing():
            self._set_playing(False)
            return
        self._set_playing(True)
        if self._slider.value() >= self._last:
            self._advancing = True
            self._slider.setValue(0)
            self._advancing = False

    @Slot()
    def _go_live(self) -> None:
        self._set_playing(False)
        self._live = True
        self._quietly(self._last)
        self._show()
        self.live_chosen.emit()

    def _set_playing(self, playing: bool) -> None:
        if playing == self.playing() and self._play.toolTip():
            return
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
        tip = self.tr("Pauses the playback") if playing else self.tr("Plays how the image grew")
        theme.set_icon(self._play, "pause" if playing else "play")
        self._play.setToolTip(tip)
        self._play.setAccessibleName(tip)


class _JumpSlider(QSlider):
    """A slider whose handle comes to the click instead of stepping towards it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        event.accept()
        self.setSliderDown(True)
        self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _value_at(self, x: float) -> int:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        handle = (
            self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self).width()
        )
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(x - handle / 2), self.width() - handle
        )
