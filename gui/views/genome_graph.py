"""A CPPN's graph: the place of a pixel goes in at the left, its colour comes out at the right."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.evolution.graphs import LARGEST, Graph
from gui import theme
from gui.views.function_marks import MARKS

_NODE = 11.0  # a node's radius
_MARGIN = 14.0
_PLACES = 12  # columns that the hidden nodes are gathered into, at most
_SHOWN_BESIDE = 40.0  # room for the names of inputs and outputs


class GenomeGraph(QWidget):
    """Nodes by how far they are from the inputs, each with its function's curve; connections as
    thick as their weights are large, in one colour where positive and another where negative."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph: Graph | None = None
        self._spots: list[QPointF] = []
        self.setAccessibleName(self.tr("The image's CPPN"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("The network that paints this image, pixel by pixel"))

    def set_graph(self, graph: Graph | None) -> None:
        """Shows a genome."""
        if graph == self._graph:
            return
        self._graph = graph
        if graph is not None:
            hidden = len(graph.functions) - 4 - len(graph.outputs)
            self.setAccessibleDescription(
                self.tr("{0} hidden nodes, {1} connections").format(hidden, len(graph.connections))
            )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._height())

    def _height(self) -> int:
        tallest = max((len(x) for x in self._columns().values()), default=4)
        return int(min(320, 2 * _MARGIN + max(4, tallest) * 2.5 * _NODE))

    def _columns(self) -> dict[int, list[int]]:
        """Nodes by column: inputs in the first, outputs in the last, hidden ones between."""
        columns: dict[int, list[int]] = defaultdict(list)
        if self._graph is None:
            return columns
        places = sorted({p for p in self._graph.places if 0 < p < 1})
        count = min(len(places), _PLACES)
        column_of = {p: 1 + i * count // max(1, len(places)) for i, p in enumerate(places)}
        for node, place in enumerate(self._graph.places):
            at = 0 if place <= 0 else count + 1 if place >= 1 else column_of[place]
            columns[at].append(node)
        return columns

    def _arrange(self) -> list[QPointF]:
        assert self._graph is not None
        columns = self._columns()
        area = QRectF(self.rect()).adjusted(_SHOWN_BESIDE, _MARGIN, -_SHOWN_BESIDE - 30, -_MARGIN)
        spots = [QPointF()] * len(self._graph.places)
        last = max(columns, default=1) or 1
        for column, nodes in columns.items():
            x = area.left() + column / last * area.width()
            for i, node in enumerate(nodes):
                y = area.top() + (i + 0.5) / len(nodes) * area.height()
                # Neighbours of the same height would hide the connections between them.
                lean = (
                    0.16 * area.height() / len(nodes) * (-1) ** column if 0 < column < last else 0
                )
                spots[node] = QPointF(x, y + lean)
        return spots

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._graph is None:
            return
        graph, c = self._graph, theme.colours()
        self._spots = self._arrange()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for source, target, weight in sorted(graph.connections, key=lambda x: abs(x[2])):
            ink = QColor(c.f_curve if weight >= 0 else c.h_curve)
            strength = min(1.0, abs(weight) / LARGEST)
            ink.setAlphaF(0.25 + 0.6 * strength)
            painter.setPen(QPen(ink, 0.6 + 2.2 * strength))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_curve(self._spots[source], self._spots[target]))
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.86)
        painter.setFont(small)
        for node, spot in enumerate(self._spots):
            self._paint_node(painter, node, spot)

    def _paint_node(self, painter: QPainter, node: int, spot: QPointF) -> None:
        assert self._graph is not None
        graph, c = self._graph, theme.colours()
        metrics = QFontMetricsF(painter.font())
        inputs = sum(place <= 0 for place in graph.places)
        name = graph.functions[node]
        if node < inputs:
            text = f"{name}"
            x = spot.x() - 10 - metrics.horizontalAdvance(text)
            painter.setPen(c.muted)
            painter.drawText(QPointF(x, spot.y() + metrics.capHeight() / 2), text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.muted)
            painter.drawEllipse(spot, 3.5, 3.5)
            return
        painter.setPen(QPen(c.border, 1))
        painter.setBrush(c.raised)
        painter.drawEllipse(spot, _NODE, _NODE)
        painter.setPen(QPen(c.text, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = _NODE * 0.55
        values = MARKS.get(name, MARKS["linear"])
        step = 2 * half / (len(values) - 1)
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(spot.x() - half + i * step, spot.y() - v * half)
                    for i, v in enumerate(values)
                ]
            )
        )
        output = node - inputs
        if 0 <= output < len(graph.outputs):
            painter.setPen(c.muted)
            place = QPointF(spot.x() + _NODE + 5, spot.y() + metrics.capHeight() / 2)
            painter.drawText(place, graph.outputs[output])

    def event(self, event: QEvent) -> bool:
        """A node's function as its tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for node, spot in enumerate(self._spots):
                away = QPointF(event.pos()) - spot
                if self._graph and abs(away.x()) <= _NODE and abs(away.y()) <= _NODE:
                    QToolTip.showText(event.globalPos(), self._graph.functions[node], self)
                    return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    path = QPainterPath(start)
    bend = (end.x() - start.x()) * 0.45
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
    return path
