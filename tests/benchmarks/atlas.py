"""The atlas: a unit in a batch against a unit alone, and how soon a large store is open."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.atlas.parcels import DEFAULT, Made, sections
from engine.atlas.render import Renderer
from engine.atlas.store import Store
from engine.jobs import NetworkRef
from engine.maximization import maximize
from engine.networks import Network
from engine.units import Layer, NetworkInfo, Unit
from tests.benchmarks.iterations import ENDLESS, open_network
from tests.benchmarks.rounds import alternate
from tests.benchmarks.rows import Row, at_most

CASES = (
    ("sketchnet", "features.7"),
    ("sketchnet", "class"),
    ("squeezenet1_0", "features.5.expand3x3"),
)
LAYERS, CHANNELS = 100, 1000  # 10⁵ units


def measure(networks: list[str], rounds: int, turn_seconds: float) -> Iterator[list[Row]]:
    """The rows, as they come."""
    for name, layer in CASES:
        if name in networks:
            yield [against_one_by_one(open_network(name), layer, rounds, turn_seconds)]
    yield large_store()


def against_one_by_one(network: Network, layer: str, rounds: int, turn_seconds: float) -> Row:
    """How many times longer an iteration of one image takes in ``maximize``, run after run."""
    recipe = DEFAULT.changed(steps=ENDLESS)
    renderer = Renderer(network, recipe)
    batch = list(range(renderer.size))
    contestants: dict[str, Iterator[object]] = {
        "alone": maximize(network, Unit(layer, 0), recipe),
        "batch": renderer.render(layer, batch),
    }
    # Its classes are named at every tenth iteration.
    times = alternate(contestants, rounds, turn_seconds, {"alone": recipe.classify_every})
    ratio = times.ratio("alone", "batch") * len(batch)
    a_unit = {k: round(1 / times.rate(k), 4) for k in times.seconds}
    what = f"{network.title} {layer}: a unit alone against one of {len(batch)}"
    return Row("atlas", what, ratio, "×", details={"seconds an iteration": a_unit})


def large_store() -> list[Row]:
    """A store of 10⁵ units: opened, its layers counted, every unit that is made known."""
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        began = time.perf_counter()
        store = Store.open(folder)
        layers = store.layers()
        done = store.done()
        opened = time.perf_counter() - began
        assert len(done) == LAYERS * CHANNELS == sum(n for _, n, _ in layers)
        began = time.perf_counter()
        for name, _, _ in layers:
            store.dots(name)
        dots = time.perf_counter() - began
        began = time.perf_counter()
        assert all(x is not None for x in store.thumbnails(layers[50][0], 0, 200))
        shown = time.perf_counter() - began
        store.close()
    return [
        at_most("atlas", "10⁵ units: opened, counted, listed", opened, "s", 1.0),
        Row("atlas", "  the 8×8 pixels of all of them", dots, "s"),
        Row("atlas", "  200 thumbnails, a screen full", shown, "s"),
    ]


def _fill(folder: Path) -> None:
    layers = tuple(
        Layer(f"features.{i}", "Conv2d", (CHANNELS, 7, 7), 1, CHANNELS) for i in range(LAYERS)
    )
    info = NetworkInfo("large", "Large", ("a",), layers, 224, 3, 1)
    noise = np.random.default_rng(0).integers(0, 256, (8, 64, 64, 3), dtype=np.uint8)
    with Store.open(folder, NetworkRef("large"), DEFAULT) as store:
        store.plan(info, sections(info, tuple(x.name for x in layers)))
        store.put([Made(Unit("features.0", i), noise[i % 8], i, "a", 0.5) for i in range(CHANNELS)])
        # The other layers are copies: encoding all of them would take minutes.
        with store._database.writing() as connection:
            for other in range(2, LAYERS + 1):
                for table in ("units", "thumbnails", "pictures"):
                    names = [x[1] for x in connection.execute(f"PRAGMA table_info({table})")][1:]
                    rest = ", ".join(names)
                    connection.execute(
                        f"INSERT INTO {table} SELECT ?, {rest} FROM {table} WHERE layer = 1",
                        (other,),
                    )
