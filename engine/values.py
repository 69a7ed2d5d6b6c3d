"""What every recipe is made of: values that are checked, written and read back. No torch, no Qt."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any, Self


class RecipeError(ValueError):
    """A value that no recipe can have; the message says which values are possible."""


def check(good: bool, name: str, value: object, possible: str) -> None:
    # A comparison with NaN is false, so NaN is refused by every range above.
    if not good:
        raise RecipeError(f"{name} is {value}; it must be {possible}.")


_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "bool": ((bool,), "true or false"),
    "str": ((str,), "a name"),
    "int": ((int,), "a whole number"),
    "int | None": ((int, type(None)), "a whole number, or none"),
    "float": ((int, float), "a number"),
}


class Values:
    """What every recipe can do: check its values' types, be written, read back and compared.

    Its subclasses are frozen dataclasses whose fields are all of the types in ``_KINDS``.
    """

    __slots__ = ()

    def check_types(self) -> None:
        """Raises ``RecipeError`` where a value is of the wrong type."""
        for field in fields(self):  # type: ignore[arg-type]
            kinds, possible = _KINDS[str(field.type)]
            value = getattr(self, field.name)
            # True is an int to Python, and no number of iterations to a person.
            good = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
            check(good, field.name, value, possible)

    def changed(self, **values: Any) -> Self:
        """This recipe with other values; checks them."""
        return replace(self, **values)  # type: ignore[type-var]

    def as_dict(self) -> dict[str, Any]:
        """Every value by its name, as ``run.json`` keeps it."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The recipe that ``as_dict`` wrote; keys of a later version are left out.

        Raises:
            RecipeError: a value is impossible or of the wrong type.
        """
        if not isinstance(values, dict):
            raise RecipeError(f"A recipe is values by their names, not a {type(values).__name__}.")
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        return cls(**{key: value for key, value in values.items() if key in known})

    def differences(self, other: Self) -> dict[str, Any]:
        """The values of ``other`` that are not this one's, by name, the preset's label aside."""
        mine, theirs = self.as_dict(), other.as_dict()
        return {k: v for k, v in theirs.items() if k != "preset" and v != mine[k]}


def option(name: str) -> str:
    """The command line's option for a value: ``--prior-weight`` for ``prior_weight``."""
    return "--" + name.replace("_", "-")
