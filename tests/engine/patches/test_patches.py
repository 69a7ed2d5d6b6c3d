"""The patches of a folder: against every image one by one, through kills, changes and bad files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torchvision import models, transforms

from engine import images
from engine.catalogue import embedded
from engine.control import Control, Ears
from engine.jobs import NetworkRef
from engine.messages import Ended
from engine.networks import Network
from engine.patches import best as bests
from engine.patches import working
from engine.patches.best import Best
from engine.patches.index import PatchIndex
from engine.patches.listing import images_of
from engine.patches.parcels import SHOWN, PatchError, PatchJob, PatchProgress
from engine.patches.store import store_path
from engine.patches.working import work
from engine.units import CLASSES, Unit
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard


def ears(told: list[PatchProgress]) -> Ears:
    def nothing(_what: object) -> None:
        pass

    return Ears(nothing, nothing, nothing, nothing, nothing, told.append, nothing, nothing)  # type: ignore[arg-type]


def indexed(
    network: Network, folder: Path, told: list[PatchProgress] | None = None, **options: object
) -> Ended:
    """Indexes a folder to its end."""
    job = PatchJob(1, network.ref, "cpu", str(folder), **options)  # type: ignore[arg-type]
    working = work(job, network, Control(), ears([] if told is None else told))
    while True:
        try:
            next(working)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def opened(network: Network, folder: Path, layers: tuple[str, ...] = ()) -> PatchIndex:
    index = PatchIndex.open(network.info(), folder, layers)
    assert index is not None
    return index


def everything(network: Network, folder: Path) -> list[tuple[object, ...]]:
    """All that an index tells of every unit."""
    index = opened(network, folder)
    found = [
        (str(unit), patch.path, patch.activation, patch.position, patch.box)
        for unit in network.info().units()
        for patch in index.top(unit, SHOWN)
    ]
    index.close()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty small pictures, two of them in a folder inside."""
    folder = tmp_path / "pictures"
    for i in range(30):
        add(folder / ("inside" if i in (7, 20) else "") / f"{i:02d}.png", i)
    return folder


def add(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (5, 7, 3), np.uint8)
    size = (int(random.integers(20, 60)), int(random.integers(20, 60)))
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(path)


def by_force(network: Network, folder: Path, unit: Unit) -> list[tuple[str, float, int]]:
    """Every image by itself: its strongest activation of a unit and where, the strongest first."""
    found = []
    for path in sorted(folder.rglob("*.png")):
        crop = network.preprocessing.crop(np.asarray(Image.open(path).convert("RGB")))
        with torch.no_grad():
            output = network.activations(network.preprocessing.normalize(crop), [unit.layer])
        values = output[unit.layer][0, unit.index].numpy()
        found.append((str(path), float(values.max()), int(values.argmax())))
    return sorted(found, key=lambda x: -x[1])


def check(network: Network, folder: Path, units: list[Unit]) -> None:
    index = opened(network, folder)
    for unit in units:
        expected = by_force(network, folder, unit)[:SHOWN]
        patches = index.top(unit, SHOWN)
        assert [p.activation for p in patches] == pytest.approx([x[1] for x in expected], rel=1e-4)
        assert [p.path for p in patches] == [x[0] for x in expected]
        shape = {x.name: x.shape for x in network.info().layers}.get(unit.layer, ())
        columns = shape[-1] if len(shape) == 3 else 1
        assert [p.position for p in patches] == [divmod(x[2], columns) for x in expected]
    index.close()


# The tiny network's ReLUs may give many images the same 0; its convolutions do not.
UNITS = [Unit("features.0", 0), Unit("features.0", 5), Unit("features.3", 2), Unit("features.2", 1)]
UNITS += [Unit("classifier", 0), Unit(CLASSES, 3)]


def test_the_strongest_against_every_image_by_itself(tiny: Network, folder: Path) -> None:
    told: list[PatchProgress] = []
    ended = indexed(tiny, folder, told)
    assert ended.ended == "finished" and ended.folder.endswith(".sqlite"), ended.message
    assert told[-1].done == told[-1].total == told[-1].saved == 30 and not told[-1].broken
    check(tiny, folder, UNITS)


