"""What is recorded beside steps: opening, people, allegations, evidence, notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casework.base.time import parse_occurred
from casework.cases import acts, evidence_acts
from casework.cases.acts import UnknownItem
from casework.cases.fields import FieldInvalid
from casework.cases.request import Decision
from tests.support.core import CALENDAR, CATALOGUE, POLICY, Core
from tests.support.judging import told
from tests.support.policies import shipped, social_media

UNPRINTABLE = "before \x1b[2J after"


def opened(**asked: Any) -> Decision:
    core = told()
    given: dict[str, Any] = {
        "policy": core.policy,
        "policy_digest": POLICY,
        "catalogues": ["b", "a"],
        "reference": "ASH-26-7KQ4",
        "reported": parse_occurred("2026-03-02T08:50"),
        "summary": " A parent rang. ",
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return acts.open_case(**given)


def test_a_case_opens_in_the_first_state_of_each_strand_with_its_clocks() -> None:
    assert dict(opened().facts) == {
        "kind": "case_opened",
        "reference": "ASH-26-7KQ4",
        "policy": POLICY,
        "catalogues": ["a", "b"],
        "calendar": CALENDAR,
        "states": {"procedure": "reported", "leave": "at_work"},
        "stage": "reported",
        "final": False,
        "occurred": {"precision": "minute", "date": "2026-03-02", "time": "08:50"},
        "recorded_by": {"party": "helen", "role": "adviser"},
        "clocks": [{"clock": "look", "from": "2026-03-02", "due": "2026-03-05"}],
    }
    assert opened().body == {"summary": "A parent rang."}


def test_a_case_from_paper_opens_where_it_stands_with_no_clock() -> None:
    first = next(iter(Core().policy.strands["leave"].states))
    other = next(
        name
        for name, state in Core().policy.strands["leave"].states.items()
        if name != first and not state.final
    )
    facts = opened(standing={"leave": other, "procedure": "reported"}).facts
    assert facts["states"] == {"procedure": "reported", "leave": other}
    assert facts["taken_over"] == ["leave"]
    assert "clocks" not in facts
    assert dict(opened(standing={"procedure": "reported"}).facts) == dict(opened().facts)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"reported": parse_occurred("unknown")}, "A case needs the date on which the matter was reported."),
        ({"reported": parse_occurred("2026-03-03")}, "The report is dated in the future"),
        ({"standing": {"nowhere": "reported"}}, "The policy has no strand 'nowhere'."),
        ({"standing": {"procedure": "nowhere"}}, "cannot stand at 'nowhere'"),
        ({"summary": " "}, "A case needs a sentence that says what was reported."),
        ({"summary": "\u200b"}, "A case needs a sentence that says what was reported."),
        ({"summary": UNPRINTABLE}, "cannot be printed"),
    ],
)
def test_a_case_needs_a_day_and_a_sentence(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(FieldInvalid, match=says):
        opened(**asked)


def test_a_person_joins_with_parts_and_flags() -> None:
    core = told()
    core.join("tess", "witness", "witness", teacher=True, head=False)
    assert core.history[-1].facts == {
        "kind": "party_added",
        "party": "tess",
        "roles": ["witness"],
        "flags": {"teacher": True},
        "recorded_by": {"party": "helen", "role": "adviser"},
    }
    party = core.case.parties["tess"]
    assert (party.roles, party.teacher, party.head, party.union_rep) == (("witness",), True, False, False)


def test_changed_details_are_new_words_and_flags_and_leave_parts_alone() -> None:
    core = told()
    joined = core.join("tess", "witness", "witness", teacher=True)
    changed = core.details("tess", name="Tess Hill", head=True)
    assert core.history[-1].facts == {
        "kind": "party_details_changed",
        "party": "tess",
        "flags": {"head": True},
        "recorded_by": {"party": "helen", "role": "adviser"},
    }
    party = core.case.parties["tess"]
    assert (party.n, party.words, party.roles) == (joined, changed, ("witness",))
    assert (party.teacher, party.head) == (False, True)
    core.annul(changed)
    party = core.case.parties["tess"]
    assert (party.n, party.words, party.teacher, party.head) == (joined, joined, True, False)
    assert core.unlawful() == []
    with pytest.raises(UnknownItem, match="not part of the case"):
        core.details("nobody")


def test_parts_are_those_of_the_policy() -> None:
    core = told()
    for give in (lambda: core.join("tess", "king"), lambda: core.roles("sam", "king")):
        with pytest.raises(FieldInvalid, match=r"There is no role 'king'. Roles: employee, reporter"):
            give()


def test_parts_are_given_exactly() -> None:
    core = told()
    core.roles("sam", "witness", "clerk", "witness")
    assert core.case.parties["sam"].roles == ("witness", "clerk")
    assert core.bodies[-1] == {"reason": "asked to"}
    core.roles("sam")
    assert core.case.parties["sam"].roles == ()
    with pytest.raises(UnknownItem, match="not part of the case"):
        core.roles("nobody", "clerk")


def test_a_part_for_one_person_is_not_given_to_a_second() -> None:
    core = Core(shipped(), people={"jordan": ["employee"], "sam": []}, recorder=("helen", "hr_adviser"))
    with pytest.raises(FieldInvalid, match="Somebody else is the employee") as caught:
        core.roles("sam", "employee")
    assert "take that part from them first" in caught.value.remedy
    with pytest.raises(FieldInvalid, match="Somebody else is the employee"):
        core.join("tess", "employee")
    core.roles("jordan", "employee", "witness")
    core.roles("jordan", "witness")
    core.roles("sam", "employee")
    assert core.case.employee == core.case.parties["sam"]


# --- Allegations --------------------------------------------------------------------------------------------


def allege(core: Core, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "allegation": "first",
        "text": "That you did it.",
        "clauses": ["SMP-4.3"],
        "band": "S3",
        "period": (date(2026, 2, 26), date(2026, 2, 27)),
        "gross_misconduct": True,
        "catalogues": [social_media()],
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return acts.allege(core.case, **given)


def test_an_allegation_is_typed_facts_and_sealed_words() -> None:
    decision = allege(told(), clauses=["SMP-4.3", "SMP-4.1a", "SMP-4.3"])
    assert dict(decision.facts) == {
        "kind": "allegation_added",
        "allegation": "first",
        "clauses": ["SMP-4.3", "SMP-4.1a"],
        "band": "S3",
        "gross_misconduct": True,
        "recorded_by": {"party": "helen", "role": "adviser"},
        "period": {"from": "2026-02-26", "to": "2026-02-27"},
    }
    assert decision.body == {"text": "That you did it."}


def test_an_allegation_of_unknown_date_has_no_period() -> None:
    assert "period" not in allege(told(), period=None).facts


def test_amending_keeps_both_versions() -> None:
    core = told()
    core.record(allege(core))
    decision = allege(core, period=None, gross_misconduct=False)
    assert decision.facts["kind"] == "allegation_amended"
    core.record(decision)
    assert core.case.allegations["first"].gross_misconduct is False


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"clauses": ["SMP-99"]}, "There is no clause 'SMP-99'"),
        ({"clauses": ["SMP-1.1"]}, "sets no rule that can be broken"),
        ({"text": " "}, "An allegation needs words"),
        ({"text": "\u200b"}, "An allegation needs words"),
        ({"text": UNPRINTABLE}, "cannot be printed"),
        ({"band": "serious"}, "There is no band 'serious'. Bands: S0, S1, S2, S3, S4, X."),
        ({"period": (date(2026, 2, 27), date(2026, 2, 26))}, "ends before it begins"),
        ({"period": (date(2026, 3, 1), date(2026, 3, 3))}, "The allegation is dated in the future"),
    ],
)
def test_an_allegation_that_cannot_be_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(FieldInvalid, match=says):
        allege(told(), **asked)


def test_withdrawing_an_allegation_needs_a_reason_and_is_done_once() -> None:
    core = told()
    core.allege("first")

    def withdraw(allegation: str, reason: str) -> Decision:
        return acts.withdraw_allegation(core.case, allegation=allegation, reason=reason, recorder=core.by)

    for blank in ("", " ", "\u200b"):
        with pytest.raises(FieldInvalid, match="needs a reason"):
            withdraw("first", blank)
    core.record(withdraw("first", " mistaken "))
    assert core.bodies[-1] == {"reason": "mistaken"}
    for unknown in ("first", "second"):
        with pytest.raises(UnknownItem, match="no such allegation that stands"):
            withdraw(unknown, "mistaken")


def test_a_withdrawn_allegation_does_not_come_back_by_being_amended() -> None:
    core = told()
    core.allege("first")
    core.withdraw_allegation("first")
    with pytest.raises(UnknownItem, match="was withdrawn"):
        allege(core)


# --- Evidence -----------------------------------------------------------------------------------------------


def add_evidence(core: Core, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "evidence": "page",
        "type_": "screenshot",
        "points": "for",
        "supports": [],
        "words": {"title": "The page"},
        "file": None,
        "occurred": core.today,
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return evidence_acts.add_evidence(core.case, **given)


def test_evidence_is_typed_facts_and_sealed_words() -> None:
    core = told()
    core.allege("first")
    core.allege("second")
    decision = add_evidence(
        core,
        supports=["second", "first", "second"],
        file={"id": "f", "sealed_sha256": "00"},
        words={"title": " cafe\u0301 ", "file_key": "ab"},
    )
    assert dict(decision.facts) == {
        "kind": "evidence_added",
        "evidence": "page",
        "type": "screenshot",
        "points": "for",
        "supports": ["first", "second"],
        "occurred": {"precision": "day", "date": "2026-03-02"},
        "recorded_by": {"party": "helen", "role": "adviser"},
        "file": {"id": "f", "sealed_sha256": "00"},
    }
    assert decision.body == {"title": "café", "file_key": "ab"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"type_": "rumour"}, "There is no type of evidence 'rumour'"),
        ({"points": "sideways"}, "Evidence points for, against, neutral; not 'sideways'"),
        ({"supports": ["first"]}, "names an allegation that is not in the case"),
        ({"occurred": parse_occurred("2026-03-03")}, "The evidence is dated in the future"),
        ({"words": {"title": UNPRINTABLE}}, "cannot be printed"),
    ],
)
def test_evidence_that_cannot_be_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(FieldInvalid, match=says):
        add_evidence(told(), **asked)


def disclose(core: Core, *items: str, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "how": "disclosed",
        "reason": "",
        "occurred": core.today,
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return evidence_acts.disclose_evidence(core.case, evidence=items, **given)


def test_disclosing_names_each_item_once_in_order() -> None:
    core = told()
    first, second = core.evidence(), core.evidence()
    decision = disclose(core, second, first, second)
    assert decision.facts["kind"] == "evidence_disclosed"
    assert decision.facts["evidence"] == [first, second]
    assert decision.body == {}


@pytest.mark.parametrize("reason", ["", " ", "\u200b"])
def test_withholding_needs_a_reason(reason: str) -> None:
    core = told()
    item = core.evidence()
    with pytest.raises(FieldInvalid, match="needs a reason"):
        disclose(core, item, how="withheld", reason=reason)
    decision = disclose(core, item, how="withheld", reason="It names a child.")
    assert (decision.facts["kind"], decision.body) == ("evidence_withheld", {"reason": "It names a child."})


def test_what_is_disclosed_is_there_and_is_something() -> None:
    core = told()
    with pytest.raises(FieldInvalid, match="Name at least one item"):
        disclose(core)
    with pytest.raises(UnknownItem, match="no such item of evidence"):
        disclose(core, "page")
    item = core.evidence()
    with pytest.raises(FieldInvalid, match="The disclosure is dated in the future"):
        disclose(core, item, occurred=parse_occurred("2026-03-03"))


# --- Notes --------------------------------------------------------------------------------------------------


def note(core: Core, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "type_": "advice",
        "text": " Keep it short.\r\nAnd kind. ",
        "occurred": core.today,
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return acts.add_note(**given)


def test_a_note_is_a_type_and_sealed_words() -> None:
    core = told()
    core.record(note(core))
    assert core.history[-1].facts["type"] == "advice"
    assert core.bodies[-1] == {"text": "Keep it short.\nAnd kind."}
    assert [(item.n, item.type) for item in core.case.notes] == [(core.case.n, "advice")]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"type_": "poem"}, "There is no type of note 'poem'. Types: note, advice, minutes."),
        ({"text": ""}, "A note needs words."),
        ({"text": "\u200b"}, "A note needs words."),
        ({"text": UNPRINTABLE}, "cannot be printed"),
        ({"occurred": parse_occurred("2026-03-03")}, "The note is dated in the future"),
    ],
)
def test_a_note_that_cannot_be_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(FieldInvalid, match=says):
        note(told(), **asked)


@pytest.mark.parametrize(
    "act",
    [
        lambda core: note(core, text="cafe\u0301"),
        lambda core: allege(core, text="cafe\u0301"),
        lambda core: opened(summary="cafe\u0301"),
        lambda core: add_evidence(core, words={"title": "cafe\u0301"}),
    ],
)
def test_pasted_words_are_kept_in_normal_form(act: Callable[[Core], Decision]) -> None:
    (said,) = act(told()).body.values()
    assert said == "café"


def test_the_helper_of_tests_opens_the_same_case() -> None:
    assert told().case.catalogues == (CATALOGUE,)
