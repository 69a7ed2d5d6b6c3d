"""The archive: for each class the best image found so far, and all that it takes to go on.

MAP-Elites over classes (Mouret & Clune 2015), with the rule of the paper's program: a child is
compared with **every** class's champion and may take several cells at once. pyribs, the well-kept
library, lets a child compete in one cell alone and wants genomes of a fixed length. No torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evolution.ancestry import NOBODY, Ancestry
from engine.evolution.graphs import Graphs
from engine.evolution.parcels import Ancestor, Champion
from engine.evolution.recipe import CPPN, EvolveRecipe
from engine.jobs import Picture

EMPTY = -1.0  # the confidence of a cell without an image

# Of one archive: pixels uint8 (K, C, S, S), hue, saturation and value where C is 3; or graphs.
Genomes = NDArray[np.uint8] | Graphs


@dataclass(slots=True)
class Archive:
    """K cells, one a class, as they are after ``generation``.

    ``classes`` are the classes' numbers in the network, the cells' order. ``born`` is each
    champion's number in the ancestry. ``evaluations`` counts the images judged. ``random`` is the
    random generators' state after that generation, by name, whole: with it the next generation is
    the same as if there had been no break.
    """

    encoding: str
    classes: tuple[int, ...]
    side: int
    channels: int
    confidence: NDArray[np.float64]
    found: NDArray[np.int64]
    born: NDArray[np.int64]
    genomes: Genomes
    pictures: list[Picture | None]
    ancestry: Ancestry = field(default_factory=Ancestry)
    generation: int = -1
    evaluations: int = 0
    random: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def empty(
        cls, recipe: EvolveRecipe, classes: Sequence[int], side: int, channels: int
    ) -> Archive:
        """No cell filled; pictures will have that side, of 1 or 3 channels."""
        count = len(classes)
        genomes: Genomes = (
            Graphs.empty(count, channels)
            if recipe.encoding == CPPN
            else np.zeros((count, channels, side, side), np.uint8)
        )
        return cls(
            encoding=recipe.encoding,
            classes=tuple(classes),
            side=side,
            channels=channels,
            confidence=np.full(count, EMPTY),
            found=np.full(count, -1, np.int64),
            born=np.full(count, NOBODY, np.int64),
            genomes=genomes,
            pictures=[None] * count,
        )

    @property
    def filled(self) -> NDArray[np.intp]:
        """The cells that hold an image."""
        return np.flatnonzero(self.confidence > EMPTY)

    def parents(self, count: int, random: np.random.Generator) -> NDArray[np.intp]:
        """That many cells, each uniform over the filled ones."""
        filled = self.filled
        return filled[random.integers(0, len(filled), count)]

    def contest(self, confidence: NDArray[np.floating[Any]]) -> tuple[NDArray[np.intp], ...]:
        """Which cells a generation's children take: cells, and for each the child that takes it.

        ``confidence`` (children, K) is each child's for each cell's class. The first of equals
        wins, and who is there already stays; one that is not a number wins nothing.
        """
        judged = np.nan_to_num(confidence.astype(np.float64), nan=EMPTY)
        best = judged.argmax(0)
        cells = np.flatnonzero(judged[best, np.arange(judged.shape[1])] > self.confidence)
        return cells, best[cells]

    def admit(
        self,
        generation: int,
        cells: NDArray[np.intp],
        children: NDArray[np.intp],
        confidence: NDArray[np.floating[Any]],
        genomes: Genomes,
        pictures: dict[int, Picture],
        parents: NDArray[np.intp] | None,
    ) -> None:
        """Gives cells to the children that took them.

        ``confidence`` (children, K) is the whole generation's; ``genomes`` one for each of the
        cells; ``pictures`` the winners' by child; ``parents`` the cell of each child's parent,
        none in the first generation.
        """
        if not len(cells):
            return
        winners, row = np.unique(children, return_inverse=True)
        came_from = (
            np.full(len(winners), NOBODY) if parents is None else self.born[parents[winners]]
        )
        gained = confidence[children, cells]
        # The class that each winner serves best, of those it took.
        order = np.lexsort((-gained, row))
        best = order[np.unique(row[order], return_index=True)[1]]
        born = self.ancestry.add(
            came_from.astype(np.int64),
            generation,
            np.array(self.classes, np.int32)[cells[best]],
            gained[best].astype(np.float64),
            [pictures[int(w)] for w in winners],
        )
        self.confidence[cells] = gained
        self.found[cells] = generation
        self.born[cells] = born[row]
        if isinstance(self.genomes, Graphs):
            assert isinstance(genomes, Graphs)
            self.genomes.put(cells, genomes)
        else:
            assert not isinstance(genomes, Graphs)
            self.genomes[cells] = genomes
        for cell, child in zip(cells.tolist(), children.tolist(), strict=True):
            self.pictures[cell] = pictures[child]
        self.ancestry.tidy(self.born)

    def champion(self, cell: int, name: str) -> Champion | None:
        """The image of a cell; ``None`` where there is none."""
        picture = self.pictures[cell]
        if picture is None:
            return None
        return Champion(
            self.classes[cell],
            name,
            float(self.confidence[cell]),
            int(self.found[cell]),
            picture,
            int(self.born[cell]),
        )

    def ancestors(self, index: int) -> tuple[Ancestor, ...]:
        """How a class's champion came about: the first generation's first, itself the last."""
        cell = self.classes.index(index)
        if self.born[cell] == NOBODY:
            return ()
        return self.ancestry.chain(int(self.born[cell]))

    def statistics(self) -> tuple[float, float, float, float]:
        """Minimum, median, mean, maximum of the classes' confidences; an empty cell counts as 0."""
        values = np.maximum(self.confidence, 0)
        return (
            float(values.min()),
            float(np.median(values)),
            float(values.mean()),
            float(values.max()),
        )
