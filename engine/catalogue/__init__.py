"""Where networks come from, a file each. ``load_network`` finds the right one by name.

Importing this loads no torch: the window and the command line read the list of networks first.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from engine.jobs import NetworkError, NetworkRef

if TYPE_CHECKING:
    from engine.networks import Network

EMBEDDED = "sketchnet"


def load_network(name: str = "sketchnet", weights: str | Path = "", device: str = "cpu") -> Network:
    """A network by name, ready on a device (torch's name, or ``auto``).

    Args:
        name: ``sketchnet``, or an architecture of torchvision's (``vgg16``, ``squeezenet1_0``).
        weights: a state dict for a named architecture, ``.pth`` or ``.safetensors``.

    Raises:
        NetworkError: no such network, weights for another one, a file that is none.
        DeviceError: no such device.
    """
    from engine.catalogue import embedded
    from engine.devices import resolve

    target = resolve(device)
    weights = str(weights)
    if name == EMBEDDED:
        if weights:
            raise NetworkError("Sketchnet brings its own weights; leave out the weights' file.")
        network = embedded.load()
    elif name in (architectures := _torchvision()).architectures():
        network = architectures.load(name, weights)
    else:
        raise NetworkError(unknown(name))
    return network.to(target.name)


def load_ref(ref: NetworkRef, device: str = "cpu") -> Network:
    """The network that a job or a run names."""
    return load_network(ref.name, ref.weights, device)


def unknown(name: str) -> str:
    """The sentence for a name that is no network's, with the nearest."""
    names = [EMBEDDED, *_torchvision().architectures()]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no network {name!r}.{hint} `unitscope networks` lists them."


def _torchvision() -> ModuleType:
    # Importing torchvision takes as long as torch; the embedded network starts without it.
    return import_module("engine.catalogue.torchvision_models")
