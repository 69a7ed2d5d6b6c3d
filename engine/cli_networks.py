"""``unitscope networks``, and the weights that a command needs, brought here (PRODUCT.md §3)."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from urllib.parse import urlsplit

from engine.catalogue import downloads, index, timm_sets

_EPILOG = (
    "The first set of a network is its default: `--network vgg16` takes it. Another one is named "
    "with a colon: `--network vit_b_16:IMAGENET1K_SWAG_E2E_V1`. Weights that are not here yet are "
    "downloaded when a command needs them, into torch's own cache. Where timm is installed "
    "its networks are listed too: `--network timm/resnet18.a1_in1k`."
)


def add_to(commands: Any) -> None:
    """Adds the command to the parser's others."""
    parser = commands.add_parser(
        "networks", help="list the networks, and whether their weights are here", epilog=_EPILOG
    )
    parser.add_argument(
        "--search", default="", metavar="TEXT", help="only those with every word of it: vgg, here"
    )
    parser.set_defaults(command=_networks)


def bring(name: str, weights: str = "", device: str = "cpu") -> None:
    """Downloads a published network's weights, unless they are here or a file is given.

    Says the size first, on standard error; shows a progress bar on a terminal.

    Raises:
        DownloadError: they cannot be had, in a sentence. DeviceError: no such device, said before
            half a gigabyte comes for it.
    """
    from tqdm import tqdm

    if weights:
        return
    try:
        wanted = index.find(name)
    except LookupError:
        return  # a file, or nothing: loading it will tell
    if not wanted.classifies or wanted.state != index.AVAILABLE:
        return
    from engine.devices import resolve

    resolve(device)
    size = f"{index.megabytes(wanted.bytes)} " if wanted.bytes else ""
    print(
        f"{wanted.network} {wanted.name}: {size}from "
        f"{urlsplit(wanted.url).hostname} into {_folder(wanted)}",
        file=sys.stderr,
        flush=True,
    )
    bar = tqdm(total=wanted.bytes or None, unit="B", unit_scale=True, disable=None, leave=False)
    with bar:
        for progress in downloads.fetch(wanted):
            bar.total = progress.total or None
            bar.update(progress.done - bar.n)


def _folder(wanted: index.WeightSet) -> object:
    on_hub = isinstance(wanted, timm_sets.HubSet) and wanted.repo
    return timm_sets.hub_cache() if on_hub else wanted.path.parent


def _networks(options: argparse.Namespace) -> int:
    found = index.search(options.search)
    if not found:
        print(f"unitscope: No network has {options.search!r} in its name.", file=sys.stderr)
        return 1
    rows = [
        (row.network, row.name or "-", _size(row), _percent(row.top1), state)
        for state, group in index.grouped(found).items()
        for row in group
    ]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for network, name, size, accuracy, state in rows:
        print(f"{network:<{first}}  {name:<{second}}  {size:>8}  {accuracy:>6}  {state}")
    return 0


def _size(row: index.WeightSet) -> str:
    return index.megabytes(row.bytes) if row.bytes else "-"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} %"
