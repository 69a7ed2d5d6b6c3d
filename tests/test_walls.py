"""Which room may know which: each wall of the house is a test, so that a door is a decision."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def modules(room: str) -> dict[str, Path]:
    """A room's modules by their dotted names."""
    found = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path, *, lazy: bool = True) -> Iterator[str]:
    """Dotted names that a file imports; without ``lazy`` only those of its import itself.

    ``from a import b`` gives ``a`` and ``a.b``: b may be a module.
    """
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if lazy else _at_import(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import; this house writes whole names"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not function and not checking:
            yield child
            yield from _at_import(child)


def knows(path: Path, package: str, *, lazy: bool = True) -> bool:
    return any(x == package or x.startswith(f"{package}.") for x in imports(path, lazy=lazy))


def who(room: str, package: str, *, lazy: bool = True) -> set[str]:
    """The modules of a room that import a package."""
    return {name for name, path in modules(room).items() if knows(path, package, lazy=lazy)}


def loaded_after(statements: str, packages: tuple[str, ...]) -> list[str]:
    """Which of the packages a fresh process has loaded after some imports."""
    script = f"{statements}\nimport sys\nprint(*(p for p in {packages!r} if p in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


QT = ("PySide6", "PyQt6", "PySide2", "PyQt5", "shiboken6")


def test_the_engine_knows_no_qt_but_in_its_worker() -> None:
    assert set().union(*(who("engine", package) for package in QT)) == {"engine.worker"}
    wanted = {"PySide6", "PySide6.QtCore"}
    found = {x for x in imports(ROOT / "engine" / "worker.py") if x.startswith("PySide6")}
    assert {".".join(x.split(".")[:2]) for x in found} == wanted - {"PySide6"}


def test_importing_the_engine_loads_no_qt_and_no_window() -> None:
    names = [name for name in modules("engine") if name != "engine.worker"]
    loaded = loaded_after("\n".join(f"import {name}" for name in names), (*QT, "gui", "torch"))
    assert loaded == ["torch"]


def test_plain_data_and_the_command_line_load_without_torch() -> None:
    """So that the window opens before torch is loaded, and `unitscope --help` answers at once."""
    plain = (
        "units",
        "values",
        "recipe",
        "recipes",
        "runs",
        "images",
        "worker",
        "cli",
        "control",
        "kinds",
        "background",
        "pace",
        "autosave",
        "faults",
        "looking",
        "attacks.parcels",
        "atlas.parcels",
        "atlas.store",
        "evolution.recipe",
        "evolution.parcels",
        "evolution.graphs",
        "evolution.elites",
        "evolution.store",
        "catalogue.index",
        "catalogue.downloads",
        "catalogue.own",
        "catalogue.keeping",
        "catalogue.signatures",
        "maps",
        "patches.parcels",
        "patches.index",
        "patches.store",
        "kinds",
        "catalogue.timm_sets",
        "catalogue.hub",
    )
    statements = "\n".join(f"import engine.{name}" for name in plain)
    assert (
        loaded_after(statements, ("torch", "torchvision", "timm", "huggingface_hub", "gui")) == []
    )


def test_the_window_loads_without_torch() -> None:
    assert loaded_after("import gui.app", ("torch", "torchvision", "safetensors")) == []


@pytest.mark.parametrize("package", ["torch", "torchvision", "safetensors"])
def test_the_window_calls_no_operation_of_torch_s(package: str) -> None:
    # starting.py may import torch ahead of Qt on Windows, where the other order fails; it calls
    # nothing of it.
    allowed = {"gui.app", "gui.starting"} if package == "torch" else set()
    for name in who("gui", package):
        assert name in allowed
        tree = ast.parse(modules("gui")[name].read_text("utf-8"))
        used = [x for x in ast.walk(tree) if isinstance(x, ast.Name) and x.id == package]
        assert not used, f"{name} calls {package}"


def test_nothing_imports_the_window_but_the_window() -> None:
    # The command `unitscope` without a command opens the window: one import, when it is asked for.
    assert who("engine", "gui") == {"engine.cli"}
    assert who("engine", "gui", lazy=False) == set()
    found = {x for x in imports(ROOT / "engine" / "cli.py") if x.startswith("gui")}
    assert found == {"gui.app", "gui.app.main"}
    assert who("resources", "gui") <= {"resources.icons.render"}  # draws icons in the theme's way


def test_a_page_knows_no_other_page() -> None:
    pages = {n: p for n, p in modules("gui/pages").items() if n != "gui.pages"}
    assert pages
    for name, path in pages.items():
        others = {x for x in imports(path) if x.startswith("gui.pages.")}
        assert not {x for x in others if not x.startswith(name)}, name


def test_runs_and_the_plain_data_know_no_method() -> None:
    """A run is read without what made it; units and recipes are known to all and know none."""
    allowed = {
        "engine.jobs": {"engine.recipes"},
        "engine.folders": {"engine.jobs"},
        "engine.runs": {"engine.folders", "engine.jobs", "engine.recipes"},
        "engine.values": set(),
        "engine.recipe": {"engine.values"},
        "engine.recipes": {"engine.recipe", "engine.values"},
        "engine.units": set(),
        "engine.messages": {"engine.jobs", "engine.units", "engine.attacks.parcels"},
        "engine.images": {"engine.jobs"},
        "engine.attacks.recipe": {"engine.recipes"},
        "engine.attacks.parcels": {"engine.jobs", "engine.attacks.recipe"},
        "engine.atlas.parcels": {"engine.jobs", "engine.recipes", "engine.units"},
        "engine.evolution.recipe": {"engine.recipes", "engine.units"},
        "engine.evolution.parcels": {
            "engine.jobs",
            "engine.evolution.recipe",
            "engine.evolution.elites",  # the archive's type alone
        },
    }
    for name, knows_of in allowed.items():
        found = {x for x in imports(modules("engine")[name]) if x.split(".")[0] == "engine"}
        assert {x for x in found if x in modules("engine")} - {"engine"} <= knows_of, name


def test_views_and_models_know_neither_controller_nor_worker() -> None:
    for room in ("gui/views", "gui/models"):
        for package in ("gui.controller", "gui.window", "engine.worker"):
            assert who(room, package) == set(), (room, package)


def test_the_walls_can_be_broken(tmp_path: Path) -> None:
    """These tests' own reading: what they look for, they find."""
    path = tmp_path / "room.py"
    path.write_text(
        "from typing import TYPE_CHECKING\nimport numpy as np\n"
        "if TYPE_CHECKING:\n    from gui.window import Window\n"
        "class A:\n    import torch.nn\n"
        "def f():\n    from PySide6 import QtCore\n"
    )
    assert knows(path, "gui") and knows(path, "torch") and knows(path, "PySide6.QtCore")
    assert not knows(path, "gui", lazy=False) and not knows(path, "PySide6", lazy=False)
    assert knows(path, "torch", lazy=False) and not knows(path, "tor")


def test_what_the_engine_offers_by_name_is_what_it_says() -> None:
    """A module named like a function would take its place once it is imported."""
    import engine

    for name in engine.__all__:
        assert getattr(engine, name) is getattr(import_module(engine._HOMES[name]), name), name
        assert f"engine.{name}" not in modules("engine"), name
