"""The atlas's store: what is put is found, once, unmixed; its faults are sentences."""

from __future__ import annotations

import math
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.atlas import store as room
from engine.atlas.database import AtlasError
from engine.atlas.parcels import DEFAULT, Made, sections
from engine.atlas.store import NAME, Store, atlas_folder, discard, exists
from engine.jobs import NetworkRef, Picture
from engine.units import CLASSES, Layer, NetworkInfo, Unit, UnitError

REF = NetworkRef("tiny", "", "ab" * 32)
LAYERS = (
    Layer("features", "Sequential", (8, 8, 8), 100, 0),
    Layer("features.0", "Conv2d", (6, 16, 16), 10, 6),
    Layer("features.1", "ReLU", (8, 8, 8), 0, 8),
)
INFO = NetworkInfo("tiny", "Tiny", ("king crab", "star"), LAYERS, 16, 3, 100, "", REF.sha256)


def picture(seed: int, side: int = 100) -> Picture:
    """Smooth colours, which JPEG keeps within a few levels."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC))


def made(layer: str, index: int, side: int = 100) -> Made:
    return Made(Unit(layer, index), picture(index, side), index + 0.5, "star", 0.25)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "atlas", REF, DEFAULT) as opened:
        opened.plan(INFO, sections(INFO))
        yield opened


def test_what_is_put_is_found(store: Store) -> None:
    assert store.layers() == [("features.0", 0, 6), ("features.1", 0, 8), (CLASSES, 0, 2)]
    store.put([made("features.0", 1), made("features.0", 4), made(CLASSES, 0)])
    assert store.layers() == [("features.0", 2, 6), ("features.1", 0, 8), (CLASSES, 1, 2)]
    assert store.done() == {("features.0", 1), ("features.0", 4), (CLASSES, 0)}
    assert store.done_of("features.0") == {1, 4}
    entry = store.entry(Unit("features.0", 4))
    assert entry and (entry.f, entry.top, entry.p) == (4.5, "star", 0.25) and entry.made > 1e9
    assert store.entry(Unit("features.0", 3)) is None
    shown = store.picture(Unit("features.0", 4))
    assert shown is not None and shown.shape == (100, 100, 3)
    assert np.abs(shown.astype(int) - picture(4)).mean() < 3
    assert store.picture(Unit("features.0", 3)) is None
    small = store.thumbnails("features.0", 0, 6)
    assert [x is not None for x in small] == [False, True, False, False, True, False]
    assert small[4] is not None and small[4].shape == (64, 64, 3)
    means = np.asarray(Image.fromarray(picture(4)).resize((64, 64), Image.Resampling.BOX))
    assert np.abs(small[4].astype(int) - means).mean() < 3
    indices, dots = store.dots("features.0")
    assert indices.tolist() == [1, 4] and dots.shape == (2, 8, 8, 3)
    assert abs(float(dots[1].mean()) - float(picture(4).mean())) < 2


def test_it_is_there_when_it_is_opened_again(store: Store) -> None:
    store.put([made("features.1", 7, side=28)])
    store.close()
    with Store.open(store.path.parent) as again:
        assert (again.network, again.recipe, again.title) == (REF, DEFAULT, "Tiny")
        assert again.classes == INFO.classes
        assert again.done() == {("features.1", 7)}
        shown = again.thumbnail(Unit("features.1", 7))
        assert shown is not None and shown.shape == (28, 28, 3)  # no larger than the picture
    assert sorted(x.name for x in store.path.parent.iterdir()) == [NAME]


def test_a_unit_is_there_once_and_stays_as_it_was(store: Store) -> None:
    store.put([made("features.0", 2)])
    store.put([Made(Unit("features.0", 2), picture(9), 99.0, "king crab", 1.0)])
    entry = store.entry(Unit("features.0", 2))
    assert entry and entry.f == 2.5 and len(store.done()) == 1
    raw = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError):  # it is the table that forbids it
        raw.execute("INSERT INTO units SELECT * FROM units")
    raw.close()


def test_a_batch_is_put_whole_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = room.pictures.encoded
    with monkeypatch.context() as patch:
        patch.setattr(room.pictures, "encoded", lambda p, q=88: real(p, q) if q < 88 else None)
        with pytest.raises(AtlasError, match="atlas"):  # a picture that SQLite does not take
            store.put([made("features.0", 0), made("features.0", 1)])
    assert store.done() == set() and store.thumbnail(Unit("features.0", 0)) is None
    store.put([made("features.0", 0)])
    assert store.done() == {("features.0", 0)}


def test_a_unit_without_a_picture_is_done_too(store: Store) -> None:
    assert store.put([Made(Unit("features.0", 3), None, math.nan, "", math.nan)]) == (None,)
    entry = store.entry(Unit("features.0", 3))
    assert entry and math.isnan(entry.f) and math.isnan(entry.p)
    assert store.picture(Unit("features.0", 3)) is None
    assert store.done_of("features.0") == {3} and not len(store.dots("features.0")[0])


def test_layers_are_in_the_network_s_order_whenever_they_were_planned(tmp_path: Path) -> None:
    with Store.open(tmp_path, REF, DEFAULT) as store:
        store.plan(INFO, sections(INFO, (CLASSES,)))
        store.plan(INFO, sections(INFO, ("features.1",)))
        store.plan(INFO, sections(INFO, ("features.0", "features.1")))
        assert [x for x, _, _ in store.layers()] == ["features.0", "features.1", CLASSES]


def test_a_layer_without_channels_is_no_section() -> None:
    with pytest.raises(UnitError, match=r"has no channels; choose one inside it, such as feat"):
        sections(INFO, ("features",))
    with pytest.raises(UnitError, match=r"no layer 'feature\.0'. Did you mean features\.0"):
        sections(INFO, ("feature.0",))
    assert [x.name for x in sections(INFO, ("classes", "class", "features.1"))] == [
        CLASSES,
        "features.1",
    ]


def test_threads_read_while_one_writes(store: Store) -> None:
    stop, failed = threading.Event(), []

    def read() -> None:
        seen = 0
        try:
            while not stop.is_set():
                done = store.done_of("features.1")
                assert len(done) >= seen
                seen = len(done)
                for i in done:  # what is listed is whole
                    assert store.picture(Unit("features.1", i)) is not None
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for i in range(8):
        store.put([made("features.1", i)])
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed and len(store.done()) == 8


def test_two_stores_of_one_file_see_each_other(store: Store) -> None:
    with Store.open(store.path.parent, REF, DEFAULT) as other:
        other.put([made("features.0", 0)])
        store.put([made("features.0", 0), made("features.0", 1)])
        assert other.done() == store.done() == {("features.0", 0), ("features.0", 1)}


@pytest.mark.parametrize(
    ("network", "recipe", "says"),
    [
        (NetworkRef("tiny", "", "cd" * 32), None, "an atlas of tiny.* of other weights"),
        (NetworkRef("vgg16", "", "cd" * 32), None, "an atlas of tiny.* of vgg16: choose another"),
        (REF, DEFAULT.changed(seed=4, lr=0.2), r"--lr 0\.05 not 0\.2, --seed 0 not 4\): choose"),
    ],
)
def test_another_s_atlas_is_not_mixed_in(
    store: Store, network: NetworkRef, recipe: object, says: str
) -> None:
    store.put([made("features.0", 0)])
    with pytest.raises(AtlasError, match=says):
        Store.open(store.path.parent, network, recipe)  # type: ignore[arg-type]
    assert store.done() == {("features.0", 0)}


def test_a_moved_weights_file_and_a_label_make_no_other_atlas(store: Store) -> None:
    moved = NetworkRef("tiny", "elsewhere/tiny.pth", REF.sha256)
    with Store.open(store.path.parent, moved, DEFAULT.changed(preset="mine", classify_every=3)):
        pass


def test_a_network_with_other_channels_is_refused(store: Store) -> None:
    other = NetworkInfo(
        "tiny", "Tiny", ("a",), (Layer("features.0", "Conv2d", (7, 1, 1), 1, 7),), 16, 3, 1
    )
    with pytest.raises(AtlasError, match=r"its features\.0 has 6 units, not 7"):
        store.plan(other, sections(other))
    assert store.layers()[0] == ("features.0", 0, 6) and store.classes == INFO.classes


def test_no_store_there(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="holds no atlas"):
        Store.open(tmp_path)
    assert not exists(tmp_path) and list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(AtlasError, match=r"file.*cannot be made: ") as caught:
        Store.open(tmp_path / "file", REF, DEFAULT)
    assert "\n" not in str(caught.value)


def test_a_process_killed_while_it_made_the_file_leaves_no_damage(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    with pytest.raises(AtlasError, match="holds no atlas"):
        Store.open(tmp_path)
    with Store.open(tmp_path, REF, DEFAULT) as store:
        assert store.layers() == []


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


def _later(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE about SET value = '2' WHERE name = 'format'")
    connection.commit()
    connection.close()


def _no_recipe(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE about SET value = '[1' WHERE name = 'recipe'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda path: path.write_bytes(b"not a database at all, but a text" * 200), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged"),
        (lambda path: path.write_bytes(b"\0" * 9000), "is damaged"),
        (lambda path: (path.unlink(), _foreign(path)), "is no atlas of this program"),
        (_later, "later version of Unitscope"),
        (_no_recipe, "is no atlas of this program"),
    ],
    ids=["text", "cut off", "zeros", "another program's", "later", "no recipe"],
)
def test_a_damaged_file_is_one_sentence_and_is_left_alone(
    store: Store, harm: object, says: str
) -> None:
    store.put([made("features.0", i) for i in range(6)])
    store.close()
    harm(store.path)  # type: ignore[operator]
    bytes_before = store.path.read_bytes()
    for arguments in ((), (REF, DEFAULT)):
        with pytest.raises(AtlasError, match=says) as caught:
            Store.open(store.path.parent, *arguments)
        assert "\n" not in str(caught.value) and str(store.path) in str(caught.value)
    assert store.path.read_bytes() == bytes_before


def test_damage_in_the_middle_costs_what_it_hit(store: Store) -> None:
    store.put([made("features.0", i) for i in range(6)])
    store.close()
    raw = sqlite3.connect(store.path)
    raw.execute("UPDATE pictures SET jpeg = x'0011' WHERE number = 2")
    raw.commit()
    raw.close()
    with Store.open(store.path.parent) as again:
        assert again.picture(Unit("features.0", 2)) is None
        assert again.picture(Unit("features.0", 3)) is not None


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(store: Store) -> None:
    store.put([made("features.0", 0)])
    with store._database.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    store._database._connection().execute(f"PRAGMA max_page_count = {pages + 2}")
    rough = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    with pytest.raises(AtlasError, match=r"cannot be written: database or disk is full\."):
        store.put([Made(Unit("features.1", i), rough, 0.0, "", 0.0) for i in range(8)])
    assert store.done() == {("features.0", 0)}
    store._database._connection().execute("PRAGMA max_page_count = 100000")
    store.put([made("features.1", 0)])
    assert len(store.done()) == 2


def test_a_place_that_takes_no_writing_can_be_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put([made("features.0", 0)])
    store.close()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with Store.open(store.path.parent) as again:
        assert again.picture(Unit("features.0", 0)) is not None
        with pytest.raises(AtlasError, match="cannot be written: attempt to write a readonly"):
            again.put([made("features.0", 1)])


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(AtlasError, match="it was closed"):
        store.done()


def test_discard_removes_the_store_alone(store: Store) -> None:
    store.close()
    (store.path.parent / "notes.txt").write_text("mine")
    discard(store.path.parent)
    assert [x.name for x in store.path.parent.iterdir()] == ["notes.txt"]


def test_each_network_has_its_folder(own_data: Path) -> None:
    assert atlas_folder(REF) == own_data / "atlas" / ("ab" * 8)
    assert atlas_folder(NetworkRef("my net/2")) == own_data / "atlas" / "my-net-2"
