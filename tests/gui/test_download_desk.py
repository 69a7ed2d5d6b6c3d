"""Downloads in the window against a server of the tests' own: queue, cuts, cancel, what follows."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.catalogue import downloads, index
from engine.catalogue.downloads import Progress
from engine.catalogue.index import WeightSet
from engine.jobs import NetworkRef
from gui.catalogue_desk import CatalogueDesk
from gui.download_desk import DownloadDesk, Failed
from gui.exports import Exports
from gui.network_desk import NetworkDesk
from gui.settings import Settings
from gui.views.download_strip import DownloadStrip
from gui.views.messagebar import MessageBar
from tests.engine.catalogue.server import Served, proxying, serving
from tests.gui.standins import StandInEngine, StandInWindow

CONTENT = random.Random(0).randbytes(1_000_000)
SHA = hashlib.sha256(CONTENT).hexdigest()[:8]
Start = Callable[..., tuple[WeightSet, Served]]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(downloads, "_PAUSE", 0.02)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Publishes a set whose file a server gives, but for what is said otherwise."""
    published: list[WeightSet] = []
    monkeypatch.setattr(index, "published", lambda: tuple(published))
    with ExitStack() as stack:

        def begin(name: str = "netA", **how: Any) -> tuple[WeightSet, Served]:
            served = Served(**({"content": CONTENT} | how))
            stack.enter_context(serving(served, f"{name}-{SHA}.pth"))
            made = WeightSet(name, "V1", True, len(CONTENT), 10**6, 70.0, 90.0, 224, url=served.url)
            published.append(made)
            return made, served

        yield begin


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[DownloadDesk]:
    made = DownloadDesk()
    yield made
    made.end()


def test_several_come_one_after_the_other(qtbot: QtBot, desk: DownloadDesk, start: Start) -> None:
    first, _ = start("netA", pause=0.01)
    second, served = start("netB")
    came: list[str] = []
    desk.finished.connect(lambda x: came.append(x.key))
    desk.fetch(first)
    desk.fetch(second)
    desk.fetch(second)  # it waits already
    assert next(iter(desk.state().items())) == ("netB", None) and desk.waiting == 1
    qtbot.waitUntil(lambda: not desk.busy)
    assert came == ["netA", "netB"]
    assert first.path.read_bytes() == second.path.read_bytes() == CONTENT
    assert len(served.asked) == 1


def test_progress_has_speed_and_time_left(qtbot: QtBot, desk: DownloadDesk, start: Start) -> None:
    weights, _ = start(pause=0.03)
    seen: list[Progress] = []
    desk.changed.connect(lambda: desk.present and seen.append(desk.present[1]))
    desk.fetch(weights)
    qtbot.waitUntil(lambda: not desk.busy)
    assert any(0 < x.done < x.total and x.speed > 0 and x.left for x in seen)


def test_cancelled_kept_and_gone_on_from(qtbot: QtBot, desk: DownloadDesk, start: Start) -> None:
    weights, served = start(pause=0.02, block=32 * 1024)
    desk.fetch(weights)
    qtbot.waitUntil(lambda: desk.present is not None and desk.present[1].done > 100_000)
    with qtbot.waitSignal(desk.cancelled):
        desk.cancel(weights.key)
    assert not desk.busy and not weights.path.exists()
    served.pause = 0
    desk.fetch(weights)
    with qtbot.waitSignal(desk.finished):
        pass
    assert weights.path.read_bytes() == CONTENT
    assert int(served.asked[-1]["Range"].strip("bytes=-")) > 100_000


def test_one_that_waits_is_cancelled_alone(qtbot: QtBot, desk: DownloadDesk, start: Start) -> None:
    first, _ = start("netA", pause=0.01)
    second, served = start("netB")
    desk.fetch(first)
    desk.fetch(second)
    desk.cancel("netB")
    assert desk.state().keys() == {"netA"}
    qtbot.waitUntil(lambda: not desk.busy)
    assert first.path.exists() and not served.asked


def test_the_end_keeps_the_part(qtbot: QtBot, start: Start) -> None:
    weights, _ = start(pause=0.02, block=32 * 1024)
    desk = DownloadDesk()
    desk.fetch(weights)
    qtbot.waitUntil(lambda: desk.present is not None and desk.present[1].done > 100_000)
    desk.end()
    assert 100_000 < downloads.part_of(weights) < len(CONTENT) and not weights.path.exists()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"status": 404}, "answers 404"),
        ({"cuts": [300_000, 0, 0, 0, 0]}, "300 kB of 1.0 MB"),
        ({"content": CONTENT[::-1]}, "SHA-256 begins with"),
    ],
)
def test_a_failure_is_one_sentence_and_the_next_goes_on(
    qtbot: QtBot, desk: DownloadDesk, start: Start, how: dict[str, Any], said: str
) -> None:
    bad, _ = start("netA", **how)
    good, _ = start("netB")
    failed: list[Failed] = []
    desk.failed.connect(failed.append)
    desk.fetch(bad)
    desk.fetch(good)
    qtbot.waitUntil(lambda: not desk.busy)
    assert said in failed[0].sentence and not failed[0].details and not bad.path.exists()
    assert f"Or download {bad.url} yourself into {bad.path.parent}." in failed[0].sentence
    assert good.path.exists()


