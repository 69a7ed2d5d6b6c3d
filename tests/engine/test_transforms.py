"""The random transformations: none where none is asked, the seed's own, and what they claim."""

from __future__ import annotations

import pytest
import torch

from engine.recipes import Recipe
from engine.transforms import transformed


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ramp(side: int = 64) -> torch.Tensor:
    """Rows and columns by their own numbers, in two channels: (1, 2, side, side)."""
    place = torch.arange(side, dtype=torch.float64)
    return torch.stack([place[:, None].expand(side, side), place[None].expand(side, side)])[None]


def test_nothing_is_done_where_nothing_is_asked() -> None:
    x, drawn = ramp(), generator()
    assert transformed(x, Recipe(), drawn) is x
    assert torch.equal(drawn.get_state(), generator().get_state())


@pytest.mark.parametrize("values", [{"shift": 0.1}, {"zoom": 0.3}, {"rotation": 15.0}], ids=str)
def test_the_seed_decides(values: dict[str, float]) -> None:
    x, recipe = ramp(), Recipe(**values)
    once = transformed(x, recipe, generator(1))
    assert torch.equal(once, transformed(x, recipe, generator(1)))
    assert not torch.allclose(once, transformed(x, recipe, generator(2)))
    assert once.shape == x.shape and once.dtype == x.dtype


def inner(x: torch.Tensor) -> torch.Tensor:
    return x[0, :, 24:40, 24:40]  # no reflection reaches the middle


def test_a_shift_moves_and_stays_within_its_bound() -> None:
    moves = []
    for seed in range(30):
        moved = inner(transformed(ramp(), Recipe(shift=0.1), generator(seed)) - ramp())
        moves.append(moved.mean((1, 2)))
        torch.testing.assert_close(moved, moves[-1][:, None, None].expand_as(moved))
    found = torch.stack(moves)
    assert found.abs().max() <= 6.4 + 1e-9
    assert (found.abs().max(0).values > 4).all()  # both ways are used, up to the bound
    assert (found.min(0).values < 0).all() and (found.max(0).values > 0).all()


def test_a_zoom_scales_about_the_centre() -> None:
    scales = []
    for seed in range(30):
        rows, columns = inner(transformed(ramp(), Recipe(zoom=0.3), generator(seed)))
        slope = float((rows[-1, 0] - rows[0, 0]) / 15)
        assert slope == pytest.approx(float((columns[0, -1] - columns[0, 0]) / 15))
        assert float(rows.mean()) == pytest.approx(31.5)
        scales.append(1 / slope)
    assert 0.7 <= min(scales) < 0.85 and 1.15 < max(scales) <= 1.3


def test_a_rotation_turns_about_the_centre() -> None:
    angles = []
    for seed in range(30):
        rows, columns = inner(transformed(ramp(), Recipe(rotation=20.0), generator(seed)))
        down, across = rows[:, 0].diff().mean(), columns[:, 0].diff().mean()
        assert float(torch.hypot(down, across)) == pytest.approx(1)
        angles.append(float(torch.rad2deg(torch.atan2(across, down))))
    assert max(map(abs, angles)) <= 20 and min(angles) < -10 and max(angles) > 10


def test_one_transformation_for_the_whole_batch() -> None:
    x = ramp().expand(3, -1, -1, -1)
    y = transformed(x, Recipe(shift=0.1, zoom=0.2, rotation=10.0), generator())
    assert torch.equal(y[0], y[1]) and torch.equal(y[0], y[2])


def test_no_pixel_is_lost_at_the_border() -> None:
    ones = torch.ones(1, 3, 32, 32)
    y = transformed(ones, Recipe(shift=0.5, zoom=0.9, rotation=180.0), generator(3))
    torch.testing.assert_close(y, ones)


def test_beyond_the_border_is_the_mean_colour_where_that_is_asked() -> None:
    ones = torch.ones(1, 1, 32, 32)
    recipe = Recipe(zoom=0.5, border="mean")
    seen = torch.cat([transformed(ones, recipe, generator(seed)) for seed in range(20)])
    least = seen.amin((1, 2, 3))
    assert (least == 0).any() and (least > 0.999).any()  # smaller and larger than the frame
    assert (seen[:, 0, 14:18, 14:18] > 0.999).all()


def test_a_crop_is_a_part_brought_to_the_network_s_size() -> None:
    recipe, slopes, middles = Recipe(crop=0.4), [], []
    for seed in range(200):
        rows, columns = transformed(ramp(), recipe, generator(seed), 16)[0]
        assert rows.shape == (16, 16)
        slopes.append(float(columns[8, 8:10].diff()))
        middles.append([float(rows[7:9, 7:9].mean()), float(columns[7:9, 7:9].mean())])
    inside = torch.tensor([abs(s) for s in slopes])  # a mirrored part falls
    assert float(inside.median()) == pytest.approx(0.4 * 64 / 16, rel=0.1)
    assert torch.tensor(middles).mean(0).tolist() == pytest.approx([31.5, 31.5], abs=2.5)
    assert torch.tensor(middles).std(0).tolist() == pytest.approx([9.6, 9.6], rel=0.2)


def test_noise_is_one_for_the_whole_batch() -> None:
    x = torch.zeros(2, 3, 40, 40)
    seen = transformed(x, Recipe(noise=0.3), generator())
    assert float(seen.std()) == pytest.approx(0.3, rel=0.05)
    assert torch.equal(seen[0], seen[1]) and not x.any()
