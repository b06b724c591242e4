"""Answers that bind: what a checklist says, what goes together, what was answered before, and what was told in time."""

from __future__ import annotations

from typing import Any

from tests.support.judging import Judge, told

FIELDS: dict[str, Any] = {
    "risk": {"type": "checklist", "label": "Risk", "checklist": "risk", "optional": True},
    "guests": {"type": "parties", "label": "Guests", "optional": True},
    "minute": {"type": "text", "label": "The minute", "optional": True},
    "effect": {
        "type": "enum",
        "label": "Effect",
        "optional": True,
        "options": {"at_once": "At once", "later": "Later"},
    },
    "findings": {
        "type": "enum",
        "label": "Finding",
        "each": "allegation",
        "optional": True,
        "options": {"proved": "Proved", "not_proved": "Not proved"},
    },
}

safe = Judge({"kind": "checklist_says", "field": "risk", "answers": ["no"]}, FIELDS)
harmless = Judge(
    {"kind": "checklist_says", "field": "risk", "answers": ["no"], "questions": ["harm"]}, FIELDS
)
minuted = Judge({"kind": "also_given", "field": "guests", "also": "minute"}, FIELDS)
same = Judge({"kind": "as_answered", "field": "effect", "earlier": "effect"}, FIELDS)
first = Judge({"kind": "step_not_taken", "steps": ["look", "put_off"]})
again = Judge({"kind": "step_taken", "steps": ["put_off"], "since": ["look"]})
told_in_time = Judge(
    {
        "kind": "allegations_notified",
        "letter": "invitation",
        "field": "findings",
        "steps": ["hear"],
        "until": "held_at",
        "clear_working_days": "notice_days",
    },
    FIELDS,
)
after_harm = Judge(
    {
        "kind": "evidence_recorded",
        "when": {"earlier": "risk", "question": "harm", "is": "yes"},
    }
)
after_any = Judge({"kind": "evidence_recorded", "when": {"earlier": "risk", "is": ["yes"]}})


def test_the_answers_of_a_checklist_carry_the_step() -> None:
    core = told()
    assert safe(core, risk={"harm": "no", "other": "no"}).status == "met"
    found = safe(core, risk={"harm": "no", "other": "yes"})
    assert found.status == "breached"
    assert found.says == "Risk: “Is there anything else?” is answered “yes”."
    assert harmless(core, risk={"harm": "no", "other": "yes"}).status == "met"
    assert harmless(core, risk={"harm": "unclear: who knows", "other": "no"}).status == "breached"


def test_what_goes_together_is_given_together() -> None:
    core = told()
    assert minuted(core).status == "not_reached"
    assert minuted(core, guests=["moira"], minute="2026/4").status == "met"
    found = minuted(core, guests=["moira"])
    assert (found.status, found.says) == ("not_shown", "“Guests” needs “The minute” beside it.")
    assert found.remedy == "Give --minute."


def test_an_answer_is_the_one_that_was_given_before() -> None:
    core = told()
    assert same(core, effect="later").status == "not_reached"
    core.take("tell_council", "wendy", irregular="Early.", told_on="2026-03-02", effect="at_once")
    assert same(core, effect="at_once").status == "met"
    found = same(core, effect="later")
    assert found.status == "breached"
    assert found.says == f"“Tell the council” (event {core.case.n}) said “At once”."
    assert found.events == (core.case.n,)


def test_a_step_that_must_not_have_been_taken() -> None:
    core = told()
    assert first(core).status == "met"
    core.take("look", "diane", why="reported")
    found = first(core)
    assert (found.status, found.events) == ("breached", (core.case.n,))
    assert found.says == f"“Look at the report” has been recorded already (event {core.case.n})."


def test_what_belongs_to_an_earlier_round_does_not_count() -> None:
    core = told()
    core.take("put_off", "wendy", irregular="Early.")
    assert again(core).status == "met"
    core.take("look", "diane", why="reported")
    assert again(core).status == "breached"
    core.take("put_off", "wendy")
    assert again(core).status == "met"


def test_a_condition_looks_at_what_another_strand_answered_before() -> None:
    core = told()
    assert after_harm(core).status == "not_reached"
    core.take("send_home", "diane", risk={"harm": "no", "other": "yes"}, review_on="2026-03-16")
    assert after_harm(core).status == "not_reached"
    assert after_any(core).status == "breached"
    core.take("bring_back", "priya")
    core.take(
        "send_home",
        "diane",
        irregular="Again.",
        risk={"harm": "yes: It did.", "other": "no"},
        review_on="2026-03-16",
    )
    assert after_harm(core).status == "breached"


def test_each_allegation_has_a_notice_of_its_own() -> None:
    core = told()
    old = core.allege()
    core.evidence()
    core.disclose("evidence-2")
    core.take("look", "diane", why="reported")
    core.letter(served="2026-03-03")
    new = core.allege()
    core.on("2026-03-18T12:00")
    core.take("hear", "felix", held_at="2026-03-18T10:00", answers={"1": "Yes.", "2": "No."})
    assert told_in_time(core, findings={"1": "proved", "2": "not_proved"}).status == "met"
    found = told_in_time(core, findings={"1": "proved", "2": "proved"})
    assert found.status == "breached"
    assert found.says == (
        "Of allegation 2 the employee did not have 10 clear working days’ notice before the hearing."
    )
    assert core.case.allegations[new].n in found.events
    assert core.case.allegations[old].n not in found.events


def test_notice_of_an_allegation_is_not_asked_of_a_hearing_that_was_not_in_order() -> None:
    core = told()
    core.allege()
    assert told_in_time(core, findings={"1": "proved"}).status == "not_reached"
    core.take("hear", "felix", irregular="In a hurry.", held_at="2026-03-02T10:00", answers={"1": "Yes."})
    assert told_in_time(core, findings={"1": "proved"}).status == "not_reached"
