"""``unitscope evolve``: fooling images without gradients, without a screen (PRODUCT.md §3).

DIR is the run's own folder. One that holds a run of the same command already is gone on with, so
that the command that was interrupted or killed, given again, ends as it would have: nobody needs to
know what was done already.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import cli_networks
from engine.catalogue import own
from engine.evolution import store
from engine.evolution.document import METHOD, SHEET
from engine.evolution.parcels import EvolveRun
from engine.evolution.recipe import (
    CPPN,
    ENCODINGS,
    ONLY,
    PRESETS,
    STARTS,
    TURNABLE,
    EvolveRecipe,
    classes_of,
    preset,
)
from engine.evolution.sheet import percent
from engine.folders import RunError, sentence
from engine.recipes import RecipeError, option
from engine.runs import method_of

if TYPE_CHECKING:
    from engine.networks import Network

_NAMES = [field.name for field in fields(EvolveRecipe) if field.name != "preset"]


def add_to(commands: Any, add_network: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the command to the parser's commands."""
    parser = commands.add_parser(
        "evolve", help="evolve an image for each class, without gradients", description=_ABOUT
    )
    add_network(parser)
    parser.add_argument("--encoding", choices=ENCODINGS, help="pixels, or networks that paint")
    parser.add_argument("--classes", metavar="all|NAME,...", help="which classes to evolve for")
    parser.add_argument("--generations", type=int, metavar="G", help="the last generation")
    parser.add_argument("--seed", type=int, help="of all that is random")
    parser.add_argument("--preset", help=", ".join(PRESETS))
    parser.add_argument("--batch", type=int, help="children a generation")
    parser.add_argument("--mutation-rate", type=float, help="of each pixel, or of each weight")
    parser.add_argument("--halve-every", type=int, metavar="G", help="halves that rate; 0 never")
    parser.add_argument("--eta", type=float, help="of the polynomial mutation")
    parser.add_argument("--crossover", type=float, help="direct: the part of couples crossed")
    parser.add_argument("--crossover-eta", type=float, help="direct: of the crossover")
    parser.add_argument("--start", choices=STARTS, help="direct: the first pixels")
    parser.add_argument("--coordinates", choices=("centred", "pixels"), help="cppn: of x and y")
    for name in ("add-connection", "delete-connection", "add-node", "delete-node"):
        parser.add_argument(f"--{name}", type=float, metavar="P", help="cppn: its chance")
    parser.add_argument("--crops", type=int, choices=(1, 10), help="of each picture, averaged")
    parser.add_argument("--size", type=int, help="side of the pictures in pixels")
    parser.add_argument("-o", "--output", required=True, metavar="DIR")
    parser.set_defaults(command=_evolve)


_ABOUT = (
    "Evolves an image for each class until the network is certain of it, and writes the run into "
    "DIR: run.json, images/, and sheet.png with all of them. Where DIR holds an evolution already "
    "it is gone on with, to the bit as if there had been no break; --generations says up to which "
    "one. Ctrl-C keeps what there is."
)


def _evolve(options: argparse.Namespace) -> int:
    folder = Path(options.output)
    there = (folder / "run.json").exists()
    if there and method_of(folder) != METHOD:
        raise RecipeError(f"{folder} holds a run of another kind: choose another folder.")
    if not there:
        _recipe(options, 0)  # impossible values are told before anything is loaded
    cli_networks.bring(options.network, options.weights, options.device)
    network = _network(options)
    run = _continued(options, folder, network) if there else _fresh(options, folder, network)
    return _drive(run, network, folder)


def _network(options: argparse.Namespace) -> Network:
    from engine.catalogue import load_network

    settings = own.settings_of(options)
    return load_network(options.network, options.weights, options.device, settings)


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """The values that were given, by name."""
    given = {name: getattr(options, name) for name in _NAMES}
    return {name: value for name, value in given.items() if value is not None}


