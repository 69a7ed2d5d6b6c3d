"""The parts of a figure: an image's column, the table of classes; painted on white, unit by unit.

Lengths are the figure's own units: points in a PDF, a scale's worth of pixels in a PNG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from engine.attacks.difference import difference, magnification
from engine.attacks.parcels import AttackRun
from gui.attack_text import percent
from gui.pixels import to_image
from gui.theme import LIGHT

ROWS = 17  # of the table, the lecture's 16 and a result; of more iterations some are shown
LINE, ROW = 16.0, 18.0
ITERATION = 40.0  # the width of the table's first column
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def font(size: float = 12, *, strong: bool = False) -> QFont:
    """The window's font at a size in the figure's units."""
    made = QFont()
    made.setPixelSize(round(size))
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made


def write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    ink: QColor = LIGHT.text,
    size: float = 12,
    strong: bool = False,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line of text in the middle of a rectangle's height, shortened to its width."""
    chosen = font(size, strong=strong)
    painter.setFont(chosen)
    painter.setPen(ink)
    shown = QFontMetricsF(chosen).elidedText(text, elide, rect.width())
    painter.drawText(rect, _LEFT, shown)


def wrapped(text: str, chosen: QFont, width: float, most: int = 2) -> list[str]:
    """A text in lines of a width; what does not fit in ``most`` of them ends in …"""
    metrics = QFontMetricsF(chosen)
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        taken = 1
        while (
            taken < len(words) and metrics.horizontalAdvance(" ".join(words[: taken + 1])) <= width
        ):
            taken += 1
        lines.append(" ".join(words[:taken]))
        words = words[taken:]
    if words:
        lines.append(" ".join(words))
    return [metrics.elidedText(x, Qt.TextElideMode.ElideRight, width) for x in lines]


@dataclass(frozen=True, slots=True)
class Line:
    """A line under a picture."""

    text: str
    ink: QColor
    strong: bool = False


class Column:
    """An image: its name, the three pictures, and what is said under them."""

    def __init__(self, run: AttackRun, factor: float | None) -> None:
        assert run.adversarial is not None and run.values is not None and run.last is not None
        original = run.source.picture
        self.run = run
        self.name = run.source.name
        self.factor = factor or magnification(original, run.values)
        self.pictures: tuple[QImage, ...] = (
            to_image(original),
            to_image(run.adversarial),
            to_image(difference(original, run.values, self.factor)),
        )

    def lines(self, width: float) -> list[Line]:
        """Class before → after, the distortion, and what saving and the sphere test made of it."""
        last = self.run.last
        assert last is not None
        after = last.top[0][0]
        found = [Line(x, LIGHT.text) for x in wrapped(self.run.before, font(), width)]
        if after == self.run.before:
            found.append(Line(_tr("unchanged"), LIGHT.muted))
        else:
            ink = LIGHT.error if last.fooled else LIGHT.text
            bold = font(strong=True)
            found += [Line(x, ink, True) for x in wrapped(f"→ {after}", bold, width)]
        found.append(Line(percent(last.distortion.normalized), LIGHT.muted))
        if last.fooled and not last.saved_fooled:
            found.append(Line(_tr("undone when saved"), LIGHT.warning))
        sphere = self.run.sphere
        if sphere is not None:
            text = _tr("sphere test: {0} of {1}").format(sphere.changed, sphere.samples)
            found.append(Line(text, LIGHT.muted))
        return found


class Table:
    """Iterations down, images across; a cell in colour where the class is not the first one."""

    def __init__(self, runs: Sequence[AttackRun]) -> None:
        self._classes: list[dict[int, str]] = [
            {x.iteration: x.top[0][0] for x in run.records} for run in runs
        ]
        self._before = [run.before for run in runs]
        self._result = {x.iteration for run in runs for x in run.records if x.settled}
        self.iterations = thinned(sorted(set().union(*self._classes)))

    @property
    def height(self) -> float:
        """Its heading with it."""
        return ROW * (len(self.iterations) + 1)

    def paint(
        self, painter: QPainter, at: QPointF, columns: Sequence[tuple[float, float]],
        names: Sequence[str],
    ) -> None:  # fmt: skip
        """``columns`` are the cells' left ends and widths; ``names`` head them, or are empty."""
        head = QRectF(at.x(), at.y(), columns[0][0] - at.x() - 6, ROW)
        write(painter, head, _tr("iteration"), ink=LIGHT.muted, size=10)
        for (x, width), name in zip(columns, names, strict=False):
            middle = Qt.TextElideMode.ElideMiddle
            rect = QRectF(x + 4, at.y(), width - 8, ROW)
            write(painter, rect, name, ink=LIGHT.muted, size=10, elide=middle)
        y = at.y() + ROW
        right = columns[-1][0] + columns[-1][1]
        for i, iteration in enumerate(self.iterations):
            row = QRectF(at.x(), y + i * ROW, right - at.x(), ROW)
            painter.setPen(QPen(LIGHT.border, 0.6))
            painter.drawLine(row.topLeft(), row.topRight())
            title = _tr("result") if iteration in self._result else str(iteration)
            write(painter, QRectF(at.x(), row.y(), head.width(), ROW), title, ink=LIGHT.muted,
                  size=11)  # fmt: skip
            for (x, width), classes, before in zip(
                columns, self._classes, self._before, strict=True
            ):
                name = classes.get(iteration, "")
                changed = bool(name) and name != before
                cell = QRectF(x, row.y() + 0.3, width, ROW - 0.6)
                if changed:
                    ground = QColor(LIGHT.error)
                    ground.setAlphaF(0.1)
                    painter.fillRect(cell, ground)
                ink = LIGHT.error if changed else LIGHT.text
                write(painter, cell.adjusted(4, 0, -4, 0), name, ink=ink, size=11, strong=changed)


def thinned(iterations: Sequence[int], most: int = ROWS) -> list[int]:
    """At most ``most`` of them, evenly spaced, the first and the last included."""
    if len(iterations) <= most:
        return list(iterations)
    last = len(iterations) - 1
    return [iterations[round(i * last / (most - 1))] for i in range(most)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Figure", text)
