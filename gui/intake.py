"""What a person drops, pastes or opens, sorted: runs, weights, images, pictures with a recipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine import images
from engine.jobs import Picture
from gui.exports import RECIPE_KEYS

WEIGHTS = (".pth", ".pt", ".safetensors", ".pt2", ".bin", ".ckpt")
IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".ppm")


class Intake(QObject):
    """Looks at each thing once and says what it is; who asked for it does not matter."""

    run_given = Signal(object)  # Path of a run folder
    weights_given = Signal(object)  # Path
    recipe_given = Signal(object)  # Path of a saved recipe
    images_given = Signal(object)  # list[Path], where a page takes several: unread
    image_given = Signal(object, str, str)  # Picture, name, its file ('' where it has none)
    repeat_given = Signal(object, object, str, str)  # the recipe's document, and the same
    refused = Signal(str)  # one sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.several = False  # whether the page in front takes several images

    @Slot(object)
    def files(self, paths: list[Path]) -> None:
        """Takes files and folders; several images are for the page that takes several."""
        if not paths:
            return
        paths = [Path(x) for x in paths]
        if self.several or sum(not _is_other(x) for x in self._flat(paths)) > 1:
            others = [path for path in paths if _is_other(path)]
            pictures = [path for path in paths if not _is_other(path)]
            if pictures:
                self.images_given.emit(pictures)
            paths = others[:1]
            if not paths:
                return
        refusal = ""
        for path in self._flat(paths):
            refusal = self._take(path)
            if not refusal:
                return
        self.refused.emit(refusal or self.tr("There is no image, run or network in it."))

    @Slot(object, str)
    def picture(self, picture: Picture, name: str) -> None:
        """Takes an image that came without a file."""
        self.image_given.emit(picture, name, "")

    def _flat(self, paths: list[Path]) -> list[Path]:
        flat: list[Path] = []
        for path in paths:
            if path.is_dir() and not (path / "run.json").exists():
                inside = sorted(path.iterdir())
                flat += [x for x in inside if x.suffix.lower() in IMAGES][:20]
            else:
                flat.append(path)
        return flat

    def _take(self, path: Path) -> str:
        if not path.exists():
            return self.tr("There is no {0}.").format(path)
        if path.is_dir() or path.name == "run.json":
            self.run_given.emit(path if path.is_dir() else path.parent)
            return ""
        suffix = path.suffix.lower()
        if suffix in WEIGHTS:
            self.weights_given.emit(path)
            return ""
        if suffix == ".json":
            return self._take_json(path)
        try:
            picture = images.read(path)
        except images.ImageError as error:
            return str(error)
        document = images.repeat_of(path)
        if document is None or "unit" not in document:  # an attack's does not make this image
            self.image_given.emit(picture, path.name, str(path.absolute()))
        else:
            self.repeat_given.emit(document, picture, path.name, str(path.absolute()))
        return ""

    def _take_json(self, path: Path) -> str:
        try:
            document: Any = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            return self.tr("{0} cannot be read: {1}").format(path.name, error)
        if isinstance(document, dict) and RECIPE_KEYS & document.keys():
            self.recipe_given.emit(path)
            return ""
        return self.tr("{0} holds no recipe and no run.").format(path.name)


def _is_other(path: Path) -> bool:
    """Whether it is a run, weights or a recipe, not an image or a folder of images."""
    if path.is_dir():
        return (path / "run.json").exists()
    return path.suffix.lower() in (*WEIGHTS, ".json")
