"""The few dialogs; everything else is said and chosen in the window itself."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox


def plain(buttons: QDialogButtonBox) -> QDialogButtonBox:
    """Takes the style's coloured icons off a dialog's buttons: their words say it."""
    for button in buttons.buttons():
        button.setIcon(QIcon())
    return buttons
