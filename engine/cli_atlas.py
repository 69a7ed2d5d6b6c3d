"""``unitscope atlas``: a picture of every unit, and a page that shows them (PRODUCT.md §3)."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import cli_networks, cli_recipe
from engine.atlas.database import AtlasError, OtherAtlasError
from engine.atlas.parcels import DEFAULT, Section, sections
from engine.atlas.store import Store
from engine.catalogue import own
from engine.recipes import RecipeError

if TYPE_CHECKING:
    from engine.atlas.making import Beat
    from engine.networks import Network

_ABOUT = (
    "Makes a picture of every unit of some layers, or of the whole network, into a store in DIR, "
    "and writes DIR/atlas.html, a page that shows them in any browser. The same command again "
    f"goes on where it was cut. A preset gives every value, *balanced* {DEFAULT.steps} iterations "
    "here; the other options override it."
)


def add_to(commands: Any, add_network: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the command to the parser's commands."""
    parser = commands.add_parser(
        "atlas", help="a picture of every unit, and a page that shows them", description=_ABOUT
    )
    add_network(parser)
    parser.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="L",
        help="only this layer; `classes` for the classes; may be given several times",
    )
    cli_recipe.add_to(parser)
    parser.add_argument("-o", "--output", required=True, metavar="DIR")
    parser.set_defaults(command=_atlas)


def _atlas(options: argparse.Namespace) -> int:
    from engine.catalogue import load_network

    if options.steps is None and options.preset == DEFAULT.preset:
        options.steps = DEFAULT.steps
    recipe = cli_recipe.recipe_of(options)
    folder = Path(options.output)
    settings = own.settings_of(options)
    cli_networks.bring(options.network, options.weights, options.device)
    network = load_network(options.network, options.weights, options.device, settings)
    wanted = sections(network.info(), tuple(options.layer))
    try:
        with Store.open(folder, network.ref, recipe) as store:
            return _make(network, store, wanted, folder)
    except OtherAtlasError as error:
        raise RecipeError(str(error)) from error  # nothing failed: the command was wrong


def _make(network: Network, store: Store, wanted: tuple[Section, ...], folder: Path) -> int:
    from tqdm import tqdm

    from engine.atlas import sheet
    from engine.atlas.making import make

    began = time.perf_counter()
    made, failed, code = 0, 0, 0
    form = "{percentage:3.0f}%|{bar}| {postfix}"
    bar = tqdm(total=1.0, bar_format=form, disable=None, leave=False)
    try:
        with bar:
            for beat in make(network, store, wanted):
                made += len(beat.made)
                failed += sum(x.picture is None for x in beat.made)
                if beat.trouble:
                    tqdm.write(f"unitscope: {beat.trouble}", file=sys.stderr)
                    code = 1
                bar.n = beat.share
                bar.set_postfix_str(_postfix(beat), refresh=False)
                bar.update(0)
    except BaseException:  # Ctrl-C as well: what is made is shown
        with contextlib.suppress(AtlasError):
            print(_line(store, wanted, made, began, sheet.write(store, folder)))
        raise
    page = sheet.write(store, folder)
    print(_line(store, wanted, made, began, page))
    if failed:
        print(f"unitscope: {failed} units have no picture: f is no number.", file=sys.stderr)
    return code


def _postfix(beat: Beat) -> str:
    left = "" if beat.left != beat.left else f", {_clock(beat.left)} left"
    return f"{beat.done}/{beat.total} units, {beat.layer}, {beat.rate:.2g} a second{left}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _line(store: Store, wanted: tuple[Section, ...], made: int, began: float, page: Path) -> str:
    names = {x.name for x in wanted}
    there = [x for x in store.sections() if x.name in names]
    done, total = sum(x.done for x in there), sum(x.total for x in there)
    what = wanted[0].title if len(wanted) == 1 else f"{len(wanted)} layers"
    seconds = time.perf_counter() - began
    return f"{what}\t{done} of {total} units\t{made} made now\t{seconds:.1f} s\t{page}"
