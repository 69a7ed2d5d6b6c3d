"""What the window says of the state while the Evolve page is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from engine.evolution.recipe import PRESETS
from gui.network_desk import NetworkDesk
from gui.session import Phase, duration, network_label

if TYPE_CHECKING:
    from gui.evolve_desk import EvolveDesk


class EvolvePresenter(QObject):
    """Reads the desk and writes into the window; decides nothing."""

    def __init__(self, desk: EvolveDesk, window: Any, networks: NetworkDesk) -> None:
        super().__init__(desk)
        self._desk, self._window, self._networks = desk, window, networks

    def status(self) -> str:
        """The line at the bottom; empty where there is nothing to say of an evolution."""
        desk = self._desk
        if desk.wanted and self._networks.busy:
            return self.tr("Loading the network, then it starts…")
        run = desk.run
        if run is None:
            return ""
        done, total = desk.progress()
        parts = [self.tr("generation {0} of {1}").format(f"{done:,}", f"{total:,}")]
        if desk.phase is Phase.PAUSED:
            parts.append(self.tr("paused"))
        elif desk.busy:
            if desk.rate > 0:
                each = self.tr("{0} generations/s").format(f"{desk.rate:.1f}")
                if desk.rate < 1:
                    each = self.tr("{0} s each").format(f"{1 / desk.rate:.1f}")
                parts.append(each)
                left = duration(max(0.0, (total - done) / desk.rate))
                parts.append(self.tr("{0} left").format(left))
            if 0 < desk.within < 1:
                parts.append(self.tr("{0} % of the next").format(round(100 * desk.within)))
        else:
            if run.ended == "stopped":
                parts.append(self.tr("stopped"))
            parts.append(duration(run.seconds))
        if run.records:
            parts.append(self.tr("{0} images judged").format(f"{run.records[-1].evaluations:,}"))
        parts.append(desk.device_title if desk.busy else run.device.upper())
        parts.append(self.tr("seed {0}").format(run.recipe.seed))
        return " · ".join(parts)

    def applicable(self) -> set[QAction]:
        """Which actions apply now."""
        desk = self._desk
        a, known = self._window.actions_, self._networks.info is not None
        kept = desk.run is not None and bool(desk.run.records)
        chosen = desk.chosen() is not None
        found: set[QAction] = set()
        for applies, actions in (
            (known or self._networks.busy, (a.start,)),
            (desk.busy and desk.phase is not Phase.STOPPING, (a.pause,)),
            (desk.busy or desk.wanted, (a.stop,)),
            (chosen, (a.save_image, a.copy_image)),
            (kept, (a.export_figure, a.export_table, a.copy_table)),
            (kept and not desk.busy, (a.export_run,)),
            (known, (a.copy_command, a.copy_python)),
        ):
            found.update(actions if applies else ())
        return found

    def show_caption(self) -> None:
        """What the page shows."""
        desk = self._desk
        run = desk.run
        self._window.setWindowTitle(self.tr("Evolve — Unitscope"))
        if run is None or desk.page.breeds:
            desk.page.set_caption("", "")
            return
        preset = PRESETS.get(run.recipe.preset)
        parts = [network_label(run.network), preset.title if preset else self.tr("Custom")]
        if run.generation >= 0:
            parts.append(self.tr("generation {0}").format(f"{run.generation:,}"))
        title = run.title if run.champions else self.tr("Evolution")
        desk.page.set_caption(title, " · ".join(parts))
