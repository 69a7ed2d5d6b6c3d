"""The lecture's slide as a figure: images, their adversarial ones and the differences, the table.

Always on white, whatever the window's colours are: it goes on a slide or into a paper.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QPointF,
    QRectF,
    QSizeF,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter

from engine.attacks.parcels import AttackRun
from engine.folders import write_atomically
from gui.attack_text import recipe_line
from gui.figure_parts import ITERATION, LINE, ROW, Column, Line, Table, font, wrapped, write
from gui.theme import LIGHT

MOST = 12  # columns side by side; more go on in a block below
_MARGIN, _GAP, _LABEL, _BLOCKS = 28.0, 12.0, 76.0, 32.0
_TABLE = 132.0  # a column of the table where it stands beside the pictures
_DPI = 1200


def save_png(path: Path | str, runs: Sequence[AttackRun], factor: float | None = None) -> None:
    """The figure as a PNG, its pictures enlarged a whole number of times.

    Args:
        factor: of the differences; each image's own where it is not given.

    Raises:
        OSError: the file cannot be written.
        ValueError: none of the runs has an image yet.
    """
    figure = _Figure(runs, factor)
    scale = figure.scale()
    size = (figure.size * scale).toSize()
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(72 * scale / 0.0254))
    image.setDotsPerMeterY(round(72 * scale / 0.0254))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    figure.paint(painter, scale)
    painter.end()
    buffer = _buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    _write(Path(path), buffer)


def save_pdf(path: Path | str, runs: Sequence[AttackRun], factor: float | None = None) -> None:
    """The figure as a PDF of one page of its own size: text is text, pictures lose nothing.

    Arguments and errors are those of ``save_png``.
    """
    figure = _Figure(runs, factor)
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle(QCoreApplication.translate("Figure", "Adversarial examples"))
    writer.setCreator("Unitscope")
    writer.setResolution(_DPI)
    writer.setPageMargins(QMarginsF())
    writer.setPageSize(QPageSize(figure.size, QPageSize.Unit.Point))
    painter = QPainter(writer)
    # Without it Qt writes pictures as JPEG, whose errors are larger than what an attack changed.
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.scale(_DPI / 72, _DPI / 72)
    figure.paint(painter, 0)
    painter.end()
    _write(Path(path), buffer)


class _Figure:
    """Where everything stands. One image has its pictures side by side, more have a column each."""

    def __init__(self, runs: Sequence[AttackRun], factor: float | None) -> None:
        there = [x for x in runs if x.last and x.adversarial is not None and x.values is not None]
        if not there:
            raise ValueError("There is no adversarial image to draw: run the attack first.")
        self._recipe = there[0].recipe
        self._network = Path(there[0].network.name).name
        columns = [Column(run, factor) for run in there]
        count = len(columns)
        blocks = math.ceil(count / MOST)
        across = math.ceil(count / blocks)
        self._side = (
            220.0 if count == 1 else 176.0 if count <= 6 else 148.0 if count <= 8 else 128.0
        )
        self._blocks = [columns[i : i + across] for i in range(0, count, across)]
        self._factors = {x.factor for x in columns}
        self._beside = count <= 3
        self._snap = 0.0
        pictures = 3 if count == 1 else across
        self._label = 0.0 if count == 1 else _LABEL
        self._pictures_width = self._label + pictures * (self._side + _GAP) - _GAP
        wide = _MARGIN * 2 + self._pictures_width
        if self._beside:
            wide += 28 + ITERATION + 14 + count * _TABLE
        self._caption = wrapped(self._caption_text(), font(11), wide - 2 * _MARGIN, 4)
        high = _MARGIN * 2 + sum(map(self._height, self._blocks)) + _BLOCKS * (blocks - 1)
        self.size = QSizeF(wide, high + 12 + LINE * len(self._caption))

    def scale(self) -> float:
        """Pixels of a PNG to a unit: so that a picture is enlarged a whole number of times."""
        width = self._blocks[0][0].pictures[0].width()
        return max(1, round(2.4 * self._side / width)) * width / self._side

    def _caption_text(self) -> str:
        tr = QCoreApplication.translate
        columns = [column for block in self._blocks for column in block]
        text = f"{self._network}. {recipe_line(self._recipe)}. "
        if len(columns) == 1:  # which has no column to head
            text = f"{columns[0].name}. {text}"
        text += tr("Figure", "Percentages: ‖x − x̌‖ / ‖x‖ in normalized space.")
        if any(column.run.sphere for column in columns):
            text += " " + tr(
                "Figure",
                "Sphere test: how many random changes, twice as large, change the class.",
            )
        return text

    def _said(self, block: Sequence[Column]) -> float:
        wide = self._pictures_width if len(self._side_by_side(block)) else self._side
        return LINE * max(len(column.lines(wide)) for column in block)

    def _side_by_side(self, block: Sequence[Column]) -> Sequence[Column]:
        return block if not self._label else ()

    def _height(self, block: Sequence[Column]) -> float:
        rows = 1 if not self._label else 3
        high = ROW + rows * (self._side + 6) + 4 + self._said(block)
        table = Table([x.run for x in block]).height
        return max(high, table) if self._beside else high + 14 + table

    def paint(self, painter: QPainter, snap: float) -> None:
        """``snap`` is how many pixels a unit has, for pictures to begin on whole ones; or 0."""
        self._snap = snap
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = _MARGIN
        for block in self._blocks:
            if self._label:
                self._paint_columns(painter, block, y)
            else:
                self._paint_one(painter, block[0], y)
            if self._beside:
                x = _MARGIN + self._pictures_width + 28
                start = x + ITERATION + 14
                cells = [(start + i * _TABLE, _TABLE - 4) for i in range(len(block))]
                names = [c.name for c in block] if len(block) > 1 else []
                Table([c.run for c in block]).paint(painter, QPointF(x, y), cells, names)
            y += self._height(block) + _BLOCKS
        y += 12 - _BLOCKS
        for i, line in enumerate(self._caption):
            rect = QRectF(_MARGIN, y + i * LINE, self.size.width() - 2 * _MARGIN, LINE)
            write(painter, rect, line, ink=LIGHT.muted, size=11)

    def _titles(self) -> list[str]:
        tr = QCoreApplication.translate
        last = tr("Figure", "Difference")
        if len(self._factors) == 1:
            last += f" ×{next(iter(self._factors)):g}"
        return [tr("Figure", "Original"), tr("Figure", "Adversarial"), last]

    def _paint_one(self, painter: QPainter, column: Column, y: float) -> None:
        for i, (title, picture) in enumerate(zip(self._titles(), column.pictures, strict=True)):
            x = _MARGIN + i * (self._side + _GAP)
            write(painter, QRectF(x, y, self._side, ROW), title, ink=LIGHT.muted, size=11)
            self._paint_picture(painter, picture, x, y + ROW)
        lines = column.lines(self._pictures_width)
        at = QPointF(_MARGIN, y + ROW + self._side + 10)
        self._paint_lines(painter, lines, at, self._pictures_width)

    def _paint_columns(self, painter: QPainter, block: Sequence[Column], y: float) -> None:
        step = self._side + 6
        for row, title in enumerate(self._titles()):
            middle = y + ROW + row * step + self._side / 2
            parts = title.split(" ")
            top = middle - LINE * len(parts) / 2
            for i, part in enumerate(parts):
                rect = QRectF(_MARGIN, top + i * LINE, _LABEL - 8, LINE)
                write(painter, rect, part, ink=LIGHT.muted, size=11)
        cells = []
        for i, column in enumerate(block):
            x = _MARGIN + _LABEL + i * (self._side + _GAP)
            cells.append((x - 4, self._side + 4))
            write(painter, QRectF(x, y, self._side, ROW), column.name, ink=LIGHT.muted, size=10,
                  elide=Qt.TextElideMode.ElideMiddle)  # fmt: skip
            for row, picture in enumerate(column.pictures):
                self._paint_picture(painter, picture, x, y + ROW + row * step)
            lines = column.lines(self._side)
            if len(self._factors) > 1:
                self._paint_factor(painter, column, x, y + ROW + 2 * step)
            self._paint_lines(painter, lines, QPointF(x, y + ROW + 3 * step + 4), self._side)
        if not self._beside:
            top = y + ROW + 3 * step + 4 + self._said(block) + 14
            Table([c.run for c in block]).paint(painter, QPointF(_MARGIN, top), cells, ())

    def _paint_lines(
        self, painter: QPainter, lines: Sequence[Line], at: QPointF, width: float
    ) -> None:
        for i, line in enumerate(lines):
            rect = QRectF(at.x(), at.y() + i * LINE, width, LINE)
            write(painter, rect, line.text, ink=line.ink, strong=line.strong)

    def _paint_factor(self, painter: QPainter, column: Column, x: float, y: float) -> None:
        text = f"×{column.factor:g}"
        width = QFontMetricsF(font(10)).horizontalAdvance(text) + 9
        rect = QRectF(x + self._side - width - 4, y + self._side - 20, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(rect, 4, 4)
        write(painter, rect.adjusted(4, 0, -4, 0), text, size=10)

    def _paint_picture(self, painter: QPainter, picture: QImage, x: float, y: float) -> None:
        if self._snap:
            x, y = round(x * self._snap) / self._snap, round(y * self._snap) / self._snap
        painter.drawImage(QRectF(x, y, self._side, self._side), picture)


def _buffer() -> QBuffer:
    buffer = QBuffer()  # given a QByteArray it would look into it after it is gone
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _write(path: Path, buffer: QBuffer) -> None:
    data = buffer.data().data()
    write_atomically(path, lambda file: file.write(data))
