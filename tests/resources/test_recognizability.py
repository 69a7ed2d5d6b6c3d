"""The measure of pictures: what it counts, on networks whose answers are known."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from engine.jobs import NetworkError, NetworkRef
from engine.networks import Network, Preprocessing
from engine.recipes import preset
from resources import recognizability
from resources.recognizability import ranks, recipe_of, row, shared_classes


class Bright(nn.Module):
    """Logits by the mean of red, green and blue: it names the colour it sees most of."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


def judge(*classes: str, side: int = 8) -> Network:
    preprocessing = Preprocessing(size=side, resize=side, mean=(0.5,) * 3, std=(0.25,) * 3)
    return Network("bright", "Bright", Bright(), classes, preprocessing, NetworkRef("bright"))


def picture(*rgb: int, side: int = 12) -> np.ndarray:
    return np.broadcast_to(np.array(rgb, np.uint8), (side, side, 3)).copy()


def test_ranks_are_the_judge_s_in_its_own_size() -> None:
    pictures = [picture(200, 100, 50), picture(200, 100, 50), picture(10, 20, 240)]
    assert ranks(judge("red", "green", "blue"), pictures, [0, 2, 1]) == [1, 3, 2]


def test_classes_are_matched_by_name_and_those_of_two_meanings_left_out() -> None:
    one = judge("crane", "red", "blue", "crane", "green")
    other = judge("green", "blue", "violet", "red", "red")
    assert shared_classes(one, other) == [(2, 1), (4, 0)]
    assert shared_classes(one, other, 2) == [(2, 1)]
    with pytest.raises(NetworkError, match="no class of one name"):
        shared_classes(one, judge("x", "y", "z"))


def test_a_row_of_the_table() -> None:
    assert row("balanced", [1, 1, 4, 9]) == "| *Balanced* | 50% | 75% | 2.5 |"
    assert row("balanced:lr=1", [2, 2, 2]).startswith("| *balanced:lr=1* | 0% | 100% | 2 |")


def test_a_turned_preset() -> None:
    turned = recipe_of("lecture:prior_weight=10,seed=1,prior=l2,valid_pixels=True,lr=0.5")
    wanted = preset("lecture").changed(
        prior_weight=10, seed=1, prior="l2", valid_pixels=True, lr=0.5
    )
    assert turned == wanted


def test_the_command_keeps_its_pictures_and_judges_what_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recognizability, "open_network", lambda *_: judge("red", "green", "blue"))
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    turned = "fourier-2017:steps=8"
    words = ["--judge", "x", "--presets", turned, "--pictures", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["recognizability", *words])
    recognizability.main()
    first = capsys.readouterr().out
    assert f"| *{turned}* | 100% | 100% | 1 |" in first
    kept = sorted(tmp_path.rglob("*.png"))
    assert [path.name for path in kept] == ["0.png", "1.png", "2.png"]
    Image.fromarray(picture(0, 0, 255)).save(kept[0])  # blue in red's place
    recognizability.main()
    assert f"| *{turned}* | 67% | 100% | 1 |" in capsys.readouterr().out
