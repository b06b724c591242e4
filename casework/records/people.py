"""Who is who: everybody in a case gets a number in the order in which they joined, and keeps it.

A name is known from the body of the event that brought the person in, or that changed their details last. Where one of
these is withheld the number stands alone, so that a masked history and a full one can be read side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases.amendments import annulled_by
from casework.procedure.model import Policy
from casework.records.entry import Who
from casework.records.input import RecordedEvent
from casework.records.model import Person, Role

_NOBODY = Who("P?", "")
"""Stands where a record names nobody."""


@dataclass(frozen=True, slots=True)
class Details:
    """A person's details as event `n` has them, until event `undone` annulled it; `words` are None where withheld."""

    n: int
    facts: Mapping[str, Any]
    words: Mapping[str, Any] | None
    undone: int | None


class People:
    """The people of a case by party id.

    Args:
        events: the events of the case, in order.
    """

    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        undone = annulled_by(events)
        self._details: dict[str, list[Details]] = {}
        for event in events:
            if event.facts and event.facts["kind"] in ("party_added", "party_details_changed"):
                found = Details(event.n, event.facts, event.body, undone.get(event.n))
                self._details.setdefault(event.facts["party"], []).append(found)
        # Whoever is named without an event that brought them in (its facts may be gone) comes last.
        joined = (e.facts["party"] for e in events if e.facts and e.facts["kind"] == "party_added")
        order = dict.fromkeys((*joined, *(p for event in events for p in _named(event.facts or {}))))
        self._who = {
            party: Who(f"P{number}", self._said(party, "name")) for number, party in enumerate(order, 1)
        }

    def who(self, party: str) -> Who:
        """Return the person behind a party id."""
        return self._who.get(party, _NOBODY)

    def parties(self) -> Iterable[str]:
        """Return every party id, in the order of their numbers."""
        return self._who

    def job(self, party: str) -> str:
        """Return the job title that the case has of a person; empty where it is withheld."""
        return self._said(party, "title")

    def at(self, n: int, party: str) -> Details:
        """Return the details that event `n` gave."""
        return next(item for item in self._details[party] if item.n == n)

    def before(self, n: int, party: str) -> Details | None:
        """Return the details that stood just before event `n`; None if they are not there."""
        earlier = [
            item for item in self._details[party] if item.n < n and (item.undone is None or item.undone > n)
        ]
        return earlier[-1] if earlier else None

    def _said(self, party: str, name: str) -> str:
        """What the newest details that stand say; nothing if any that the person ever had are withheld."""
        known = self._details.get(party, [])
        standing = [item for item in known if item.undone is None]
        if not standing or any(item.words is None for item in known):
            return ""
        return str((standing[-1].words or {}).get(name, ""))


def _named(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the party ids that an event's facts name."""
    for part in ("taken_by", "recorded_by", "sender"):
        if isinstance(facts.get(part), Mapping) and "party" in facts[part]:
            yield facts[part]["party"]
    yield from (facts[part] for part in ("party", "recipient") if part in facts)
    yield from (item["by"] for item in facts.get("waived", ()))
    yield from facts.get("assigned", {})


def people_of(people: People, events: Sequence[RecordedEvent], policy: Policy) -> tuple[Person, ...]:
    """Return everybody with every part that they were given, and by which event."""
    gained = {party: dict[str, int]() for party in people.parties()}
    held: dict[str, set[str]] = {party: set() for party in people.parties()}
    joined: dict[str, RecordedEvent] = {}
    undone = annulled_by(events)
    for event in events:
        facts = event.facts or {}
        if event.n in undone:
            continue
        if facts.get("kind") == "party_added":
            joined[facts["party"]] = event
        for party, roles, all_ in _roles(facts):
            held[party] = set(roles) if all_ else held[party] | set(roles)
            for role in roles:
                gained[party].setdefault(role, event.n)
    return tuple(
        Person(
            people.who(party),
            people.job(party),
            joined[party].n if party in joined else None,
            joined[party].recorded if party in joined else "",
            tuple(
                Role(_title(policy, role), since, role in held[party])
                for role, since in gained[party].items()
            ),
        )
        for party in people.parties()
    )


def _roles(facts: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str], bool]]:
    """Yield which roles an event gives to whom, and whether they are all that the person has then."""
    if facts.get("kind") in ("party_added", "party_roles_changed"):
        yield facts["party"], facts["roles"], True
    assigned = facts.get("assigned") or facts.get("replaces", {}).get("assigned", {})
    for party, roles in assigned.items():
        yield party, roles, False


def _title(policy: Policy, role: str) -> str:
    return policy.roles[role].title if role in policy.roles else role.replace("_", " ").capitalize()
