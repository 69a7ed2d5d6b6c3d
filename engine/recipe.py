"""Every value that makes one picture differ from another. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values import Values, check

PARAMETERIZATION_NAMES = ("pixels", "fourier", "maco")
OPTIMIZERS = ("adam", "nadam", "sgd")
PRIOR_NAMES = (
    "multiscale-edge-energy",
    "total-variation",
    "natural-pre-image",
    "l2",
    "none",
)
SCALES = ("unit", "none")
BORDERS = ("reflection", "mean")

# What acts on an image whose values are its pixels, and on no other (``engine.operators``).
PIXELS_ONLY = frozenset(
    {"decay", "blur", "blur_every", "small_norm", "small_contribution", "valid_pixels"}
)

# What may be changed while a run goes on: the rest defines the problem itself.
TURNABLE = frozenset(
    {
        "steps",
        "lr",
        "lr_end",
        "prior",
        "prior_weight",
        "shift",
        "zoom",
        "rotation",
        "border",
        "crop",
        "noise",
        "decay",
        "blur",
        "blur_every",
        "small_norm",
        "small_contribution",
        "classify_every",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Values):
    """How an image is optimized: minimize ``prior_weight * h - scale * f`` (METHODS.md §2).

    Attributes:
        preset: the name of the preset it started from; a label, not a value.
        parameterization: what is moved to make the image (``engine.parameterizations``):
            ``pixels``, its Fourier coefficients in decorrelated colours (``fourier``), or the
            phases of a fixed spectrum (``maco``).
        steps: iterations.
        optimizer: ``adam``, ``nadam`` or ``sgd``.
        lr: learning rate η, in normalized space; of phases, in radians.
        lr_end: the learning rate falls along a cosine to this fraction of ``lr``; 1 is constant.
        scale: ``none`` climbs f's gradient as it is; ``unit`` divides it by its typical length
            (``engine.scaling``), so that one prior weight serves every unit of every network.
        prior: one of ``PRIOR_NAMES``.
        prior_weight: λ ≥ 0.
        shift: largest random shift before each forward pass, as a fraction of the image's side.
        zoom: largest random change of scale, as a fraction (0.3 is ±30 %).
        rotation: largest random rotation, in degrees.
        border: what the transformations find outside the image: its ``reflection``, or the
            network's ``mean`` colour.
        crop: mean side of the random part that the network sees, as a fraction of the image's,
            brought to the network's own size; 1 shows it the whole image.
        noise: standard deviation of the noise added before each forward pass, in normalized space.
        decay: what every step takes off the pixels' values, as a fraction of them.
        blur: σ in pixels of the Gaussian blur after every ``blur_every``-th step; 0 is none.
        blur_every: see ``blur``.
        small_norm: the fraction of the pixels, those of the smallest norm, that every step sets
            to 0, the mean colour.
        small_contribution: the same of those that contribute least to f.
        valid_pixels: the pixels stay within what a file can hold, and are shown as they are.
        size: side of the image in pixels; ``None`` is the network's own.
        seed: of the starting noise and of the random transformations.
        start_std: standard deviation of the starting noise, of what is moved: of pixels in
            normalized space, of scaled Fourier coefficients, of phases in radians.
        classify_every: for units of hidden layers, whose iterations stop at the layer, how often
            the whole network is run to name the image's classes. A class unit is named at every
            iteration at no cost.

    What is in ``PIXELS_ONLY`` is read where the parameterization is ``pixels``.
    """

    preset: str = "custom"
    parameterization: str = "pixels"
    steps: int = 250
    optimizer: str = "adam"
    lr: float = 0.1
    lr_end: float = 1.0
    scale: str = "none"
    prior: str = "multiscale-edge-energy"
    prior_weight: float = 1.0
    shift: float = 0.0
    zoom: float = 0.0
    rotation: float = 0.0
    border: str = "reflection"
    crop: float = 1.0
    noise: float = 0.0
    decay: float = 0.0
    blur: float = 0.0
    blur_every: int = 4
    small_norm: float = 0.0
    small_contribution: float = 0.0
    valid_pixels: bool = False
    size: int | None = None
    seed: int = 0
    start_std: float = 0.01
    classify_every: int = 10

    def __post_init__(self) -> None:
        self.check_types()
        for name, possible in _CHOICES.items():
            value = getattr(self, name)
            check(value in possible, name, value, " or ".join(possible))
        check(1 <= self.steps <= 1_000_000, "steps", self.steps, "1 to 1,000,000")
        check(0 < self.lr <= 1e6, "lr", self.lr, "above 0")
        check(0 <= self.lr_end <= 1, "lr_end", self.lr_end, "0 to 1")
        check(0 <= self.prior_weight <= 1e9, "prior_weight", self.prior_weight, "0 or more")
        check(0 <= self.shift <= 0.5, "shift", self.shift, "0 to 0.5 of the image's side")
        check(0 <= self.zoom <= 0.9, "zoom", self.zoom, "0 to 0.9")
        check(0 <= self.rotation <= 180, "rotation", self.rotation, "0 to 180 degrees")
        check(0.05 <= self.crop <= 1, "crop", self.crop, "0.05 to 1 of the image's side")
        check(0 <= self.noise <= 10, "noise", self.noise, "0 to 10")
        check(0 <= self.decay < 1, "decay", self.decay, "0 to less than 1")
        check(0 <= self.blur <= 50, "blur", self.blur, "0 to 50 pixels")
        check(1 <= self.blur_every <= 1_000_000, "blur_every", self.blur_every, "1 or more")
        for name in ("small_norm", "small_contribution"):
            value = getattr(self, name)
            check(0 <= value < 1, name, value, "0 to less than 1 of the pixels")
        check(self.size is None or 8 <= self.size <= 4096, "size", self.size, "8 to 4096 pixels")
        check(0 <= self.seed < 2**63, "seed", self.seed, "a whole number, 0 or more")
        check(0 <= self.start_std <= 10, "start_std", self.start_std, "0 to 10")
        check(self.classify_every >= 1, "classify_every", self.classify_every, "1 or more")

    @property
    def in_range(self) -> bool:
        """Whether its images are pixels in [0, 1], shown as they are.

        Others have no brightness of their own, and are shown standardized.
        """
        return self.parameterization != "pixels" or self.valid_pixels

    def pixels_only(self, name: str) -> bool:
        """Whether a value would change pixels, and there are none to change."""
        return name in PIXELS_ONLY and self.parameterization != "pixels"

    def reads(self, name: str) -> bool:
        """Whether a value has any effect beside the others."""
        if self.pixels_only(name):
            return False
        if name == "blur_every":
            return self.blur > 0
        if name == "prior_weight":
            return self.prior != "none"
        if name == "border":
            return bool(self.shift or self.zoom or self.rotation or self.crop < 1)
        return True


_CHOICES = {
    "parameterization": PARAMETERIZATION_NAMES,
    "optimizer": OPTIMIZERS,
    "scale": SCALES,
    "prior": PRIOR_NAMES,
    "border": BORDERS,
}
