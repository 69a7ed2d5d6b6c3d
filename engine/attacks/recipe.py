"""Which attack, and every value that makes one result unlike another. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.recipes import RecipeError, Values, check

NAMES = (
    "gradient-ascent",
    "fgsm",
    "pgd-linf",
    "pgd-l2",
    "lbfgs",
    "deepfool",
    "carlini-wagner",
)
UNTARGETED = ("deepfool",)  # those that take no target
LOSSES = ("cross-entropy", "margin")
STEPS = ("plain", "unit")
RANDOM = "random"  # as a target: another class for each image, drawn by the seed

# What an attack is after: as far as its steps carry it, the most within ε, or the least change.
FREE, BUDGET, MINIMAL = "free", "budget", "minimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackRecipe(Values):
    """How an adversarial example is made (METHODS.md §3). Lengths are in pixels of [0, 1].

    Attributes:
        method: a name of ``METHODS``; which of the values below it reads is its ``reads``.
        target: a class by number or name, ``random`` for one of each image's own, or empty: any
            class but the first prediction will do.
        steps: iterations; of C&W and L-BFGS for each value of c.
        lr: gradient ascent's η, in normalized space; PGD's step α; C&W's learning rate.
        loss: ``cross-entropy``, or ``margin``: max over j ≠ y of z_j − z_y, whose gradient does
            not vanish where the network is certain.
        step: ``plain`` follows the gradient as it is, ``unit`` scales it to length 1.
        epsilon: the budget of FGSM and PGD, the largest change (L∞) or the change's length (L2).
        random_start: PGD's: from a random point within ε, drawn by the seed.
        box: keeps every pixel in [0, 1]. All attacks do but the lecture's, which turns it off.
        lattice: ends on an image of 8-bit pixels, so that what fools still does when saved.
        confidence: C&W's κ, by how much the logit must lead.
        search_steps: how many values of c C&W and L-BFGS try.
        initial_c: the first of them.
        overshoot: DeepFool steps this part further than the linearized boundary.
        candidates: how many of the most probable classes DeepFool looks at.
        seed: of random starts and random targets.
    """

    method: str = "gradient-ascent"
    target: str = ""
    steps: int = 15
    lr: float = 0.1
    loss: str = "cross-entropy"
    step: str = "plain"
    epsilon: float = 8 / 255
    random_start: bool = False
    box: bool = True
    lattice: bool = True
    confidence: float = 0.0
    search_steps: int = 1
    initial_c: float = 1.0
    overshoot: float = 0.02
    candidates: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        self.check_types()
        if self.method not in NAMES:
            raise RecipeError(f"There is no attack {self.method!r}; there are {', '.join(NAMES)}.")
        if self.target and self.method in UNTARGETED:
            raise RecipeError(f"{self.method} takes no target: choose another attack for that.")
        check(1 <= self.steps <= 100_000, "steps", self.steps, "1 to 100,000")
        check(0 < self.lr <= 1e9, "lr", self.lr, "above 0")
        check(self.loss in LOSSES, "loss", self.loss, " or ".join(LOSSES))
        check(self.step in STEPS, "step", self.step, " or ".join(STEPS))
        check(0 < self.epsilon <= 1000, "epsilon", self.epsilon, "above 0; 8/255 is 0.0314")
        check(0 <= self.confidence <= 1e6, "confidence", self.confidence, "0 or more")
        check(1 <= self.search_steps <= 30, "search_steps", self.search_steps, "1 to 30")
        check(0 < self.initial_c <= 1e12, "initial_c", self.initial_c, "above 0")
        check(0 <= self.overshoot <= 10, "overshoot", self.overshoot, "0 to 10")
        check(2 <= self.candidates <= 1000, "candidates", self.candidates, "2 to 1000")
        check(0 <= self.seed < 2**63, "seed", self.seed, "a whole number, 0 or more")

    @property
    def iterations(self) -> int:
        """At most how many iterations it takes."""
        searched = "search_steps" in METHODS[self.method].reads
        return self.steps * (self.search_steps if searched else 1)


@dataclass(frozen=True, slots=True)
class Method:
    """An attack by name: what it is for, which values it reads, and these values at first.

    ``goal`` is ``FREE``, ``BUDGET`` or ``MINIMAL``; ``norm`` the norm of its ε or of what it
    minimizes, ``inf`` or ``2``.
    """

    name: str
    title: str
    description: str
    source: str
    goal: str
    norm: str
    targeted: bool
    reads: frozenset[str]
    recipe: AttackRecipe


def _method(
    name: str,
    title: str,
    description: str,
    source: str,
    goal: str,
    reads: str,
    *,
    norm: str = "2",
    **values: Any,
) -> Method:
    targeted = name not in UNTARGETED
    names = {"method", "lattice", *reads.split(), *(("target",) if targeted else ())}
    recipe = AttackRecipe(method=name, **values)
    return Method(name, title, description, source, goal, norm, targeted, frozenset(names), recipe)


_ALL = (
    _method(
        "gradient-ascent",
        "Gradient ascent",
        "The lecture's: plain gradient steps up the loss, in the network's own normalized space, "
        "without a bound on how far. Where the network is certain they hardly move.",
        "Fleuret, Optimizing inputs",
        FREE,
        "steps lr loss step box",
        steps=15,
        lr=0.1,
        box=False,
        lattice=False,
    ),
    _method(
        "fgsm",
        "FGSM",
        "One step: every pixel moves by ε in the direction that the gradient's sign gives.",
        "Goodfellow et al. 2015",
        BUDGET,
        "epsilon loss",
        norm="inf",
        steps=1,
        epsilon=8 / 255,
    ),
    _method(
        "pgd-linf",
        "PGD L∞",
        "Signed gradient steps; no pixel may change by more than ε.",
        "Madry et al. 2018",
        BUDGET,
        "steps lr epsilon loss random_start seed",
        norm="inf",
        steps=20,
        lr=2 / 255,
        epsilon=8 / 255,
        random_start=True,
    ),
    _method(
        "pgd-l2",
        "PGD L2",
        "Gradient steps of one length; the whole change may be no longer than ε.",
        "Madry et al. 2018",
        BUDGET,
        "steps lr epsilon loss random_start seed",
        steps=20,
        lr=0.2,
        epsilon=1.0,
        random_start=True,
    ),
    _method(
        "lbfgs",
        "L-BFGS",
        "The lecture's reference: minimizes c·‖r‖² and the loss within the box, and searches the "
        "largest c that still fools.",
        "Szegedy et al. 2014",
        MINIMAL,
        "steps search_steps initial_c",
        steps=30,
        search_steps=8,
        initial_c=1.0,
    ),
    _method(
        "deepfool",
        "DeepFool",
        "Steps to the nearest boundary as if the network were linear there, until it is crossed.",
        "Moosavi-Dezfooli et al. 2016",
        MINIMAL,
        "steps overshoot candidates",
        steps=50,
    ),
    _method(
        "carlini-wagner",
        "Carlini & Wagner",
        "Adam on the change's length and the logits' margin, in tanh space, with a binary search "
        "on what weighs them.",
        "Carlini & Wagner 2017",
        MINIMAL,
        "steps lr confidence search_steps initial_c",
        steps=100,
        lr=0.002,
        search_steps=6,
        initial_c=0.01,
    ),
)
METHODS = {method.name: method for method in _ALL}
