"""What is asked about an evolved image: its classes, its genome, its ancestors, other networks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.evolution.lineage import Lineage, LineageQuestion
from engine.evolution.parcels import Champion, Judged, JudgeQuestion
from engine.jobs import NetworkRef
from engine.messages import Failed
from engine.worker import next_number
from gui.network_desk import NetworkDesk

AGAIN_MS = 1000  # an image that is bettered ten times a second is asked about once


class EvolveAsking(QObject):
    """Shows a champion in its panel, and what the engine answers about it as it comes."""

    failed = Signal(str, str)  # sentence, details

    def __init__(
        self, panel: Any, engine: Any, desk: NetworkDesk, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panel, self._engine, self._desk = panel, engine, desk
        self._champion: Champion | None = None
        self._network: NetworkRef | None = None
        self._names: dict[int, str] = {}
        self._job, self._folder = 0, ""
        self._judging = self._tracing = 0  # the questions' numbers that wait for their answers
        self._trying: dict[int, NetworkRef] = {}
        self._answers: list[tuple[str, str, float, bool]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self._ask)
        engine.told.connect(self._on_told)
        desk.networks.changed.connect(self.set_networks)
        panel.ask_requested.connect(self._try)

    def end(self) -> None:
        """Hears nothing more from the engine."""
        self._timer.stop()
        self._engine.told.disconnect(self._on_told)

    @Slot()
    def set_networks(self) -> None:
        """The networks that can be tried, but for the one that is open."""
        known, titled = self._desk.networks.known(), self._desk.networks.titled
        self._panel.set_networks([(titled(x), x) for x in known if not self._desk.shows(x)])

    def show(
        self,
        champion: Champion | None,
        job: int = 0,
        folder: str = "",
        network: NetworkRef | None = None,
        names: dict[int, str] | None = None,
    ) -> None:
        """Another image, or a better one of the same class."""
        before, self._champion = self._champion, champion
        self._job, self._folder = job, folder or self._folder
        self._network = network or self._network
        self._names = self._names if names is None else names
        self._panel.show_champion(champion)
        other = champion is None or before is None or before.index != champion.index
        if other:
            self._folder = folder
            self._answers = []
            self._trying.clear()
            self._judging = self._tracing = 0
            self._panel.forget()
        if champion is None:
            self._timer.stop()
        elif other:
            self._ask()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        champion = self._champion
        if champion is None:
            return
        self._tracing = next_number()
        self._engine.ask(LineageQuestion(self._tracing, champion.index, self._job, self._folder))
        if self._network is not None and self._desk.shows(self._network):
            self._judging = next_number()
            self._engine.ask(
                JudgeQuestion(self._judging, self._desk.ref, (champion.picture,), self._desk.device)
            )

    @Slot(object)
    def _try(self, ref: NetworkRef) -> None:
        if self._champion is not None:
            number = next_number()
            self._trying = {number: ref}
            self._engine.ask(
                JudgeQuestion(number, ref, (self._champion.picture,), self._desk.device)
            )

    @Slot(object)
    def _on_told(self, told: object) -> None:
        champion = self._champion
        if champion is None:
            return
        if isinstance(told, Judged) and told.number == self._judging:
            self._panel.show_top(told.tops[0])
        elif isinstance(told, Judged) and told.number in self._trying:
            title = self._desk.networks.titled(self._trying.pop(told.number))
            name, p = told.tops[0][0]
            same = name.lower() == champion.name.lower()
            self._answers = [x for x in self._answers if x[0] != title]
            self._answers.append((title, name, p, same))
            self._panel.show_answers(self._answers)
        elif isinstance(told, Lineage) and told.number == self._tracing:
            self._panel.show_lineage(told.graph, told.ancestors, self._names)
        elif isinstance(told, Failed) and told.number in self._trying:
            self._trying.pop(told.number)
            self.failed.emit(told.message, told.details)
