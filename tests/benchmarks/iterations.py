"""Iterations a second: the lecture's loop, the bare floor and the engine, in turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from engine.catalogue import embedded, torchvision_models
from engine.maximization import maximize
from engine.networks import Network
from engine.recipes import preset
from engine.units import CLASSES, Unit, parse_unit
from tests.benchmarks import lecture
from tests.benchmarks.rounds import Rounds, alternate
from tests.benchmarks.rows import Row, at_least, at_most

ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """A network and a unit, with PRODUCT.md §6's targets where it names them."""

    network: str
    title: str
    unit: str
    against_lecture: float | None = None
    over_floor: float | None = None


CASES = (
    Case("vgg16", "VGG16 class", "class:700", 2.1, 1.05),
    Case("vgg16", "VGG16 4th convolution's channel", "features.7:12", 5.0, 1.05),
    Case("vgg16", "VGG16 10th convolution's channel", "features.21:12", None, 1.05),
    Case("squeezenet1_0", "SqueezeNet class", "class:700", 2.0, 1.15),
    Case("sketchnet", "Sketchnet class", "class:0"),
    Case("sketchnet", "Sketchnet 4th convolution's channel", "features.7:12"),
    Case("sketchnet", "Sketchnet 10th convolution's channel", "features.21:12"),
)


def measure(networks: Sequence[str], rounds: int, turn_seconds: float) -> Iterator[list[Row]]:
    """The rows of each case, as they come."""
    network: Network | None = None
    for case in CASES:
        if case.network not in networks:
            continue
        if network is None or network.name != case.network:
            network = None  # before the next is loaded: VGG16 is half a gigabyte
            network = open_network(case.network)
        yield rows(case, contest(network, case, rounds, turn_seconds))


def open_network(name: str) -> Network:
    """The embedded network, or one with random weights: speed does not depend on them."""
    if name == embedded.NAME:
        return embedded.load()
    return torchvision_models.load(name, seed=0)


def contest(network: Network, case: Case, rounds: int, turn_seconds: float) -> Rounds:
    """The times of every contestant of a case."""
    unit = parse_unit(case.unit, network.info())
    size = network.preprocessing.size
    index = unit.index if unit.layer == CLASSES else 0
    contestants: dict[str, Iterator[object]] = {
        "lecture": lecture.printed_loop(lecture.as_built(network), size, index),
        "floor": floor(network, unit, size),
        "engine": maximize(network, unit, preset("lecture").changed(steps=ENDLESS)),
        "balanced": maximize(network, unit, preset("balanced").changed(steps=ENDLESS)),
    }
    if unit.layer != CLASSES:
        unnamed = preset("lecture").changed(steps=ENDLESS, classify_every=ENDLESS)
        contestants["unnamed"] = maximize(network, unit, unnamed)
        model = lecture.as_built(network)
        contestants["hooked"] = lecture.printed_loop_with_a_hook(model, size, unit)
    hidden = unit.layer != CLASSES
    every = preset("lecture").classify_every if hidden else 1
    return alternate(contestants, rounds, turn_seconds, {"engine": every, "balanced": every})


def floor(network: Network, unit: Unit, size: int) -> Iterator[None]:
    """The least that an iteration must do: forward to the layer, the gradient of the input."""
    part = up_to(network.model, unit.layer)
    x = torch.empty(1, network.preprocessing.channels, size, size).normal_(0, 0.01)
    x.requires_grad_()
    while True:
        torch.autograd.grad(part(x)[0, unit.index].sum(), x)
        yield


def up_to(model: nn.Module, layer: str) -> nn.Module:
    """The network's beginning, ``layer`` its last module; of the sequential ones used here."""
    if layer == CLASSES:
        return model
    name, _, index = layer.partition(".")
    return model.get_submodule(name)[: int(index) + 1]  # type: ignore[index]


def rows(case: Case, times: Rounds) -> list[Row]:
    """What a case's times say."""
    rates = {name: round(times.rate(name), 2) for name in times.seconds}
    quartiles = {
        "lecture/engine": times.spread("lecture", "engine"),
        "engine/floor": times.spread("engine", "floor"),
    }
    faster, over = times.ratio("lecture", "engine"), times.ratio("engine", "floor")
    shown = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
    found = [
        Row("iterations", f"{case.title} (it/s: {shown})", rates["engine"], "it/s"),
        at_least(
            "iterations",
            "  engine against the lecture's loop as printed",
            faster,
            case.against_lecture,
            rates=rates,
            quartiles=quartiles["lecture/engine"],
        ),
        at_most(
            "iterations",
            "  one iteration over the floor",
            over,
            "×",
            case.over_floor,
            quartiles=quartiles["engine/floor"],
        ),
        Row(
            "iterations",
            "  the floor against the lecture's loop: the bound",
            times.ratio("lecture", "floor"),
            "×",
        ),
        Row(
            "iterations",
            "  Balanced over The lecture, an iteration",
            times.ratio("balanced", "engine"),
            "×",
        ),
    ]
    if "hooked" in times.seconds:
        found += [
            Row(
                "iterations",
                "  engine against that loop with a hook on the layer",
                times.ratio("hooked", "engine"),
                "×",
            ),
            Row(
                "iterations",
                "  one iteration over the floor, the classes never named",
                times.ratio("unnamed", "floor"),
                "×",
            ),
        ]
    return found
