"""Recipes: impossible values are refused with the possible ones, and files are read with care."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recipes import PIXELS_ONLY, PRESETS, TURNABLE, Recipe, RecipeError, preset

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "values",
    [
        {"optimizer": "adamw"},
        {"scale": "layer"},
        {"prior": "beauty"},
        {"parameterization": "wavelets"},
        {"border": "black"},
        *({"crop": x} for x in (0, 0.04, 1.1, NAN, "1")),
        *({"noise": x} for x in (-0.1, 11, NAN)),
        *({"decay": x} for x in (-0.1, 1, NAN)),
        *({"blur": x} for x in (-0.1, 51, NAN, INF)),
        *({"blur_every": x} for x in (0, -1, NAN, 2.5)),
        *({"small_norm": x} for x in (-0.1, 1, NAN)),
        *({"small_contribution": x} for x in (-0.1, 1, NAN)),
        *({"valid_pixels": x} for x in (0, 1, "true", None)),
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


def test_the_papers_numbers() -> None:
    fourier = preset("fourier-2017")
    assert (fourier.parameterization, fourier.optimizer, fourier.lr) == ("fourier", "adam", 0.05)
    assert (fourier.zoom, fourier.rotation, fourier.start_std) == (0.05, 5, 0.01)
    assert fourier.shift * 224 == pytest.approx(16 / 2 + 8 / 2)
    third = preset("yosinski-2015")  # of the four rows of table 1
    assert (third.decay, third.blur, third.blur_every) == (0.0001, 1.0, 4)
    first = preset("yosinski-2015-sparse")
    assert (first.decay, first.blur, first.blur_every, first.small_norm) == (0, 0.5, 4, 0.5)
    maco = preset("maco-2023")
    assert (maco.parameterization, maco.optimizer, maco.steps) == ("maco", "nadam", 256)
    assert preset("simonyan-2014").prior == "l2" and preset("simonyan-2014").start_std == 0


def test_a_run_of_an_earlier_version_is_the_same_recipe() -> None:
    """A file without the values that came later repeats what it was made by."""
    later = {"parameterization", "border", "crop", "noise", *PIXELS_ONLY}
    for name in ("balanced", "lecture", "no-prior"):
        values = {k: v for k, v in preset(name).as_dict().items() if k not in later}
        assert len(values) == 15
        assert Recipe.from_dict(values) == preset(name)


def test_what_is_read_beside_what() -> None:
    maco = preset("maco-2023")
    assert maco.in_range and not maco.reads("blur") and maco.pixels_only("blur")
    assert not maco.reads("prior_weight") and maco.reads("border")
    lecture = preset("lecture")
    assert not lecture.in_range and lecture.reads("blur") and not lecture.reads("blur_every")
    assert not lecture.reads("border") and lecture.changed(blur=1.0).reads("blur_every")
    assert lecture.changed(valid_pixels=True).in_range


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
