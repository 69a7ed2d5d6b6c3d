"""The main window: toolbar, docks, menus, geometry. No logic; the controller listens to it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import Actions
from gui.layouts import DockTitle, Layouts, stacked
from gui.menus import build_menus
from gui.page import Page
from gui.pages.adversarial import AdversarialPage
from gui.pages.atlas import AtlasPage
from gui.pages.evolve import EvolvePage
from gui.pages.maximize import MaximizePage
from gui.pages.plane import PlanePage
from gui.places import Place, places_of
from gui.views.atlas_panel import AtlasPanel
from gui.views.attack_recipe import AttackRecipePanel
from gui.views.choice import Choice, SearchedChoice
from gui.views.download_strip import DownloadStrip
from gui.views.dropzone import DropZone
from gui.views.elite_panel import ElitePanel
from gui.views.evolve_recipe import EvolveRecipePanel
from gui.views.history import HistoryStrip
from gui.views.image_panel import ImagePanel
from gui.views.messagebar import MessageBar
from gui.views.plane_panel import PlanePanel
from gui.views.predictions import PredictionsTable
from gui.views.recipe import RecipePanel
from gui.views.tree import NetworkTree
from gui.views.unit_panel import UnitPanel

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class Window(QMainWindow):
    """Everything a person sees; ``closing`` comes before it goes."""

    closing = Signal()
    page_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Unitscope")
        self.setWindowIcon(theme.app_icon())
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.actions_ = Actions(self)
        self._make_views()
        self.places = places_of(self)
        for place in self.places:
            self.actions_.add_page(place.name, place.title, place.tip)
        self._make_centre()
        self._make_docks()
        self._make_toolbar()
        self._make_statusbar()
        self.menus = build_menus(self)
        # A shortcut works only for an action that some visible widget has.
        self.addActions(self.actions_.findChildren(QAction))
        room = self.screen().availableSize()
        self.resize(min(1440, room.width() * 9 // 10), min(900, room.height() * 9 // 10))
        self.layouts = Layouts(self)
        self.reset_layout()
        self.pages.currentChanged.connect(self._on_page)

    # --- parts

    def _make_views(self) -> None:
        self.tree = NetworkTree()
        self.page = MaximizePage()
        self.predictions = PredictionsTable()
        self.recipe = RecipePanel()
        self.adversarial = AdversarialPage()
        a = self.actions_
        self.adversarial.set_actions([a.export_figure, a.export_table, a.export_run])
        self.image_panel = ImagePanel()
        self.attack_recipe = AttackRecipePanel()
        self.evolve = EvolvePage()
        self.evolve.set_actions([a.export_figure, a.export_table, a.export_run])
        self.elite_panel = ElitePanel()
        self.evolve_recipe = EvolveRecipePanel()
        self.unit_panel = UnitPanel()
        self.atlas = AtlasPage()
        self.atlas_panel = AtlasPanel()
        self.plane = PlanePage()
        self.plane_panel = PlanePanel(
            [
                ("bananas", self.tr("Two bananas")),
                ("heaps", self.tr("Two heaps")),
                ("ring", self.tr("A ring around a heap")),
            ]
        )
        self.history = HistoryStrip()

    def _make_centre(self) -> None:
        centre = QWidget()
        centre.setObjectName("centre")
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        self.pages = QTabWidget()
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.setDocumentMode(True)
        for row, place in enumerate(self.places):
            self.pages.addTab(place.page, place.title)
            self.pages.setTabToolTip(row, self.actions_.pages[place.name].toolTip())
        self._fit_pages(0)
        layout.addWidget(self.pages)
        self.setCentralWidget(centre)
        self.messages = MessageBar(centre, self.pages.tabBar())
        self.drop_zone = DropZone(self)

    def _make_docks(self) -> None:
        # The recipe needs height more than the History needs width.
        self.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        self.setTabPosition(_RIGHT, QTabWidget.TabPosition.North)
        self.tree_dock = self._dock("treeDock", self.tr("Network"), self.tree, _LEFT)
        self.predictions_dock = self._dock(
            "predictionsDock",
            self.places[0].upper_title,
            stacked([place.upper for place in self.places]),
            _RIGHT,
        )
        self.recipe_dock = self._dock(
            "recipeDock",
            self.tr("Recipe"),
            stacked([place.lower for place in self.places]),
            _RIGHT,
        )
        self.unit_dock = self._dock("unitDock", self.tr("Unit"), self.unit_panel, _RIGHT)
        self.history_dock = self._dock("historyDock", self.tr("History"), self.history, _BOTTOM)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.setTitleBarWidget(DockTitle(dock))
        self.addDockWidget(area, dock)
        return dock

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Toolbar"))
        bar.setObjectName("toolBar")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.toggleViewAction().setVisible(False)
        self.network_chooser = SearchedChoice()
        self._name_chooser(
            self.network_chooser,
            "networkChooser",
            self.tr("Network"),
            self.tr("The network that is looked at; opens the list of all there are"),
            20,
        )
        self.device_chooser = Choice()
        self._name_chooser(
            self.device_chooser,
            "deviceChooser",
            self.tr("Device"),
            self.tr("Where the network computes"),
            14,
        )
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(8)
        for title, chooser in (
            (self.tr("Network"), self.network_chooser),
            (self.tr("Device"), self.device_chooser),
        ):
            label = QLabel(title)
            label.setBuddy(chooser)
            theme.set_kind(label, "muted")
            layout.addWidget(label)
            layout.addWidget(chooser)
            layout.addSpacing(8)
        a = self.actions_
        self.start_button = self._button("startButton", a.start)
        theme.set_kind(self.start_button, "primary")
        theme.set_icon(a.start, "start", "accent_text")
        self.pause_button = self._button("pauseButton", a.pause)
        self.stop_button = self._button("stopButton", a.stop)
        for button in (self.start_button, self.pause_button, self.stop_button):
            layout.addWidget(button)
        layout.addSpacing(8)
        self.progress_bar = QProgressBar()
        self.progress_bar.setObjectName("progressBar")
        self.progress_bar.setAccessibleName(self.tr("Progress of the run"))
        self.progress_bar.setToolTip(self.tr("Iterations done, of those the recipe asks for"))
        self.progress_bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.progress_bar, 1)
        self._progress_label = QLabel()
        theme.set_kind(self._progress_label, "muted")
        layout.addWidget(self._progress_label)
        self._filler = QWidget()
        self._filler.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout.addWidget(self._filler, 1)
        bar.addWidget(row)
        self.addToolBar(bar)
        self.set_running(False)

    def _name_chooser(
        self, combo: QComboBox, name: str, title: str, tip: str, letters: int
    ) -> None:
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setToolTip(tip)
        combo.setMinimumContentsLength(letters)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def _button(self, name: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setMinimumHeight(30)
        return button

    def _make_statusbar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self.status_label = QLabel()
        self.status_label.setObjectName("statusLine")
        self.status_label.setContentsMargins(8, 0, 0, 0)
        self.pixel_label = QLabel()
        self.pixel_label.setObjectName("pixelLine")
        self.pixel_label.setContentsMargins(0, 0, 8, 0)
        for label in (self.status_label, self.pixel_label):
            theme.set_kind(label, "muted")
        bar.addWidget(self.status_label, 1)
        bar.addPermanentWidget(self.pixel_label)
        self.downloads = DownloadStrip()
        bar.addPermanentWidget(self.downloads)

    # --- what the controller sets

    def set_running(self, running: bool) -> None:
        """Pause, Stop and the progress are there only while something runs."""
        for widget in (
            self.pause_button,
            self.stop_button,
            self.progress_bar,
            self._progress_label,
        ):
            widget.setVisible(running)
        self._filler.setVisible(not running)

    def set_progress(self, done: int, total: int, text: str) -> None:
        """The progress bar; a ``total`` of 0 shows that something goes on."""
        self.progress_bar.setRange(0, total)
        self.progress_bar.setValue(min(done, total))
        self.progress_bar.setFormat(text)
        self._progress_label.setText(text)  # the bar itself is too thin to be written on

    def set_status(self, text: str) -> None:
        """The line at the bottom."""
        self.status_label.setText(text)

    def set_pixel(self, text: str) -> None:
        """The value of the pixel under the pointer."""
        self.pixel_label.setText(text)

    # --- pages

    @property
    def page_name(self) -> str:
        """The page in front, one of ``settings.PAGES``."""
        return self.places[self.pages.currentIndex()].name

    def place(self, name: str) -> Place:
        """The page of that name, with what stands around it."""
        return next(place for place in self.places if place.name == name)

    def page_named(self, name: str) -> Page:
        """The page of that name."""
        return self.place(name).page

    def show_page(self, name: str) -> None:
        """Brings a page to the front."""
        self.pages.setCurrentIndex(self.places.index(self.place(name)))

    def show_unit(self) -> None:
        """Brings the selected unit's panel to the front, on a page that has one."""
        if not self.place(self.page_name).unit:
            self.show_page("maximize")
        self.unit_dock.show()
        self.unit_dock.raise_()

    def set_tab_note(self, name: str, note: str) -> None:
        """What stands beside a page's name in its tab: how far its work in the background is."""
        place = self.place(name)
        title = f"{place.title} · {note}" if note else place.title
        self.pages.setTabText(self.places.index(place), title)

    def _fit_pages(self, row: int) -> None:
        """Only the page in front needs its room: a wide one behind it squeezes no panel."""
        for i, place in enumerate(self.places):
            policy = place.page.sizePolicy()
            fits = QSizePolicy.Policy.Preferred if i == row else QSizePolicy.Policy.Ignored
            policy.setHorizontalPolicy(fits)
            place.page.setSizePolicy(policy)

    @Slot(int)
    def _on_page(self, row: int) -> None:
        place = self.places[row]
        self._fit_pages(row)
        for dock, panel in ((self.predictions_dock, place.upper), (self.recipe_dock, place.lower)):
            stack = dock.widget()
            if isinstance(stack, QStackedWidget):
                stack.setCurrentIndex(row)
            dock.toggleViewAction().setVisible(panel is not None)
        self.unit_dock.toggleViewAction().setVisible(place.unit)
        self.predictions_dock.setWindowTitle(place.upper_title)
        self.layouts.enter(place.name)
        self.page_changed.emit(place.name)

    # --- geometry

    def reset_layout(self) -> None:
        """Every panel where it was at first."""
        self.layouts.reset(self.page_name)
        self.page_named(self.page_name).reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button that has the focus: Space, which would, pauses the run."""
        button = self.focusWidget()
        pressed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not pressed or not isinstance(button, QAbstractButton):
            super().keyPressEvent(event)
        elif isinstance(button, QToolButton) and button.menu() is not None:
            button.showMenu()
        else:
            button.click()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Says so first: a running job is kept."""
        self.closing.emit()
        event.accept()
