"""A small editor of class names: a line a class, its number beside it, and how many are wanted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from engine.catalogue import own
from engine.jobs import NetworkError
from gui import theme
from gui.views.recipe_parts import tool_button


class ClassNames(QWidget):
    """The names of a network's classes, typed, pasted, or from a file."""

    changed = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._guessed: tuple[str, ...] = ()
        self.editor = _Editor()
        self.editor.setObjectName("classNames")
        self.editor.setAccessibleName(self.tr("Names of the classes"))
        self.editor.setToolTip(self.tr("A name a line; a JSON list can be pasted, too"))
        self._says = QLabel()
        self._from_file = tool_button(
            "open",
            self.tr("From a file…"),
            self.tr("Takes the names from a text, one a line, or from a JSON file"),
        )
        self._reset = tool_button(
            "reset", self.tr("Reset"), self.tr("Puts back the names that the file came with")
        )
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._says, 1)
        row.addWidget(self._from_file)
        row.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.editor, 1)
        column.addLayout(row)
        self.setFocusProxy(self.editor)
        self.editor.textChanged.connect(self._on_changed)
        self._from_file.clicked.connect(self.file_wanted)
        self._reset.clicked.connect(self._put_back)

    def set_guessed(self, names: Sequence[str]) -> None:
        """What the network's file gives: how many are wanted, and their names until told others."""
        self._guessed = tuple(names)
        self.editor.wanted = len(self._guessed)
        self._say()

    def set_names(self, names: Sequence[str]) -> None:
        """Shows names."""
        self.editor.setPlainText("\n".join(names))

    def names(self) -> tuple[str, ...] | None:
        """The names, ``None`` where they cannot be."""
        return None if self.problem() else tuple(self._lines())

    def problem(self) -> str:
        """What is wrong, in a sentence; empty where nothing is."""
        lines, wanted = self._lines(), len(self._guessed)
        if "" in lines:
            return self.tr("Line {0} is empty.").format(lines.index(""))
        if len(lines) < wanted:
            return self.tr("{0} of {1} names: {2} more to come.").format(
                len(lines), wanted, wanted - len(lines)
            )
        if len(lines) > wanted:
            return self.tr("{0} names, but {1} classes: {2} too many.").format(
                len(lines), wanted, len(lines) - wanted
            )
        return ""

    def _lines(self) -> list[str]:
        lines = [x.strip() for x in self.editor.toPlainText().splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @Slot()
    def _on_changed(self) -> None:
        self._say()
        self.changed.emit()

    @Slot()
    def _put_back(self) -> None:
        self.set_names(self._guessed)

    def _say(self) -> None:
        problem = self.problem() if self._guessed else ""
        count = self.tr("{0} names").format(len(self._guessed)) if self._guessed else ""
        self._says.setText(problem or count)
        theme.set_kind(self._says, "error" if problem else "muted")
        self._reset.setEnabled(tuple(self._lines()) != self._guessed)
        self.editor.update_numbers()


class _Editor(QPlainTextEdit):
    """Plain text with the lines' numbers, from 0 as classes count; lines too many are red."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = 0
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scrolled)
        self._make_room()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A pasted JSON list or object becomes its names."""
        text = source.text()
        if text.lstrip()[:1] in ("[", "{"):
            try:
                self.insertPlainText("\n".join(own.names_in(text, json_only=True)))
                return
            except NetworkError:
                pass  # then it is text
        super().insertFromMimeData(source)

    def room(self) -> int:
        """The numbers' width in pixels."""
        digits = len(str(max(self.blockCount(), self.wanted, 10)))
        return 14 + self.fontMetrics().horizontalAdvance("9") * digits

    def update_numbers(self) -> None:
        """Draws them anew: another number of names is wanted."""
        self._make_room()
        self._numbers.update()

    @Slot()
    def _make_room(self) -> None:
        self.setViewportMargins(self.room(), 0, 0, 0)

    @Slot(QRect, int)
    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(
            inside.left() + 2, inside.top() + 2, self.room(), inside.height() - 4
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.update_numbers()

    def paint_numbers(self, event: QPaintEvent) -> None:
        """The numbers of the lines in sight, and those that still want a name."""
        c = theme.colours()
        painter = QPainter(self._numbers)
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        height = self.blockBoundingRect(block).height()
        number, bottom = block.blockNumber(), event.rect().bottom()
        # The editor's text begins below its padding, the numbers' own widget does not.
        shift = self.viewport().geometry().top() - self._numbers.geometry().top()
        while top + shift <= bottom:
            there = number < self.blockCount()
            if not there and number >= self.wanted:
                break
            too_many = number >= self.wanted > 0
            painter.setPen(c.error if too_many else c.muted if there else c.disabled)
            painter.drawText(
                0, round(top + shift), self._numbers.width() - 8, round(height),
                int(Qt.AlignmentFlag.AlignRight), str(number),
            )  # fmt: skip
            top += height
            number += 1


class _Numbers(QWidget):
    def __init__(self, editor: _Editor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.room(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)