def test_a_disk_that_takes_nothing_is_a_sentence(
    qtbot: QtBot, desk: DownloadDesk, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "file"))
    weights, _ = start()
    with qtbot.waitSignal(desk.failed) as told:
        desk.fetch(weights)
    assert "cannot be written" in told.args[0].sentence and "TORCH_HOME" in told.args[0].sentence


def test_through_the_environment_s_proxy(
    qtbot: QtBot, desk: DownloadDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://weights.example/models/netA-{SHA}.pth"
    weights = WeightSet("netA", "V1", True, len(CONTENT), 1, None, None, 224, url=url)
    answers = Served(content=CONTENT)
    with proxying(answers) as address:
        monkeypatch.setenv("http_proxy", f"http://{address}")
        with qtbot.waitSignal(desk.finished):
            desk.fetch(weights)
    assert answers.asked[0]["path"] == url and weights.path.read_bytes() == CONTENT


class Bench:
    """The catalogue's desk with a real message bar and strip, and an engine that waits."""

    def __init__(self, qtbot: QtBot, tmp_path: Path) -> None:
        self.window = StandInWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.messages = self.window.messages = MessageBar(self.window)
        self.strip = self.window.downloads = DownloadStrip()
        self.strip.setParent(self.window)
        self.engine = StandInEngine(tmp_path / "runs")
        self.settings = Settings()
        exports = Exports(self.window, self.settings)
        self.desk = NetworkDesk(self.window, self.engine, self.settings, exports)
        self.working = False
        self.catalogue = CatalogueDesk(
            self.window, self.desk, self.settings, lambda: self.working, self.window
        )
        self.catalogue.open_wanted.connect(self.desk.open)
        self.desk.networks.chosen.connect(self.desk.open)
        self.desk.begin()
        self.engine.load_done()
        qtbot.waitUntil(lambda: self.desk.networks.model.rowCount() > 0)

    def press(self, text: str) -> None:
        found = [x for x in self.messages.findChildren(QPushButton) if x.text() == text]
        found[-1].click()

    def buttons(self) -> list[str]:
        found = self.messages.findChildren(QPushButton)
        return [x.text() for x in found if x.isVisibleTo(self.messages)]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, start: Start) -> Iterator[Bench]:
    made = Bench(qtbot, tmp_path)
    yield made
    made.catalogue.end()
    made.desk.end()


def test_what_was_chosen_opens_when_it_is_here(qtbot: QtBot, bench: Bench, start: Start) -> None:
    weights, _ = start(pause=0.01)
    bench.catalogue.fetch(weights)
    qtbot.waitUntil(lambda: "of 1.0 MB" in bench.strip.label.text())
    assert not bench.strip.isHidden() and bench.desk.aim == NetworkRef("sketchnet")
    qtbot.waitUntil(lambda: bench.engine.wanted[-1] == NetworkRef("netA"))
    assert bench.strip.isHidden() and bench.messages.text == ""


@pytest.mark.parametrize("busy", [False, True])
def test_who_went_elsewhere_or_works_is_only_told(
    qtbot: QtBot, bench: Bench, start: Start, busy: bool
) -> None:
    weights, _ = start(pause=0.01)
    bench.catalogue.fetch(weights)
    if busy:
        bench.working = True
    else:
        bench.desk.open(NetworkRef("other", "/other.pth"))
    asked = len(bench.engine.wanted)
    qtbot.waitUntil(lambda: bench.messages.text == "netA is here now.")
    assert len(bench.engine.wanted) == asked
    bench.press("Open")
    assert bench.engine.wanted[-1] == NetworkRef("netA")


def test_a_failure_can_be_retried_from_the_message(
    qtbot: QtBot, bench: Bench, start: Start
) -> None:
    weights, served = start(status=404)
    bench.catalogue.fetch(weights)
    qtbot.waitUntil(lambda: "404" in bench.messages.text)
    served.status = 200
    bench.press("Retry")
    qtbot.waitUntil(lambda: bench.engine.wanted[-1] == NetworkRef("netA"))
    assert bench.messages.text == ""


