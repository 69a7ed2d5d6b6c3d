"""Drives the real ``main()`` by a script that waits for conditions, as the end-to-end tests do."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QTableView

import gui.app
from engine.worker import Engine
from gui.window import Window

Waits = Generator[Callable[[], object], None, None]
Script = Callable[[Window, Engine], Waits]
PATIENCE_SECONDS = 120.0


class Driver(QObject):
    """Each ``yield`` of the script waits until what it yields is true; then the window closes."""

    def __init__(self, script: Script, every_ms: int) -> None:
        super().__init__()
        self._script = script
        self._steps: Waits | None = None
        self._waits: Callable[[], object] = lambda: True
        self._since = time.monotonic()
        self._engines: list[Engine] = []
        self.fault: BaseException | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._tick)

    def run(self) -> None:
        """``main()`` from its start to its end; raises what the script raised."""
        engines = self._engines

        class Known(Engine):
            def __init__(self, parent: QObject | None = None) -> None:
                super().__init__(parent)
                engines.append(self)

        gui.app.Engine = Known  # type: ignore[misc]
        gui.app.application()
        self._timer.start()
        gui.app.main([])
        if self.fault is not None:
            raise self.fault

    @Slot()
    def _tick(self) -> None:
        windows = [x for x in QApplication.topLevelWidgets() if isinstance(x, Window)]
        if not windows or not windows[0].isVisible():
            return
        try:
            if self._steps is None:
                self._steps = self._script(windows[0], self._engines[0])
            while self._waits():
                self._waits = next(self._steps)
                self._since = time.monotonic()
            if time.monotonic() - self._since > PATIENCE_SECONDS:
                raise TimeoutError("the window did not do what the script waits for")
        except BaseException as error:
            self._timer.stop()
            self.fault = None if isinstance(error, StopIteration) else error
            windows[0].close()


def rows(window: Window) -> int:
    """How many iterations the predictions table shows."""
    table = window.findChild(QTableView, "predictionsTable")
    model = table.model() if table is not None else None
    return model.rowCount() if model is not None else 0
