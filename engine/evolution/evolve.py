"""The loop: children of the archive's champions, drawn, judged, and given the cells they win."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.evolution import cppn, direct
from engine.evolution.elites import Archive, Genomes
from engine.evolution.graphs import Graphs, mutated
from engine.evolution.judging import confidences, side_of
from engine.evolution.parcels import Champion, Generation
from engine.evolution.recipe import CPPN, EvolveRecipe, preset, written
from engine.jobs import DivergedError, NetworkError, Picture
from engine.networks import Network
from engine.units import parse_unit


def evolve(
    network: Network,
    recipe: EvolveRecipe | None = None,
    classes: Sequence[int | str] | None = None,
    archive: Archive | None = None,
    pulse: Callable[[int], None] = lambda done: None,
) -> Generator[Generation, EvolveRecipe | None, None]:
    """Evolves an image for each class; yields a Generation each, the first of noise.

    A recipe can be sent in: ``step = steps.send(recipe)`` turns the turnable values.

    Args:
        network: on its device already.
        recipe: *Balanced*, with CPPNs, where it is not given.
        classes: by number or name, instead of the recipe's.
        archive: filled in place, so that it is there to save and to look at between two steps
            (``new_archive``). One that holds a generation already is gone on with: on the same
            device to the bit as if there had been no break.
        pulse: called several times a generation with the number of its images judged; may wait,
            or raise to end. The archive then is the last whole generation's.

    Raises:
        UnitError, RecipeError: the network has no such class.
        NetworkError: the pictures do not fit the network, or the archive is another one's.
        DivergedError: the network's answers are no numbers.
    """
    recipe = recipe or preset(side=network.preprocessing.size)
    if classes is not None:
        info = network.info()
        numbers = [
            x if isinstance(x, int) else parse_unit(f"class:{x}", info).index for x in classes
        ]
        recipe = recipe.changed(classes=written(numbers, len(info.classes)))
    if archive is None:
        archive = new_archive(network, recipe)
    check_archive(archive, network, recipe)
    breeder = Breeder(network, archive, recipe.seed)
    breeder.redraw(recipe.coordinates)
    while archive.generation < recipe.generations:
        step = _next(network, recipe, archive, breeder, pulse)
        turned = yield step
        recipe = turned or recipe


def new_archive(network: Network, recipe: EvolveRecipe) -> Archive:
    """An empty archive for ``evolve`` to fill.

    Raises:
        RecipeError, NetworkError: as ``evolve``.
    """
    side = side_of(network, recipe)
    chosen = recipe.chosen(len(network.classes))
    return Archive.empty(recipe, chosen, side, network.preprocessing.channels)


def check_archive(archive: Archive, network: Network, recipe: EvolveRecipe) -> None:
    """Raises ``NetworkError`` where an archive cannot be gone on with by that recipe."""
    wanted = (recipe.encoding, recipe.chosen(len(network.classes)), side_of(network, recipe))
    if wanted != (archive.encoding, archive.classes, archive.side):
        raise NetworkError("The archive is of another encoding, other classes or another size.")
    if archive.channels != network.preprocessing.channels:
        raise NetworkError(f"The archive's pictures are none that {network.title} takes.")


class Breeder:
    """Makes genomes and their pictures; its random numbers go on where the archive's stopped."""

    def __init__(self, network: Network, archive: Archive, seed: int) -> None:
        self._archive = archive
        self.random = np.random.default_rng(seed)
        self.pixels = torch.Generator(network.device).manual_seed(seed)
        if archive.random:
            self.random.bit_generator.state = archive.random["graphs"]
            if "pixels" in archive.random:
                self.pixels.set_state(torch.from_numpy(archive.random["pixels"].copy()))

    def state(self) -> dict[str, Any]:
        """The random generators', for the archive; pixels' where there are any."""
        found: dict[str, Any] = {"graphs": self.random.bit_generator.state}
        if self._archive.encoding != CPPN:
            found["pixels"] = self.pixels.get_state().numpy()
        return found

    def redraw(self, coordinates: str) -> None:
        """Draws the champions' pictures that the archive's folder had lost."""
        archive = self._archive
        lost = np.array([x for x in archive.filled if archive.pictures[x] is None], np.intp)
        if not len(lost):
            return
        genomes = archive.genomes
        some = (
            genomes.take(lost)
            if isinstance(genomes, Graphs)
            else torch.from_numpy(genomes[lost]).to(self.pixels.device)
        )
        pictures = shown_of(self.draw(some, coordinates), np.arange(len(lost)))
        for cell, picture in zip(lost.tolist(), pictures, strict=True):
            archive.pictures[cell] = picture

    def first(self, recipe: EvolveRecipe) -> Graphs | Tensor:
        """The first generation's genomes."""
        archive = self._archive
        if recipe.encoding == CPPN:
            return Graphs.fresh(recipe.batch, archive.channels, self.random)
        return direct.fresh(recipe, recipe.batch, archive.channels, archive.side, self.pixels)

    def children(self, parents: Genomes, recipe: EvolveRecipe, rate: float) -> Graphs | Tensor:
        """A child of each genome, which is left as it is."""
        if isinstance(parents, Graphs):
            return mutated(parents, recipe, rate, self.random)
        levels = torch.tensor(parents, device=self.pixels.device)
        return direct.children(levels, recipe, rate, self.pixels)

    def draw(self, genomes: Graphs | Tensor, coordinates: str) -> Tensor:
        """Their pictures, uint8 (N, C, S, S), on the network's device."""
        if isinstance(genomes, Graphs):
            return cppn.draw(genomes, self._archive.side, coordinates, self.pixels.device)
        return direct.draw(genomes)


