"""What can be chosen before anything is loaded. No torch: the window lists it at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A network that can be loaded now: its name, its title and a note for a person."""

    name: str
    title: str
    note: str


def chooser_entries() -> tuple[Entry, ...]:
    """The networks that need no file of the person's own."""
    return (Entry("sketchnet", "Sketchnet", "Embedded: names drawings, works offline"),)
