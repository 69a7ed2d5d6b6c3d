"""What the controller and the presenter ask of a page beside Maximize: its desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from engine.jobs import Picture
from engine.units import NetworkInfo
from gui.session import Phase


class PageDesk(QObject):
    """Between a page's views and the engine. A page without some of this keeps it as it is.

    ``commands`` is what the window's actions mean on the page: an object with those of the methods
    ``save_image``, ``copy_image``, ``export_run``, ``export_figure``, ``export_table``,
    ``copy_table``, ``save_recipe``, ``copy_command``, ``copy_python``, ``follow``, ``fit``,
    ``actual_size``, ``zoom_in``, ``zoom_out`` that it has.
    """

    changed = Signal()  # what is said of it is out of date
    failed = Signal(str, str)  # sentence, details
    started = Signal()  # a job of the foreground is about to begin: others make way
    kept = Signal(object)  # Path: a run is on disk

    name: ClassVar[str]  # as in ``settings.PAGES``
    background: ClassVar[bool] = False  # its work goes on beside the foreground's
    takes_images: ClassVar[bool] = False  # images dropped on the window while it is in front

    def __init__(self, window: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self.commands: object = self

    @property
    def in_front(self) -> bool:
        """Whether the page is the one that is looked at."""
        return bool(self._window.page_name == self.name)

    # --- its state

    @property
    def busy(self) -> bool:
        """Whether the engine has a job of its that has not ended."""
        return self.phase is not Phase.IDLE

    @property
    def phase(self) -> Phase:
        """Where its job is."""
        return Phase.IDLE

    def progress(self) -> tuple[int, int]:
        """How much is done, of how much; a total of 0 where that is not known."""
        return 0, 0

    def status(self) -> str:
        """The line at the bottom; empty where there is nothing to say."""
        return ""

    def applicable(self) -> set[QAction]:
        """Those of the window's ``Actions.of_pages`` that can be used now."""
        return set()

    def drop_hint(self) -> str:
        """What can be dropped on the window while the page is in front; empty for the usual."""
        return ""

    def show_caption(self) -> None:
        """Says on the page, and in the window's title, what is shown."""

    def show_running(self, mine: bool, others: bool) -> None:
        """A job of this page's runs or not, and of any other page's."""

    # --- what is asked of it

    def start(self) -> None:
        """F5."""

    def stop(self) -> None:
        """Ends its job; what it has is kept."""

    def pause(self) -> None:
        """Holds its job, or lets it go on."""

    def set_network(self, info: NetworkInfo) -> None:
        """A network is there."""

    def take(self, picture: Picture, name: str) -> None:
        """An image that came without a file."""

    def take_files(self, paths: list[Path]) -> None:
        """Images, and folders of images."""

    def end(self) -> None:
        """The window closes: keeps what is remembered, hears nothing more from the engine."""


class PageDesks:
    """The pages beside Maximize, which the controller keeps itself."""

    def __init__(self, window: Any, desks: Sequence[PageDesk]) -> None:
        self._window = window
        self._desks = {desk.name: desk for desk in desks}

    def __iter__(self) -> Iterator[PageDesk]:
        return iter(self._desks.values())

    @property
    def front(self) -> PageDesk | None:
        """The page in front, ``None`` where it is Maximize."""
        return self._desks.get(self._window.page_name)

    @property
    def foreground(self) -> PageDesk | None:
        """The page whose job holds the engine."""
        return next((x for x in self if x.busy and not x.background), None)
