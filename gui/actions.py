"""Every action: text, shortcut, icon, tip. The controller connects and enables them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui import theme

_STANDARD = QKeySequence.StandardKey


class Actions(QObject):
    """The window's actions as attributes; nothing here knows what they do."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        t = self.tr
        # File
        self.open = self._make(
            t("Open…"), t("Opens an image, a run or a network's weights"), "open", "Ctrl+O"
        )
        self.open_weights = self._make(
            t("Open weights…"), t("Opens a network's weights from a file"), "weights"
        )
        self.network_settings = self._make(
            t("Network settings…"),
            t("Input size, normalization and class names of the network that is open"),
            "settings",
        )
        self.network_file = self._make(
            t("Show file in folder"), t("Opens the folder that the network's file is in"), "folder"
        )
        self.network_reload = self._make(
            t("Reload"), t("Reads the network's file again, after it was trained further"), "redo"
        )
        self.save_image = self._make(
            t("Save image…"),
            t("Saves the image as a PNG that carries its recipe"),
            "save",
            "Ctrl+S",
        )
        self.copy_image = self._make(
            t("Copy image"), t("Copies the image on the canvas"), "copy", "Ctrl+Shift+C"
        )
        self.export_run = self._make(
            t("Export run folder…"), t("Saves the run with all its rows and pictures"), "export"
        )
        self.export_figure = self._make(
            t("Export figure…"),
            t("Saves the images, their differences and the table as one figure, PNG or PDF"),
            "export",
        )
        self.export_table = self._make(
            t("Export table…"),
            t("Saves the classes, iterations by images, as a CSV file"),
            "export",
        )
        self.quit = self._make(t("Quit"), t("Closes Unitscope; a running job is kept"))
        self.quit.setShortcuts(QKeySequence.keyBindings(_STANDARD.Quit) or [QKeySequence("Ctrl+Q")])
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        # Edit
        self.paste = self._make(
            t("Paste"),
            t("Takes the image on the clipboard: to start from, or to attack"),
            "paste",
            "Ctrl+V",
        )
        self.copy_table = self._make(
            t("Copy table"), t("Copies the predictions for a spreadsheet"), "copy"
        )
        self.undo_delete = self._make(
            t("Undo delete"), t("Brings back the runs deleted last"), "undo", "Ctrl+Z"
        )
        self.clear_images = self._make(
            t("Remove all images"), t("Empties the page; what is in the History stays"), "trash"
        )
        # Run
        self.attack_image = self._make(
            t("Attack this image"),
            t("Takes the image on the canvas to the Adversarial page"),
            "image",
            "Ctrl+Shift+A",
        )
        self.sphere = self._make(
            t("Sphere test of all images"),
            t("Tries a thousand random changes, twice as large, on every attacked image"),
        )
        self.start = self._make(
            t("Start"), t("Grows the chosen unit's image, or attacks the images"), "play", "F5"
        )
        self.pause = self._make(
            t("Pause"), t("Holds the run; again continues it"), "pause", "Space"
        )
        self.stop = self._make(t("Stop"), t("Ends the run and keeps what it has"), "stop", "Esc")
        self.queue = self._make(
            t("Add to the queue"),
            t("Starts the chosen unit after the present run"),
            "queue",
            "Shift+F5",
        )
        self.clear_queue = self._make(t("Clear the queue"), t("Forgets the units that wait"))
        self.copy_command = self._make(
            t("Copy as command line"), t("Copies the command that repeats this run"), "terminal"
        )
        self.copy_python = self._make(
            t("Copy as Python"), t("Copies the Python lines that repeat this run"), "code"
        )
        # View
        self.pages: dict[str, QAction] = {}  # the window adds its own
        self.fit = self._make(t("Fit"), t("Fits the image into the window"), "fit", "Ctrl+0")
        self.actual_size = self._make(
            t("Actual size"),
            t("One pixel of the image is one of the screen"),
            "actual-size",
            "Ctrl+1",
        )
        self.zoom_in = self._make(t("Zoom in"), t("Enlarges the image"), "zoom-in")
        self.zoom_in.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.zoom_out = self._make(t("Zoom out"), t("Reduces the image"), "zoom-out", "Ctrl+-")
        self.live = self._make(
            t("Follow the run"), t("Returns to the newest iteration"), "live", "Ctrl+L"
        )
        self.look = self._make(
            t("Look at the unit"),
            t("Shows where the selected unit responds, what it wants, what excites it"),
            "unit",
            "Ctrl+U",
        )
        self.find = self._make(t("Find a unit"), t("Goes to the tree's filter"), "search", "Ctrl+F")
        self.reset_layout = self._make(
            t("Reset layout"), t("Puts the panels back where they were at first")
        )
        self.themes = QActionGroup(self)
        self.theme_system = self._theme("system", t("System"), t("Follows the system"))
        self.theme_light = self._theme("light", t("Light"), t("Light colours"))
        self.theme_dark = self._theme("dark", t("Dark"), t("Dark colours"))
        # Help
        self.reports = self._make(
            t("Show report folder"), t("Opens the folder with the reports of faults")
        )
        self.data = self._make(
            t("Show data folder"), t("Opens the folder with the runs and the settings")
        )
        self.about = self._make(t("About Unitscope"), t("Versions and licence"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def add_page(self, name: str, text: str, tip: str) -> None:
        """The action that brings a page to the front: Alt+1 for the first."""
        self.pages[name] = self._make(text, tip, "", f"Alt+{len(self.pages) + 1}")

    @property
    def of_pages(self) -> tuple[QAction, ...]:
        """What means something else on every page, and nothing on some."""
        return (
            self.start, self.pause, self.stop, self.queue, self.clear_queue,
            self.save_image, self.copy_image, self.export_run, self.export_figure,
            self.export_table, self.copy_table, self.clear_images, self.attack_image, self.sphere,
            self.copy_command, self.copy_python,
            self.fit, self.actual_size, self.zoom_in, self.zoom_out, self.live,
        )  # fmt: skip

    def _make(self, text: str, tip: str, icon: str = "", shortcut: str = "") -> QAction:
        action = QAction(text, self)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{tip} ({native})")
        else:
            action.setToolTip(tip)
        action.setStatusTip("")
        if icon and (theme.ICONS / f"{icon}.svg").exists():
            theme.set_icon(action, icon)
            action.setIconVisibleInMenu(False)
        return action

    def _theme(self, name: str, text: str, tip: str) -> QAction:
        action = self._make(text, tip)
        action.setCheckable(True)
        action.setData(name)
        self.themes.addAction(action)
        return action

    def set_paused(self, paused: bool) -> None:
        """Pause reads Continue while the run is held."""
        tr = QCoreApplication.translate
        text = tr("Actions", "Continue") if paused else tr("Actions", "Pause")
        self.pause.setText(text)
        self.pause.setIconText(text)
        name = "play" if paused else "pause"
        if (theme.ICONS / f"{name}.svg").exists():
            theme.set_icon(self.pause, name)
