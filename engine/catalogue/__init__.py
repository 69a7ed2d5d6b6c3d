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
    from engine.catalogue.own import Settings
    from engine.networks import Network

EMBEDDED = "sketchnet"


def load_network(
    name: str = "sketchnet",
    weights: str | Path = "",
    device: str = "cpu",
    settings: Settings | None = None,
) -> Network:
    """A network by name, ready on a device (torch's name, or ``auto``).

    Args:
        name: ``sketchnet``, an architecture of torchvision's (``vgg16``, ``squeezenet1_0``), or a
            file: an exported program (``.pt2``), or a state dict whose architecture its keys tell.
        weights: a state dict for a named architecture, ``.pth`` or ``.safetensors``.
        settings: what is to hold instead of the settings kept beside the network's file.

    Raises:
        NetworkError: no such network, weights for another one, a file that is none.
        DeviceError: no such device.
    """
    from engine.catalogue import embedded, own
    from engine.devices import resolve

    target = resolve(device)
    weights = str(weights)
    name, weights = _told_by_file(name, weights)
    if name == EMBEDDED:
        if weights:
            raise NetworkError("Sketchnet brings its own weights; leave out the weights' file.")
        network = embedded.load()
    elif weights.lower().endswith(own.PROGRAM):
        from engine.catalogue import exported

        network = exported.load(weights)
    elif name in (architectures := _torchvision()).architectures():
        network = architectures.load(name, weights)
    else:
        raise NetworkError(unknown(name))
    said = own.read(weights) if weights else own.Settings()
    return own.applied(network, settings.over(said) if settings else said).to(target.name)


def _told_by_file(name: str, weights: str) -> tuple[str, str]:
    """A network's name and its file, where the name is a file's, or the file brings its own."""
    from engine.catalogue import own

    path = Path(name)
    if name.lower().endswith(own.PROGRAM):
        if weights and Path(weights).name != path.name:
            raise NetworkError(f"{path.name} brings its own weights; leave out {weights}.")
        return path.name, weights or name
    if weights.lower().endswith(own.PROGRAM):
        raise NetworkError(
            f"{Path(weights).name} is a whole network, no weights of {name}: open it by itself."
        )
    if weights or path.suffix.lower() not in own.WEIGHTS:
        return name, weights
    from engine.catalogue import weights as weights_files

    found = _torchvision().guess(weights_files.read(path), path.as_posix())
    if not found:
        raise NetworkError(
            f"{path.name} fits no architecture that Unitscope knows: give its name with --network "
            "and the file with --weights, or export the network with torch.export.save (.pt2)."
        )
    return found[0], name


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
