"""The canvas: what is drawn where, zoom and pan, the pixel under the pointer, dragging out."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QDrag, QImage, QMouseEvent, QWheelEvent

from gui import theme
from gui.views.canvas import Canvas
from gui.views.canvas_bar import PictureDrag


def checks(height: int, width: int) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[::2, ::2] = (255, 0, 0)
    picture[1::2, 1::2] = (0, 0, 255)
    return picture


@pytest.fixture
def canvas(qtbot):
    canvas = Canvas()
    canvas.resize(424, 424)
    qtbot.addWidget(canvas)
    canvas.show()
    return canvas


def wheel(canvas, at: QPointF, turned: int) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    canvas.wheelEvent(event)


def test_fits_and_draws_sharp_pixels(canvas):
    canvas.set_image(checks(4, 4))
    assert canvas.zoom() == pytest.approx(100 * canvas.devicePixelRatioF())
    drawn = canvas.grab().toImage()
    assert drawn.pixelColor(12 + 2, 12 + 2) == QColor(255, 0, 0)
    assert drawn.pixelColor(12 + 98, 12 + 98) == QColor(255, 0, 0)  # up to the pixel's edge
    assert drawn.pixelColor(12 + 102, 12 + 98) == QColor(0, 0, 0)
    assert drawn.pixelColor(4, 4) == theme.colours().canvas


def test_a_reduced_picture_is_averaged(canvas):
    picture = np.zeros((1600, 1600, 3), np.uint8)
    picture[:, ::2] = 255
    canvas.set_image(picture)
    assert canvas.zoom() < 1
    grey = canvas.grab().toImage().pixelColor(212, 212).red()
    assert 100 < grey < 155


def test_keeps_its_own_copy_and_refuses_what_is_no_picture(canvas):
    picture = checks(4, 4)
    canvas.set_image(picture)
    picture[:] = 7
    assert canvas.image().pixelColor(0, 0) == QColor(255, 0, 0)
    canvas.set_image(checks(8, 4).transpose(1, 0, 2))  # not contiguous
    assert canvas.image().pixelColor(1, 1) == QColor(0, 0, 255)
    for wrong in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)):
        with pytest.raises(ValueError, match="uint8"):
            canvas.set_image(wrong)


def test_zoom_stays_for_a_picture_of_the_same_size_only(canvas):
    canvas.set_image(checks(40, 40))
    canvas.zoom_in()
    zoomed = canvas.zoom()
    canvas.set_image(checks(40, 40))
    assert canvas.zoom() == zoomed
    canvas.set_image(checks(20, 20))
    assert canvas.zoom() == pytest.approx(20 * canvas.devicePixelRatioF())


def test_a_fitted_picture_fits_after_a_resize_and_a_zoomed_one_keeps_its_scale(canvas, qtbot):
    canvas.set_image(checks(40, 40))
    canvas.resize(224, 224)
    qtbot.waitUntil(lambda: canvas.zoom() == pytest.approx(5 * canvas.devicePixelRatioF()))
    canvas.actual_size()
    canvas.resize(324, 324)
    assert canvas.zoom() == 1


def test_wheel_zooms_at_the_pointer(canvas, qtbot):
    canvas.set_image(checks(40, 40))
    canvas.zoom_in()
    at = QPointF(100, 300)
    before = canvas._view.pixel_at(at)
    wheel(canvas, at, 240)
    wheel(canvas, at, 240)
    assert canvas._view.pixel_at(at) == before
    zoomed = canvas.zoom()
    wheel(canvas, at, -240)
    assert canvas.zoom() < zoomed


def test_zoom_has_ends(canvas):
    canvas.set_image(checks(40, 40))
    for _ in range(40):
        canvas.zoom_in()
    assert canvas.zoom() == pytest.approx(64)
    for _ in range(80):
        canvas.zoom_out()
    assert 40 * canvas.zoom() == pytest.approx(24 * canvas.devicePixelRatioF(), rel=0.01)


def test_keys(canvas, qtbot):
    canvas.set_image(checks(40, 40))
    fitted = canvas.zoom()
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom() == 1
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom() == fitted
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    middle = canvas._view.pixel_at(QPointF(212, 212))
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas._view.pixel_at(QPointF(212, 212)).x() > middle.x()
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom() == pytest.approx(fitted * 1.5)


def test_dragging_pans_and_a_double_click_fits(canvas, qtbot):
    canvas.set_image(checks(40, 40))
    fitted = canvas.zoom()
    wheel(canvas, QPointF(212, 212), 720)
    under = canvas._view.pixel_at(QPointF(212, 212))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(212, 212))
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(252, 212),
        canvas.mapToGlobal(QPointF(252, 212)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    canvas.mouseMoveEvent(move)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(252, 212))
    assert canvas._view.pixel_at(QPointF(252, 212)) == under
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert canvas.zoom() == fitted


def test_a_large_picture_cannot_be_lost(canvas):
    canvas.set_image(checks(40, 40))
    canvas.zoom_in()
    canvas._pan(QPointF(1e6, -1e6))
    assert canvas._view.target(1.0).intersects(QRectF(canvas.rect()))


def test_hover_tells_the_pixel(canvas, qtbot):
    told = []
    canvas.pixel_hovered.connect(told.append)
    canvas.set_image(checks(4, 4))
    canvas._hover_at = QPointF(12 + 150, 12 + 130)
    canvas._tell_hovered()
    assert told == ["x 1, y 1 · 0 0 255"]
    changed = checks(4, 4)
    changed[1, 1] = (9, 8, 7)
    canvas.set_image(changed)  # the value under a resting pointer is live
    assert told[-1] == "x 1, y 1 · 9 8 7"
    canvas.set_image(None)
    assert told[-1] == ""


def test_placeholder_is_drawn_without_a_picture_only(canvas):
    empty = canvas.grab().toImage()
    canvas.set_placeholder("Choose a unit", "Press Start and watch its image grow here.")
    named = canvas.grab().toImage()
    assert named != empty
    canvas.set_image(checks(4, 4))
    assert canvas.grab().toImage().pixelColor(14, 14) == QColor(255, 0, 0)


def test_dragging_out_gives_a_png_file(canvas, qtbot, monkeypatch):
    carried = []

    def dropped(drag, *_):
        path = drag.mimeData().urls()[0].toLocalFile()
        carried.append((path, QImage(path).size()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", dropped)
    canvas.drag_out()
    assert not carried
    canvas.set_image(checks(6, 8))
    canvas.set_exporter(None, "king crab: 7/8")
    with qtbot.waitSignal(canvas.image_dragged):
        canvas.drag_out()
    path, size = carried[0]
    assert path.endswith("/king-crab-7-8.png")
    assert (size.width(), size.height()) == (8, 6)


def test_the_exporter_writes_the_file_and_its_failure_costs_only_the_recipe():
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    drag = PictureDrag()
    drag.name, drag.writer = "a", lambda path: path.write_bytes(b"mine")
    assert drag.write(image).read_bytes() == b"mine"

    def fails(path):
        path.write_bytes(b"half")
        raise OSError("full")

    drag.writer = fails
    assert drag.write(image).read_bytes().startswith(b"\x89PNG")
