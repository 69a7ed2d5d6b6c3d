"""Faults that nobody caught: a sentence in the window and a report on disk, from any thread."""

from __future__ import annotations

import contextlib
import faulthandler
import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import QObject, Signal, qVersion

from engine import __version__
from engine.runs import data_folder

REPORTS_KEPT = 30


def reports_folder() -> Path:
    """Where reports of faults are kept."""
    return data_folder() / "reports"


def versions() -> str:
    """The versions that a report needs, a line each; torch's only once it is loaded."""
    torch = sys.modules.get("torch")
    lines = [
        f"Unitscope {__version__}",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"Qt {qVersion()}",
    ]
    if torch is not None:
        lines.append(f"PyTorch {getattr(torch, '__version__', '?')}")
    return "\n".join(lines)


def write_report(sentence: str, details: str) -> Path | None:
    """Writes a report file; ``None`` where the disk does not take it."""
    folder = reports_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = time.strftime("%Y%m%d-%H%M%S")
        taken = len(list(folder.glob(f"{stem}*.txt")))
        path = folder / (f"{stem}-{taken}.txt" if taken else f"{stem}.txt")
        path.write_text(f"{sentence}\n\n{versions()}\n\n{details}\n", "utf-8")
        for old in sorted(folder.glob("*.txt"))[:-REPORTS_KEPT]:
            old.unlink()
    except OSError:
        return None
    return path


class Reporter(QObject):
    """Takes Python's exception hooks while the window is open.

    An exception may reach a hook in any thread, where no widget may be touched: the signal is
    queued into the window's thread.
    """

    reported = Signal(str, str)  # one sentence, details

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: tuple[Callable[..., Any], Callable[..., Any]] | None = None
        self._fault_log: TextIO | None = None

    def install(self) -> None:
        """Takes the hooks, and lets a crash of the interpreter leave its stacks in a file."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        if faulthandler.is_enabled():  # a test runner's own
            return
        with contextlib.suppress(OSError):
            reports_folder().mkdir(parents=True, exist_ok=True)
            self._fault_log = (reports_folder() / "crash.log").open("a", encoding="utf-8")
            faulthandler.enable(self._fault_log)

    def uninstall(self) -> None:
        """Gives the hooks back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None
        if self._fault_log is not None:
            faulthandler.disable()
            self._fault_log.close()
            self._fault_log = None

    def report(self, sentence: str, details: str) -> None:
        """A fault that was caught, with what is known of it."""
        write_report(sentence, details)
        self.reported.emit(sentence, details)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            self._before[0](kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        what = str(error).strip().splitlines()
        sentence = f"Something went wrong: {what[0][:200] if what else kind.__name__}"
        self.report(sentence, "".join(traceback.format_exception(kind, error, trace)))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)
