"""The recipe's options on the command line: a preset, and what overrides it."""

from __future__ import annotations

import argparse
from dataclasses import fields

from engine.recipes import (
    BORDERS,
    OPTIMIZERS,
    PARAMETERIZATION_NAMES,
    PRESETS,
    PRIOR_NAMES,
    SCALES,
    Recipe,
    RecipeError,
    option,
    preset,
)


def add_to(parser: argparse.ArgumentParser) -> None:
    """``--preset`` and an option for every value of a recipe."""
    parser.add_argument("--preset", default="balanced", help=", ".join(PRESETS))
    parser.add_argument(
        "--parameterization", choices=PARAMETERIZATION_NAMES, help="what is moved to make the image"
    )
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
    parser.add_argument("--border", choices=BORDERS, help="what is beside an image that is moved")
    parser.add_argument("--crop", type=float, help="random part seen, as a fraction of the side")
    parser.add_argument("--noise", type=float, help="deviation of what is added before each pass")
    pixels = parser.add_argument_group("after each step, where pixels are what is moved")
    pixels.add_argument("--decay", type=float, help="what the pixels lose, as a fraction")
    pixels.add_argument("--blur", type=float, help="σ of a Gaussian blur, in pixels")
    pixels.add_argument("--blur-every", type=int, help="how often, in iterations")
    pixels.add_argument("--small-norm", type=float, help="fraction cleared: the smallest pixels")
    pixels.add_argument(
        "--small-contribution", type=float, help="fraction cleared: those that matter least"
    )
    pixels.add_argument(
        "--valid-pixels",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="keep pixels within what a file can hold, and show them as they are",
    )
    parser.add_argument("--size", type=int, help="side of the image in pixels")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--start-std", type=float, help="of the starting noise")
    parser.add_argument("--classify-every", type=int, help="for units of hidden layers")


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The preset with what was given beside it.

    Raises:
        RecipeError: an impossible value, or one that nothing would read.
    """
    names = [field.name for field in fields(Recipe) if field.name != "preset"]
    given = {name: getattr(options, name, None) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    recipe = preset(options.preset).changed(**given)
    for name in given:
        if recipe.pixels_only(name):
            raise RecipeError(
                f"{option(name)} changes pixels, and {recipe.parameterization} moves none: leave "
                "it out, or add --parameterization pixels."
            )
    return recipe
