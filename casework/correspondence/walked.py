"""What a walk through a letter's template finds, and where it is on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from jinja2 import nodes

from casework.correspondence.conditions import IN_LOOP, AllOf, Condition, Values
from casework.correspondence.findings import Finding

What = Literal["passage", "read", "asked", "filter", "text"]
"""The kinds of occurrences."""

Within = tuple[tuple[str, int], ...]
"""The passages that something stands in: the id of each, and how many conditions lead to it."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that stands in the template.

    Args:
        kind: `passage` (value: its id), `read` or, in a condition, `asked` (value: the path of a fact), `filter`
            (value: its name; it belongs to the fact before it), or `text` (value: the text).
        guards: the conditions that must all be true for it to be reached.
        file: the template's name.
        line: from 1.
        within: the passages that it stands in.
    """

    kind: What
    value: str
    guards: tuple[Condition, ...]
    file: str
    line: int
    within: Within = ()

    def reached(self, values: Values) -> bool | None:
        """Return whether it is reached where the fields have `values`; None if that is not known."""
        return AllOf(self.guards).truth(values)

    def certain(self, values: Values) -> bool:
        """Return whether it is certain to be reached; within a loop, for each item."""
        return AllOf(tuple(guard for guard in self.guards if guard != IN_LOOP)).truth(values) is True

    def tested(self) -> frozenset[str]:
        """Return the fields on which it hangs."""
        return AllOf(self.guards).fields()


@dataclass(slots=True)
class Walked:
    """What a template holds, and what is wrong with how it is written."""

    occurrences: list[Occurrence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def of(self, kind: What) -> list[Occurrence]:
        """Return the occurrences of one kind."""
        return [occurrence for occurrence in self.occurrences if occurrence.kind == kind]

    def note(self, kind: What, value: str, scope: Scope, line: int) -> None:
        """Add an occurrence."""
        self.occurrences.append(Occurrence(kind, value, scope.guards, scope.file, line, scope.within))

    def wrong(self, file: str, line: int, reason: str, remedy: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(file, line, reason, remedy))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a walk is.

    Args:
        file: the template's name.
        names: what names stand for: the path of a fact, or a constant.
        guards: the conditions under which this place is reached.
        blocks: the blocks that replace those of a parent template, each with its file.
        trail: the templates on the way here.
        within: the passages around this place.
    """

    file: str
    names: Mapping[str, str | nodes.Const] = field(default_factory=dict)
    guards: tuple[Condition, ...] = ()
    blocks: Mapping[str, tuple[nodes.Block, str]] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    within: Within = ()

    def under(self, *conditions: Condition) -> Scope:
        """Return this scope with more conditions."""
        return replace(self, guards=self.guards + conditions)

    def inside(self, passages: Iterable[str]) -> Scope:
        """Return this scope within more passages."""
        return replace(self, within=(*self.within, *((passage, len(self.guards)) for passage in passages)))
