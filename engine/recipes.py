"""The presets: known recipes under their names. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.recipe import (
    BORDERS,
    OPTIMIZERS,
    PARAMETERIZATION_NAMES,
    PIXELS_ONLY,
    PRIOR_NAMES,
    SCALES,
    TURNABLE,
    Recipe,
)
from engine.values import RecipeError, Values, check, option

__all__ = [
    "BORDERS",
    "OPTIMIZERS",
    "PARAMETERIZATION_NAMES",
    "PIXELS_ONLY",
    "PRESETS",
    "PRIOR_NAMES",
    "SCALES",
    "TURNABLE",
    "Preset",
    "Recipe",
    "RecipeError",
    "Values",
    "check",
    "option",
    "preset",
]


@dataclass(frozen=True, slots=True)
class Preset:
    """A named recipe, with the one sentence that says what it is for.

    ``source`` is what it is after; empty for this project's own. ``group`` is what stands over it
    in a list: ``own``, ``lecture`` or ``papers``.
    """

    name: str
    title: str
    description: str
    recipe: Recipe
    source: str = ""

    @property
    def group(self) -> str:
        if not self.source:
            return "own"
        return "lecture" if self.source == _LECTURE else "papers"


def _preset(name: str, title: str, description: str, source: str = "", **values: Any) -> Preset:
    return Preset(name, title, description, Recipe(preset=name, **values), source)


_LECTURE = "F. Fleuret, Optimizing inputs (AMMI, Introduction to Deep Learning, 8.4)"
_OLAH = "C. Olah, A. Mordvintsev, L. Schubert, Feature Visualization, Distill 2017"

# The shift of Olah et al. is a jitter by 16 pixels and one by 8, each within ± its half, of 224.
_ROBUST: dict[str, Any] = {
    "shift": 12 / 224,
    "zoom": 0.05,
    "rotation": 5.0,
    "border": "mean",
}

_ALL = (
    _preset(
        "balanced",
        "Balanced",
        "The most recognizable picture: random shifts, scales and rotations, a step that decays, "
        "and a prior weighed against how strongly the unit pulls at the image.",
        scale="unit",
        prior_weight=3.0,
        lr=0.05,
        lr_end=0.05,
        shift=0.107,
        zoom=0.3,
        rotation=15.0,
    ),
    _preset(
        "lecture",
        "The lecture",
        "Fleuret's recipe as printed: Adam at 0.1 for 250 iterations, the multi-scale edge energy "
        "at weight 1.",
        _LECTURE,
    ),
    _preset(
        "no-prior",
        "Without a prior",
        "The lecture's recipe with nothing that keeps the picture natural: high frequencies win.",
        _LECTURE,
        prior_weight=0.0,
    ),
    _preset(
        "robust-2017",
        "Robustness (Olah et al. 2017)",
        "Only what survives being moved: pixels without a prior, jittered, scaled by ±5 % and "
        "turned by ±5° before each step.",
        _OLAH,
        prior="none",
        lr=0.05,
        steps=512,
        **_ROBUST,
    ),
    _preset(
        "fourier-2017",
        "Fourier basis (Olah et al. 2017)",
        "All scales as easy to reach: Fourier coefficients in decorrelated colours, robust to "
        "being moved.",
        _OLAH,
        parameterization="fourier",
        prior="none",
        lr=0.05,
        steps=512,
        **_ROBUST,
    ),
    _preset(
        "maco-2023",
        "MACO (Fel et al. 2023)",
        "A natural spectrum, phases alone: its magnitude stays 1/f, as a photograph's, and only "
        "its phases move.",
        "T. Fel et al., Unlocking Feature Visualization for Deeper Networks with MAgnitude "
        "Constrained Optimization, NeurIPS 2023",
        parameterization="maco",
        prior="none",
        optimizer="nadam",
        # The paper averages 32 crops an iteration and steps by 1 radian; with one view an
        # iteration that stays noise. Smaller steps that decay stand in for the mean.
        lr=0.3,
        lr_end=0.05,
        steps=256,
        start_std=3.0,
        shift=0.107,
        zoom=0.3,
        rotation=15.0,
        noise=0.08,
    ),
    _preset(
        "simonyan-2014",
        "L2 (Simonyan et al. 2014)",
        "Held by its squared size: plain gradient steps from a grey image, with L2 decay.",
        "K. Simonyan, A. Vedaldi, A. Zisserman, Deep Inside Convolutional Networks, ICLR workshop "
        "2014",
        prior="l2",
        prior_weight=1.0,
        optimizer="sgd",
        lr=0.05,
        scale="unit",
        start_std=0.0,
    ),
    _preset(
        "mahendran-2015",
        "Pre-image (Mahendran & Vedaldi 2015)",
        "Smooth, its size bounded: total variation and a bound on the pixels' values, with jitter.",
        "A. Mahendran, A. Vedaldi, Understanding Deep Image Representations by Inverting Them, "
        "CVPR 2015; Visualizing Deep Convolutional Neural Networks Using Natural Pre-Images, 2016",
        prior="natural-pre-image",
        prior_weight=0.05,
        scale="unit",
        shift=0.02,
    ),
    _preset(
        "yosinski-2015",
        "Blur (Yosinski et al. 2015)",
        "A blur at every fourth step: of one pixel, with a little decay at each.",
        "J. Yosinski et al., Understanding Neural Networks Through Deep Visualization, ICML "
        "workshop 2015, table 1, third row",
        prior="none",
        optimizer="sgd",
        scale="unit",
        lr=0.1,
        steps=500,
        decay=0.0001,
        blur=1.0,
        blur_every=4,
        valid_pixels=True,
    ),
    _preset(
        "yosinski-2015-sparse",
        "Sparse (Yosinski et al. 2015)",
        "Half of the pixels cleared: those of the smallest norm, with a small blur at every fourth "
        "step.",
        "J. Yosinski et al., Understanding Neural Networks Through Deep Visualization, ICML "
        "workshop 2015, table 1, first row",
        prior="none",
        optimizer="sgd",
        scale="unit",
        lr=0.1,
        steps=500,
        blur=0.5,
        blur_every=4,
        small_norm=0.5,
        valid_pixels=True,
    ),
)
PRESETS = {preset.name: preset for preset in _ALL}


def preset(name: str) -> Recipe:
    """The recipe of a preset; ``RecipeError`` lists the names where there is none."""
    if name not in PRESETS:
        raise RecipeError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name].recipe
