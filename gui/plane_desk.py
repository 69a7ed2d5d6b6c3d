"""The Plane page's desk: asks the engine for moment after moment while the page is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction

from engine import plane
from engine.messages import Failed
from engine.plane import Climb, Floats, Moment, PlaneQuestion, Points
from engine.worker import next_number
from gui.page_desk import PageDesk
from gui.session import Phase

FRAME_MS = 16
TRAIN, TRAIN_AT_ONCE = 6, 3000  # steps a moment, and after which the network rests
MOST = 1500  # steps of x̂ in one run: by then it is where it goes
PATIENCE_MS = 15_000  # an answer that does not come by then is asked for again


class PlaneDesk(PageDesk):
    """Keeps the state; a moment is asked for when the last one has come, 60 times a second."""

    name = "plane"
    background = True

    def __init__(self, window: Any, engine: Any, parent: QObject | None = None) -> None:
        super().__init__(window, parent)
        self._engine = engine
        self.page, self.panel = window.plane, window.plane_panel
        self.points = plane.default_points()
        self.fit = plane.fresh()
        self.start_place: Floats = self.points.of(0).mean(0)
        self.climb = Climb(self.start_place[None])
        self.moment: Moment | None = None
        self._phase = Phase.IDLE
        self._steps = 0  # of x̂ that the next moment takes
        self._number = 0  # of the question that waits for its answer; 0 for none
        self._stale = True  # whether the screen shows less than the state
        self.panel.weight.set_value(1.0)
        self.panel.step.set_value(0.02)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._ask)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._forget_question)
        engine.told.connect(self._on_told)
        window.page_changed.connect(self._on_page)
        view, panel = self.page.view, self.panel
        view.points_changed.connect(self.set_points)
        view.start_moved.connect(self._on_start_moved)
        self.page.shown.changed.connect(self._on_shown)
        panel.changed.connect(self._on_turned)
        panel.start_requested.connect(self.run_or_hold)
        panel.step_requested.connect(self.one_step)
        panel.back_requested.connect(self.back)
        panel.untrain_requested.connect(self.untrain)
        panel.points_requested.connect(self._on_set)
        view.set_points(self.points)
        self._on_shown()

    def end(self) -> None:
        self._timer.stop()
        self._patience.stop()
        self._engine.told.disconnect(self._on_told)

    # --- its state

    @property
    def phase(self) -> Phase:
        return self._phase

    def progress(self) -> tuple[int, int]:
        return min(len(self.climb.trail) - 1, MOST), MOST

    def status(self) -> str:
        moment = self.moment
        if moment is None:
            return ""
        return self.tr("x̂ after {0} steps · f {1:.2f} · h {2:.2f} · {3} points").format(
            f"{len(self.climb.trail) - 1:,}", moment.f, moment.h, len(self.points.labels)
        )

    def applicable(self) -> set[QAction]:
        a = self._window.actions_
        return {a.start, a.pause, a.stop} if self.busy else {a.start}

    def show_caption(self) -> None:
        self._window.setWindowTitle(self.tr("Plane — Unitscope"))

    def show_running(self, mine: bool, others: bool) -> None:
        self.panel.set_running(self._phase is Phase.RUNNING)

    # --- what is asked of it

    def start(self) -> None:
        """Runs from where x̂ began."""
        self.back()
        self._run()

    def stop(self) -> None:
        if self.busy:
            self._phase = Phase.IDLE
            self.changed.emit()
            self.show_running(False, False)

    def pause(self) -> None:
        if self._phase is Phase.RUNNING:
            self._phase = Phase.PAUSED
        elif self._phase is Phase.PAUSED:
            self._phase = Phase.RUNNING
            self._timer.start()
        self.changed.emit()
        self.show_running(self.busy, False)

    @Slot()
    def run_or_hold(self) -> None:
        """The panel's button: runs, holds, goes on."""
        if self._phase is Phase.IDLE:
            self._run()
        else:
            self.pause()

    def _run(self) -> None:
        if self.climb.lost or len(self.climb.trail) > MOST:
            self.back()
        self._phase = Phase.RUNNING
        self._timer.start()
        self.changed.emit()
        self.show_running(True, False)

    @Slot()
    def one_step(self) -> None:
        """A single step of x̂."""
        if self._phase is Phase.RUNNING:
            self.pause()
        self._steps = 1
        self._refresh()

    @Slot()
    def back(self) -> None:
        """x̂ where it began."""
        self.climb = Climb(self.start_place[None])
        self._refresh()

    @Slot()
    def untrain(self) -> None:
        """Another untrained network."""
        self.fit = plane.fresh(seed=self.fit.steps % 1000 + 1)
        self._refresh()

    @Slot(object)
    def set_points(self, points: Points) -> None:
        """Other points; the network learns them from what it knows."""
        self.points = points
        self.fit = plane.Fit(self.fit.weights, self.fit.first, self.fit.second, 0, self.fit.loss)
        self._refresh()

    @Slot(str)
    def _on_set(self, name: str) -> None:
        self.stop()
        self.points = plane.SETS[name]()
        self.page.view.set_points(self.points)
        self.start_place = self.points.of(0).mean(0)
        self.fit = plane.fresh()
        self.back()

    @Slot(object)
    def _on_start_moved(self, place: Floats) -> None:
        self.start_place = np.asarray(place, float)
        self.back()

    @Slot(str)
    def _on_shown(self, _surface: str = "") -> None:
        self.page.view.set_shown(self.page.shown.value(), self.panel.weight.value())

    @Slot()
    def _on_turned(self) -> None:
        self._on_shown()
        self._refresh()
        if self._phase is Phase.IDLE and len(self.climb.trail) > 1 and not self.climb.lost:
            self._run()  # x̂ goes to where it belongs by the new weight

    @Slot(str)
    def _on_page(self, name: str) -> None:
        if name == self.name:
            self._refresh()
        else:
            self._timer.stop()

    # --- moments

    def _refresh(self) -> None:
        self._stale = True
        if self.in_front:
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        if self._number:
            return
        trains = self.panel.train.value() and self.fit.steps < TRAIN_AT_ONCE
        running = self._phase is Phase.RUNNING
        if not (trains or running or self._steps or self._stale):
            self._timer.stop()
            return
        farthest = float(np.abs(self.climb.trail).max())
        self._number = next_number()
        self._stale = False
        self._engine.ask(
            PlaneQuestion(
                self._number,
                self.points,
                self.fit,
                self.climb,
                TRAIN if trains else 0,
                1 if running else self._steps,
                self.panel.weight.value(),
                self.panel.step.value(),
                max(plane.REACH, 1.15 * farthest),
            )
        )
        self._steps = 0
        self._patience.start()

    @Slot()
    def _forget_question(self) -> None:
        self._number = 0

    @Slot(object)
    def _on_told(self, told: object) -> None:
        if not self._number or getattr(told, "number", 0) != self._number:
            return
        self._number = 0
        self._patience.stop()
        if isinstance(told, Failed):
            self._timer.stop()
            self.stop()
            self.page.view.set_message(told.message)
            return
        if not isinstance(told, Moment):
            return
        self.moment = told
        if not self._stale:  # points or x̂ that were moved meanwhile are not put back
            self.fit, self.climb = told.fit, told.climb
        self.page.view.set_moment(told)
        self.panel.set_training(self.fit.steps, self.fit.loss)
        self.page.set_says(self._says())
        if self._phase is Phase.RUNNING and (
            self.climb.lost or len(self.climb.trail) > MOST or self._rests()
        ):
            self.stop()
        self.changed.emit()

    def _rests(self) -> bool:
        trail = self.climb.trail
        trains = self.panel.train.value() and self.fit.steps < TRAIN_AT_ONCE
        return not trains and len(trail) > 60 and float(np.ptp(trail[-60:], axis=0).max()) < 2e-3

    def _says(self) -> str:
        """What is to be seen, in a sentence: the lecture's argument."""
        place, points = self.climb.place, self.points
        nearest = float(np.linalg.norm(points.places - place, axis=1).min())
        spread = max(points.spread(0), points.spread(1))
        from_mean = float(np.linalg.norm(place - points.of(1).mean(0)))
        if len(self.climb.trail) == 1:
            return self.tr(
                "f was trained to tell class 1 from class 0. Press Run: x̂ climbs f − λh from where "
                "it is. Then turn λ to 0."
            )
        if nearest > spread:
            return self.tr(
                "x̂ has left all data: the nearest point is {0:.1f} away, while no point is "
                "farther than {1:.1f} from the middle of its class. Nothing realistic is here, but "
                "f has never seen that."
            ).format(nearest, spread)
        if from_mean <= points.spread(1) and self.panel.weight.value() > 0:
            return self.tr(
                "x̂ is among class 1, {0:.2f} from its nearest point: f pulls it away from class 0, "
                "h holds it where there is data."
            ).format(nearest)
        return self.tr("The nearest point is {0:.2f} away.").format(nearest)
