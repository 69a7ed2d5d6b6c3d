"""The attack's recipe panel: it gives what it shows, and shows what the attack reads."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget

from engine.attacks.recipe import METHODS, RANDOM, AttackRecipe
from engine.recipes import preset
from engine.units import NetworkInfo
from gui.exports import Exports
from gui.intake import Intake
from gui.settings import Settings
from gui.views.attack_recipe import AttackRecipePanel

INFO = NetworkInfo("net", "Net", ("star", "spiral", "fish"), (), 96, 3, 0)


@pytest.fixture
def panel(qtbot) -> AttackRecipePanel:
    made = AttackRecipePanel()
    qtbot.addWidget(made)
    made.set_network(INFO)
    made.resize(320, 700)
    made.show()
    return made


def visible(panel: AttackRecipePanel) -> set[str]:
    """The values that have a row to be turned in."""
    rows = panel.rows
    return {rows._show[key][0] for key in rows.titles if rows.field(key).isVisible()}


def test_it_starts_with_the_lectures(panel: AttackRecipePanel) -> None:
    assert panel.objectName() == "attackRecipePanel"
    assert panel.recipe() == METHODS["gradient-ascent"].recipe
    assert not panel._reset.isVisible()


@pytest.mark.parametrize("name", list(METHODS))
def test_a_recipe_comes_back_exactly(panel: AttackRecipePanel, name: str) -> None:
    recipe = METHODS[name].recipe.changed(
        lr=0.123456789, steps=12_345, epsilon=0.0123456789, seed=2**40 + 1, initial_c=3e-9,
        overshoot=0.0217, confidence=0.3333333, box=True, lattice=False,
    )  # fmt: skip
    panel.set_recipe(recipe)
    assert panel.recipe() == recipe


@pytest.mark.parametrize("name", list(METHODS))
def test_it_shows_what_the_attack_reads_and_nothing_else(panel, name: str) -> None:
    recipe = METHODS[name].recipe.changed(random_start=True)
    panel.set_recipe(recipe)
    assert visible(panel) == (METHODS[name].reads - {"method"}) | {"background"}


def test_the_seed_is_there_where_something_is_drawn(panel: AttackRecipePanel) -> None:
    panel.set_recipe(METHODS["pgd-l2"].recipe.changed(random_start=False))
    assert "seed" not in visible(panel)
    panel.rows.turned.emit("target", RANDOM)
    assert "seed" in visible(panel)
    panel.set_recipe(METHODS["fgsm"].recipe.changed(random_start=True))
    assert "seed" not in visible(panel)  # it has no random start


@pytest.mark.parametrize(
    ("method", "key", "number", "value"),
    [
        ("fgsm", "epsilon_inf", 4, 4 / 255),
        ("pgd-linf", "lr_inf", 1, 1 / 255),
        ("pgd-l2", "epsilon_2", 0.5, 0.5),
        ("pgd-l2", "lr_2", 0.1, 0.1),
        ("gradient-ascent", "lr_free", 2.5, 2.5),
        ("carlini-wagner", "lr_adam", 0.05, 0.05),
    ],
)
def test_lengths_are_shown_in_the_attacks_own_unit(panel, method, key, number, value) -> None:
    panel.set_recipe(METHODS[method].recipe)
    field = panel.rows.field(key)
    assert field.isVisible()
    field.number.setValue(number)
    name = panel.rows._show[key][0]
    assert panel.recipe() == METHODS[method].recipe.changed(**{name: value})


def test_the_papers_epsilon_reads_eight(panel: AttackRecipePanel) -> None:
    panel.set_recipe(METHODS["fgsm"].recipe)
    assert panel.rows.field("epsilon_inf").number.text() == "8/255"


def test_switches_and_segments_turn_their_values(qtbot, panel: AttackRecipePanel) -> None:
    lecture = METHODS["gradient-ascent"].recipe
    panel.rows.field("lattice").box.click()
    panel.rows.field("box").box.click()
    for text in ("Length 1", "Margin"):
        next(b for b in panel.findChildren(QToolButton) if b.text() == text).click()
    assert panel.recipe() == lecture.changed(lattice=True, box=True, step="unit", loss="margin")
    panel.set_recipe(METHODS["pgd-linf"].recipe)
    next(b for b in panel.findChildren(QToolButton) if b.text() == "Image").click()
    assert panel.recipe().random_start is False


def test_turns_are_told_once_and_setting_says_nothing(qtbot, panel: AttackRecipePanel) -> None:
    with qtbot.assertNotEmitted(panel.recipe_changed, wait=120):
        panel.set_recipe(METHODS["deepfool"].recipe)
    heard: list[AttackRecipe] = []
    panel.recipe_changed.connect(heard.append)
    for steps in (60, 70, 80):
        panel.rows.field("steps").number.setValue(steps)
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert heard == [METHODS["deepfool"].recipe.changed(steps=80)]


def test_the_attacks_are_grouped_and_only_attacks_can_be_chosen(panel) -> None:
    chooser = panel._methods
    model = chooser.model()
    rows = [(chooser.itemText(i), chooser.itemData(i)) for i in range(chooser.count())]
    assert [name for _text, name in rows if name] == sorted(
        METHODS, key=[name for _text, name in rows].index
    )
    assert {name for _text, name in rows} - {""} == set(METHODS)
    for i, (text, name) in enumerate(rows):
        enabled = bool(model.flags(model.index(i, 0)) & Qt.ItemFlag.ItemIsEnabled)
        assert enabled == bool(name), text
        if name:
            header = next(rows[j][0] for j in range(i, -1, -1) if not rows[j][1])
            assert METHODS[name].goal == {
                "The lecture's": "free", "Within a budget ε": "budget", "Least change": "minimal",
            }[header]  # fmt: skip


def test_choosing_an_attack_takes_its_values_and_keeps_target_and_seed(qtbot, panel) -> None:
    panel.set_recipe(METHODS["pgd-l2"].recipe.changed(target="fish", seed=7, steps=99))
    for name in ("deepfool", "carlini-wagner"):
        with qtbot.waitSignal(panel.recipe_changed):
            panel._methods.activated.emit(panel._methods.findData(name))
        target = "" if name == "deepfool" else "fish"
        assert panel.recipe() == METHODS[name].recipe.changed(target=target, seed=7)


def test_fixed_budget_and_least_change_are_told_apart_in_words(panel) -> None:
    said = {}
    for name, method in METHODS.items():
        panel.set_recipe(method.recipe)
        said.setdefault(method.goal, set()).add(panel._goal.text())
        assert panel.rows.about.text() == method.description
        assert panel._says.toolTip() == method.source, name
    assert all(len(texts) == 1 for texts in said.values())
    assert len(set().union(*said.values())) == 3


def test_what_was_changed_is_told_and_reset_takes_it_back(panel: AttackRecipePanel) -> None:
    recipe = METHODS["pgd-linf"].recipe.changed(target="fish", seed=3)
    panel.set_recipe(recipe)
    assert not panel._reset.isVisible()  # the target and the seed are no departure
    panel.rows.field("lr_inf").number.setValue(4)
    panel.rows.field("steps").number.setValue(40)
    assert panel._says.toolTip() == "Changed: iterations, step α"
    assert panel._reset.isVisible()
    panel._reset.click()
    assert panel.recipe() == recipe


def test_nothing_moves_under_the_pointer_when_a_value_is_turned(panel) -> None:
    field = panel.rows.field("steps")
    before = field.mapTo(panel, field.rect().topLeft())
    panel.rows.turned.emit("steps", 30)
    assert panel._reset.isVisible()
    QApplication.processEvents()
    assert field.mapTo(panel, field.rect().topLeft()) == before


def test_while_an_attack_runs_nothing_can_be_turned(panel: AttackRecipePanel) -> None:
    keys = list(panel.rows.titles)
    panel.set_running(True)
    assert not panel._methods.isEnabled()
    assert not any(panel.rows.field(key).isEnabled() for key in keys)
    assert "stop" in panel.rows.field("steps").toolTip()
    panel.set_recipe(METHODS["fgsm"].recipe)
    assert not panel.rows.field("epsilon_inf").isEnabled()
    panel.set_running(False)
    assert all(panel.rows.field(key).isEnabled() for key in keys)
    assert "stop" not in panel.rows.field("steps").toolTip()


def test_the_target_is_picked_from_the_networks_classes(qtbot, panel) -> None:
    panel.rows.target.button.showPopup()
    qtbot.keyClicks(panel.rows.target.popup.search, "fis")
    with qtbot.waitSignal(panel.recipe_changed) as told:
        qtbot.keyClick(panel.rows.target.popup.search, Qt.Key.Key_Return)
    assert told.args[0].target == "fish"


def test_the_background_is_no_part_of_the_recipe(qtbot, panel: AttackRecipePanel) -> None:
    assert panel.background() == "white"
    with qtbot.assertNotEmitted(panel.recipe_changed, wait=120):
        with qtbot.waitSignal(panel.background_changed) as told:
            next(b for b in panel.findChildren(QToolButton) if b.text() == "Black").click()
        with qtbot.assertNotEmitted(panel.background_changed, wait=20):
            panel.set_background("grey")
    assert told.args == ["black"]
    assert panel.background() == "grey"
    panel.set_recipe(METHODS["fgsm"].recipe)
    assert panel.background() == "grey"


def test_footer(qtbot, panel: AttackRecipePanel) -> None:
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


@pytest.mark.parametrize("name", list(METHODS))
def test_it_fits_a_narrow_dock(panel: AttackRecipePanel, name: str) -> None:
    panel.set_recipe(METHODS[name].recipe)
    assert panel.minimumSizeHint().width() <= 300
    assert panel.rows.minimumSizeHint().width() <= 300
    for label in panel.rows.findChildren(QLabel):
        if label.isVisible() and label.text() in panel.rows.titles.values():
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_every_field_is_named_and_explained_for_those_who_hear_it(panel) -> None:
    for key in panel.rows.titles:
        field = panel.rows.field(key)
        spoken = [field, *field.findChildren(QWidget)]
        assert any(x.accessibleName() for x in spoken), key
        assert field.toolTip(), key


def test_settings_keep_the_attack_and_the_background() -> None:
    settings = Settings()
    assert settings.attack == METHODS["gradient-ascent"].recipe
    assert settings.background == "white"
    recipe = METHODS["carlini-wagner"].recipe.changed(target="fish", initial_c=1 / 3)
    settings.attack, settings.background = recipe, "grey"
    settings.sync()
    again = Settings()
    assert (again.attack, again.background) == (recipe, "grey")
    again._write("attack", {"method": "none such"})
    again.background = "plaid"
    assert again.attack == METHODS["gradient-ascent"].recipe
    assert again.background == "white"


def test_saved_recipes_of_both_kinds_are_told_apart(qtbot, tmp_path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    exports = Exports(window, Settings())
    heard: list[object] = []
    for signal in (exports.attack_opened, exports.recipe_opened, exports.failed):
        signal.connect(heard.append)
    attack = METHODS["pgd-l2"].recipe.changed(target="fish", steps=7)
    lecture = preset("lecture")
    path = tmp_path / "a.json"
    documents = {
        json.dumps(attack.as_dict()): attack,
        json.dumps({"method": "attack", "recipe": attack.as_dict()}): attack,
        json.dumps({"method": "pgd-l2", "steps": 7, "target": "fish"}): attack,
        json.dumps(lecture.as_dict()): lecture,
        json.dumps({"method": "maximize", "recipe": lecture.as_dict()}): lecture,
    }
    for text, recipe in documents.items():
        path.write_text(text, "utf-8")
        exports.read_recipe(str(path))
        assert heard.pop() == recipe
    for text in ('{"method": "voodoo"}', '{"method": ["fgsm"]}', "[]", "{}", '{"method": '):
        path.write_text(text, "utf-8")
        exports.read_recipe(str(path))
        assert "a.json cannot be read" in str(heard.pop())
    assert not heard


def test_an_attacks_recipe_that_is_dropped_is_taken(qtbot, tmp_path) -> None:
    intake = Intake()
    path = tmp_path / "fgsm.json"
    path.write_text('{"method": "fgsm"}', "utf-8")
    with qtbot.waitSignal(intake.recipe_given) as told:
        intake.files([path])
    assert told.args == [path]
    path.write_text('{"classes": 3}', "utf-8")
    with qtbot.waitSignal(intake.refused):
        intake.files([path])
