"""The dialog of one's own network: its fields against plain data, its desk against a stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine import images
from engine.catalogue import keeping, own
from engine.catalogue.own import Settings
from engine.jobs import NetworkRef
from engine.looking import Facts, Inspect, Inspected, Look, Looked
from engine.messages import Failed
from engine.networks import Preprocessing
from gui.dialogs.class_names import ClassNames
from gui.dialogs.network import NetworkDialog
from gui.exports import Exports
from gui.own_desk import OwnDesk
from gui.settings import Settings as Remembered
from tests.gui.standins import StandInEngine

GREY = Facts("mine.pt2", 28, 28, (0.0,), (1.0,), "bilinear", tuple("0123456789"), 431_080, 28, 28)
COLOUR = Facts(
    "resnet18", 224, 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "bilinear",
    tuple(f"class {i}" for i in range(3)), 11_700_000,
)  # fmt: skip
SMALL = Facts("mine.pt2", 12, 12, (0.0,), (1.0,), "bilinear", ("0", "1"), 60, 8, 64)


@pytest.fixture
def dialog(qtbot: QtBot) -> NetworkDialog:
    made = NetworkDialog("mine.pt2")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test's own end does that
    qtbot.addWidget(made)
    made.show()
    return made


def opens(dialog: NetworkDialog) -> QPushButton:
    return next(x for x in dialog.findChildren(QPushButton) if x.text() in ("Open", "Apply"))


def guessed(dialog: NetworkDialog) -> QPushButton:
    return next(x for x in dialog.findChildren(QPushButton) if x.text() == "As guessed")


def test_what_the_file_gives_is_shown_and_nothing_moves(dialog: NetworkDialog) -> None:
    places = [x.geometry() for x in dialog.findChildren(QWidget) if x.isVisible()]
    assert not opens(dialog).isEnabled() and not dialog.form.isEnabled()
    dialog.set_facts(GREY, Settings(), "")
    assert [x.geometry() for x in dialog.findChildren(QWidget) if x.isVisible()] == places
    assert opens(dialog).isEnabled() and not guessed(dialog).isEnabled()
    assert "grey" in dialog.note and "10 classes" in dialog.note
    assert dialog.form.side.value() == 28 and not dialog.form.side.isEnabled()
    assert (dialog.form.mean.text(), dialog.form.std.text()) == ("0", "1")
    assert dialog.form.normalization.currentData() == "pixels"
    assert dialog.form.settings() == GREY.settings()


def test_what_is_remembered_takes_the_guess_s_place(dialog: NetworkDialog, qtbot: QtBot) -> None:
    said = Settings(input_size=64, mean=(0.5,), std=(0.5,), classes=("a", "b", "c"))
    dialog.set_facts(COLOUR, said, "")
    form = dialog.form
    assert (form.side.value(), form.shorter.value()) == (64, 73)  # 256 · 64 / 224, rounded
    assert form.normalization.currentData() == "signed"
    wanted = Settings(64, 73, None, (0.5,) * 3, (0.5,) * 3, "bilinear", ("a", "b", "c"))
    assert form.settings() == wanted
    with qtbot.waitSignal(dialog.settled) as caught:
        opens(dialog).click()
    assert caught.args == [Settings(64, 73, None, (0.5,) * 3, (0.5,) * 3, None, ("a", "b", "c"))]


def test_presets_fill_the_numbers_and_numbers_name_the_preset(dialog: NetworkDialog) -> None:
    dialog.set_facts(COLOUR, Settings(), "")
    form = dialog.form
    assert form.normalization.currentData() == "imagenet"
    assert form.mean.text() == "0.485, 0.456, 0.406"
    form.normalization.setCurrentIndex(form.normalization.findData("signed"))
    form.normalization.activated.emit(form.normalization.currentIndex())
    assert (form.mean.text(), form.std.text()) == ("0.5", "0.5")
    form.mean.setText("0.4")
    form.mean.textEdited.emit("0.4")
    assert form.normalization.currentText() == "Numbers of its own"
    assert form.settings() is not None and form.settings().mean == (0.4,) * 3
    dialog.set_facts(GREY, Settings(), "")
    names = [form.normalization.itemData(i) for i in range(form.normalization.count())]
    assert "mnist" in names and "imagenet" not in names  # three numbers for one channel


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("mean", "", "numbers"),
        ("mean", "a", "numbers"),
        ("mean", "0.1, 0.2", "one for each of 3 channels"),
        ("mean", "nan", "below a million"),
        ("mean", "1e9", "below a million"),
        ("std", "0", "above 0"),
        ("std", "0.2, -1, 0.2", "above 0"),
        ("std", "inf", "below a million"),
    ],
)
def test_numbers_that_cannot_be(dialog: NetworkDialog, field: str, text: str, says: str) -> None:
    dialog.set_facts(COLOUR, Settings(), "")
    edit: QLineEdit = getattr(dialog.form, field)
    edit.setText(text)
    edit.textEdited.emit(text)
    assert says in dialog.form._problems[field].toolTip()
    assert not opens(dialog).isEnabled() and dialog.form.settings() is None
    # What is good here is what the engine takes.
    guessed(dialog).click()
    assert dialog.form.settings() == COLOUR.settings() and opens(dialog).isEnabled()
    assert not dialog.form._problems[field].toolTip()


def test_a_crop_larger_than_the_picture_cannot_be(dialog: NetworkDialog) -> None:
    dialog.set_facts(COLOUR, Settings(), "")
    dialog.form.shorter.setValue(200)
    assert "224 or more" in dialog.form._problems["resize"].toolTip()
    assert not opens(dialog).isEnabled()
    dialog.form.side.setValue(96)  # the other follows in proportion
    assert dialog.form.shorter.value() == 110 and opens(dialog).isEnabled()


def test_what_the_network_does_not_take_is_said_beside_the_size(dialog: NetworkDialog) -> None:
    dialog.set_facts(COLOUR, Settings(), "")
    dialog.form.side.setValue(16)
    dialog.set_look(Looked(1, COLOUR, wrong="resnet18 cannot take images of 16×16 pixels."))
    assert "16×16" in dialog.form._problems["size"].toolTip()
    assert "16×16" in dialog.photograph.top.text and not opens(dialog).isEnabled()
    dialog.form.side.setValue(64)
    assert opens(dialog).isEnabled() and not dialog.form._problems["size"].toolTip()


@pytest.fixture
def names(qtbot: QtBot) -> ClassNames:
    made = ClassNames()
    qtbot.addWidget(made)
    made.set_guessed(("0", "1", "2"))
    return made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cat\ndog", "1 more to come"),
        ("cat\n\nfish", "Line 1 is empty"),
        ("a\nb\nc\nd\ne", "2 too many"),
        ("", "3 more to come"),
    ],
)
def test_names_that_cannot_be(names: ClassNames, text: str, says: str) -> None:
    names.editor.setPlainText(text)
    assert says in names.problem() and names.names() is None


def test_names_typed_and_pasted(names: ClassNames) -> None:
    names.editor.setPlainText(" cat \ndog\nfish\n\n")
    assert names.names() == ("cat", "dog", "fish")
    names.editor.selectAll()
    QGuiApplication.clipboard().setText('{"0": "zero", "2": "two", "1": "one"}')
    names.editor.paste()
    assert names.names() == ("zero", "one", "two")


def test_the_photograph_is_shown_as_the_network_gets_it(dialog: NetworkDialog) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    dialog.set_photograph(picture, "noise.png")
    dialog.set_facts(SMALL, Settings(mean=(0.1307,), std=(0.3081,)), "")
    p = Preprocessing(12, 12, (0.1307,), (0.3081,))
    crop = p.crop(picture)
    shown = dialog.photograph.crop._image
    assert (shown.width(), shown.height()) == (12, 12)
    grey = shown.pixelColor(3, 5)
    assert grey.red() == grey.green() == grey.blue()
    values = p.normalize(crop)[0].permute(1, 2, 0).numpy()  # what torch gives the network
    assert np.allclose(images.normalized(crop, p.mean, p.std), values, atol=1e-5)
    assert dialog.photograph.numbers._ends == pytest.approx((values.min(), values.max()), abs=1e-5)
    assert abs(grey.red() - float(values[5, 3, 0] * 0.3081 + 0.1307) * 255) <= 1
    colour = Preprocessing(12, 14, COLOUR.mean, COLOUR.std)
    found = images.normalized(colour.crop(picture), COLOUR.mean, COLOUR.std)
    wanted = colour.normalize(colour.crop(picture))[0].permute(1, 2, 0)
    torch.testing.assert_close(torch.from_numpy(found), wanted, atol=1e-5, rtol=1e-5)


def test_every_control_has_a_name_and_a_tip(dialog: NetworkDialog) -> None:
    dialog.set_architectures("resnet18", ["resnet18", "vgg16"], "")
    dialog.set_facts(COLOUR, Settings(), "")
    kinds = (QComboBox, QAbstractSpinBox, QLineEdit, QToolButton, QPushButton)
    for kind in kinds:
        for control in dialog.findChildren(kind):
            if not control.isVisible() or control.objectName().startswith("qt_"):
                continue
            assert control.accessibleName() or getattr(control, "text", lambda: "")(), control
    assert dialog.form.classes.editor.toolTip() and dialog.form.mean.toolTip()


# --- the desk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OwnDesk]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    engine = StandInEngine(tmp_path)
    made = OwnDesk(window, engine, Exports(window, Remembered()), window)
    made.engine = engine  # type: ignore[attr-defined]
    made.said = []  # type: ignore[attr-defined]
    made.failed.connect(made.said.append)  # type: ignore[attr-defined]
    yield made
    made.end()


def asked(desk: OwnDesk) -> object:
    return desk.engine.asked[-1]  # type: ignore[attr-defined]


def answer(desk: OwnDesk, message: object) -> None:
    desk.engine.told.emit(message)  # type: ignore[attr-defined]


def test_a_state_dict_is_inspected_then_looked_at(desk: OwnDesk, tmp_path: Path) -> None:
    path = tmp_path / "best.pth"
    path.write_bytes(b"x")
    desk.open(path, "cpu")
    question = asked(desk)
    assert isinstance(question, Inspect) and question.path == str(path)
    assert desk.dialog is not None and not desk.dialog.isVisible()
    answer(desk, Inspected(question.number, str(path), "resnet18", ("resnet18", "vgg16")))
    look = asked(desk)
    assert isinstance(look, Look) and look.network == NetworkRef("resnet18", str(path))
    assert look.settings is None and look.picture is not None
    answer(desk, Looked(look.number - 1, GREY))  # an older question's
    assert not desk.dialog.isVisible()
    answer(desk, Looked(look.number, COLOUR, (("class 1", 0.9), ("class 0", 0.1))))
    assert desk.dialog.isVisible() and desk.dialog.architecture.currentText() == "resnet18"
    assert desk.dialog.photograph.top.rows[0] == ("class 1", 0.9)
    # Another architecture, which these weights are not.
    desk.dialog.architecture.setCurrentText("vgg16")
    look = asked(desk)
    assert isinstance(look, Look) and look.network.name == "vgg16"
    answer(desk, Failed(look.number, "best.pth holds no weights of vgg16: it lacks much.", ""))
    assert "no weights of vgg16" in desk.dialog.note and not opens(desk.dialog).isEnabled()


def test_what_is_typed_is_tried_and_remembered(desk: OwnDesk, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "mine.pt2"
    path.write_bytes(b"x")
    desk.open(path, "cpu")
    answer(desk, Inspected(asked(desk).number, str(path), "mine.pt2"))  # type: ignore[attr-defined]
    answer(desk, Looked(asked(desk).number, SMALL))  # type: ignore[attr-defined]
    dialog = desk.dialog
    assert dialog is not None
    dialog.form.mean.setText("0.5")
    dialog.form.mean.textEdited.emit("0.5")
    before = asked(desk)
    qtbot.waitUntil(lambda: asked(desk) is not before)
    look = asked(desk)
    assert isinstance(look, Look) and look.settings is not None and look.settings.mean == (0.5,)
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "names.txt"))])
    dialog.dropped.emit(data)
    assert dialog.form.classes.names() == ("cat", "dog")
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe\x00")
    dialog.dropped.emit(data)
    assert "UTF-8" in dialog.note and dialog.form.classes.names() == ("cat", "dog")
    Image.new("RGB", (20, 20), (250, 0, 0)).save(tmp_path / "red.png")
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "red.png"))])
    dialog.dropped.emit(data)
    assert dialog.photograph.samples.currentText() == "red.png"
    with qtbot.waitSignal(desk.opened) as caught:
        opens(dialog).click()
    assert caught.args == [NetworkRef("mine.pt2", str(path))]
    assert own.read(path) == Settings(mean=(0.5,), classes=("cat", "dog"))
    assert desk.dialog is None


def test_a_folder_that_may_not_be_written(
    desk: OwnDesk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = own.write_file

    def write(path: Path, settings: Settings) -> None:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        real(path, settings)

    monkeypatch.setattr(own, "write_file", write)
    path = tmp_path / "mine.pt2"
    path.write_bytes(b"x")
    desk.change(NetworkRef("mine.pt2", str(path)), "mine", "cpu")
    answer(desk, Looked(asked(desk).number, SMALL))  # type: ignore[attr-defined]
    assert desk.dialog is not None
    desk.dialog.form.classes.set_names(("cat", "dog"))
    with qtbot.waitSignals([desk.noted, desk.changed]):
        opens(desk.dialog).click()
    assert keeping.read(path) == Settings(classes=("cat", "dog"))


def test_what_is_no_network_is_one_sentence_and_no_dialog(desk: OwnDesk, tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    desk.open(path, "cpu")
    answer(desk, Inspected(asked(desk).number, str(path), "", (), "x.pth is damaged.", False))  # type: ignore[attr-defined]
    assert desk.dialog is None and desk.said == ["x.pth is damaged."]  # type: ignore[attr-defined]
    desk.open(path.with_suffix(".pt2"), "cpu")
    answer(desk, Inspected(asked(desk).number, str(path), "x.pt2"))  # type: ignore[attr-defined]
    answer(desk, Failed(asked(desk).number, "x.pt2 cannot be opened.", "trace"))  # type: ignore[attr-defined]
    assert desk.dialog is None and desk.said[1:] == ["x.pt2 cannot be opened."]  # type: ignore[attr-defined]


def test_a_slow_file_shows_its_dialog_before_it_is_read(
    desk: OwnDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.open(tmp_path / "large.pth", "cpu")
    assert desk.dialog is not None
    qtbot.waitUntil(lambda: desk.dialog is not None and desk.dialog.isVisible())
    question = asked(desk)
    desk.dialog.reject()
    assert desk.dialog is None
    answer(desk, Inspected(question.number, "", "resnet18", ("resnet18",)))  # type: ignore[attr-defined]
    assert asked(desk) is question  # nobody wants to know any more
