"""Keeps a run on disk while it goes on, so that a killed process loses little of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine import runs
from engine.jobs import Run
from engine.runs import RunError

FIRST_SECONDS = 2.0  # a run that is killed early should be in the History too
SAVE_SECONDS = 20.0  # what a killed process loses at most


class Autosave:
    """Writes a run's folder in the History now and then, and at its end.

    A disk that is full or read-only costs no run: ``notice`` is told once in a sentence, and once
    more at the end. ``saved`` is told the folder at every writing.
    """

    def __init__(
        self, run: Run, saved: Callable[[Path], object], notice: Callable[[str], object]
    ) -> None:
        self._run = run
        self._saved = saved
        self._notice = notice
        self._saved_at = 0.0
        self._warned = False

    def sometimes(self, seconds: float) -> None:
        """After every iteration, with the seconds that the run has taken: saves when it is time."""
        due = SAVE_SECONDS if self._run.folder else FIRST_SECONDS
        if seconds - self._saved_at >= due:
            self._saved_at = seconds
            self._run.seconds = seconds
            self.now()

    def now(self) -> str:
        """Saves; the folder, or nothing where it could not."""
        run = self._run
        try:
            folder = run.folder or runs.new_folder(runs.history_folder(), run, dated=True)
            runs.save(run, folder)
        except RunError as error:
            if not self._warned or run.ended:
                self._warned = True
                self._notice(f"{error} The run is in the window alone: save its image.")
            return ""
        self._saved(folder)
        return str(folder)
