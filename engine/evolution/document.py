"""What ``run.json`` says of an evolution (PRODUCT.md §4), and back. No torch, no Qt, no disk."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine import __version__
from engine.evolution.parcels import Champion, EvolveRun, GenerationRecord
from engine.evolution.recipe import EvolveRecipe
from engine.folders import FORMAT, end_of, network_of
from engine.jobs import Change

METHOD = "evolve"
SHEET = "sheet.png"
PICTURES = "images"  # the folder of the champions'


def document_of(run: EvolveRun, state: str) -> dict[str, Any]:
    """Everything but pictures; ``state`` is the file that it takes to go on."""
    return {
        "format": FORMAT,
        "method": METHOD,
        "program": __version__,
        "network": asdict(run.network),
        "title": run.title,
        "recipe": run.recipe.as_dict(),
        "changes": [change.as_dict() for change in run.changes],
        "device": run.device,
        "created": run.created,
        "seconds": round(run.seconds, 3),
        "ended": run.ended or None,
        "message": run.message,
        "generation": run.generation,
        "steps": [record.as_dict() for record in run.records],
        "archive": [
            {
                "class": champion.name,
                "index": champion.index,
                "confidence": champion.confidence,
                "generation": champion.generation,
                "image": picture_name(champion),
            }
            for _, champion in sorted(run.champions.items())
        ],
        "state": state,
        "images": {"result": SHEET},
    }


def run_of(document: dict[str, Any], folder: Path) -> EvolveRun:
    """The run of a document, without champions; raises one of ``folders.BROKEN``."""
    return EvolveRun(
        network=network_of(document),
        recipe=EvolveRecipe.from_dict(document["recipe"]),
        device=str(document["device"]),
        created=str(document.get("created", "")),
        seconds=float(document["seconds"]),
        ended=end_of(document),
        message=str(document.get("message", "")),
        changes=[
            Change(int(c["iteration"]), str(c["name"]), c["value"])
            for c in document.get("changes", [])
        ],
        records=[
            GenerationRecord(
                int(s["generation"]),
                float(s["min"]),
                float(s["median"]),
                float(s["mean"]),
                float(s["max"]),
                int(s.get("evaluations", 0)),
            )
            for s in document["steps"]
        ],
        folder=folder,
    )


def picture_name(champion: Champion) -> str:
    """A champion's file in the folder. Its generation is in it: one that is better gets another
    file, and the old one is there until the new document names the new.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", champion.name).strip("-")[:60]
    name = "" if name == str(champion.index) else f"-{name}"
    return f"{PICTURES}/{champion.index:04d}{name}-g{champion.generation}.png"


def describe(run: EvolveRun) -> str:
    """What a PNG carries in its text chunk: enough to repeat the run."""
    return json.dumps(
        {
            "format": FORMAT,
            "method": METHOD,
            "program": __version__,
            "network": {"name": run.network.name, "weights": run.network.weights},
            "recipe": run.recipe.as_dict(),
            "changes": [change.as_dict() for change in run.changes],
        },
        ensure_ascii=False,
    )
