"""Trains Sketchnet on its drawings and exports it with batch normalization folded in.

    python -m resources.sketchnet.train --work DIRECTORY --out sketchnet.safetensors
    python -m resources.sketchnet.train --work DIRECTORY --out sibling.safetensors --sibling

The directory keeps the drawings (1.3 GB) between runs. The same seed on the same machine and
number of threads gives the same network.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from engine.catalogue.embedded import INPUT_SIZE, WIDTHS, Sketchnet
from resources.sketchnet.dataset import (
    HELD_OUT_SEED,
    MEAN,
    STD,
    TRAIN_SEED,
    augment,
    drawings,
    normalize,
    to_pixels,
)
from resources.sketchnet.draw import CLASSES

SIBLING_WIDTHS = (12, 12, 28, 28, 40, 40, 40, 80, 80, 80, 128, 128, 128)
SMALL_SIZE = 64  # pixels; the first epochs see pictures of this size, 2.2 times as fast


def with_batch_norm(network: Sketchnet) -> Sketchnet:
    """Put a batch normalization after each convolution, inside the convolution's own index."""
    for i, module in enumerate(network.features):
        if isinstance(module, nn.Conv2d):
            bare = nn.Conv2d(module.in_channels, module.out_channels, 3, padding=1, bias=False)
            nn.init.kaiming_normal_(bare.weight, mode="fan_out", nonlinearity="relu")
            network.features[i] = nn.Sequential(bare, nn.BatchNorm2d(module.out_channels))
    return network


def folded(network: Sketchnet, widths: tuple[int, ...]) -> Sketchnet:
    """The same function in eval mode, with plain convolutions."""
    plain = Sketchnet(len(CLASSES), widths)
    network.eval()
    for i, module in enumerate(network.features):
        if isinstance(module, nn.Sequential):
            convolution, normalization = module
            assert isinstance(convolution, nn.Conv2d) and isinstance(normalization, nn.BatchNorm2d)
            plain.features[i] = fuse_conv_bn_eval(convolution, normalization)
    plain.classifier.load_state_dict(network.classifier.state_dict())
    return plain.eval()


def export(network: Sketchnet, widths: tuple[int, ...], path: Path) -> None:
    """Save a folded network as float16, with all that is needed to use it as metadata."""
    state = {key: value.detach().half().contiguous() for key, value in network.state_dict().items()}
    metadata = {
        "architecture": "sketchnet",
        "classes": json.dumps(CLASSES),
        "input_size": str(INPUT_SIZE),
        "mean": json.dumps([MEAN] * 3),
        "std": json.dumps([STD] * 3),
        "widths": json.dumps(widths),
    }
    part = path.with_suffix(".part")
    save_file(state, part, metadata)
    part.chmod(0o644)
    part.replace(path)


@torch.no_grad()
def accuracy(network: nn.Module, per_class: int, work: Path) -> float:
    """The part of the held-out drawings, per_class of each class, that is named right."""
    data = drawings(work, per_class, HELD_OUT_SEED)
    right = 0
    for first in range(0, len(data), 200):
        logits = network(normalize(to_pixels(data[first : first + 200])))
        labels = torch.arange(first, first + len(logits)) % len(CLASSES)
        right += int((logits.argmax(1) == labels).sum())
    return right / len(data)


def perturbed(network: nn.Module, x: torch.Tensor, y: torch.Tensor, radius: float) -> torch.Tensor:
    """One step of length radius (2-norm, normalized space) up the loss, per image."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(F.cross_entropy(network(x), y), x)
    length = gradient.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None]
    return (x + radius * gradient / length).detach()


def train(arguments: argparse.Namespace) -> None:
    """Train one network as the arguments say and export it."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    generator = torch.Generator().manual_seed(arguments.seed)
    widths = SIBLING_WIDTHS if arguments.sibling else WIDTHS
    data = drawings(arguments.work, arguments.per_class, TRAIN_SEED)
    network = with_batch_norm(Sketchnet(len(CLASSES), widths))
    network.to(memory_format=torch.channels_last)
    if arguments.start:
        network.load_state_dict(torch.load(arguments.start, weights_only=True))
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    )
    per_epoch = len(data) // arguments.batch
    small, steps = (
        round(per_epoch * e)
        for e in (arguments.small_epochs, arguments.small_epochs + arguments.epochs)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, arguments.rate, total_steps=steps, pct_start=0.15
    )
    began, seen = time.monotonic(), 0.0
    order = torch.empty(0, dtype=torch.long)
    for step in range(steps):
        if len(order) < arguments.batch:
            order = torch.randperm(len(data), generator=generator)
        rows, order = order[: arguments.batch].sort().values, order[arguments.batch :]
        size = SMALL_SIZE if step < small else INPUT_SIZE
        x = normalize(augment(to_pixels(data[rows.numpy()]), size, generator))
        x = x.contiguous(memory_format=torch.channels_last)
        y = rows % len(CLASSES)
        if arguments.radius:
            # Half of each batch: a network that is a little robust has gradients people can read.
            half = len(x) // 2
            radius = arguments.radius * size / INPUT_SIZE
            network.eval()
            x[:half] = perturbed(network, x[:half], y[:half], radius)
        network.train()
        loss = F.cross_entropy(network(x), y, label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        seen += 0.02 * (loss.item() - seen) if step else loss.item()
        if step % 50 == 49 or step == steps - 1:
            rate = (time.monotonic() - began) / (step + 1)
            print(f"step {step + 1}/{steps} size {size} loss {seen:.3f} {rate:.2f} s", flush=True)
        if step % 500 == 499 or step == steps - 1:
            torch.save(network.state_dict(), arguments.out.with_suffix(".pt"))
            plain = folded(network, widths)
            export(plain, widths, arguments.out)
            print(f"held-out accuracy {accuracy(plain, 10, arguments.work):.4f}", flush=True)
    print(f"held-out accuracy {accuracy(plain, 50, arguments.work):.4f} of 50 a class")


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="directory for the drawings")
    parser.add_argument("--out", type=Path, required=True, help="the weights file to write")
    parser.add_argument("--sibling", action="store_true", help="the network that judges")
    parser.add_argument("--start", type=Path, help="go on from this .pt file")
    parser.add_argument("--seed", type=int, help="1, and 2 for the sibling, unless said")
    parser.add_argument("--per-class", type=int, default=1200, help="drawings of each class")
    parser.add_argument("--small-epochs", type=float, default=2.0, help="at 64 pixels")
    parser.add_argument("--epochs", type=float, default=0.5, help="at 96 pixels")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3, help="AdamW's highest")
    parser.add_argument(
        "--radius", type=float, default=0.0, help="of the adversarial step (0: none)"
    )
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.seed is None:
        arguments.seed = 2 if arguments.sibling else 1
    train(arguments)


if __name__ == "__main__":
    main()
