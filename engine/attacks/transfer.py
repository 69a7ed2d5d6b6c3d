"""Whether an adversarial image fools a network that it was not made on (Szegedy et al. 2014)."""

from __future__ import annotations

import numpy as np

from engine import images
from engine.attacks.parcels import Transfer
from engine.jobs import Picture
from engine.networks import Network


def transfer(network: Network, original: Picture, adversarial: Picture) -> Transfer:
    """What another network makes of an original and of its adversarial image.

    Both are what the attacked network saw, uint8 (S, S, 3), the adversarial as it would be saved.
    A network with another input size gets the whole of them, resized as it resizes photographs:
    a second crop would cut off what they show.

    Source: Szegedy et al., *Intriguing properties of neural networks*, 2014.
    """
    p = network.preprocessing
    seen = [images.crop(x, p.size, p.size, p.interpolation) for x in (original, adversarial)]
    before, after = network.classify(p.normalize(np.stack(seen)).to(network.device))
    return Transfer(network.ref, before, after)
