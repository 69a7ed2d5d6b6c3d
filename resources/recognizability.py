"""Measures what each preset does to recognizability: pictures of one network, named by another.

    python -m resources.recognizability --network sketchnet --judge B.safetensors
    python -m resources.recognizability --network squeezenet1_0 --judge resnet18 --every 50

A picture is optimized on A for each class that both know by the same name, saved as an 8-bit PNG,
and classified by B in B's own preprocessing. A's own confidence says nothing: it is high even for
noise. A network is a name of ``unitscope networks`` or a file, its weights beside it where it
needs them. PNGs that are in ``--pictures`` already are only judged: what was stopped goes on
there, and another judge costs no more than its own passes.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from engine.catalogue import embedded, load_network
from engine.jobs import NetworkError, Picture
from engine.maximization import climb, displayed
from engine.networks import Network
from engine.recipes import PRESETS, Recipe, preset
from engine.units import CLASSES, Unit
from resources.sketchnet.draw import contact_sheet, save_png


def optimize(network: Network, recipe: Recipe, classes: Sequence[int], batch: int = 40) -> Picture:
    """A picture for each class as the program shows it: uint8 (classes, S, S, 3)."""
    pictures = []
    for first in range(0, len(classes), batch):
        units = [Unit(CLASSES, index) for index in classes[first : first + batch]]
        for state in climb(network, units, recipe):  # noqa: B007 - the last one is wanted
            pass
        pictures.append(displayed(network, state.x, standardized=not recipe.in_range))
    return np.concatenate(pictures)


@torch.no_grad()
def ranks(judge: Network, pictures: Sequence[Picture], wanted: Sequence[int]) -> list[int]:
    """The rank (1 is best) that the judge gives the wanted class of each picture."""
    found = []
    for picture, index in zip(pictures, wanted, strict=True):
        x = judge.preprocessing.normalize(judge.preprocessing.crop(picture)).to(judge.device)
        (logits,) = judge.logits(x)
        found.append(1 + int((logits > logits[index]).sum()))
    return found


def shared_classes(network: Network, judge: Network, every: int = 1) -> list[tuple[int, int]]:
    """The indices in both of every ``every``-th class whose name both have, and only once."""
    places = {name: i for i, name in enumerate(judge.classes)}
    twice = {name for name in network.classes if network.classes.count(name) > 1}
    pairs = [
        (i, places[name])
        for i, name in enumerate(network.classes)
        if name in places and name not in twice and judge.classes.count(name) == 1
    ]
    if not pairs:
        raise NetworkError(f"{network.title} and {judge.title} have no class of one name.")
    return pairs[::every]


def recipe_of(text: str) -> Recipe:
    """``balanced``, or turned: ``balanced:prior_weight=10,seed=1``."""
    name, _, turned = text.partition(":")
    values = dict(item.split("=") for item in turned.split(",") if item)
    return preset(name).changed(**{key: _value(value) for key, value in values.items()})


def open_network(name: str, weights: str = "") -> Network:
    """A network of the catalogue, a file, or another Sketchnet's ``.safetensors``."""
    if Path(name).suffix == ".safetensors" and Path(name).is_file() and not weights:
        try:
            return embedded.load(Path(name))
        except NetworkError:
            pass  # a state dict of another architecture
    return load_network(name, weights)


def row(text: str, found: Sequence[int]) -> str:
    """A recipe's line of the table, in Markdown."""
    first = sum(rank == 1 for rank in found) / len(found)
    five = sum(rank <= 5 for rank in found) / len(found)
    name = PRESETS[text].title if text in PRESETS else text
    return f"| *{name}* | {first:.0%} | {five:.0%} | {statistics.median(found):g} |"


def _value(text: str) -> int | float | str | bool:
    if text in ("True", "False"):
        return text == "True"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _pictures(
    network: Network, text: str, classes: Sequence[int], folder: Path | None, batch: int
) -> list[Picture]:
    """The pictures of a recipe, read from the folder where they are in it, else made and kept."""
    if folder is None:
        return list(optimize(network, recipe_of(text), classes, batch))
    paths = [folder / text.replace(":", "-") / f"{index}.png" for index in classes]
    missing = [c for c, path in zip(classes, paths, strict=True) if not path.is_file()]
    if missing:
        made = optimize(network, recipe_of(text), missing, batch)
        for index, picture in zip(missing, made, strict=True):
            path = paths[list(classes).index(index)]
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def main() -> None:
    """Print the table, a row a preset; save a contact sheet for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", default="sketchnet", help="A, which makes the pictures")
    parser.add_argument("--weights", default="", help="A's state dict")
    parser.add_argument("--judge", required=True, help="B, which names them")
    parser.add_argument("--judge-weights", default="", help="B's state dict")
    parser.add_argument("--presets", nargs="+", default=list(PRESETS), metavar="PRESET")
    parser.add_argument("--every", type=int, default=1, help="every so manieth class")
    parser.add_argument("--batch", type=int, default=40, help="classes optimized at once")
    parser.add_argument("--pictures", type=Path, help="a folder that keeps the PNGs")
    parser.add_argument("--sheet", type=Path, help="a PNG; the preset's name is added")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network = open_network(options.network, options.weights)
    judge = open_network(options.judge, options.judge_weights)
    pairs = shared_classes(network, judge, options.every)
    classes, wanted = [a for a, _ in pairs], [b for _, b in pairs]
    print(f"{len(pairs)} classes of {network.title}, named by {judge.title} among its own")
    print(f"| preset | first | among its first five | median rank of {len(judge.classes)} |")
    print("|---|---|---|---|", flush=True)
    for text in options.presets:
        pictures = _pictures(network, text, classes, options.pictures, options.batch)
        print(row(text, ranks(judge, pictures, wanted)), flush=True)
        if options.sheet:
            path = options.sheet.with_stem(f"{options.sheet.stem}-{text.replace(':', '-')}")
            save_png(contact_sheet(pictures, min(10, len(pictures))), path)


if __name__ == "__main__":
    main()
