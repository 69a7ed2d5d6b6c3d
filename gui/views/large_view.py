"""One image large: original, adversarial, difference; and the two flipped in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.models.shown import describe, levels, percent, record_at, saved_line, undone
from gui.views.gallery_pictures import Pictures
from gui.views.gallery_plan import DIFFERENCE
from gui.views.triptych import Triptych


class LargeView(QWidget):
    """Shows what the gallery shows, at the same iteration and magnification, one image at a time.

    Space or the button, while held, puts the original where the adversarial stands.
    """

    closed = Signal()
    index_changed = Signal(int)
    pixel_hovered = Signal(str)
    drag_started = Signal(int)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("largeView")
        self._pictures = pictures
        self._index = -1
        self.triptych = Triptych()
        self.triptych.pixel_hovered.connect(self.pixel_hovered)
        self.triptych.drag_started.connect(lambda: self.drag_started.emit(self._index))
        self.triptych.turned.connect(self._turn)
        self.triptych.installEventFilter(self)
        self._captions = [QLabel() for _ in range(3)]
        below = QHBoxLayout()
        below.setContentsMargins(0, 8, 0, 8)
        below.setSpacing(4)
        for caption in self._captions:
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            caption.setWordWrap(True)
            caption.setTextFormat(Qt.TextFormat.RichText)
            below.addWidget(caption, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_bar())
        column.addWidget(self.triptych, 1)
        column.addLayout(below)
        self.setFocusProxy(self.triptych)

    def open(self, index: int) -> None:
        """Shows an image, from a zoom that fits."""
        self._index = index
        self.triptych.set_flipped(False)
        self.triptych.fit()
        self.refresh()

    def index(self) -> int:
        """The image that is shown; -1 before any."""
        return self._index

    def refresh(self) -> None:
        """Reads the run again."""
        runs = self._pictures.runs
        if not 0 <= self._index < len(runs):
            return
        run = runs[self._index]
        record = record_at(run, self._pictures.iteration)
        self.triptych.set_images([self._pictures.whole(self._index, part) for part in range(3)])
        self._name.setText(run.source.name)
        self._name.setToolTip(describe(run, record))
        many = len(runs) > 1
        self._place.setText(self.tr("{0} of {1}").format(self._index + 1, len(runs)) * many)
        for button, step in ((self._before, -1), (self._after, 1)):
            button.setVisible(many)
            button.setEnabled(0 <= self._index + step < len(runs))
        self._flip.setEnabled(record is not None)
        c = theme.colours()
        muted, wrong, warning = c.muted.name(), c.error.name(), c.warning.name()
        texts = ["", "", ""]
        if record is not None:
            first = run.records[0]
            changed = record.index != first.index
            texts[0] = _block(_class(*first.top[0], muted), self.tr("Original"), muted)
            now = _class(*record.top[0], muted)
            if changed:
                now = f'<span style="color:{wrong}"><b>→</b></span> {now}'
            texts[1] = _block(now, saved_line(record), warning if undone(record) else muted)
            far = record.distortion
            texts[2] = _block(
                self.tr("{0} relative distortion").format(percent(far.normalized)),
                self._difference(levels(far.max_255)),
                muted,
            )
        for caption, text in zip(self._captions, texts, strict=True):
            caption.setText(text)

    def _difference(self, largest: str) -> str:
        if self.triptych.shown(DIFFERENCE) is None:
            return self.tr("Kept of the result only · largest change {0}").format(largest)
        factor = self._pictures.factor()
        return self.tr("Difference ×{0} · largest change {1}").format(factor, largest)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif not event.isAutoRepeat():
                self._set_flipped(event.type() == QEvent.Type.KeyPress)
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._set_flipped(False)
        return False

    def event(self, event: QEvent) -> bool:
        # Space pauses and Esc stops a run elsewhere; here the first flips and the second closes.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh()
        super().changeEvent(event)

    def _make_bar(self) -> QHBoxLayout:
        self._before = self._button("chevron-left", self.tr("The image before (left arrow)"))
        self._before.clicked.connect(lambda: self._turn(-1))
        self._after = self._button("chevron-right", self.tr("The next image (right arrow)"))
        self._after.clicked.connect(lambda: self._turn(1))
        self._name = QLabel()
        theme.set_kind(self._name, "title")
        self._place = QLabel()
        theme.set_kind(self._place, "muted")
        self._flip = QToolButton()
        self._flip.setText(self.tr("Hold to see the original"))
        tip = self.tr("While held, the original stands where the adversarial does (Space)")
        self._flip.setToolTip(tip)
        self._flip.setAccessibleName(tip)
        theme.set_icon(self._flip, "compare")
        self._flip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._flip.setIconSize(QSize(16, 16))
        self._flip.pressed.connect(lambda: self._set_flipped(True))
        self._flip.released.connect(lambda: self._set_flipped(False))
        close = self._button("close", self.tr("Back to all images (Esc)"))
        close.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(4)
        for widget in (self._before, self._after):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self._name)
        row.addSpacing(8)
        row.addWidget(self._place)
        row.addStretch(1)
        row.addWidget(self._flip)
        row.addSpacing(8)
        row.addWidget(close)
        return row

    def _button(self, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        theme.set_icon(button, icon)
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _set_flipped(self, flipped: bool) -> None:
        self.triptych.set_flipped(flipped)
        self._flip.setDown(flipped)

    @Slot(int)
    def _turn(self, step: int) -> None:
        wanted = self._index + step
        if 0 <= wanted < len(self._pictures.runs):
            self._index = wanted
            self.refresh()
            self.index_changed.emit(wanted)


def _class(name: str, p: float, muted: str) -> str:
    return f'<b>{_plain(name)}</b> <span style="color:{muted}">{p:.3f}</span>'


def _block(first: str, second: str, colour: str) -> str:
    return f'{first}<br><span style="color:{colour}">{_plain(second)}</span>'


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
