"""Keeps runs on disk while they go on, so that a killed process loses little of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from engine.folders import RunError
from engine.runs import history_folder

FIRST_SECONDS = 2.0  # a run that is killed early should be in the History too
SAVE_SECONDS = 20.0  # what a killed process loses at most
SHARE = 10  # ... unless writing takes long: of the time at most a tenth goes into it,
MOST_SECONDS = 55.0  # but never is more lost than a minute


class Kept(Protocol):
    """A run of any method."""

    seconds: float
    ended: str
    folder: Path | None


R = TypeVar("R", bound=Kept)
R_contra = TypeVar("R_contra", bound=Kept, contravariant=True)


class Shelf(Protocol[R_contra]):
    """The room that writes a method's runs: ``engine.runs``, ``engine.attacks.store``."""

    def new_folder(self, parent: Path, run: R_contra, *, dated: bool = False) -> Path: ...

    def save(self, run: R_contra, folder: Path) -> None: ...


class Autosave(Generic[R]):
    """Writes the folders of a job's runs in the History now and then, and at their end.

    A disk that is full or read-only costs no run: ``notice`` is told once in a sentence, and once
    more at the end. ``saved`` is told each folder at every writing. ``named`` is told all folders
    before the first writing.
    """

    def __init__(
        self,
        runs: Sequence[R],
        shelf: Shelf[R],
        saved: Callable[[Path], object],
        notice: Callable[[str], object],
        named: Callable[[Sequence[Path]], object] = lambda folders: None,
    ) -> None:
        self._runs = runs
        self._shelf = shelf
        self._saved = saved
        self._notice = notice
        self._named = named
        self._folders: list[Path] = []
        self._saved_at = 0.0
        self._took = 0.0
        self._warned = False

    def sometimes(self, seconds: float) -> None:
        """After every iteration, with the seconds that the run has taken: saves when it is time."""
        due = FIRST_SECONDS
        if self._folders:
            due = min(max(SAVE_SECONDS, SHARE * self._took), MOST_SECONDS)
        if seconds - self._saved_at >= due:
            self._saved_at = seconds
            for run in self._runs:
                run.seconds = seconds
            self.now()

    def now(self) -> tuple[str, ...]:
        """Saves; the folders in the runs' order, or nothing where it could not."""
        began = time.perf_counter()
        try:
            if len(self._folders) < len(self._runs):
                for run in self._runs[len(self._folders) :]:
                    self._folders.append(self._shelf.new_folder(history_folder(), run, dated=True))
                self._named(self._folders)
            for run, folder in zip(self._runs, self._folders, strict=True):
                self._shelf.save(run, folder)
                self._saved(folder)
        except RunError as error:
            if not self._warned or any(run.ended for run in self._runs):
                self._warned = True
                self._notice(f"{error} The run is in the window alone: save its image.")
            return ()
        self._took = time.perf_counter() - began
        return tuple(str(folder) for folder in self._folders)
