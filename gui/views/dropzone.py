"""Taking in what is dropped on the window or pasted: files, folders, images without a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from engine.jobs import Picture
from gui import theme
from gui.pixels import to_picture

_MARGIN = 16


class DropTarget(QObject):
    """A panel with a use of its own for what is dropped on it."""

    files_dropped = Signal(object)  # list[Path]
    image_dropped = Signal(object, str)  # Picture, name

    def __init__(self, widget: QWidget, title: str, text: str) -> None:
        super().__init__(widget)
        self.widget, self.title, self.text = widget, title, text


class DropZone(QWidget):
    """Lies over the whole window while something is dragged over it that can be used.

    The window's native surface is watched, not its widgets: so a drag meets the zone first,
    wherever it enters, and no field takes a file's name for text.
    """

    files_dropped = Signal(object)  # list[Path]
    image_dropped = Signal(object, str)  # Picture, name
    refused = Signal(str)  # one sentence

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("dropZone")
        self.setAccessibleName(self.tr("Drop files or an image here"))
        self._window = window
        self._watched: QObject | None = None
        self._title = self.tr("Drop it anywhere")
        self._text = self.tr("an image to start from · a run · a network's weights · a recipe")
        self._targets: list[DropTarget] = []
        self._over: DropTarget | None = None
        self._rects: list[tuple[DropTarget, QRect]] = []
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._watch_surface()

    def set_hint(self, title: str, text: str) -> None:
        """What is said while something hangs over the window."""
        self._title, self._text = title, text
        self.update()

    def add_target(self, widget: QWidget, title: str, text: str) -> DropTarget:
        """A panel that takes what is dropped on it, while it is on the screen."""
        target = DropTarget(widget, title, text)
        self._targets.append(target)
        return target

    def paste(self, target: DropTarget | None = None) -> bool:
        """Takes the clipboard's files or image; whether there was something."""
        data = QGuiApplication.clipboard().mimeData()
        return data is not None and usable(data) and self.take(data, target)

    def take(self, data: QMimeData, target: DropTarget | None = None) -> bool:
        """Emits what is dropped or pasted, from a target or itself; whether there was something."""
        taker = self if target is None else target
        paths = _paths(data)
        if paths:
            taker.files_dropped.emit(paths)
            return True
        picture = picture_in(data)
        if picture is not None:
            taker.image_dropped.emit(picture, _name(data) or self.tr("the pasted image"))
            return True
        if data.hasUrls():
            self.refused.emit(
                self.tr(
                    "Only its address came, not the image itself. Save it first, or copy the "
                    "image and paste it here."
                )
            )
            return True
        return False

    # --- the drag

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind in (QEvent.Type.Show, QEvent.Type.WinIdChange):
                self._watch_surface()
            elif kind == QEvent.Type.Resize and self.isVisible():
                self._cover()
        elif kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            # What comes from this program itself goes where its own views put it.
            if event.source() is None and usable(event.mimeData()):
                self._cover()
        elif kind in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            pass  # the zone itself gets these
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if usable(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        over = self._target_at(event.position())
        if over is not self._over:
            self._over = over
            self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        target = self._target_at(event.position())
        self.hide()
        if self.take(event.mimeData(), target):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def _watch_surface(self) -> None:
        surface = self._window.windowHandle()
        if surface is not None and surface is not self._watched:
            surface.installEventFilter(self)
            self._watched = surface

    def _rect_of(self, target: DropTarget) -> QRect:
        widget = target.widget
        if widget.window() is not self._window or not widget.isVisible():
            return QRect()  # behind another tab, or a window of its own
        return QRect(widget.mapTo(self._window, QPoint()), widget.size())

    def _target_at(self, point: QPointF) -> DropTarget | None:
        at = point.toPoint()
        return next((x for x in self._targets if self._rect_of(x).contains(at)), None)

    def _cover(self) -> None:
        self._over = None
        self._rects = [(x, self._rect_of(x)) for x in self._targets]
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.window)
        veil.setAlphaF(0.86)
        painter.fillRect(self.rect(), veil)
        self._paint_frame(
            painter, QRectF(self.rect()), self._title, self._text, self._over is None, _MARGIN
        )
        for target, rect in self._rects:
            if rect.isValid():
                painter.fillRect(rect, colours.window)
                over = self._over is target
                self._paint_frame(painter, QRectF(rect), target.title, target.text, over, 4)

    def _paint_frame(
        self, painter: QPainter, rect: QRectF, title: str, text: str, here: bool, margin: int
    ) -> None:
        colours = theme.colours()
        frame = rect.adjusted(margin, margin, -margin, -margin)
        tint = QColor(colours.accent)
        tint.setAlphaF(0.06 if here else 0.0)
        painter.setBrush(tint)
        painter.setPen(QPen(colours.accent if here else colours.border, 2))
        painter.drawRoundedRect(frame, 12, 12)
        middle = frame.center()
        size = 40
        icon = theme.pixmap("image", size, colours.accent, self.devicePixelRatioF())
        painter.drawPixmap(round(middle.x() - size / 2), round(middle.y() - 64), icon)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colours.text)
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(frame.left(), middle.y() - 8, frame.width(), 32), centred, title)
        painter.setFont(self.font())
        painter.setPen(colours.muted)
        below = QRectF(frame.left() + 16, middle.y() + 26, frame.width() - 32, 60)
        painter.drawText(below, centred | Qt.TextFlag.TextWordWrap, text)


def usable(data: QMimeData) -> bool:
    """Whether there are files, addresses or an image in it; text alone is not for the zone."""
    return data.hasUrls() or data.hasImage()


def picture_in(data: QMimeData) -> Picture | None:
    """The image that came without a file, where there is one."""
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    return None if image.isNull() else to_picture(image)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _name(data: QMimeData) -> str:
    names = [url.fileName() for url in data.urls()]
    return next((name for name in names if name), "")
