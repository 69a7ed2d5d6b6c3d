"""The recipe's options on the command line: a preset, and what overrides it."""

from __future__ import annotations

import argparse
from dataclasses import fields

from engine.recipes import OPTIMIZERS, PRESETS, PRIOR_NAMES, SCALES, Recipe, preset


def add_to(parser: argparse.ArgumentParser) -> None:
    """``--preset`` and an option for every value of a recipe."""
    parser.add_argument("--preset", default="balanced", help=", ".join(PRESETS))
    parser.add_argument("--steps", type=int, help="iterations")
    parser.add_argument("--optimizer", choices=OPTIMIZERS)
    parser.add_argument("--lr", type=float, help="learning rate")
    parser.add_argument("--lr-end", type=float, help="its last value, as a fraction of the first")
    parser.add_argument("--scale", choices=SCALES, help="unit: weigh f by the unit's response")
    parser.add_argument("--prior", choices=PRIOR_NAMES)
    parser.add_argument("--prior-weight", type=float)
    parser.add_argument("--shift", type=float, help="random shift, as a fraction of the side")
    parser.add_argument("--zoom", type=float, help="random change of scale, as a fraction")
    parser.add_argument("--rotation", type=float, help="random rotation, in degrees")
    parser.add_argument("--size", type=int, help="side of the image in pixels")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--start-std", type=float, help="of the starting noise")
    parser.add_argument("--classify-every", type=int, help="for units of hidden layers")


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The preset with what was given beside it.

    Raises:
        RecipeError: an impossible value.
    """
    names = [field.name for field in fields(Recipe) if field.name != "preset"]
    given = {name: getattr(options, name, None) for name in names}
    return preset(options.preset).changed(**{k: v for k, v in given.items() if v is not None})
