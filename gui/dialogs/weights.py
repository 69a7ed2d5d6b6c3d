"""Opening a weights file: the architecture guessed from its keys, shown to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.dialogs import plain


class WeightsDialog(QDialog):
    """Shows the file, waits for the guess, and lets the person choose another architecture."""

    chosen = Signal(str, object)  # architecture, Path

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("weightsDialog")
        self.setWindowTitle(self.tr("Open weights"))
        self.setMinimumWidth(440)
        self._path = path
        title = QLabel(path.name)
        title.setObjectName("dialogTitle")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        title.setFont(font)
        self._note = QLabel(self.tr("Reading the names of its weights…"))
        self._note.setWordWrap(True)
        self.architecture = QComboBox()
        self.architecture.setObjectName("architectureChooser")
        self.architecture.setEditable(True)
        self.architecture.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.architecture.setAccessibleName(self.tr("Architecture"))
        self.architecture.setToolTip(
            self.tr("The network these weights belong to; type to search among all")
        )
        self.architecture.setEnabled(False)
        completer = QCompleter(self.architecture.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.architecture.setCompleter(completer)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self._open = buttons.button(QDialogButtonBox.StandardButton.Open)
        self._open.setEnabled(False)
        theme.set_kind(self._open, "primary")
        plain(buttons)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self.architecture.currentTextChanged.connect(self._check)
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(self.tr("Architecture"), self.architecture)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self._note)
        layout.addLayout(form)
        layout.addSpacing(8)
        layout.addWidget(buttons)

    def set_guess(self, guess: str, candidates: Sequence[str], message: str) -> None:
        """What the file's keys tell: the architecture, empty where unknown, and all there are."""
        self.architecture.clear()
        self.architecture.addItems(list(dict.fromkeys(candidates)))  # the likeliest come first
        self.architecture.setEnabled(bool(candidates))
        self.architecture.setCurrentIndex(self.architecture.findText(guess) if guess else -1)
        if not guess:
            self.architecture.setEditText("")
        if message:
            self._note.setText(message)
        elif guess:
            self._note.setText(self.tr("Its weights are named like those of {0}.").format(guess))
        else:
            self._note.setText(
                self.tr("Its weights are named like no network known here: choose one.")
            )
        self._check()
        if candidates:
            self.architecture.setFocus()
        self.adjustSize()

    @Slot()
    def _check(self) -> None:
        self._open.setEnabled(self.architecture.findText(self.architecture.currentText()) >= 0)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.architecture.currentText(), self._path)
        self.accept()
