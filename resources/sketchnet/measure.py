"""Measures a Sketchnet: its accuracy, and whether a second network knows the pictures it makes.

    python -m resources.sketchnet.measure A.safetensors B.safetensors --work DIRECTORY \
        --weights 0.1 1 10 --sheet sheet.png

For each class a picture is optimized on A, saved in 8 bits and classified by B.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch.nn import functional as F

from engine.catalogue.embedded import INPUT_SIZE, Sketchnet
from resources.sketchnet.dataset import MEAN, STD, normalize, to_pixels
from resources.sketchnet.draw import CLASSES, contact_sheet, save_png
from resources.sketchnet.train import accuracy


def load(path: Path) -> Sketchnet:
    """The network of a weights file that train.py wrote, in float32."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    network = Sketchnet(len(json.loads(metadata["classes"])), json.loads(metadata["widths"]))
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)


def edge_energy(x: torch.Tensor) -> torch.Tensor:
    """The multi-scale edge energy of images (N, 3, H, W): (N,)."""
    n = len(x)
    taps = torch.exp(-(torch.arange(-2.0, 3.0) ** 2) / 2)
    kernel = (taps[:, None] * taps[None, :])[None, None]
    kernel = kernel / kernel.sum()
    x = x.reshape(-1, 1, *x.shape[2:])  # each channel is an image of its own
    total = torch.zeros(n)
    while min(x.shape[2:]) > 5:
        edges = x - F.conv2d(x, kernel, padding=2)
        total = total + edges.square().reshape(n, -1).sum(1)
        x = F.avg_pool2d(x, 2, padding=1)
    return total


def moved(x: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """The batch under one random shift, scale (30 %) and rotation (15 degrees)."""
    draws = (2 * torch.rand(4, generator=generator) - 1) * strength
    angle, scale = math.radians(15) * float(draws[0]), 1 + 0.3 * float(draws[1])
    c, s = math.cos(angle) * scale, math.sin(angle) * scale
    dx, dy = 0.2 * float(draws[2]), 0.2 * float(draws[3])  # 10 % of the size
    theta = torch.tensor([[c, -s, dx], [s, c, dy]]).expand(len(x), 2, 3)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


def optimize(
    network: Sketchnet,
    weight: float,
    seed: int = 0,
    iterations: int = 250,
    rate: float = 0.05,
    strength: float = 1.0,
    size: int = INPUT_SIZE,
) -> torch.Tensor:
    """A picture for each class, all in one batch: normalized (classes, 3, size, size)."""
    generator = torch.Generator().manual_seed(seed)
    n = len(CLASSES)
    x = (0.01 * torch.randn(n, 3, size, size, generator=generator)).requires_grad_()
    optimizer = torch.optim.Adam([x], rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, iterations, rate / 20)
    for _ in range(iterations):
        f = network(moved(x, generator, strength) if strength else x).diagonal()
        loss = (weight * edge_energy(x) - f).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return x.detach()


def displayed(x: torch.Tensor, contrast: float = 0.1) -> np.ndarray:
    """As the lecture shows images: uint8 (N, H, W, 3); contrast 0 undoes the normalization."""
    if contrast:
        mean, std = x.mean((1, 2, 3), keepdim=True), x.std((1, 2, 3), keepdim=True)
        pixels = 0.5 + contrast * (x - mean) / std
    else:
        pixels = x * STD + MEAN
    return (pixels.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()


@torch.no_grad()
def ranks(judge: Sketchnet, pictures: np.ndarray) -> torch.Tensor:
    """The rank (1 is best) that the judge gives the wanted class of each picture: (classes,)."""
    logits = judge(normalize(to_pixels(pictures)))
    return 1 + (logits > logits.diagonal()[:, None]).sum(1)


def main() -> None:
    """Print the measures and save the contact sheet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", type=Path)
    parser.add_argument("judge", type=Path)
    parser.add_argument("--work", type=Path, help="directory of the drawings, for the accuracies")
    parser.add_argument("--weights", type=float, nargs="+", default=[1.0], help="of the prior")
    parser.add_argument("--iterations", type=int, default=250)
    parser.add_argument("--strength", type=float, default=1.0, help="of the transformations")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network, judge = load(arguments.network), load(arguments.judge)
    print(f"parameters {sum(p.numel() for p in network.parameters())}")
    if arguments.work:
        for name, one in (("network", network), ("judge", judge)):
            print(f"held-out accuracy of the {name} {accuracy(one, 50, arguments.work):.4f}")
    for weight in arguments.weights:
        x = optimize(network, weight, iterations=arguments.iterations, strength=arguments.strength)
        with torch.no_grad():
            f = float(network(x).diagonal().mean())
        print(f"weight {weight}: f {f:.1f}, h {float(edge_energy(x).mean()):.2f}", flush=True)
        for contrast in (0.1, 0.2, 0.0):
            pictures = displayed(x, contrast)
            found = ranks(judge, pictures)
            missed = [CLASSES[i] for i in torch.nonzero(found > 1).flatten().tolist()]
            print(
                f"  shown with {contrast}: top-1 {float((found == 1).float().mean()):.3f} "
                f"top-5 {float((found <= 5).float().mean()):.3f} missed {', '.join(missed)}",
                flush=True,
            )
            if arguments.sheet:
                path = arguments.sheet
                path = path.with_stem(f"{path.stem}-{weight:g}-{contrast:g}")
                save_png(contact_sheet(list(pictures), 10), path)


if __name__ == "__main__":
    main()