@torch.no_grad()
def _next(
    network: Network,
    recipe: EvolveRecipe,
    archive: Archive,
    breeder: Breeder,
    pulse: Callable[[int], None],
) -> Generation:
    generation = archive.generation + 1
    parents = None
    if not len(archive.filled):
        genomes = breeder.first(recipe)
    else:
        parents = archive.parents(recipe.batch, breeder.random)
        bred = archive.genomes
        bred = bred.take(parents) if isinstance(bred, Graphs) else bred[parents]
        genomes = breeder.children(bred, recipe, recipe.rate_at(generation))
    pictures = breeder.draw(genomes, recipe.coordinates)
    judged = confidences(network, pictures, recipe.crops, pulse)
    confidence = judged[:, list(archive.classes)].cpu().numpy()
    if not np.isfinite(confidence).any():
        raise DivergedError(
            f"The network's answers are not numbers at generation {generation}: it cannot be "
            "evolved against. What was found before is kept."
        )
    cells, children = archive.contest(confidence)
    winners = np.unique(children)
    shown = dict(zip(winners.tolist(), shown_of(pictures, winners), strict=True))
    taken: Genomes = (
        genomes.take(children)
        if isinstance(genomes, Graphs)
        else genomes[torch.from_numpy(children).to(genomes.device)].cpu().numpy()
    )
    archive.admit(generation, cells, children, confidence, taken, shown, parents)
    archive.generation = generation
    archive.evaluations += len(confidence)
    archive.random = breeder.state()
    return Generation(
        generation,
        *archive.statistics(),
        archive.evaluations,
        tuple(champion_of(network, archive, int(cell)) for cell in cells),
    )


def champion_of(network: Network, archive: Archive, cell: int) -> Champion:
    """The image of a filled cell."""
    found = archive.champion(cell, network.classes[archive.classes[cell]])
    assert found is not None
    return found


def shown_of(pictures: Tensor, which: Any) -> list[Picture]:
    """Some of the pictures, uint8 (N, C, S, S), as they are shown and saved: (S, S, 3) each."""
    some = pictures[torch.from_numpy(np.asarray(which)).to(pictures.device)]
    rows = some.permute(0, 2, 3, 1).expand(-1, -1, -1, 3).cpu().numpy()
    # Each its own memory: one that stays must not hold the whole generation's.
    return [np.ascontiguousarray(row) if row.base is None else row.copy() for row in rows]
