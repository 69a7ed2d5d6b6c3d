"""The sphere test in the panel: its contrast, its points, its classes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.attacks.parcels import Sphere
from gui import theme
from gui.views.histogram import ROWS, Histogram
from gui.views.image_panel import ImagePanel
from gui.views.sphere_drawing import MOST, SphereDrawing
from tests.gui.image_runs import OTHER, fooled_run, has, record, run, texts


@pytest.fixture
def panel(qtbot) -> ImagePanel:
    made = ImagePanel()
    qtbot.addWidget(made)
    made.resize(320, 1000)
    made.show()
    return made


def test_a_test_that_begins_comes_into_view(qtbot, panel: ImagePanel) -> None:
    panel.resize(320, 220)
    panel.set_run(fooled_run())
    QApplication.processEvents()
    drawing = panel.sphere.drawing
    assert drawing.mapTo(panel, QPoint(0, 0)).y() > 220
    panel.set_sphere_progress(8, 1000, Sphere(3.5, 8, 0, ()), "tiger")

    def inside() -> bool:
        top = drawing.mapTo(panel, QPoint(0, 0)).y()
        return top >= 0 and top + drawing.height() <= 220

    qtbot.waitUntil(inside, timeout=5000)


def test_the_sphere_test_asks_with_its_samples_and_stops(qtbot, panel: ImagePanel) -> None:
    panel.set_run(fooled_run())
    panel.sphere.samples.setValue(200)
    with qtbot.waitSignal(panel.sphere_requested) as asked:
        panel.sphere.button.click()
    assert asked.args == [200]
    panel.set_sphere_progress(50, 200, Sphere(3.5, 50, 0, ()), "tiger")
    assert panel.sphere.button.text() == "Stop" and panel.sphere.bar.value() == 50
    with qtbot.waitSignal(panel.sphere_stopped):
        panel.sphere.button.click()


def test_the_contrast_is_said(panel: ImagePanel) -> None:
    made = fooled_run()
    panel.set_run(made)
    panel.set_sphere_progress(1000, 1000, Sphere(16.18, 1000, 0, (), 7), "tiger")
    assert {"1 of 1", "0 of 1000", "the attack: jaguar → tiger"} <= set(texts(panel.sphere))
    assert "Radius 2‖x − x̌‖ = 16.2, seed 7" in texts(panel.sphere)
    assert not panel.sphere.running and not panel.sphere.bar.isVisible()
    assert panel.sphere.drawing.points_drawn() == (1000, 0)
    assert not panel.sphere.histogram.isVisible()


def test_a_kept_test_is_shown_with_its_classes(panel: ImagePanel) -> None:
    made = fooled_run()
    made.sphere = Sphere(16.18, 1000, 37, (("tiger", 30), ("lynx", 7)))
    panel.set_run(made)
    assert "37 of 1000" in texts(panel.sphere)
    assert panel.sphere.histogram.isVisible()
    assert panel.sphere.histogram.shown() == [("tiger", 30), ("lynx", 7)]
    panel.set_run(fooled_run())
    assert "? of 1000" in texts(panel.sphere)
    assert not panel.sphere.histogram.isVisible()


def test_an_attack_that_does_not_fool_is_not_said_to(panel: ImagePanel) -> None:
    panel.set_run(run(record(0, "jaguar"), record(1, "jaguar")))
    assert {"0 of 1", "the attack: still jaguar"} <= set(texts(panel.sphere))


def test_a_test_goes_on_over_refreshes_and_ends_when_told(panel: ImagePanel) -> None:
    panel.set_run(fooled_run())
    panel.set_sphere_progress(300, 1000, Sphere(3.5, 300, 0, ()), "tiger")
    panel.refresh()
    assert "0 of 300" in texts(panel.sphere) and panel.sphere.running
    panel.set_sphere_progress(0, 0, None, "")  # stopped
    panel.refresh()
    assert "? of 1000" in texts(panel.sphere) and not panel.sphere.running


def test_nothing_new_is_asked_while_an_attack_goes_on(panel: ImagePanel) -> None:
    panel.set_networks([("AlexNet", OTHER)])
    panel.set_run(fooled_run())
    panel.set_busy(True)
    assert not panel.sphere.button.isEnabled() and not panel.transfer.button.isEnabled()
    panel.set_busy(False)
    assert panel.sphere.button.isEnabled() and panel.transfer.button.isEnabled()


def test_points_keep_their_colour_while_more_come(qtbot) -> None:
    drawing = SphereDrawing()
    qtbot.addWidget(drawing)
    drawing.show_state(True, 100, 1000, 5)
    before = drawing._marks().copy()
    drawing.show_state(True, 200, 1000, 9)
    assert (drawing._marks()[:100] == before).all()
    assert drawing.points_drawn() == (200, 9)
    drawing.show_state(True, 50, 1000, 0)  # another test
    assert drawing.points_drawn() == (50, 0)


@pytest.mark.parametrize("samples", [1, 10, MOST, 100_000])
def test_no_changed_point_is_lost_however_many_there_are(qtbot, samples: int) -> None:
    drawing = SphereDrawing()
    qtbot.addWidget(drawing)
    drawing.show_state(True, samples, samples, 1)
    assert drawing.points_drawn() == (min(samples, MOST), 1)
    drawing.show_state(True, samples, samples, 0)
    assert drawing.points_drawn() == (min(samples, MOST), 0)
    drawing.grab()


def test_changed_points_are_seen(qtbot) -> None:
    drawing = SphereDrawing()
    qtbot.addWidget(drawing)
    drawing.show_state(False, 1000, 1000, 0)
    assert not has(drawing, theme.colours().error)
    drawing.show_state(False, 1000, 1000, 3)
    assert has(drawing, theme.colours().error)


def test_the_histogram_counts_the_rest_together(qtbot) -> None:
    made = Histogram()
    qtbot.addWidget(made)
    made.show_counts([(f"class {i}", 20 - i) for i in range(ROWS + 1)])
    assert len(made.shown()) == ROWS + 1 and not made._rest
    made.show_counts([(f"class {i}", 20 - i) for i in range(12)])
    assert len(made.shown()) == ROWS
    assert made._rest == "4 other classes: 42"  # 12 + 11 + 10 + 9
    assert "class 11: 9" in made.accessibleDescription()


def test_the_wheel_scrolls_the_panel_and_not_the_samples(panel: ImagePanel) -> None:
    panel.set_run(fooled_run())
    samples = panel.sphere.samples
    event = QWheelEvent(
        samples.rect().center().toPointF(), samples.mapToGlobal(QPoint(5, 5)).toPointF(),
        QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(samples, event)
    assert samples.value() == 1000
    samples.stepUp()
    assert samples.value() == 2000
