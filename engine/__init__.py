"""Unitscope's engine: what a network's units respond to, computed without a screen.

    from engine import attack, images, load_network, maximize
    network = load_network("sketchnet")
    for step in maximize(network, "class:star"):
        print(step.iteration, step.f, step.top[:1])
    for step in attack(network, [images.read("cat.png")]):
        print(step.iteration, step.rows[0].top[:1])

Everything here is imported on first use, so that the window opens before torch is loaded.
"""

import os
from importlib import import_module
from typing import Any

# Before torch is loaded: its OpenMP threads wait for each other by spinning, for ever by default,
# which on a machine that has other work takes the time from the very thread they wait for (seen:
# ten times slower iterations). On an idle machine the bound costs at most about a tenth.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")

_HOMES = {
    "load_network": "engine.catalogue",
    "Network": "engine.networks",
    "Unit": "engine.units",
    "Layer": "engine.units",
    "Recipe": "engine.recipes",
    "PRESETS": "engine.recipes",
    "maximize": "engine.maximization",  # no module has its name: it would hide the function
    "attack": "engine.attacks.attack",
    "sphere_test": "engine.attacks.sphere",
    "transfer": "engine.attacks.transfer",
    "AttackRecipe": "engine.attacks.recipe",
    "METHODS": "engine.attacks.recipe",
    "evolve": "engine.evolution.evolve",
    "EvolveRecipe": "engine.evolution.recipe",
    "Step": "engine.jobs",
    "Run": "engine.jobs",
}

__all__ = list(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
