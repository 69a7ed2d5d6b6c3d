"""What the window says of the state while the Adversarial page is in front."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from engine.attacks.recipe import METHODS, RANDOM
from gui.attack_desk import AttackDesk
from gui.examinations import Examinations
from gui.network_desk import NetworkDesk
from gui.session import Phase, network_label, status_text


class AttackPresenter(QObject):
    """Reads the desks and writes into the window; decides nothing."""

    def __init__(
        self,
        window: Any,
        desk: NetworkDesk,
        attacks: AttackDesk,
        examinations: Examinations,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._desk = desk
        self._attacks = attacks
        self._examinations = examinations

    def show_caption(self) -> None:
        """What the page is of."""
        runs, page = self._attacks.runs, self._window.adversarial
        attacked = [run for run in runs if run.records]
        count = self.tr("1 image") if len(runs) == 1 else self.tr("{0} images").format(len(runs))
        if not runs:
            page.set_caption("", "")
        elif not attacked and self._attacks.busy:
            page.set_caption(count, self.tr("The attack begins…"))
        elif not attacked:
            page.set_caption(count, self.tr("Press Start, and watch the class change."))
        else:
            recipe = attacked[0].recipe
            fooled = sum(bool(run.last and run.last.fooled) for run in attacked)
            said = self.tr("{0} of {1} fooled")
            if recipe.target == RANDOM:
                said = self.tr("{0} of {1} became their target")
            elif recipe.target and attacked[0].target:
                said = self.tr("{0} of {1} became {2}")
            title = said.format(fooled, len(attacked), attacked[0].target)
            network = network_label(attacked[0].network)
            page.set_caption(title, f"{METHODS[recipe.method].title} · {network}")
        self._window.setWindowTitle(self.tr("Adversarial — Unitscope"))

    def status(self) -> str:
        """The line at the bottom; empty where there is nothing to say of attacks."""
        attacks = self._attacks
        if attacks.images.busy:
            return self.tr("Reading images…")
        if attacks.wanted and self._desk.busy:
            return self.tr("Loading the network, then it starts…")
        attacked = [run for run in attacks.runs if run.records]
        if not attacks.busy and not attacked:
            return ""
        done, total = attacks.progress()
        stopped = not attacks.busy and attacked[0].ended == "stopped"
        return status_text(
            done,
            total if attacks.busy or stopped else done,
            attacks.rate if attacks.busy else 0.0,
            attacks.device_title or (attacked[0].device.upper() if attacked else ""),
            attacks.recipe.seed if attacks.recipe else 0,
            attacks.phase,
            0,
            attacked[0].seconds if attacked and not attacks.busy else 0.0,
            "stopped" if stopped else "",
        )

    def applicable(self) -> set[QAction]:
        """Which actions apply now."""
        a, attacks = self._window.actions_, self._attacks
        known, busy = self._desk.info is not None, attacks.busy
        attacked = any(run.records for run in attacks.runs)
        testing = self._examinations.busy
        selected = attacks.view.selected
        found: set[QAction] = set()
        for applies, actions in (
            ((known or self._desk.busy) and attacks.has_images, (a.start,)),
            (busy and attacks.phase is not Phase.STOPPING, (a.pause,)),
            (busy or attacks.wanted or testing, (a.stop,)),
            (bool(attacks.runs) and not busy, (a.clear_images,)),
            (selected is not None and selected.adversarial is not None, (a.save_image,)),
            (selected is not None, (a.copy_image,)),
            (
                attacked and not busy,
                (a.export_run, a.export_figure, a.export_table, a.copy_table),
            ),
            (attacked and not busy and not testing, (a.sphere,)),
            (known, (a.copy_command, a.copy_python)),
            (attacks.view.iteration is not None, (a.live,)),
        ):
            found.update(actions if applies else ())
        return found
