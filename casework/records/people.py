"""Who is who: everybody in a case gets a number in the order in which they joined, and keeps it.

A name is known from the body of the event that brought the person in. Without it the number stands alone, so
that a masked history and a full one can be read side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from casework.procedure.model import Policy
from casework.records.entry import Who
from casework.records.input import RecordedEvent
from casework.records.model import Person, Role

_NOBODY = Who("P?", "")
"""Stands where a record names nobody."""


class People:
    """The people of a case by party id.

    Args:
        events: the events of the case, in order.
    """

    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        joined = [event for event in events if (event.facts or {}).get("kind") == "party_added"]
        names = {event.facts["party"]: event.body for event in joined if event.facts}
        # Whoever is named without an event that brought them in (its facts may be gone) comes last.
        order = dict.fromkeys((*names, *(p for event in events for p in _named(event.facts or {}))))
        self._who = {
            party: Who(f"P{number}", str((names.get(party) or {}).get("name", "")))
            for number, party in enumerate(order, start=1)
        }

    def who(self, party: str) -> Who:
        """Return the person behind a party id."""
        return self._who.get(party, _NOBODY)

    def parties(self) -> Iterable[str]:
        """Return every party id, in the order of their numbers."""
        return self._who


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
    undone = {event.facts["event"] for event in events if event.facts and event.facts["kind"] == "annulled"}
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
            str((joined[party].body or {}).get("title", "")) if party in joined else "",
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
