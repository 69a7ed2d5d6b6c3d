"""An attack as ``run.json`` has it (PRODUCT.md §4), and back. No torch, no Qt, no disk."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine import __version__
from engine.attacks.parcels import (
    AttackRecord,
    AttackRun,
    Distortion,
    Source,
    Sphere,
    Top,
    Transfer,
)
from engine.attacks.recipe import AttackRecipe
from engine.folders import FORMAT, end_of, network_of
from engine.jobs import NetworkRef, Picture

METHOD = "attack"


def document_of(run: AttackRun) -> dict[str, Any]:
    """Everything of a run but its pictures, as JSON can hold it."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "method": METHOD,
        "program": __version__,
        "network": asdict(run.network),
        "source": {"name": run.source.name, "path": run.source.path},
        "recipe": run.recipe.as_dict(),
        "target": run.target,
        "device": run.device,
        "created": run.created,
        "seconds": round(run.seconds, 3),
        "ended": run.ended or None,
        "message": run.message,
    }
    if run.last is not None:
        first, last = run.records[0], run.last
        document |= {
            "label": {"before": run.before, "after": last.top[0][0], "saved": last.saved},
            "classes": {"before": first.index, "after": last.index, "saved": last.saved_index},
            "fooled": last.fooled,
            "fooled_saved": last.saved_fooled,
            "distortion": _numbers(asdict(last.distortion)),
        }
    if run.sphere is not None:
        document["sphere"] = asdict(run.sphere)
    document["transfer"] = [
        {"network": asdict(x.network), "before": _top(x.before), "after": _top(x.after)}
        for x in run.transfers
    ]
    document["batch"] = list(run.batch)
    document["steps"] = [_step(record) for record in run.records]
    return document


def run_of(document: dict[str, Any], folder: Path, original: Picture) -> AttackRun:
    """The run that a document tells of, without its frames; raises one of ``folders.BROKEN``."""
    source, sphere = document["source"], document.get("sphere")
    return AttackRun(
        network=network_of(document),
        source=Source(str(source["name"]), original, str(source.get("path") or "")),
        recipe=AttackRecipe.from_dict(document["recipe"]),
        device=str(document["device"]),
        created=str(document.get("created", "")),
        seconds=float(document["seconds"]),
        ended=end_of(document),
        message=str(document.get("message", "")),
        target=str(document.get("target") or ""),
        records=[_record_of(step) for step in document["steps"]],
        sphere=None if sphere is None else _sphere_of(sphere),
        transfers=[
            Transfer(
                NetworkRef(**{k: str(v) for k, v in x["network"].items()}),
                _top_of(x["before"]),
                _top_of(x["after"]),
            )
            for x in document.get("transfer", [])
        ],
        batch=tuple(str(name) for name in document.get("batch", [])),
        folder=folder,
    )


def _step(record: AttackRecord) -> dict[str, Any]:
    numbers = _numbers({"loss": record.loss, "gradient": record.gradient})
    return {
        "iteration": record.iteration,
        "class": record.index,
        "top": _top(record.top),
        "fooled": record.fooled,
        "saved": record.saved,
        "saved_class": record.saved_index,
        "fooled_saved": record.saved_fooled,
        **numbers,
        "distortion": _numbers(asdict(record.distortion)),
        "settled": record.settled,
    }


def _record_of(step: dict[str, Any]) -> AttackRecord:
    return AttackRecord(
        iteration=int(step["iteration"]),
        top=_top_of(step["top"]),
        index=int(step["class"]),
        fooled=bool(step["fooled"]),
        saved=str(step["saved"]),
        saved_index=int(step["saved_class"]),
        saved_fooled=bool(step["fooled_saved"]),
        loss=_number(step["loss"]),
        gradient=_number(step["gradient"]),
        distortion=Distortion(**{k: _number(v) for k, v in step["distortion"].items()}),
        settled=bool(step["settled"]),
    )


def _top(top: Top) -> list[list[Any]]:
    return [[name, round(p, 6)] for name, p in top]


def _top_of(top: list[Any]) -> Top:
    if not top:
        raise ValueError("a row without a class")
    return tuple((str(name), float(p)) for name, p in top)


def _sphere_of(sphere: dict[str, Any]) -> Sphere:
    return Sphere(
        radius=float(sphere["radius"]),
        samples=int(sphere["samples"]),
        changed=int(sphere["changed"]),
        classes=tuple((str(name), int(count)) for name, count in sphere["classes"]),
        seed=int(sphere.get("seed", 0)),
    )


def _numbers(values: dict[str, float]) -> dict[str, float | None]:
    # JSON has neither NaN nor infinity; adding 0 makes a minus zero a zero.
    return {name: x + 0.0 if math.isfinite(x) else None for name, x in values.items()}


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
