"""How fast and how responsive the program is: ``uv run python -m tests.benchmarks``.

Speeds are ratios within one run, whose contestants take turns, so that a machine with other things
to do disturbs all of them alike. The targets are PRODUCT.md §6's; a target missed is exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import rows
from tests.benchmarks.rows import Row

THEMES = (
    "iterations",
    "window",
    "forty",
    "startup",
    "memory",
    "sheet",
    "patches",
    "atlas",
    "evolution",
)
NETWORKS = ("vgg16", "squeezenet1_0", "sketchnet")


def main(argv: list[str] | None = None) -> int:
    """Runs the themes, prints their tables; the exit code is 1 where a target is missed."""
    options = _parser().parse_args(argv)
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    machine = rows.machine()
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    found: list[Row] = []
    for theme in options.only:
        for title, part in _tables(theme, options):
            rows.print_rows(title, part)
            sys.stdout.flush()
            found += part
    missed = [row for row in found if row.met is False]
    judged = [row for row in found if row.met is not None]
    print(f"\n{len(judged) - len(missed)} of {len(judged)} targets met.")
    if options.json:
        document = {"machine": machine, "rows": [row.as_dict() for row in found]}
        Path(options.json).write_text(json.dumps(document, indent=1), "utf-8")
    return 1 if missed else 0


def _tables(theme: str, options: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    # Each theme is imported when its turn comes: torch and Qt are no small things to load.
    quick = options.quick
    if theme == "iterations":
        from tests.benchmarks import iterations

        rounds, seconds = (5, 0.2) if quick else (21, 0.5)
        for part in iterations.measure(options.networks, rounds, seconds):
            yield "Iterations", part
    elif theme == "window":
        from tests.benchmarks import window

        watch, turn, turns = (4.0, 3.0, 2) if quick else (20.0, 8.0, 5)
        networks = [x for x in options.networks if x in ("vgg16", "sketchnet")]
        for part in window.measure(networks, watch, turn, turns):
            yield "The window", part
    elif theme == "forty":
        from tests.benchmarks import forty

        yield "Forty photographs at once", forty.measure(15.0 if quick else 60.0)
    elif theme == "atlas":
        from tests.benchmarks import atlas

        rounds, seconds = (3, 0.5) if quick else (11, 2.0)
        for part in atlas.measure(options.networks, rounds, seconds):
            yield "The atlas", part
    elif theme == "startup":
        from tests.benchmarks import startup

        yield "Starting", startup.measure(2 if quick else 7)
    elif theme == "sheet":
        from tests.benchmarks import sheet

        yield "The contact sheet", sheet.measure()
    elif theme == "patches":
        from tests.benchmarks import patches

        yield "Patches of a folder", patches.measure(*((5, 1.0) if quick else (15, 2.0)))
    elif theme == "evolution":
        from tests.benchmarks import evolution

        rounds, seconds = (3, 0.3) if quick else (9, 1.0)
        for part in evolution.measure(rounds, seconds):
            yield "Evolution", part
    else:
        from tests.benchmarks import memory

        yield "Memory", memory.measure(1_000 if quick else 10_000)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.benchmarks", description="Measures Unitscope.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter turns")
    parser.add_argument("--json", metavar="F", help="writes every figure to a file")
    parser.add_argument("--only", nargs="+", choices=THEMES, default=list(THEMES))
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--threads", type=int, default=0, help="torch's; its own choice if 0")
    return parser


if __name__ == "__main__":
    sys.exit(main())
