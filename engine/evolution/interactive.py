"""Interactive evolution: a person chooses, and these breed (Picbreeder, Secretan et al. 2008)."""

from __future__ import annotations

import numpy as np
import torch

from engine.evolution import cppn, direct
from engine.evolution.elites import Genomes
from engine.evolution.evolve import shown_of
from engine.evolution.graphs import Graphs, mutated
from engine.evolution.judging import confidences, side_of, top_of
from engine.evolution.lineage import GenomeOf
from engine.evolution.parcels import BreedQuestion, Brood, Shoot
from engine.evolution.recipe import CPPN, EvolveRecipe
from engine.networks import Network

_OTHERWISE = "These images were evolved otherwise: they cannot be bred here."


def answer(question: BreedQuestion, network: Network) -> Brood:
    """The children that the question asks for."""
    parents = tuple(x.genome() if isinstance(x, GenomeOf) else x for x in question.parents)
    shoots = breed(network, question.recipe, parents, question.count, question.seed)
    return Brood(question.number, shoots)


@torch.no_grad()
def breed(
    network: Network,
    recipe: EvolveRecipe,
    parents: tuple[Genomes, ...] = (),
    count: int = 12,
    seed: int = 0,
) -> tuple[Shoot, ...]:
    """Children of some genomes, each parent in turn; without parents the first ones, of noise.

    Raises:
        NetworkError: the pictures do not fit the network.
        ValueError: a parent is of another encoding, or of pictures of another size.
    """
    side, channels = side_of(network, recipe), network.preprocessing.channels
    random = np.random.default_rng(seed)
    pixels = torch.Generator(network.device).manual_seed(seed)
    turn = np.arange(count) % max(1, len(parents))
    if recipe.encoding == CPPN:
        bred = _together(parents, channels)
        graphs = (
            Graphs.fresh(count, channels, random)
            if bred is None
            else mutated(bred.take(turn), recipe, recipe.mutation_rate, random)
        )
        drawn = cppn.draw(graphs, side, recipe.coordinates, network.device)
        genomes: list[Genomes] = [graphs.take(np.array([i])) for i in range(count)]
    else:
        shape = (channels, side, side)
        bred_from = [x for x in parents if not isinstance(x, Graphs) and x.shape == shape]
        if len(bred_from) < len(parents):
            raise ValueError(_OTHERWISE)
        if bred_from:
            levels = torch.from_numpy(np.stack(bred_from)[turn]).to(network.device)
            levels = direct.mutate(levels, recipe.mutation_rate, recipe.eta, pixels)
        else:
            levels = direct.fresh(recipe, count, channels, side, pixels)
        drawn = direct.draw(levels)
        genomes = list(levels.cpu().numpy())
    tops = top_of(network, confidences(network, drawn, recipe.crops))
    pictures = shown_of(drawn, np.arange(count))
    return tuple(Shoot(*parts) for parts in zip(pictures, tops, genomes, strict=True))


def _together(parents: tuple[Genomes, ...], channels: int) -> Graphs | None:
    if not parents:
        return None
    found = Graphs.empty(len(parents), channels)
    for i, parent in enumerate(parents):
        if not isinstance(parent, Graphs) or parent.outputs != channels:
            raise ValueError(_OTHERWISE)
        found.put(np.array([i]), parent)
    return found
