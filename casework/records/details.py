"""What an event changed about something that stood before it: a person's details, or a letter after it was proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from casework.records.entry import Change
from casework.records.input import RecordedEvent
from casework.records.people import People
from casework.records.words import day, readable

_WORDS: Final = {
    "name": "Name",
    "title": "Job",
    "address": "Address",
    "email": "E-mail",
    "phone": "Telephone",
    "salutation": "How letters address them",
}
_FLAGS: Final = {
    "teacher": "Employed as a teacher",
    "union_rep": "Trade-union representative",
    "head": "Head teacher",
}
_NOTHING: Final = "(nothing)"
_WITHHELD: Final = Change("Name, address and the like", "(withheld)", "(withheld)")


def changes_of(people: People, events: Sequence[RecordedEvent], event: RecordedEvent) -> tuple[Change, ...]:
    """Return what an event that is no correction changed, old and new; nothing for most events.

    Args:
        people: of the case.
        events: all events of the case, in order.
        event: the one whose changes are wanted.
    """
    facts = event.facts or {}
    if facts.get("kind") == "party_details_changed":
        return _of_person(people, event.n, facts["party"])
    if facts.get("kind") in ("letter_issued", "letter_revised"):
        return tuple(_of_letter(events, event))
    return ()


def changes_of_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between two entries of a person, part by part."""
    return tuple(
        Change(label, _flat(old.get(name)), _flat(new.get(name)))
        for name, label in _WORDS.items()
        if _flat(old.get(name)) != _flat(new.get(name))
    )


def changes_of_flags(old: Mapping[str, bool], new: Mapping[str, bool]) -> tuple[Change, ...]:
    """Return what differs between what two entries say that a person is."""
    return tuple(
        Change(label, _flat(old.get(name, False)), _flat(new.get(name, False)))
        for name, label in _FLAGS.items()
        if old.get(name, False) != new.get(name, False)
    )


def _of_person(people: People, n: int, party: str) -> tuple[Change, ...]:
    before, after = people.before(n, party), people.at(n, party)
    old = before.facts.get("flags", {}) if before else {}
    flags = changes_of_flags(old, after.facts.get("flags", {}))
    if before is None or not people.who(party).name:  # a name that is withheld once is withheld throughout
        return (_WITHHELD, *flags)
    return (*changes_of_words(before.words or {}, after.words or {}), *flags)


def _of_letter(events: Sequence[RecordedEvent], issued: RecordedEvent) -> Iterator[Change]:
    """What differs between a letter and its last version before, as it was revised or issued."""
    changed = (issued.body or {}).get("changed", {})
    if not changed:
        return
    letter = (issued.facts or {})["letter"]
    versions = [
        e
        for e in events
        if e.n < issued.n
        and e.facts
        and e.facts["kind"] in ("letter_proposed", "letter_revised")
        and e.facts["letter"] == letter
    ]
    body = versions[-1].body if versions else None
    given = (body or {}).get("input", {})
    old = {
        "delivery": given.get("delivery", ""),
        "own_words": given.get("own_words", []),
        **given.get("fields", {}),
    }
    for name, value in changed.items():
        was = _flat(old.get(name)) if body is not None else "(withheld)"
        yield Change(readable(name), was, _flat(value))


def _flat(value: Any) -> str:
    """A value on one line."""
    if value is None or value == "" or value == []:
        return _NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return "; ".join(f"{readable(str(name))}: {_flat(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_flat, value))
    return day(str(value))
