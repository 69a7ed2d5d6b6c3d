"""Where networks come from, a file each. ``load_network`` finds the right one by name.

Importing this loads no torch: the window and the command line read the list of networks first.
"""

from __future__ import annotations

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
        weights: a state dict for a named architecture, ``.pth`` or ``.safetensors``; without one,
            published weights that are in torch's cache (``vgg16``: the default ones,
            ``vit_b_16:IMAGENET1K_SWAG_E2E_V1``: others), or in the hub's where they are timm's
            (``timm/resnet18``). Nothing is downloaded here.
        settings: what is to hold instead of the settings kept beside the network's file.

    Raises:
        NetworkError: no such network, weights for another one, a file that is none.
        DeviceError: no such device.
    """
    from engine.catalogue import keeping, own

    network = load_bare(name, weights, device)
    file = network.ref.weights
    said = keeping.read(file) if file and network.name != EMBEDDED else own.Settings()
    return own.applied(network, settings.over(said) if settings else said)


def load_bare(name: str, weights: str | Path = "", device: str = "cpu") -> Network:
    """A network as its file gives it, whatever the person says of it; see ``load_network``."""
    from engine.catalogue import embedded, own, timm_sets
    from engine.devices import resolve

    target = resolve(device)
    name, weights = _in_cache(*_told_by_file(name, str(weights)))
    if name == EMBEDDED:
        if weights:
            raise NetworkError("Sketchnet brings its own weights; leave out the weights' file.")
        network = embedded.load()
    elif weights.lower().endswith(own.PROGRAM):
        from engine.catalogue import exported

        network = exported.load(weights)
    elif name.startswith(timm_sets.PREFIX):
        from engine.catalogue import timm_models

        network = timm_models.load(name, weights)
    elif name in (architectures := _torchvision()).architectures():
        network = architectures.load(name, weights)
    else:
        raise NetworkError(unknown(name))
    return network.to(target.name)


def _told_by_file(name: str, weights: str) -> tuple[str, str]:
    """A network's name and its file, where the name is a file's, or the file brings its own."""
    from engine.catalogue import own, timm_sets

    path = Path(name)
    if name.lower().endswith(own.PROGRAM):
        if weights and Path(weights).name != path.name:
            raise NetworkError(f"{path.name} brings its own weights; leave out {weights}.")
        return path.name, weights or name
    if weights.lower().endswith(own.PROGRAM):
        raise NetworkError(
            f"{Path(weights).name} is a whole network, no weights of {name}: open it by itself."
        )
    of_timm = name.startswith(timm_sets.PREFIX) and not path.is_file()  # a tag may be "pt"
    if weights or of_timm or path.suffix.lower() not in own.WEIGHTS:
        return name, weights
    from engine.catalogue import weights as weights_files

    tensors = weights_files.read(path)
    found = _torchvision().guess(tensors, path.as_posix())
    if not found:
        raise NetworkError(unfitting(path, _torchvision().hint(tensors)))
    return found[0], name


def unfitting(path: Path, hint: str) -> str:
    """The sentence for a state dict of no known architecture; ``hint`` says what is near."""
    if hint:
        return (
            f"{path.name} fits no architecture that Unitscope knows: {hint}. Export the whole "
            "network with torch.export.save, and open that file (.pt2)."
        )
    return (
        f"{path.name} fits no architecture that Unitscope knows: give its name with --network "
        "and the file with --weights, or export the network with torch.export.save (.pt2)."
    )


def load_ref(ref: NetworkRef, device: str = "cpu") -> Network:
    """The network that a job or a run names."""
    return load_network(ref.name, ref.weights, device)


def _in_cache(name: str, weights: str) -> tuple[str, str]:
    """A published network's file in torch's cache, where none is named or the named one is gone."""
    from engine.catalogue import downloads, index, timm_sets

    if name == EMBEDDED or (weights and Path(weights).exists()):
        return name, weights
    if weights and name.startswith(timm_sets.PREFIX):
        return name, weights  # the file of all its sets has one name
    if weights:
        moved = index.by_file(weights.replace("\\", "/").rpartition("/")[2])
        if moved is None or moved.network != name or moved.state != index.HERE:
            return name, weights
        return name, str(moved.path)
    try:
        found = index.find(name)
    except LookupError as error:
        raise NetworkError(str(error)) from error
    if not found.classifies:
        raise NetworkError(
            f"{found.key} has no classifier, only the layers before it: its file cannot be used."
        )
    if not found.path.is_file():
        size = f"{index.megabytes(found.bytes)}, " if found.bytes else ""
        raise NetworkError(
            f"{found.key} needs weights: download them ({size}{found.url}) into "
            f"{found.path.parent}, or give a file of your own with --weights, "
            "or in the window Network → Open weights…"
        )
    if found.hash_prefix and not downloads.is_whole(found.path):
        raise NetworkError(
            f"{found.path} is damaged or half a file: its SHA-256 does not begin with "
            f"{found.hash_prefix}. Delete it, and download it again from {found.url}."
        )
    return found.ref_name, str(found.path)


def unknown(name: str) -> str:
    """The sentence for a name that is no network's, with the nearest."""
    from engine.catalogue import index

    return index.unknown(name)


def _torchvision() -> ModuleType:
    # Importing torchvision takes as long as torch; the embedded network starts without it.
    return import_module("engine.catalogue.torchvision_models")
