"""Where a network's settings are remembered, and that the shelf heeds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from torchvision import models

from engine.catalogue import index, keeping, own
from engine.jobs import NetworkError, NetworkRef
from engine.looking import Inspect, Look, answer
from engine.shelf import Shelf
from tests.engine.catalogue.exports import Small, save

SAID = own.Settings(mean=(0.1,), std=(0.3,), classes=tuple("abcd"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    return save(tmp_path_factory.mktemp("own") / "small.pt2", Small().eval(), batch=(1, 8))


@pytest.fixture
def file(exported: Path, tmp_path: Path) -> Path:
    path = tmp_path / "mine.pt2"
    path.write_bytes(exported.read_bytes())
    return path


def unwritable(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing can be made in that folder; a test may be run by root, whom no mode stops."""
    real = own.write_file

    def write(path: Path, settings: own.Settings) -> None:
        if path.parent == folder:
            raise PermissionError(13, "Permission denied")
        real(path, settings)

    monkeypatch.setattr(own, "write_file", write)


def test_beside_the_file(file: Path) -> None:
    assert keeping.keep(file, SAID)
    assert own.read(file) == keeping.read(file) == SAID
    assert keeping.keep(file, own.Settings())
    assert not own.beside(file).exists() and keeping.read(file) == own.Settings()


def test_in_the_data_folder_where_nothing_may_be_written(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        unwritable(patch, file.parent)
        assert not keeping.keep(file, SAID)
    assert not own.beside(file).exists()
    assert keeping.read(file) == SAID
    # It is this person's, so it goes before what lies beside the file.
    own.write(file, own.Settings(mean=(0.9,)))
    assert keeping.read(file) == SAID
    assert keeping.keep(file, own.Settings(std=(0.2,)))
    assert not keeping.elsewhere(file).exists() and keeping.read(file).std == (0.2,)
    with monkeypatch.context() as patch:
        unwritable(patch, file.parent)
        patch.setattr(Path, "unlink", _refuse(file.parent, Path.unlink))
        assert not keeping.keep(file, own.Settings())
    assert keeping.read(file) == own.Settings()  # though others' lie beside it


def _refuse(folder: Path, real: object) -> object:
    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.parent == folder:
            raise PermissionError(13, "Permission denied")
        real(self, missing_ok)  # type: ignore[operator]

    return unlink


def test_torch_s_cache_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    path = index.checkpoints() / "resnet18-f37072fd.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    assert not keeping.keep(path, SAID)
    assert keeping.read(path) == SAID
    assert [x.name for x in path.parent.iterdir()] == [path.name]


def test_the_shelf_heeds_new_settings_and_a_new_file(file: Path) -> None:
    shelf, ref = Shelf(), NetworkRef(file.name, str(file))
    first = shelf.get(ref, "cpu")
    assert first.classes == ("0", "1", "2", "3") and shelf.get(ref, "cpu") is first
    keeping.keep(file, SAID)
    told = shelf.get(ref, "cpu")
    assert told.classes == ("a", "b", "c", "d") and told.info().classes == told.classes
    assert told.model is first.model  # it was not read again
    assert shelf.bare(ref, "cpu").classes == first.classes == ("0", "1", "2", "3")
    own.beside(file).write_text("{", "utf-8")
    with pytest.raises(NetworkError, match="no JSON"):
        shelf.get(ref, "cpu")
    own.beside(file).unlink()
    torch.manual_seed(1)
    save(file, Small().eval(), batch=(1, 8))
    os.utime(file, ns=(1, 1))  # a clock as coarse as some disks'
    x = torch.randn(1, 1, 12, 12)
    assert not torch.equal(shelf.get(ref, "cpu").logits(x), first.logits(x))
    file.unlink()
    assert shelf.get(ref, "cpu").classes == ("0", "1", "2", "3")  # what is in memory is good


def test_a_look_tells_the_network_s_own_and_what_the_settings_make_of_a_picture(
    file: Path,
) -> None:
    keeping.keep(file, SAID)
    shelf, ref = Shelf(), NetworkRef(file.name, str(file))
    picture = torch.randint(256, (40, 30, 3), dtype=torch.uint8).numpy()
    bare = shelf.bare(ref, "cpu")
    found = answer(Look(1, ref, "cpu", None, picture), bare)
    facts = found.facts
    assert (facts.size, facts.channels, facts.least, facts.most) == (12, 1, 12, 12)
    assert (facts.mean, facts.std, facts.classes) == ((0.0,), (1.0,), ("0", "1", "2", "3"))
    assert found.remembered == SAID and not found.wrong and not found.spoiled
    # The same by hand: grey by luminance, normalized as is remembered.
    crop = bare.preprocessing.crop(picture)
    grey = torch.from_numpy(crop).float() / 255 @ torch.tensor([0.299, 0.587, 0.114])
    p = bare.model((grey[None, None] - 0.1) / 0.3).softmax(1)[0]
    assert found.top[0] == ("abcd"[int(p.argmax())], pytest.approx(float(p.max()), abs=1e-5))
    other = answer(Look(2, ref, "cpu", own.Settings(mean=(0.5,)), picture), bare)
    assert {name for name, _ in other.top} == set("0123") and other.top[0][1] != found.top[0][1]
    wrong = answer(Look(3, ref, "cpu", own.Settings(input_size=20)), bare)
    assert "12×12" in wrong.wrong and wrong.facts == facts
    own.beside(file).write_text("{", "utf-8")
    assert "no JSON" in answer(Look(4, ref, "cpu"), bare).spoiled
    assert shelf.bare(ref, "cpu").classes == ("0", "1", "2", "3")  # nothing of it stuck


def test_what_is_said_is_what_differs_from_the_guess(file: Path) -> None:
    facts = answer(
        Look(1, NetworkRef("x"), "cpu"), Shelf().bare(NetworkRef(file.name, str(file)), "cpu")
    ).facts
    assert facts.said(facts.settings()) == own.Settings()
    assert facts.said(SAID.over(facts.settings())) == SAID


def test_an_inspection_says_what_is_near(tmp_path: Path) -> None:
    path = tmp_path / "odd.pth"
    torch.save({"layer.weight": torch.zeros(2, 2), "other.weight": torch.zeros(2)}, path)
    found = answer(Inspect(1, str(path)), None)
    assert found.guess == "" and found.usable and "vgg16" in found.candidates
    assert found.message.startswith("Its names fit no architecture that Unitscope knows: choose")
    head = {k: v for k, v in models.squeezenet1_1().state_dict().items() if "classifier" not in k}
    torch.save({**head, "classifier.0.weight": torch.zeros(3, 512)}, path)
    found = answer(Inspect(2, str(path)), None)
    assert not found.usable and "squeezenet1_1 with last layers of its own" in found.message
    path.write_text("no weights")
    found = answer(Inspect(2, str(path)), None)
    assert not found.usable and found.message.startswith("odd.pth ")
