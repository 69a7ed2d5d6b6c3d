"""The networks that are in memory: the newest few, each as its file and its settings are now."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

from engine.catalogue import keeping, load_bare, own
from engine.devices import resolve
from engine.jobs import NetworkRef
from engine.networks import Network

KEPT = 2

_Stamp = tuple[int, int]  # when the file was last written, and its size


@dataclass(slots=True)
class _Held:
    bare: Network  # as it is without what the person says of it
    stamp: _Stamp | None
    settings: own.Settings | None = None
    network: Network | None = None  # with these settings


class Shelf:
    """Loads what is asked for once; a file that was written anew is read anew."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str], _Held] = {}

    def get(self, ref: NetworkRef, device: str) -> Network:
        """The network with the settings that are remembered of its file.

        Raises:
            NetworkError: it cannot be loaded, or its settings are impossible.
        """
        held = self._hold(ref, device)
        settings = keeping.read(held.bare.ref.weights) if held.bare.ref.weights else own.Settings()
        if held.network is None or held.settings != settings:
            held.network = own.applied(unsaid(held.bare), settings)
            held.settings = settings
        return held.network

    def bare(self, ref: NetworkRef, device: str) -> Network:
        """The network as it is without settings; not to be changed."""
        return self._hold(ref, device).bare

    def clear(self) -> None:
        """Lets them all go."""
        self._held.clear()

    def _hold(self, ref: NetworkRef, device: str) -> _Held:
        key = (ref.name, ref.weights, resolve(device).name)
        held = self._held.pop(key, None)
        if held is None or _stamp(held.bare) not in (None, held.stamp):
            bare = load_bare(ref.name, ref.weights, device)
            held = _Held(bare, _stamp(bare))
        self._held[key] = held  # the newest last
        while len(self._held) > KEPT:
            self._held.pop(next(iter(self._held)))
        return held


def unsaid(network: Network) -> Network:
    """The same network, its module shared, to be told other settings."""
    other = copy.copy(network)
    other._info = other.fields = None
    return other


def _stamp(network: Network) -> _Stamp | None:
    if not network.ref.weights:
        return None
    try:
        found = Path(network.ref.weights).stat()
    except OSError:  # it is gone; what is in memory is as good as it was
        return None
    return found.st_mtime_ns, found.st_size