def _recipe(options: argparse.Namespace, side: int, **more: Any) -> EvolveRecipe:
    asked = _asked(options) | more
    if not more:
        asked.pop("classes", None)
    encoding = asked.pop("encoding", CPPN)
    for other in ENCODINGS:
        for name in sorted(ONLY[other]):
            if other != encoding and name in asked:
                raise RecipeError(f"{encoding} does not read {option(name)}: leave it.")
    return preset(options.preset or "balanced", encoding, side).changed(**asked)


def _fresh(options: argparse.Namespace, folder: Path, network: Network) -> EvolveRun:
    from engine.evolution.evolve import new_archive

    classes = classes_of(options.classes or "all", network.info())
    recipe = _recipe(options, network.preprocessing.size, classes=classes)
    archive = new_archive(network, recipe)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(sentence(f"The folder {folder} cannot be made", error)) from error
    device = str(network.device)
    return EvolveRun(network.ref, recipe, device, archive=archive, folder=folder)


def _continued(options: argparse.Namespace, folder: Path, network: Network) -> EvolveRun:
    """The run that the folder holds, with what was asked for anew; refuses another one's values."""
    from engine.evolution.driving import continued, note_changes

    run = continued(folder, network)
    asked = _asked(options)
    if "classes" in asked:
        asked["classes"] = classes_of(asked["classes"], network.info())
    if options.preset and options.preset != run.recipe.preset:
        asked = {"preset": options.preset} | asked
    now = run.recipe.as_dict() | {k: getattr(run.current, k) for k in TURNABLE}
    for name, value in asked.items():
        if name not in TURNABLE and value != now[name]:
            raise RecipeError(
                f"{folder} holds an evolution with {option(name)} {now[name]}, not {value}: "
                "leave that option, or choose another folder."
            )
    wanted = run.current.changed(**{k: v for k, v in asked.items() if k in TURNABLE})
    note_changes(run, wanted)
    run.device = str(network.device)
    print(f"unitscope: {folder} goes on after generation {run.generation}.", file=sys.stderr)
    return run


def _drive(run: EvolveRun, network: Network, folder: Path) -> int:
    from tqdm import tqdm

    from engine.autosave import Autosave
    from engine.evolution.evolve import evolve

    recipe = run.current
    before, began = run.seconds, time.perf_counter()
    autosave = Autosave([run], store, lambda path: None, _say)
    bar = tqdm(
        total=recipe.generations,
        initial=max(0, run.generation),
        unit="gen",
        disable=None,
        leave=False,
    )
    failure: BaseException | None = None
    try:
        with bar:
            for step in evolve(network, recipe, archive=run.archive):
                run.add(step)
                bar.set_postfix_str(f"median {percent(step.median)}", refresh=False)
                bar.update(step.generation - bar.n)
                autosave.sometimes(before + time.perf_counter() - began)
        run.ended = "finished"
    except KeyboardInterrupt as error:
        run.ended, failure = "stopped", error
    except Exception as error:  # what was yielded is kept, whatever went wrong
        run.ended, run.message, failure = "failed", str(error), error
    run.seconds = before + time.perf_counter() - began
    if run.records:
        store.save(run, folder)
        _print(run, folder)
    if failure is not None:
        raise failure
    return 0


def _print(run: EvolveRun, folder: Path) -> None:
    last = run.records[-1]
    sure = sum(x.confidence >= 0.99 for x in run.champions.values())
    print(
        f"generation {last.generation}\tmedian {percent(last.median)}\tmin {percent(last.min)}\t"
        f"max {percent(last.max)}\t{sure} of {len(run.champions)} classes at 99 %\t"
        f"{last.evaluations} images\t{run.seconds:.1f} s\t{folder / SHEET}"
    )


def _say(text: str) -> None:
    from tqdm import tqdm

    tqdm.write(f"unitscope: {text}", file=sys.stderr)
