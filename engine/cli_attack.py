"""``unitscope attack``: adversarial examples of many images without a screen (PRODUCT.md §3)."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import cli_networks
from engine.attacks import store
from engine.attacks.parcels import AttackRun, Batch, Source
from engine.attacks.recipe import LOSSES, METHODS, NAMES, RANDOM, STEPS, AttackRecipe
from engine.attacks.summary import Summary, share
from engine.catalogue import own
from engine.images import SUFFIXES, ImageError, read
from engine.jobs import DivergedError, Frames
from engine.recipes import RecipeError

if TYPE_CHECKING:
    from engine.networks import Network

Bar = Any  # tqdm has no types


def add_to(commands: Any, add_network: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the command to the parser's commands."""
    parser = commands.add_parser(
        "attack", help="change images a little until their class changes", description=_ABOUT
    )
    add_network(parser)
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a file, or a folder of them")
    parser.add_argument("--method", choices=NAMES, default=NAMES[0])
    parser.add_argument("--target", metavar="CLASS", help=f"a number, a name, or {RANDOM}")
    parser.add_argument("--steps", type=int, help="iterations")
    parser.add_argument("--lr", type=float, help="length of a step")
    parser.add_argument("--epsilon", type=_fraction, metavar="E", help="the budget, as 8/255")
    parser.add_argument("--loss", choices=LOSSES)
    parser.add_argument("--step", choices=STEPS, help="the gradient as it is, or of length 1")
    for name, text in (
        ("random-start", "from a random point within the budget"),
        ("box", "every pixel within [0, 1]"),
        ("lattice", "ends on 8-bit pixels, so that what fools still does when saved"),
    ):
        parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, help=text)
    parser.add_argument("--confidence", type=float, help="by how much the class must lead")
    parser.add_argument("--search-steps", type=int, help="how many values of c are tried")
    parser.add_argument("--initial-c", type=float, help="the first of them")
    parser.add_argument("--overshoot", type=float, help="how far over the boundary")
    parser.add_argument("--candidates", type=int, help="classes that are looked at")
    parser.add_argument("--seed", type=int, help="of all that is random")
    parser.add_argument("--sphere", type=_count, metavar="N", help="the sphere test, N samples")
    parser.add_argument(
        "--transfer",
        action="append",
        default=[],
        metavar="NETWORK[=WEIGHTS]",
        help="asks another network as well; may be given several times",
    )
    parser.add_argument("--background", default="white", help="under transparent images")
    parser.add_argument("--batch", type=_count, default=16, help="images attacked together")
    parser.add_argument("-o", "--output", required=True, metavar="DIR")
    parser.set_defaults(command=_attack)


_ABOUT = (
    "Attacks images and writes a run folder for each into DIR, and table.csv: their classes, "
    "iterations down and images across. Every attack has its own values; the options override "
    "them. The values that each reads: "
    + "; ".join(
        f"{x.name}: {', '.join(sorted(x.reads - {'method', 'lattice', 'target', 'seed'}))}"
        for x in METHODS.values()
    )
    + "."
)


def _fraction(text: str) -> float:
    above, slash, below = text.partition("/")
    try:
        return float(above) / (float(below) if slash else 1)
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number such as 8/255") from error


def _count(text: str) -> int:
    # Ten digits are more than anybody waits for, and less than what Python counts to.
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 999999999")
    return int(text)


def _recipe(options: argparse.Namespace) -> AttackRecipe:
    method = METHODS[options.method]
    names = [x.name for x in fields(AttackRecipe) if x.name != "method"]
    chosen = {x: getattr(options, x) for x in names if getattr(options, x) is not None}
    # A target may be random, and the sphere test is, whichever the attack.
    for name in chosen:
        if name not in method.reads | {"seed", "target"}:
            raise RecipeError(f"{method.name} does not read --{name.replace('_', '-')}: leave it.")
    return method.recipe.changed(**chosen)


@dataclass(slots=True)
class _Work:
    """One command: what it was given, and what it has come to."""

    network: Network
    others: list[Network]
    recipe: AttackRecipe
    samples: int
    folder: Path
    count: int
    runs: list[AttackRun] = field(default_factory=list)
    code: int = 0

    def complain(self, sentence: str) -> None:
        _say(f"unitscope: {sentence}", sys.stderr)
        self.code = 1


