"""An atlas as one page for any browser: a contact sheet that needs no other file. No torch, no Qt.

Every picture is in the page as a data URI: a cell's, and for the large view the picture itself, as
long as the whole stays small enough for a browser.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from engine import __version__
from engine.atlas import pictures
from engine.atlas.database import AtlasError
from engine.atlas.parcels import Entry, Section
from engine.atlas.store import Store
from engine.folders import sentence, write_atomically
from engine.recipes import PRESETS, Recipe, option
from engine.units import CLASSES, Unit

PAGE = "atlas.html"
# The side of the cells' pictures, in pixels, by how many there are.
CELLS = ((800, 128), (4000, 96))
# What a page may weigh with its large pictures in it; browsers take ten times as much, people wait.
WEIGHT = 96 * 2**20
LARGE = (4096, 160, 128, 96)  # sides that large pictures may be reduced to
CELL_QUALITY = 82


def write(store: Store, folder: Path | str) -> Path:
    """Writes ``atlas.html`` of what the store holds into a folder; the page's path.

    Raises:
        AtlasError: the store is damaged, or the disk full or read-only; a page that was there
            before is untouched.
    """
    path = Path(folder) / PAGE
    sheet = _Sheet(store)

    def fill(file: Any) -> None:
        for part in sheet.parts():
            file.write(part.encode())

    try:
        write_atomically(path, fill)
    except OSError as error:
        raise AtlasError(sentence(f"The page cannot be saved as {path}", error)) from error
    return path


class _Sheet:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._classes = store.classes
        self._sections = [x for x in store.sections() if x.done]
        count = sum(x.done for x in self._sections)
        self._cell, self._large = self._sides(count)

    def parts(self) -> Iterator[str]:
        """The page, piece by piece."""
        title = f"{self._store.title}: atlas"
        yield (
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
            f"<title>{escape(title)}</title>\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="generator" content="Unitscope {__version__}">\n'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
            f'<link rel="icon" href="data:,">\n<style>\n{_resource("sheet.css")}</style>\n'
        )
        yield f'<body data-command="{escape(self._command())}">\n'
        yield self._bar()
        one = " one" if len(self._sections) == 1 else ""
        yield f'<div class="page{one}">\n<nav aria-label="Layers">\n'
        for k, section in enumerate(self._sections):
            yield (
                f'<a href="#layer-{k}"><span>{escape(section.title)}</span>'
                f"<i>{section.done}</i></a>\n"
            )
        yield f'</nav>\n<main>\n<p class="facts">{escape(self._facts())}</p>\n'
        for k, section in enumerate(self._sections):
            yield from self._section(k, section)
        empty = " hidden" if self._sections else ""
        yield f'<p class="nothing"{empty}>Nothing here is called that.</p>\n</main>\n</div>\n'
        yield _DIALOG
        yield f"<script>\n{_resource('sheet.js')}</script>\n</body>\n</html>\n"

    def _bar(self) -> str:
        there = self._store.sections()
        done, total = sum(x.done for x in there), sum(x.total for x in there)
        made = f"{total:,} units" if done == total else f"{done:,} of {total:,} units so far"
        shown = min(160, max(72, self._cell))
        return (
            f'<header class="bar"><h1>{escape(self._store.title)}<small>{made}</small></h1>'
            '<div class="space"></div>'
            f'<label>Size <input id="size" type="range" min="40" max="260" value="{shown}" '
            'aria-label="Size of the pictures"></label>'
            '<input id="filter" type="search" placeholder="Layer, unit, class" '
            'aria-label="Show only what has these words in its name" '
            'title="Layer, unit or class; the / key comes here"></header>\n'
        )

    def _section(self, k: int, section: Section) -> Iterator[str]:
        name, shape = section.name, "×".join(str(x) for x in section.shape)
        about = " · ".join(x for x in (section.kind, shape) if x)
        count = f"{section.done} of {section.total}" if section.done < section.total else ""
        small = f"{about} · {count} made" if count else f"{about} · {section.total} units"
        if name == CLASSES:
            about, small = "Class", f"{count or section.total} {'made' if count else 'classes'}"
        else:
            about = f"{name} · {about}"
        yield (
            f'<section id="layer-{k}" data-text="{escape(f"{name} {section.kind}".lower())}" '
            f'data-about="{escape(about)}">\n'
            f"<h2>{escape(section.title)}<small>{escape(small)}</small></h2>\n"
            '<ol class="grid">\n'
        )
        cells = dict(self._files(section, self._cell, CELL_QUALITY))
        row = 0
        for entry in self._store.entries(name):
            data = cells.get(entry.unit.index)
            yield self._cell_of(entry, data, row)
            row += data is not None
        yield "</ol>\n"
        if self._large > self._cell:
            yield '<script type="text/plain">\n'
            for _, data in self._files(section, self._large, pictures.QUALITY):
                yield f"{_base64(data)}\n"
            yield "</script>\n"
        yield "</section>\n"

    def _cell_of(self, entry: Entry, data: bytes | None, row: int) -> str:
        unit, index = entry.unit, entry.unit.index
        title = self._title(unit)
        label = title if unit.layer == CLASSES else str(index)
        sees = f"sees {entry.top} {entry.p:.2f}" if entry.top else ""
        values = {
            "unit": str(unit),
            "text": f"{unit} {title} {entry.top}".lower(),
            "row": str(row),
            "title": title,
            "f": "" if math.isnan(entry.f) else f"{entry.f:.4g}",
            "top": entry.top,
            "p": "" if math.isnan(entry.p) else f"{entry.p:.3f}",
        }
        said = " ".join(f'data-{k}="{escape(v)}"' for k, v in values.items() if v)
        picture = '<div class="none"></div>'
        if data is not None:
            alt = escape(f"What {title} responds to")
            picture = (
                f'<img loading="lazy" alt="{alt}" src="data:image/jpeg;base64,{_base64(data)}">'
            )
        hint = escape(" · ".join(x for x in (str(unit), sees) if x))
        inside = f"{picture}<span>{escape(label)}</span>"
        return f'<li {said}><button title="{hint}">{inside}</button></li>\n'

    def _files(self, section: Section, side: int, quality: int) -> Iterator[tuple[int, bytes]]:
        """Index and JPEG of each picture at that side, as it lies in the store where it fits."""
        if side <= pictures.THUMBNAIL:
            yield from self._store.files("thumbnails", section.name)
            return
        for start in range(0, section.total, 256):  # a layer's pictures at once may be much memory
            for index, data in self._store.files("pictures", section.name, start, start + 256):
                picture = pictures.decoded(data)
                if picture is None:
                    continue
                if max(picture.shape[:2]) > side:
                    data = pictures.encoded(pictures.reduced(picture, side), quality)
                yield index, data

    def _sides(self, count: int) -> tuple[int, int]:
        for section in self._sections:
            for _, data in self._store.files("pictures", section.name, 0, 256):
                picture = pictures.decoded(data)
                if picture is not None:
                    return sides(count, max(picture.shape[:2]), len(data))
        return 0, 0

    def _title(self, unit: Unit) -> str:
        if unit.layer == CLASSES and unit.index < len(self._classes):
            return self._classes[unit.index]
        return f"{unit.layer} · {unit.index}"

    def _facts(self) -> str:
        recipe = self._store.recipe
        base = PRESETS.get(recipe.preset)
        how = f"the preset {base.title}" if base else "a recipe of its own"
        changed = base.recipe.differences(recipe) if base else {}
        values = [f"{name.replace('_', ' ')} {value}" for name, value in changed.items()]
        how += f" ({', '.join(values)})" if values else ""
        return (
            "Each picture is an image that its unit responds to as strongly as it can, grown from "
            f"noise with {how}. Under it stands the channel's number or the class's name. Made "
            f"with Unitscope {__version__}."
        )

    def _command(self) -> str:
        ref, recipe = self._store.network, self._store.recipe
        words = ["unitscope maximize UNIT", f"--network {_quoted(ref.name)}"]
        if ref.weights:
            words.append(f"--weights {_quoted(Path(ref.weights.replace(chr(92), '/')).name)}")
        return " ".join([*words, *recipe_options(recipe), "-o pictures"])


def sides(count: int, own: int, size: int) -> tuple[int, int]:
    """The sides of the cells' and of the large pictures on a page of ``count`` units.

    ``own`` is the side of a picture, ``size`` its file's bytes. The large pictures are as large
    as the page can carry; 0 where it carries none.
    """
    cell = min(own, next((side for most, side in CELLS if count <= most), pictures.THUMBNAIL))
    a_pixel = size / own**2 * 4 / 3 * count  # Base64 takes four thirds
    room = WEIGHT - a_pixel * cell**2
    fitting = (min(own, side) for side in LARGE)
    return cell, next((side for side in fitting if a_pixel * side**2 <= room), 0)


def recipe_options(recipe: Recipe) -> list[str]:
    """The command line's options that give a recipe: a preset, and what departs from it."""
    base = PRESETS.get(recipe.preset) or min(
        PRESETS.values(), key=lambda preset: len(preset.recipe.differences(recipe))
    )
    words = [f"--preset {base.name}"]
    for name, value in base.recipe.differences(recipe).items():
        if isinstance(value, bool):
            words.append(option(name) if value else f"--no-{option(name)[2:]}")
        elif value is not None:
            words.append(f"{option(name)} {value}")
    return words


_DIALOG = """<dialog aria-label="One unit">
<img alt="">
<div class="text"><h3></h3><p class="layer"></p><p class="told"></p><code></code>
<div class="turn"><button class="before" title="The unit before (←)">← Before</button>
<button class="after" title="The unit after (→)">After →</button>
<button class="close" title="Back to the sheet (Esc)">Close</button></div></div>
</dialog>
"""


def _resource(name: str) -> str:
    return (resources.files("resources") / "atlas" / name).read_text("utf-8")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
