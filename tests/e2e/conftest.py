"""Drives the real ``main()``: offscreen, with HOME and the data folder its own.

A warning of Qt's, a widget or a thread that is left fails the test.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # so that a busy machine's cores are not fought for

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, QtMsgType
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.app import main
from gui.window import Window

Script = Callable[[Window], Generator[Callable[[], object], None, None]]
Drive = Callable[..., int]
STEP_SECONDS = 150.0


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what is the person's."""
    data = tmp_path / "data"
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("UNITSCOPE_DATA", str(data))
    return data


class _Driver(QObject):
    """Goes through a script while ``main()``'s loop runs: each yield waits for a condition."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script
        self._steps: Generator[Callable[[], object], None, None] | None = None
        self._waits: Callable[[], object] = lambda: True
        self._since = time.monotonic()
        self.fault: BaseException | None = None
        self.done = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)

    def _tick(self) -> None:
        window = next(
            (x for x in QApplication.topLevelWidgets() if isinstance(x, Window) and x.isVisible()),
            None,
        )
        try:
            if self._steps is None:
                if window is None:
                    return
                self._steps = self._script(window)
            if self._waits():
                self._waits = next(self._steps)
                self._since = time.monotonic()
            elif time.monotonic() - self._since > STEP_SECONDS:
                raise TimeoutError(f"waited {STEP_SECONDS} s for {self._waits}")
        except StopIteration:
            self.done = True
            self._finish(window)
        except BaseException as error:
            self.fault = error
            self._finish(window)

    def _finish(self, window: Window | None) -> None:
        self._timer.stop()
        if window is not None and isValid(window):
            window.close()
        else:
            QApplication.quit()


def _running_threads() -> list[object]:
    objects = [x for x in gc.get_objects() if issubclass(type(x), QThread)]
    running: list[object] = [x for x in objects if isValid(x) and x.isRunning()]
    for thread in threading.enumerate():
        # Python calls a QThread that once ran Python a dummy, and keeps it for ever.
        if not isinstance(thread, threading._DummyThread) and thread.name != "MainThread":
            running.append(thread)
    return running


@pytest.fixture
def drive(qtbot: QtBot, qtlog: object) -> Iterator[Drive]:
    """``drive(script, argv)`` runs ``main(argv)`` and the script beside it."""
    threads_before = len([x for x in _running_threads() if isinstance(x, threading.Thread)])

    def run(script: Script, argv: tuple[str, ...] = ()) -> int:
        driver = _Driver(script)
        code = main(list(argv))
        if driver.fault is not None:
            raise driver.fault
        assert driver.done, "the window went before the script was through"
        return code

    yield run
    gc.collect()
    QApplication.processEvents()
    left = [x for x in QApplication.allWidgets() if isValid(x)]
    assert not left, f"widgets left: {left[:5]} of {len(left)}"
    threads = _running_threads()
    assert len(threads) <= threads_before, f"threads left: {threads}"
    loud = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    said = [x.message for x in qtlog.records if x.type in loud]  # type: ignore[attr-defined]
    said = [x for x in said if "This plugin does not support" not in x]  # offscreen's own
    assert not said, f"Qt said: {said[:5]}"
