"""What a benchmark says: rows with a target, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``target`` is in words, empty where PRODUCT.md §6 asks for none."""

    theme: str
    what: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def line(self) -> tuple[str, str, str, str]:
        verdict = {None: "", True: "met", False: "NOT MET"}[self.met]
        return self.what, f"{self.value:.3g} {self.unit}".strip(), self.target, verdict


def at_least(theme: str, what: str, value: float, target: float | None, **details: Any) -> Row:
    """A ratio that should be large."""
    if target is None:
        return Row(theme, what, value, "×", details=details)
    return Row(theme, what, value, "×", f"≥ {target:g}×", value >= target, details)


def at_most(
    theme: str, what: str, value: float, unit: str, target: float | None, **details: Any
) -> Row:
    """A time, a delay, a cost."""
    if target is None:
        return Row(theme, what, value, unit, details=details)
    return Row(theme, what, value, unit, f"≤ {target:g} {unit}", value <= target, details)


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """A table with aligned columns."""
    print(f"\n{title}")
    lines = [row.line() for row in rows]
    widths = [max((len(line[i]) for line in lines), default=0) for i in range(3)]
    for what, value, target, verdict in lines:
        print(f"  {what:<{widths[0]}}  {value:>{widths[1]}}  {target:<{widths[2]}}  {verdict}")


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg() if hasattr(os, "getloadavg") else ()
    return {
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "processor": _processor(),
        "cores": cores,
        "torch_threads": torch.get_num_threads(),
        "load_before": [round(x, 2) for x in load],
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
