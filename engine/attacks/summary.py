"""What many attacks came to, in a few lines. No torch, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import median

from engine.attacks.parcels import AttackRun, Distortion


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the images that were attacked, medians over those that fool.

    ``price`` is how much longer the median change got by ending on the 8-bit lattice, as a
    fraction; ``None``, as every median, where it cannot be said.
    """

    images: int
    fooled: int
    saved: int
    distortion: Distortion | None
    iterations: float | None
    price: float | None

    @classmethod
    def of(cls, runs: Sequence[AttackRun]) -> Summary:
        """Of runs that have begun; the others do not count."""
        begun = [run for run in runs if run.last is not None]
        ends = [(run, run.last) for run in begun if run.last is not None and run.last.fooled]
        last = [record for _, record in ends]
        return cls(
            images=len(begun),
            fooled=len(last),
            saved=sum(record.saved_fooled for record in last),
            distortion=_middle([x.distortion for x in last]) if last else None,
            iterations=_median([k for run, _ in ends if (k := run.fooled_at) is not None]),
            price=_median([run.price for run, _ in ends if run.price is not None]),
        )

    def lines(self) -> list[str]:
        """A line a figure: its name, then the figure."""
        if not self.images:
            return ["images             0"]
        rows = [
            ("images", str(self.images)),
            ("fooled", f"{self.fooled} ({self.fooled / self.images:.1%})"),
        ]
        d = self.distortion
        if d is not None:
            rows += [
                ("fooled when saved", f"{self.saved} ({self.saved / self.fooled:.1%} of these)"),
                (
                    "median distortion",
                    f"{share(d.normalized)} normalized, {share(d.pixels)} of pixels",
                ),
                ("", f"L2 {d.l2:.4g}, largest change {d.max_255:.3g}/255"),
            ]
        if self.iterations is not None:
            rows.append(("median iterations", f"{self.iterations:g} to fool"))
        if self.price is not None:
            rows.append(("price of 8 bits", f"{self.price:+.1%} in L2"))
        return [f"{name:<18} {value}" for name, value in rows]


def share(value: float) -> str:
    """A relative distortion in percent; a dash where there is none."""
    return "–" if isnan(value) else f"{value:.4%}"


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None


def _middle(all_of: Sequence[Distortion]) -> Distortion:
    def of(get: Callable[[Distortion], float]) -> float:
        # Of an image that is nothing but zeros no share can be told.
        known = [value for x in all_of if not isnan(value := get(x))]
        return float(median(known)) if known else nan

    return Distortion(
        of(lambda x: x.normalized),
        of(lambda x: x.pixels),
        of(lambda x: x.l2),
        of(lambda x: x.max_255),
        of(lambda x: x.outside_255),
    )
