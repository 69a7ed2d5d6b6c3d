"""Measures a Sketchnet: its accuracy, and whether a second network knows the pictures it makes.

    python -m resources.sketchnet.measure A.safetensors B.safetensors --work DIRECTORY \
        --presets balanced lecture no-prior --sheet sheet.png

For each class a picture is optimized on A by the program's own engine, saved in 8 bits and
classified by B. A preset can be turned: ``balanced:prior_weight=10``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.catalogue import embedded
from engine.jobs import Picture
from engine.maximization import climb, displayed
from engine.networks import Network
from engine.recipes import Recipe, preset
from engine.units import CLASSES, Unit
from resources.sketchnet.draw import contact_sheet, save_png
from resources.sketchnet.train import accuracy


def optimize(network: Network, recipe: Recipe) -> Picture:
    """A picture for each class, all in one batch: uint8 (classes, size, size, 3)."""
    units = [Unit(CLASSES, index) for index in range(len(network.classes))]
    for state in climb(network, units, recipe):  # noqa: B007 - the last one is wanted
        pass
    return displayed(network, state.x)


@torch.no_grad()
def ranks(judge: Network, pictures: Picture) -> torch.Tensor:
    """The rank (1 is best) that the judge gives the wanted class of each picture: (classes,)."""
    logits = judge.logits(judge.preprocessing.normalize(pictures))
    return 1 + (logits > logits.diagonal()[:, None]).sum(1)


def recipe_of(text: str) -> Recipe:
    """``balanced`` or ``balanced:prior_weight=10,seed=1``."""
    name, _, turned = text.partition(":")
    values = dict(item.split("=") for item in turned.split(",") if item)
    numbers = {key: int(v) if v.isdecimal() else float(v) for key, v in values.items()}
    return preset(name).changed(**numbers)


def main() -> None:
    """Print the measures and save a contact sheet for each recipe."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", type=Path)
    parser.add_argument("judge", type=Path)
    parser.add_argument("--work", type=Path, help="directory of the drawings, for the accuracies")
    parser.add_argument("--presets", nargs="+", default=["balanced"])
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network, judge = embedded.load(arguments.network), embedded.load(arguments.judge)
    print(f"parameters {network.info().parameters}")
    if arguments.work:
        for name, one in (("network", network), ("judge", judge)):
            found = accuracy(one.model, 50, arguments.work)
            print(f"held-out accuracy of the {name} {found:.4f}")
    for text in arguments.presets:
        pictures = optimize(network, recipe_of(text))
        found = ranks(judge, pictures)
        missed = [network.classes[i] for i in torch.nonzero(found > 1).flatten().tolist()]
        print(
            f"{text}: top-1 {float((found == 1).float().mean()):.3f} "
            f"top-5 {float((found <= 5).float().mean()):.3f} "
            f"median rank {int(found.median())} missed {', '.join(missed) or 'none'}",
            flush=True,
        )
        if arguments.sheet:
            path = arguments.sheet.with_stem(f"{arguments.sheet.stem}-{text.replace(':', '-')}")
            save_png(contact_sheet(list(pictures), 10), path)


if __name__ == "__main__":
    main()
