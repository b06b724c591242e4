"""Provable legality: what was decided is found lawful, and whatever is changed afterwards is found out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from casework.base.canonical import canonical_bytes
from casework.base.time import format_instant
from casework.cases.legality import Unlawful, as_requested, unlawful_steps
from casework.cases.replay import Recorded, replay
from casework.cases.request import WaiverRequest
from tests.support import telling
from tests.support.core import CALENDAR, POLICY, Core, moment
from tests.support.judging import told
from tests.support.policies import england, shipped

STEPS = ("step_taken", "step_irregular")


@cache
def whole() -> Core:
    """A case from report to appeal: with a suspension, a waiver, an irregular fact, a correction and an annulment."""
    core = telling.suspended(telling.triaged(telling.opened()))
    core.take(
        "hold_investigation_meeting",
        "diane",
        held_at="2026-03-02T11:00",
        invited="agreed",
        account="He meant well.",
        irregular="She questioned him herself.",
    )
    telling.to_answer(telling.investigated(core))
    meeting = core.case.last_step("hold_investigation_meeting")
    assert meeting is not None
    core.correct(meeting.n, held_at="2026-03-10T11:00")
    telling.heard(telling.invited(core, members=["alan"], waive=[_alone()]))
    telling.warned(core)
    telling.appeal_heard(telling.appealed(core, "2026-03-30"))
    core.take("uphold_appeal", "grace", reasons="So it is.", reinstates=False)
    core.annul(core.case.n)
    core.take(
        "uphold_appeal_in_part",
        "grace",
        sanction="oral_warning",
        reasons="Too harsh.",
        earlier_defects="None.",
        change_required="Ask first.",
        reinstates=False,
    )
    return core


def _alone() -> WaiverRequest:
    return WaiverRequest("full_panel", "priya", "Nobody else could sit.")


def found(history: list[Recorded], since: int = 1) -> list[Unlawful]:
    return unlawful_steps(history, {POLICY: shipped()}, {CALENDAR: england()}, since=since)


def test_what_was_decided_is_found_lawful() -> None:
    core = whole()
    assert found(core.history) == []
    kinds = {event.facts["kind"] for event in core.history}
    assert {"step_irregular", "corrected", "annulled"} <= kinds


def test_nothing_of_it_needs_the_words() -> None:
    core = whole()
    for event in core.history:
        if event.facts["kind"] in STEPS:
            before = replay(core.history[: event.n - 1])
            request = as_requested(event.facts, core.policy, before)
            assert "Too harsh." not in repr(request)


def changed(facts: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {name: value for name, value in {**facts, **parts}.items() if value is not None}


def tamperings(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in a step's facts that follows from the policy, changed in some way; each is still canonical."""
    policy = shipped()
    strand = policy.strands[facts["strand"]]
    other_state = next(name for name in strand.states if name != facts["to"])
    yield "to", changed(facts, to=other_state)
    yield (
        "from",
        changed(facts, **{"from": other_state if other_state != facts["from"] else facts["to"] + "x"}),
    )
    yield "strand", changed(facts, strand="suspension" if facts["strand"] == "procedure" else "procedure")
    yield "step", changed(facts, step="close_case")
    yield "no such step", changed(facts, step="vanish")
    yield "final", changed(facts, final=not facts["final"])
    yield "stage", changed(facts, stage="appeal" if facts.get("stage") != "appeal" else "hearing")
    yield "policy", changed(facts, policy="another")
    yield "calendar", changed(facts, calendar="another")
    for role in ("witness", "hr_adviser"):
        yield f"taken by a {role}", changed(facts, taken_by={**facts["taken_by"], "role": role})
    yield "taken by a witness", changed(facts, taken_by={**facts["taken_by"], "party": "sam"})
    yield "taken by nobody", changed(facts, taken_by={**facts["taken_by"], "party": "nobody"})
    yield "recorded by a clerk", changed(facts, recorded_by={**facts["recorded_by"], "role": "clerk"})
    yield "recorded by a witness", changed(facts, recorded_by={"party": "sam", "role": "reporter"})
    breached = facts.get("breached", [])
    yield "breached more", changed(facts, breached=[*breached, "notice"])
    if breached:
        yield "breached less", changed(facts, breached=breached[1:] or None)
        yield "regular", changed(facts, kind="step_taken", breached=None)
    else:
        yield "irregular", changed(facts, kind="step_irregular")
    waived = facts.get("waived", [])
    more = {"requirement": "evidence_disclosed", "by": "priya", "role": "governing_body"}
    yield "waived more", changed(facts, waived=[*waived, more])
    if waived:
        yield "waived less", changed(facts, waived=waived[1:] or None)
        yield "waived by another", changed(facts, waived=[{**waived[0], "by": "sam"}])
        yield "waived in another part", changed(facts, waived=[{**waived[0], "role": "hearing_chair"}])
    for index, clock in enumerate(facts.get("clocks", [])):
        later = [*facts["clocks"]]
        later[index] = {**clock, "due": "2027-01-01"}
        yield f"{clock['clock']} due later", changed(facts, clocks=later)
        yield (
            f"no {clock['clock']}",
            changed(facts, clocks=[c for c in facts["clocks"] if c != clock] or None),
        )
    yield (
        "a clock of its own",
        changed(
            facts,
            clocks=[*facts.get("clocks", []), {"clock": "triage", "from": "2026-03-02", "due": "2026-03-05"}],
        ),
    )
    yield "stopped more", changed(facts, stopped=[*facts.get("stopped", []), "hearing_x"])
    if "stopped" in facts:
        yield "stopped less", changed(facts, stopped=facts["stopped"][1:] or None)
    yield (
        "a part of its own",
        changed(facts, assigned={**facts.get("assigned", {}), "tom": ["hearing_chair"]}),
    )
    if "assigned" in facts:
        yield "nobody assigned", changed(facts, assigned=None)
    yield "words that no field has", changed(facts, given=[*facts.get("given", []), "poem"])
    for name in facts.get("given", []):
        fewer = [item for item in facts["given"] if item != name]
        if not policy.steps[facts["step"]][1].fields[name].optional:
            yield f"no words for {name}", changed(facts, given=fewer or None)
    yield "words for part of it", changed(facts, worded={"reasons": ["first"]})
    warning = {"sanction": "final_written_warning", "from": "2026-01-01", "until": "2026-12-31"}
    if policy.steps[facts["step"]][1].imposes is None:
        yield "a warning of its own", changed(facts, relied={"live_warnings": [warning]})
    for name in facts["values"]:
        if not policy.steps[facts["step"]][1].fields[name].optional:
            rest = {key: value for key, value in facts["values"].items() if key != name}
            yield f"no {name}", changed(facts, values=rest)
        yield f"another form of {name}", changed(facts, values={**facts["values"], name: 7})
    yield "a value of its own", changed(facts, values={**facts["values"], "poem": True})
    yield "another member", changed(facts, note="hello")
    yield "in the future", changed(facts, occurred={"precision": "day", "date": "2030-01-01"})
    yield "no date", changed(facts, occurred={"precision": "unknown"})
    for name in (
        "from",
        "to",
        "taken_by",
        "recorded_by",
        "values",
        "occurred",
        "calendar",
        "policy",
        "strand",
    ):
        yield f"without {name}", changed(facts, **{name: None})
        yield f"{name} of another type", changed(facts, **{name: 7})


