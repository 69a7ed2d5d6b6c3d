"""How a contact sheet is looked at: scale and place, and the way from one view to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gui.views.sheet_plan import MARGIN, Anchor, Plan

LARGEST = 0.94  # of the window's shorter side that one unit may fill
SETTLES = 0.055  # seconds in which a zoom does two thirds of its way
FLIGHT = 0.38  # seconds of a flight to a unit or to the whole
_NEAR = 0.002  # of a scale's logarithm: as good as there


@dataclass(frozen=True, slots=True)
class _Flight:
    """From one view to another: the scale by ratio, the middle so that it seems one motion."""

    start: tuple[Anchor, float]
    end: tuple[Anchor, float]

    def at(self, part: float) -> tuple[Anchor, float]:
        eased = part * part * (3 - 2 * part)
        (here, small), (there, large) = self.start, self.end
        scale = small * (large / small) ** eased
        # In a zoom about a fixed point the middle moves as 1/scale does.
        way = 1 / large - 1 / small
        moved = (1 / scale - 1 / small) / way if abs(way) > 1e-9 else eased
        return here.towards(there, moved), scale


class Camera:
    """Scale and offset over a plan. Places are device-independent pixels of the window."""

    def __init__(self) -> None:
        self.plan = Plan([], [], [], tight=False)
        self.scale = 1.0
        self.left = 0.0  # of the window, on the sheet
        self.top = 0.0
        self.whole = True  # the whole is looked at, and will be after a resize
        self._width, self._height = 1.0, 1.0
        self._wanted = 1.0  # the scale that a zoom is on its way to
        self._held: tuple[Anchor, float, float] | None = None  # what stays where
        self._flight: _Flight | None = None
        self._flown = 0.0

    # --- what it looks at

    def set_plan(self, plan: Plan, keep: Anchor | None = None) -> None:
        """Another arrangement; ``keep`` is what shall be in the middle, where not the whole is."""
        self.plan = plan
        self.stop()
        if self.whole or keep is None:
            self.show_whole(now=True)
        else:
            self.scale = self._wanted = self._held_in(self.scale)
            self._place(keep, self._width / 2, self._height / 2)

    def set_size(self, width: float, height: float) -> None:
        """The window's size; its middle stays in the middle."""
        middle = self.middle()
        self._width, self._height = max(width, 1.0), max(height, 1.0)
        self.stop()
        if self.whole:
            self.show_whole(now=True)
        else:
            self.scale = self._wanted = self._held_in(self.scale)
            self._place(middle, self._width / 2, self._height / 2)

    @property
    def moves(self) -> bool:
        """Whether it is on its way."""
        return self._held is not None or self._flight is not None

    @property
    def smallest(self) -> float:
        """The scale of the whole; one that has only a few units is not blown up to fill it."""
        return min(self.plan.fitting(self._width, self._height), self.largest)

    @property
    def largest(self) -> float:
        """The scale at which one unit fills the window."""
        return max(LARGEST * min(self._width, self._height - 40), 24.0)

    def middle(self) -> Anchor:
        """What lies in the middle of the window."""
        return self.plan.anchor(
            self.left + self._width / 2, self.top + self._height / 2, self.scale
        )

    # --- moving

    def zoom_by(self, factor: float, x: float, y: float, *, now: bool = False) -> None:
        """Enlarges; what lies at a place of the window stays there."""
        start = self._wanted if self._held is not None else self.scale
        self._flight = None
        if self._held is None or self._held[1:] != (x, y):
            held = self.plan.anchor(self.left + x, self.top + y, self.scale)
            self._held = (held, x, y)
        self._wanted = self._held_in(start * factor)
        self.whole = self._wanted <= self.smallest * 1.001
        if now:
            self._zoom_to(self._wanted)
            self._held = None

    def pan(self, x: float, y: float) -> None:
        """Moves the sheet by so many pixels."""
        self.stop()
        self.left -= x
        self.top -= y
        self.whole = self.whole and self.scale <= self.smallest * 1.001
        self._settle()

    def show_whole(self, *, now: bool = False) -> None:
        """Everything, as large as it fits."""
        self.whole = True
        width, height = self.plan.size(self.smallest)
        self._go(self.plan.anchor(width / 2, height / 2, self.smallest), self.smallest, now=now)

    def show(self, block: int, unit: int, scale: float | None = None, *, now: bool = False) -> None:
        """A unit in the middle, at this scale or the present one."""
        self.whole = False
        wanted = self._held_in(scale if scale is not None else self.scale)
        self._go(self.plan.middle(block, unit), wanted, now=now)

    def uncover(self, block: int, unit: int) -> None:
        """Moves no further than a unit needs to be seen whole."""
        self.stop()
        x, y = self.plan.tile(block, unit, self.scale)
        edge = min(self.scale / 2, 48.0)
        above = edge + self.plan.shelf_gap(self.scale)
        if self.scale + 2 * edge > self._height:
            edge = above = 0.0
        self.left = min(max(self.left, x + self.scale + edge - self._width), x - edge)
        self.top = min(max(self.top, y + self.scale + edge - self._height), y - above)
        self.whole = self.whole and self.scale <= self.smallest * 1.001
        self._settle()

    def stop(self) -> None:
        """Stays where it is."""
        self._held = self._flight = None
        self._wanted = self.scale

    def settle(self) -> None:
        """Goes to the end of its way at once."""
        if self._flight is not None:
            self._view(*self._flight.end)
        elif self._held is not None:
            self._zoom_to(self._wanted)
        self._held = self._flight = None

    def step(self, seconds: float) -> None:
        """So much time has gone by on its way."""
        if self._flight is not None:
            self._flown += seconds / FLIGHT
            self._view(*self._flight.at(min(self._flown, 1.0)))
            if self._flown >= 1.0:
                self._flight = None
        elif self._held is not None:
            left = math.log(self._wanted / self.scale)
            if abs(left) < _NEAR:
                self._zoom_to(self._wanted)
                self._held = None
            else:
                done = 1 - math.exp(-seconds / SETTLES)
                self._zoom_to(self.scale * math.exp(left * done))

    # --- inside

    def _go(self, middle: Anchor, scale: float, *, now: bool) -> None:
        self._held, self._wanted = None, scale
        if now:
            self._flight = None
            self._view(middle, scale)
        else:
            self._flight = _Flight((self.middle(), self.scale), (middle, scale))
            self._flown = 0.0

    def _view(self, middle: Anchor, scale: float) -> None:
        self.scale = self._wanted = scale
        self._place(middle, self._width / 2, self._height / 2)

    def _zoom_to(self, scale: float) -> None:
        assert self._held is not None
        self.scale = scale
        self._place(*self._held)

    def _place(self, anchor: Anchor, x: float, y: float) -> None:
        at = self.plan.at(anchor, self.scale)
        self.left, self.top = at[0] - x, at[1] - y
        self._settle()

    def _held_in(self, scale: float) -> float:
        return min(max(scale, self.smallest), self.largest)

    def _settle(self) -> None:
        """The sheet never leaves the window; what is smaller than it stands in its middle."""
        width, height = self.plan.size(self.scale)
        self.left = _kept(self.left, width, self._width)
        self.top = _kept(self.top, height, self._height)


def _kept(start: float, sheet: float, window: float) -> float:
    if sheet <= window:
        return (sheet - window) / 2
    room = max(window / 2 - MARGIN, 0.0) * min(1.0, sheet / window - 1)  # to bring edges inwards
    return min(max(start, -room), sheet - window + room)
