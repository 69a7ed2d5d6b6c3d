"""What repeats a run somewhere else: a command line, or a few lines of Python. Pure functions."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from engine.attacks.recipe import METHODS, RANDOM, AttackRecipe
from engine.evolution.recipe import ONLY, EvolveRecipe
from engine.evolution.recipe import PRESETS as EVOLVE_PRESETS
from engine.evolution.recipe import preset as evolve_preset
from engine.jobs import Change, NetworkRef
from engine.recipes import PRESETS, Recipe, option

DEFAULT_PRESET = "balanced"
BATCH = 16  # images that the command attacks together unless told


def base_preset(recipe: Recipe) -> str:
    """The preset that a recipe is written as differences from: its own, or the nearest."""
    if recipe.preset in PRESETS:
        return recipe.preset
    return min(PRESETS, key=lambda name: len(PRESETS[name].recipe.differences(recipe)))


def differences(recipe: Recipe) -> dict[str, Any]:
    """The values in which a recipe departs from ``base_preset``, by name."""
    return PRESETS[base_preset(recipe)].recipe.differences(recipe)


def command_line(
    network: NetworkRef,
    unit: str,
    recipe: Recipe,
    *,
    device: str = "auto",
    start: str = "",
    output: str = "out",
    windows: bool | None = None,
) -> str:
    """The ``unitscope maximize`` command that repeats a run, quoted for the shell.

    Args:
        network, unit, recipe: what is repeated, a job's or a run's.
        device: left out where it is ``auto``.
        start: the file of the image that it starts from, where it starts from one.
        output: the folder that the command writes.
        windows: quote for Windows; the platform's own way where it is not given.
    """
    words = ["unitscope", "maximize", *_network_options(network)]
    words += [unit, "--preset", base_preset(recipe)]
    for name, value in differences(recipe).items():
        if value is None or recipe.pixels_only(name):
            continue
        if isinstance(value, bool):
            words.append(_switch(name, value))
        else:
            words += [option(name), _written(value)]
    if device not in ("", "auto"):
        words += ["--device", device]
    if start:
        words += ["--start", start]
    words += ["-o", output]
    return _quoted(words, windows)


def attack_differences(recipe: AttackRecipe) -> dict[str, Any]:
    """The values in which an attack departs from its own first ones, of those that it reads."""
    method = METHODS[recipe.method]
    read = set(method.reads)
    if recipe.target == RANDOM:
        read.add("seed")  # it draws the target
    return {k: v for k, v in method.recipe.differences(recipe).items() if k in read}


def attack_command_line(
    network: NetworkRef,
    files: Sequence[str],
    recipe: AttackRecipe,
    *,
    device: str = "auto",
    background: str = "white",
    output: str = "out",
    windows: bool | None = None,
) -> str:
    """The ``unitscope attack`` command that repeats an attack, quoted for the shell.

    Args:
        network, files, recipe: what is repeated; the images' files in their order.
        background: the colour behind transparent images; left out where it is ``white``.
        device, output, windows: as in ``command_line``.
    """
    words = ["unitscope", "attack", *_network_options(network)]
    # A name that begins with a dash would be taken for an option.
    words += [f"./{file}" if file.startswith("-") else file for file in files]
    words += ["--method", recipe.method]
    for name, value in attack_differences(recipe).items():
        if isinstance(value, bool):
            words.append(_switch(name, value))
        elif name == "epsilon":
            words += [option(name), _levels(value)]
        elif str(value).startswith("-"):
            words.append(f"{option(name)}={value}")
        else:
            words += [option(name), _written(value)]
    if _draws(recipe) and len(files) > BATCH:
        words += ["--batch", str(len(files))]  # what is drawn is drawn for a batch at a time
    if background != "white":
        words += ["--background", background]
    if device not in ("", "auto"):
        words += ["--device", device]
    words += ["-o", output]
    return _quoted(words, windows)


def attack_python_lines(
    network: NetworkRef,
    files: Sequence[str],
    recipe: AttackRecipe,
    *,
    device: str = "auto",
    background: str = "white",
) -> str:
    """Lines of Python that repeat an attack and keep its last images; the arguments as above."""
    changed = ", ".join(f"{k}={v!r}" for k, v in attack_differences(recipe).items())
    behind = "" if background == "white" else f", background={background!r}"
    lines = [
        "from PIL import Image",
        "",
        "from engine import METHODS, attack, images, load_network",
        "",
        f"network = load_network({_network(network, device)})",
        f"recipe = METHODS[{recipe.method!r}].recipe" + (f".changed({changed})" if changed else ""),
        "files = [",
        *(f"    {file!r}," for file in files),
        "]",
        f"pictures = [images.read(file{behind}) for file in files]",
        "for step in attack(network, pictures, recipe):",
        "    for file, row in zip(files, step.rows):",
        "        print(step.iteration, file, row.top[0], row.distortion.normalized, row.saved)",
        "for number, image in enumerate(step.images, 1):",
        '    Image.fromarray(image).save(f"adversarial-{number}.png")',
    ]
    return "\n".join(lines) + "\n"


def evolve_differences(recipe: EvolveRecipe, side: int) -> tuple[str, dict[str, Any]]:
    """The preset that an evolution is written as differences from, for a network whose input has
    that side, and the values in which it departs, of those that its encoding reads."""
    name = recipe.preset if recipe.preset in EVOLVE_PRESETS else DEFAULT_PRESET
    different = evolve_preset(name, recipe.encoding, side).differences(recipe)
    read_by_others = set().union(*(ONLY[x] for x in ONLY if x != recipe.encoding))
    return name, {k: v for k, v in different.items() if k not in read_by_others}


def evolve_command_line(
    network: NetworkRef,
    recipe: EvolveRecipe,
    *,
    side: int,
    device: str = "auto",
    output: str = "out",
    windows: bool | None = None,
) -> str:
    """The ``unitscope evolve`` command that repeats an evolution, quoted for the shell.

    Args:
        network, recipe: what is repeated; ``side`` is the network's input's, in pixels.
        device, output, windows: as in ``command_line``.
    """
    name, different = evolve_differences(recipe, side)
    words = ["unitscope", "evolve", *_network_options(network)]
    words += ["--encoding", recipe.encoding, "--preset", name]
    for key, value in different.items():
        if value is not None:
            words += [option(key), _written(value)]
    if device not in ("", "auto"):
        words += ["--device", device]
    words += ["-o", output]
    return _quoted(words, windows)


def evolve_python_lines(
    network: NetworkRef, recipe: EvolveRecipe, *, side: int, device: str = "auto"
) -> str:
    """Lines of Python that repeat an evolution and keep its images; the arguments as above."""
    name, different = evolve_differences(recipe, side)
    changed = ", ".join(f"{key}={value!r}" for key, value in different.items())
    lines = [
        "from PIL import Image",
        "",
        "from engine import evolve, load_network",
        "from engine.evolution.recipe import preset",
        "",
        f"network = load_network({_network(network, device)})",
        f"recipe = preset({name!r}, {recipe.encoding!r}, network.preprocessing.size)"
        + (f".changed({changed})" if changed else ""),
        "best = {}",
        "for step in evolve(network, recipe):",
        "    best |= {image.index: image for image in step.changed}",
        "    print(step.generation, step.median, step.max)",
        "for image in best.values():",
        '    Image.fromarray(image.picture).save(f"{image.index}.png")',
    ]
    return "\n".join(lines) + "\n"


def python_lines(
    network: NetworkRef,
    unit: str,
    recipe: Recipe,
    *,
    device: str = "auto",
    start: str = "",
    changes: Sequence[Change] = (),
) -> str:
    """Lines of Python that repeat a run and keep its last picture; the arguments as above.

    ``changes`` were turned while the run went on. They are sent in at their iterations.
    """
    names = "images, load_network, maximize" if start else "load_network, maximize"
    imports = ["from PIL import Image", "", f"from engine import {names}"]
    imports.append("from engine.recipes import preset")
    lines = []
    changed = ", ".join(f"{name}={value!r}" for name, value in differences(recipe).items())
    lines.append(f"network = load_network({_network(network, device)})")
    lines.append(
        f"recipe = preset({base_preset(recipe)!r})" + (f".changed({changed})" if changed else "")
    )
    arguments = f"network, {unit!r}, recipe"
    if start:
        lines.append(f"start = images.read({start!r})")
        arguments += ", start=start"
    if changes:
        lines += ["turned = {"]
        by_iteration: dict[int, dict[str, Any]] = {}
        for change in changes:
            by_iteration.setdefault(change.iteration, {})[change.name] = change.value
        lines += [f"    {iteration}: {values!r}," for iteration, values in by_iteration.items()]
        lines += [
            "}",
            f"steps = maximize({arguments})",
            "step = next(steps)",
            "while True:",
            "    print(step.iteration, step.f, step.h, step.top[:1])",
            "    recipe = recipe.changed(**turned.get(step.iteration, {}))",
            "    try:",
            "        step = steps.send(recipe)",
            "    except StopIteration:",
            "        break",
        ]
    else:
        lines += [
            f"for step in maximize({arguments}):",
            "    print(step.iteration, step.f, step.h, step.top[:1])",
        ]
    lines.append('Image.fromarray(step.image).save("result.png")')
    return "\n".join([*imports, "", *lines]) + "\n"


def _network_options(ref: NetworkRef) -> list[str]:
    weights = ["--weights", ref.weights] if ref.weights else []
    return ["--network", ref.name, *weights]


def _network(ref: NetworkRef, device: str) -> str:
    words = [repr(ref.name)]
    if ref.weights:
        words.append(f"weights={ref.weights!r}")
    if device not in ("", "cpu"):
        words.append(f"device={device!r}")
    return ", ".join(words)


def _switch(name: str, value: bool) -> str:
    return option(name) if value else f"--no-{option(name)[2:]}"


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _draws(recipe: AttackRecipe) -> bool:
    reads_start = "random_start" in METHODS[recipe.method].reads
    return recipe.target == RANDOM or (reads_start and recipe.random_start)


def _levels(value: float) -> str:
    """A length as people write it, ``8/255``, where that is exactly it."""
    levels = round(value * 255)
    return f"{levels}/255" if levels and levels / 255 == value else repr(value)


def _quoted(words: list[str], windows: bool | None) -> str:
    quoted_for_windows = sys.platform == "win32" if windows is None else windows
    return subprocess.list2cmdline(words) if quoted_for_windows else shlex.join(words)
