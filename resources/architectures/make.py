"""Writes ``signatures.json``: run it when the supported torchvision changes.

python -m resources.architectures.make
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from engine.catalogue import signatures, torchvision_models


def main() -> None:
    """Builds every architecture once, without memory for its weights: half a minute."""
    rows = {}
    for name in torchvision_models.architectures():
        for kind in torchvision_models.kinds(name):
            print(kind)
            rows[kind] = asdict(signatures.signature(torchvision_models.shapes(kind)))
    document = {
        "torchvision": metadata.version("torchvision").partition("+")[0],
        "signatures": rows,
    }
    path = Path(__file__).with_name("signatures.json")
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
