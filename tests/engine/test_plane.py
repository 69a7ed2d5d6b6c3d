"""The plane: its gradients, its density, and the lecture's argument."""

from __future__ import annotations

import numpy as np
import pytest

from engine import plane
from engine.plane import Climb, Fit, PlaneError, PlaneQuestion, Points


@pytest.fixture(scope="module")
def fit() -> Fit:
    """Trained as the page trains it, on the points that it begins with."""
    return plane.trained(plane.fresh(), plane.default_points(), 400)


def climbed(fit: Fit, weight: float) -> np.ndarray:
    points = plane.default_points()
    start = Climb(points.of(0).mean(0)[None])
    return plane.climbed(start, fit, points, weight=weight, step=0.02, steps=1000).place


def test_without_h_it_runs_away_from_all_data(fit: Fit) -> None:
    points = plane.default_points()
    nearest = np.linalg.norm(points.places - climbed(fit, 0.0), axis=1).min()
    means = np.stack([points.of(label).mean(0) for label in (0, 1)])
    to_means = np.linalg.norm(points.places[:, None] - means, axis=2).min(1)
    assert nearest > to_means.max()


def test_with_h_it_ends_within_the_spread_of_class_1(fit: Fit) -> None:
    points = plane.default_points()
    place = climbed(fit, 1.0)
    assert np.linalg.norm(place - points.of(1).mean(0)) <= points.spread(1)
    ones = np.linalg.norm(points.of(1) - place, axis=1).min()
    zeros = np.linalg.norm(points.of(0) - place, axis=1).min()
    assert ones < zeros and ones < 0.5


def test_f_tells_the_classes_apart(fit: Fit) -> None:
    points = plane.default_points()
    f = np.array([plane.values(place, fit, points)[0] for place in points.places])
    assert ((f > 0) == (points.labels == 1)).mean() == 1.0


def test_h_is_the_kernel_estimate_s_minus_logarithm() -> None:
    points = plane.heaps(8)
    sigma = plane.bandwidth(points.places)
    for place in (np.array([0.3, -0.2]), np.array([2.5, 3.0])):
        squares = ((points.places - place) ** 2).sum(1)
        p = np.mean(np.exp(-squares / (2 * sigma**2)) / (2 * np.pi * sigma**2))
        assert plane.values(place, plane.fresh(), points)[1] == pytest.approx(-np.log(p))


@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_a_step_is_the_gradient_s(fit: Fit, weight: float) -> None:
    points, at = plane.default_points(), np.array([0.4, -0.3])

    def value(place: np.ndarray) -> float:
        f, h = plane.values(place, fit, points)
        return weight * h - f

    small = 1e-5 * np.eye(2)
    gradient = [(value(at + d) - value(at - d)) / 2e-5 for d in small]
    moved = plane.climbed(Climb(at[None]), fit, points, weight=weight, step=0.05)
    assert moved.place == pytest.approx(at - 0.05 * np.array(gradient), abs=1e-7)


def test_the_surface_s_first_row_is_the_highest() -> None:
    points, fit = plane.default_points(), plane.fresh(3)
    drawn = plane.surfaces(fit, points, side=5, reach=2.0)
    f, h = plane.values(np.array([-2.0, 2.0]), fit, points)
    assert (drawn.f[0, 0], drawn.h[0, 0]) == pytest.approx((f, h))
    assert drawn.f[4, 2] == pytest.approx(plane.values(np.array([0.0, -2.0]), fit, points)[0])


def test_training_in_parts_is_training_at_once() -> None:
    points = plane.heaps(6)
    parts = plane.fresh()
    for _ in range(4):
        parts = plane.trained(parts, points, 5)
    whole = plane.trained(plane.fresh(), points, 20)
    assert parts.steps == whole.steps == 20
    assert all(np.allclose(a, b) for a, b in zip(parts.weights, whole.weights, strict=True))


def test_far_away_it_stops_and_a_class_without_points_is_said(fit: Fit) -> None:
    points = plane.default_points()
    lost = plane.climbed(
        Climb(np.array([[39.0, 39.0]])), fit, points, weight=0.0, step=50.0, steps=20
    )
    assert lost.lost and len(lost.trail) < 21 and np.isfinite(lost.trail).all()
    one = Points(points.of(0), np.zeros(len(points.of(0)), np.int64))
    with pytest.raises(PlaneError, match="no point of class 1"):
        plane.answer(PlaneQuestion(1, one, fit, lost, train=1), None)
