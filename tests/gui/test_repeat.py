"""The command line and the Python lines that repeat a run."""

from __future__ import annotations

import ast
import shlex

from engine.jobs import Change, NetworkRef
from engine.recipes import PRESETS, preset
from gui.repeat import base_preset, command_line, python_lines

SKETCHNET = NetworkRef("sketchnet")


def test_a_preset_as_it_is_needs_no_values() -> None:
    words = shlex.split(command_line(SKETCHNET, "class:3", preset("lecture"), windows=False))
    assert words == [
        *("unitscope", "maximize", "--network", "sketchnet", "class:3"),
        *("--preset", "lecture", "-o", "out"),
    ]


def test_only_differing_values_are_written() -> None:
    recipe = preset("balanced").changed(steps=500, lr=0.1, size=96, seed=7)
    words = shlex.split(command_line(SKETCHNET, "class:3", recipe, device="cuda", windows=False))
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert options == {
        "--preset": "balanced",
        "--steps": "500",
        "--lr": "0.1",
        "--size": "96",
        "--seed": "7",
        "--device": "cuda",
        "-o": "out",
    }


def test_names_and_files_with_spaces_are_quoted() -> None:
    ref = NetworkRef("vgg16", "/my weights/it's.pth")
    line = command_line(ref, "class:king crab", preset("lecture"), start="a b.png", windows=False)
    words = shlex.split(line)
    assert "class:king crab" in words
    assert words[words.index("--weights") + 1] == "/my weights/it's.pth"
    assert words[words.index("--start") + 1] == "a b.png"
    assert '"class:king crab"' in command_line(
        ref, "class:king crab", preset("lecture"), windows=True
    )


def test_a_custom_recipe_starts_from_the_nearest_preset() -> None:
    custom = preset("no-prior").changed(preset="custom", steps=99)
    assert base_preset(custom) == "no-prior"
    assert "--preset no-prior --steps 99" in command_line(SKETCHNET, "class:3", custom)


def test_the_command_line_reads_back_as_the_same_recipe() -> None:
    from engine import cli

    for recipe in [one.recipe for one in PRESETS.values()] + [
        preset("lecture").changed(prior="l2", size=64, start_std=0.5, classify_every=3, lr_end=0.5)
    ]:
        line = command_line(SKETCHNET, "class:3", recipe, windows=False)
        options = cli._parser().parse_args(shlex.split(line)[1:])
        assert cli._recipe(options) == recipe


def test_python_lines_are_python_and_carry_the_values() -> None:
    ref = NetworkRef("vgg16", "w's.pth")
    recipe = preset("balanced").changed(lr=0.2, size=64)
    text = python_lines(ref, "features.7:12@5,5", recipe, device="cuda", start="a b.png")
    calls = {
        node.func.id: node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    load = calls["load_network"]
    assert [ast.literal_eval(word) for word in load.args] == ["vgg16"]
    assert {k.arg: ast.literal_eval(k.value) for k in load.keywords} == {
        "weights": "w's.pth",
        "device": "cuda",
    }
    assert ast.literal_eval(calls["maximize"].args[1]) == "features.7:12@5,5"
    assert "lr=0.2" in text
    assert "size=64" in text
    assert "shift" not in text


def test_turned_values_are_sent_in_at_their_iterations() -> None:
    changes = [Change(10, "lr", 0.5), Change(10, "zoom", 0.0), Change(30, "lr", 0.1)]
    text = python_lines(SKETCHNET, "class:3", preset("lecture"), changes=changes)
    tree = ast.parse(text)
    turned = next(
        ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "turned"
    )
    assert turned == {10: {"lr": 0.5, "zoom": 0.0}, 30: {"lr": 0.1}}
    assert ".send(recipe)" in text
