"""What is current on a day, and what has to be looked at again: consents, talks, policies, patterns, breaches."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

from casework.registers.entries import add, lacking, update
from casework.registers.lookup import Asked, look
from casework.registers.reviews import standing_on, to_look_at
from tests.support.policies import shipped
from tests.support.registers import BREACH, CONSENT, DECISION, Writing

TALK = {
    "person": "person-2",
    "held_on": "2026-10-05",
    "held_by": "person-1",
    "topic": "Telephone in class",
    "expectation": "Away while pupils are there",
    "follow_up_on": "2026-11-30",
}
POLICY = {
    "policy": "social_media",
    "version": "4",
    "in_force_from": "2024-09-01",
    "trigger": "scheduled",
    "review_on": "2026-12-01",
}
ADVICE = {"asked_by": "person-2", "asked_on": "2026-11-12", "question": "May I post this?"}
CONCERN = {
    "person": "person-2",
    "concern": "Alone with a pupil",
    "context": "After school",
    "action": "Spoken to",
}
INCIDENT = {
    "happened_on": "2026-08-20",
    "place": "The staff room",
    "reported_by": "A colleague",
    "perceived_by": "victim",
    "what": "A remark",
    "characteristic": "race",
    "affected": "staff",
    "immediate_action": "Spoken to",
    "support": "A contact of their own",
}
REPORTABLE = {**DECISION, "decision": "reportable_and_people_told"}


class Line(NamedTuple):
    """An entry, what was added to it later, and what it asks for on a day: the end of each title, and when due."""

    register: str
    entry: dict[str, Any]
    later: dict[str, Any]
    on: str
    asks: list[tuple[str, str]]


LINES = {
    "a consent without an end": Line("consents", CONSENT, {}, "2026-11-23", []),
    "a consent that ends next year": Line(
        "consents", {**CONSENT, "granted_until": "2027-08-31"}, {}, "2026-11-23", []
    ),
    "a consent that ends soon": Line(
        "consents", {**CONSENT, "granted_until": "2026-12-20"}, {}, "2026-11-23", [("ends", "2026-12-20")]
    ),
    "a consent that has ended": Line(
        "consents", {**CONSENT, "granted_until": "2026-11-01"}, {}, "2026-11-23", [("ends", "2026-11-01")]
    ),
    "a consent that was settled": Line(
        "consents", {**CONSENT, "granted_until": "2026-11-01"}, {"afterwards": "ended"}, "2026-11-23", []
    ),
    "a consent that was withdrawn": Line(
        "consents",
        {**CONSENT, "granted_until": "2026-12-20"},
        {"withdrawn_on": "2026-11-20", "withdrawn_because": "Left the team"},
        "2026-11-23",
        [],
    ),
    "a question that nobody answered": Line("advice", ADVICE, {}, "2026-11-23", [("allowed", "2026-11-19")]),
    "a question that was answered": Line("advice", ADVICE, {"answer": "Yes"}, "2026-11-23", []),
    "a talk to be looked at again": Line("informal-talks", TALK, {}, "2026-11-23", [("talk", "2026-11-30")]),
    "a talk that was followed up": Line(
        "informal-talks", TALK, {"followed_up": "It is better"}, "2026-11-23", []
    ),
    "a policy whose review is near": Line("policies", POLICY, {}, "2026-11-23", [("unions", "2026-12-01")]),
    "a policy that was replaced": Line(
        "policies", POLICY, {"in_force_until": "2026-11-20"}, "2026-11-23", []
    ),
    "a policy that was reviewed": Line("policies", POLICY, {"reviewed_on": "2026-11-20"}, "2026-11-23", []),
    "whoever was hurt is asked after three times": Line(
        "discriminatory-incidents",
        INCIDENT,
        {"asked_after_1": "2026-09-21"},
        "2026-11-23",
        [("three months later", "2026-11-19")],
    ),
    "a breach that is to be decided has its clock": Line("data-breaches", BREACH, {}, "2026-11-23", []),
    "a breach that is reportable": Line(
        "data-breaches",
        BREACH,
        REPORTABLE,
        "2026-11-21",
        [("whose data it is", "2026-11-21"), ("of the breach", "2026-11-23")],
    ),
    "a breach that was told to all": Line(
        "data-breaches",
        BREACH,
        {**REPORTABLE, "notified_at": "2026-11-22T10:00", "people_told_on": "2026-11-22"},
        "2026-11-23",
        [],
    ),
    "a breach that need not be reported": Line("data-breaches", BREACH, DECISION, "2026-11-23", []),
}


def _written(register: str, entry: dict[str, Any], later: dict[str, Any] | None = None) -> Writing:
    writing = Writing(register)
    writing.take(add(writing.sitting, entry="entry-1", given=entry))
    if later:
        writing.take(update(writing.sitting, writing.book.entry(1), later))
    return writing


def _asks(writing: Writing, on: str) -> list[tuple[str, str]]:
    found = to_look_at(writing.sitting.register, writing.book, date.fromisoformat(on), shipped().days)
    return [(item.title, item.due.isoformat()) for item in found]


@pytest.mark.parametrize("what", LINES)
def test_what_an_entry_asks_for(what: str) -> None:
    line = LINES[what]
    found = _asks(_written(line.register, line.entry, line.later), line.on)
    assert [due for _, due in found] == [due for _, due in line.asks]
    assert all(title.endswith(end) for (title, _), (end, _) in zip(found, line.asks, strict=True))


def test_the_commissioner_is_told_within_the_hours_that_are_counted_from_knowing() -> None:
    writing = _written("data-breaches", BREACH, REPORTABLE)
    told = to_look_at(writing.sitting.register, writing.book, date(2026, 11, 23), shipped().days)[-1]
    assert told.at is not None
    assert told.at.isoformat() == "2026-11-23T15:00:00+00:00"


@pytest.mark.parametrize(
    ("day", "standing", "says"),
    [
        ("2026-08-31", "not_yet", "none"),
        ("2026-09-01", "current", "some"),
        ("2026-10-31", "current", "some"),
        ("2026-11-01", "expired", "none"),
    ],
)
def test_an_expired_consent_counts_as_none(day: str, standing: str, says: str) -> None:
    writing = _written("consents", {**CONSENT, "granted_until": "2026-10-31"})
    register, on = writing.sitting.register, date.fromisoformat(day)
    assert standing_on(register, writing.book.entry(1), on) == standing
    assert look(register, writing.book, Asked("person-2", "", on, "account-1")).status == says


def test_a_withdrawn_consent_ends_with_the_day_before() -> None:
    later = {"withdrawn_on": "2026-11-02", "withdrawn_because": "Left the team"}
    writing = _written("consents", CONSENT, later)
    entry, register = writing.book.entry(1), writing.sitting.register
    assert standing_on(register, entry, date(2026, 11, 1)) == "current"
    assert standing_on(register, entry, date(2026, 11, 2)) == "ended"


def test_a_pattern_is_due_until_the_questions_were_put_again() -> None:
    writing = Writing("low-level-concerns")
    for at, day in enumerate(("2026-09-10", "2026-10-10", "2026-11-10"), start=1):
        writing.take(add(writing.sitting, entry=f"entry-{at}", given={**CONCERN, "raised_on": day}))
    assert _asks(writing, "2026-11-23") == [
        ("Look at 3 entries together: they may show a pattern", "2026-11-10")
    ]
    writing.take(update(writing.sitting, writing.book.entry(3), {"asked_again_on": "2026-11-20"}))
    assert _asks(writing, "2026-11-23") == []


def test_a_begun_entry_asks_to_be_completed() -> None:
    writing = Writing("data-breaches")
    given = {"what": "A list went out", "aware_at": "2026-11-20T15:00"}
    writing.take(add(writing.sitting, entry="entry-1", given=given, begun=True))
    entry = writing.book.entry(1)
    assert lacking(writing.sitting.register, entry) == ("data", "children", "special", "consequences", "done")
    assert _asks(writing, "2026-11-23") == [("Complete the entry", "2026-11-23")]
    rest = {name: value for name, value in BREACH.items() if name not in given}
    writing.take(update(writing.sitting, entry, rest))
    assert _asks(writing, "2026-11-23") == []
