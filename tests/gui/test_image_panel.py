"""The selected image's panel: what it says of a run, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSpinBox, QWidget

from engine.attacks.hints import Hint
from engine.attacks.parcels import AttackRun, Sphere, Transfer
from engine.jobs import NetworkRef
from gui import theme
from gui.views.hint_box import HintBox
from gui.views.image_panel import ImagePanel
from tests.gui.image_runs import OTHER, OWN, fooled_run, has, record, run, texts


@pytest.fixture
def panel(qtbot) -> ImagePanel:
    made = ImagePanel()
    qtbot.addWidget(made)
    made.resize(320, 1000)
    made.show()
    return made


def line(panel: ImagePanel, name: str) -> str:
    shown = panel.lines[name]
    return shown.accessibleName() if shown.isVisible() else ""


def test_without_an_image_it_says_what_to_do(panel: ImagePanel) -> None:
    panel.set_run(None)
    assert not panel.area.isVisible()
    panel.set_run(fooled_run())
    assert panel.area.isVisible()
    panel.set_run(None)
    assert not panel.area.isVisible()


def test_before_a_run_only_the_name_is_there(panel: ImagePanel) -> None:
    panel.set_run(run())
    assert panel.name.toolTip() == "photo.jpg"
    assert panel.state.toolTip() == "Start the attack to see its class change."
    parts = (
        panel.classes, panel.distances, panel.sphere, panel.top, panel.transfer, panel.hint
    )  # fmt: skip
    assert not any(part.isVisible() for part in parts)


def test_it_shows_the_newest_iteration_or_the_chosen_one(panel: ImagePanel) -> None:
    made = fooled_run()
    panel.set_run(made)
    assert line(panel, "before") == "jaguar, 0.620"
    assert line(panel, "now") == "tiger, > 0.999"
    assert line(panel, "saved") == "tiger, fooled"
    assert panel.state.toolTip() == "Iteration 2, fooled since 2"
    panel.set_run(made, 1)
    assert line(panel, "now") == "jaguar, 0.500"
    panel.set_run(made, 0)
    assert line(panel, "before") == "jaguar, 0.620"
    assert (line(panel, "now"), line(panel, "saved")) == ("", "")


def test_refresh_follows_a_run_that_grows(panel: ImagePanel) -> None:
    made = run(record(0, "jaguar"))
    panel.set_run(made)
    assert not panel.sphere.isVisible()
    picture = made.source.picture
    made.add(record(1, "tiger", fooled=True), picture, picture / np.float32(255))
    panel.refresh()
    assert line(panel, "now") == "tiger, 0.900"
    assert panel.sphere.isVisible()


def test_what_saving_undoes_is_said_with_a_word_and_in_colour(panel: ImagePanel) -> None:
    made = fooled_run()
    made.records[-1] = replace(made.records[-1], saved="jaguar", saved_fooled=False)
    panel.set_run(made)
    assert line(panel, "saved") == "jaguar, undone"
    assert has(panel.lines["saved"], theme.colours().warning)
    assert not has(panel.lines["now"], theme.colours().warning)
    assert panel.hint.isVisible() and "Saving undoes it" in panel.hint.text.text()


def test_the_target_has_a_line_where_there_is_one(panel: ImagePanel) -> None:
    panel.set_run(run(record(0, "jaguar"), record(1, "cat"), target="tiger"))
    assert line(panel, "target") == "tiger"
    panel.set_run(fooled_run())
    assert line(panel, "target") == ""


def test_the_bars_compare_with_the_untouched_image(panel: ImagePanel) -> None:
    panel.set_run(fooled_run())
    said = panel.bars.accessibleDescription().split("; ")
    # The first class of iteration 0 has a row also where it is none of the five any more.
    assert said == [
        "tiger: – → > 0.999", "lynx: 0.040 → 0.040", "leopard: 0.020 → 0.020",
        "cheetah: 0.010 → 0.010", "cat: 0.005 → 0.005", "jaguar: 0.620 → –",
    ]  # fmt: skip
    panel.set_run(fooled_run(), 0)
    assert panel.bars.accessibleDescription().startswith("jaguar: 0.620; lynx: 0.040")


def test_distances(panel: ImagePanel) -> None:
    made = fooled_run()
    panel.set_run(made)
    shown = {x: panel.distances.text(x) for x in ("normalized", "pixels", "l2", "max_255")}
    assert shown == {
        "normalized": "1.87 %", "pixels": "0.986 %", "l2": "1.83", "max_255": "19.5 / 255",
    }  # fmt: skip
    assert panel.distances.text("outside_255") == "10.7 / 255"
    assert panel.distances.text("gradient") == "17.6"
    panel.set_run(made, 0)  # what float32 rounds on the way to the network is no change
    assert panel.distances.text("normalized") == "0 %"
    assert "Outside" not in texts(panel.distances)


def test_measures_that_a_method_does_not_have_take_no_room(panel: ImagePanel) -> None:
    made = fooled_run()
    made.records[-1] = replace(made.records[-1], loss=float("nan"), gradient=float("nan"))
    panel.set_run(made)
    assert not {"Loss", "Gradient"} & set(texts(panel.distances))
    panel.set_run(made, 1)
    assert {"Loss", "Gradient"} <= set(texts(panel.distances))


# --- hint


def test_a_remedy_tells_its_values(qtbot, panel: ImagePanel) -> None:
    made = run(record(0, "jaguar", 0.998), *(record(i, "jaguar", 0.998) for i in range(1, 16)))
    made.ended = "finished"
    panel.set_run(made)
    assert panel.hint.isVisible()
    margin = next(x for x in panel.hint.buttons if x.text() == "Margin loss")
    with qtbot.waitSignal(panel.remedy_chosen) as told:
        margin.click()
    assert told.args == [{"loss": "margin"}]
    panel.set_busy(True)
    assert not margin.isEnabled()
    panel.refresh()
    assert not margin.isEnabled()
    panel.set_busy(False)
    assert margin.isEnabled()


def test_remedies_that_come_up_while_it_runs_wait(panel: ImagePanel) -> None:
    panel.set_busy(True)
    panel.set_run(run(*(record(i, "jaguar", 0.998) for i in range(5))))
    assert panel.hint.buttons
    assert not any(button.isEnabled() for button in panel.hint.buttons)


def test_the_hint_s_buttons_stay_while_their_remedies_do(qtbot) -> None:
    box = HintBox()
    qtbot.addWidget(box)
    box.show_hint(Hint("p = 0.91", (("Margin loss", {"loss": "margin"}),)))
    first = box.buttons[0]
    box.show_hint(Hint("p = 0.92", (("Margin loss", {"loss": "margin"}),)))
    assert box.buttons == [first] and box.text.text() == "p = 0.92"
    box.show_hint(None)
    assert box.isHidden() and not box.buttons


def test_buttons_that_do_not_fit_go_on_the_next_line(qtbot) -> None:
    box = HintBox()
    qtbot.addWidget(box)
    titles = ("Margin loss", "Steps of one length", "10 × the step (1)", "150 iterations")
    box.show_hint(Hint("The network is certain.", tuple((x, {}) for x in titles)))
    box.show()
    QApplication.processEvents()
    box.resize(296, box.heightForWidth(296))
    QApplication.processEvents()
    places = [button.geometry() for button in box.buttons]
    assert len({place.top() for place in places}) == 2
    assert all(place.right() < 296 and place.bottom() < box.height() for place in places)


# --- other networks


def test_another_network_is_asked(qtbot, panel: ImagePanel) -> None:
    panel.set_networks([("SqueezeNet", OWN), ("AlexNet", OTHER)])
    panel.set_run(fooled_run())
    chooser = panel.transfer.chooser
    assert [chooser.itemText(i) for i in range(chooser.count())] == ["AlexNet"]
    with qtbot.waitSignal(panel.transfer_requested) as asked:
        panel.transfer.button.click()
    assert asked.args == [OTHER]


def test_what_was_asked_is_listed(panel: ImagePanel) -> None:
    panel.set_networks([("AlexNet", OTHER)])
    made = fooled_run()
    panel.set_run(made)
    assert not panel.transfer.lines
    made.transfers = [
        Transfer(OTHER, (("cat", 0.8),), (("dog", 0.6),)),
        Transfer(NetworkRef("/files/net.pt2"), (("cat", 0.8),), (("cat", 0.7),)),
    ]
    panel.refresh()
    assert [x.accessibleName() for x in panel.transfer.lines] == [
        "AlexNet: fooled too, cat → dog (0.800 → 0.600)",
        "net.pt2: not fooled, cat (0.800 → 0.700)",
    ]


def test_without_another_network_it_says_how_to_open_one(qtbot, panel: ImagePanel) -> None:
    panel.set_networks([("SqueezeNet", OWN)])
    panel.set_run(fooled_run())
    assert not panel.transfer.chooser.isVisible()
    assert any("Open the weights of another network" in x for x in texts(panel.transfer))
    with qtbot.waitSignal(panel.open_weights_requested):
        panel.transfer.open.click()


# --- all of it


LONG = "Staffordshire bullterrier, Staffordshire bull terrier of the English county"


def long_run() -> AttackRun:
    made = run(record(0, LONG), record(1, LONG + " II", fooled=True), target=LONG)
    made.source = replace(made.source, name=LONG * 2 + ".jpeg")
    made.sphere = Sphere(16.18, 1000, 37, ((LONG, 30), ("lynx", 7)))
    made.transfers = [Transfer(NetworkRef(LONG), ((LONG, 0.8),), ((LONG + " II", 0.6),))]
    made.ended = "finished"
    return made


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_cut_off_however_long_names_are(panel: ImagePanel, width: int) -> None:
    panel.set_networks([(LONG, OTHER)])
    panel.set_run(long_run())
    panel.resize(width, 1600)
    QApplication.processEvents()
    inside = panel.area.widget()
    assert inside.width() <= panel.area.viewport().width()
    for child in inside.findChildren(QWidget):
        if not child.isVisible():
            continue
        right = child.mapTo(inside, QPoint(child.width(), 0)).x()
        assert right <= inside.width(), child
        if isinstance(child, QLabel) and child.wordWrap():
            assert child.height() >= child.heightForWidth(child.width()), child.text()


def test_every_control_has_a_name_a_tip_and_the_keyboard(panel: ImagePanel) -> None:
    panel.set_networks([("AlexNet", OTHER)])
    panel.set_run(long_run())
    controls: Sequence[QWidget] = [
        *panel.findChildren(QAbstractButton), *panel.findChildren(QSpinBox), panel.transfer.chooser
    ]  # fmt: skip
    assert len([x for x in controls if x.isVisible()]) >= 9
    for control in controls:
        if control.isVisible():
            assert control.accessibleName() and control.toolTip(), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control


def test_it_scrolls_to_the_top_for_another_image_only(panel: ImagePanel) -> None:
    made = fooled_run()
    panel.set_run(made)
    panel.resize(320, 300)
    QApplication.processEvents()
    bar = panel.area.verticalScrollBar()
    bar.setValue(100)
    panel.set_run(made, 1)
    assert bar.value() == 100
    panel.set_run(fooled_run())
    assert bar.value() == 0


def test_the_price_of_the_lattice_is_said_of_the_result_alone(panel: ImagePanel) -> None:
    made = fooled_run()
    made.recipe = made.recipe.changed(lattice=True)
    own = made.records[-1]
    length = replace(own.distortion, l2=1.5 * own.distortion.l2)
    result = replace(own, iteration=own.iteration + 1, settled=True, distortion=length)
    assert made.adversarial is not None and made.values is not None
    made.add(result, made.adversarial, made.values)
    panel.set_run(made)
    assert panel.distances.text("price") == "+50 %"
    panel.set_run(made, own.iteration)
    assert "8-bit price" not in texts(panel.distances)
    made.recipe = made.recipe.changed(lattice=False)
    panel.set_run(made)
    assert "8-bit price" not in texts(panel.distances)
