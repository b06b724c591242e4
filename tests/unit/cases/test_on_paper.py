"""What happened on paper: which steps of a policy it is, what the paper shows to be broken, and what it counts for."""

from __future__ import annotations

from typing import get_args

import pytest

from casework.cases.chronology_steps import STEP_KINDS
from casework.cases.fields import FieldInvalid
from casework.cases.on_paper import past_step, past_steps
from casework.cases.paper import parse_paper_case
from casework.cases.review import Told, review
from casework.cases.review_rules import RULES
from casework.procedure.load import load_policy, shipped_policies
from tests.support.core import Core
from tests.support.policies import shipped
from tests.support.telling import opened

HEAD_FIRST = """\
paper_case: 1
title: The head interviewed first and wrote that she was guilty
organisation: {school_type: M-LA}
employee: {is: assistant}
people:
  assistant: {title: Teaching assistant}
  head: {title: Head teacher, standing: head_teacher}
steps:
  - {what: report, when: 2026-02-16}
  - {what: investigation, when: 2026-02-16, by: head, employee_heard: yes, report_written: no, enough: no}
  - {what: hearing, happened: no}
  - {what: decision, when: 2026-02-16, by: head, sanction: first_written_warning, before_hearing: yes}
  - {what: outcome_letter, when: 2026-02, by: head, written: yes, says_appeal: no}
"""


def test_each_step_of_a_policy_is_one_that_paper_can_tell_of() -> None:
    for folder in shipped_policies().values():
        for name, (_, step) in load_policy(folder).steps.items():
            if step.on_paper is None:
                continue
            fields = STEP_KINDS[step.on_paper.what].model_fields
            for fact, wanted in step.on_paper.is_.items():
                possible = {str(item) for item in _values(fields[fact].annotation)}
                assert set(wanted) <= possible, name


def _values(annotation: object) -> set[object]:
    found: set[object] = set()
    for item in get_args(annotation):
        found |= _values(item) if get_args(item) else {item}
    return found


def test_a_head_who_interviewed_first_and_wrote_guilty_is_entered_as_it_happened() -> None:
    chronology = parse_paper_case(HEAD_FIRST)
    findings = review(Told.on_paper(chronology), RULES)
    told = past_steps(chronology, shipped(), findings)
    assert [(item.number, item.step) for item in told] == [
        (2, "hold_investigation_meeting"),
        (4, "give_warning"),
        (5, "record_outcome_letter"),
    ]
    assert [str(item.occurred.date) for item in told] == ["2026-02-16", "2026-02-16", "None"]
    broke = {item.step: {finding.rule for finding in item.breaches} for item in told}
    assert "ACAS-6" in broke["give_warning"]
    assert broke["record_outcome_letter"]
    assert all(finding.remedy for item in told for finding in item.breaches)


def _entered(core: Core, step: str, *, broke: tuple[str, ...] = ()) -> None:
    core.record(
        past_step(
            core.case,
            core.policy,
            step=step,
            number=2,
            occurred=core.context.occurred_today,
            taken_by=["diane"],
            broke=broke,
            recorder=core.by,
            context=core.context,
        )
    )


def test_it_moves_nothing_starts_no_clock_and_is_judged_again() -> None:
    core = opened()
    states, clocks = core.case.states, core.case.clocks
    _entered(core, "hold_hearing", broke=("ACAS-11",))
    assert (core.case.states, core.case.clocks) == (states, clocks)
    record = core.case.steps[-1]
    assert (record.on_paper, record.irregular, record.breached) == (True, True, ("ACAS-11",))
    assert core.unlawful() == []


def test_without_a_breach_it_is_not_irregular_and_whoever_acted_has_acted() -> None:
    core = opened()
    _entered(core, "report_investigation")
    assert not core.case.steps[-1].irregular
    assert core.case.steps[-1].taken_by == "diane"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"step": "nothing"}, "no step"),
        ({"taken_by": []}, "who did"),
        ({"taken_by": ["stranger"]}, "who did"),
    ],
)
def test_what_cannot_be_entered_is_said(changes: dict[str, object], says: str) -> None:
    core = opened()
    given: dict[str, object] = {
        "step": "hold_hearing",
        "number": 1,
        "occurred": core.context.occurred_today,
        "taken_by": ["diane"],
        "broke": (),
        "recorder": core.by,
        "context": core.context,
        **changes,
    }
    with pytest.raises(FieldInvalid, match=says):
        past_step(core.case, core.policy, **given)  # type: ignore[arg-type]
