"""What fools on 8-bit pixels: kept, near, within ε, and the same for every image of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.attacks.attack import pose, to_pictures, to_pixels
from engine.attacks.lattice import SLACK, on_lattice
from engine.attacks.problem import Iterate, Problem, lengths, per_image
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.jobs import NetworkRef, Picture
from engine.networks import Network, Preprocessing
from resources.sketchnet.draw import draw

Solve = Callable[..., tuple[Problem, list[Iterate]]]
DEEPFOOL = AttackRecipe(method="deepfool")


def saved(problem: Problem, pixels: Tensor) -> Tensor:
    """What is read back from a PNG of these."""
    return to_pixels(problem.network, to_pictures(pixels))


@pytest.fixture
def linear(linear_of: Callable[[Tensor, Tensor], Network]) -> Network:
    torch.manual_seed(2)
    return linear_of(torch.randn(5, 768) / 20, torch.zeros(5))


def nudge(problem: Problem, by: float) -> Tensor:
    """Just over the nearest boundary of a linear network: ``by`` times what is needed."""
    margin, gradient, _ = problem.gradient(problem.x, problem.margin)
    return problem.x - per_image(by * margin / lengths(gradient).square()) * gradient


def test_of_a_linear_boundary_the_nearest_point(linear: Network, noise: Picture) -> None:
    problem = pose(linear, noise, DEEPFOOL)
    ours = on_lattice(problem, nudge(problem, 1.001), DEEPFOOL)
    assert problem.fooled(problem.logits(ours)).all()
    margin, gradient, z = problem.gradient(problem.x, problem.margin)
    for i in range(len(noise)):
        g = gradient[i].double().flatten().numpy() / 255
        need = float(-margin[i] + SLACK * z[i].abs().max())
        scales = np.geomspace(1, 1000, 4000) * 0.5 / np.abs(g).max()
        # Lagrange's bound, of any k whatever: min Σ k² − λ(Σ gk − need), at k = round(λg / 2).
        bounds = []
        for scale in scales:
            k = np.round(scale * g)
            bounds.append((k**2).sum() - 2 * scale * ((g * k).sum() - need))
        steps = float(((ours[i] - problem.x[i]) * 255).square().sum())
        assert max(bounds) - 0.5 <= steps <= 1.05 * max(bounds) + 1


def test_fresh_gradients_shorten_a_roundabout_change(linear: Network, noise: Picture) -> None:
    problem = pose(linear, noise, DEEPFOOL)
    straight = nudge(problem, 1.001)
    aside = torch.randn(problem.x.shape, generator=torch.Generator().manual_seed(1)) / 50
    pixels = straight + aside
    fooled = problem.fooled(problem.logits(pixels))
    assert fooled.any()
    ours = lengths(on_lattice(problem, pixels, DEEPFOOL) - problem.x)
    least = lengths(on_lattice(problem, straight, DEEPFOOL) - problem.x)
    assert (ours <= 1.05 * least + 1e-3)[fooled].all()


def test_plain_rounding_would_undo_it(linear: Network, noise: Picture) -> None:
    problem = pose(linear, noise, DEEPFOOL)
    pixels = problem.x + (nudge(problem, 1.001) - problem.x)
    assert not problem.fooled(problem.logits(saved(problem, pixels))).all()
    ours = on_lattice(problem, pixels, DEEPFOOL)
    assert torch.equal(saved(problem, ours), ours)
    assert problem.fooled(problem.logits(ours)).all()
    assert (problem.margin(problem.logits(ours)) >= SLACK * 0.1).all()


@pytest.mark.parametrize("method", ["deepfool", "lbfgs", "carlini-wagner", "pgd-l2", "pgd-linf"])
def test_all_that_fools_still_does_when_saved(
    tiny: Network, noise: Picture, solve: Solve, method: str
) -> None:
    recipe = replace(METHODS[method].recipe, steps=20, initial_c=1.0, random_start=False)
    values = {name: getattr(recipe, name) for name in recipe.__slots__}
    problem, iterates = solve(tiny, noise, **values)
    pixels = iterates[-1].pixels
    fooled = problem.fooled(problem.logits(pixels))
    assert fooled.any()
    ours = on_lattice(problem, pixels, recipe)
    assert torch.equal(saved(problem, ours), ours)
    assert problem.fooled(problem.logits(ours))[fooled].all()


def test_drawings_fool_when_saved_at_a_small_price(sketchnet: Network, solve: Solve) -> None:
    drawings = np.stack([draw(which, 2_000_000_000 + which) for which in range(0, 24, 6)])
    problem, iterates = solve(sketchnet, drawings, method="deepfool", steps=10)
    pixels = iterates[-1].pixels
    fooled = problem.fooled(problem.logits(pixels))
    assert fooled.any()
    calls = 0

    def pulse() -> None:
        nonlocal calls
        calls += 1

    ours = on_lattice(replace(problem, pulse=pulse), pixels, DEEPFOOL)
    assert calls <= 45
    assert problem.fooled(problem.logits(ours))[fooled].all()
    price = lengths(ours - problem.x) / lengths(pixels - problem.x)
    assert price[fooled].median() <= 1.1


@pytest.mark.parametrize("steps", [1.0, 2.5, 8.0])
def test_a_largest_change_stays_within_epsilon(
    tiny: Network, noise: Picture, solve: Solve, steps: float
) -> None:
    epsilon = steps / 255
    values = {"method": "pgd-linf", "steps": 10, "lr": epsilon / 4, "epsilon": epsilon}
    problem, iterates = solve(tiny, noise, **values)
    ours = on_lattice(problem, iterates[-1].pixels, AttackRecipe(**values))
    assert (ours - problem.x).abs().max() <= epsilon + 1e-6
    changed = ((ours - problem.x) * 255).abs().round().amax((1, 2, 3))
    assert (changed == int(steps)).all()


@pytest.mark.parametrize("epsilon", [0.02, 0.1, 0.5])
def test_a_change_stays_no_longer_than_epsilon(
    tiny: Network, noise: Picture, solve: Solve, epsilon: float
) -> None:
    values = {"method": "pgd-l2", "steps": 10, "lr": epsilon / 4, "epsilon": epsilon}
    problem, iterates = solve(tiny, noise, **values)
    ours = on_lattice(problem, iterates[-1].pixels, AttackRecipe(**values))
    assert (lengths(ours - problem.x) <= epsilon).all()
    assert torch.equal(saved(problem, ours), ours)


def test_within_epsilon_it_looks_for_one_that_fools(linear: Network, noise: Picture) -> None:
    # Just enough of a change: plain rounding loses it, in twice its length there are others.
    problem = pose(linear, noise, DEEPFOOL)
    pixels = nudge(problem, 1.01)
    lost = 0
    for i, epsilon in enumerate(lengths(pixels - problem.x).tolist()):
        recipe = AttackRecipe(method="pgd-l2", epsilon=2 * epsilon)
        one = problem.part(torch.tensor([i]))
        plain = one.fooled(one.logits(saved(one, pixels[i : i + 1])))
        lost += int(not plain.item())
        ours = on_lattice(one, pixels[i : i + 1], recipe)
        assert one.fooled(one.logits(ours)).all()
        assert lengths(ours - one.x).item() <= recipe.epsilon
    assert lost


@pytest.mark.parametrize("method", ["deepfool", "pgd-l2", "gradient-ascent"])
def test_what_does_not_fool_is_only_rounded(linear: Network, noise: Picture, method: str) -> None:
    problem = pose(linear, noise, DEEPFOOL)
    pixels = nudge(problem, 0.9)
    ours = on_lattice(problem, pixels, AttackRecipe(method=method, epsilon=100.0))
    assert torch.equal(ours, saved(problem, pixels))


def test_gradient_ascent_stays_where_it_went(linear: Network, noise: Picture) -> None:
    problem = pose(linear, noise, DEEPFOOL)
    far = nudge(problem, 40.0)  # out of the box too
    assert far.min() < 0
    ours = on_lattice(problem, far, METHODS["gradient-ascent"].recipe)
    assert torch.equal(ours, saved(problem, far.clamp(0, 1)))
    near = on_lattice(problem, nudge(problem, 1.001), METHODS["gradient-ascent"].recipe)
    assert problem.fooled(problem.logits(near)).all()


def test_the_confidence_is_kept(linear: Network, noise: Picture) -> None:
    recipe = AttackRecipe(method="carlini-wagner", confidence=0.4)
    problem = pose(linear, noise, recipe)
    _, gradient, _ = problem.gradient(problem.x, problem.margin)
    over = nudge(problem, 1.0) + per_image(0.4001 / lengths(gradient).square()) * gradient
    ours = on_lattice(problem, over, recipe)
    assert (problem.margin(problem.logits(ours)) >= 0.4).all()


def test_a_target_is_kept(linear: Network, noise: Picture) -> None:
    recipe = AttackRecipe(method="lbfgs", target="random", seed=3)
    problem = pose(linear, noise, recipe)
    pixels = problem.x
    for _ in range(8):
        margin, gradient, _ = problem.gradient(pixels, problem.margin)
        short = (0.01 - margin).clamp_min(0) / lengths(gradient).square()
        pixels = pixels + per_image(short) * gradient
    assert problem.fooled(problem.logits(pixels)).all()
    ours = on_lattice(problem, pixels, recipe)
    assert (problem.logits(ours).argmax(1) == problem.targets).all()


def test_an_image_does_not_depend_on_the_others(
    tiny: Network, noise: Picture, solve: Solve
) -> None:
    problem, iterates = solve(tiny, noise, method="deepfool", steps=20)
    together = on_lattice(problem, iterates[-1].pixels, DEEPFOOL)
    for i in range(len(noise)):
        one = problem.part(torch.tensor([i]))
        alone = on_lattice(one, iterates[-1].pixels[i : i + 1], DEEPFOOL)
        assert lengths(alone - together[i]).item() <= 0.02


def test_grey_is_saved_as_it_is_seen() -> None:
    torch.manual_seed(4)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 196, 3))
    preprocessing = Preprocessing(size=16, resize=16, mean=(0.1,), std=(0.3,))
    network = Network("grey", "Grey", model, ("a", "b", "c"), preprocessing, NetworkRef("grey"))
    colours = np.random.default_rng(1).integers(40, 216, (6, 16, 16, 3)).astype(np.uint8)
    problem = pose(network, colours, DEEPFOOL)
    pixels = problem.x
    for _ in range(30):
        margin, gradient, _ = problem.gradient(pixels, problem.margin)
        short = (1e-4 - margin).clamp_min(0) / lengths(gradient).square()
        pixels = (pixels + 1.1 * per_image(short) * gradient).clamp(0, 1)
    assert problem.fooled(problem.logits(pixels)).all()
    ours = on_lattice(problem, pixels, DEEPFOOL)
    pictures = to_pictures(ours)
    assert (pictures == pictures[..., :1]).all()
    assert problem.fooled(problem.logits(to_pixels(network, pictures))).all()
    assert (ours * 255 - torch.from_numpy(pictures[..., 0])[:, None]).abs().max() < 1e-3
