"""Conditions of a template, as far as a check can follow them: on the values of enum and boolean fields.

The truth of a condition is True, False, or None where it hangs on something that the check does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from casework.correspondence.catalogue import FieldSpec

Values = Mapping[str, bool | str]
"""Values of deciding fields, by name; a field that is not given is not there."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition. This base is one that nothing is known of: it may be true or not."""

    def truth(self, values: Values) -> bool | None:
        """Return whether it is true where the deciding fields have `values`."""
        return None

    def fields(self) -> frozenset[str]:
        """Return the names of the fields that it tests."""
        return frozenset()


UNKNOWN: Final = Condition()
"""A condition that a check cannot follow, such as whether somebody gets a copy."""


@dataclass(frozen=True, slots=True)
class InLoop(Condition):
    """Being inside a loop: reached for each item of the list, so not at all where there is none."""


IN_LOOP: Final = InLoop()
"""The condition of standing in a loop."""


@dataclass(frozen=True, slots=True)
class Fixed(Condition):
    """A condition on a constant."""

    value: bool

    def truth(self, values: Values) -> bool | None:
        """Return the constant's truth."""
        return self.value


@dataclass(frozen=True, slots=True)
class IsOneOf(Condition):
    """A field has one of some values; a field that is not given has none."""

    field: str
    allowed: frozenset[bool | str]

    def truth(self, values: Values) -> bool | None:
        """Return whether the field's value is among those allowed."""
        return self.field in values and values[self.field] in self.allowed

    def fields(self) -> frozenset[str]:
        """Return the field's name."""
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The contrary of a condition."""

    inner: Condition

    def truth(self, values: Values) -> bool | None:
        """Return the contrary, if anything is known."""
        inner = self.inner.truth(values)
        return None if inner is None else not inner

    def fields(self) -> frozenset[str]:
        """Return the names within."""
        return self.inner.fields()


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """Several conditions at once; that one of several holds is the contrary of none holding."""

    parts: tuple[Condition, ...]

    def truth(self, values: Values) -> bool | None:
        """Return False if one is false, None if one is unknown, else True."""
        truths = {part.truth(values) for part in self.parts}
        return False if False in truths else None if None in truths else True

    def fields(self) -> frozenset[str]:
        """Return the names within."""
        return frozenset[str]().union(*(part.fields() for part in self.parts))


def any_of(parts: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of `parts` holds."""
    return Not(AllOf(tuple(Not(part) for part in parts)))


def assignments(names: Iterable[str], deciding: Mapping[str, FieldSpec]) -> Iterator[dict[str, bool | str]]:
    """Yield every combination of values that the fields `names` can have together.

    A field that is needed only sometimes is left out where it is not given.
    """
    wanted = set(names)
    while more := {w.field for name in wanted if (w := deciding[name].when) and w.field not in wanted}:
        wanted |= more
    # Fields on which others depend come first, so that it is known whether those are given.
    order = sorted(wanted, key=lambda name: (deciding[name].when is not None, name))

    def extend(known: dict[str, bool | str], rest: list[str]) -> Iterator[dict[str, bool | str]]:
        if not rest:
            yield known
            return
        name, *others = rest
        when = deciding[name].when
        given = when is None or when.holds(known)
        for value in deciding[name].values if given else (None,):
            yield from extend(known if value is None else {**known, name: value}, others)

    return extend({}, order)
