"""Pixels as genomes: the mutation's and the crossover's distributions, by their closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from engine.evolution import direct
from engine.evolution.graphs import polynomial
from engine.evolution.recipe import EvolveRecipe

ETAS = (1.0, 15.0, 20.0)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def step_cdf(d: np.ndarray, eta: float) -> np.ndarray:
    """Of Deb & Goyal's polynomial mutation: its density is (η + 1)/2 · (1 − |d|)^η."""
    below = (1 + np.clip(d, -1, 0)) ** (eta + 1) / 2
    above = 1 - (1 - np.clip(d, 0, 1)) ** (eta + 1) / 2
    return np.where(d < 0, below, above)


@pytest.mark.parametrize("eta", ETAS)
def test_the_steps_are_distributed_as_the_paper_s(eta: float) -> None:
    u = torch.rand(40_000, generator=generator(1), dtype=torch.float64)
    expected = np.where(
        u.numpy() < 0.5,
        (2 * u.numpy()) ** (1 / (eta + 1)) - 1,
        1 - (2 * (1 - u.numpy())) ** (1 / (eta + 1)),
    )
    ours = direct.polynomial(u.clone(), eta).numpy()
    assert np.allclose(ours, expected, atol=1e-12)
    assert np.allclose(polynomial(u.numpy(), eta), expected, atol=1e-12)
    assert stats.kstest(ours, lambda d: step_cdf(d, eta)).pvalue > 1e-3
    assert np.abs(ours).mean() == pytest.approx(1 / (eta + 2), rel=0.02)


def test_mutated_levels_are_the_steps_rounded_and_clamped() -> None:
    """Against the exact chance of each level, by χ²."""
    eta, level, count = 15.0, 230, 400_000
    levels = torch.full((1, 1, count // 4, 4), level, dtype=torch.uint8)
    found = direct.mutate(levels, 1.0, eta, generator(2)).numpy().ravel()
    edges = (np.arange(-1, 256) + 0.5 - level) / 255
    edges[0], edges[-1] = -2, 2  # what falls outside is clamped
    chances = np.diff(step_cdf(edges, eta))
    counts = np.bincount(found, minlength=256)
    some = chances * count > 20
    rest = counts[~some].sum(), chances[~some].sum() * count
    test = stats.chisquare(
        [*counts[some], rest[0]], [*(chances[some] * count), rest[1]], sum_check=False
    )
    assert test.pvalue > 1e-3
    assert counts[255] > 30_000  # clamped, not wrapped


@pytest.mark.parametrize("rate", [1.0, 0.5, 0.1, 0.003])
def test_each_value_is_chosen_with_its_chance_independently(rate: float) -> None:
    count = 60_000
    hits = np.zeros(count)
    for seed in range(20):
        where = direct.chosen(count, rate, generator(seed)).numpy()
        assert (np.diff(where) > 0).all() and where[0] >= 0 and where[-1] < count
        hits[where] += 1
    number = hits.sum()
    spread = np.sqrt(20 * count * rate * (1 - rate))
    assert abs(number - 20 * count * rate) <= 4 * spread
    # How often each of 60,000 was chosen in twenty draws is binomial.
    expected = stats.binom.pmf(np.arange(21), 20, rate) * count
    some = expected > 5
    if some.sum() > 1:
        counts = np.bincount(hits.astype(int), minlength=21)
        observed = [*counts[some], counts[~some].sum()]
        predicted = [*expected[some], max(expected[~some].sum(), 1e-9)]
        if predicted[-1] < 5:
            observed, predicted = observed[:-1], predicted[:-1]
        assert stats.chisquare(observed, predicted, sum_check=False).pvalue > 1e-3


def test_few_values_and_small_rates_choose_none_often_enough() -> None:
    empty = sum(len(direct.chosen(4, 0.1, generator(seed))) == 0 for seed in range(2000))
    assert empty / 2000 == pytest.approx(0.9**4, abs=0.035)


def test_crossover_spreads_couples_about_their_middle() -> None:
    """β's distribution: ½β^(η+1) below 1, 1 − ½β^−(η+1) above (Deb & Agrawal 1995)."""
    eta, count = 10.0, 200_000
    a, b = 80, 160  # so far from the ends that nothing is clamped, so far apart that β is seen
    levels = torch.tensor([a, b], dtype=torch.uint8).view(2, 1, 1, 1).repeat(1, 1, count // 4, 4)
    direct.cross(levels, 1.0, eta, generator(3))
    first, second = levels.double().view(2, -1).numpy()
    assert np.abs(first + second - (a + b)).max() <= 1  # their middle stays, but for rounding
    crossed = (first != a) & (first != b)
    beta = np.abs(first - second)[crossed] / (b - a)

    def cdf(x: np.ndarray) -> np.ndarray:
        x = np.maximum(x, 1e-12)
        return np.where(x < 1, x ** (eta + 1) / 2, 1 - x ** -(eta + 1) / 2)

    # Levels are whole: the share of values beyond each bound, between two levels.
    for bound in (0.9125, 0.9625, 1.0375, 1.0875, 1.2125):
        kept = 0.5 * count  # each value is crossed with ½
        share = (np.abs(first - second) / (b - a) > bound).sum() / count
        half = cdf(np.array(bound))
        expected = (0.5 if bound < 1 else 0) + 0.5 * (1 - half)
        assert share == pytest.approx(float(expected), abs=0.004), kept
    swapped = (first > second).mean()
    assert swapped == pytest.approx(0.25, abs=0.005)  # half of those crossed change sides
    assert len(beta)


def test_half_the_couples_are_crossed_where_the_recipe_says_half() -> None:
    levels = torch.zeros(2000, 1, 4, 4, dtype=torch.uint8)
    levels[1000:] = 200
    direct.cross(levels, 0.5, 10.0, generator(4))
    touched = (levels[:1000] != 0).any(dim=(1, 2, 3)).float().mean()
    assert float(touched) == pytest.approx(0.5, abs=0.05)
    assert torch.equal((levels[:1000] != 0).any(dim=(1, 2, 3)), (levels[1000:] != 200).any(
        dim=(1, 2, 3)
    ))  # fmt: skip


def test_starts_are_noise_or_one_level_mutated_once() -> None:
    noise = direct.fresh(EvolveRecipe(encoding="direct"), 40, 3, 32, generator())
    counts = np.bincount(noise.numpy().ravel(), minlength=256)
    assert stats.chisquare(counts).pvalue > 1e-3
    for start, level in (("black", 0), ("grey", 128)):
        recipe = EvolveRecipe(encoding="direct", start=start)
        same = (direct.fresh(recipe, 40, 1, 32, generator()) == level).float().mean()
        expected = 0.9 + 0.1 * (0.5 if level == 0 else 0)
        assert float(same) == pytest.approx(expected, abs=0.01)


def test_grey_is_shown_as_it_is_and_colour_as_red_green_and_blue() -> None:
    grey = direct.fresh(EvolveRecipe(encoding="direct"), 3, 1, 8, generator())
    assert direct.draw(grey) is grey
    colours = torch.tensor([[0, 255, 255], [85, 255, 255], [170, 255, 255], [9, 0, 77]])
    drawn = direct.draw(colours.to(torch.uint8).view(4, 3, 1, 1)).view(4, 3).tolist()
    assert drawn == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [77, 77, 77]]
