"""Colours, icons and the application's style, light and dark, from one place.

``apply`` once at the start; afterwards the system's own switch from light to dark is followed.
Widgets that paint themselves read ``colours()`` in ``paintEvent`` and update on
``QEvent.Type.PaletteChange``; icons put on with ``set_icon`` are recoloured by themselves.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

import resources
from gui.stylesheet import stylesheet

ICONS = Path(resources.__file__).parent / "icons"
_SIZES = (16, 20, 24, 32, 40, 48, 64, 96)


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of one scheme. ``QColor``s: paint with them, ``.name()`` for a style sheet.

    ``window`` lies behind everything, ``surface`` under lists, tables and fields, ``raised`` is a
    button or a menu. ``canvas`` is the neutral grey around pictures, in which no hue of a picture
    looks shifted. ``track`` is the empty part of a bar, ``hover`` and ``selection`` lie under
    a row.
    """

    window: QColor
    surface: QColor
    raised: QColor
    canvas: QColor
    border: QColor
    track: QColor
    hover: QColor
    selection: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_text: QColor
    f_curve: QColor
    h_curve: QColor
    success: QColor
    warning: QColor
    error: QColor

    def names(self) -> dict[str, str]:
        """The colours as ``#rrggbb``, by field."""
        return {field.name: getattr(self, field.name).name() for field in fields(self)}


LIGHT = Colours(
    window=QColor("#f4f4f6"),
    surface=QColor("#fdfdfe"),
    raised=QColor("#ffffff"),
    canvas=QColor("#e6e6e7"),
    border=QColor("#d9dae0"),
    track=QColor("#e3e4e9"),
    hover=QColor("#ebebef"),
    selection=QColor("#e2e2fa"),
    text=QColor("#1b1c22"),
    muted=QColor("#5c5e6a"),
    disabled=QColor("#a2a4ae"),
    accent=QColor("#5753d0"),
    accent_hover=QColor("#4a46bd"),
    accent_text=QColor("#ffffff"),
    f_curve=QColor("#5753d0"),
    h_curve=QColor("#b45309"),
    success=QColor("#1a7a4c"),
    warning=QColor("#8f5a00"),
    error=QColor("#c02b34"),
)
DARK = Colours(
    window=QColor("#1a1b1f"),
    surface=QColor("#202126"),
    raised=QColor("#2b2c33"),
    canvas=QColor("#121213"),
    border=QColor("#36373f"),
    track=QColor("#34353d"),
    hover=QColor("#2a2b31"),
    selection=QColor("#36365e"),
    text=QColor("#e9eaef"),
    muted=QColor("#a3a5b2"),
    disabled=QColor("#696b77"),
    accent=QColor("#a09dff"),
    accent_hover=QColor("#b5b3ff"),
    accent_text=QColor("#14132b"),
    f_curve=QColor("#a09dff"),
    h_curve=QColor("#f0a868"),
    success=QColor("#5fc992"),
    warning=QColor("#e8b35a"),
    error=QColor("#ff8a8a"),
)

_current = LIGHT
_decorated: list[tuple[weakref.ref[QObject], str, str]] = []


def colours(widget: object = None) -> Colours:
    """The colours in use; the argument is for the reader, the whole program has one scheme."""
    return _current


def edge() -> QColor:
    """A hairline around a picture, to be seen on every ground, a selected row's too."""
    made = QColor(_current.muted)
    made.setAlphaF(0.4)
    return made


def is_dark() -> bool:
    """Whether the dark scheme is in use."""
    return _current is DARK


def apply(app: QApplication, scheme: str = "system") -> None:
    """Dresses the whole program; may be called again to change the scheme.

    ``scheme`` is ``light``, ``dark`` or ``system``, which follows the platform from now on.
    """
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    follower = app.findChild(_Follower, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if follower is None:
        follower = _Follower(app)
    follower.fixed = wanted is not None
    hints = QGuiApplication.styleHints()
    if wanted is None:
        hints.unsetColorScheme()
        wanted = hints.colorScheme()
    else:
        hints.setColorScheme(wanted)
    _dress(app, DARK if wanted == Qt.ColorScheme.Dark else LIGHT)


class _Follower(QObject):
    """Dresses the program anew when the platform goes from light to dark or back."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.fixed = False
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._changed)

    @Slot(Qt.ColorScheme)
    def _changed(self, scheme: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if not self.fixed and isinstance(app, QApplication):
            _dress(app, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)


def _dress(app: QApplication, new: Colours) -> None:
    global _current
    _current = new  # first: whoever hears of the new palette asks for the new colours
    app.setPalette(_palette(new))
    sheet = stylesheet(new.names(), ICONS / "style", dark=new is DARK)
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)
    alive = [entry for entry in _decorated if _target(entry[0]) is not None]
    _decorated[:] = alive
    for reference, name, colour in alive:
        target = _target(reference)
        if isinstance(target, QAction | QAbstractButton):
            target.setIcon(icon(name, colour or None))


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(c.raised, c.window)
    for where, colour in {
        role.WindowText: c.text,
        role.Base: c.surface,
        role.AlternateBase: c.hover,
        role.Text: c.text,
        role.ButtonText: c.text,
        role.BrightText: c.error,
        role.ToolTipBase: c.raised,
        role.ToolTipText: c.text,
        role.PlaceholderText: c.muted,
        role.Highlight: c.selection,
        role.HighlightedText: c.text,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.Mid: c.border,
        role.Accent: c.accent,
    }.items():
        palette.setColor(where, colour)
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, c.disabled)
    return palette


def icon(name: str, colour: QColor | str | None = None) -> QIcon:
    """The line icon ``resources/icons/NAME.svg`` in the text's colour, greyed where disabled.

    ``colour`` is a ``QColor`` or the name of one of the ``Colours``. The icon keeps the scheme it
    was made in; ``set_icon`` keeps a button's up to date.
    """
    normal = getattr(_current, colour) if isinstance(colour, str) else colour
    return _icon(name, (normal or _current.text).name(), _current.disabled.name())


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, size, normal), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, disabled), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, size: int, colour: QColor | str | None = None, ratio: float = 1) -> QPixmap:
    """An icon as a picture of ``size`` device-independent pixels, for widgets that paint."""
    text = (ICONS / f"{name}.svg").read_text("utf-8")
    ink = QColor(colour).name() if colour is not None else _current.text.name()
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", ink).encode()))
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def set_icon(target: QAction | QAbstractButton, name: str, colour: str = "") -> None:
    """Puts an icon on an action or a button and recolours it whenever the scheme changes.

    ``colour`` names one of the ``Colours``; the text's when empty. A second call replaces it.
    """
    target.setIcon(icon(name, colour or None))
    _decorated[:] = [entry for entry in _decorated if _target(entry[0]) not in (None, target)]
    _decorated.append((weakref.ref(target), name, colour))


def _target(reference: weakref.ref[QObject]) -> QObject | None:
    target = reference()
    return target if target is not None and isValid(target) else None


def set_kind(widget: QWidget, kind: str) -> None:
    """Gives a widget one of the style sheet's kinds and lets it be drawn anew.

    ``primary`` and ``danger`` for push buttons; ``muted``, ``title``, ``error`` and ``warning``
    for labels; ``chip`` for small tool buttons with text.
    """
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def app_icon() -> QIcon:
    """The program's own icon."""
    made = QIcon(str(ICONS / "unitscope.svg"))
    made.addFile(str(ICONS / "unitscope-256.png"))
    return made