def test_real_photographs_against_torchvision_s_own_model(shared: Path, tmp_path: Path) -> None:
    """Apart from this program: torchvision's model, transforms and hooks, image by image."""
    from engine.catalogue import torchvision_models

    weights = shared / "data" / "weights" / "squeezenet1_0-imagenet.pth"
    folder = tmp_path / "photographs"
    shutil.copytree(shared / "data" / "images", folder)
    network = torchvision_models.load("squeezenet1_0", str(weights))
    assert indexed(network, folder).ended == "finished"

    model = models.squeezenet1_0()
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    seen: dict[str, Tensor] = {}
    names = ["features.0", "features.2", "features.3.squeeze", "features.5", "features.12"]
    names.append("classifier.1")
    for name in names:
        # A copy: the ReLU that follows works in place.
        model.get_submodule(name).register_forward_hook(
            lambda _m, _i, output, name=name: seen.update({name: output.detach().clone()})
        )
    prepare = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    paths = sorted(folder.iterdir())
    answers: dict[str, list[Tensor]] = {name: [] for name in (*names, CLASSES)}
    with torch.no_grad():
        for path in paths:
            answers[CLASSES].append(model(prepare(Image.open(path).convert("RGB"))[None])[0])
            for name in names:
                answers[name].append(seen[name][0])
    index = opened(network, folder)
    checked = 0
    for name, maps in answers.items():
        stacked = torch.stack(maps)  # (images, C, …)
        flat = stacked.flatten(2) if stacked.ndim > 2 else stacked[..., None]
        for channel in range(0, flat.shape[1], 7):
            values, places = flat[:, channel].max(1)
            order = torch.argsort(values, descending=True, stable=True)
            expected = values[order]
            if bool((expected[:-1] - expected[1:] < 1e-4 * expected[0].abs()).any()):
                continue  # two that rounding may exchange; a squeezed unit that is off on many
            patches = index.top(Unit(name, channel), 16)
            assert [Path(p.path) for p in patches] == [paths[int(i)] for i in order]
            scale = 1e-5 * float(expected.abs().max())
            found = [p.activation for p in patches]
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=scale)
            columns = stacked.shape[-1] if stacked.ndim > 2 else 1
            where = [divmod(int(places[i]), columns) for i in order]
            assert [p.position for p in patches] == where
            checked += 1
    assert checked > 100
    patch = index.top(Unit("features.12", 0), 1)[0]
    top, left, bottom, right = patch.crop_box
    assert index.picture(patch).shape == (bottom - top, right - left, 3)
    assert len(index.top(Unit(CLASSES, 290), 16)) == 16
    assert "00000610" in index.top(Unit(CLASSES, 290), 1)[0].path  # jaguar
    index.close()


def test_a_patch_is_what_the_unit_saw(tiny: Network, folder: Path) -> None:
    """Its picture, alone and grown to the field's size with the padding, gives the activation."""
    indexed(tiny, folder)
    index = opened(tiny, folder)
    for unit in (Unit("features.0", 1), Unit("features.3", 4)):
        for patch in index.top(unit, 3):
            crop = tiny.preprocessing.crop(images.read(patch.path))
            top, left, bottom, right = patch.crop_box
            np.testing.assert_array_equal(index.picture(patch), crop[top:bottom, left:right])
            # Everything else may be anything.
            other = np.full_like(crop, 99)
            other[top:bottom, left:right] = index.picture(patch)
            with torch.no_grad():
                maps = tiny.activations(tiny.preprocessing.normalize(other), [unit.layer])
            found = maps[unit.layer][0, unit.index][patch.position]
            assert float(found) == pytest.approx(patch.activation, rel=1e-4)
            # The same box in the image: a spot there is the spot in the crop.
            picture = images.read(patch.path)
            marked = picture.copy()
            a, b, c, d = patch.box
            assert 0 <= a < c <= picture.shape[0] and 0 <= b < d <= picture.shape[1]
            marked[a:c, b:d] = 255 - marked[a:c, b:d]
            changed = tiny.preprocessing.crop(marked) != crop
            assert changed[top:bottom, left:right].mean() > 0.9
    index.close()


def test_classes_have_whole_images(tiny: Network, folder: Path) -> None:
    indexed(tiny, folder)
    index = opened(tiny, folder)
    patch = index.top(Unit(CLASSES, 0), 1)[0]
    assert patch.crop_box == (0, 0, 16, 16) and patch.position == (0, 0)
    assert index.picture(patch).shape == (16, 16, 3)
    assert index.top(Unit("features.0", 2, (3, 3)), 2) != []  # a neuron: its channel's
    assert index.top(Unit("features", 0), 2) == []
    index.close()


