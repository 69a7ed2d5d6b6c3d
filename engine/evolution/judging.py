"""What a network makes of many pictures: its confidence in every class, crop by crop."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine import images
from engine.evolution.parcels import Judged, JudgeQuestion
from engine.evolution.recipe import EvolveRecipe
from engine.jobs import NetworkError
from engine.networks import Network

# So many pixels go through the network together: more are hardly faster, and Stop waits longer.
PIXELS = {"cpu": 2**20}
PIXELS_ELSE = 2**23


def side_of(network: Network, recipe: EvolveRecipe) -> int:
    """The pictures' side in pixels, the recipe's or the network's own before its crop.

    Raises:
        NetworkError: it is too small for the network, or for ten crops.
    """
    size = network.preprocessing.size
    side = recipe.size or max(size, network.preprocessing.resize)
    if side < size:
        raise NetworkError(
            f"{network.title} sees {size}×{size} pixels; pictures of {side}×{side} are too small."
        )
    if recipe.crops == 10 and side == size:
        raise NetworkError(
            f"Ten crops need pictures larger than the {size}×{size} pixels that {network.title} "
            "sees: choose a larger size, or one crop."
        )
    return side


def batch_of(network: Network) -> int:
    """How many images go through it together."""
    budget = PIXELS.get(network.device.type, PIXELS_ELSE)
    return max(1, budget // network.preprocessing.size**2)


@torch.no_grad()
def confidences(
    network: Network,
    pictures: Tensor,
    crops: int = 1,
    pulse: Callable[[int], None] = lambda done: None,
) -> Tensor:
    """The probability of each class, (N, classes), of pictures uint8 (N, C, S, S) on its device.

    The network sees the middle, or ten crops whose probabilities are averaged. ``pulse`` is called
    after every part with the number of pictures judged.
    """
    prep = network.preprocessing
    mean, std = (
        torch.tensor(values, device=network.device).view(1, -1, 1, 1)
        for values in (prep.mean, prep.std)
    )
    found, done = [], 0
    for part in pictures.split(max(1, batch_of(network) // crops)):
        total: Tensor | float = 0.0
        for view in views(part, prep.size, crops):
            x = view.float().div_(255).sub_(mean).div_(std)  # as Preprocessing.normalize
            total = torch.softmax(network.logits(x), 1) + total
        assert isinstance(total, Tensor)
        found.append(total / crops if crops > 1 else total)
        done += len(part)
        pulse(done)
    return torch.cat(found)


def answer(question: JudgeQuestion, network: Network) -> Judged:
    """What the network makes of the question's pictures, whatever their size."""
    prep = network.preprocessing
    resize = max(prep.resize, prep.size)
    tops: list[tuple[tuple[str, float], ...]] = []
    for picture in question.pictures:
        # As any picture that is opened; of one crop the middle, of ten what lies around it.
        side = resize if question.crops == 10 else prep.size
        seen = images.crop(picture, side, resize, prep.interpolation)
        levels = torch.from_numpy(seen).permute(2, 0, 1)[None]
        if prep.channels == 1:
            levels = levels.float().mean(1, keepdim=True).round().to(torch.uint8)
        found = confidences(network, levels.to(network.device), question.crops)
        tops.append(top_of(network, found)[0])
    return Judged(question.number, network.ref, tuple(tops))


def top_of(network: Network, probabilities: Tensor) -> list[tuple[tuple[str, float], ...]]:
    """From probabilities (N, classes) to the five most probable classes of each row."""
    values, indices = probabilities.topk(min(5, probabilities.shape[1]))
    return [
        tuple((network.classes[i], float(p)) for i, p in zip(row, ps, strict=True))
        for row, ps in zip(indices.tolist(), values.tolist(), strict=True)
    ]


def views(pictures: Tensor, size: int, crops: int) -> list[Tensor]:
    """What the network sees of pictures (N, C, S, S): the middle, or all ten (AlexNet's)."""
    room = pictures.shape[-1] - size
    middle = round(room / 2)  # as images.crop
    spots = [(middle, middle)]
    if crops == 10:
        spots += [(0, 0), (0, room), (room, 0), (room, room)]
    found = [pictures[:, :, top : top + size, left : left + size] for top, left in spots]
    return found + [view.flip(-1) for view in found] if crops == 10 else found
