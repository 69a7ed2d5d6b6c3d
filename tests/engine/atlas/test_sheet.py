"""The atlas's page: whole in one file, true to the store, safe whatever a class is called."""

from __future__ import annotations

import argparse
import base64
import io
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import cli_recipe
from engine.atlas import sheet as room
from engine.atlas.database import AtlasError
from engine.atlas.parcels import DEFAULT, Made, sections
from engine.atlas.sheet import recipe_options, write
from engine.atlas.store import Store
from engine.jobs import NetworkRef
from engine.recipes import Recipe, preset
from engine.units import CLASSES, Layer, NetworkInfo, Unit

NASTY = 'a "quoted" <b>crab</b> & </script>'
LAYERS = (Layer("conv.0", "Conv2d", (5, 16, 16), 10, 5),)
INFO = NetworkInfo("tiny", "Tiny", ("king crab", NASTY), LAYERS, 16, 3, 100)
REF = NetworkRef("tiny", "/home/me/my weights.pth")


class Page(HTMLParser):
    """What a browser finds: tags with their attributes, and the text of each."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.tags.append((tag, {k: v or "" for k, v in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append((self._inside, data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def said(self, tag: str) -> list[str]:
        return [text.strip() for name, text in self.texts if name == tag and text.strip()]


def picture_of(source: str) -> np.ndarray:
    data = base64.b64decode(source.removeprefix("data:image/jpeg;base64,"), validate=True)
    return np.asarray(Image.open(io.BytesIO(data)))


def filled(folder: Path, side: int, recipe: Recipe = DEFAULT) -> Store:
    store = Store.open(folder, REF, recipe)
    store.plan(INFO, sections(INFO))
    flat = [np.full((side, side, 3), 40 * i, np.uint8) for i in range(5)]
    made = [Made(Unit("conv.0", i), flat[i], 1000.5 + i, NASTY, 0.75) for i in (0, 1, 4)]
    made.append(Made(Unit("conv.0", 2), None, math.nan, "", math.nan))
    made.append(Made(Unit(CLASSES, 1), flat[3], 12.0, "king crab", 0.5))
    store.put(made)
    return store


def test_every_made_unit_is_there_with_its_picture(tmp_path: Path) -> None:
    with filled(tmp_path, 200) as store:
        path = write(store, tmp_path)
    assert path == tmp_path / "atlas.html"
    page = Page(path)
    cells = page.all("li")
    assert [x["data-unit"] for x in cells] == [f"conv.0:{i}" for i in (0, 1, 2, 4)] + ["class:1"]
    assert cells[0]["data-top"] == NASTY and cells[0]["data-f"] == "1000"
    assert cells[0]["data-p"] == "0.750" and "data-f" not in cells[2]
    assert page.said("span")[-1] == NASTY and "Tiny" in page.said("h1")
    assert "5 of 7 units so far" in page.said("small")
    small = [picture_of(x["src"]) for x in page.all("img") if x.get("src")]
    assert [round(float(x.mean()) / 40) for x in small] == [0, 1, 4, 3]
    assert all(x.shape == (128, 128, 3) for x in small)
    first, second = (s.split() for name, s in page.texts if name == "script" and "9j/" in s)
    assert (len(first), len(second)) == (3, 1)
    rows = [int(x["data-row"]) for x in cells]  # the line of the large picture
    assert [rows[0], rows[1], rows[3], rows[4]] == [0, 1, 2, 0]
    assert picture_of(first[2]).shape == (200, 200, 3)
    assert abs(float(picture_of(first[2]).mean()) - 160) < 2


def test_the_page_asks_for_nothing_from_outside(tmp_path: Path) -> None:
    with filled(tmp_path, 100) as store:
        text = write(store, tmp_path).read_text("utf-8")
    page = Page(tmp_path / "atlas.html")
    for _, attributes in page.tags:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            assert re.match(r"data:|#|$", attributes.get(name, "")), attributes
    assert "//" not in re.sub(r"base64,[^\"]*|^/9j/.*$|^ *//.*$", "", text, flags=re.MULTILINE)
    assert "url(" not in text and "@import" not in text
    (policy,) = [x for x in page.all("meta") if x.get("http-equiv") == "Content-Security-Policy"]
    assert policy["content"].startswith("default-src 'none'; img-src data:;")
    assert not page.all("b")  # a class's name is no markup
    assert len(page.all("script")) == 1 and text.count("</script>") == 1


@pytest.mark.parametrize(
    ("count", "own", "cell", "large"),
    [
        (128, 224, 128, 224),  # a layer
        (2192, 96, 96, 96),  # Sketchnet: a cell is the picture itself
        (3000, 224, 96, 160),
        (10_000, 224, 64, 96),
        (60_000, 224, 64, 0),  # only thumbnails: a page must not weigh a gigabyte
    ],
)
def test_a_page_stays_light_enough(count: int, own: int, cell: int, large: int) -> None:
    assert room.sides(count, own, own**2 // 2) == (cell, large)


def test_the_command_that_repeats_a_unit(tmp_path: Path) -> None:
    with filled(tmp_path, 20, preset("balanced").changed(steps=99, lr_end=0.5)) as store:
        write(store, tmp_path)
    (body,) = Page(tmp_path / "atlas.html").all("body")
    assert body["data-command"] == (
        'unitscope maximize UNIT --network tiny --weights "my weights.pth" '
        "--preset balanced --steps 99 --lr-end 0.5 -o pictures"
    )


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(steps=3, seed=7),
        preset("balanced").changed(steps=99, size=48, prior="none"),
        preset("lecture"),
    ],
)
def test_the_options_give_the_recipe_again(recipe: Recipe) -> None:
    parser = argparse.ArgumentParser()
    cli_recipe.add_to(parser)
    words = " ".join(recipe_options(recipe)).split()
    assert not cli_recipe.recipe_of(parser.parse_args(words)).differences(recipe)


def test_a_page_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path, 20) as store:
        before = write(store, tmp_path).read_bytes()

        def full(*_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(room, "_base64", full)
        with pytest.raises(AtlasError, match=r"atlas\.html: no space left on device\."):
            write(store, tmp_path)
    assert (tmp_path / "atlas.html").read_bytes() == before
    assert sorted(x.name for x in tmp_path.iterdir()) == ["atlas.html", "atlas.sqlite"]


def test_an_atlas_without_a_unit_gives_a_page(tmp_path: Path) -> None:
    with Store.open(tmp_path, REF, DEFAULT) as store:
        page = Page(write(store, tmp_path))
    assert page.all("li") == [] and "0 units" in page.said("small")