def test_the_largest_stay_whatever_the_order() -> None:
    random = np.random.default_rng(1)
    values = random.integers(0, 40, (200, 5)).astype(np.float32)  # with many ties
    best = Best(5)
    for image, row in enumerate(values):
        best.add(np.arange(5), row, image, np.full(5, image * 2))
    for unit in range(5):
        order = np.argsort(-values[:, unit], kind="stable")[: bests.KEPT]
        np.testing.assert_array_equal(best.images[unit], order)
        np.testing.assert_array_equal(best.values[unit], values[order, unit])
        np.testing.assert_array_equal(best.places[unit], order * 2)
    best.add(np.arange(5), np.full(5, np.nan, np.float32), 999, np.zeros(5, int))
    assert not (best.images == 999).any()


def test_what_is_left_after_deletions_is_right_or_says_that_it_is_not() -> None:
    random = np.random.default_rng(2)
    for _ in range(30):
        count = int(random.integers(10, 90))
        values = random.normal(size=(count, 3)).astype(np.float32)
        best = Best(3)
        alive: set[int] = set()
        enough = True
        for image, row in enumerate(values):
            best.add(np.arange(3), row, image, np.zeros(3, int))
            alive.add(image)
            if random.random() < 0.2:
                gone = random.choice(sorted(alive), min(3, len(alive)), replace=False)
                alive -= set(gone.tolist())
                enough &= best.drop(gone.astype(np.int32))
        for unit in range(3):
            order = sorted(alive, key=lambda i, unit=unit: -values[i, unit])
            kept = best.images[unit][best.images[unit] >= 0].tolist()
            assert kept == order[: len(kept)]
            if enough:
                assert len(kept) >= min(SHOWN, len(order))


def test_new_changed_and_deleted_images_are_noticed(tiny: Network, folder: Path) -> None:
    indexed(tiny, folder)
    (folder / "03.png").unlink()
    add(folder / "04.png", 104)
    add(folder / "new.png", 200)
    told: list[PatchProgress] = []
    indexed(tiny, folder, told)
    assert told[0].done == 28 and told[-1].done == told[-1].total == 30
    check(tiny, folder, UNITS)
    # Nothing changed: nothing is done.
    told.clear()
    indexed(tiny, folder, told)
    assert told[0].done == 30
    # So many are gone that what was kept is too little: all is done again, and right.
    for path in sorted(folder.rglob("*.png"))[:12]:
        path.unlink()
    indexed(tiny, folder)
    check(tiny, folder, UNITS)


def test_bad_files_are_counted_with_their_reason(tiny: Network, folder: Path) -> None:
    whole = (folder / "05.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.jpg").touch()
    (folder / "notes.txt").write_text("no image")
    (folder / ".hidden.png").write_bytes(whole)
    add(folder / "sliver.png", 3)
    Image.new("RGB", (3000, 1)).save(folder / "sliver.png")
    told: list[PatchProgress] = []
    assert indexed(tiny, folder, told).ended == "finished"
    reasons = {x.path: x.reason for x in told[-1].examples}
    assert told[-1].broken == len(reasons) and {"cut.png", "empty.jpg"} <= set(reasons)
    assert "cut.png is damaged" in reasons["cut.png"]
    assert told[-1].done == told[-1].total == 33
    index = opened(tiny, folder)
    assert {x.path for x in index.broken()} == set(reasons)
    assert index.count() == 33 - len(reasons)
    told.clear()
    indexed(tiny, folder, told)
    assert told[0].done == 33 and told[0].broken == len(reasons)  # not tried again
    for path in reasons:
        (folder / path).unlink()
    indexed(tiny, folder, told)
    assert not told[-1].broken and index.broken() == []
    index.close()


