"""An attack's folder: whole after a round trip, the PRODUCT's form, broken ones in a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine import runs
from engine.attacks import store
from engine.attacks.difference import difference, magnification, pixels_of
from engine.attacks.parcels import AttackRecord, AttackRun, Distortion, Source, Sphere, Transfer
from engine.attacks.recipe import METHODS
from engine.folders import FRAMES_KEPT
from engine.jobs import NetworkRef, Picture
from engine.runs import RunError

JAGUAR = (("jaguar", 0.75), ("Ähre", 0.125))
TIGER = (("tiger", 0.5), ("jaguar", 0.25))
NET = NetworkRef("squeezenet1_0", "/w/squeezenet.pth", "ab12")


def photograph(seed: int = 0, side: int = 24) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def a_run(name: str = "a cat.jpg", steps: int = 3, settled: bool = False, seed: int = 0,
          **recipe: Any) -> AttackRun:  # fmt: skip
    """Fooled from iteration 2 on, by a change that no PNG keeps."""
    original = photograph(seed)
    values = METHODS["gradient-ascent"].recipe.changed(**recipe)
    run = AttackRun(NET, Source(name, original, f"/photos/{name}"), values, "cpu",
                    seconds=1.25, ended="finished", target="tiger")  # fmt: skip
    for k in range(steps + 1):
        fooled = k >= 2
        record = AttackRecord(
            k, TIGER if fooled else JAGUAR, 292 if fooled else 290, fooled, "jaguar", 290, False,
            0.5 * k, math.nan, Distortion(0.01 * k, 0.02 * k, 0.1 * k, 0.4 * k, -0.0),
            settled and k == steps,
        )  # fmt: skip
        changed = pixels_of(original) + np.float32(0.4 * k / 255)
        run.add(record, np.clip(np.round(changed * 255), 0, 255).astype(np.uint8), changed)
    return run


def same(a: AttackRun, b: AttackRun) -> None:
    for name in ("network", "recipe", "device", "created", "seconds", "ended", "message",
                 "target", "sphere", "transfers", "batch"):  # fmt: skip
        assert getattr(a, name) == getattr(b, name), name
    assert (a.source.name, a.source.path) == (b.source.name, b.source.path)
    assert np.array_equal(a.source.picture, b.source.picture)
    assert np.array_equal(a.adversarial, b.adversarial)
    assert np.array_equal(a.values, b.values) and a.values.dtype == b.values.dtype == np.float32
    assert len(a.records) == len(b.records)
    for one, other in zip(a.records, b.records, strict=True):
        assert replace(one, loss=0, gradient=0) == replace(other, loss=0, gradient=0)
        for x, y in ((one.loss, other.loss), (one.gradient, other.gradient)):
            assert x == y or (math.isnan(x) and math.isnan(y))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    run = a_run()
    run.sphere = Sphere(2.5, 1000, 3, (("tiger", 2), ("sundial", 1)), 7)
    run.transfers = [Transfer(NetworkRef("vgg16", "/w/vgg.pth", "cd"), JAGUAR, TIGER)]
    run.batch = ("a-cat", "a-dog")
    folder = store.new_folder(tmp_path, run)
    assert folder == tmp_path / "a-cat"
    store.save(run, folder)
    assert run.folder == folder
    for place in (folder, folder / "run.json"):
        back = store.load(place)
        same(run, back)
        assert back.frames.all().keys() == {0, 1, 2, 3}
        assert np.array_equal(back.frames.all()[0], run.source.picture)
        assert np.array_equal(back.frames.all()[3], run.adversarial)
        assert back.folder == folder


def test_the_documented_form(tmp_path: Path) -> None:
    run = a_run()
    run.sphere = Sphere(2.5, 1000, 3, (("tiger", 3),))
    store.save(run, tmp_path)
    document = json.loads((tmp_path / "run.json").read_text("utf-8"))
    wanted = {
        "format": 1,
        "method": "attack",
        "network": {"name": "squeezenet1_0", "weights": "/w/squeezenet.pth", "sha256": "ab12"},
        "source": {"name": "a cat.jpg", "path": "/photos/a cat.jpg"},
        "target": "tiger",
        "device": "cpu",
        "seconds": 1.25,
        "ended": "finished",
        "label": {"before": "jaguar", "after": "tiger", "saved": "jaguar"},
        "classes": {"before": 290, "after": 292, "saved": 290},
        "fooled": True,
        "fooled_saved": False,
        "sphere": {"radius": 2.5, "samples": 1000, "changed": 3, "classes": [["tiger", 3]],
                   "seed": 0},
        "transfer": [],
        "batch": [],
    }  # fmt: skip
    assert {key: document[key] for key in wanted} == wanted
    assert document["recipe"] == run.recipe.as_dict()
    assert document["distortion"] == asdict(run.records[-1].distortion)
    assert math.copysign(1, document["distortion"]["outside_255"]) == 1  # no minus zero
    assert document["magnification"] == 100  # 1.2 of 255 levels, of 127.5
    images = document["images"]
    assert {images[x] for x in ("original", "adversarial", "difference")} == {
        "original.png", "adversarial.png", "difference.png",
    }  # fmt: skip
    assert list(images["frames"]) == ["0", "1", "2", "3"]
    assert document["steps"][2] == {
        "iteration": 2, "class": 292, "top": [["tiger", 0.5], ["jaguar", 0.25]], "fooled": True,
        "saved": "jaguar", "saved_class": 290, "fooled_saved": False, "loss": 1.0,
        "gradient": None, "settled": False,
        "distortion": {"normalized": 0.02, "pixels": 0.04, "l2": 0.2, "max_255": 0.8,
                       "outside_255": 0.0},
    }  # fmt: skip


def test_the_pictures_are_what_they_are_called(tmp_path: Path) -> None:
    run = a_run()
    store.save(run, tmp_path)

    def read(name: str) -> Picture:
        return np.asarray(Image.open(tmp_path / name))

    assert np.array_equal(read("original.png"), run.source.picture)
    assert np.array_equal(read("adversarial.png"), run.adversarial)
    factor = magnification(run.source.picture, run.values)
    assert np.array_equal(
        read("difference.png"), difference(run.source.picture, run.values, factor)
    )
    with Image.open(tmp_path / "adversarial.png") as image:
        said = json.loads(image.text["unitscope"])  # type: ignore[attr-defined]
    assert said["method"] == "attack" and said["source"] == "a cat.jpg"
    assert said["recipe"] == run.recipe.as_dict() and said["network"]["name"] == "squeezenet1_0"


def test_values_are_kept_apart_only_where_the_picture_does_not_give_them(tmp_path: Path) -> None:
    run = a_run()
    store.save(run, tmp_path)
    assert (tmp_path / "adversarial.npy").exists()
    run.values = pixels_of(run.adversarial)
    store.save(run, tmp_path)
    assert not (tmp_path / "adversarial.npy").exists()
    assert np.array_equal(store.load(tmp_path).values, run.values)
    # A grey network's pixels are one channel, its picture three alike.
    run.adversarial = np.repeat(run.adversarial[..., :1], 3, axis=2)
    run.values = pixels_of(run.adversarial)[..., :1]
    store.save(run, tmp_path)
    assert store.load(tmp_path).values.shape == (24, 24, 1)


@pytest.mark.parametrize("stale", [b"", b"no array", None], ids=["empty", "damaged", "another's"])
def test_values_that_do_not_belong_give_way_to_the_picture(
    tmp_path: Path, stale: bytes | None
) -> None:
    run = a_run()
    store.save(run, tmp_path)
    if stale is None:
        np.save(tmp_path / "adversarial.npy", pixels_of(photograph(5)))
    else:
        (tmp_path / "adversarial.npy").write_bytes(stale)
    assert np.array_equal(store.load(tmp_path).values, pixels_of(run.adversarial))


def test_saving_again_while_it_goes_on(tmp_path: Path) -> None:
    run = a_run(steps=1)
    run.ended = ""
    store.save(run, tmp_path)
    assert store.load(tmp_path).interrupted
    later = a_run(steps=200)
    later.folder, later.created = run.folder, run.created
    store.save(later, tmp_path)
    same(later, store.load(tmp_path))
    assert len(list((tmp_path / "frames").iterdir())) <= FRAMES_KEPT
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_run_that_never_began_is_saved_and_read(tmp_path: Path) -> None:
    run = a_run(steps=-1)
    run.ended, run.message = "failed", "No."
    store.save(run, tmp_path)
    back = store.load(tmp_path)
    assert (back.last, back.adversarial, back.message) == (None, None, "No.")
    assert np.array_equal(back.source.picture, run.source.picture)
    assert "label" not in json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert store.load_head(tmp_path).title == "a cat.jpg"


def test_a_list_s_head_is_the_run_without_its_pictures(tmp_path: Path) -> None:
    run = a_run()
    store.save(run, tmp_path)
    head = store.load_head(tmp_path)
    assert head.title == run.title == "jaguar → tiger"
    assert [x.iteration for x in head.records] == [0, 3]
    assert head.adversarial is None and not head.frames.all()
    assert runs.method_of(tmp_path) == "attack"


def test_folders_are_named_after_the_image_and_never_used_twice(tmp_path: Path) -> None:
    for name, wanted in (("a cat.jpg", "a-cat"), ("a cat.jpg", "a-cat-2"), ("../é?.png", "image"),
                         ("", "image-2")):  # fmt: skip
        folder = store.new_folder(tmp_path, a_run(name))
        assert folder.parent == tmp_path
        assert folder.name == (wanted if "image" not in wanted else folder.name)
    dated = store.new_folder(tmp_path, a_run(), dated=True)
    assert dated.name.endswith("-squeezenet1_0-gradient-ascent-a-cat")
    assert dated.name[:8].isdigit()


def test_a_batch_is_opened_with_those_that_are_left(tmp_path: Path) -> None:
    names = ("one", "two", "three", "four")
    for seed, name in enumerate(names):
        run = a_run(f"{name}.jpg", seed=seed)
        run.batch = names
        (tmp_path / name).mkdir()
        store.save(run, tmp_path / name)
    assert [x.source.name for x in store.load_batch(tmp_path / "three")] == [
        "one.jpg", "two.jpg", "three.jpg", "four.jpg",
    ]  # fmt: skip
    (tmp_path / "one" / "run.json").unlink()
    (tmp_path / "two" / "run.json").write_text("{")
    other = a_run("stranger.jpg")  # a later run in the place of one that was deleted
    store.save(other, tmp_path / "four")
    assert [x.source.name for x in store.load_batch(tmp_path / "three")] == ["three.jpg"]
    assert [x.source.name for x in store.load_batch(tmp_path / "four")] == ["stranger.jpg"]
    with pytest.raises(RunError):
        store.load_batch(tmp_path / "two")


def test_a_batch_names_no_folder_elsewhere(tmp_path: Path) -> None:
    run = a_run()
    run.batch = ("../secret", "inside")
    for name in ("secret", "in/inside"):
        (tmp_path / name).mkdir(parents=True)
        store.save(run, tmp_path / name)
    assert len(store.load_batch(tmp_path / "in" / "inside")) == 1


def test_the_lecture_s_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    store.write_table(path, [a_run("a, b.jpg"), a_run("c.jpg", steps=1)])
    assert path.read_text("utf-8") == (
        'iteration,"a, b.jpg",c.jpg\n0,jaguar,jaguar\n1,jaguar,jaguar\n2,tiger,\n3,tiger,\n'
    )
    runs = [a_run("a.jpg", steps=3, settled=True), a_run("c.jpg", steps=1), a_run("d", steps=-1)]
    assert store.table(runs) == [
        ["iteration", "a.jpg", "c.jpg", "d"],
        ["0", "jaguar", "jaguar", ""],
        ["1", "jaguar", "jaguar", ""],
        ["2", "tiger", "", ""],
        ["result", "tiger", "jaguar", ""],
    ]


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def apply(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return apply


@pytest.mark.parametrize(
    "damage",
    [
        _set("format", value=99),
        _set("method", value="maximize"),
        _set("network", value=None),
        _set("recipe", "steps", value="many"),
        _set("recipe", value=[]),
        _set("steps", value=[{}]),
        _set("steps", 0, "top", value=[]),
        _set("steps", 0, "distortion", "cosine", value=1),
        _set("steps", 0, "iteration", value=None),
        _set("source", value={}),
        _set("sphere", value={"radius": None}),
        _set("transfer", value=[{}]),
        _set("ended", value="perhaps"),
        _set("images", value=None),
        _set("images", "original", value="../original.png"),
        _set("images", "frames", value={"first": "frames/000000.jpg"}),
    ],
)  # fmt: skip
def test_a_broken_document_is_a_sentence(tmp_path: Path, damage: Callable[[Any], None]) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    store.save(a_run(), folder)
    document = json.loads((folder / "run.json").read_text("utf-8"))
    damage(document)
    (folder / "run.json").write_text(json.dumps(document))
    with pytest.raises(RunError) as caught:
        store.load(folder)
    assert str(caught.value).endswith(".")


def test_a_lost_picture_costs_the_picture(tmp_path: Path) -> None:
    run = a_run()
    store.save(run, tmp_path)
    (tmp_path / "adversarial.png").write_bytes(b"no picture")
    (tmp_path / "frames" / "000001.jpg").unlink()
    back = store.load(tmp_path)
    assert back.adversarial is None and back.values is None
    assert len(back.records) == 4 and back.frames.all().keys() >= {0, 2}
    (tmp_path / "original.png").unlink()
    with pytest.raises(RunError, match="lacks the picture"):
        store.load(tmp_path)


def test_a_full_disk_is_a_sentence_and_the_last_good_run_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(steps=2)
    store.save(run, tmp_path)
    before = (tmp_path / "run.json").read_bytes()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(RunError, match="no space left"):
            store.save(a_run(), tmp_path)
        with pytest.raises(RunError, match="no space left"):
            store.write_table(tmp_path / "table.csv", [run])
    assert (tmp_path / "run.json").read_bytes() == before
    assert not list(tmp_path.rglob("*.tmp"))
    same(run, store.load(tmp_path))


def test_tests_are_added_to_the_record_that_is_there(tmp_path: Path) -> None:
    made = a_run()
    made.batch = ("a", "b")
    (tmp_path / "a").mkdir()
    store.save(made, tmp_path / "a")
    pictures = {x.name: x.stat().st_mtime_ns for x in (tmp_path / "a").glob("*.png")}
    window = a_run()  # the window's own copy of it does not know everything
    window.folder, window.batch, window.device = tmp_path / "a", (), "somewhere"
    window.sphere = Sphere(2.0, 16, 1, (("fish", 1),), 3)
    window.transfers = [Transfer(NetworkRef("vgg16"), (("crab", 0.9),), (("kite", 0.6),))]
    store.save_tests(window)
    back = store.load(tmp_path / "a")
    assert (back.sphere, back.transfers) == (window.sphere, window.transfers)
    assert (back.batch, back.device) == (made.batch, made.device)
    assert {x.name: x.stat().st_mtime_ns for x in (tmp_path / "a").glob("*.png")} == pictures
    (tmp_path / "a" / "run.json").unlink()
    with pytest.raises(RunError):
        store.save_tests(window)
