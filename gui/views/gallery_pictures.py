"""The pictures of the gallery at the size they are drawn, made when they are first seen."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from engine.attacks.difference import difference, magnification
from engine.attacks.parcels import AttackRun
from gui.models.shown import picture_at, record_at, values_at
from gui.pixels import to_image
from gui.views.gallery_plan import ADVERSARIAL, DIFFERENCE, ORIGINAL

_KEPT = 600  # pictures at drawing size; 12 images on the screen have 36
_ASKED = 12  # images that the common magnification is taken from
_SHARP = 2  # enlarged this much, pixels are squares


class Pictures:
    """Originals, adversarials and differences of some runs, whole or at a side in pixels."""

    def __init__(self) -> None:
        self.runs: Sequence[AttackRun] = ()
        self.iteration: int | None = None
        self.chosen = 0  # the magnification; 0 asks for the automatic one
        self._factor: tuple[object, int] | None = None
        self._made: dict[tuple[int, ...], QImage] = {}

    def set_runs(self, runs: Sequence[AttackRun]) -> None:
        """Shows these; what was made of others is forgotten."""
        self.runs = runs
        self._made.clear()
        self._factor = None

    def factor(self) -> int:
        """The magnification in use: one for all, so that the differences can be compared.

        The automatic one is the middle of the images' own.
        """
        if self.chosen:
            return self.chosen
        every = max(1, -(-len(self.runs) // _ASKED))
        rows = [(run, record_at(run, self.iteration)) for run in self.runs[::every]]
        state = tuple(record.iteration if record else -1 for _, record in rows)
        if self._factor is None or self._factor[0] != state:
            own = []
            for run, record in rows:
                values = values_at(run, record) if record else None
                if values is None:  # of a run from the disk only the result's are kept
                    values = run.values
                if values is not None:
                    # A few of the pixels tell the same, and this is asked at every frame.
                    some = slice(None, None, max(1, len(values) // 64))
                    own.append(magnification(run.source.picture[some, some], values[some, some]))
            self._factor = (state, median_low(own) if own else 1)
        return self._factor[1]

    def whole(self, index: int, part: int) -> QImage | None:
        """A picture at its own size; ``None`` while there is none."""
        run = self.runs[index]
        if part == ORIGINAL:
            return to_image(run.source.picture)
        record = record_at(run, self.iteration)
        found = picture_at(run, record) if record else None
        if record is None or found is None:
            return None
        if part == ADVERSARIAL:
            return to_image(found[1])
        values = values_at(run, record)
        if values is None:
            return None
        return to_image(difference(run.source.picture, values, self.factor()))

    def drawn(self, index: int, part: int, side: int) -> QImage | None:
        """A picture within ``side`` physical pixels of the screen."""
        record = record_at(self.runs[index], self.iteration)
        iteration = record.iteration if record and part != ORIGINAL else -1
        factor = self.factor() if part == DIFFERENCE else 0
        key = (index, part, iteration, factor, side)
        made = self._made.get(key)
        if made is None:
            whole = self.whole(index, part)
            if whole is None:
                return None
            made = fitted(whole, side)
            while len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[key] = made
        return made


def fitted(image: QImage, side: int) -> QImage:
    """As large as a square of ``side`` takes: averaged when reduced, sharp squares when large."""
    size = image.size().scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
    sharp = size.width() >= _SHARP * image.width()
    mode = (
        Qt.TransformationMode.FastTransformation if sharp else
        Qt.TransformationMode.SmoothTransformation
    )  # fmt: skip
    return image.scaled(
        size.expandedTo(QSize(1, 1)), Qt.AspectRatioMode.IgnoreAspectRatio, mode
    ).convertToFormat(QImage.Format.Format_RGB32)
