"""The pages of the window, and what stands around each: a line here adds a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gui.page import Page

if TYPE_CHECKING:
    from gui.window import Window


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and what stands around it at first.

    ``upper`` and ``lower`` are its panels at the right, ``None`` for one that it has no use for;
    ``heights`` divides them, in pixels. ``history`` is shown at first also on small screens.
    ``unit`` is for a page where the selected unit's panel has a place: behind the upper one, or
    alone where there is none.
    """

    name: str
    title: str
    tip: str
    page: Page
    upper: QWidget | None = None
    upper_title: str = ""
    lower: QWidget | None = None
    heights: tuple[int, int] = (300, 420)
    tree: bool = False
    history: bool = False
    unit: bool = False


def places_of(window: Window) -> tuple[Place, ...]:
    """The pages, in the order of their tabs and of ``settings.PAGES``."""

    def t(text: str) -> str:
        return QCoreApplication.translate("Places", text)

    return (
        Place(
            "maximize",
            t("Maximize"),
            t("Grows the image that a unit wants to see"),
            window.page,
            upper=window.predictions,
            upper_title=t("Predictions"),
            lower=window.recipe,
            tree=True,
            history=True,
            unit=True,
        ),
        Place(
            "adversarial",
            t("Adversarial"),
            t("Changes photographs so little that only the network notices"),
            window.adversarial,
            upper=window.image_panel,
            upper_title=t("Image"),
            lower=window.attack_recipe,
            heights=(430, 290),
        ),
        Place(
            "evolve",
            t("Evolve"),
            t("Breeds images that fool the network, without gradients"),
            window.evolve,
            upper=window.elite_panel,
            upper_title=t("Image"),
            lower=window.evolve_recipe,
            heights=(430, 290),
        ),
        Place(
            "atlas",
            t("Atlas"),
            t("Shows every unit of the network as a picture, on one sheet"),
            window.atlas,
            lower=window.atlas_panel,
            tree=True,
            unit=True,
        ),
        Place(
            "plane",
            t("Plane"),
            t("The lecture's first figure: why a prior, in two dimensions"),
            window.plane,
            lower=window.plane_panel,
        ),
    )
