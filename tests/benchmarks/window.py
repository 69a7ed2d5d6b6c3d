"""The window while a network runs: its event loop's delay, what it costs, how fast Stop is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.children import ask
from tests.benchmarks.iterations import open_network
from tests.benchmarks.rows import Row, at_least, at_most

DELAY_MS, OPEN, STOP_MS = 33.0, 0.95, 50.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long the window is watched, in seconds; ``turns`` of ``turn`` seconds are compared."""

    network: str
    weights: str
    watch: float
    turn: float
    turns: int
    stops: int


def measure(networks: list[str], watch: float, turn: float, turns: int) -> Iterator[list[Row]]:
    """The rows of each network."""
    for name in networks:
        with tempfile.TemporaryDirectory() as folder:
            weights = "" if name == "sketchnet" else _saved(name, Path(folder))
            plan = Plan(name, weights, watch, turn, turns, stops=2 * turns)
            _, found = ask("tests.benchmarks.window_child", json.dumps(asdict(plan)))
        yield _rows(name, found)


def _saved(name: str, folder: Path) -> str:
    import torch

    path = folder / f"{name}.pth"
    torch.save(open_network(name).model.state_dict(), path)
    return str(path)


def _rows(name: str, found: dict[str, list[float]]) -> list[Row]:
    delays = waits(found["gaps"])
    judged = name == "vgg16"
    opened, alone = median(found["open"]), median(found["alone"])
    ratio = median(a / b for a, b in zip(found["open"], found["alone"], strict=True))
    iteration_ms = 1000 / opened
    beyond = [1000 * x - iteration_ms for x in found["stops"]]
    rates = {"open": found["open"], "alone": found["alone"]}
    return [
        Row("window", f"{name}: event loop's delay, median", delays[len(delays) // 2], "ms"),
        at_most(
            "window",
            f"{name}: event loop's delay, 99th percentile",
            delays[len(delays) * 99 // 100],
            "ms",
            DELAY_MS if judged else None,
        ),
        Row("window", f"{name}: event loop's delay, worst", delays[-1], "ms"),
        at_least(
            "window",
            f"{name}: window open and updating ({opened:.3g} it/s) against the engine alone "
            f"({alone:.3g} it/s)",
            ratio,
            OPEN,
            rates=rates,
        ),
        at_most(
            "window",
            f"{name}: Stop to stopped, beyond one iteration ({iteration_ms:.3g} ms), worst of "
            f"{len(beyond)}",
            max(beyond),
            "ms",
            STOP_MS,
            median=median(beyond),
            all=beyond,
        ),
    ]


def waits(gaps: list[float]) -> list[float]:
    """What events posted at every millisecond would have waited, sorted, in ms.

    ``gaps`` are the times between two turns of the loop in ms. A probe that asks again only when
    it was answered sees one long gap where a person meets all of it: each gap counts as long as
    it lasted.
    """
    found: list[float] = []
    for gap in gaps:
        found.append(max(0.0, gap - 1.0))
        found += [gap - 1.0 - k for k in range(1, int(gap - 1.0) + 1)]
    return sorted(found)
