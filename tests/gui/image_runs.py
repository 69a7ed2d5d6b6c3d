"""Runs for the tests of the image's panel, and what is read off a widget."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget

from engine.attacks.parcels import AttackRecord, AttackRun, Distortion, Source
from engine.attacks.recipe import METHODS
from engine.jobs import NetworkRef

OWN = NetworkRef("squeezenet1_0")
OTHER = NetworkRef("alexnet", "/weights/alexnet.pth")
FAR = Distortion(0.0187, 0.00986, 1.8266, 19.549, 10.716)


def record(iteration: int, name: str, p: float = 0.9, *, fooled: bool = False) -> AttackRecord:
    top = ((name, p), ("lynx", 0.04), ("leopard", 0.02), ("cheetah", 0.01), ("cat", 0.005))
    distortion = FAR if iteration else Distortion(1e-7, 1e-7, 1e-6, 1e-5, 0.0)
    return AttackRecord(iteration, top, iteration, fooled, name, 1, fooled, 2.0, 17.6, distortion)


def run(*records: AttackRecord, target: str = "") -> AttackRun:
    picture = np.full((8, 8, 3), 100, np.uint8)
    recipe = METHODS["gradient-ascent"].recipe
    made = AttackRun(OWN, Source("photo.jpg", picture), recipe, "cpu", target=target)
    for each in records:
        made.add(each, picture, picture.astype(np.float32) / 255)
    return made


def fooled_run() -> AttackRun:
    result = record(2, "tiger", 0.99995, fooled=True)
    made = run(record(0, "jaguar", 0.62), record(1, "jaguar", 0.5), result)
    made.ended = "finished"
    return made


def texts(widget: QWidget) -> list[str]:
    return [x.text() for x in widget.findChildren(QLabel) if x.isVisible()]


def has(widget: QWidget, colour: QColor) -> bool:
    image: QImage = widget.grab().toImage()
    return any(
        image.pixelColor(x, y) == colour
        for x in range(image.width())
        for y in range(image.height())
    )
