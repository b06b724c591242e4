"""Corrections and annulments: old and new both stand, with who, when and why (procedure.md, principle e)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casework.records.answers import answers
from casework.records.entry import Annulment, Change, Correction, Field
from casework.records.input import RecordedEvent
from casework.records.reading import STEPS
from casework.records.review import Assessed
from casework.records.standing import Version
from casework.records.taken import breach
from casework.records.telling import tell
from casework.records.told import Told, said
from casework.records.words import Words, day, lowered, when

_NOTHING = "(nothing)"
_WITHHELD = "(withheld)"


def correction(
    words: Words,
    event: RecordedEvent,
    versions: tuple[Version, Version],
    assessed: Assessed,
    annulled_by: int | None,
) -> Told:
    """Return what a correction says.

    Args:
        words: of the case.
        event: the correction.
        versions: the corrected event before and after it.
        assessed: the corrected step assessed on the new facts.
        annulled_by: the event that annulled the correction itself, or None.
    """
    facts, body = event.facts or {}, event.body or {}
    before, after = versions
    target, title = facts["event"], title_of(words, before.facts)
    step = after.facts.get("step", "")
    return Told(
        title=f"Event {target} corrected",
        says=f"{title}. Old and new both stand.",
        words=said("Why", body, "reason"),
        correction=Correction(
            target,
            title,
            str(body.get("reason", "")),
            tuple(_changes(words, facts, before, after)),
            tuple(
                breach(words, step, requirement, assessed, None)
                for requirement in facts["replaces"].get("breached", ())
            ),
            annulled_by,
        ),
    )


def annulment(words: Words, events: Sequence[RecordedEvent], event: RecordedEvent) -> Told:
    """Return what an annulment says; the annulled event stays where it is, marked."""
    facts, body = event.facts or {}, event.body or {}
    target = facts["event"]
    title = title_of(words, events[target - 1].facts or {})
    return Told(
        title=f"Event {target} annulled",
        says=f"{title}. It stays in this history and counts no more.",
        words=said("Why", body, "reason"),
        annulment=Annulment(target, title, str(body.get("reason", ""))),
    )


def title_of(words: Words, facts: Mapping[str, Any]) -> str:
    """Return the title of an event by its facts."""
    kind = facts.get("kind")
    if kind is None:
        return "An event whose facts are not shown"
    if kind in STEPS:
        return words.step_title(facts["step"])
    if kind in ("corrected", "annulled"):
        return f"Event {facts['event']} {kind}"
    return tell(words, facts, None).title


def _changes(words: Words, facts: Mapping[str, Any], before: Version, after: Version) -> Iterator[Change]:
    replaces = facts["replaces"]
    step = words.step(after.facts.get("step", ""))
    dated = {name for name, field in step.fields.items() if field.occurrence} if step else set()
    # A field that is itself the time of the step says it in its own words.
    if "occurred" in replaces and not dated & replaces.get("values", {}).keys():
        yield Change("When it happened", _when(before), _when(after))
    named = {*replaces.get("values", {}), *facts.get("given", ())}
    old = _answers(words, before, named)
    for name, field in _answers(words, after, named).items():
        yield Change(field.label, _flat(old.get(name)), _flat(field))
    given_before, given_now = _parts(words, before), _parts(words, after)
    if "assigned" in replaces and given_before != given_now:
        yield Change("Parts given", given_before, given_now)
    if "clocks" in replaces:
        due = {item["clock"]: item["due"] for item in before.facts.get("clocks", ())}
        for item in replaces["clocks"]:
            if due.get(item["clock"]) != item["due"]:
                was = day(due[item["clock"]]) if item["clock"] in due else _NOTHING
                yield Change(f"Due: {words.clock(item['clock'])}", was, day(item["due"]))


def _when(version: Version) -> str:
    found = when(version.facts.get("occurred"))
    return found.words if found else _NOTHING


def _answers(words: Words, version: Version, named: set[str]) -> dict[str, Field]:
    if "step" not in version.facts:
        return {}
    fields = answers(words, version.facts["step"], version.facts, version.texts)
    return {field.name: field for field in fields if field.name in named}


def _flat(field: Field | None) -> str:
    """A field on one line, as a change shows it."""
    if field is None:
        return _NOTHING
    lines = [f"{item.label}: {item.value}" for item in field.items]
    text = "; ".join(lines) if lines else field.value
    return text or (_WITHHELD if field.withheld else _NOTHING)


def _parts(words: Words, version: Version) -> str:
    assigned = version.facts.get("assigned", {})
    lines = [
        f"{words.who(party).full}: {', '.join(lowered(words.role(role)) for role in roles)}"
        for party, roles in assigned.items()
    ]
    return "; ".join(lines) or _NOTHING
