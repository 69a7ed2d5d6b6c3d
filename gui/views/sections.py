"""Sections of a panel that fold away, and their rows: a muted label, a field."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui import theme

LABEL_WIDTH = 84
ROW_HEIGHT = 26


class FieldLabel(QLabel):
    """A row's muted label, with a dot where the value can be turned while a run goes on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.live = False
        self.setFixedWidth(LABEL_WIDTH)
        theme.set_kind(self, "muted")

    def set_live(self, live: bool) -> None:
        """Shows or takes away the dot."""
        self.live = live
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.live:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colours().accent)
            x = min(self.fontMetrics().horizontalAdvance(self.text()) + 6, self.width() - 6)
            painter.drawEllipse(QRectF(x, self.height() / 2 - 2, 5, 5))


class Section(QWidget):
    """A quiet header over rows; a click on it, Return or Space folds them away."""

    folded = Signal(bool)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.header = _Header(title)
        self._body = QWidget()
        self.rows = QGridLayout(self._body)
        self.rows.setContentsMargins(0, 0, 0, 6)
        self.rows.setHorizontalSpacing(8)
        self.rows.setVerticalSpacing(2)
        self.rows.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self.header)
        column.addWidget(self._body)
        self.header.toggled.connect(self._toggled)

    def add(self, text: str, field: QWidget, tip: str) -> FieldLabel:
        """A row; gives its label."""
        label = FieldLabel(text)
        label.setToolTip(tip)
        label.setBuddy(field)
        field.setToolTip(tip)
        field.setMinimumHeight(ROW_HEIGHT)
        row = self.rows.rowCount()
        self.rows.addWidget(label, row, 0)
        self.rows.addWidget(field, row, 1)
        return label

    def add_wide(self, field: QWidget) -> None:
        """A row that needs no label and takes the whole width."""
        self.rows.addWidget(field, self.rows.rowCount(), 0, 1, 2)

    def set_open(self, is_open: bool) -> None:
        """Shows or hides the rows."""
        self.header.setChecked(is_open)

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self.folded.emit(not is_open)


class _Header(QToolButton):
    """The section's title with its chevron."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(title)
        self.setToolTip(self.tr("Show or hide {0}").format(title))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(120, 26)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # While a run goes on Space pauses it; Return folds at all times.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        # A ring would be cut off at both ends: the title stands at the very edge.
        focused = self.hasFocus()
        painter.setPen(QPen(colours.accent, 3) if focused else QPen(colours.border, 1))
        painter.drawLine(rect.topLeft(), rect.topRight())
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colours.accent if focused else colours.text)
        painter.drawText(rect.adjusted(0, 4, -20, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        x, y = rect.right() - 8, rect.center().y() + 2
        painter.setPen(QPen(colours.text if self.underMouse() else colours.muted, 1.4))
        painter.translate(x, y)
        painter.rotate(0 if self.isChecked() else -90)
        painter.drawPolyline([QPointF(-3.2, -1.6), QPointF(0, 1.6), QPointF(3.2, -1.6)])
