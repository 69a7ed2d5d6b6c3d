"""Dropping on the window, and pasting."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from gui.views.dropzone import DropZone

COPY, LEFT, NO_KEY = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def zone(qtbot) -> DropZone:
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    made = DropZone(window)
    qtbot.addWidget(window)
    window.resize(400, 300)
    with qtbot.waitExposed(window):
        window.show()
    yield made
    window.close()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(zone: DropZone, data: QMimeData) -> None:
    event = QDragEnterEvent(QPoint(200, 150), COPY, data, LEFT, NO_KEY)
    QApplication.sendEvent(zone.window().windowHandle(), event)


def test_a_file_over_the_window_shows_the_zone_even_over_a_field(
    zone: DropZone, tmp_path: Path
) -> None:
    assert zone.isHidden()
    data = files(tmp_path / "a.png")
    enter(zone, data)
    assert zone.isVisible()
    assert zone.geometry() == zone.window().rect()
    QApplication.sendEvent(zone, QDragLeaveEvent())
    assert zone.isHidden()


def test_text_alone_is_left_to_the_fields(zone: DropZone) -> None:
    data = QMimeData()
    data.setText("king crab")
    enter(zone, data)
    assert zone.isHidden()


def test_dropped_files_and_folders(qtbot, zone: DropZone, tmp_path: Path) -> None:
    data = files(tmp_path / "a b.png", tmp_path)
    enter(zone, data)
    event = QDropEvent(QPointF(9, 9), COPY, data, LEFT, NO_KEY)
    with qtbot.waitSignal(zone.files_dropped) as dropped:
        QApplication.sendEvent(zone, event)
    assert dropped.args == [[tmp_path / "a b.png", tmp_path]]
    assert event.isAccepted()
    assert zone.isHidden()


def test_an_image_from_a_browser_comes_as_pixels(qtbot, zone: DropZone) -> None:
    image = QImage(7, 5, QImage.Format.Format_ARGB32)
    image.fill(QColor(200, 10, 20))
    image.setPixelColor(0, 0, QColor(0, 0, 0, 0))
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl("https://example.org/pictures/crab.png")])
    with qtbot.waitSignal(zone.image_dropped) as dropped:
        assert zone.take(data)
    picture, name = dropped.args
    assert name == "crab.png"
    assert picture.shape == (5, 7, 3)
    assert picture[4, 6].tolist() == [200, 10, 20]
    assert picture[0, 0].tolist() == [255, 255, 255]  # transparent over white


def test_an_address_alone_is_refused_with_a_sentence(qtbot, zone: DropZone) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/crab.png")])
    with qtbot.waitSignal(zone.refused) as refused:
        zone.take(data)
    assert "Save it first" in refused.args[0]


def test_paste(qtbot, zone: DropZone, tmp_path: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("king crab")
    assert not zone.paste()
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    clipboard.setImage(image)
    with qtbot.waitSignal(zone.image_dropped) as pasted:
        assert zone.paste()
    assert pasted.args[0].shape == (3, 4, 3)
    clipboard.setMimeData(files(tmp_path / "a.png"))
    with qtbot.waitSignal(zone.files_dropped):
        assert zone.paste()
    clipboard.clear()


def test_a_panel_has_a_use_of_its_own_for_what_is_dropped_on_it(
    qtbot, zone: DropZone, tmp_path: Path
) -> None:
    panel = QLineEdit(zone.window())
    panel.setGeometry(300, 0, 100, 300)
    panel.show()
    target = zone.add_target(panel, "Look at it", "an image")
    data = files(tmp_path / "a.png")
    enter(zone, data)
    zone.grab()
    with (
        qtbot.waitSignal(target.files_dropped) as dropped,
        qtbot.assertNotEmitted(zone.files_dropped),
    ):
        QApplication.sendEvent(zone, QDropEvent(QPointF(350, 150), COPY, data, LEFT, NO_KEY))
    assert dropped.args == [[tmp_path / "a.png"]]
    panel.hide()
    enter(zone, data)
    with qtbot.waitSignal(zone.files_dropped):
        QApplication.sendEvent(zone, QDropEvent(QPointF(350, 150), COPY, data, LEFT, NO_KEY))
