"""Renders the program's icon to PNG: ``python -m resources.icons.render``."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (256,)


def main() -> None:
    """Writes ``unitscope-SIZE.png`` beside the drawing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    folder = Path(__file__).parent
    drawing = QSvgRenderer(str(folder / "unitscope.svg"))
    for size in SIZES:
        picture = QImage(size, size, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        picture.save(str(folder / f"unitscope-{size}.png"))
    app.quit()


if __name__ == "__main__":
    main()
