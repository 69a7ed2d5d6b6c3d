"""The written forms: what is read back is what was written, and a wrong one says what is near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.units import Layer, NetworkInfo, Unit, UnitError, parse_unit

INFO = NetworkInfo(
    name="small",
    title="Small",
    classes=("king crab", "Samoyed", "crane", "crane", "hermit crab", "desk, table", "a:b@1,2"),
    layers=(
        Layer("features", "Sequential", (16, 8, 8), 5000, 0),
        Layer("features.0", "Conv2d", (8, 16, 12), 224, 8),
        Layer("features.7", "Conv2d", (16, 8, 8), 1168, 16),
        Layer("classifier", "Linear", (7,), 100, 7),
    ),
    input_size=32,
    input_channels=3,
    parameters=6392,
)


@pytest.mark.parametrize(
    ("text", "unit", "kind"),
    [
        ("features.7:12", Unit("features.7", 12), "channel"),
        ("features.7:12@5,6", Unit("features.7", 12, (5, 6)), "neuron"),
        ("features.7:12@5, 6", Unit("features.7", 12, (5, 6)), "neuron"),
        ("features.0:0@15,11", Unit("features.0", 0, (15, 11)), "neuron"),
        ("features.0:0@0,0", Unit("features.0", 0, (0, 0)), "neuron"),
        ("classifier:6", Unit("classifier", 6), "channel"),
        ("class:4", Unit("class", 4), "class"),
        ("class:king crab", Unit("class", 0), "class"),
        ("class: KING CRAB ", Unit("class", 0), "class"),
        ("Class:samoyed", Unit("class", 1), "class"),
        ("class:desk, table", Unit("class", 5), "class"),
        ("class:a:b@1,2", Unit("class", 6), "class"),
        ("  features.7:1  ", Unit("features.7", 1), "channel"),
    ],
)
def test_written_forms(text: str, unit: Unit, kind: str) -> None:
    parsed = parse_unit(text, INFO)
    assert parsed == unit
    assert parsed.kind == kind


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("features.7:16", "16 channels, 0 to 15"),
        ("features.7:12@8,0", "8 rows and 8 columns"),
        ("features.7:12@0,8", "8 rows and 8 columns"),
        ("features.0:0@12,11@3", "is no unit"),
        ("features.0:0@16,0", "16 rows and 12 columns"),
        ("features.8:1", "Did you mean features.7"),
        ("featrues.7:1", "Did you mean features.7"),
        ("features:1", "choose a layer inside it"),
        ("classifier:1@0,0", "leave out @0,0"),
        ("class:7", "7 classes, 0 to 6"),
        ("class:king crap", "Did you mean class:king crab"),
        ("class:crab", "class:king crab"),
        ("class:crane", "choose class:2 and class:3"),
        ("class:", "has no class ''"),
        ("class:-1", "has no class '-1'"),
        ("king crab", "is no unit"),
        ("features.7", "is no unit"),
        ("features.7:", "is no unit"),
        ("features.7:x", "is no unit"),
        ("features.7:-1", "is no unit"),
        ("features.7:1.5", "is no unit"),
        ("features.7:1@", "is no unit"),
        ("features.7:1@2", "is no unit"),
        ("features.7:1@2,", "is no unit"),
        ("features.7:1@-1,2", "is no unit"),
        (":1", "is no unit"),
        (":", "is no unit"),
        ("@", "is no unit"),
        ("", "is no unit"),
        ("   ", "is no unit"),
        ("features.7:12:13", "is no unit"),
    ],
)
def test_a_wrong_form_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(text, INFO)
    assert says in str(caught.value)


@given(st.text(alphabet="features.7:@,0123 classkingb²٣\n", max_size=30))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        unit = parse_unit(text, INFO)
    except UnitError:
        return
    assert parse_unit(str(unit), INFO) == unit


def test_every_listed_unit_is_read_back() -> None:
    units = INFO.units()
    assert len(units) == 8 + 16 + 7 + 7
    for unit in units:
        assert parse_unit(str(unit), INFO) == unit


def test_units_of_a_layer_and_of_the_classes() -> None:
    assert INFO.units("features.0") == [Unit("features.0", i) for i in range(8)]
    assert INFO.units("classes") == INFO.units("class") == [Unit("class", i) for i in range(7)]
    assert INFO.units("features") == []
    with pytest.raises(UnitError, match="no layer 'nothing'"):
        INFO.units("nothing")


def test_titles() -> None:
    assert INFO.title_of(Unit("class", 0)) == "king crab"
    assert INFO.title_of(Unit("features.7", 3)) == "features.7 · 3"
    assert INFO.title_of(Unit("features.7", 3, (1, 2))) == "features.7 · 3 @ 1,2"
