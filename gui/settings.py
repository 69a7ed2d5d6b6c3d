"""What is remembered from session to session: geometry, theme, networks opened before, device."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from engine.attacks.recipe import METHODS, AttackRecipe
from engine.evolution.recipe import EvolveRecipe
from engine.evolution.recipe import preset as evolve_preset
from engine.jobs import NetworkRef
from engine.recipes import Recipe, RecipeError, preset
from engine.runs import data_folder

PAGES = ("maximize", "adversarial", "evolve", "atlas", "plane")
BACKGROUNDS = ("white", "grey", "black")
THEMES = ("system", "light", "dark")
REMEMBERED = 12  # networks opened before that the chooser lists


class Settings:
    """A typed view of ``settings.ini``; what is broken in it counts as not there."""

    def __init__(self) -> None:
        self._file = QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)

    def sync(self) -> None:
        """Writes what has changed to disk."""
        self._file.sync()

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        theme = str(self._file.value("theme", "system"))
        return theme if theme in THEMES else "system"

    @theme.setter
    def theme(self, theme: str) -> None:
        self._file.setValue("theme", theme)

    @property
    def device(self) -> str:
        """The device chosen last, ``auto`` at first."""
        return str(self._file.value("device", "auto"))

    @device.setter
    def device(self, device: str) -> None:
        self._file.setValue("device", device)

    @property
    def geometry(self) -> QByteArray | None:
        """The window's geometry, where it was saved."""
        found = self._file.value("window/geometry")
        return found if isinstance(found, QByteArray) and not found.isEmpty() else None

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._file.setValue("window/geometry", geometry)

    @property
    def layouts(self) -> dict[str, QByteArray]:
        """The state of the docks by page, where it was saved."""
        found = {page: self._file.value(f"window/{page}") for page in PAGES}
        return {k: v for k, v in found.items() if isinstance(v, QByteArray) and not v.isEmpty()}

    @layouts.setter
    def layouts(self, layouts: dict[str, QByteArray]) -> None:
        for page, state in layouts.items():
            self._file.setValue(f"window/{page}", state)

    @property
    def splits(self) -> dict[str, QByteArray]:
        """How each page divides its height, where it was saved."""
        found = {page: self._file.value(f"split/{page}") for page in PAGES}
        return {k: v for k, v in found.items() if isinstance(v, QByteArray) and not v.isEmpty()}

    @splits.setter
    def splits(self, splits: dict[str, QByteArray]) -> None:
        for page, state in splits.items():
            self._file.setValue(f"split/{page}", state)

    @property
    def network(self) -> NetworkRef | None:
        """The network that was open last."""
        return _ref(self._read("network"))

    @network.setter
    def network(self, ref: NetworkRef) -> None:
        self._write("network", _plain(ref))

    @property
    def offered(self) -> bool:
        """Whether an ImageNet network was offered already."""
        return str(self._file.value("offered", "")) == "yes"

    @offered.setter
    def offered(self, offered: bool) -> None:
        self._file.setValue("offered", "yes" if offered else "")

    @property
    def networks(self) -> list[NetworkRef]:
        """Networks opened from a weights file before, the newest first."""
        known = self._read("networks")
        found = [_ref(x) for x in known] if isinstance(known, list) else []
        return [ref for ref in found if ref is not None]

    def remember(self, ref: NetworkRef) -> None:
        """Puts a network in front of those opened before."""
        others = [x for x in self.networks if (x.name, x.weights) != (ref.name, ref.weights)]
        self._write("networks", [_plain(x) for x in [ref, *others][:REMEMBERED]])

    def forget(self, ref: NetworkRef) -> None:
        """Takes a network off the list of those opened before."""
        left = [x for x in self.networks if (x.name, x.weights) != (ref.name, ref.weights)]
        self._write("networks", [_plain(x) for x in left])

    @property
    def recipe(self) -> Recipe:
        """The recipe used last, Balanced at first."""
        values = self._read("recipe")
        if isinstance(values, dict):
            try:
                return Recipe.from_dict(values)
            except RecipeError:
                pass
        return preset("balanced")

    @recipe.setter
    def recipe(self, recipe: Recipe) -> None:
        self._write("recipe", recipe.as_dict())

    @property
    def evolve(self) -> EvolveRecipe:
        """The evolution's recipe used last, Balanced at first."""
        values = self._read("evolve")
        if isinstance(values, dict):
            try:
                return EvolveRecipe.from_dict(values)
            except RecipeError:
                pass
        return evolve_preset()

    @evolve.setter
    def evolve(self, recipe: EvolveRecipe) -> None:
        self._write("evolve", recipe.as_dict())

    @property
    def attack(self) -> AttackRecipe:
        """The attack used last, the lecture's at first."""
        values = self._read("attack")
        if isinstance(values, dict):
            try:
                return AttackRecipe.from_dict(values)
            except RecipeError:
                pass
        return METHODS["gradient-ascent"].recipe

    @attack.setter
    def attack(self, recipe: AttackRecipe) -> None:
        self._write("attack", recipe.as_dict())

    def atlas(self, key: str) -> dict[str, Any]:
        """What is remembered of a network's atlas: its layers, its rate, whether it goes on."""
        known = self._read("atlas")
        found = known.get(key) if isinstance(known, dict) else None
        return found if isinstance(found, dict) else {}

    def set_atlas(self, key: str, values: dict[str, Any]) -> None:
        """Remembers it."""
        known = self._read("atlas")
        self._write("atlas", {**(known if isinstance(known, dict) else {}), key: values})

    @property
    def background(self) -> str:
        """What lies behind transparent images, ``white`` at first."""
        colour = str(self._file.value("background", "white"))
        return colour if colour in BACKGROUNDS else "white"

    @background.setter
    def background(self, colour: str) -> None:
        self._file.setValue("background", colour)

    @property
    def heat(self) -> tuple[float, str, bool]:
        """How a unit's map is laid over an image: opacity, colours, whether blended."""
        found = self._read("heat")
        try:
            opacity, colours, blended = found
            return min(max(float(opacity), 0.0), 1.0), str(colours), bool(blended)
        except (TypeError, ValueError):
            return 0.7, "inferno", True

    @heat.setter
    def heat(self, style: tuple[float, str, bool]) -> None:
        self._write("heat", list(style))

    @property
    def look(self) -> str:
        """The file of the image that was looked at last; empty where there was none."""
        return str(self._file.value("look", ""))

    @look.setter
    def look(self, path: str) -> None:
        self._file.setValue("look", path)

    @property
    def patches(self) -> str:
        """The folder whose patches are shown; empty where there is none."""
        return str(self._file.value("patches", ""))

    @patches.setter
    def patches(self, folder: str) -> None:
        self._file.setValue("patches", folder)

    @property
    def folder(self) -> str:
        """The folder of the last file dialog."""
        return str(self._file.value("folder", ""))

    @folder.setter
    def folder(self, folder: str) -> None:
        self._file.setValue("folder", folder)

    def _read(self, key: str) -> Any:
        try:
            return json.loads(str(self._file.value(key, "null")))
        except ValueError:
            return None

    def _write(self, key: str, value: Any) -> None:
        self._file.setValue(key, json.dumps(value))


def _plain(ref: NetworkRef) -> dict[str, str]:
    return {"name": ref.name, "weights": ref.weights, "sha256": ref.sha256}


def _ref(value: Any) -> NetworkRef | None:
    if not isinstance(value, dict) or not value.get("name"):
        return None
    return NetworkRef(
        str(value["name"]), str(value.get("weights") or ""), str(value.get("sha256") or "")
    )
