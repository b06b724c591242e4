"""What holds on every path through the shipped policy, whoever does what on whichever day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from casework.base.time import LONDON
from casework.cases.decide import decide
from casework.cases.replay import CaseFold, replay
from casework.cases.request import Context, Decision, StepRefused, StepRequest
from tests.support.core import Core
from tests.support.driver import Walk

WALKS = st.lists(st.integers(0, 2**32 - 1), min_size=10, max_size=70)
"""A walk as the seeds of its acts."""


@given(WALKS)
def test_replaying_what_was_decided_gives_the_state_that_was_decided(seeds: list[int]) -> None:
    fold, taken = CaseFold(), 0

    def decided(core: Core, request: StepRequest, decision: Decision) -> None:
        facts = decision.facts
        assert facts["from"] == core.case.states[facts["strand"]]
        assert decide(core.case, core.policy, request, core.context) == decision
        expected[facts["strand"]] = facts["to"]

    expected: dict[str, str] = {}
    walk = Walk(decided)
    for seed in seeds:
        expected.clear()
        before = walk.core.case.n
        walk.act(seed)
        core = walk.core
        assert core.case == replay(core.history)
        assert {name: core.case.states[name] for name in expected} == expected
        assert [event.n for event in core.history] == list(range(1, len(core.history) + 1))
        assert core.case.n == len(core.history) >= before
        for strand, state in core.case.states.items():
            assert state in core.policy.strands[strand].states
        for event in core.history[taken:]:
            fold.take(event)
        taken = len(core.history)
        assert fold.case() == core.case
        for record in core.case.steps:  # whatever was corrected since, no answer is lost
            assert set(record.values) >= set(core.history[record.n - 1].facts["values"])
    assert walk.core.unlawful() == []


@given(WALKS)
def test_no_path_reaches_a_sanction_without_a_served_invitation_and_a_hearing(seeds: list[int]) -> None:
    def decided(core: Core, request: StepRequest, decision: Decision) -> None:
        step = core.policy.steps[request.step][1]
        if step.imposes is None or step.appeal_outcome is not None or request.irregular is not None:
            return
        if step.act == "accepted_without_hearing":
            assert decision.facts["values"]["advice_offered"] is True
            return
        hearing = core.case.last_step("hold_hearing")
        assert hearing is not None
        if not hearing.irregular and not hearing.breached:
            served = [
                service.effective
                for letter in core.case.letters.values()
                if letter.template == "hearing-invitation"
                for service in letter.services
            ]
            assert hearing.occurred.date is not None
            assert any(day <= hearing.occurred.date for day in served)

    walk = Walk(decided)
    for seed in seeds:
        walk.act(seed)


@given(WALKS)
def test_whoever_investigated_never_chairs_and_whoever_judged_never_hears_the_appeal(
    seeds: list[int],
) -> None:
    def decided(core: Core, request: StepRequest, decision: Decision) -> None:
        if request.irregular is not None:
            return
        waived = {item["requirement"] for item in decision.facts.get("waived", ())}
        record = decision.facts["taken_by"]["party"]
        if request.step == "hold_hearing" and "investigator_does_not_decide" not in waived:
            investigated = core.case.acted_as("investigating_officer")
            sitting = {record, *(party.id for party in core.case.holders("hearing_panel_member"))}
            assert not sitting & investigated
        if request.step == "hold_appeal_hearing":
            held = [step for step in core.case.steps if step.step in ("hold_hearing", "resume_hearing")]
            judged = {
                party
                for step in held
                for role in ("hearing_chair", "hearing_panel_member")
                for party in core.case.held_at(role, step.n)
            }
            sitting = {record, *(party.id for party in core.case.holders("appeal_panel_member"))}
            assert not sitting & (judged | core.case.acted_as("investigating_officer"))

    walk = Walk(decided)
    for seed in seeds:
        walk.act(seed)


@given(WALKS)
def test_an_appeal_never_increases_a_sanction(seeds: list[int]) -> None:
    def decided(core: Core, request: StepRequest, decision: Decision) -> None:
        if request.step != "uphold_appeal_in_part" or request.irregular is not None:
            return
        sanctions = core.policy.sanctions
        first = [
            record
            for record in core.case.steps
            if (step := core.policy.steps[record.step][1]).imposes and step.appeal_outcome is None
        ][-1]
        old = first.values.get("sanction", core.policy.steps[first.step][1].imposes)
        assert sanctions[decision.facts["values"]["sanction"]].level <= sanctions[str(old)].level

    walk = Walk(decided)
    for seed in seeds:
        walk.act(seed)


@given(WALKS)
def test_what_a_refusal_says_about_dates_puts_the_dates_right(seeds: list[int]) -> None:
    def refused(core: Core, request: StepRequest, refusal: StepRefused) -> None:
        again = str(refusal)
        assert all(item.says and (item.remedy or item.waivable_by) for item in refusal.unmet), again
        dated = {item.requirement for item in refusal.unmet if item.fix}
        if not dated:
            return
        assert refusal.earliest is not None
        step = core.policy.steps[request.step][1]
        missing = [
            item.requirement.removeprefix("field:")
            for item in refusal.unmet
            if item.requirement.startswith("field:") and item.status == "not_shown"
        ]
        filled = {name: walk.value(step.fields[name], random) for name in missing}
        if "method" in filled:  # a date is worked out for delivery by hand where no other way is named
            filled["method"] = "hand"
        values: dict[str, Any] = {**request.values, **filled, **refusal.fix}
        now = core.now
        for name, field in step.fields.items():
            if field.occurrence and name in refusal.fix:
                now = max(now, datetime.fromisoformat(values[name]).replace(tzinfo=LONDON))
        context: Context = replace(core.context, now=now)
        try:
            decide(core.case, core.policy, replace(request, values=values), context)
        except StepRefused as still:
            assert not {item.requirement for item in still.unmet} & dated, str(still)

    random = Random(1)
    walk = Walk(refused=refused)
    for seed in seeds:
        walk.act(seed)