def _attack(options: argparse.Namespace) -> int:
    from PIL import ImageColor
    from tqdm import tqdm

    from engine.catalogue import load_network
    from engine.units import parse_unit

    recipe = _recipe(options)
    try:
        ImageColor.getrgb(options.background)
    except ValueError as error:
        raise RecipeError(f"background is {options.background!r}, no colour's name.") from error
    paths = [path for text in options.images for path in _files(Path(text))]
    cli_networks.bring(options.network, options.weights, options.device)
    network = load_network(
        options.network, options.weights, options.device, own.settings_of(options)
    )
    if recipe.target not in ("", RANDOM):
        parse_unit(f"class:{recipe.target}", network.info())
    others = []
    for text in options.transfer:
        name, _, weights = text.partition("=")
        cli_networks.bring(name, weights, options.device)
        others.append(load_network(name, weights, options.device))
    samples = options.sphere or 0
    work = _Work(network, others, recipe, samples, Path(options.output), len(paths))
    sources = _sources(work, paths, options.background)
    bar = tqdm(total=len(paths) * recipe.iterations, unit="it", disable=None, leave=False)
    try:
        with bar:
            while batch := list(islice(sources, options.batch)):
                _run(work, batch, bar)
    finally:
        if work.runs:
            _say("\n".join(Summary.of(work.runs).lines()))
            store.write_table(_free(work.folder / "table.csv"), work.runs)
    return work.code if work.runs else 2


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        inside = sorted(x for x in path.iterdir() if x.suffix.lower() in SUFFIXES and x.is_file())
    except OSError:
        return [path]  # which reading then complains of
    if not inside:
        raise ImageError(f"{path} holds no images.")
    return inside


def _sources(work: _Work, paths: Sequence[Path], background: str) -> Iterator[Source]:
    for path in paths:
        try:
            picture = read(path, background=background)
        except ImageError as error:
            work.complain(str(error))
        else:
            crop = work.network.preprocessing.crop(picture)
            yield Source(path.name, crop, str(path.resolve()))


def _run(work: _Work, sources: list[Source], bar: Bar) -> None:
    from engine.attacks.attack import pose, solve, target_names

    batch = Batch.of(work.network.ref, sources, work.recipe, str(work.network.device))
    folders = [store.new_folder(work.folder, run) for run in batch.runs]
    began, ended, message = time.perf_counter(), "failed", ""
    bar.set_description(sources[0].name if len(sources) == 1 else f"{len(sources)} images")
    done = bar.n
    try:
        problem = pose(work.network, np.stack([x.picture for x in sources]), work.recipe)
        for run, name in zip(batch.runs, target_names(problem), strict=True):
            run.target = name
        for step in solve(problem, work.recipe):
            batch.add(step)
            bar.set_postfix_str(step.note, refresh=False)
            bar.update(done + len(sources) * step.iteration - bar.n)
        ended = "finished"
    except KeyboardInterrupt:
        ended = "stopped"
        raise
    except DivergedError as error:
        message = str(error)
        work.complain(message)
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        raise
    finally:
        for run in batch.runs:
            run.ended, run.message, run.seconds = ended, message, time.perf_counter() - began
            run.batch = tuple(x.name for x in folders)
        work.runs += batch.runs
        # Before the tests that follow, so that nothing that is made is lost in them.
        for run, folder in zip(batch.runs, folders, strict=True):
            store.save(run, folder)
    for run, folder in zip(batch.runs, folders, strict=True):
        if run.last is not None:
            _examine(work, run, bar)
            store.save(run, folder)
            _say(_line(run, folder))
        # Of thousands of images only the rows are kept for the table.
        run.source = replace(run.source, picture=run.source.picture[:0])
        run.adversarial, run.values, run.frames = None, None, Frames()
    bar.update(done + len(sources) * work.recipe.iterations - bar.n)


def _examine(work: _Work, run: AttackRun, bar: Bar) -> None:
    from engine.attacks.sphere import sphere_test
    from engine.attacks.transfer import transfer

    original, adversarial, values = run.source.picture, run.adversarial, run.values
    assert adversarial is not None and values is not None
    if work.samples:
        bar.set_description(f"sphere test of {run.source.name}")
        try:
            for state in sphere_test(
                work.network, original, values, samples=work.samples, seed=work.recipe.seed
            ):
                run.sphere = state.sphere
                bar.set_postfix_str(f"{state.done} of {work.samples}")
        except ValueError as error:  # nothing was changed: that is no fault of the command's
            _say(f"unitscope: {run.source.name}: {error}", sys.stderr)
    run.transfers = [transfer(other, original, adversarial) for other in work.others]


def _line(run: AttackRun, folder: Path) -> str:
    last = run.last
    assert last is not None
    parts = [
        run.source.name,
        f"{run.before} → {last.top[0][0]}",
        "fooled" if last.fooled else "not fooled",
        f"saved: {last.saved}",
        share(last.distortion.normalized),
        f"{last.distortion.max_255:.3g}/255",
    ]
    if run.sphere is not None:
        parts.append(f"sphere: {run.sphere.changed} of {run.sphere.samples} changed")
    parts += [f"{x.network.name}: {x.before[0][0]} → {x.after[0][0]}" for x in run.transfers]
    return "\t".join([*parts, str(folder)])


def _say(text: str, stream: Any = None) -> None:
    from tqdm import tqdm

    tqdm.write(text, file=stream or sys.stdout)  # past the bar, which is drawn again after it


def _free(path: Path) -> Path:
    for number in range(2, 100_000):
        if not path.exists():
            break
        path = path.with_name(f"table-{number}.csv")
    return path
