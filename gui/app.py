"""The program with a window: ``main()``."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import torch  # noqa: F401  (after PySide6 its DLLs fail to load, WinError 1114)

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from engine import __version__
from engine.worker import Engine
from gui import theme
from gui.controller import Controller
from gui.errors import Reporter
from gui.settings import PAGES, Settings
from gui.window import Window

LAST_WAIT_MS = 20_000
SWITCH_SECONDS = 0.001


def main(argv: list[str] | None = None) -> int:
    """Opens the window, on a run, an image or a network where a file is named; its exit code."""
    files = [x for x in (sys.argv[1:] if argv is None else argv) if not x.startswith("-")]
    # The engine's thread hands Python's lock over after so many seconds; a click waits for it.
    sys.setswitchinterval(SWITCH_SECONDS)
    app = application()
    settings = Settings()
    theme.apply(app, settings.theme)
    reporter = Reporter()
    reporter.install()
    window = Window()
    if settings.geometry is not None:
        window.restoreGeometry(settings.geometry)
    window.layouts.restore(settings.layouts)
    for name, split in settings.splits.items():
        window.page_named(name).restore_split(split)
    engine = Engine()
    controller = Controller(window, engine, settings)
    reporter.reported.connect(window.messages.error)

    def remember() -> None:
        settings.geometry = window.saveGeometry()
        settings.layouts = window.layouts.state()
        settings.splits = {name: window.page_named(name).split() for name in PAGES}

    window.closing.connect(remember)
    window.show()
    # torch is loaded by the engine's thread, and only after the window is on the screen.
    QTimer.singleShot(0, controller, lambda: controller.begin(files))
    try:
        return app.exec()
    finally:
        controller.shutdown()
        settings.sync()
        reporter.uninstall()
        window.deleteLater()
        controller.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        # A QThread must not be destroyed while it runs; the window is gone already.
        engine.wait(LAST_WAIT_MS)


def application() -> QApplication:
    """The one QApplication, with its name; a test may have made it before."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0] if sys.argv else "unitscope"])
    app.setApplicationName("Unitscope")
    app.setApplicationDisplayName("Unitscope")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("unitscope")
    app.setWindowIcon(theme.app_icon())
    return app


if __name__ == "__main__":
    sys.exit(main())
