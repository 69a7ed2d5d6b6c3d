"""Pictures dragged from this program's own views, the History above all, onto a page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class PageDrop(QObject):
    """Takes files dropped on a page; what comes from outside meets the drop zone first."""

    files_dropped = Signal(object)  # list[Path]

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accepts drags that hold files, and tells what was dropped."""
        if isinstance(event, QDropEvent) and self._is_own(event):
            return super().eventFilter(watched, event)
        if isinstance(event, QDragEnterEvent) and event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            urls = event.mimeData().urls()
            paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
            if paths:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.files_dropped.emit(paths)
                return True
        return super().eventFilter(watched, event)

    def _is_own(self, event: QDropEvent) -> bool:
        # A picture of the page itself is on it already.
        source, page = event.source(), self.parent()
        return (
            isinstance(source, QWidget)
            and isinstance(page, QWidget)
            and (source is page or page.isAncestorOf(source))
        )
