"""The recipe panel: what it shows is what it gives, and what may be turned when."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu, QToolButton

from engine.recipes import PRESETS, TURNABLE, Recipe, preset
from engine.units import NetworkInfo
from gui.views.recipe import RecipePanel


@pytest.fixture
def panel(qtbot) -> RecipePanel:
    made = RecipePanel()
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def test_it_starts_with_the_default_preset(panel: RecipePanel) -> None:
    assert panel.objectName() == "recipePanel"
    assert panel.recipe() == preset("balanced")
    assert not panel._reset.isVisible()


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_recipe_comes_back_exactly(panel: RecipePanel, name: str) -> None:
    recipe = preset(name).changed(
        lr=0.123456789, steps=123_457, seed=2**40 + 1, start_std=0.5, size=97, shift=0.1072
    )
    panel.set_recipe(recipe)
    assert panel.recipe() == recipe


def test_turning_one_value_changes_only_it(qtbot, panel: RecipePanel) -> None:
    recipe = preset("lecture").changed(lr=0.123456789)
    panel.set_recipe(recipe)
    with qtbot.waitSignal(panel.recipe_changed) as told:
        panel.rows.field("prior_weight").number.setValue(2.5)
    assert told.args == [recipe.changed(prior_weight=2.5)]
    assert panel.recipe() == told.args[0]


def test_set_recipe_says_nothing(qtbot, panel: RecipePanel) -> None:
    with qtbot.assertNotEmitted(panel.recipe_changed, wait=120):
        panel.set_recipe(preset("no-prior"))


def test_several_turns_are_told_once(qtbot, panel: RecipePanel) -> None:
    heard: list[Recipe] = []
    panel.recipe_changed.connect(heard.append)
    slider = panel.rows.field("prior_weight").slider
    for tick in (100, 400, 900):
        slider.setValue(tick)
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert len(heard) == 1
    assert heard[0] == panel.recipe()


def test_percents_are_fractions_and_weight_zero_is_the_left_end(panel: RecipePanel) -> None:
    panel.rows.field("zoom").number.setValue(25)
    panel.rows.field("prior_weight").slider.setValue(0)
    assert panel.recipe().zoom == 0.25
    assert panel.recipe().prior_weight == 0.0


def test_the_logarithmic_slider_and_its_number_agree(panel: RecipePanel) -> None:
    field = panel.rows.field("lr")
    for value in (0.001, 0.05, 1.0, 10.0):
        field.set_value(value)
        tick = field.slider.value()
        field.slider.setValue(0 if tick else 1)
        field.slider.setValue(tick)
        assert panel.recipe().lr == pytest.approx(value, rel=0.05)


def test_nothing_moves_under_the_pointer_when_a_value_is_turned(panel: RecipePanel) -> None:
    field = panel.rows.field("lr")
    before = field.mapTo(panel, field.rect().topLeft())
    panel.rows.turned.emit("lr", 0.3)
    assert panel._reset.isVisible()
    QApplication.processEvents()
    assert field.mapTo(panel, field.rect().topLeft()) == before


def test_the_preset_chooser_and_reset(qtbot, panel: RecipePanel) -> None:
    chooser = panel.findChild(QComboBox)
    panel.rows.field("rotation").number.setValue(40)
    panel.rows.field("seed").set_value(5)
    assert panel._reset.isVisible()
    assert "rotation" in panel._says.toolTip()
    panel._reset.click()
    assert panel.recipe() == preset("balanced")
    with qtbot.waitSignal(panel.recipe_changed) as told:
        chooser.activated.emit(chooser.findData("lecture"))
    assert told.args == [preset("lecture")]
    assert chooser.currentText() == PRESETS["lecture"].title


def test_the_seed_survives_another_preset(panel: RecipePanel) -> None:
    panel.set_recipe(preset("balanced").changed(seed=42))
    panel._presets.activated.emit(panel._presets.findData("lecture"))
    assert panel.recipe() == preset("lecture").changed(seed=42)


def test_a_recipe_of_no_preset_is_custom(panel: RecipePanel) -> None:
    panel.set_recipe(Recipe())
    assert panel._presets.currentText() == "Custom"
    panel.set_recipe(preset("balanced"))
    assert panel._presets.findText("Custom") == -1


def test_while_a_run_goes_on_only_turnable_values_are_enabled(panel: RecipePanel) -> None:
    panel.set_running(True)
    for name in panel.rows.titles:
        field, label = panel.rows.field(name), panel.rows._rows[name][1]
        assert field.isEnabled() == (name in TURNABLE), name
        assert label.live == (name in TURNABLE), name
    assert "stop" in panel.rows.field("seed").toolTip()
    panel.set_running(False)
    assert all(panel.rows.field(name).isEnabled() for name in panel.rows.titles)


def test_without_a_prior_there_is_no_weight_to_turn(panel: RecipePanel) -> None:
    panel.set_recipe(preset("lecture").changed(prior="none"))
    assert not panel.rows.field("prior_weight").isEnabled()


def test_size_is_the_networks_own_or_a_number(panel: RecipePanel) -> None:
    info = NetworkInfo("n", "N", (), (), 112, 3, 0)
    panel.set_defaults(info)
    field = panel.rows.size_field
    assert "112" in field.text()
    field.stepBy(1)
    assert panel.recipe().size == 120
    field.setValue(field.minimum())
    assert panel.recipe().size is None


def test_the_die_throws_another_seed(panel: RecipePanel) -> None:
    seeds = set()
    for _ in range(5):
        panel.rows.field("seed").dice.click()
        seeds.add(panel.recipe().seed)
    assert len(seeds) > 1


def test_the_starting_image_can_be_taken_away(qtbot, panel: RecipePanel) -> None:
    panel.set_start(np.zeros((9, 30, 3), np.uint8), "boat.png")
    remove = panel.rows.start.findChild(QToolButton)
    assert remove.isVisible()
    with qtbot.waitSignal(panel.start_removed):
        remove.click()
    panel.set_start(None)
    assert not remove.isVisible()


def test_footer(qtbot, panel: RecipePanel) -> None:
    buttons = {button.text(): button for button in panel.findChildren(QToolButton)}
    with qtbot.waitSignal(panel.save_requested):
        buttons["Save…"].click()
    with qtbot.waitSignal(panel.open_requested):
        buttons["Open…"].click()
    command, python = buttons["Copy"].findChild(QMenu).actions()
    with qtbot.waitSignal(panel.copy_command_requested):
        command.trigger()
    with qtbot.waitSignal(panel.copy_python_requested):
        python.trigger()


def test_a_section_folds_by_keyboard(qtbot, panel: RecipePanel) -> None:
    header = next(b for b in panel.findChildren(QToolButton) if b.text() == "Robustness")
    assert panel.rows.field("zoom").isVisible()
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert not panel.rows.field("zoom").isVisible()
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert panel.rows.field("zoom").isVisible()


def test_segments_are_chosen_by_the_arrow_keys(qtbot, panel: RecipePanel) -> None:
    button = next(b for b in panel.findChildren(QToolButton) if b.text() == "Adam")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Right)
    assert panel.recipe().optimizer == "nadam"


def test_it_fits_a_narrow_dock(panel: RecipePanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
    assert panel.rows.minimumSizeHint().width() <= 300
    for label in panel.rows.findChildren(QLabel):
        if label.text() in panel.rows.titles.values():
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_every_field_is_named_for_those_who_hear_it(panel: RecipePanel) -> None:
    for name in panel.rows.titles:
        field = panel.rows.field(name)
        spoken = [field, *field.findChildren(object)]
        assert any(getattr(x, "accessibleName", str)() for x in spoken), name


def shown(panel: RecipePanel, *names: str) -> list[bool]:
    return [panel.rows.field(name).isVisibleTo(panel) for name in names]


def test_what_changes_pixels_is_there_where_pixels_are_moved(panel: RecipePanel) -> None:
    after = panel.rows.after
    assert after.isVisible() and not panel.rows.field("blur").isVisible()  # folded away
    panel.set_recipe(preset("yosinski-2015"))
    assert shown(panel, "decay", "blur", "blur_every", "valid_pixels") == [True] * 4
    panel.rows.field("blur").number.setValue(0)
    assert shown(panel, "blur", "blur_every") == [True, False]
    panel.set_recipe(preset("maco-2023"))
    assert not after.isVisible() and shown(panel, "decay", "blur") == [False, False]
    panel.rows.turned.emit("parameterization", "pixels")
    assert after.isVisible()


def test_a_border_is_asked_for_where_something_moves(panel: RecipePanel) -> None:
    panel.set_recipe(preset("lecture"))
    assert shown(panel, "shift", "border") == [True, False]
    panel.rows.field("shift").number.setValue(5)
    assert shown(panel, "border") == [True]


def test_pixels_free_or_valid(qtbot, panel: RecipePanel) -> None:
    panel.set_recipe(preset("lecture"))
    field = panel.rows.field("valid_pixels")
    field._buttons["valid"].click()
    assert panel.recipe() == preset("lecture").changed(valid_pixels=True)
    panel.set_recipe(preset("lecture"))
    assert field.value() == "free"


def test_presets_stand_in_groups_each_with_its_sentence_and_source(panel: RecipePanel) -> None:
    chooser = panel._presets
    tips = {}
    for row in range(chooser.count()):
        item = chooser.model().item(row)
        if item.flags() & Qt.ItemFlag.ItemIsSelectable:
            tips[chooser.itemData(row)] = chooser.itemData(row, Qt.ItemDataRole.ToolTipRole)
    assert list(tips) == list(PRESETS)
    assert chooser.count() == len(PRESETS) + 3
    for name, tip in tips.items():
        assert PRESETS[name].description in tip and PRESETS[name].source in tip
        panel.set_recipe(preset(name))
        assert chooser.currentText() == PRESETS[name].title
    before = panel.recipe()
    chooser.activated.emit(0)  # a header is no preset
    assert panel.recipe() == before
