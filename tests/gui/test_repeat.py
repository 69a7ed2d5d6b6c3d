"""The command line and the Python lines that repeat a run."""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.jobs import Change, NetworkRef, Picture
from engine.recipes import PRESETS, preset
from gui.repeat import (
    attack_command_line,
    attack_differences,
    attack_python_lines,
    base_preset,
    command_line,
    python_lines,
)

SKETCHNET = NetworkRef("sketchnet")
ROOT = Path(__file__).resolve().parents[2]


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
    from engine import cli, cli_recipe

    for recipe in [one.recipe for one in PRESETS.values()] + [
        preset("lecture").changed(prior="l2", size=64, start_std=0.5, classify_every=3, lr_end=0.5)
    ]:
        line = command_line(SKETCHNET, "class:3", recipe, windows=False)
        options = cli._parser().parse_args(shlex.split(line)[1:])
        assert cli_recipe.recipe_of(options) == recipe


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


PGD = METHODS["pgd-linf"].recipe


def test_an_attack_as_it_is_needs_no_values() -> None:
    for name, method in METHODS.items():
        line = attack_command_line(SKETCHNET, ["a.png", "b c.png"], method.recipe, windows=False)
        assert shlex.split(line) == [
            *("unitscope", "attack", "--network", "sketchnet", "a.png", "b c.png"),
            *("--method", name, "-o", "out"),
        ]


def test_only_an_attacks_differing_values_are_written_and_only_those_it_reads() -> None:
    recipe = PGD.changed(epsilon=4 / 255, random_start=False, target="king crab", box=False)
    words = shlex.split(
        attack_command_line(
            SKETCHNET, ["-a.png"], recipe, device="cuda", background="grey", windows=False
        )
    )
    assert words[4:] == [
        *("./-a.png", "--method", "pgd-linf", "--target", "king crab", "--epsilon", "4/255"),
        *("--no-random-start", "--background", "grey", "--device", "cuda", "-o", "out"),
    ]
    assert attack_differences(recipe.changed(seed=3))["seed"] == 3
    assert attack_differences(METHODS["fgsm"].recipe.changed(seed=3)) == {}
    random = METHODS["fgsm"].recipe.changed(seed=3, target="random")
    assert attack_differences(random) == {"seed": 3, "target": "random"}


def test_a_length_that_is_no_whole_level_is_written_out() -> None:
    for epsilon in (0.03, 8 / 255 + 1e-9, 1e-5):
        line = attack_command_line(SKETCHNET, ["a.png"], PGD.changed(epsilon=epsilon))
        words = line.split()
        assert float(words[words.index("--epsilon") + 1]) == epsilon


def test_an_attacks_python_lines_are_python_and_carry_the_values() -> None:
    recipe = PGD.changed(loss="margin", target="king crab", box=False)
    text = attack_python_lines(
        NetworkRef("vgg16", "w's.pth"), ["it's.png"], recipe, device="cuda", background="black"
    )
    ast.parse(text)
    assert "weights=\"w's.pth\", device='cuda'" in text
    assert ".changed(target='king crab', loss='margin')" in text
    assert "images.read(file, background='black')" in text


def test_an_attacks_command_line_reads_back_as_the_same_recipe() -> None:
    from engine import cli, cli_attack

    other = {
        "target": "5", "steps": 7, "lr": 0.3, "loss": "margin", "step": "unit", "epsilon": 0.03,
        "random_start": False, "box": True, "lattice": False, "confidence": 2.5, "search_steps": 9,
        "initial_c": 3e-9, "overshoot": 0.5, "candidates": 3,
    }  # fmt: skip
    for method in METHODS.values():
        values = {name: value for name, value in other.items() if name in method.reads}
        for recipe in (method.recipe, method.recipe.changed(**values)):
            line = attack_command_line(SKETCHNET, ["a.png"], recipe, windows=False)
            options = cli._parser().parse_args(shlex.split(line)[1:])
            assert cli_attack._recipe(options) == recipe
            assert options.images == ["a.png"]


def test_what_is_drawn_for_many_images_is_drawn_as_in_the_window() -> None:
    from engine import cli

    files = [f"{i}.png" for i in range(40)]
    default = cli._parser().parse_args(["attack", "a.png", "-o", "out"]).batch
    for count, recipe, batch in (
        (default, PGD, default),
        (40, PGD, 40),
        (40, PGD.changed(random_start=False), default),
        (40, METHODS["lbfgs"].recipe.changed(target="random"), 40),
    ):
        line = attack_command_line(SKETCHNET, files[:count], recipe, windows=False)
        assert cli._parser().parse_args(shlex.split(line)[1:]).batch == batch


RUN = [
    METHODS["gradient-ascent"].recipe.changed(steps=3, lr=5.0, step="unit", lattice=True),
    PGD.changed(steps=2, epsilon=0.1, seed=5, target="random"),
]


@pytest.fixture
def files() -> list[str]:
    folder = Path(resources.__file__).parent / "samples"
    return [str(path) for path in sorted(folder.glob("*.png"))[:2]]


def results(files: list[str], recipe: AttackRecipe) -> list[Picture]:
    """What the engine itself makes of them."""
    from engine import attack, images, load_network

    *_, last = attack(load_network("sketchnet"), [images.read(file) for file in files], recipe)
    return list(last.images)


@pytest.mark.parametrize("recipe", RUN)
def test_an_attacks_command_runs_what_the_panel_says(recipe, files, tmp_path, capsys) -> None:
    from engine import cli, images

    assert "attack" in cli.COMMANDS  # a word that is no command opens the window
    line = attack_command_line(
        SKETCHNET, files, recipe, device="cpu", output=str(tmp_path), windows=False
    )
    assert cli.main(shlex.split(line)[1:]) == 0, capsys.readouterr().err
    made = [images.read(path) for path in sorted(tmp_path.glob("*/adversarial.png"))]
    assert len(made) == len(files)
    for expected in results(files, recipe):
        assert any((expected == one).all() for one in made)


@pytest.mark.parametrize("recipe", RUN)
def test_an_attacks_python_lines_run_what_the_panel_says(recipe, files, tmp_path) -> None:
    from engine import images

    done = subprocess.run(
        [sys.executable, "-c", attack_python_lines(SKETCHNET, files, recipe, device="cpu")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for number, expected in enumerate(results(files, recipe), 1):
        assert (images.read(tmp_path / f"adversarial-{number}.png") == expected).all()
