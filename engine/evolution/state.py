"""An archive as arrays in a file: with it an evolution goes on to the bit. No torch, no Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evolution.ancestry import NOBODY, Ancestry
from engine.evolution.elites import EMPTY, Archive, Genomes
from engine.evolution.graphs import ABSENT, FUNCTIONS, INPUTS, Graphs
from engine.evolution.recipe import CPPN

Arrays = dict[str, NDArray[Any]]


def arrays_of(archive: Archive) -> Arrays:
    """Everything but the pictures, which the genomes make again, and the run's folder holds."""
    random = dict(archive.random)
    pixels = random.pop("pixels", np.zeros(0, np.uint8))
    genomes = archive.genomes
    kept: Arrays = dict(genomes.arrays()) if isinstance(genomes, Graphs) else {"pixels": genomes}
    return {
        "encoding": np.array(archive.encoding),
        "classes": np.array(archive.classes, np.int64),
        "shape": np.array([archive.side, archive.channels], np.int64),
        "counters": np.array([archive.generation, archive.evaluations], np.int64),
        "confidence": archive.confidence,
        "found": archive.found,
        "born": archive.born,
        "random": np.array(json.dumps(random)),
        "random.pixels": pixels,
        **{f"genomes.{name}": value for name, value in kept.items()},
        **{f"ancestry.{name}": value for name, value in archive.ancestry.arrays().items()},
    }


def archive_of(arrays: Mapping[str, NDArray[Any]]) -> Archive:
    """What ``arrays_of`` gave, without pictures.

    Raises:
        KeyError, ValueError: something is missing, or does not fit.
    """
    classes = tuple(int(x) for x in arrays["classes"])
    side, channels = (int(x) for x in arrays["shape"])
    generation, evaluations = (int(x) for x in arrays["counters"])
    encoding = str(arrays["encoding"])
    archive = Archive(
        encoding=encoding,
        classes=classes,
        side=side,
        channels=channels,
        confidence=_column(arrays["confidence"], len(classes), np.float64),
        found=_column(arrays["found"], len(classes), np.int64),
        born=_column(arrays["born"], len(classes), np.int64),
        genomes=_genomes(arrays, encoding, len(classes), side, channels),
        pictures=[None] * len(classes),
        ancestry=Ancestry.of(_part(arrays, "ancestry.")),
        generation=generation,
        evaluations=evaluations,
        random=json.loads(str(arrays["random"])),
    )
    if len(arrays["random.pixels"]):
        archive.random["pixels"] = arrays["random.pixels"].astype(np.uint8)
    for number in archive.born[archive.born != NOBODY].tolist():
        archive.ancestry.chain(number)  # one whose ancestors are lost raises KeyError
    if not ((archive.confidence == EMPTY) | (archive.confidence >= 0)).all():
        raise ValueError("a confidence is none")
    return archive


def _genomes(
    arrays: Mapping[str, NDArray[Any]], encoding: str, count: int, side: int, channels: int
) -> Genomes:
    parts = _part(arrays, "genomes.")
    if encoding != CPPN:
        pixels = parts["pixels"]
        if pixels.dtype != np.uint8 or pixels.shape != (count, channels, side, side):
            raise ValueError("the genomes are of another shape")
        return pixels
    graphs = Graphs(
        parts["functions"].astype(np.uint8),
        parts["places"].astype(np.float64),
        parts["sources"].astype(np.uint8),
        parts["targets"].astype(np.uint8),
        parts["weights"].astype(np.float32),
        channels,
    )
    if not _whole(graphs, count):
        raise ValueError("a genome is damaged")
    return graphs


def _whole(graphs: Graphs, count: int) -> bool:
    """Whether every connection leads from a node to a later one: one that goes round would hang."""
    nodes, wide = graphs.functions.shape[1], graphs.targets.shape[1]
    shapes = [graphs.functions.shape, graphs.places.shape]
    if any(shape != (count, nodes) for shape in shapes) or nodes < len(INPUTS) + graphs.outputs:
        return False
    connections = (graphs.sources, graphs.targets, graphs.weights)
    if any(column.shape != (count, wide) for column in connections):
        return False
    functions = graphs.functions[graphs.functions != ABSENT]
    if (functions >= len(FUNCTIONS)).any():
        return False
    row, column = np.nonzero(graphs.present)
    source, target = graphs.sources[row, column], graphs.targets[row, column]
    if (np.maximum(source, target) >= nodes).any():
        return False
    there = (graphs.functions[row, source] != ABSENT) & (graphs.functions[row, target] != ABSENT)
    forward = graphs.places[row, source] < graphs.places[row, target]
    finite = np.isfinite(graphs.weights[row, column])
    return bool((there & forward & finite).all())


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {k.removeprefix(prefix): arrays[k] for k in arrays if k.startswith(prefix)}


def _column(values: NDArray[Any], count: int, kind: type) -> NDArray[Any]:
    if values.shape != (count,):
        raise ValueError("a column is of another length")
    return values.astype(kind)