@pytest.mark.parametrize("n", [event.n for event in whole().history if event.facts["kind"] in STEPS])
def test_whatever_is_changed_in_a_step_is_found_out(n: int) -> None:
    history = whole().history[:n]
    event = history[-1]
    for name, facts in tamperings(dict(event.facts)):
        canonical_bytes(facts)
        assert facts != event.facts, name
        says = found([*history[:-1], replace(event, facts=facts)], since=n)
        assert [item.n for item in says] == [n], name
        assert says[0].says.endswith("."), name


def test_a_hearing_moved_before_the_end_of_the_notice_is_found_out() -> None:
    core = telling.heard(
        telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    )
    event = core.history[-1]
    values = {**event.facts["values"], "held_at": "2026-03-24T10:00"}
    when = {"precision": "minute", "date": "2026-03-24", "time": "10:00"}
    early = replace(event, facts={**event.facts, "values": values, "occurred": when})
    (wrong,) = found([*core.history[:-1], early])
    assert wrong.n == event.n
    assert "It was not allowed: The notice is too short." in wrong.says


def test_what_was_lawful_only_after_it_was_recorded_is_found_out() -> None:
    core = whole()
    event = next(item for item in core.history if item.facts.get("step") == "hold_hearing")
    earlier = replace(event, recorded=format_instant(moment("2026-03-20")))
    says = found([*core.history[: event.n - 1], earlier])
    assert [item.n for item in says] == [event.n]


def test_a_policy_or_calendar_that_is_not_there_is_said() -> None:
    core = whole()
    every = [event.n for event in core.history if event.facts["kind"] in STEPS]
    for policies, calendars in (({}, {CALENDAR: england()}), ({POLICY: shipped()}, {})):
        says = [item for item in unlawful_steps(core.history, policies, calendars) if item.n in every]
        assert [item.n for item in says] == every
        assert {item.says for item in says} == {"The policy or calendar that it names is not there."}


