"""The Adversarial page's pictures, table and panel, brought up to date on a timer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.attacks.parcels import AttackRun

FRAME_MS = 50  # 20 times a second: several pictures each


class AttackView(QObject):
    """Shows runs as they grow, or as they are kept; every iteration can be looked at."""

    refreshed = Signal()

    def __init__(self, page: Any, panel: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._panel = panel
        self.runs: list[AttackRun] = []
        self.iteration: int | None = None  # None: the newest
        self._touched = False
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        page.iteration_chosen.connect(self.choose)
        page.live_chosen.connect(self.go_live)
        page.selected_changed.connect(self._on_selected)

    @property
    def selected(self) -> AttackRun | None:
        """The selected image's run."""
        row = self._page.selected()
        return self.runs[row] if 0 <= row < len(self.runs) else None

    def show(self, runs: list[AttackRun], *, growing: bool) -> None:
        """Puts runs on the page; growing ones are looked at again after each ``touch``."""
        old, row = self.selected, max(0, self._page.selected())
        row = next((i for i, run in enumerate(runs) if run is old), min(row, len(runs) - 1))
        self.runs = runs
        self.iteration = None
        self._page.set_runs(runs)
        if runs:
            self._page.select(row)  # the same image, or its neighbour
        self._show()
        if growing:
            self._timer.start()
        else:
            self._timer.stop()

    def select(self, row: int) -> None:
        """Selects an image."""
        self._page.select(row)

    def touch(self) -> None:
        """The runs have grown."""
        self._touched = True

    def finish(self) -> None:
        """The runs have ended: the last of them comes to the screen."""
        self._timer.stop()
        self._show()

    def end(self) -> None:
        """Nothing more is brought to the screen."""
        self._timer.stop()

    @Slot(int)
    def choose(self, iteration: int) -> None:
        """Shows an iteration, while the run goes on."""
        self.iteration = iteration
        self._show()

    @Slot()
    def go_live(self) -> None:
        """Returns to the newest iteration and follows it."""
        self.iteration = None
        self._show()

    def refresh(self) -> None:
        """Something about the runs has changed that is not an iteration."""
        self._show()

    @Slot(int)
    def _on_selected(self, _row: int) -> None:
        self._panel.set_run(self.selected, self.iteration)
        self.refreshed.emit()

    @Slot()
    def _tick(self) -> None:
        if self._touched:
            self._show()

    def _show(self) -> None:
        self._touched = False
        self._page.refresh(self.iteration)
        self._panel.set_run(self.selected, self.iteration)
        self.refreshed.emit()
