"""The selected unit's panel: which unit, which image, and what the engine has to say of both."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from engine.jobs import Picture
from engine.maps import Looked, strengths, strongest
from engine.units import CLASSES, NetworkInfo, Unit, UnitError, parse_unit
from gui import heat, unit_text
from gui.attack_text import digits
from gui.colour_maps import inks
from gui.exports import Exports
from gui.history_keeper import picture_of
from gui.intake import IMAGES, WEIGHTS
from gui.look_image import LookImage, Preview
from gui.looks import Looks
from gui.network_desk import NetworkDesk
from gui.page_drop import PageDrop
from gui.patch_desk import PatchDesk
from gui.pixels import argb_image, thumbnail
from gui.settings import Settings
from gui.unit_pictures import UnitPictures
from gui.views.picture_cells import Cell

STRONGEST = 12  # units in the ranked row, of which those that fit are seen
_CELL = 88  # pixels of a small map's side: twice what is drawn
LEAVE_MS = 120  # how long after the pointer has left a unit the selected one is shown again


class UnitDesk(QObject):
    """Shows the selected unit, and while the pointer is over another one, that one's heat."""

    maximize_wanted = Signal(str)
    unit_wanted = Signal(str)  # to be selected
    run_wanted = Signal(object)  # Path of a run folder
    others_given = Signal(object)  # list[Path], of what is neither an image nor a folder
    failed = Signal(str, str)  # sentence, details

    def __init__(
        self,
        window: Any,
        engine: Any,
        desk: NetworkDesk,
        exports: Exports,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._desk, self._settings = window, desk, settings
        self._exports = exports
        self._panel = window.unit_panel
        self._unit = self._hovered = ""
        self._strong: list[str] = []  # the units of the ranked row
        self._at_hand = False
        self.image = LookImage(self)
        self.looks = Looks(engine, desk, self.image, self)
        self.pictures = UnitPictures(self)
        self.patches = PatchDesk(window, engine, desk, settings, self)
        self._preview: Preview | None = None
        self.drop = PageDrop(self._panel)  # from the History
        self._leave = QTimer(self, singleShot=True, interval=LEAVE_MS)
        self._leave.timeout.connect(self._show)
        opacity, colours, blended = settings.heat
        self._panel.set_style(opacity, colours, blended=blended)
        self._connect()

    def _connect(self) -> None:
        panel = self._panel
        self.image.changed.connect(self._on_image)
        self.image.refused.connect(self._window.messages.error)
        self.looks.arrived.connect(self._on_looked)
        self.looks.fields_arrived.connect(self._show)
        self.looks.failed.connect(self.failed)
        self.pictures.added.connect(self._on_picture)
        self.patches.image_wanted.connect(self.look_at_file)
        self.patches.preview_wanted.connect(self.preview)
        panel.shown.connect(self._on_shown)
        panel.unit_chosen.connect(self._on_strong)
        panel.unit_hovered.connect(self._on_strong_hovered)
        panel.maximize_requested.connect(lambda: self.maximize_wanted.emit(self._unit))
        panel.optimized_opened.connect(self._open_run)
        panel.open_requested.connect(self._ask_image)
        panel.folder_requested.connect(self._ask_folder)
        panel.preview_closed.connect(self.close_preview)
        panel.style_changed.connect(self._on_style)
        panel.menu.sample_chosen.connect(self.look_at_file)
        target = self._window.drop_zone.add_target(
            panel, self.tr("Look at it"), self.tr("an image · a folder, for its patches")
        )
        target.files_dropped.connect(self.take_files)
        self.drop.files_dropped.connect(self.take_files)
        target.image_dropped.connect(self.look_at)
        panel.menu.paste_requested.connect(partial(self._window.drop_zone.paste, target))
        self._window.tree.unit_hovered.connect(self.hover)

    def end(self) -> None:
        """Reads nothing more and hears nothing more from the engine."""
        self._leave.stop()
        self.image.end()
        self.looks.end()
        self.patches.end()

    # --- the unit

    def set_network(self, info: NetworkInfo) -> None:
        """A network is there; which unit of it is selected follows."""
        self._unit = self._hovered = ""
        self.image.set_network(info)
        self.patches.set_network(info)

    @Slot(str)
    def select(self, unit: str) -> None:
        """Another unit is selected."""
        self._unit, self._hovered = unit, ""
        self._leave.stop()
        self._show()
        self._show_optimized()
        self._show_strongest()
        self.patches.set_unit(unit)

    @Slot(str)
    def hover(self, unit: str) -> None:
        """The pointer is over a unit of the tree; empty when it has left."""
        if unit == self._hovered or not self.image.wanted:
            return
        self._hovered = unit
        if unit:
            self._leave.stop()
            self._show()
        else:
            self._leave.start()  # from one row to the next it crosses a gap

    # --- the image

    @Slot(object)
    def take_files(self, paths: list[Path]) -> None:
        """Dropped on the panel: a folder for its patches, or an image to look at."""
        paths = [Path(x) for x in paths]
        if any(x.suffix.lower() in (*WEIGHTS, ".json") for x in paths):
            self.others_given.emit(paths)
            return
        folder = next((x for x in paths if x.is_dir() and not (x / "run.json").exists()), None)
        if folder is not None:
            self.patches.open(folder)
            return
        found = [picture_of(x) if x.is_dir() else x for x in paths]
        if found:
            self.look_at_file(found[0])

    @Slot(object)
    def look_at_file(self, path: Path) -> None:
        """An image's file becomes the one that is looked at."""
        self._preview = None
        self.image.take_file(Path(path))
        self._window.show_unit()

    @Slot(object, str)
    @Slot(object, str, str)
    def look_at(self, picture: Picture, name: str, path: str = "") -> None:
        """An image becomes the one that is looked at, its file's where it has one."""
        self._preview = None
        self.image.take(picture, name, path)
        self._window.show_unit()

    def ask_image_if_none(self) -> None:
        """Something is to be shown on an image: asks for one where there is none."""
        if not self.image.wanted:
            self._ask_image()

    @Slot()
    def _ask_image(self) -> None:
        kinds = " ".join(f"*{x}" for x in IMAGES)
        self._exports.ask_open(
            self.tr("Open an image"),
            self.tr("Images") + f" ({kinds});;" + self.tr("All files") + " (*)",
            self.look_at_file,
        )

    @Slot()
    def _ask_folder(self) -> None:
        self._exports.ask_folder(self.tr("A folder of images"), self.patches.open)

    @Slot(object)
    def preview(self, preview: Preview) -> None:
        """Shows something else for a moment in the image's place."""
        self._preview = preview
        self._panel.set_image(preview.picture, preview.box)
        self._panel.bar.set_text(preview.name, preview.says, preview.says, back=True)

    @Slot()
    def close_preview(self) -> None:
        """Back to the image that is looked at."""
        if self._preview is not None:
            self._preview = None
            self._on_image()

    @Slot(bool)
    def _on_shown(self, shown: bool) -> None:
        """Nothing is computed for a panel that nobody sees."""
        self._at_hand = shown
        self.patches.set_seen(shown)
        if not shown:
            return
        last = self._settings.look
        if last and not self.image.wanted and Path(last).is_file():
            self.image.take_file(Path(last))
        self._show()
        self._show_optimized()
        self._show_strongest()

    # --- showing

    @Slot()
    def _on_image(self) -> None:
        if self.image.crop is not None:  # it could be read: for the next session
            self._settings.look = self.image.path
        if self._preview is not None:
            return
        self._panel.set_image(self.image.shown)
        self._panel.bar.set_text(self.image.name, "", "")
        self._show()
        self._show_strongest()

    @Slot(str)
    def _on_looked(self, layer: str) -> None:
        shown, selected = self._parsed(self._hovered or self._unit), self._parsed(self._unit)
        if shown is not None and shown.layer == layer:
            self._show()
        if selected is not None and selected.layer == layer:
            self._show_strongest()

    @Slot()
    def _show(self) -> None:
        """The unit under the pointer, or the selected one."""
        info, unit = self._desk.info, self._parsed(self._hovered or self._unit)
        if info is None or unit is None:
            self._panel.set_unit(None)
            return
        looked = self._looked(unit.layer)
        field = self.looks.field(unit.layer) if self._at_hand else None
        self._panel.set_unit(unit_text.facts(unit, info, field))
        if self._preview is None:
            self._show_look(unit, info, looked)

    def _show_look(self, unit: Unit, info: NetworkInfo, looked: Looked | None) -> None:
        if looked is None:
            self._panel.set_map(None)
            return
        self._panel.bar.set_text(self.image.name, *unit_text.seen(looked.top))
        values = looked.maps[unit.index]
        if values.size == 1:
            says = unit_text.class_response if unit.layer == CLASSES else unit_text.response
            self._panel.set_response(says(strengths(looked), unit.index))
            return
        laid = self._laid(looked, unit.index)
        self._panel.set_map(laid, laid.place(unit.position) if unit.position else None)

    def _show_strongest(self) -> None:
        """The layer's units, ranked by what they make of the image."""
        info, unit = self._desk.info, self._parsed(self._unit)
        looked = None if info is None or unit is None else self._looked(unit.layer)
        if info is None or unit is None or self.image.crop is None:
            self._panel.set_strongest("", [], -1)
            return
        if looked is None:
            return  # what was there stays until the answer comes: nothing jumps under the pointer
        best = strongest(looked, STRONGEST)
        most = best[0][1]
        classes = unit.layer == CLASSES
        self._strong = [str(Unit(unit.layer, i)) for i, _ in best]
        cells = []
        for (i, strength), form in zip(best, self._strong, strict=True):
            picture = self._window.tree.picture(form) or self._small_map(i, looked)
            name = info.classes[i] if classes else str(i)
            part = max(strength / most, 0.0) if most > 0 else None
            tip = f"{info.title_of(Unit(unit.layer, i))}: {digits(strength)}"
            cells.append(Cell(name, tip, picture, part))
        place = next((row for row, (i, _) in enumerate(best) if i == unit.index), -1)
        title = self.tr("Strongest classes") if classes else self.tr("Strongest in {0}")
        self._panel.set_strongest(title.format(unit.layer), cells, place)

    def _small_map(self, index: int, looked: Looked) -> QImage | None:
        """Where a unit responds, small, in the place of a picture that nobody has made yet."""
        if looked.maps.ndim != 3 or looked.maps[index].size == 1:
            return None
        laid = self._laid(looked, index)
        opacity, colours, _ = self._settings.heat
        shades = heat.shades(laid, heat.span(laid.values), (_CELL, _CELL), blended=True)
        image = thumbnail(looked.crop, _CELL)
        painter = QPainter(image)
        painter.drawImage(0, 0, argb_image(inks(colours, opacity)[shades]))
        painter.end()
        return image

    @staticmethod
    def _laid(looked: Looked, index: int) -> heat.Laid:
        values = looked.maps[index]
        height, width = looked.crop.shape[:2]
        return heat.lay(values, (height, width), looked.field, tokens=values.shape[1] == 1)

    def _show_optimized(self) -> None:
        if not self._unit or not self._at_hand:
            return
        found = self.pictures.of(self._desk.ref, self._unit)
        if found is None:
            self._panel.set_optimized(None)
            return
        tip = self.tr("What it wants to see")
        self._panel.set_optimized(found[0], f"{tip}\n{found[1]}" if found[1] else tip)

    @Slot(str)
    def _on_picture(self, unit: str) -> None:
        if unit == self._unit:
            self._show_optimized()

    @Slot()
    def _open_run(self) -> None:
        found = self.pictures.of(self._desk.ref, self._unit)
        if found is not None and found[2] is not None:
            self.run_wanted.emit(found[2])

    @Slot(int)
    def _on_strong(self, row: int) -> None:
        self.unit_wanted.emit(self._strong[row])

    @Slot(int)
    def _on_strong_hovered(self, row: int) -> None:
        self.hover(self._strong[row] if 0 <= row < len(self._strong) else "")

    @Slot(float, str, bool)
    def _on_style(self, opacity: float, colours: str, blended: bool) -> None:
        self._settings.heat = (opacity, colours, blended)

    def _looked(self, layer: str) -> Looked | None:
        return self.looks.of(layer) if self._at_hand else None

    def _parsed(self, form: str) -> Unit | None:
        if self._desk.info is None or not form:
            return None
        try:
            return parse_unit(form, self._desk.info)
        except UnitError:
            return None