def test_what_came_is_listed_as_downloaded(qtbot: QtBot, bench: Bench, start: Start) -> None:
    weights, _ = start(cuts=[300_000, 0, 0, 0])
    model = bench.desk.networks.model

    def group() -> str:
        entries = bench.desk.networks.entries()
        return next((x.group for x in entries if x.key == weights.key), "")

    bench.catalogue.fetch(weights)
    qtbot.waitUntil(lambda: "300 kB" in bench.messages.text)
    qtbot.waitUntil(lambda: group() == "available")
    part = next(x.part for x in bench.desk.networks.entries() if x.key == weights.key)
    assert part == 300_000
    with qtbot.waitSignal(bench.desk.networks.changed):  # the pages' lists of other networks
        bench.catalogue.fetch(weights)
    qtbot.waitUntil(lambda: group() == "here")
    assert model.row_of(weights.key) >= 0
    known = bench.desk.networks.known()
    assert NetworkRef("netA", str(weights.path.resolve())) in known


def test_a_published_file_is_not_remembered_as_the_person_s(
    qtbot: QtBot, bench: Bench, start: Start
) -> None:
    weights, _ = start()
    bench.catalogue.fetch(weights)
    qtbot.waitUntil(lambda: bench.engine.wanted[-1] == NetworkRef("netA"))
    qtbot.waitUntil(lambda: bool(bench.desk.networks._catalogue.listed[1:]))
    path = str(weights.path.resolve())
    bench.engine.wanted[-1] = NetworkRef("netA", path)  # as the engine says when it is loaded
    bench.engine.load_done()
    assert bench.settings.networks == [] and bench.settings.network.weights == path
    assert bench.window.network_chooser.currentText() == "netA"
    assert bench.desk.networks.model.current == "netA"


def test_mine_are_listed_and_removed(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    path.write_bytes(b"x" * 1000)
    for ref in (NetworkRef("alexnet", str(tmp_path / "gone.pth")), NetworkRef("vgg16", str(path))):
        bench.settings.remember(ref)
    bench.catalogue._look()
    chooser = bench.desk.networks
    qtbot.waitUntil(lambda: len(chooser._catalogue.own) == 2)
    mine = [x for x in chooser.entries() if x.group == "mine"]
    assert [(x.title, x.bytes, x.present) for x in mine] == [
        ("vgg16 · mine", 1000, True),
        ("alexnet · gone", 0, False),
    ]
    chooser.popup.remove_requested.emit(mine[1])
    assert [x.weights for x in bench.settings.networks] == [str(path)]
    assert path.exists()


def test_the_offer_comes_once(qtbot: QtBot, bench: Bench, start: Start) -> None:
    weights, _ = start()
    bench.catalogue._look()
    qtbot.waitUntil(lambda: len(bench.catalogue._catalogue.listed) == 2)
    bench.catalogue.offer()
    assert "netA" in bench.messages.text and "1.0 MB" in bench.messages.text
    assert bench.buttons() == ["Download", "No, thanks"]
    bench.press("No, thanks")
    bench.catalogue.offer()
    assert bench.messages.text == "" and Settings().offered
    assert not bench.catalogue.downloads.busy
    bench.settings.offered = False
    bench.catalogue.offer()
    bench.press("Download")
    qtbot.waitUntil(weights.path.exists)


def test_who_has_another_network_is_offered_none(
    qtbot: QtBot, bench: Bench, start: Start, tmp_path: Path
) -> None:
    start()
    bench.settings.remember(NetworkRef("vgg16", str(tmp_path / "mine.pth")))
    bench.catalogue._look()
    qtbot.waitUntil(lambda: len(bench.catalogue._catalogue.own) == 1)
    bench.catalogue.offer()
    assert bench.messages.text == "" and not bench.settings.offered


def test_the_strip_says_all_of_it(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    strip = DownloadStrip()
    strip.setParent(holder)
    strip.set_download("vgg16", Progress(12_000_000, 553_000_000, 3_100_000.0, 174.5), 2)
    text = "vgg16 · 12 of 553 MB · 3.1 MB/s · 2 min 55 s left · 2 waiting"
    assert strip.label.text() == text and strip.bar.value() == 22
    strip.set_download(f"timm/{'long_' * 20}.in1k", Progress(1, 2))
    assert "…" in strip.label.text() and "long_long" in strip.label.toolTip()
    assert strip.label.sizeHint().width() < 320
    strip.set_download("vgg16", Progress(1, 2))
    with qtbot.waitSignal(strip.cancel_requested) as told:
        strip.cancel.click()
    assert told.args == ["vgg16"]
    strip.set_download("")
    assert strip.isHidden()