def test_a_folder_without_images_is_a_sentence(tiny: Network, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = indexed(tiny, tmp_path / "empty")
    assert ended.ended == "failed" and ended.message.endswith("holds no images.")
    ended = indexed(tiny, tmp_path / "nowhere")
    assert ended.ended == "failed" and "nowhere cannot be read" in ended.message
    assert PatchIndex.open(tiny.info(), tmp_path / "nowhere") is None
    (tmp_path / "empty" / "a.png").touch()
    ended = indexed(tiny, tmp_path / "empty", layers=("features.9",))
    assert ended.ended == "failed" and "no layer 'features.9'" in ended.message


def test_some_layers_only(tiny: Network, folder: Path) -> None:
    indexed(tiny, folder, layers=("features.3", CLASSES))
    index = opened(tiny, folder, ("features.3", CLASSES))
    assert index.top(Unit("features.3", 0)) and not index.top(Unit("features.0", 0))
    assert PatchIndex.open(tiny.info(), folder) is None
    index.close()


def test_a_damaged_index_is_made_anew(tiny: Network, folder: Path) -> None:
    indexed(tiny, folder)
    path = store_path(tiny.info(), folder)
    expected = everything(tiny, folder)
    path.write_bytes(path.read_bytes()[:5000] + os.urandom(3000))
    with pytest.raises(PatchError, match="damaged"):
        everything(tiny, folder)
    assert indexed(tiny, folder).ended == "finished"
    assert everything(tiny, folder) == expected
    # Another network under the same name: nothing of the old one's stays.
    tiny.preprocessing = type(tiny.preprocessing)(16, 16, mean=(0.4, 0.4, 0.4))
    told: list[PatchProgress] = []
    indexed(tiny, folder, told)
    assert told[0].done == 0


def test_two_that_index_the_same_folder_do_not_mix(tiny: Network, folder: Path) -> None:
    job = PatchJob(1, tiny.ref, "cpu", str(folder))
    first = work(job, tiny, Control(), ears([]))
    for _ in range(3):
        next(first)
    assert indexed(tiny, folder).ended == "finished"
    with pytest.raises(StopIteration) as end:
        while True:
            next(first)
    assert end.value.value.ended == "failed"
    assert end.value.value.message.startswith("Another Unitscope")
    check(tiny, folder, UNITS)


def test_closing_it_keeps_what_is_done(
    tiny: Network, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "MOST", 4)
    monkeypatch.setattr(working, "PIECE_SECONDS", 100)
    told: list[PatchProgress] = []
    half = work(PatchJob(1, tiny.ref, "cpu", str(folder)), tiny, Control(), ears(told))
    while not (told and told[-1].done >= 8) and (len(told) < 1000):
        next(half)
        monkeypatch.setattr(working, "TELL_SECONDS", 0)
    half.close()
    assert 8 <= told[-1].saved < 30
    later: list[PatchProgress] = []
    indexed(tiny, folder, later)
    assert later[0].done == told[-1].saved
    check(tiny, folder, UNITS)


CHILD = """
import sys, time
from engine.catalogue import embedded
from engine.control import Control, Ears
from engine.patches import working
from engine.patches.parcels import PatchJob
working.SAVE_SECONDS = working.SAVE_TIMES = 0
working.MOST = 4
working.PIECE_SECONDS = 100
plain = working.Indexing._add
def slow(*arguments):
    plain(*arguments)
    print("batch", flush=True)
    time.sleep(0.1)
working.Indexing._add = slow
network = embedded.load()
job = PatchJob(1, network.ref, "cpu", sys.argv[1])
for _ in working.work(job, network, Control(), Ears(*[print] * 5, lambda x: None, print, print)):
    pass
print("end", flush=True)
"""


def test_killed_in_the_middle_it_ends_the_same(
    sketchnet: Network, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "MOST", 4)
    monkeypatch.setattr(working, "PIECE_SECONDS", 100)
    root = Path(__file__).resolve().parents[3]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "UNITSCOPE_DATA": str(killed), "PYTHONPATH": str(root)},
        cwd=root,
        text=True,
    )
    assert child.stdout is not None
    for _ in range(3):
        assert child.stdout.readline() == "batch\n"
    child.send_signal(signal.SIGKILL)
    assert "end" not in child.stdout.read()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL

    monkeypatch.setenv("UNITSCOPE_DATA", str(killed))
    told: list[PatchProgress] = []
    assert indexed(sketchnet, folder, told).ended == "finished"
    assert 8 <= told[0].done < 30  # it went on, and did not begin anew
    found = everything(sketchnet, folder)
    monkeypatch.setenv("UNITSCOPE_DATA", str(whole))
    indexed(sketchnet, folder)
    assert everything(sketchnet, folder) == found and len(found) > 10_000


def test_the_thread_indexes_in_the_background(
    engine: Engine, heard: Heard, folder: Path, sketchnet: Network
) -> None:
    number = next_number()
    engine.submit(PatchJob(number, NetworkRef(embedded.NAME), "cpu", str(folder)))
    assert heard.end_of(number).ended == "finished"
    told = [x for x in heard.all("told") if isinstance(x, PatchProgress) and x.number == number]
    assert told[-1].done == told[-1].total == 30
    index = opened(sketchnet, folder)
    assert len(index.top(Unit("features.28", 3), 9)) == 9
    index.close()


def test_a_folder_is_listed_without_following_links(tmp_path: Path) -> None:
    add(tmp_path / "a" / "b" / "one.PNG", 1)
    add(tmp_path / "two.png", 2)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "gone.png").symlink_to(tmp_path / "nothing")
    found = [file.path for part in images_of(tmp_path) for file in part]
    assert sorted(found) == ["a/b/one.PNG", "two.png"]
