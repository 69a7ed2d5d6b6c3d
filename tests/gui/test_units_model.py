"""The model of a network's units: nesting, filter, written forms."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from engine.units import Layer, NetworkInfo
from gui.models.unit_filter import centre_of, compact
from gui.models.units import PICTURE_ROLE, UnitModel


def network(classes: int = 30) -> NetworkInfo:
    names = ["king crab", "Samoyed", "hermit crab"] + [f"thing {i}" for i in range(3, classes)]
    return NetworkInfo(
        name="small",
        title="Small",
        classes=tuple(names),
        layers=(
            Layer("features", "Sequential", (16, 8, 8), 5000, 0),
            Layer("features.0", "Conv2d", (8, 16, 16), 224, 8),
            Layer("features.1", "ReLU", (8, 16, 16), 0, 8),
            Layer("features.7", "Conv2d", (16, 8, 8), 1168, 16),
            Layer("features.17", "Conv2d", (16, 1, 1), 1168, 16),
            Layer("pool", "AvgPool2d", (16, 1, 1), 0, 16),
        ),
        input_size=32,
        input_channels=3,
        parameters=6392,
    )


def shown(model: UnitModel, parent: QModelIndex | None = None) -> list[str]:
    """Every row's name, children in order."""
    parent = parent or QModelIndex()
    names = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        names.append(model.unit(index) or model.layer(index) or "classes")
        names += shown(model, index)
    return names


@pytest.fixture
def model(qtbot: object) -> UnitModel:
    made = UnitModel()
    made.set_network(network())
    return made


def test_layers_nest_by_their_names_and_classes_come_last(model: UnitModel) -> None:
    top = [model.index(row, 0) for row in range(model.rowCount())]
    assert [model.layer(index) for index in top] == ["features", "pool", ""]
    inside = [model.layer(model.index(row, 0, top[0])) for row in range(model.rowCount(top[0]))]
    assert inside == ["features.0", "features.1", "features.7", "features.17"]
    assert model.rowCount(top[2]) == 30
    assert model.index(0, 0, top[2]).data() == "king crab"


def test_it_is_a_sound_model(model: UnitModel, qtmodeltester: object) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for text in ("crab", "features.7:1", "nothing", "features.7:3@1,1", ""):
        model.set_filter(text)
    model.set_network(None)
    assert tester.model() is model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("king crab", ["classes", "class:0"]),
        ("CRAB  king", ["classes", "class:0"]),
        ("crab", ["classes", "class:0", "class:2"]),
        ("class:king", ["classes", "class:0"]),
        ("class:1", ["classes", "class:1"] + [f"class:{i}" for i in range(10, 20)]),
        ("features.7:3", ["features", "features.7", "features.7:3"]),
        ("features.7:3@5,5", ["features", "features.7", "features.7:3@5,5"]),
        ("features.7:3@50,5", []),
        ("features.7:3@", ["features", "features.7", "features.7:3"]),
        ("zebra", []),
    ],
)
def test_filter(model: UnitModel, text: str, expected: list[str]) -> None:
    model.set_filter(text)
    assert shown(model) == expected


def test_a_layers_type_shows_the_layers_with_all_their_units(model: UnitModel) -> None:
    model.set_filter("conv")
    names = shown(model)
    assert [n for n in names if ":" not in n] == [
        "features",
        "features.0",
        "features.7",
        "features.17",
    ]
    assert "features.0:7" in names
    model.set_filter("features.7")
    assert model.layer(model.best_match()) == "features.7"


def test_best_match_is_the_unit_of_exactly_that_name(model: UnitModel) -> None:
    model.set_filter("features.7:1")  # 1, 10 to 15
    assert model.unit(model.best_match()) == "features.7:1"
    model.set_filter("class:hermit crab")
    assert model.unit(model.best_match()) == "class:2"
    model.set_filter("zebra")
    assert not model.best_match().isValid()


def test_centre_of_a_channels_map() -> None:
    assert centre_of("features.7:3", network()) == "features.7:3@4,4"
    assert centre_of("features.17:3", network()) == ""
    assert centre_of("class:3", network()) == ""


def test_pictures_are_kept_while_a_filter_hides_them(model: UnitModel) -> None:
    picture = np.full((64, 64, 3), 200, np.uint8)
    model.set_filter("crab")
    model.set_picture("features.7:3", picture)
    model.set_picture("class:999", picture)  # of another network: no error
    assert model.index_of("features.7:3").isValid() is False
    model.set_filter("")
    image = model.index_of("features.7:3").data(PICTURE_ROLE)
    assert image.pixelColor(5, 5).red() == 200
    assert model.index_of("features.7:4").data(PICTURE_ROLE) is None


def test_counts_are_short() -> None:
    assert [compact(n) for n in (0, 864, 36_928, 148_000, 1_180_160)] == [
        *("", "864", "36.9 k", "148 k", "1.2 M"),
    ]


def test_fifty_thousand_units_open_and_filter_at_once(qtbot: object) -> None:
    model, info = UnitModel(), network(50_000)
    start = time.thread_time()
    model.set_network(info)
    model.set_filter("thing 4999")
    taken = time.thread_time() - start
    assert model.rowCount(model.index(0, 0)) == 15  # 4999, 49990 to 49999, 14999 …
    assert taken < 0.5  # 10 ms on an idle machine; an object a unit would take seconds
