"""How an attacked image is painted: its pictures, and what the network sees in them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from engine.attacks.parcels import AttackRecord, AttackRun
from gui import theme
from gui.models.shown import levels, outside, percent, record_at, undone
from gui.views.gallery_pictures import Pictures
from gui.views.gallery_plan import ADVERSARIAL, DIFFERENCE, ORIGINAL, Arrangement, Plan


@dataclass(frozen=True, slots=True)
class _Text:
    """A line in pieces: a mark, the name that gives way when it is tight, what comes after."""

    name: str
    after: str = ""
    mark: str = ""
    icon: str = ""
    colour: str = "text"
    strong: bool = False
    middle: bool = False  # gives way in its middle: the end of a file's name tells most


class GalleryPainter:
    """Paints into a painter that is moved by the scroll bars already."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self.font = QFont()  # the gallery's own
        self._fonts: dict[tuple[str, float], QFont] = {}

    def paint_labels(self, painter: QPainter, plan: Plan, shift: int) -> None:
        """What the rows, or the columns, of pictures are; ``shift`` undoes the sideways scroll."""
        if plan.arrangement is Arrangement.SHEET:
            return
        c = theme.colours()
        painter.setFont(self._font(1.0))
        factor = f"×{self._pictures.factor()}"
        names = (_tr("Original"), _tr("Adversarial"), _tr("Difference"))
        rows = plan.arrangement is Arrangement.ROWS
        for part, name in enumerate(names):
            room = QRectF(plan.label(part))
            painter.setPen(c.muted)
            if rows:
                text = f"{name} {factor}" if part == DIFFERENCE else name
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
                continue
            room.translate(shift, 0)
            text = f"{name}\n{factor}" if part == DIFFERENCE else name
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(side), text)
            if part == DIFFERENCE:
                below = QRectF(plan.label(part))
                below.translate(shift, plan.side + 3)
                below.setHeight(plan.line)
                painter.setFont(self._font(0.95))
                painter.drawText(below, int(side), _tr("Distortion"))

    def paint(self, painter: QPainter, plan: Plan, index: int, selected: bool, ring: bool) -> None:
        """One image with everything that belongs to it."""
        run = self._pictures.runs[index]
        record = record_at(run, self._pictures.iteration)
        if selected:
            self._paint_selected(painter, plan.item(index), ring)
        for part in range(plan.parts()):
            self._paint_picture(painter, plan.picture(index, part), index, part)
            for number, text in enumerate(self._texts(plan, run, record, part)):
                self._paint_line(painter, plan.caption(index, part, number), text)

    def _paint_selected(self, painter: QPainter, item: QRect, ring: bool) -> None:
        c = theme.colours()
        place = QRectF(item).adjusted(2, 0, -2, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(c.accent)
        fill.setAlphaF(0.10 if theme.is_dark() else 0.08)
        painter.setBrush(fill)
        painter.setPen(QPen(c.accent, 1.5) if ring else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 8, 8)
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, index: int, part: int) -> None:
        ratio = painter.device().devicePixelRatioF()
        image = self._pictures.drawn(index, part, round(place.width() * ratio))
        if image is None:
            painter.setPen(QPen(theme.edge(), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
            if part == DIFFERENCE and self._pictures.runs[index].records:
                painter.setPen(theme.colours().muted)
                painter.setFont(self._font(0.95))
                middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(place.adjusted(4, 4, -4, -4), int(middle), _tr("not kept"))
            return
        size = image.size() / ratio
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(QRectF(place).center())
        target.moveTopLeft(
            QPointF(round(target.left() * ratio) / ratio, round(target.top() * ratio) / ratio)
        )
        painter.drawImage(target, image)
        painter.setPen(QPen(theme.edge(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _texts(
        self, plan: Plan, run: AttackRun, record: AttackRecord | None, part: int
    ) -> list[_Text]:
        wide = plan.column >= 180
        rows = plan.arrangement is Arrangement.ROWS
        if plan.arrangement is Arrangement.SHEET or record is None:
            return [_file(run)] if part == ORIGINAL else []
        if part == ORIGINAL:
            lines = [self._class(run.records[0], wide)]
            return [*lines, _file(run)] if rows else lines
        if part == ADVERSARIAL:
            changed = record.index != run.records[0].index
            mark, colour = "→ " * changed, "error" if changed else "text"
            name, after = record.top[0][0], _p(record.top[0][1]) if wide else ""
            lines = [_Text(name, after, mark, colour=colour, strong=changed)]
            if undone(record):
                text = _tr("saved: {0}").format(record.saved)
                return [*lines, _Text(text, icon="warning", colour="warning")]
            same = not wide and record.saved_index == record.index
            text = _tr("same when saved") if same else _tr("saved: {0}").format(record.saved)
            return [*lines, _Text(text, colour="muted")]
        far = record.distortion
        icon, colour = ("warning", "warning") if outside(record) else ("", "muted")
        if not rows:
            after = f"· {levels(far.max_255)}"
            return [_Text(percent(far.normalized), after, icon=icon, colour=colour)]
        largest = _tr("largest change {0}").format(levels(far.max_255))
        if outside(record):
            largest = _tr("up to {0}, {1} out of range").format(
                levels(far.max_255), levels(far.outside_255)
            )
        return [
            _Text(_tr("{0} relative distortion").format(percent(far.normalized))),
            _Text(largest, icon=icon, colour=colour),
        ]

    def _class(self, record: AttackRecord, wide: bool) -> _Text:
        name, p = record.top[0]
        return _Text(name, _p(p) if wide else "")

    def _paint_line(self, painter: QPainter, place: QRect, text: _Text) -> None:
        c = theme.colours()
        font = self._font(0.95 if text.colour in ("muted", "warning") else 1.0)
        strong = QFont(font)
        if text.strong:
            strong.setWeight(QFont.Weight.DemiBold)
        metrics, wide = QFontMetricsF(font), QFontMetricsF(strong)
        before = wide.horizontalAdvance(text.mark) + (16 if text.icon else 0)
        gap = " " if text.after.startswith("·") else "  "
        after = gap + text.after if text.after else ""
        room = place.width() - before - metrics.horizontalAdvance(after)
        if room < wide.horizontalAdvance(text.name):
            room, after = place.width() - before, ""
        way = Qt.TextElideMode.ElideMiddle if text.middle else Qt.TextElideMode.ElideRight
        name = wide.elidedText(text.name, way, max(room, 0))
        width = before + wide.horizontalAdvance(name) + metrics.horizontalAdvance(after)
        x = place.left() + max(0.0, (place.width() - width) / 2)
        ink = getattr(c, text.colour)
        if text.icon:
            ratio = painter.device().devicePixelRatioF()
            mark = theme.pixmap(text.icon, 12, ink, ratio)
            painter.drawPixmap(QPointF(x, place.center().y() - 5), mark)
        painter.setFont(strong)
        painter.setPen(ink)
        baseline = place.top() + (place.height() + metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(x + (16 if text.icon else 0), baseline), text.mark + name)
        if after:
            painter.setFont(font)
            painter.setPen(c.muted)
            painter.drawText(QPointF(x + before + wide.horizontalAdvance(name), baseline), after)

    def _font(self, size: float) -> QFont:
        key = (self.font.key(), size)
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = QFont(self.font)
            font.setPointSizeF(font.pointSizeF() * size)
            font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width: numbers stand still
        return font


def _file(run: AttackRun) -> _Text:
    return _Text(run.source.name, colour="muted", middle=True)


def _p(p: float) -> str:
    return "0.999" if 0.999 < p < 1 else f"{p:.3f}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Gallery", text)
