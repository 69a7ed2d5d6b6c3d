"""The figure: every image and its texts are there, in the PDF as text and without loss."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetricsF, QImage

from engine.attacks.difference import difference
from engine.attacks.parcels import AttackRecord, AttackRun, Distortion, Source, Sphere
from engine.attacks.recipe import METHODS, AttackRecipe
from engine.jobs import NetworkRef, Picture
from gui.attack_text import digits, percent, probability, recipe_line
from gui.figure import save_pdf, save_png
from gui.figure_parts import Table, thinned, wrapped
from gui.pixels import to_picture

pytestmark = pytest.mark.usefixtures("qapp")
SIDE = 32


def run(number: int, classes: Sequence[str] = ("jaguar", "jaguar", "tiger")) -> AttackRun:
    """A run whose pictures are noise of its own, so that each is found among the others."""
    draw = np.random.default_rng(number)
    original = draw.integers(20, 230, (SIDE, SIDE, 3), dtype=np.uint8)
    made = AttackRun(
        NetworkRef("squeezenet1_0"),
        Source(f"photo{number}.jpg", original),
        METHODS["gradient-ascent"].recipe,
        "cpu",
    )
    for i, name in enumerate(classes):
        change = draw.integers(-3, 4, original.shape) * (i > 0)
        image = (original + change).astype(np.uint8)
        values = image.astype(np.float32) / 255
        fooled = name != classes[0]
        distortion = Distortion(0.0102 * (i > 0), 0.005, 1.2, 3.0, 0.0)
        record = AttackRecord(
            i, ((name, 0.9), ("cat", 0.1)), 0, fooled, name, 0, fooled, 1.0, 2.0, distortion
        )
        made.add(record, image, values)
    return made


def pictures(run: AttackRun, factor: float) -> list[Picture]:
    assert run.adversarial is not None and run.values is not None
    return [
        run.source.picture,
        run.adversarial,
        difference(run.source.picture, run.values, factor),
    ]


def streams(path: Path) -> list[tuple[bytes, bytes]]:
    """Dictionaries and unpacked streams of a PDF's objects, as Qt writes them."""
    data = path.read_bytes()
    found = []
    for match in re.finditer(rb"<<(.*?)>>\s*stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        head, body = match.groups()
        found.append((head, zlib.decompress(body) if b"FlateDecode" in head else body))
    return found


def test_the_png_shows_every_picture_pixel_by_pixel(tmp_path: Path) -> None:
    runs = [run(i) for i in range(4)]
    save_png(tmp_path / "figure.png", runs, 20)
    shown = to_picture(QImage(str(tmp_path / "figure.png")))
    assert (shown[:8] == 255).all() and (shown[:, :8] == 255).all()
    # 176 units at 13 times 32 pixels; their places are searched for, not known.
    times = round(2.4 * 176 / SIDE)
    for each in runs:
        for picture in pictures(each, 20):
            large = picture.repeat(times, 0).repeat(times, 1)
            rows, columns = np.nonzero((shown == large[0, 0]).all(2))
            height, width = large.shape[:2]
            assert any(
                np.array_equal(shown[y : y + height, x : x + width], large)
                for y, x in zip(rows.tolist(), columns.tolist(), strict=True)
            )


@pytest.mark.parametrize("count", [1, 2, 3, 6, 14])
def test_the_pdf_holds_every_picture_without_loss(tmp_path: Path, count: int) -> None:
    runs = [run(i) for i in range(count)]
    save_pdf(tmp_path / "figure.pdf", runs, 20)
    held = [body for head, body in streams(tmp_path / "figure.pdf") if b"/Image" in head]
    assert len(held) == 3 * count
    assert b"DCTDecode" not in (tmp_path / "figure.pdf").read_bytes()
    for each in runs:
        for picture in pictures(each, 20):
            assert picture.tobytes() in held


def test_the_text_of_the_pdf_is_text(tmp_path: Path) -> None:
    """Fonts are embedded with the table from glyphs to characters; more of them say more."""
    save_pdf(tmp_path / "figure.pdf", [run(0)])
    data = (tmp_path / "figure.pdf").read_bytes()
    assert b"/ToUnicode" in data
    spelled = b"".join(body for _head, body in streams(tmp_path / "figure.pdf") if b"bfchar" in body
                       or b"bfrange" in body)  # fmt: skip
    letters = set(re.findall(rb"<([0-9A-Fa-f]{4})>", spelled))
    for letter in "jaguartigerphoto→":
        assert f"{ord(letter):04x}".encode() in {x.lower() for x in letters}, letter


def test_all_sizes_are_pages_of_a_shape_that_fits_a_slide(tmp_path: Path) -> None:
    shapes = {}
    lecture = ["jaguar"] * 10 + ["tiger"] * 6  # the lecture's 16 rows
    for count in (1, 2, 3, 4, 6, 8, 12):
        save_png(tmp_path / f"{count}.png", [run(i, lecture) for i in range(count)])
        size = QImage(str(tmp_path / f"{count}.png")).size()
        shapes[count] = size.width() / size.height()
    assert all(0.75 < shape < 2.6 for shape in shapes.values()), shapes
    save_png(tmp_path / "14.png", [run(i, lecture) for i in range(14)])
    two, one = QImage(str(tmp_path / "14.png")).size(), QImage(str(tmp_path / "8.png")).size()
    assert two.height() > 1.4 * one.height()  # two blocks of seven


def test_runs_without_an_image_are_left_out(tmp_path: Path) -> None:
    empty = AttackRun(NetworkRef("x"), Source("x", run(0).source.picture), AttackRecipe(), "cpu")
    save_png(tmp_path / "with.png", [run(0), empty])
    save_png(tmp_path / "without.png", [run(0)])
    assert (tmp_path / "with.png").read_bytes() == (tmp_path / "without.png").read_bytes()
    with pytest.raises(ValueError, match="run the attack first"):
        save_png(tmp_path / "none.png", [empty])
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize("save", [save_png, save_pdf])
def test_a_folder_that_is_not_there_is_an_oserror(tmp_path: Path, save) -> None:
    with pytest.raises(OSError):
        save(tmp_path / "nowhere" / "figure", [run(0)])


def test_what_was_there_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    path.write_text("something else")
    save_png(path, [run(0)])
    assert QImage(str(path)).size() != QSize(0, 0)
    assert list(tmp_path.iterdir()) == [path]


def test_sphere_and_undone_are_said_under_the_picture(tmp_path: Path) -> None:
    from gui.figure_parts import Column

    plain = run(0)
    said = [line.text for line in Column(plain, 20).lines(200)]
    assert said == ["jaguar", "→ tiger", "1.02 %"]
    plain.sphere = Sphere(2.0, 1000, 4, (("tiger", 4),))
    plain.records[-1] = replace(plain.records[-1], saved="jaguar", saved_fooled=False)
    said = [line.text for line in Column(plain, 20).lines(200)]
    assert said[3:] == ["undone when saved", "sphere test: 4 of 1000"]
    still = Column(run(1, ("jaguar", "jaguar")), 20).lines(200)
    assert [line.text for line in still][:2] == ["jaguar", "unchanged"]


def test_thinning_keeps_the_first_and_the_result() -> None:
    assert thinned(range(16)) == list(range(16))
    some = thinned(range(101))
    assert (some[0], some[-1], len(some)) == (0, 100, 17)
    assert Table([run(0)]).iterations == [0, 1, 2]


def test_long_class_names_are_wrapped_and_then_shortened() -> None:
    font = QFont()
    name = "Staffordshire bullterrier, Staffordshire bull terrier of an English county"
    metrics = QFontMetricsF(font)
    lines = wrapped(name, font, 140)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert all(metrics.horizontalAdvance(x) <= 141 for x in lines)
    assert wrapped("tiger", font, 140) == ["tiger"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0281, "2.81 %"), (0.00442, "0.442 %"), (0.0, "0 %"), (1e-7, "0.0000100 %")],
)  # fmt: skip
def test_percents_keep_three_digits(value: float, text: str) -> None:
    assert percent(value) == text


def test_numbers_in_words() -> None:
    assert (digits(29.43), digits(float("nan")), digits(-0.0)) == ("29.4", "–", "0")
    assert (digits(-3.0), digits(0.0711), digits(1340.2)) == ("−3.00", "0.0711", "1340")
    assert (probability(0.99996), probability(1.0), probability(0.5)) == (
        "> 0.999", "1.000", "0.500",
    )  # fmt: skip
    assert recipe_line(METHODS["gradient-ascent"].recipe) == (
        "Gradient ascent, 15 iterations, η = 0.1"
    )
    assert recipe_line(METHODS["fgsm"].recipe) == "FGSM, ε = 8/255, on 8-bit pixels"
    assert "α = 2/255" in recipe_line(METHODS["pgd-linf"].recipe)
