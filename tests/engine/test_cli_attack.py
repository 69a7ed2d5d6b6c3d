"""``unitscope attack``: what it prints and writes, how it ends, and the reference's own figures."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.attacks import attack as running
from engine.attacks import store
from engine.attacks.parcels import AttackRun, AttackStep
from engine.cli import main
from engine.folders import RunError

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
CAT, FISH = str(SAMPLES / "cat.png"), str(SAMPLES / "fish.png")
CPU = ["--device", "cpu"]


def documents(folder: Path) -> dict[str, Any]:
    return {
        path.parent.name: json.loads(path.read_text("utf-8"))
        for path in sorted(folder.glob("*/run.json"))
    }


def test_a_folder_an_image_and_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["attack", CAT, FISH, CAT, *CPU, "--steps", "2", "--batch", "2", "--step", "unit"]
    assert main([*command, "-o", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.err == ""  # no bar in a pipe
    lines = said.out.splitlines()
    assert [line.split("\t")[0] for line in lines[:3]] == ["cat.png", "fish.png", "cat.png"]
    assert lines[3].split() == ["images", "3"]
    found = documents(tmp_path)
    assert set(found) == {"cat", "cat-2", "fish"}
    assert found["cat"]["batch"] == ["cat", "fish"] and found["cat-2"]["batch"] == ["cat-2"]
    for document in found.values():
        assert document["ended"] == "finished" and len(document["steps"]) == 3
        assert document["recipe"]["step"] == "unit" and not document["recipe"]["box"]
        assert "sphere" not in document
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["iteration", "cat.png", "fish.png", "cat.png"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2"]
    assert rows[1][1] == found["cat"]["label"]["before"]
    # What is there is never written over.
    assert main([*command, "-o", str(tmp_path)]) == 0
    assert (tmp_path / "table-2.csv").is_file() and len(documents(tmp_path)) == 6


def test_sphere_transfer_and_a_fraction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["attack", CAT, *CPU, "--method", "fgsm", "--epsilon", "12/255", "--sphere", "9"]
    assert main([*command, "--transfer", "sketchnet", "--seed", "4", "-o", str(tmp_path)]) == 0
    run = store.load(tmp_path / "cat")
    assert run.recipe.epsilon == pytest.approx(12 / 255)
    assert run.sphere is not None and (run.sphere.samples, run.sphere.seed) == (9, 4)
    assert [x.network.name for x in run.transfers] == ["sketchnet"]
    assert run.last is not None and run.last.settled  # it ends on the lattice
    assert run.transfers[0].after[0][0] == run.last.saved
    out = capsys.readouterr().out
    assert f"sphere: {run.sphere.changed} of 9 changed" in out and "sketchnet: " in out


def test_the_broken_say_why_and_the_others_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photographs = tmp_path / "in"
    photographs.mkdir()
    for name in ("b.png", "a.JPG"):
        Image.open(CAT).convert("RGB").save(photographs / name, "PNG")
    (photographs / "c.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (photographs / "notes.txt").write_text("not an image's name")
    out = tmp_path / "out"
    command = ["attack", str(photographs), str(tmp_path / "absent.png"), *CPU, "--steps", "1"]
    assert main([*command, "-o", str(out)]) == 1
    said = capsys.readouterr()
    assert [x.split(" ", 2)[1] for x in said.err.splitlines()] == ["c.png", "There"]
    assert set(documents(out)) == {"a", "b"}
    assert main(["attack", str(photographs / "c.png"), *CPU, "-o", str(tmp_path / "no")]) == 2
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--epsilon", "0.1"], "gradient-ascent does not read --epsilon"),
        (["--method", "fgsm", "--no-box"], "fgsm does not read --box"),
        (["--method", "deepfool", "--target", "3"], "deepfool takes no target"),
        (["--target", "nothing like it"], "no class 'nothing like it'"),
        (["--steps", "0"], "steps is 0"),
        (["--lr", "nan"], "lr is nan"),
        (["--method", "fgsm", "--epsilon", "nan/255"], "epsilon is nan"),
        (["--background", "plaid"], "no colour's name"),
        (["--transfer", "vgg61"], "no network 'vgg61'"),
        (["--transfer", "vgg16=absent.pth"], "no file absent.pth"),
    ],
    ids=str,
)
def test_a_wrong_command_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["attack", CAT, *CPU, *arguments, "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and not (tmp_path / "out").exists()
    assert len(said.err.splitlines()) == 1 and says in said.err


@pytest.mark.parametrize(
    "arguments",
    [["--epsilon", "8/0"], ["--epsilon", "much"], ["--sphere", "0"], ["--batch", "-1"],
     ["--batch", "9" * 20], ["--sphere", "9" * 5000], ["--method", "prayer"]],
    ids=str,
)  # fmt: skip
def test_what_no_option_can_be(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["attack", CAT, *arguments, "-o", str(tmp_path / "out")])
    assert caught.value.code == 2


@pytest.mark.parametrize("kind", ["stopped", "failed"])
def test_what_there_is_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    whole = running.solve

    def cut_off(*arguments: Any) -> Iterator[AttackStep]:
        for step in whole(*arguments):
            yield step
            if step.iteration == 2:
                raise KeyboardInterrupt if kind == "stopped" else running.DivergedError("It is.")

    monkeypatch.setattr(running, "solve", cut_off)
    assert main(["attack", CAT, FISH, *CPU, "-o", str(tmp_path)]) == 1
    for name in ("cat", "fish"):
        run = store.load(tmp_path / name)
        assert run.ended == kind and len(run.records) == 3 and run.adversarial is not None
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 4


def test_a_disk_that_is_full_costs_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(run: AttackRun, folder: Path) -> None:
        raise RunError(f"The run cannot be saved in {folder}: no space left on device.")

    monkeypatch.setattr(store, "save", full)
    assert main(["attack", CAT, FISH, *CPU, "--steps", "1", "-o", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1 and "no space left" in said.err
    assert said.out.split()[:2] == ["images", "2"]
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 3


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    out = tmp_path / "out"
    assert main(["attack", str(tmp_path / "in"), *CPU, "-o", str(out)]) == 2
    assert capsys.readouterr().err == f"unitscope: {tmp_path / 'in'} holds no images.\n"


def test_a_pipe_that_knows_no_arrows(tmp_path: Path) -> None:
    command = ["attack", CAT, *CPU, "--steps", "1", "-o", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", *command],
        cwd=ROOT, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == b"" and b"cat ? cat" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m engine.cli units | head -n 1",
        shell=True, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1 and done.stderr == ""


def test_the_reference_s_classes_and_distortions(
    shared: Path, reference: dict[str, Any], tmp_path: Path
) -> None:
    weights = shared / "data" / "weights" / "squeezenet1_0-imagenet.pth"
    photographs = sorted((shared / "data" / "images").glob("ILSVRC*.jpg"))
    command = ["attack", "--network", "squeezenet1_0", "--weights", str(weights), *CPU]
    assert main([*command, *map(str, photographs), "-o", str(tmp_path)]) == 0
    found = documents(tmp_path)
    assert len(found) == len(photographs) == 6
    for name, wanted in reference["gradient_ascent"]["images"].items():
        document = found[Path(name).stem]
        assert [x["class"] for x in document["steps"]] == wanted["classes_by_iteration"]
        assert document["label"]["before"] == wanted["name"]
        assert document["steps"][0]["top"][0][1] == pytest.approx(wanted["p"], abs=5.1e-5)
        for space in ("normalized", "pixels"):
            percent = 100 * document["distortion"][space]
            # Half of the reference's last digit is what it leaves open.
            assert percent == pytest.approx(
                wanted[f"distortion_percent_{space}"], rel=0.01, abs=5e-5
            ), name
    _check_plainly(tmp_path, weights)


def _check_plainly(folder: Path, weights: Path) -> None:
    """Every adversarial.png has the class that label.saved says, by torchvision alone."""
    script = f"""
import json, pathlib, sys, torch
from PIL import Image
from torchvision.models import SqueezeNet1_0_Weights, squeezenet1_0
from torchvision.transforms.functional import normalize, to_tensor
model = squeezenet1_0()
model.load_state_dict(torch.load({str(weights)!r}, weights_only=True))
model.eval()
names = SqueezeNet1_0_Weights.IMAGENET1K_V1.meta["categories"]
for path in pathlib.Path({str(folder)!r}).glob("*/adversarial.png"):
    x = normalize(to_tensor(Image.open(path)), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    with torch.no_grad():
        seen = names[int(model(x[None]).argmax())]
    said = json.loads((path.parent / "run.json").read_text("utf-8"))["label"]["saved"]
    assert seen == said, (path, seen, said)
    print(seen)
assert "engine" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6
