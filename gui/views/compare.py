"""Two kept runs side by side, with the values in which their recipes differ."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.jobs import Run
from engine.recipes import PRESETS
from gui import theme
from gui.pixels import to_image

_NOTHING = "–"


class CompareDialog(QDialog):
    """Shows the results of two runs and what tells them apart."""

    def __init__(self, first: Run, second: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare runs"))
        self.resize(820, 640)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(0, 1)
        for column, run in enumerate((first, second), 1):
            grid.addWidget(_Picture(run), 0, column)
            title = QLabel(run.title)
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            theme.set_kind(title, "title")
            grid.addWidget(title, 1, column)
        grid.setRowMinimumHeight(2, 8)
        for row, (name, values) in enumerate(self.facts(first, second).items(), 3):
            label = QLabel(name)
            theme.set_kind(label, "muted")
            grid.addWidget(label, row, 0)
            for column, text in enumerate(values, 1):
                value = QLabel(text)
                value.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                value.setWordWrap(True)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(value, row, column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 24, 24, 16)
        column_layout.setSpacing(16)
        column_layout.addLayout(grid, 1)
        column_layout.addWidget(buttons)

    def facts(self, first: Run, second: Run) -> dict[str, tuple[str, str]]:
        """The captions, by name: how each ended, and every value that is not the same."""
        facts = {
            self.tr("Preset"): (_preset(first), _preset(second)),
            self.tr("Network"): (first.network.name, second.network.name),
            self.tr("Iterations run"): (_iterations(first), _iterations(second)),
            self.tr("Response f"): (_last(first, "f"), _last(second, "f")),
            self.tr("Prior h"): (_last(first, "h"), _last(second, "h")),
            self.tr("Seen as"): (_seen_as(first), _seen_as(second)),
        }
        if first.started_from != second.started_from:
            facts[self.tr("Started from")] = (first.started_from, second.started_from)
        mine, theirs = first.recipe.as_dict(), second.recipe.as_dict()
        for name in first.recipe.differences(second.recipe):
            facts[self._title(name)] = (_written(mine[name]), _written(theirs[name]))
        if first.changes or second.changes:
            facts[self.tr("Turned")] = (_changes(first), _changes(second))
        return facts

    def _title(self, name: str) -> str:
        return {
            "steps": self.tr("Iterations"),
            "optimizer": self.tr("Optimizer"),
            "lr": self.tr("Step"),
            "lr_end": self.tr("Decays to"),
            "scale": self.tr("Weighed"),
            "prior": self.tr("Prior"),
            "prior_weight": self.tr("Prior's weight"),
            "shift": self.tr("Shift"),
            "zoom": self.tr("Zoom"),
            "rotation": self.tr("Rotation"),
            "size": self.tr("Size"),
            "seed": self.tr("Seed"),
            "start_std": self.tr("Starting noise"),
            "classify_every": self.tr("Classify every"),
        }.get(name, name)


class _Picture(QWidget):
    """A run's result as large as there is room, its pixels sharp when enlarged."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        result = run.result
        self._image: QImage | None = None if result is None else to_image(result)
        self.setAccessibleName(run.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is None:
            painter.setPen(theme.colours().muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("no picture kept"))
            return
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        reduced = size.width() * self.devicePixelRatioF() < self._image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        painter.drawImage(place, self._image)


def _preset(run: Run) -> str:
    preset = PRESETS.get(run.recipe.preset)
    if preset is None:
        return run.recipe.preset
    changed = preset.recipe.differences(run.recipe)
    return f"{preset.title} *" if changed else preset.title


def _iterations(run: Run) -> str:
    return str(run.records[-1].iteration) if run.records else _NOTHING


def _last(run: Run, name: str) -> str:
    return f"{getattr(run.records[-1], name):.4g}" if run.records else _NOTHING


def _seen_as(run: Run) -> str:
    for record in reversed(run.records):
        if record.top:
            name, probability = record.top[0]
            return f"{name} · {probability:.3f}"
    return _NOTHING


def _changes(run: Run) -> str:
    parts = [f"{c.name} {_written(c.value)} @ {c.iteration}" for c in run.changes]
    return ", ".join(parts) or _NOTHING


def _written(value: Any) -> str:
    if value is None:
        return "network's own"
    return f"{value:g}" if isinstance(value, float) else str(value)
