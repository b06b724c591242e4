"""Evidence, allegations, findings and answered questions: how each stands, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.core import Core
from tests.support.judging import Judge, told

FIELDS: dict[str, Any] = {
    "risk": {"type": "checklist", "label": "Risk", "checklist": "risk", "optional": True},
    "findings": {
        "type": "enum",
        "label": "Finding",
        "each": "allegation",
        "optional": True,
        "options": {"proved": "Proved", "not_proved": "Not proved"},
    },
    "pay": {"type": "boolean", "label": "On full pay", "optional": True},
    "route": {
        "type": "enum",
        "label": "Route",
        "optional": True,
        "options": {"formal": "Formal", "informal": "Informal", "other": "Other"},
    },
}

recorded = Judge({"kind": "evidence_recorded"})
two_items = Judge({"kind": "evidence_recorded", "at_least": 2})
disclosed = Judge({"kind": "evidence_disclosed"})
specified = Judge({"kind": "allegations_specified"})
answered = Judge({"kind": "checklist_answered", "field": "risk"}, FIELDS)
decided = Judge({"kind": "findings_complete", "field": "findings"}, FIELDS)
something = Judge({"kind": "findings_complete", "field": "findings", "proved": "at_least_one"}, FIELDS)
nothing = Judge({"kind": "findings_complete", "field": "findings", "proved": "none"}, FIELDS)
gross = Judge({"kind": "gross_misconduct_notified", "letter": "invitation", "field": "findings"}, FIELDS)
full_pay = Judge({"kind": "value_is", "field": "pay", "values": [True]}, FIELDS)
formal = Judge({"kind": "value_is", "field": "route", "values": ["formal", "informal"]}, FIELDS)


def test_evidence_is_recorded_by_any_item() -> None:
    core = told()
    found = recorded(core)
    assert (found.status, found.says) == ("breached", "No evidence is on the case.")
    assert found.remedy == "Add the evidence that was found: `casework evidence add`."
    core.evidence()
    assert recorded(core).status == "met"
    assert recorded(core).events == (core.case.n,)


def test_too_little_evidence_says_how_much_is_asked_for() -> None:
    core = told()
    core.evidence()
    found = two_items(core)
    assert (found.status, found.says) == ("breached", "1 of at least 2 items of evidence are on the case.")
    core.evidence()
    assert two_items(core).status == "met"


def test_each_item_is_disclosed_or_withheld_with_a_reason() -> None:
    core = told()
    assert disclosed(core).status == "met"
    first, second, third = core.evidence(), core.evidence(), core.evidence()
    items = tuple(core.case.evidence[item].n for item in (first, second, third))
    found = disclosed(core)
    assert found.status == "breached"
    assert found.says == "Items 1, 2 and 3 of the evidence have not been given to the employee."
    assert found.events == items
    assert found.remedy.startswith("Disclose each item, or withhold it with a reason")
    given = core.disclose(first, third)
    found = disclosed(core)
    assert found.says == "Item 2 of the evidence has not been given to the employee."
    assert found.events == items[1:2]
    withheld = core.disclose(second, how="withheld")
    assert disclosed(core).status == "met"
    assert disclosed(core).events == (given, withheld, given)


def test_an_allegation_says_what_when_and_against_which_rule() -> None:
    core = told()
    found = specified(core)
    assert (found.status, found.says) == ("breached", "No allegation is recorded.")
    assert found.remedy == "Add each allegation: `casework case allege`."
    core.allege("first")
    assert specified(core).status == "met"
    core.allege("second", period=None)
    core.allege("third", clauses=[])
    found = specified(core)
    assert found.status == "breached"
    assert found.says == "Allegations 2 and 3 do not say when it happened or which rule it concerns."
    assert found.events == tuple(core.case.allegations[name].n for name in ("second", "third"))
    core.allege("second")
    assert specified(core).says == "Allegation 3 does not say when it happened or which rule it concerns."
    core.withdraw_allegation("third")
    assert specified(core).status == "met"
    assert specified(core).events == tuple(core.case.allegations[name].n for name in ("first", "second"))


def test_withdrawn_allegations_do_not_stand() -> None:
    core = told()
    core.allege("first")
    core.withdraw_allegation("first")
    assert specified(core).says == "No allegation is recorded."


@pytest.mark.parametrize(
    ("answers", "status", "says", "remedy"),
    [
        ({"harm": "no", "other": "no"}, "met", "Risk: every question is answered.", ""),
        ({"harm": "yes: a bruise", "other": "yes"}, "met", "Risk: every question is answered.", ""),
        (
            {"harm": "no"},
            "breached",
            "Risk: “Is there anything else?” is not answered.",
            "Answer every question.",
        ),
        (
            {"harm": "yes", "other": "no"},
            "breached",
            "Risk: “Was a child harmed?” needs a reason.",
            "Give it after a colon: harm=yes:because …",
        ),
        (
            {"harm": "unclear: \u200b", "other": "no"},
            "breached",
            "Risk: “Was a child harmed?” needs a reason.",
            "Give it after a colon: harm=unclear:because …",
        ),
    ],
)
def test_a_checklist_wants_every_answer_and_the_reasons_it_asks_for(
    answers: dict[str, str], status: str, says: str, remedy: str
) -> None:
    found = answered(told(), risk=answers)
    assert (found.status, found.says, found.remedy) == (status, says, remedy)


def test_a_checklist_names_everything_that_is_open_at_once() -> None:
    found = answered(told(), risk={"harm": "yes"})
    assert found.says == (
        "Risk: “Was a child harmed?” needs a reason; “Is there anything else?” is not answered."
    )


def alleged() -> Core:
    core = told()
    core.allege("first", gross=True)
    core.allege("second")
    return core


@pytest.mark.parametrize(
    ("judge", "findings", "status", "says"),
    [
        (decided, {}, "breached", "There is no finding on allegations 1 and 2."),
        (decided, {"1": "proved"}, "breached", "There is no finding on allegation 2."),
        (decided, {"1": "not_proved", "2": "not_proved"}, "met", "Each allegation has a finding."),
        (something, {"1": "not_proved", "2": "proved"}, "met", "Each allegation has a finding."),
        (
            something,
            {"1": "not_proved", "2": "not_proved"},
            "breached",
            "No allegation was proved, so there is nothing to sanction.",
        ),
        (nothing, {"1": "not_proved", "2": "not_proved"}, "met", "Each allegation has a finding."),
        (
            nothing,
            {"1": "not_proved", "2": "proved"},
            "breached",
            "An allegation was proved, and this step says that none was.",
        ),
    ],
)
def test_findings_are_complete_and_carry_the_step(
    judge: Judge, findings: dict[str, str], status: str, says: str
) -> None:
    core = alleged()
    found = judge(core, findings=findings)
    assert (found.status, found.says) == (status, says)
    if status == "met":
        assert found.events == tuple(item.n for item in core.case.standing_allegations)
    else:
        assert found.remedy


def test_a_withdrawn_allegation_needs_no_finding() -> None:
    core = alleged()
    core.withdraw_allegation("second")
    assert something(core, findings={"1": "proved"}).status == "met"
    assert something(core, findings={"1": "not_proved", "second": "proved"}).status == "breached"


def test_gross_misconduct_is_what_the_letter_called_so() -> None:
    core = alleged()
    assert gross(core, findings={"1": "proved"}).status == "breached"
    letter = core.letter()
    found = gross(core, findings={"1": "proved", "2": "not_proved"})
    assert (found.status, found.events) == ("met", (core.case.letters[letter].issued,))
    missed = gross(core, findings={"1": "not_proved", "2": "proved"})
    assert missed.status == "breached"
    assert missed.says == "No proved allegation was notified to the employee as potential gross misconduct."
    assert missed.remedy == "Choose a sanction that was within what the invitation said."


def test_what_is_called_gross_after_the_letter_was_not_notified() -> None:
    core = alleged()
    core.letter()
    core.allege("second", gross=True)
    assert gross(core, findings={"2": "proved"}).status == "breached"


def test_only_the_invitation_that_stands_notifies() -> None:
    core = alleged()
    first = core.letter()
    core.allege("first", gross=False)
    core.letter(supersedes=first)
    assert gross(core, findings={"1": "proved"}).status == "breached"


@pytest.mark.parametrize(
    ("judge", "given", "status", "says"),
    [
        (full_pay, {"pay": True}, "met", "“On full pay” is as it must be."),
        (full_pay, {"pay": False}, "breached", "“On full pay” must be yes here."),
        (full_pay, {}, "not_shown", "“On full pay” is not answered."),
        (formal, {"route": "informal"}, "met", "“Route” is as it must be."),
        (formal, {"route": "other"}, "breached", "“Route” must be “Formal” or “Informal” here."),
    ],
)
def test_a_value_is_as_the_policy_wants_it(
    judge: Judge, given: dict[str, Any], status: str, says: str
) -> None:
    found = judge(told(), **given)
    assert (found.status, found.says) == (status, says)


def test_the_remedy_is_what_is_typed() -> None:
    assert formal(told(), route="other").remedy == "Put formal or informal, if that is what is true."
    assert full_pay(told(), pay=False).remedy == "Put yes, if that is what is true."


def test_a_value_given_before_in_the_strand_counts_until_it_is_given_anew() -> None:
    core = told()
    core.policy = full_pay.policy
    core.take("probe", "diane", pay=True)
    assert full_pay(core).status == "met"
    assert full_pay(core, pay=False).status == "breached"
