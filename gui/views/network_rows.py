"""How a network's row is painted in the chooser: its name, then its figures in columns."""

from __future__ import annotations

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.catalogue.downloads import Progress
from engine.catalogue.index import AVAILABLE, megabytes
from gui import theme
from gui.models.networks import ENTRY_ROLE, MINE, Entry, NetworkListModel, count_text

ROW, HEADING = 28, 32
ACTION = 32  # at the right end: download, cancel, remove
_WIDTHS = (64, 66, 58, 82, 60)  # size, top-1, top-5, parameters, input
_INK = 16
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = _MIDDLE | int(Qt.AlignmentFlag.AlignRight)


def cells(rect: QRect) -> tuple[QRect, list[QRect], QRect]:
    """The places of a row's name, of its figures, and of its action."""
    action = QRect(rect.right() - ACTION, rect.top(), ACTION, rect.height())
    left = action.left() - sum(_WIDTHS)
    name = QRect(rect.left() + 10, rect.top(), left - rect.left() - 14, rect.height())
    found = []
    for width in _WIDTHS:
        found.append(QRect(left, rect.top(), width - 6, rect.height()))
        left += width
    return name, found, action


def figures(entry: Entry) -> list[str]:
    """Size, top-1, top-5, parameters and input as texts; empty where they are not known."""
    w = entry.weights
    size = entry.size
    if w is None:
        return [megabytes(size) if size else "", "", "", "", ""]
    return [
        megabytes(size) if size else "",
        f"{w.top1:.1f} %" if w.top1 is not None else "",
        f"{w.top5:.1f} %" if w.top5 is not None else "",
        count_text(w.parameters) if w.parameters else "",
        f"{w.size} px" if w.size else "",
    ]


def progress_text(progress: Progress) -> str:
    """``2.1 of 5.0 MB``: what is here of how much."""
    if not progress.total:
        return megabytes(progress.done) if progress.done else _translate("connecting…")
    done, total = megabytes(progress.done), megabytes(progress.total)
    same = done.rpartition(" ")[2] == total.rpartition(" ")[2]
    return f"{done.rpartition(' ')[0] if same else done} of {total}"


def _translate(text: str) -> str:
    return QCoreApplication.translate("NetworkRows", text)


class Head(QWidget):
    """The columns' names over the list."""

    def __init__(self, list_: QListView) -> None:
        super().__init__()
        self._list = list_
        self.setFixedHeight(20)
        self._titles = (
            self.tr("Size"),
            self.tr("Top-1"),
            self.tr("Top-5"),
            self.tr("Parameters"),
            self.tr("Input"),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colours().muted)
        painter.setFont(smaller(self.font()))
        view = self._list.viewport()
        left = self.mapFromGlobal(view.mapToGlobal(QPoint(0, 0))).x()
        room = QRect(left, 0, view.width(), self.height())
        for title, cell in zip(self._titles, cells(room)[1], strict=True):
            painter.drawText(cell, _RIGHT, title)


def smaller(font: QFont) -> QFont:
    """A font for what stands beside the text."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.9)
    return made


class NetworkDelegate(QStyledItemDelegate):
    """Headings, rows with their figures, and rows with a bar where a download goes on."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, ROW if index.data(ENTRY_ROLE) else HEADING)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, Entry):
            self._paint_row(painter, option, index, entry)
        else:
            font = smaller(option.font)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(theme.colours().muted)
            place = option.rect.adjusted(10, 8, 0, 0)
            painter.drawText(place, _MIDDLE, str(index.data()))
        painter.restore()

    def _paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        entry: Entry,
    ) -> None:
        c, model = theme.colours(), index.model()
        assert isinstance(model, NetworkListModel)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.selection if chosen else c.hover)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), 5, 5)
        name, places, action = cells(option.rect)
        loading = model.downloads(entry.key)
        ink = c.text if entry.choosable else c.disabled
        self._paint_name(painter, option, name, entry, ink if entry.choosable else c.disabled)
        painter.setFont(option.font)
        if loading:
            room = places[1].united(places[-1])
            self._paint_progress(painter, room, model.progress(entry.key))
            painter.setPen(c.muted)
            painter.drawText(places[0], _RIGHT, figures(entry)[0])
        elif not entry.choosable:
            painter.setPen(c.disabled)
            painter.drawText(places[0], _RIGHT, figures(entry)[0])
            why = self.tr("no classifier") if entry.present else self.tr("the file is gone")
            painter.drawText(places[1].united(places[-1]), _RIGHT, why)
        else:
            painter.setPen(c.text if chosen else c.muted)
            for place, text in zip(places, figures(entry), strict=True):
                painter.drawText(place, _RIGHT, text)
        mark = self._mark(model, entry, loading=loading, active=chosen or hovered)
        if mark:
            colour = c.accent if mark == "check" else c.text if hovered or chosen else c.muted
            ratio = painter.device().devicePixelRatio()
            x = action.center().x() - _INK // 2 + 1
            y = action.center().y() - _INK // 2 + 1
            painter.drawPixmap(x, y, theme.pixmap(mark, _INK, colour, ratio))

    def _mark(self, model: NetworkListModel, entry: Entry, *, loading: bool, active: bool) -> str:
        """The icon at the right end."""
        if loading:
            return "close"
        if entry.key == model.current:
            return "check"
        if entry.group == AVAILABLE:
            return "save" if entry.choosable else ""
        return "close" if entry.group == MINE and active else ""

    def _paint_name(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        entry: Entry,
        ink: QColor,
    ) -> None:
        metrics = option.fontMetrics
        painter.setPen(ink)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, _MIDDLE, title)
        if entry.subtitle:
            room = room.adjusted(metrics.horizontalAdvance(title) + 8, 0, 0, 0)
            if room.width() > 24:
                painter.setPen(theme.colours().muted if entry.choosable else ink)
                painter.setFont(smaller(option.font))
                small = painter.fontMetrics()
                text = small.elidedText(entry.subtitle, Qt.TextElideMode.ElideMiddle, room.width())
                painter.drawText(room, _MIDDLE, text)

    def _paint_progress(self, painter: QPainter, room: QRect, progress: Progress | None) -> None:
        c = theme.colours()
        painter.setPen(c.muted)
        if progress is None:
            painter.drawText(room, _RIGHT, self.tr("waits for its turn"))
            return
        text = progress_text(progress)
        painter.drawText(room, _RIGHT, text)
        width = room.width() - painter.fontMetrics().horizontalAdvance(text) - 16
        bar = QRectF(room.left() + 8, room.center().y() - 2, max(width, 0), 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.track)
        painter.drawRoundedRect(bar, 2.5, 2.5)
        if progress.total:
            bar.setWidth(bar.width() * min(1.0, progress.done / progress.total))
            painter.setBrush(c.accent)
            painter.drawRoundedRect(bar, 2.5, 2.5)
