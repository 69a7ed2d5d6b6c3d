"""What is known of the network under the keys, with what can be done with it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue.index import AVAILABLE, EMBEDDED_STATE, megabytes
from engine.catalogue.timm_sets import HubSet
from gui import theme
from gui.models.networks import MINE, Entry, NetworkListModel

_HEIGHT = 84


class NetworkDetail(QWidget):
    """A title, a note, the licence's and the recipe's addresses, and a button or two."""

    picked = Signal(object)  # Entry: to be opened, or downloaded
    cancel_requested = Signal(str)  # key
    remove_requested = Signal(object)  # Entry

    def __init__(self, model: NetworkListModel) -> None:
        super().__init__()
        self._model = model
        self.entry: Entry | None = None
        self.setFixedHeight(_HEIGHT)
        self.title = QLabel()
        theme.set_kind(self.title, "title")
        self.note = _Note()
        self.links = QLabel()
        self.links.setTextFormat(Qt.TextFormat.RichText)
        self.links.setOpenExternalLinks(True)
        self.links.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.links.setAccessibleName(self.tr("Where it comes from"))
        self.links.setToolTip(self.tr("Opens the page in the browser"))
        self.action = QPushButton()
        self.action.setObjectName("networkAction")
        theme.set_kind(self.action, "primary")
        self.remove = QPushButton(self.tr("Remove from the list"))
        self.remove.setObjectName("networkRemove")
        self.remove.setAccessibleName(self.remove.text())
        self.remove.setToolTip(self.tr("Forgets that it was opened; its file stays where it is"))
        self.action.clicked.connect(self._act)
        self.remove.clicked.connect(self._remove)
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.title)
        top.addWidget(self.links)
        top.addStretch(1)
        texts.addLayout(top)
        texts.addWidget(self.note, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 4, 4)
        row.setSpacing(12)
        row.addLayout(texts, 1)
        row.addWidget(self.remove)
        row.addWidget(self.action)

    def show_entry(self, entry: Entry | None) -> None:
        """Another network, or the same one as it is now."""
        self.entry = entry
        if entry is None:
            self.title.clear()
            self.note.set_text("")
            self._set_links("")
            self.action.hide()
            self.remove.hide()
            return
        self.title.setText(f"{entry.title} {entry.subtitle}".strip())
        self.note.set_text(self._text(entry))
        self._set_links(self._addresses(entry))
        self.remove.setVisible(entry.group == MINE)
        text, tip = self._action(entry)
        self.action.setVisible(bool(text))
        self.action.setText(text)
        self.action.setAccessibleName(f"{text}: {self.title.text()}")
        self.action.setToolTip(tip)

    def _set_links(self, text: str) -> None:
        self.links.setText(text)
        self.links.setVisible(bool(text))  # what is empty is no stop of the tab key

    def _text(self, entry: Entry) -> str:
        w = entry.weights
        if not entry.present:
            return self.tr("There is no file {0} any more.").format(entry.ref.weights)
        if w is None:
            return entry.ref.weights
        if not entry.choosable:
            return self.tr(
                "It has no classifier, only the layers before it: Unitscope needs its classes."
            )
        if entry.group == EMBEDDED_STATE:
            return self.tr("Names drawings. It needs no download and no connection.")
        here = self.tr("{0} of {1} are here already.")
        cut = entry.part and not self._model.downloads(entry.key)
        part = here.format(megabytes(entry.part), megabytes(w.bytes)) if cut else ""
        return " ".join(x for x in (part, w.note) if x) or w.file

    def _addresses(self, entry: Entry) -> str:
        w, accent = entry.weights, theme.colours().accent.name()
        found = []
        for title, address in (
            (self.tr("Licence"), w.license if w else ""),
            (self.tr("How it was trained"), w.recipe if w else ""),
        ):
            if address.startswith(("https://", "http://")):
                link = f'<a href="{escape(address)}" style="color: {accent}">{escape(title)}</a>'
                found.append(link)
            elif address:
                found.append(escape(f"{title}: {address}"))
        return " · ".join(found)

    def _action(self, entry: Entry) -> tuple[str, str]:
        """The button's text and tip; empty where there is nothing to do."""
        if self._model.downloads(entry.key):
            kept = self.tr("Stops the download; what has come is kept")
            lost = self.tr("Stops the download; the next one begins anew")
            return self.tr("Cancel"), lost if isinstance(entry.weights, HubSet) else kept
        if not entry.choosable or entry.key == self._model.current:
            return "", ""
        if entry.group != AVAILABLE:
            return self.tr("Open"), self.tr("Looks into this network")
        w = entry.weights
        size = megabytes(w.bytes) if w is not None and w.bytes else ""
        if entry.part and w is not None:
            left = megabytes(max(w.bytes - entry.part, 0))
            return self.tr("Continue, {0} left").format(left), self.tr(
                "Goes on with the download that was cut, then opens it"
            )
        text = self.tr("Download {0}").format(size) if size else self.tr("Download")
        return text, self.tr("Brings its weights into the cache that other programs share")

    @Slot()
    def _act(self) -> None:
        entry = self.entry
        if entry is None:
            return
        if self._model.downloads(entry.key):
            self.cancel_requested.emit(entry.key)
        else:
            self.picked.emit(entry)

    @Slot()
    def _remove(self) -> None:
        if self.entry is not None:
            self.remove_requested.emit(self.entry)


class _Note(QLabel):
    """A few lines that are cut off with an ellipsis; the whole is under the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        theme.set_kind(self, "muted")

    def set_text(self, text: str) -> None:
        """What it says; all of it is the tool tip."""
        self._text = " ".join(text.split())
        self.setToolTip(self._text)
        self._fit()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().lineSpacing())

    def _fit(self) -> None:
        words, text = self._text.split(), self._text
        flags = int(Qt.TextFlag.TextWordWrap)
        metrics, room = self.fontMetrics(), self.contentsRect()

        def fits(candidate: str) -> bool:
            bounds = metrics.boundingRect(0, 0, max(room.width(), 1), 10_000, flags, candidate)
            return bounds.height() <= room.height() and bounds.width() <= room.width()

        low, high = 0, len(words)
        if not fits(text):
            while low < high:
                middle = (low + high + 1) // 2
                if fits(" ".join(words[:middle]) + " …"):
                    low = middle
                else:
                    high = middle - 1
            # A path has no spaces to break at.
            width = room.width() * max(room.height() // metrics.lineSpacing(), 1)
            text = (
                " ".join(words[:low]) + " …"
                if low
                else metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
            )
        self.setText(text)
