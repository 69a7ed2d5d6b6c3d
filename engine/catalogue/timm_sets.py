"""Timm's weight sets as plain data, where timm is installed. No torch at import.

Timm is an optional extra (``pip install 'unitscope[timm]'``). Its weights lie on the Hugging Face
hub, and come into the hub's own cache (``hub.py``), where other programs share them.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from engine.catalogue.index import (
    AVAILABLE,
    HERE,
    WeightSet,
    checkpoints,
    kept_list,
    nearest_set,
)

PREFIX = "timm/"
_HUB = "https://huggingface.co/"
_SUFFIXES = (".pth", ".pt", ".bin", ".safetensors")
INSTALL = "install it with `pip install timm` (in a checkout `uv run --extra timm unitscope`)"


@dataclass(frozen=True, slots=True)
class HubSet(WeightSet):
    """A set on the hub. Its size is not known before the hub is asked: ``bytes`` is 0.

    ``repo`` is empty for the few sets that lie elsewhere, and come as torchvision's do.
    """

    repo: str = ""
    files: tuple[str, ...] = ("model.safetensors", "pytorch_model.bin")  # the first that is there

    @property
    def key(self) -> str:
        """How a person, and timm, asks for it: ``timm/resnet18.a1_in1k``."""
        return self.ref_name

    @property
    def ref_name(self) -> str:
        """With the set's name, which tells the preprocessing: the files are all called alike."""
        return f"{self.network}.{self.name}" if self.name else self.network

    @property
    def path(self) -> Path:
        """Where the hub's library keeps the file, or torch's for the few that lie elsewhere."""
        if not self.repo:
            return checkpoints() / self.file
        return self._found() or self._folder() / self.files[0]

    @property
    def state(self) -> str:
        """``here`` or ``available``, as the disk is now."""
        if not self.repo:
            return HERE if self.path.is_file() else AVAILABLE
        return HERE if self._found() else AVAILABLE

    @property
    def place(self) -> str:
        """Not resolved: the cache's files are links to ones without a suffix."""
        return str(self.path.absolute())

    def _folder(self) -> Path:
        return Path(self._place_in_cache())

    def _place_in_cache(self) -> str:
        return f"{hub_cache()}/models--{self.repo.replace('/', '--')}"

    def _found(self) -> Path | None:
        # Asked of two thousand sets whenever the list is opened: most have no folder.
        if not os.access(self._place_in_cache(), os.R_OK):
            return None
        folder = self._folder()
        try:
            revision = (folder / "refs" / "main").read_text("utf-8").strip()
        except (OSError, ValueError):
            return None
        paths = (folder / "snapshots" / revision / file for file in self.files)
        return next((x for x in paths if x.is_file()), None)


def hub_cache() -> Path:
    """The hub's own cache of files, as its library finds it; imports no library."""
    return _cache_of(tuple(os.environ.get(x, "") for x in _VARIABLES))


_VARIABLES = ("XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HOME")


@cache
def _cache_of(values: tuple[str, ...]) -> Path:
    env = dict(zip(_VARIABLES, values, strict=True))
    cache_home = env.get("XDG_CACHE_HOME") or "~/.cache"
    home = env.get("HF_HOME") or f"{cache_home}/huggingface"
    chosen = env.get("HF_HUB_CACHE") or env.get("HUGGINGFACE_HUB_CACHE") or f"{home}/hub"
    return Path(os.path.expandvars(chosen)).expanduser()


def installed() -> bool:
    """Whether timm is there; does not import it."""
    return importlib.util.find_spec("timm") is not None


def published() -> tuple[HubSet, ...]:
    """Timm's sets, the default of each architecture first; empty where timm is not installed.

    From the list kept for the installed version; the first time from timm, which takes seconds.
    """
    return _known() if installed() else ()


@cache
def _known() -> tuple[HubSet, ...]:
    try:
        version = metadata.version("timm")
    except metadata.PackageNotFoundError:  # a bundle without its packages' metadata
        return tuple(_from_timm())
    return kept_list(f"timm-{version}", _from_timm, _from_row)


def find(text: str) -> WeightSet:
    """A set by its name, with or without its tag: ``timm/resnet18``, ``timm/resnet18.a1_in1k``.

    Raises:
        LookupError: there is none, or timm is not installed; a sentence.
    """
    if not installed():
        raise LookupError(f"{text} is one of timm's networks, and timm is not there: {INSTALL}.")
    network, _, tag = text.lower().replace(":", ".", 1).partition(".")
    own = [x for x in published() if x.network == network]
    return nearest_set(own, network, tag, text)


def _from_row(row: dict[str, object]) -> HubSet:
    return HubSet(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})  # type: ignore[arg-type]


def _from_timm() -> Iterator[HubSet]:
    from engine.catalogue.timm_models import imported

    timm = imported()
    names: dict[str, list[str]] = {}
    for full in timm.list_pretrained():
        names.setdefault(full.partition(".")[0], []).append(full)
    for architecture, tags in names.items():
        first = timm.get_pretrained_cfg(architecture)  # the default tag's
        for full in sorted(tags, key=lambda x: x.partition(".")[2] != first.tag):
            cfg = timm.get_pretrained_cfg(full)
            row = _row(architecture, full.partition(".")[2], cfg, cfg.tag == first.tag)
            if row is not None:
                yield row


def _row(architecture: str, tag: str, cfg: object, default: bool) -> HubSet | None:
    def said(name: str) -> str:
        return str(getattr(cfg, name, None) or "")

    repo, url = said("hf_hub_id"), said("url")
    size = getattr(cfg, "input_size", None) or (3, 224, 224)
    loadable = repo or url.lower().endswith(_SUFFIXES)
    if not loadable or getattr(cfg, "custom_load", False) or size[0] != 3 or size[1] != size[2]:
        return None  # a format of its own, or images that are not square
    file = said("hf_hub_filename")
    paper = said("paper_ids")
    note = " ".join(x for x in (said("description"), f"Paper: {paper}." if paper else "") if x)
    return HubSet(
        network=f"{PREFIX}{architecture}",
        name=tag,
        default=default,
        bytes=0,
        parameters=0,
        top1=None,
        top5=None,
        size=int(size[1]),
        classifies=bool(getattr(cfg, "num_classes", 0)),
        license=said("license"),
        recipe=f"{_HUB}{repo}" if repo else said("origin_url"),
        note=note,
        url=f"{_HUB}{repo}" if repo else url,
        repo=repo,
        files=(file,) if file else ("model.safetensors", "pytorch_model.bin"),
    )
