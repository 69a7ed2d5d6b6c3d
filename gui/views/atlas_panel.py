"""What an atlas is made of: the recipe of its pictures, its layers, how long the rest will take."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.recipes import PRESETS
from gui import theme
from gui.models.atlas_layers import AtlasLayers, LayerRow
from gui.views.image_fields import ElidedLabel
from gui.views.layer_list import LayerList
from gui.views.recipe_parts import head_choice


class AtlasPanel(QWidget):
    """Setters show; signals tell what the person chose."""

    preset_chosen = Signal(str)
    layers_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("atlasPanel")
        self.layers = AtlasLayers(self)
        self.layers.chosen_changed.connect(self.layers_chosen)
        self._principal: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_top())
        column.addLayout(self._build_head())
        self.list = LayerList(self.layers)
        column.addWidget(self.list, 1)
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setContentsMargins(12, 8, 12, 10)
        theme.set_kind(self._summary, "muted")
        column.addWidget(self._summary)

    # --- setters

    def set_layers(self, rows: Sequence[LayerRow], principal: tuple[str, ...]) -> None:
        """Another network's layers; ``principal`` are those that a first atlas is made of."""
        self._principal = principal
        self.layers.set_rows(rows)
        self._show_chips()

    def set_preset(self, name: str) -> None:
        """The recipe of the pictures; says nothing."""
        row = self._presets.findData(name)
        self._presets.setCurrentIndex(max(row, 0))
        self._says.set_text(PRESETS[name].description if name in PRESETS else "")

    def preset(self) -> str:
        """The name of the recipe that is chosen."""
        return str(self._presets.currentData())

    def set_summary(self, text: str) -> None:
        """How much there is to make, and how long it takes."""
        self._summary.setText(text)

    def set_running(self, running: bool) -> None:
        """While an atlas is made, what it is made of stays."""
        self._presets.setEnabled(not running)
        self.list.setEnabled(not running)
        for chip in self._chips:
            chip.setEnabled(not running)

    # --- building

    def _build_top(self) -> QVBoxLayout:
        self._presets = head_choice(
            self.tr("Preset"), self.tr("How the pictures are made; each has an atlas of its own")
        )
        for name, preset in PRESETS.items():
            self._presets.addItem(preset.title, name)
            self._presets.setItemData(
                self._presets.count() - 1, preset.description, Qt.ItemDataRole.ToolTipRole
            )
        self._presets.activated.connect(self._on_preset)
        self._says = ElidedLabel()
        theme.set_kind(self._says, "muted")
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 6)
        top.setSpacing(4)
        top.addWidget(self._presets)
        top.addWidget(self._says)
        return top

    def _build_head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Layers"))
        theme.set_kind(title, "title")
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 4)
        row.setSpacing(4)
        row.addWidget(title)
        row.addStretch(1)
        self._chips: list[QToolButton] = []
        for text, tip, does in (
            (
                self.tr("Main"),
                self.tr("The layers that learn something of their own, and the classes"),
                self._choose_main,
            ),
            (
                self.tr("All"),
                self.tr("Blocks, activations and pools too, which mostly repeat the others"),
                self._choose_all,
            ),
            (self.tr("None"), self.tr("Takes every mark away"), self._choose_none),
        ):
            chip = QToolButton()
            chip.setText(text)
            chip.setToolTip(tip)
            chip.setAccessibleName(self.tr("{0} layers").format(text))
            chip.setCheckable(True)
            chip.setMinimumHeight(22)
            theme.set_kind(chip, "chip")
            chip.clicked.connect(does)
            row.addWidget(chip)
            self._chips.append(chip)
        self.layers.chosen_changed.connect(self._show_chips)
        return row

    @Slot()
    def _show_chips(self) -> None:
        """Says which of the choices is in force, if one is."""
        chosen, rows = set(self.layers.chosen()), self.layers.rows()
        everything = {row.name for row in rows}
        states: tuple[set[str], ...] = (set(self._principal), everything, set())
        for chip, state in zip(self._chips, states, strict=True):
            chip.setChecked(bool(rows) and chosen == state)

    @Slot()
    def _choose_main(self) -> None:
        self.layers.choose(self._principal)

    @Slot()
    def _choose_all(self) -> None:
        self.layers.choose([row.name for row in self.layers.rows()])

    @Slot()
    def _choose_none(self) -> None:
        self.layers.choose([])

    @Slot(int)
    def _on_preset(self, _row: int) -> None:
        self._says.set_text(PRESETS[self.preset()].description)
        self.preset_chosen.emit(self.preset())
