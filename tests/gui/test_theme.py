"""Colours, icons and the style sheet: readable in both schemes, and followed when they change."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QToolButton, QWidget

from gui import theme
from gui.stylesheet import stylesheet


@pytest.fixture(autouse=True)
def plain_afterwards(qapp):
    yield
    theme.apply(qapp, "light")


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("c", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "surface", "raised", "canvas", "hover", "selection"])
def test_text_is_readable(c, ground):
    for ink in ("text", "muted"):
        assert contrast(getattr(c, ink), getattr(c, ground)) >= 4.5, ink


@pytest.mark.parametrize("c", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_coloured_text_is_readable(c):
    assert contrast(c.accent_text, c.accent) >= 4.5
    assert contrast(c.accent_text, c.accent_hover) >= 4.5
    for ink in (c.f_curve, c.h_curve, c.success, c.warning, c.error, c.accent):
        for ground in (c.window, c.surface):
            assert contrast(ink, ground) >= 4.5, ink.name()


def test_the_ground_of_pictures_has_no_hue():
    for c in (theme.LIGHT, theme.DARK):
        parts = (c.canvas.red(), c.canvas.green(), c.canvas.blue())
        assert max(parts) - min(parts) <= 2


def test_style_sheet_is_filled_and_its_marks_exist():
    for c, dark in ((theme.LIGHT, False), (theme.DARK, True)):
        sheet = stylesheet(c.names(), theme.ICONS / "style", dark=dark)
        assert "$" not in sheet
        marks = [part.split('"')[1] for part in sheet.split("url(")[1:]]
        assert len(marks) >= 8
        for mark in marks:
            assert not QIcon(mark).pixmap(12, 12).isNull(), mark


def test_apply_changes_the_colours_and_tells_the_widgets(qtbot, qapp):
    told = []

    class Painted(QWidget):
        def changeEvent(self, event):
            if event.type() == event.Type.PaletteChange:
                told.append(theme.colours(self))

    theme.apply(qapp, "light")
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    told.clear()
    theme.apply(qapp, "dark")
    assert theme.is_dark()
    assert told
    assert all(c is theme.DARK for c in told)
    assert qapp.palette().window().color() == theme.DARK.window


def test_a_fixed_scheme_does_not_follow_the_system(qapp):
    follower = qapp.findChild(theme._Follower)
    theme.apply(qapp, "light")
    follower = follower or qapp.findChild(theme._Follower)
    follower._changed(Qt.ColorScheme.Dark)
    assert not theme.is_dark()
    theme.apply(qapp, "system")
    follower._changed(Qt.ColorScheme.Dark)
    assert theme.is_dark()
    follower._changed(Qt.ColorScheme.Light)
    assert not theme.is_dark()


def ink_of(icon: QIcon, mode=QIcon.Mode.Normal) -> QColor:
    image = icon.pixmap(QSize(24, 24), 1.0, mode).toImage()
    points = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    return max(points, key=QColor.alpha)


def test_icons_take_the_colour_of_the_scheme_and_grey_when_disabled(qapp):
    theme.apply(qapp, "light")
    assert ink_of(theme.icon("stop")) == theme.LIGHT.text
    assert ink_of(theme.icon("stop", "accent")) == theme.LIGHT.accent
    assert ink_of(theme.icon("stop", QColor("#ff0000"))) == QColor("#ff0000")
    assert ink_of(theme.icon("stop"), QIcon.Mode.Disabled) == theme.LIGHT.disabled


def test_icons_put_on_buttons_follow_the_scheme(qtbot, qapp):
    theme.apply(qapp, "light")
    button, gone = QToolButton(), QToolButton()
    qtbot.addWidget(button)
    theme.set_icon(button, "pause")
    theme.set_icon(button, "stop", "accent_text")
    theme.set_icon(gone, "stop")
    del gone
    theme.apply(qapp, "dark")
    assert ink_of(button.icon()) == theme.DARK.accent_text


def test_every_icon_draws_something_and_has_no_colour_of_its_own():
    drawings = [path for path in theme.ICONS.glob("*.svg") if path.stem != "unitscope"]
    assert len(drawings) >= 25
    for path in drawings:
        assert "currentColor" in path.read_text("utf-8"), path.name
        assert ink_of(theme.icon(path.stem, QColor("#00ff00"))).alpha() > 100, path.name


def test_the_programs_icon_is_there(qapp):
    assert theme.app_icon().pixmap(64, 64).toImage().pixelColor(32, 32).alpha() == 255
