"""What repeats a run somewhere else: a command line, or a few lines of Python. Pure functions."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from engine.jobs import Change, NetworkRef
from engine.recipes import PRESETS, Recipe, option

DEFAULT_PRESET = "balanced"


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
    words = ["unitscope", "maximize", "--network", network.name]
    if network.weights:
        words += ["--weights", network.weights]
    words += [unit, "--preset", base_preset(recipe)]
    for name, value in differences(recipe).items():
        if value is not None:
            words += [option(name), _written(value)]
    if device not in ("", "auto"):
        words += ["--device", device]
    if start:
        words += ["--start", start]
    words += ["-o", output]
    quoted_for_windows = sys.platform == "win32" if windows is None else windows
    return subprocess.list2cmdline(words) if quoted_for_windows else shlex.join(words)


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


def _network(ref: NetworkRef, device: str) -> str:
    words = [repr(ref.name)]
    if ref.weights:
        words.append(f"weights={ref.weights!r}")
    if device not in ("", "cpu"):
        words.append(f"device={device!r}")
    return ", ".join(words)


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
