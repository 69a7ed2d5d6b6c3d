"""What is known of a class's best image: what is seen in it, what paints it, where it came from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.evolution.graphs import Graph
from engine.evolution.parcels import Ancestor, Champion
from engine.evolution.sheet import percent
from engine.jobs import NetworkRef, Picture
from gui import theme
from gui.attack_text import probability
from gui.pixels import to_image
from gui.views.choice import Choice
from gui.views.class_lines import ClassBars, ClassLine
from gui.views.filmstrip import Filmstrip
from gui.views.genome_graph import GenomeGraph
from gui.views.image_fields import ElidedLabel
from gui.views.placeholder import Placeholder
from gui.views.recipe_parts import tool_button
from gui.views.sections import Section

_PICTURE = 168


class ElitePanel(QWidget):
    """Shows one champion; what takes asking (classes, genome, ancestry) comes by setters of its
    own, and is hidden until it has come."""

    attack_requested = Signal()
    maximize_requested = Signal()
    breed_requested = Signal()
    ask_requested = Signal(object)  # NetworkRef

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("elitePanel")
        self._answers: list[tuple[QWidget, QWidget]] = []
        self.picture = _Picture()
        self.name = ElidedLabel()
        theme.set_kind(self.name, "title")
        self.state = ElidedLabel()
        theme.set_kind(self.state, "muted")
        self.bars = ClassBars()
        self.top = Section(self.tr("Most probable"))
        self.top.rows.addWidget(self.bars, 1, 0, 1, 2)
        self.graph = GenomeGraph()
        self.genome = Section(self.tr("Genome"))
        self.genome.rows.addWidget(self.graph, 1, 0, 1, 2)
        self.film = Filmstrip()
        self.ancestry = Section(self.tr("Ancestry"))
        self.ancestry.rows.addWidget(self.film, 1, 0, 1, 2)
        self.others = self._build_others()
        self._build()
        self.show_champion(None)

    # --- setters

    def show_champion(self, champion: Champion | None) -> None:
        """A class's best image; ``None`` where none is selected, or it has none yet."""
        self._stack.setCurrentIndex(0 if champion is None else 1)
        if champion is None:
            return
        self.picture.set_picture(champion.picture)
        self.picture.setAccessibleName(champion.name)
        self.name.set_text(champion.name)
        self.state.set_text(
            self.tr("{0} · found in generation {1}").format(
                percent(champion.confidence), f"{champion.generation:,}"
            )
        )

    def forget(self) -> None:
        """What was asked about another image is no longer true."""
        for section in (self.top, self.genome, self.ancestry):
            section.setVisible(False)
        self._show_answers([])

    def show_top(self, top: Sequence[tuple[str, float]]) -> None:
        """The most probable classes of the image."""
        self.bars.show_one(tuple(top))
        self.top.setVisible(bool(top))

    def show_lineage(
        self, graph: Graph | None, ancestors: Sequence[Ancestor], names: dict[int, str]
    ) -> None:
        """Its genome, ``None`` where it is of pixels, and its ancestors; ``names`` are classes'."""
        self.graph.set_graph(graph)
        self.genome.setVisible(graph is not None)
        self.film.set_ancestors(ancestors, names)
        self.ancestry.setVisible(len(ancestors) > 1)

    def set_networks(self, networks: Sequence[tuple[str, NetworkRef]]) -> None:
        """Other networks that can be asked, with their titles."""
        kept = self._chooser.currentData()
        self._chooser.clear()
        for title, ref in networks:
            self._chooser.addItem(title, ref)
        at = next((i for i, (_title, ref) in enumerate(networks) if ref == kept), 0)
        self._chooser.setCurrentIndex(at if networks else -1)
        self.others.setVisible(bool(networks))

    def show_answers(self, answers: Sequence[tuple[str, str, float, bool]]) -> None:
        """What other networks see: their title, the class, its probability, whether it is the
        one that the image was evolved for."""
        self._show_answers(list(answers))

    def _show_answers(self, answers: list[tuple[str, str, float, bool]]) -> None:
        for label, line in self._answers:
            label.hide()
            line.hide()
            label.deleteLater()
            line.deleteLater()
        self._answers.clear()
        for title, name, p, same in answers:
            line = ClassLine()
            line.show_class(name, probability(p), "fooled" if same else "", same)
            tip = self.tr("Sees the same class in it") if same else self.tr("Sees another class")
            label = self.others.add(title, line, tip)
            label.setToolTip(title)
            label.setText(self.fontMetrics().elidedText(title, _ELIDE, label.width()))
            self._answers.append((label, line))

    # --- building

    def _build_others(self) -> Section:
        section = Section(self.tr("Other networks"))
        self._chooser = Choice()
        self._chooser.setAccessibleName(self.tr("Network to ask"))
        self._chooser.setToolTip(self.tr("Another network to show the image to"))
        self._chooser.setMinimumContentsLength(6)
        self._chooser.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        ask = QPushButton(self.tr("Try"))
        ask.setAccessibleName(self.tr("Try the image on the other network"))
        ask.setToolTip(self.tr("Asks this network what it sees in the image"))
        ask.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._chooser, 1)
        row.addWidget(ask)
        section.rows.addLayout(row, 1, 0, 1, 2)
        return section

    def _build(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.name)
        texts.addWidget(self.state)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for icon, text, tip, signal in (
            ("image", self.tr("Attack"), self.tr("Takes the image to the Adversarial page"),
             self.attack_requested),
            ("start", self.tr("Maximize"),
             self.tr("Takes it to the Maximize page, to start this class's image from it"),
             self.maximize_requested),
            ("dice", self.tr("Breed"),
             self.tr("Shows children of this image; those that you like breed on"),
             self.breed_requested),
        ):  # fmt: skip
            button = tool_button(icon, text, tip)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(texts)
        column.addLayout(buttons)
        for part in (self.top, self.ancestry, self.genome, self.others):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(
            Placeholder(
                self.tr("No image selected"),
                self.tr("Select a class to see what the network makes of its image, what paints "
                        "it and where it came from."),
            )
        )  # fmt: skip
        self._stack.addWidget(area)

    @Slot()
    def _ask(self) -> None:
        ref = self._chooser.currentData()
        if ref is not None:
            self.ask_requested.emit(ref)


_ELIDE = Qt.TextElideMode.ElideMiddle


class _Picture(QWidget):
    """The image, its pixels sharp where it is enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setFixedSize(_PICTURE, _PICTURE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE, _PICTURE)

    def set_picture(self, picture: Picture) -> None:
        self._image = to_image(picture)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        place = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(place, 6, 6)
        painter.save()
        painter.setClipPath(outline)
        smooth = self._image.width() > _PICTURE * self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self._image)
        painter.restore()
        painter.setPen(QPen(theme.edge(), 1))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
