"""What the panels of recipes have in common: the frame around the values, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QToolButton, QWidget

from gui import theme
from gui.views.choice import Choice

CHANGED_DELAY_MS = 60  # what is turned several times within it is told once


def tool_button(icon: str, text: str, tip: str) -> QToolButton:
    """A flat button with an icon and a word."""
    button = QToolButton()
    theme.set_icon(button, icon)
    button.setIconSize(QSize(16, 16))
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def keep_room(widget: QWidget) -> None:
    """What is beside a widget stays where it is when the widget is hidden."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def head_choice(name: str, tip: str) -> Choice:
    """The panel's first choice, a little heavier than those under it."""
    choice = Choice()
    choice.setAccessibleName(name)
    choice.setToolTip(tip)
    choice.setMinimumHeight(32)
    font = choice.font()
    font.setWeight(font.Weight.DemiBold)
    choice.setFont(font)
    return choice


def mark_header(choice: Choice, row: int) -> None:
    """Makes an item of a choice the title over those that follow: it cannot be chosen."""
    model = choice.model()
    assert isinstance(model, QStandardItemModel)
    item = model.item(row)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = choice.font()
    font.setPointSizeF(font.pointSizeF() * 0.92)
    font.setWeight(font.Weight.DemiBold)
    item.setFont(font)
    item.setForeground(theme.colours().muted)


def scrolled(rows: QWidget) -> QScrollArea:
    """The values in what scrolls them up and down."""
    area = QScrollArea()
    area.setWidget(rows)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


class Footer(QWidget):
    """Save, open, and copy what repeats the run."""

    save_requested = Signal()
    open_requested = Signal()
    copy_command_requested = Signal()
    copy_python_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        save = tool_button("save", self.tr("Save…"), self.tr("Save this recipe as a file"))
        save.clicked.connect(self.save_requested)
        load = tool_button("open", self.tr("Open…"), self.tr("Open a saved recipe"))
        load.clicked.connect(self.open_requested)
        copy = tool_button("copy", self.tr("Copy"), self.tr("Copy what repeats this run elsewhere"))
        menu = QMenu(copy)
        menu.addAction(self.tr("As the command line"), self.copy_command_requested.emit)
        menu.addAction(self.tr("As Python"), self.copy_python_requested.emit)
        copy.setMenu(menu)
        copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 8)
        row.setSpacing(4)
        for button in (save, load, copy):
            row.addWidget(button)
        row.addStretch(1)
