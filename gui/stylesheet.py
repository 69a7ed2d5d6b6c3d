"""The one style sheet of the program, filled with a scheme's colours by ``gui.theme``.

Kinds, set with ``theme.set_kind``: ``primary`` and ``danger`` push buttons, ``chip`` tool buttons,
``title``, ``muted``, ``warning`` and ``error`` labels.
"""

from __future__ import annotations

from pathlib import Path
from string import Template


def stylesheet(colours: dict[str, str], marks: Path, *, dark: bool) -> str:
    """The style sheet with these colours; ``marks`` holds the arrows and the check marks."""
    folder = marks.as_posix()
    return Template(_SHEET).substitute(
        colours,
        down=f'"{folder}/down.svg"',
        up=f'"{folder}/up.svg"',
        closed=f'"{folder}/branch-closed.svg"',
        open=f'"{folder}/branch-open.svg"',
        right=f'"{folder}/right.svg"',
        down_off=f'"{folder}/down-off.svg"',
        up_off=f'"{folder}/up-off.svg"',
        check=f'"{folder}/check-{"dark" if dark else "light"}.svg"',
        dash=f'"{folder}/dash-{"dark" if dark else "light"}.svg"',
    )


_SHEET = """
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QLabel { background: transparent; }
QLabel[kind="muted"] { color: $muted; }
QLabel[kind="title"] { font-weight: 600; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="error"] { color: $error; }
QToolTip {
    background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px;
}

QPushButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 4px 12px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $track; }
QPushButton:focus { border: 2px solid $accent; padding: 3px 11px; }
QPushButton:checked { background: $selection; border-color: $accent; }
QPushButton:disabled { color: $disabled; background: transparent; }
QPushButton[kind="primary"] {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 3px 11px; }
QPushButton[kind="primary"]:disabled {
    background: $track; color: $disabled; border-color: $track;
}
QPushButton[kind="danger"] { color: $error; }

QToolButton {
    background: transparent; color: $text; border: 2px solid transparent; border-radius: 6px;
    padding: 2px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $track; }
QToolButton:checked { background: $selection; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[popupMode="1"] { padding-right: 16px; }
QToolButton::menu-button { border: none; width: 16px; border-radius: 6px; }
QToolButton::menu-arrow { image: url($down); width: 10px; height: 10px; }
QToolButton[kind="chip"] { color: $muted; padding: 0 5px; border-width: 1px; border-radius: 5px; }
QToolButton[kind="chip"]:hover { color: $text; }
QToolButton[kind="chip"]:checked { background: $selection; color: $text; }
QToolButton[kind="chip"]:focus { border-color: $accent; }
QToolButton[kind="chip"]:disabled { color: $disabled; }
QToolButton[kind="primary"] {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
    padding: 2px 10px 2px 6px;
}
QToolButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QToolButton[kind="primary"]:focus { border-color: $text; }
QToolButton[kind="primary"]:disabled {
    background: $track; color: $disabled; border-color: $track;
}

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 3px 7px; min-height: 20px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QTextEdit:focus { border: 2px solid $accent; padding: 2px 6px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: transparent; border-color: $border;
}
QLineEdit > QToolButton { border: none; padding: 0; }
QAbstractSpinBox { qproperty-alignment: "AlignRight | AlignVCenter"; }
QSpinBox, QDoubleSpinBox { min-height: 18px; }
QComboBox { padding-right: 22px; }
QComboBox:focus { padding-right: 21px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($down); width: 10px; height: 10px; }
QComboBox::down-arrow:disabled { image: url($down_off); }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView {
    background: $raised; color: $text; border: 1px solid $border; padding: 4px; outline: none;
    selection-background-color: $selection; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 18px; border: none;
    margin-top: 2px;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 18px; border: none;
    margin-bottom: 2px;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($up); width: 8px; height: 8px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($down); width: 8px; height: 8px; }
QSpinBox::up-arrow:disabled, QDoubleSpinBox::up-arrow:disabled,
QSpinBox::up-arrow:off, QDoubleSpinBox::up-arrow:off { image: url($up_off); }
QSpinBox::down-arrow:disabled, QDoubleSpinBox::down-arrow:disabled,
QSpinBox::down-arrow:off, QDoubleSpinBox::down-arrow:off { image: url($down_off); }

QCheckBox, QRadioButton { background: transparent; spacing: 8px; min-height: 20px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $muted; border-radius: 4px; background: $surface;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QCheckBox::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url($dash);
}
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $disabled; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }

QSlider { background: transparent; }
QSlider:horizontal { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
    background: $raised; border: 1px solid $muted;
}
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:disabled { border-color: $disabled; }

QTreeView, QTableView, QListView {
    background: $surface; color: $text; border: 1px solid transparent; outline: none;
    selection-background-color: $selection; selection-color: $text;
    show-decoration-selected: 1; gridline-color: $border;
}
QTreeView:focus, QTableView:focus, QListView:focus { border-color: $accent; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QTableView::item:selected, QListView::item:selected {
    background: $selection; color: $text;
}
QTreeView::branch { background: transparent; }
QTreeView::branch:hover { background: $hover; }
QTreeView::branch:selected { background: $selection; }
QTreeView::branch:closed:has-children { image: url($closed); }
QTreeView::branch:open:has-children { image: url($open); }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 4px 8px; font-weight: 400;
}
QHeaderView::section:hover { color: $text; }
QHeaderView::down-arrow { image: url($down); width: 10px; height: 10px; }
QHeaderView::up-arrow { image: url($up); width: 10px; height: 10px; }
QTableCornerButton::section { background: $surface; border: none; }

QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 6px 12px;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::tab:disabled { color: $disabled; }

QDockWidget { color: $muted; }
QDockWidget::title {
    background: $window; padding: 7px 10px; text-align: left;
}
QDockWidget::close-button, QDockWidget::float-button {
    border: none; border-radius: 4px; padding: 1px;
}
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QToolBar { background: $window; border: none; border-bottom: 1px solid $border; spacing: 6px;
    padding: 5px 8px; }
QToolBar::separator { border: none; border-left: 1px solid $border; width: 1px; margin: 5px 3px; }

QMenuBar { background: $window; border: none; padding: 2px 4px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 5px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::right-arrow { image: url($right); width: 10px; height: 10px; margin-right: 6px; }

QStatusBar { background: $window; color: $muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 0 4px; }
QProgressBar {
    background: $track; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
    color: transparent; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $track; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QGroupBox {
    background: transparent; border: none; margin-top: 22px; padding: 0; font-weight: 600;
}
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 2px 0; }
QDialogButtonBox { button-layout: 0; }
"""
