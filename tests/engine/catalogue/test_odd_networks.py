"""Networks that are not as most: each is opened, or refused in a sentence that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine import maximize
from engine.catalogue import exported
from engine.jobs import NetworkError
from engine.recipes import preset
from tests.engine.catalogue.exports import save


class Odd(nn.Module):
    """Two pixels wide maps, six features, and whatever ``end`` makes of them."""

    def __init__(self, end: Callable[[Odd, Tensor], object], outputs: int = 4) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 6, 3, stride=4)
        self.fc = nn.Linear(6, outputs)
        self.other = nn.Linear(6, 9)
        self.last = nn.Conv2d(6, 4, 1)
        self.end = end

    def map(self, x: Tensor) -> Tensor:
        return self.conv(x).relu().mean((2, 3), keepdim=True)  # (N, 6, 1, 1)

    def logits(self, x: Tensor) -> Tensor:
        return self.fc(self.map(x).flatten(1))

    def forward(self, x: Tensor) -> object:
        return self.end(self, x)


def opened(folder: Path, model: Odd, **how: int) -> exported.ExportedNetwork:
    return exported.load(save(folder / "odd.pt2", model.eval(), channels=3, size=8, **how))


ENDS: dict[str, Callable[[Odd, Tensor], object]] = {
    "a pair": lambda m, x: (m.logits(x), m.other(m.map(x).flatten(1))),
    "features first": lambda m, x: (m.map(x), m.logits(x)),
    "a dictionary": lambda m, x: {"aux": m.other(m.map(x).flatten(1)), "logits": m.logits(x)},
    "a sigmoid": lambda m, x: m.logits(x).sigmoid(),
    "a log-softmax": lambda m, x: m.logits(x).log_softmax(1),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_logits_are_found_among_what_it_gives(tmp_path: Path, end: str) -> None:
    model = Odd(ENDS[end])
    x = torch.randn(3, 3, 8, 8)
    torch.testing.assert_close(opened(tmp_path, model).logits(x), model.logits(x))


def test_a_convolution_to_the_end(tmp_path: Path) -> None:
    model = Odd(lambda m, x: m.last(m.map(x)))
    x = torch.randn(2, 3, 8, 8)
    found = opened(tmp_path, model).logits(x)
    torch.testing.assert_close(found, model.last(model.map(x))[:, :, 0, 0])


@pytest.mark.parametrize("end", ["column", "flat", "sigmoid"])
def test_one_number_an_image_is_no_or_yes(tmp_path: Path, end: str) -> None:
    ends: dict[str, Callable[[Odd, Tensor], object]] = {
        "column": lambda m, x: m.logits(x),
        "flat": lambda m, x: m.logits(x)[:, 0],
        "sigmoid": lambda m, x: m.logits(x).sigmoid(),
    }
    model = Odd(ends[end], outputs=1)
    network = opened(tmp_path, model)
    assert network.classes == ("0", "1")
    x = torch.randn(3, 3, 8, 8)
    yes = network.logits(x).softmax(1)[:, 1]
    torch.testing.assert_close(yes, model.logits(x).sigmoid()[:, 0])
    *_, no = maximize(network, "class:0", preset("balanced").changed(steps=2))
    assert len(no.top) == 2  # either can be climbed


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16], ids=str)
def test_other_precisions_are_run_in_single(tmp_path: Path, dtype: torch.dtype) -> None:
    model = Odd(lambda m, x: m.logits(x) + torch.ones(4, dtype=x.dtype)).eval()
    x = torch.randn(2, 3, 8, 8)
    wanted = model(x)
    path = tmp_path / "odd.pt2"
    example = torch.zeros(1, 3, 8, 8, dtype=dtype)
    torch.export.save(torch.export.export(model.to(dtype), (example,)), path)
    network = exported.load(path)
    found = network.logits(x)
    assert found.dtype == torch.float32
    assert {p.dtype for p in network.model.parameters()} == {torch.float32}
    rounding = {torch.float64: 1e-6, torch.float16: 2e-3, torch.bfloat16: 2e-2}[dtype]
    torch.testing.assert_close(found, wanted, rtol=rounding, atol=rounding)
    steps = list(maximize(network, "conv:1", preset("lecture").changed(steps=2)))
    assert len(steps) == 3


@pytest.mark.parametrize(
    ("example", "end", "says"),
    [
        (torch.zeros(1, 8, 8, 3), lambda m, x: m.logits(x.permute(0, 3, 1, 2)), "channels last"),
        (torch.zeros(3, 8, 8), lambda m, x: m.logits(x[None])[0], "without its batch"),
        (torch.zeros(1, 3, 8, 8).byte(), lambda m, x: m.logits(x / 255), "of uint8.*left out"),
        (torch.zeros(1, 3, 8, 8), lambda m, x: m.conv(x), "gives 1×6×2×2, not one number a class"),
    ],
    ids=["channels last", "no batch", "bytes", "a map"],
)
def test_what_helps_is_said(
    tmp_path: Path, example: Tensor, end: Callable[[Odd, Tensor], object], says: str
) -> None:
    path = tmp_path / "odd.pt2"
    torch.export.save(torch.export.export(Odd(end).eval(), (example,)), path)
    with pytest.raises(NetworkError, match=rf"^odd\.pt2 .*{says}.*\.$"):
        exported.load(path)
