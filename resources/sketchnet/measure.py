"""Measures a Sketchnet: its accuracy, and whether a second network knows the pictures it makes.

    python -m resources.sketchnet.measure A.safetensors B.safetensors --work DIRECTORY \
        --presets balanced lecture no-prior --sheet sheet.png

For each class a picture is optimized on A by the program's own engine, saved in 8 bits and
classified by B (``resources.recognizability``, which takes any two networks). A preset can be
turned: ``balanced:prior_weight=10``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.catalogue import embedded
from resources.recognizability import optimize, ranks, recipe_of, row
from resources.sketchnet.draw import contact_sheet, save_png
from resources.sketchnet.train import accuracy


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
    every = range(len(network.classes))
    for text in arguments.presets:
        pictures = optimize(network, recipe_of(text), every)
        found = ranks(judge, list(pictures), every)
        missed = [network.classes[i] for i, rank in enumerate(found) if rank > 1]
        print(row(text, found), "missed", ", ".join(missed) or "none", flush=True)
        if arguments.sheet:
            path = arguments.sheet.with_stem(f"{arguments.sheet.stem}-{text.replace(':', '-')}")
            save_png(contact_sheet(list(pictures), 10), path)


if __name__ == "__main__":
    main()
