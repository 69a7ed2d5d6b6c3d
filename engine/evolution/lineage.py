"""Where a class's image came from and what paints it: asked while an evolution goes on, or of one
that is kept. No torch at import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.evolution.elites import Archive, Genomes
from engine.evolution.graphs import Graph, Graphs
from engine.evolution.parcels import Ancestor

# The archive of the running job, or of the last one, by its number; and the last one read from a
# folder. They belong to the engine's thread, in which questions are answered.
_live: dict[int, Archive] = {}
_read: dict[tuple[str, int], Archive] = {}


@dataclass(frozen=True, slots=True)
class LineageQuestion:
    """Asks for the genome and the ancestors of a class's best image.

    ``job`` is the number of the job that evolves it, or did; where that is forgotten, or 0, the
    archive is read from ``folder``. ``index`` is the class's number.
    """

    number: int
    index: int
    job: int = 0
    folder: str = ""
    network: None = None  # none is needed to tell
    device: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer: ``graph`` is ``None`` for a genome of pixels; the first generation's is first
    among the ancestors, the image itself the last."""

    number: int
    index: int
    graph: Graph | None
    ancestors: tuple[Ancestor, ...]


def keep(job: int, archive: Archive) -> None:
    """A job's archive can be asked about from now on, until the next job's."""
    _live.clear()
    _live[job] = archive


def answer(question: LineageQuestion, _network: None) -> Lineage:
    """The genome and the ancestors that the question asks for.

    Raises:
        RunError: the run was saved without its genomes, or they are damaged.
    """
    archive = _live.get(question.job) or _of(question.folder)
    cell = archive.classes.index(question.index)
    genome = None
    if isinstance(archive.genomes, Graphs):
        genome = archive.genomes.graph(cell)
    return Lineage(question.number, question.index, genome, archive.ancestors(question.index))


def _of(folder: str) -> Archive:
    from engine.evolution import store

    state = Path(folder) / "run.json"
    key = (folder, state.stat().st_mtime_ns if state.exists() else 0)
    if key not in _read:
        found = store.load_to_continue(Path(folder)).archive
        assert found is not None
        _read.clear()
        _read[key] = found
    return _read[key]


@dataclass(frozen=True, slots=True)
class GenomeOf:
    """A class's best image as a parent of ``BreedQuestion``, where only the engine has its genome.

    ``index``, ``job`` and ``folder`` are as in ``LineageQuestion``.
    """

    index: int
    job: int = 0
    folder: str = ""

    def genome(self) -> Genomes:
        """Its genome: pixels, or graphs of one."""
        archive = _live.get(self.job) or _of(self.folder)
        cell = archive.classes.index(self.index)
        genomes = archive.genomes
        return genomes.take(np.array([cell])) if isinstance(genomes, Graphs) else genomes[cell]
