"""The class that an attack aims at: a field that opens a list, which is searched by typing."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.models.class_choice import ClassChoiceModel, index_of
from gui.views.choice import SearchedChoice
from gui.views.target_popup import TargetPopup


class TargetField(QWidget):
    """Any class, a random one, or one of the network's; says so where the network has it not."""

    changed = Signal(str)  # as ``AttackRecipe.target``

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._network = ""
        self._value = ""
        self.model = ClassChoiceModel(self)
        self.button = _Button()
        self.button.asked.connect(self._open)
        self.popup = TargetPopup(self.model, self.button)
        self.popup.picked.connect(self._picked)
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.set_kind(self.note, "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self.note)
        self.setFocusProxy(self.button)
        self._show()

    def value(self) -> str:
        """The target as a recipe writes it."""
        return self._value

    def set_value(self, target: str) -> None:
        """Shows a target; says nothing."""
        self._value = target
        self._show()

    def set_classes(self, names: tuple[str, ...], network: str) -> None:
        """The classes there are to choose from, and whose they are."""
        self._names, self._network = names, network
        self.model.set_names(names)
        self._show()

    def name(self, text: str) -> None:
        """What is chosen here."""
        self.button.setAccessibleName(text)

    def setToolTip(self, tip: str) -> None:
        """What it does, under the pointer wherever it is on the field."""
        super().setToolTip(tip)
        self.button.setToolTip(tip)

    def _show(self) -> None:
        text, note = self.model.general(self._value), ""
        if not text:
            index = index_of(self._value, self._names)
            text = self._value if index is None else f"{self._names[index]} · {index}"
            if index is None and self._names:
                note = self.tr("{0} has no such class. Choose another.").format(self._network)
        self.button.setItemText(0, text)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    @Slot(str)
    def _open(self, typed: str) -> None:
        self.popup.open_for(self._value, typed)

    @Slot(str)
    def _picked(self, target: str) -> None:
        if target != self._value:
            self.set_value(target)
            self.changed.emit(target)


class _Button(SearchedChoice):
    """Shows the target that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.addItem("")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
