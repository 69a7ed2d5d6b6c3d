"""The groups of a network's tree, and which of them and of their units a typed filter means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.units import CLASSES, NetworkInfo, Unit, UnitError, parse_unit

_POSITION = re.compile(r"\d+@\d+,\s*\d+")
NEURON = (1 << 24) - 1  # stands among a layer's numbers for the neuron that a filter names


@dataclass(frozen=True, slots=True)
class Group:
    """A layer, a container or the classes: what can be opened in the tree.

    ``parent`` is the place of the group around it in the list, -1 at the top. ``units`` counts its
    channels or classes; ``searched`` is what a filter's words are looked for in.
    """

    name: str
    kind: str
    parent: int
    units: int
    shape: str
    parameters: str
    tip: str
    searched: str
    is_classes: bool = False

    @property
    def leaf(self) -> str:
        """The last part of its dotted name."""
        return self.name.rpartition(".")[2]

    @property
    def prefix(self) -> str:
        """What stands before the last part, its dot included."""
        return self.name[: len(self.name) - len(self.leaf)]


@dataclass(slots=True)
class Match:
    """What a filter shows: groups, and by group the units where it does not show all."""

    groups: set[int] = field(default_factory=set)
    units: dict[int, Sequence[int]] = field(default_factory=dict)
    neuron: Unit | None = None


def compact(count: int) -> str:
    """A count in few characters: ``864``, ``36.9 k``, ``1.2 M``; nothing for none."""
    for limit, unit in ((10**9, " G"), (10**6, " M"), (10**3, " k")):
        if count >= limit:
            value = count / limit
            return f"{value:.0f}{unit}" if value >= 100 else f"{value:.1f}{unit}"
    return str(count) if count else ""


def groups_of(info: NetworkInfo) -> list[Group]:
    """The network's layers, nested by their dotted names, then its classes."""
    groups: list[Group] = []
    places: dict[str, int] = {}

    def add(name: str, kind: str, units: int, shape: tuple[int, ...], parameters: int) -> None:
        above = name.rpartition(".")[0]
        if above and above not in places:  # a container that is not listed itself
            add(above, "", 0, (), 0)
        size = "×".join(str(x) for x in shape)
        facts = [f"{name} · {kind}" if kind else name]
        facts += [size] if size else []
        facts += [f"{parameters:,} parameters"] if parameters else []
        places[name] = len(groups)
        parent = places.get(above, -1) if above else -1
        tip = "\n".join(facts)
        searched = f"{name} {kind}".lower()
        groups.append(Group(name, kind, parent, units, size, compact(parameters), tip, searched))

    for layer in info.layers:
        if layer.name and layer.name not in places:
            add(layer.name, layer.kind, layer.channels, layer.shape, layer.parameters)
    if info.classes:
        count = len(info.classes)
        tip = f"{count:,} classes"
        groups.append(Group("", "", -1, count, "", "", tip, "classes", is_classes=True))
    return groups


def centre_of(form: str, info: NetworkInfo) -> str:
    """The neuron at the middle of a channel's map; empty where there is no map."""
    try:
        unit = parse_unit(form, info)
        shape = () if unit.kind != "channel" else info.layer(unit.layer).shape
    except UnitError:
        return ""
    if len(shape) != 3 or shape[1] * shape[2] < 2:
        return ""
    return str(Unit(unit.layer, unit.index, (shape[1] // 2, shape[2] // 2)))


def match(text: str, groups: Sequence[Group], classes: Sequence[str], info: NetworkInfo) -> Match:
    """What a filter in lower case shows; ``classes`` are the classes' names in lower case."""
    head, colon, tail = text.partition(":")
    if colon:
        found = _named_units(head.strip(), tail.strip(), groups, classes, info)
        whole: set[int] = set()
    else:
        found, whole = _by_words(text.split(), groups, classes)
    found.groups = _with_ancestors(found.units.keys() | whole, groups)
    for place in found.groups - whole - found.units.keys():
        found.units[place] = ()  # shown for what is inside it, not for its own units
    return found


def _by_words(
    words: list[str], groups: Sequence[Group], classes: Sequence[str]
) -> tuple[Match, set[int]]:
    found = Match()
    whole: set[int] = set()
    for place, group in enumerate(groups):
        if group.is_classes:
            if len(words[0]) > 2 and group.searched.startswith(words[0]):
                whole.add(place)
                continue
            rows: Sequence[int] = range(len(classes))
            for word in words:
                rows = [i for i in rows if word in classes[i]]
            if rows:
                found.units[place] = rows
        # A block that matches is shown with all that is inside it; it stands before its content.
        elif group.parent in whole or all(word in group.searched for word in words):
            whole.add(place)
    return found, whole


def _named_units(
    head: str, tail: str, groups: Sequence[Group], classes: Sequence[str], info: NetworkInfo
) -> Match:
    """The units that ``layer:number``, ``layer:number@row,column`` or ``class:name`` names."""
    found = Match()
    if head in (CLASSES, "classes"):
        if tail.isdecimal():
            rows = [i for i in range(len(classes)) if str(i).startswith(tail)]
        else:
            rows = [i for i, name in enumerate(classes) if tail in name]
        if rows:
            found.units[len(groups) - 1] = rows
        return found
    layers = [place for place, group in enumerate(groups) if group.units and not group.is_classes]
    exact = [place for place in layers if groups[place].name.lower() == head]
    number, at, _position = tail.partition("@")
    if at and exact:
        try:
            found.neuron = parse_unit(f"{groups[exact[0]].name}:{tail}", info)
            found.units[exact[0]] = [NEURON]
            return found
        except UnitError:
            if _POSITION.fullmatch(tail):  # outside of the map: not its channel in its place
                return found
            # a position that is still being typed: its channel until then
    for place in exact or [place for place in layers if head in groups[place].name.lower()]:
        numbers = range(groups[place].units)
        if at:
            rows = [i for i in numbers if str(i) == number]
        else:
            rows = [i for i in numbers if str(i).startswith(tail)]
        if rows:
            found.units[place] = rows
    return found


def _with_ancestors(places: Iterable[int], groups: Sequence[Group]) -> set[int]:
    shown: set[int] = set()
    for start in places:
        place = start
        while place >= 0 and place not in shown:
            shown.add(place)
            place = groups[place].parent
    return shown
