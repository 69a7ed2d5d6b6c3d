"""The command line: the window, or the same engine without a screen (PRODUCT.md §3).

Exit codes: 0 done, 1 the run failed (one sentence on standard error), 2 the command was wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine import __version__, cli_atlas, cli_attack, cli_evolve, cli_networks, cli_recipe, runs
from engine.catalogue import own
from engine.jobs import Run
from engine.recipes import RecipeError
from engine.runs import RunError

if TYPE_CHECKING:
    from engine.jobs import Picture
    from engine.networks import Network
    from engine.recipes import Recipe
    from engine.units import Unit

COMMANDS = ("networks", "units", "maximize", "attack", "evolve", "atlas")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; without one opens the window, on a file if one is named."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or (arguments[0] not in COMMANDS and not arguments[0].startswith("-")):
        from gui.app import main as open_window

        return open_window(arguments)
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe that knows no arrows gets "?"
            stream.reconfigure(errors="replace")
    try:
        code = int(options.command(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever reads has seen enough (`| head`); the flush at exit must find no broken pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except RecipeError as error:
        return _fail(str(error), 2)
    except KeyboardInterrupt:
        return _fail("Interrupted.", 1)
    except Exception as error:  # no traceback reaches a person
        return _failed(error)


def _failed(error: Exception) -> int:
    from engine.catalogue.downloads import DownloadError
    from engine.devices import DeviceError, is_out_of_memory, out_of_memory_sentence
    from engine.images import ImageError
    from engine.jobs import DivergedError
    from engine.networks import NetworkError
    from engine.units import UnitError

    if isinstance(error, UnitError | DeviceError | NetworkError | ImageError):
        return _fail(str(error), 2)
    if isinstance(error, RunError | DivergedError | DownloadError):
        return _fail(str(error), 1)
    if is_out_of_memory(error):
        return _fail(out_of_memory_sentence("the device"), 1)
    return _fail(f"Something failed that should not: {type(error).__name__}: {error}", 1)


def _fail(sentence: str, code: int) -> int:
    print(f"unitscope: {sentence}", file=sys.stderr)
    return code


def _units(options: argparse.Namespace) -> int:
    network = _network(options)
    info = network.info()
    if options.verbose:
        _fields(network, info.units(options.layer))
        return 0
    lines = [
        f"{unit}\t{info.classes[unit.index]}" if unit.kind == "class" else str(unit)
        for unit in info.units(options.layer)
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _fields(network: Network, units: list[Unit]) -> None:
    """Each unit with the pixels that one position of its map sees, and their step."""
    from engine.fields import receptive_fields

    fields = receptive_fields(network)
    for unit in units:
        field = fields[unit.layer]
        seen = f"{field.size[0]}×{field.size[1]}"
        step = "whole image" if field.whole else f"every {field.stride[0]}×{field.stride[1]}"
        name = network.classes[unit.index] if unit.kind == "class" else ""
        print(f"{unit}\t{seen}\t{step}\t{name}".rstrip())


def _maximize(options: argparse.Namespace) -> int:
    from engine.images import read
    from engine.units import parse_unit

    recipe = cli_recipe.recipe_of(options)
    network = _network(options)
    units = [parse_unit(text, network.info()) for text in options.units]
    start = read(options.start) if options.start else None
    folder = Path(options.output)
    code = 0
    for unit in units:
        code = max(code, _run_one(network, unit, recipe, start, folder))
    return code


def _run_one(
    network: Network, unit: Unit, recipe: Recipe, start: Picture | None, parent: Path
) -> int:
    from tqdm import tqdm

    from engine.maximization import maximize

    run = Run(
        network=network.ref,
        unit=str(unit),
        title=network.info().title_of(unit),
        recipe=recipe,
        device=str(network.device),
        started_from="noise" if start is None else "image",
    )
    folder = runs.new_folder(parent, run)
    began = time.perf_counter()
    failure: BaseException | None = None
    bar = tqdm(total=recipe.steps, desc=str(unit), unit="it", disable=None, leave=False)
    try:
        with bar:
            for step in maximize(network, unit, recipe, start):
                run.add(step)
                bar.n = step.iteration
                bar.set_postfix_str(f"f {step.f:.4g}", refresh=False)
                bar.update(0)
        run.ended = "finished"
    except KeyboardInterrupt as error:
        run.ended, failure = "stopped", error
    except Exception as error:  # what was yielded is kept, whatever went wrong
        run.ended, run.message, failure = "failed", str(error), error
    run.seconds = time.perf_counter() - began
    runs.save(run, folder)
    if failure is not None:
        raise failure
    name, p = run.records[-1].top[0]
    print(f"{unit}\t{run.title}\tsees {name} {p:.4f}\t{run.seconds:.1f} s\t{folder}")
    return 0


def _network(options: argparse.Namespace) -> Network:
    from engine.catalogue import load_network

    settings = own.settings_of(options)
    cli_networks.bring(options.network, options.weights, options.device)
    return load_network(options.network, options.weights, options.device, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unitscope",
        description="See what every unit of a convolutional network wants to see. Without a "
        "command the window opens; `unitscope FILE` opens it on a run, an image or a network.",
    )
    parser.add_argument("--version", action="version", version=f"Unitscope {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    cli_networks.add_to(commands)

    units = commands.add_parser("units", help="list a network's units, one written form a line")
    _add_network(units)
    units.add_argument("--layer", help="only this layer's channels; `classes` for the classes")
    units.add_argument(
        "--verbose", action="store_true", help="with each one's receptive field and its step"
    )
    units.set_defaults(command=_units)

    maximize = commands.add_parser(
        "maximize", help="optimize an image for each unit", description=_MAXIMIZE
    )
    _add_network(maximize)
    maximize.add_argument(
        "units", nargs="+", metavar="UNIT", help="features.7:12, features.7:12@5,5, class:NAME"
    )
    cli_recipe.add_to(maximize)
    maximize.add_argument("--start", metavar="IMAGE", help="start from an image, not from noise")
    maximize.add_argument("-o", "--output", required=True, metavar="DIR")
    maximize.set_defaults(command=_maximize)

    cli_attack.add_to(commands, _add_network)
    cli_evolve.add_to(commands, _add_network)
    cli_atlas.add_to(commands, _add_network)
    return parser


_MAXIMIZE = (
    "Optimizes an image for each unit and writes a run folder for each into DIR. A preset gives "
    "every value; the other options override it."
)


def _add_network(parser: argparse.ArgumentParser) -> None:
    text = "a name of `unitscope networks`, or a file: .pt2, or a state dict"
    parser.add_argument("--network", default="sketchnet", help=text)
    parser.add_argument("--weights", default="", metavar="FILE", help="a local state dict")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    own.add_options(parser)


if __name__ == "__main__":
    sys.exit(main())
