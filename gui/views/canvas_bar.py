"""The small bar over the canvas: drag out, zoom, fit, 1:1; and the file that is dragged out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTemporaryDir,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDrag, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QWidget

from gui import theme


class CanvasBar(QWidget):
    """Lies in the lower right corner of its parent."""

    fit_chosen = Signal()
    actual_chosen = Signal()
    zoom_in_chosen = Signal()
    zoom_out_chosen = Signal()
    drag_started = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setCursor(Qt.CursorShape.ArrowCursor)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(1)
        handle = _Handle(self)
        handle.drag_started.connect(self.drag_started)
        row.addWidget(handle)
        row.addSpacing(4)
        smaller = self._button("zoom-out", self.tr("Zoom out (−)"))
        smaller.clicked.connect(self.zoom_out_chosen)
        self._label = QLabel(self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("6400 %") + 4)
        self._label.setToolTip(self.tr("Physical pixels of the screen to a pixel of the image"))
        theme.set_kind(self._label, "muted")
        row.addWidget(self._label)
        larger = self._button("zoom-in", self.tr("Zoom in (+)"))
        larger.clicked.connect(self.zoom_in_chosen)
        row.addSpacing(4)
        self._fit = self._button("fit", self.tr("Fit the image to the window (0)"))
        self._fit.setCheckable(True)
        self._fit.clicked.connect(self.fit_chosen)
        actual = self._button("actual-size", self.tr("One pixel to one pixel, 1:1 (1)"))
        actual.clicked.connect(self.actual_chosen)

    def set_zoom(self, zoom: float, fits: bool) -> None:
        """Shows the zoom, and whether the picture fits."""
        self._label.setText(f"{zoom * 100:.0f} %")
        self._fit.setChecked(fits)

    def place(self) -> None:
        """Moves into the corner."""
        self.resize(self.sizeHint())
        corner = self._over.rect().bottomRight() - self.rect().bottomRight()
        self.move(corner - QPoint(12, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(c.raised)
        painter.setPen(c.border)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        theme.set_icon(button, name)
        button.setIconSize(QSize(18, 18))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self._row.addWidget(button)
        return button


class _Handle(QToolButton):
    """A button to take the picture by and drag it to another program."""

    drag_started = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme.set_icon(self, "image")
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(self.tr("Drag the image out as a PNG file (Ctrl and drag on the image)"))
        self.setAccessibleName(self.tr("Drag the image out"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a drag needs the mouse; Save has a key
        self._from: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        if (event.position() - self._from).manhattanLength() >= QApplication.startDragDistance():
            self._from = None
            self.drag_started.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None


class PictureDrag:
    """Drags a picture to another program as a PNG file, which lies in a temporary folder."""

    def __init__(self) -> None:
        self.writer: Callable[[Path], object] | None = None
        self.name = ""
        self._folder: QTemporaryDir | None = None

    def start(self, source: QWidget, image: QImage, begun: Callable[[], object]) -> None:
        """Returns when the picture was dropped; without a disk that takes it, nothing happens."""
        path = self.write(image)
        if path is None:
            return
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        mime.setImageData(image)
        drag = QDrag(source)
        drag.setMimeData(mime)
        small = image.scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio)
        drag.setPixmap(QPixmap.fromImage(small))
        drag.setHotSpot(QPoint(-8, -8))
        begun()
        drag.exec(Qt.DropAction.CopyAction)

    def write(self, image: QImage) -> Path | None:
        """Writes ``NAME.png`` by the writer, or as it is."""
        if self._folder is None:
            self._folder = QTemporaryDir()
        if not self._folder.isValid():
            return None
        stem = re.sub(r'[\\/:*?"<>|\s]+', "-", self.name).strip("-.") or "unitscope"
        path = Path(self._folder.path()) / f"{stem}.png"
        path.unlink(missing_ok=True)
        if self.writer is not None:
            try:
                self.writer(path)
            except Exception:  # whatever it was, the plain picture can still be dragged
                path.unlink(missing_ok=True)
        return path if path.exists() or image.save(str(path)) else None
