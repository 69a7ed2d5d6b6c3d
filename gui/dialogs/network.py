"""A network of one's own: what it is, how it takes photographs, its classes' names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue.own import Settings
from engine.jobs import Picture
from engine.looking import Facts, Looked
from gui import theme
from gui.dialogs import plain
from gui.dialogs.network_form import NetworkForm
from gui.dialogs.photograph import SIDE, Photograph
from gui.views.dropzone import usable

LOOK_MS = 150  # what is typed within it is asked once


class NetworkDialog(QDialog):
    """Opens a file, or (``opened``) changes what is said of the network that is open."""

    architecture_chosen = Signal(str)
    look_wanted = Signal()
    sample_chosen = Signal(object)  # Path of one of ours
    photograph_wanted = Signal()
    names_wanted = Signal()
    dropped = Signal(object)  # QMimeData
    settled = Signal(object)  # Settings: everything in the fields

    def __init__(self, title: str, parent: QWidget | None = None, *, opened: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("networkDialog")
        self.setWindowTitle(self.tr("Network settings") if opened else self.tr("Open network"))
        self.setAcceptDrops(True)
        self.setSizeGripEnabled(False)
        self._facts: Facts | None = None
        self._fault = ""
        self._title = title
        head = QLabel(title)
        head.setObjectName("dialogTitle")
        head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = head.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        head.setFont(font)
        self._note = QLabel(self.tr("Reading it…"))
        self._note.setObjectName("dialogNote")
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        # The room for two lines is there from the first: nothing moves when they come.
        self._note.setFixedHeight(2 * self._note.fontMetrics().lineSpacing() + 2)
        theme.set_kind(self._note, "muted")
        self.architecture = self._chooser()
        self.form = NetworkForm()
        self.photograph = Photograph()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._open = self._buttons.addButton(
            self.tr("Apply") if opened else self.tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._open.setToolTip(self.tr("Opens the network; the settings are remembered"))
        self._open.setEnabled(False)
        self._open.setDefault(True)
        theme.set_kind(self._open, "primary")
        self._guessed = self._buttons.addButton(
            self.tr("As guessed"), QDialogButtonBox.ButtonRole.ResetRole
        )
        self._guessed.setToolTip(self.tr("Puts every value back to what the file itself gives"))
        self._guessed.setEnabled(False)
        plain(self._buttons)
        self._lay_out(head)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look_wanted)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        self._guessed.clicked.connect(self._put_back)
        self.form.changed.connect(self._on_changed)
        self.form.names_wanted.connect(self.names_wanted)
        self.photograph.chosen.connect(self.sample_chosen)
        self.photograph.file_wanted.connect(self.photograph_wanted)
        self.photograph.top.set_text(self.tr("Reading the network…"))

    def _chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("architectureChooser")
        chooser.setEditable(True)
        chooser.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        chooser.setAccessibleName(self.tr("Architecture"))
        chooser.setToolTip(self.tr("The network these weights belong to; type to search among all"))
        chooser.setFixedWidth(240)
        line = chooser.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Type to search"))
        completer = QCompleter(chooser.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        chooser.setCompleter(completer)
        chooser.currentTextChanged.connect(self._on_architecture)
        return chooser

    def _lay_out(self, head: QLabel) -> None:
        self._architecture_row = QWidget()
        row = QHBoxLayout(self._architecture_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        label = QLabel(self.tr("Architecture"))
        label.setFixedWidth(92)
        label.setBuddy(self.architecture)
        theme.set_kind(label, "muted")
        row.addWidget(label)
        row.addWidget(self.architecture)
        row.addStretch(1)
        self._architecture_row.hide()
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(head)
        left.addWidget(self._note)
        left.addSpacing(4)
        left.addWidget(self._architecture_row)
        left.addWidget(self.form, 1)
        columns = QHBoxLayout()
        columns.setSpacing(28)
        columns.addLayout(left, 1)
        columns.addWidget(self.photograph)
        self.photograph.setFixedWidth(SIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(columns, 1)
        layout.addSpacing(4)
        layout.addWidget(self._buttons)
        self.setFixedSize(860, 620)

    # --- what is shown

    def set_architectures(self, guess: str, candidates: Sequence[str], message: str) -> None:
        """What the file's names tell: the architecture, empty where unknown, and all there are."""
        self._architecture_row.setVisible(bool(candidates))
        self.architecture.blockSignals(True)
        self.architecture.clear()
        self.architecture.addItems(list(candidates))  # the likeliest come first
        self.architecture.setCurrentIndex(self.architecture.findText(guess) if guess else -1)
        if not guess:
            self.architecture.setEditText("")
        self.architecture.blockSignals(False)
        if candidates and not guess:
            self._say(message, "warning")
            self.photograph.top.set_text(self.tr("Choose its architecture first."))
            self.architecture.setFocus()

    def set_facts(self, facts: Facts, remembered: Settings, spoiled: str) -> None:
        """What the network's file gives, and what was said of it before."""
        first = self._facts is None or self._facts.title != facts.title
        self._facts, self._fault = facts, ""
        kind = self.tr("grey") if facts.channels == 1 else self.tr("colour")
        what = facts.title
        if facts.title == self._title:  # an exported network is called after its file
            what = self.tr("A whole network")
        says = self.tr("{0}: {1} images, {2} classes, {3} parameters").format(
            what, kind, len(facts.classes), _count(facts.parameters)
        )
        if spoiled:
            self._say(spoiled, "warning")
        else:
            self._say(says, "muted")
        self.form.set_facts(facts)
        self.form.set_settings(remembered)
        self._follow()
        if first:
            self.form.side.setFocus() if self.form.side.isEnabled() else self.form.mean.setFocus()

    def set_look(self, looked: Looked) -> None:
        """What the network makes of the photograph."""
        if looked.wrong:
            self.photograph.top.set_text(looked.wrong, wrong=True)
            self.form.set_size_problem(looked.wrong)
        else:
            self.photograph.top.set_top(looked.top)
        self._fault = looked.wrong
        self._enable()

    def set_fault(self, sentence: str) -> None:
        """The weights are no such architecture's."""
        self._facts = None
        self._say(sentence, "error")
        self.form.setEnabled(False)
        self._guessed.setEnabled(False)
        self.photograph.top.set_text("")
        self._enable()

    def set_photograph(self, picture: Picture, name: str) -> None:
        """A photograph to try it on."""
        self.photograph.set_picture(picture, name)
        if self._facts is not None:
            self._timer.start()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Class names from a file."""
        self.form.set_names(names)

    def say(self, sentence: str) -> None:
        """A fault that changes nothing: a photograph, or a file of names, that cannot be read."""
        self._say(sentence, "error")

    @property
    def note(self) -> str:
        """The sentence under the title."""
        return self._note.text()

    def look_settings(self) -> Settings | None:
        """How the network is to take the photograph; ``None`` while a value cannot be."""
        return self.form.settings() or self.form.seen()

    # --- what the person does

    @Slot(str)
    def _on_architecture(self, name: str) -> None:
        if self.architecture.findText(name) < 0:  # while it is typed
            self._facts = None
            self._enable()
            return
        self._facts = None
        self._say(self.tr("Reading it as {0}…").format(name), "muted")
        self._enable()
        self.architecture_chosen.emit(name)

    @Slot()
    def _on_changed(self) -> None:
        self._follow()
        self._timer.start()

    @Slot()
    def _put_back(self) -> None:
        self.form.set_settings(Settings())
        self._on_changed()

    @Slot()
    def _accept(self) -> None:
        settings = self.form.settings()
        if settings is not None and self._facts is not None and not self._fault:
            self.settled.emit(self._facts.said(settings))
            self.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if usable(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def _follow(self) -> None:
        self._fault = ""
        self.photograph.set_settings(self.form.seen())
        self._enable()

    def _enable(self) -> None:
        good = self._facts is not None and self.form.settings() is not None
        self._open.setEnabled(good and not self._fault)
        self._guessed.setEnabled(
            self._facts is not None and self.form.settings() != self._facts.settings()
        )

    def _say(self, sentence: str, kind: str) -> None:
        self._note.setText(sentence)
        self._note.setToolTip(sentence)
        theme.set_kind(self._note, kind)


def _count(number: int) -> str:
    if number < 10_000:
        return f"{number:,}"
    return f"{number / 1e3:.0f} thousand" if number < 1e6 else f"{number / 1e6:.1f} million"
