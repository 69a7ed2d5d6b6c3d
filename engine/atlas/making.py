"""Fills a store: the loop that the window's background and the command line drive alike."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from engine.atlas.parcels import Made, Section
from engine.atlas.render import Renderer, costs
from engine.atlas.store import Store
from engine.jobs import Picture
from engine.networks import Network, NetworkError, check_input_size

WINDOW_SECONDS = 30.0  # over which the rate is taken


@dataclass(frozen=True, slots=True)
class Beat:
    """One iteration of one batch, or a batch's end: then ``made`` holds what the store has got.

    ``share`` of all the work is done, 0 to 1; ``rate`` in units a second and ``left`` in seconds
    count the time in here, not the time between two beats.
    """

    layer: str
    done: int
    total: int
    share: float
    rate: float
    left: float
    made: tuple[Made, ...] = ()
    thumbnails: tuple[Picture | None, ...] = ()
    trouble: str = ""  # why the rest of the layer was left out, in a sentence


def make(
    network: Network, store: Store, sections: Sequence[Section]
) -> Generator[Beat, None, None]:
    """Makes the pictures that the store lacks of these layers, with the store's recipe.

    Not asking for the next beat stops it; what was in a finished batch is in the store.

    Raises:
        AtlasError: the disk is full or read-only. DeviceError: no memory for one image.
        NetworkError: the network does not take images of that size.
    """
    store.plan(network.info(), sections)
    there = {x.name: store.done_of(x.name) for x in sections}
    if all(len(there[x.name]) >= x.total for x in sections):
        return
    if store.recipe.size is not None:
        check_input_size(network, store.recipe.size)
    renderer = Renderer(network, store.recipe)
    cost = costs(network, store.recipe, [x.name for x in sections])
    work = _Work(sections, there, cost, store.recipe.steps)
    yield work.beat(sections[0].name)
    for section in sections:
        try:
            yield from _layer(renderer, store, section.name, work, section.total, there)
        except (NetworkError, RuntimeError) as error:
            # One layer that cannot be climbed, as one that nothing reaches from the input, must
            # not keep the others from being made.
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            work.leave(section.name, section.total)
            said = f"{section.name} is left out: {reason[:1].lower()}{reason[1:]}"
            yield work.beat(section.name, trouble=f"{said.rstrip('.')}.")


def _layer(
    renderer: Renderer,
    store: Store,
    name: str,
    work: _Work,
    total: int,
    there: dict[str, set[int]],
) -> Generator[Beat, None, None]:
    for indices in renderer.batches(total, there[name]):
        rendering = renderer.render(name, indices)
        while True:
            work.resume()
            try:
                work.move(len(indices), next(rendering))
            except StopIteration as end:
                made: list[Made] = end.value
                break
            yield work.beat(name)
        thumbnails = store.put(made)
        work.put(name, made)
        yield work.beat(name, tuple(made), thumbnails)


class _Work:
    """How much there is, how much is done, how fast it goes; the time between beats left out."""

    def __init__(
        self,
        sections: Sequence[Section],
        there: dict[str, set[int]],
        cost: dict[str, float],
        steps: int,
    ) -> None:
        self._total = sum(x.total for x in sections)
        self._done = sum(len(there[x.name]) for x in sections)
        self._cost = cost
        self._there = {x.name: len(there[x.name]) for x in sections}
        self._all = sum(x.total * cost[x.name] for x in sections)
        self._past = sum(len(there[x.name]) * cost[x.name] for x in sections)
        self._steps = steps
        self._share = 0.0
        self._moving = 0.0  # units' worth of iterations in the batch under way
        self._seconds = 0.0
        self._sure = False  # the first batch's first iterations say nothing of the rest
        self._began = time.perf_counter()
        self._marks: deque[tuple[float, float, float]] = deque()  # seconds, units, cost

    def resume(self) -> None:
        """Work goes on after a beat."""
        self._began = time.perf_counter()

    def move(self, batch: int, images: int) -> None:
        """So many images of the batch went on by an iteration."""
        # A batch that begins anew in halves does not go backwards, and waits at its end.
        self._moving = min(batch, self._moving + images / self._steps)

    def put(self, layer: str, made: Sequence[Made]) -> None:
        """The batch is in the store."""
        self._done += len(made)
        self._there[layer] += len(made)
        self._past += len(made) * self._cost[layer]
        self._moving = 0.0
        self._sure = True

    def leave(self, layer: str, total: int) -> None:
        """The rest of the layer will not be made."""
        self._all -= (total - self._there[layer]) * self._cost[layer]
        self._moving = 0.0

    def beat(
        self,
        layer: str,
        made: tuple[Made, ...] = (),
        thumbnails: tuple[Picture | None, ...] = (),
        trouble: str = "",
    ) -> Beat:
        """What there is to say now."""
        now = time.perf_counter()
        self._seconds += now - self._began
        self._began = now
        units = self._done + self._moving
        past = self._past + self._moving * self._cost[layer]
        self._marks.append((self._seconds, units, past))
        while len(self._marks) > 2 and self._seconds - self._marks[1][0] > WINDOW_SECONDS:
            self._marks.popleft()
        (t0, n0, c0), (t1, n1, c1) = self._marks[0], self._marks[-1]
        rate = (n1 - n0) / (t1 - t0) if t1 > t0 else 0.0
        known = self._sure and c1 > c0
        left = (self._all - c1) * (t1 - t0) / (c1 - c0) if known else math.nan
        # What is left out takes its iterations with it; the bar does not go back for that.
        self._share = max(self._share, past / self._all if self._all else 1.0)
        done, total = self._done, self._total
        return Beat(layer, done, total, self._share, rate, left, made, thumbnails, trouble)
