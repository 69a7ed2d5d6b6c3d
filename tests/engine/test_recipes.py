"""Recipes: impossible values are refused with the possible ones, and files are read with care."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recipes import PRESETS, TURNABLE, Recipe, RecipeError, preset

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "values",
    [
        {"optimizer": "adamw"},
        {"scale": "layer"},
        {"prior": "beauty"},
        {"preset": 3},
        *({"steps": x} for x in (0, -1, 1_000_001, NAN, INF, 2.5, "10", None, True)),
        *({"lr": x} for x in (0, -0.1, NAN, INF, "0.1", None)),
        *({"lr_end": x} for x in (-0.1, 1.1, NAN)),
        *({"prior_weight": x} for x in (-1, NAN, INF)),
        *({"shift": x} for x in (-0.1, 0.6, NAN)),
        *({"zoom": x} for x in (-0.1, 0.95, NAN)),
        *({"rotation": x} for x in (-1, 181, NAN)),
        *({"size": x} for x in (0, 7, 4097, NAN, 96.5, "96")),
        *({"seed": x} for x in (-1, 2**63, NAN, 0.5)),
        *({"start_std": x} for x in (-0.1, 11, NAN)),
        *({"classify_every": x} for x in (0, -1, NAN, 2.5)),
    ],
    ids=str,
)
def test_impossible_values_are_refused(values: dict[str, Any]) -> None:
    (name,) = values
    with pytest.raises(RecipeError, match=name):
        Recipe(**values)
    with pytest.raises(RecipeError, match=name):
        preset("lecture").changed(**values)
    with pytest.raises(RecipeError, match=name):
        Recipe.from_dict(values)


def test_the_lecture_s_numbers() -> None:
    lecture = preset("lecture")
    assert (lecture.optimizer, lecture.lr, lecture.lr_end, lecture.steps) == ("adam", 0.1, 1.0, 250)
    assert (lecture.prior, lecture.prior_weight) == ("multiscale-edge-energy", 1.0)
    assert (lecture.scale, lecture.start_std) == ("none", 0.01)
    assert (lecture.shift, lecture.zoom, lecture.rotation, lecture.size) == (0, 0, 0, None)
    assert lecture.differences(preset("no-prior")) == {"prior_weight": 0.0}


def test_every_preset_carries_its_name() -> None:
    assert {"balanced", "lecture", "no-prior"} <= set(PRESETS)
    for name, entry in PRESETS.items():
        assert entry.name == name == entry.recipe.preset
        assert entry.title and entry.description.endswith(".")


def test_an_unknown_preset_lists_the_known() -> None:
    with pytest.raises(RecipeError, match=r"'lectern'.*balanced, lecture"):
        preset("lectern")


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_survives_json(name: str) -> None:
    recipe = preset(name).changed(size=64, seed=2**62 + 1, lr=0.1 + 0.2)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))) == recipe


def test_keys_of_a_later_version_are_left_out() -> None:
    assert Recipe.from_dict({"lr": 0.5, "colour_space": "oklab"}) == Recipe(lr=0.5)


@pytest.mark.parametrize("document", [[], None, "recipe", 3, [["lr", 0.1]]])
def test_what_is_no_recipe_is_refused(document: Any) -> None:
    with pytest.raises(RecipeError):
        Recipe.from_dict(document)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*Recipe().as_dict(), "more"]), anything))
def test_no_document_raises_anything_else(document: dict[str, Any]) -> None:
    try:
        recipe = Recipe.from_dict(document)
    except RecipeError:
        return
    assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict(), allow_nan=False))) == recipe


def test_turnable_values_exist_and_leave_the_problem_alone() -> None:
    assert set(Recipe().as_dict()) > TURNABLE
    assert not TURNABLE & {"seed", "size", "optimizer", "scale", "start_std", "preset"}


def test_differences_are_by_value() -> None:
    changed = preset("lecture").changed(lr=0.2, preset="custom")
    assert preset("lecture").differences(changed) == {"lr": 0.2}
    assert changed.differences(preset("lecture")) == {"lr": 0.1}