def judged(core: Core, n: int, **parts: Any) -> list[int]:
    event = core.history[n - 1]
    return [
        item.n
        for item in unlawful_steps(
            [*core.history[: n - 1], replace(event, facts=changed(dict(event.facts), **parts))],
            {POLICY: core.policy},
            {CALENDAR: england()},
        )
    ]


def test_a_service_that_would_count_too_early_is_found_out() -> None:
    core = told().on("2026-03-31")
    letter = core.letter("outcome")
    n = core.serve(letter, "2026-03-31", "first_class")
    assert judged(core, n) == []
    assert judged(core, n, effective="2026-03-31") == [n]
    assert judged(core, n, method="hand") == [n]
    assert judged(core, n, method="pigeon") == [n]
    assert judged(core, n, template="invitation") == [n]
    assert judged(core, n, clocks=None) == [n]
    assert judged(core, n, letter="nothing") == [n]
    assert judged(core, n, occurred={"precision": "day", "date": "2026-03-01"}) == [n]


def test_a_letters_clocks_and_a_cases_beginning_follow_from_the_policy() -> None:
    core = whole()
    issued = [event.n for event in core.history if event.facts["kind"] == "letter_issued"]
    for n in issued:
        assert judged(core, n) == []
        assert judged(core, n, stopped=["hearing"]) == [n]
        assert judged(core, n, template="poem") == [n]
    assert judged(core, 1) == []
    assert judged(core, 1, clocks=None) == [1]
    assert judged(core, 1, states={"procedure": "closed", "suspension": "not_suspended"}) == [1]
    assert judged(core, 1, stage="appeal") == [1]


def test_a_letter_that_was_dated_back_is_found_out() -> None:
    core = whole()
    n = next(event.n for event in core.history if event.facts["kind"] == "letter_issued")
    day = core.history[n - 1].facts["occurred"]["date"]
    before = {"precision": "day", "date": (date.fromisoformat(day) - timedelta(days=1)).isoformat()}
    assert judged(core, n, occurred=before) == [n]


@pytest.mark.parametrize(("recorded", "wrong"), [("00:04:59", False), ("00:05:01", True)])
def test_a_letter_printed_before_midnight_may_be_recorded_just_after_it(recorded: str, wrong: bool) -> None:
    core = whole()
    event = next(item for item in core.history if item.facts["kind"] == "letter_issued")
    after = date.fromisoformat(event.facts["occurred"]["date"]) + timedelta(days=1)
    late = format_instant(datetime.fromisoformat(f"{after}T{recorded}+00:00"))
    says = found([*core.history[: event.n - 1], replace(event, recorded=late)], since=event.n)
    assert bool(says) is wrong


def test_a_correction_changes_no_more_than_a_correction_may() -> None:
    core = whole()
    n = next(event.n for event in core.history if event.facts["kind"] == "corrected")
    replaces = core.history[n - 1].facts["replaces"]
    assert judged(core, n) == []
    for name, value in (("to", "closed"), ("step", "close_case"), ("taken_by", {}), ("waived", [])):
        assert judged(core, n, replaces={**replaces, name: value}) == [n]
    assert judged(core, n, event=1) == [n]
    assert judged(core, n, event=99) == [n]


def test_part_of_the_words_is_remembered_as_part() -> None:
    core = telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    telling.heard(core, responses={"1": "Sorry."}, irregular="A page of the notes is lost.")
    assert core.history[-1].facts["worded"] == {"responses": ["first"]}
    assert core.history[-1].facts["breached"] == ["field:responses"]
    assert core.unlawful() == []


def test_part_of_the_reasons_is_remembered_as_part() -> None:
    core = told()
    core.take(
        "send_home",
        "diane",
        risk={"harm": "yes", "other": "no: looked"},
        review_on="2026-03-16",
        irregular="So.",
    )
    assert core.history[-1].facts["worded"] == {"risk": ["other"]}
    assert core.unlawful() == []
    core.take("bring_back", "priya")
    assert core.unlawful() == []


def test_a_history_can_be_judged_from_where_it_was_left() -> None:
    core = whole()
    wrong = replace(core.history[0], facts=changed(dict(core.history[0].facts), clocks=None))
    history = [wrong, *core.history[1:]]
    assert next(iter(found(history))).n == 1
    assert 1 not in [item.n for item in found(history, since=2)]


def test_a_history_with_nothing_in_it_has_nothing_wrong() -> None:
    assert found([]) == []
