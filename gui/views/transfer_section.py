"""Whether the adversarial image fools other networks too: a row a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.attacks.parcels import AttackRun, Transfer
from engine.jobs import NetworkRef
from gui import theme
from gui.attack_text import probability
from gui.views.choice import Choice
from gui.views.sections import Section

_ROW = 46


class TransferSection(Section):
    """Chooses a network to ask, and lists what those asked said."""

    requested = Signal(object)  # NetworkRef
    open_weights_requested = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("TransferSection", "Other networks"))
        # As high as its texts are at this width; a section's own limit knows one width only.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._networks: list[tuple[str, NetworkRef]] = []
        self._busy = False
        self._own: NetworkRef | None = None
        self._shown: tuple[Transfer, ...] = ()
        self.lines: list[TransferLine] = []
        self._says = QLabel()
        self._says.setWordWrap(True)
        theme.set_kind(self._says, "muted")
        self.chooser = _Chooser()
        self.chooser.setAccessibleName(self.tr("Network to ask"))
        self.chooser.setToolTip(self.tr("Another network to show the adversarial image to"))
        self.chooser.setMinimumContentsLength(6)
        self.chooser.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.button = QPushButton(self.tr("Check"))
        self.button.setToolTip(
            self.tr("Asks this network for the class before the attack and after it")
        )
        self.button.setAccessibleName(self.tr("Check the other network"))
        self.button.clicked.connect(self._pressed)
        self.open = QToolButton()
        theme.set_icon(self.open, "open")
        self.open.setIconSize(QSize(16, 16))
        self.open.clicked.connect(self.open_weights_requested)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self.chooser, 1)
        row.addWidget(self.button)
        row.addWidget(self.open)
        row.addStretch(0)  # alone, the button stays at the left
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self.rows.addWidget(self._says, 1, 0, 1, 2)
        self.rows.addLayout(row, 2, 0, 1, 2)
        self.rows.addLayout(self._list, 3, 0, 1, 2)
        self._show_choices()

    def set_networks(self, networks: Sequence[tuple[str, NetworkRef]]) -> None:
        """The networks there are, with their titles; the attacked one is left out."""
        self._networks = list(networks)
        self._show_choices()

    def set_busy(self, busy: bool) -> None:
        """While the engine works none can be asked."""
        self._busy = busy
        self._show_choices()

    def show_run(self, run: AttackRun) -> None:
        """What was said about a run's image."""
        changed = run.network != self._own
        self._own = run.network
        transfers = tuple(run.transfers)
        if transfers != self._shown:
            self._shown = transfers
            self._fill(transfers)
            changed = True
        if changed:
            self._show_choices()

    def _fill(self, transfers: tuple[Transfer, ...]) -> None:
        for line in self.lines:
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [TransferLine(self._title(x.network), x) for x in transfers]
        for line in self.lines:
            self._list.addWidget(line)

    def _title(self, network: NetworkRef) -> str:
        for title, ref in self._networks:
            if _same(ref, network):
                return title
        return PurePath(network.name).name

    def _show_choices(self) -> None:
        kept = self.chooser.currentData()
        others = [(t, r) for t, r in self._networks if not (self._own and _same(r, self._own))]
        self.chooser.clear()
        for title, ref in others:
            self.chooser.addItem(title, ref)
        at = next((i for i, (_t, ref) in enumerate(others) if ref == kept), 0)
        if others:
            self.chooser.setCurrentIndex(at)
        there = bool(others)
        self.chooser.setVisible(there)
        self.button.setVisible(there)
        self.button.setEnabled(there and not self._busy)
        self._says.setVisible(not there or not self._shown)
        self._says.setText(
            self.tr("An image made on one network often fools others too. Ask one.")
            if there
            else self.tr(
                "An image made on one network often fools others too. Open the weights of "
                "another network to ask it."
            )
        )
        text = self.tr("Open weights…")
        self.open.setText(text)
        self.open.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if there
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.open.setAccessibleName(self.tr("Open another network's weights"))
        self.open.setToolTip(self.tr("Opens another network's weights to ask it"))

    @Slot()
    def _pressed(self) -> None:
        ref = self.chooser.currentData()
        if ref is not None:
            self.requested.emit(ref)


class _Chooser(Choice):
    """Ends a long title in …; with a style sheet Qt cuts it off."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = (
            self.style()
            .subControlRect(
                QStyle.ComplexControl.CC_ComboBox,
                option,
                QStyle.SubControl.SC_ComboBoxEditField,
                self,
            )
            .width()
        )
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), elide, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class TransferLine(QWidget):
    """What one network says: its name with a mark, its class before → after under it."""

    def __init__(self, title: str, transfer: Transfer) -> None:
        super().__init__()
        self._title, self._transfer = title, transfer
        (was, p), (now, q) = transfer.before[0], transfer.after[0]
        self._verdict = self.tr("fooled too") if transfer.fooled else self.tr("not fooled")
        self._says = f"{was} → {now}" if transfer.fooled else was
        self._numbers = f"{probability(p)} → {probability(q)}"
        self.setAccessibleName(f"{title}: {self._verdict}, {self._says} ({self._numbers})")
        self.setToolTip(f"{title}\n{was} {probability(p)} → {now} {probability(q)}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(220, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _ROW)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        fooled = self._transfer.fooled
        top = QRectF(0, 4, self.width(), 20)
        under = QRectF(0, 23, self.width(), 20)
        self._line(painter, top, self._title, self._verdict, c.text, c.error if fooled else c.muted)
        if fooled:
            wide = QFontMetricsF(self.font()).horizontalAdvance(self._verdict)
            picture = theme.pixmap("check", 14, c.error, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(self.width() - wide - 18, top.center().y() - 7), picture)
        self._line(painter, under, self._says, self._numbers, c.muted, c.muted)

    def _line(
        self, painter: QPainter, rect: QRectF, left: str, right: str, ink: object, other: object
    ) -> None:
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(right)
        painter.setPen(other)
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), right
        )
        painter.setPen(ink)
        room = rect.width() - wide - 30
        text = metrics.elidedText(left, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), text)


def _same(a: NetworkRef, b: NetworkRef) -> bool:
    """Whether two name one network: by what its weights are where that is known."""
    same = a.sha256 == b.sha256 if a.sha256 and b.sha256 else a.weights == b.weights
    return a.name == b.name and same
