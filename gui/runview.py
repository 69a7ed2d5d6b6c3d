"""One run on the Maximize page: growing live, or opened; every iteration can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.jobs import Picture, Record, Run, Step
from engine.runs import describe, write_png
from gui.session import file_stem

FRAME_MS = 33  # the canvas, 30 times a second
ROWS_EVERY = 3  # the table and the curves, at every third of those


class RunView(QObject):
    """Shows a run in the canvas, the curves, the timeline and the predictions table.

    Steps are only gathered as they come; a timer brings them to the screen, so that a fast network
    costs the window no more than a slow one.
    """

    refreshed = Signal()  # something new is on the screen
    current_changed = Signal(int)  # the iteration that is shown

    def __init__(self, page: Any, predictions: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = page.canvas
        self._curves = page.curves
        self._timeline = page.timeline
        self._predictions = predictions
        self.run: Run | None = None
        self.live = True
        self.iteration = -1
        self._picture: Picture | None = None
        self._newest: Step | None = None
        self._pending: list[Record] = []
        self._tick_count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._timeline.iteration_chosen.connect(self.choose)
        self._timeline.live_chosen.connect(self.go_live)
        self._curves.iteration_chosen.connect(self.choose)
        self._predictions.iteration_chosen.connect(self.choose)

    @property
    def picture(self) -> Picture | None:
        """The picture on the canvas."""
        return self._picture

    def show(self, run: Run, *, growing: bool) -> None:
        """Puts a run on the page; a growing one gets its steps by ``take``."""
        self.run = run
        self.live = True
        self._pending.clear()
        self._newest = None
        self._canvas.set_exporter(self._write_png, file_stem(run.title))
        self._predictions.set_records(run.records)
        self._curves.set_records(run.records)
        self._set_range()
        last = run.records[-1].iteration if run.records else 0
        picture = run.result
        if picture is not None or not growing:
            # A new run leaves the last picture until its own first one comes: no flash.
            self._show(last, picture)
        if growing:
            self._timer.start()
        else:
            self._timer.stop()
            self._timeline.set_current(last, True)
            self._mark(last)

    def end(self) -> None:
        """Nothing more is brought to the screen."""
        self._timer.stop()
        self._pending.clear()

    def take(self, steps: Sequence[Step]) -> None:
        """New iterations of the growing run, which has them already."""
        self._pending += [step.record() for step in steps]
        if steps:
            self._newest = steps[-1]

    def finish(self) -> None:
        """The growing run has ended: the last of it comes to the screen."""
        self._timer.stop()
        self._tick_count = 0
        self._tick()
        if self.run is not None and not self.run.records:
            self._show(0, None)  # what is on the canvas is the run's before it
        if self.live and self.run and self.run.records:
            self._mark(self.run.records[-1].iteration)

    @Slot(int)
    def choose(self, iteration: int) -> None:
        """Shows the kept picture nearest to an iteration, while the run goes on."""
        if self.run is None or not self.run.records:
            return
        last = self.run.records[-1].iteration
        iteration = min(max(0, iteration), last)
        self.live = False
        found = self.run.frames.at(iteration)
        self._show(iteration, found[1] if found else None)
        self._timeline.set_current(iteration, False)
        self._predictions.set_current(iteration)
        self._mark(iteration)

    @Slot()
    def go_live(self) -> None:
        """Returns to the newest iteration and follows it."""
        self.live = True
        if self.run is None or not self.run.records:
            return
        last = self.run.records[-1].iteration
        self._show(last, self._newest.image if self._newest else self.run.result)
        self._timeline.set_current(last, True)
        self._predictions.set_current(last)
        self._mark(last)

    def _write_png(self, path: Path) -> None:
        if self.run is not None and self._picture is not None:
            write_png(path, self._picture, describe(self.run))

    @Slot()
    def _tick(self) -> None:
        if self.run is None:
            return
        step = self._newest
        if self.live and step is not None and step.iteration != self.iteration:
            self._show(step.iteration, step.image)
            self._timeline.set_current(step.iteration, True)
        if self._pending and self._tick_count % ROWS_EVERY == 0:
            rows, self._pending = self._pending, []
            self._predictions.append(rows)
            self._curves.append(rows)
            self._set_range()
            if self.live:
                self._curves.set_marker(None)
                self._timeline.set_current(self.iteration, True)
            self.refreshed.emit()
        self._tick_count += 1

    def _show(self, iteration: int, picture: Picture | None) -> None:
        self.iteration = iteration
        self._picture = picture
        self._canvas.set_image(picture)
        self.current_changed.emit(iteration)

    def _mark(self, iteration: int) -> None:
        self._curves.set_marker(iteration)

    def _set_range(self) -> None:
        if self.run is not None:
            self._timeline.set_range(self.run.records[-1].iteration if self.run.records else 0)
