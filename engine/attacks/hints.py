"""Says why an attack does not get on, and what would help. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.attacks.parcels import AttackRecord, AttackRun
from engine.attacks.recipe import BUDGET, METHODS, MINIMAL, AttackRecipe

# The cross-entropy's gradient is the margin's times about 1 − p.
CERTAIN = 0.9
STALLED_AFTER = 3  # iterations; before that a run that has just begun would be told to give up
# Half a level of 8 bits: less than that outside [0, 1], saving cuts nothing off.
OUTSIDE = 0.5

Remedy = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence or two for a person, and what helps: a button's title, the values it sets."""

    text: str
    remedies: tuple[Remedy, ...]


def hint(run: AttackRun) -> Hint | None:
    """What to tell of a run, going on or ended; ``None`` when all is well."""
    last = run.last
    if last is None or run.ended == "failed":
        return None  # why it failed is the run's own message
    if run.target and run.target == run.before:
        return Hint(
            f"The network sees {run.target} in the untouched image already: aim at another class.",
            (("Any other class", {"target": ""}), ("A random class", {"target": "random"})),
        )
    if not last.fooled:
        return _stalled(run, last) or (_not_fooled(run) if run.ended == "finished" else None)
    if run.ended and not last.saved_fooled:
        return _undone(run, last)
    if last.distortion.outside_255 > OUTSIDE:
        return Hint(
            f"Pixels left the range that a picture can hold, by up to "
            f"{last.distortion.outside_255:.1f}/255: the lecture's recipe sets no bound. Saving "
            "cuts them off.",
            (("Keep pixels in range", {"box": True}),),
        )
    return None


def _stalled(run: AttackRun, last: AttackRecord) -> Hint | None:
    recipe = run.recipe
    blind = recipe.loss == "cross-entropy" and "loss" in METHODS[recipe.method].reads
    if not blind or run.target or recipe.target or not last.top or last.top[0][1] < CERTAIN:
        return None
    stepped = [x for x in run.records if not x.settled and x.gradient == x.gradient]
    if not stepped or (not run.ended and stepped[-1].iteration < STALLED_AFTER):
        return None
    length, p = stepped[-1].gradient, last.top[0][1]
    plain = recipe.method == "gradient-ascent" and recipe.step == "plain"
    # Sign and unit steps do not care how short a gradient is, unless it is nothing at all.
    if not plain and length > 0:
        return None
    certain = f"p = {p:.4f}" if p < 0.99995 else "p > 0.9999"
    remedies: list[Remedy] = [("Margin loss", {"loss": "margin"})]
    if recipe.method == "gradient-ascent":
        if recipe.step == "plain" and length > 0:
            remedies.append(("Steps of one length", {"step": "unit"}))
        if _reaches(recipe, length):
            remedies.append((f"10 × the step ({10 * recipe.lr:g})", {"lr": 10 * recipe.lr}))
            remedies.append(_more_steps(recipe, 10))
    return Hint(
        f"The network is certain ({certain}), so the loss has almost no slope: its gradient's "
        f"length is {length:.2g}, and the image hardly moves.",
        tuple(remedies),
    )


def _reaches(recipe: AttackRecipe, length: float) -> bool:
    # Whether ten times as far is far enough to be worth a try: a twentieth of what the
    # default's steps cover at length 1.
    return 10 * recipe.lr * length * recipe.steps >= 0.05 * 0.1 * 15


def _not_fooled(run: AttackRun) -> Hint:
    recipe = run.recipe
    method = METHODS[recipe.method]
    sees = f"does not see {run.target}" if run.target else f"still sees {run.before}"
    remedies: list[Remedy] = []
    if method.goal == BUDGET:
        text = f"The whole budget ε = {_budget(recipe)} is used, and the network {sees}."
        larger = 2 * recipe.epsilon
        remedies.append((f"ε = {_budget(recipe.changed(epsilon=larger))}", {"epsilon": larger}))
        if "steps" in method.reads:
            remedies.append(_more_steps(recipe, 2))
            remedies.append(_other("carlini-wagner"))
        else:
            remedies.append(_other("pgd-linf", keep={"epsilon", "loss"}))
    elif method.goal == MINIMAL:
        text = f"No change was found that fools: the network {sees}."
        remedies.append(_more_steps(recipe, 2))
        if "search_steps" in method.reads:
            more = min(30, recipe.search_steps + 4)
            if more > recipe.search_steps:
                remedies.append((f"{more} values of c", {"search_steps": more}))
            # C&W's c weighs the class, L-BFGS's weighs the change.
            c = recipe.initial_c * (10 if recipe.method == "carlini-wagner" else 0.1)
            remedies.append((f"c from {c:g}", {"initial_c": c}))
        else:
            remedies.append(_other("carlini-wagner"))
    else:
        count = recipe.steps
        text = f"After {count} iteration{'s' * (count != 1)} the network {sees}."
        remedies.append(_more_steps(recipe, 4))
        if recipe.loss != "margin":
            remedies.append(("Margin loss", {"loss": "margin"}))
        if recipe.step != "unit":
            remedies.append(("Steps of one length", {"step": "unit"}))
        remedies.append((f"10 × the step ({10 * recipe.lr:g})", {"lr": 10 * recipe.lr}))
    if recipe.target:
        remedies.append(("Any other class", {"target": ""}))
    return Hint(text, tuple(remedies))


def _undone(run: AttackRun, last: AttackRecord) -> Hint:
    recipe = run.recipe
    text = (
        f"Saving undoes it: rounded to 8 bits, the image is {last.saved} again."
        if last.saved == run.before
        else f"Saving undoes it: rounded to 8 bits, the image is {last.saved}."
    )
    remedies: list[Remedy] = []
    if not recipe.lattice:
        remedies.append(("Stay fooled when saved", {"lattice": True}))
    elif run.ended == "stopped":
        text += " Run it to its end to have that mended."
    elif METHODS[recipe.method].goal == BUDGET:
        larger = 2 * recipe.epsilon
        remedies.append((f"ε = {_budget(recipe.changed(epsilon=larger))}", {"epsilon": larger}))
    elif recipe.method == "carlini-wagner":
        more = recipe.confidence + 1
        remedies.append((f"Confidence {more:g}", {"confidence": more}))
    elif recipe.method == "deepfool":
        more = max(0.04, 2 * recipe.overshoot)
        remedies.append((f"Overshoot {more:g}", {"overshoot": more}))
    else:
        remedies.append(_more_steps(recipe, 2))
    if last.distortion.outside_255 > OUTSIDE and not recipe.box:
        remedies.append(("Keep pixels in range", {"box": True}))
    return Hint(text, tuple(remedies))


def _budget(recipe: AttackRecipe) -> str:
    """ε as a person reads it: in 1/255 for L∞, a length for L2."""
    if METHODS[recipe.method].norm == "inf":
        return f"{recipe.epsilon * 255:.3g}/255"
    return f"{recipe.epsilon:.3g}"


def _more_steps(recipe: AttackRecipe, times: int) -> Remedy:
    steps = min(100_000, times * recipe.steps)
    return f"{steps:,} iterations", {"steps": steps}


def _other(name: str, keep: set[str] | frozenset[str] = frozenset()) -> Remedy:
    method = METHODS[name]
    own = method.reads - {"method", "target", "lattice", "seed"} - keep
    values = {key: getattr(method.recipe, key) for key in sorted(own)}
    # Turned off for the lecture's only; every other attack keeps to [0, 1].
    return method.title, {"method": name, "box": True, **values}
