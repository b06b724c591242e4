"""The policy that we ship: lawful as the check proves, and as the law's own words ask for."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml

from casework.base.resources import letters_dir, workflows_dir
from casework.procedure.check import check
from casework.procedure.graph import ways
from casework.procedure.load import (
    digest,
    from_resolved,
    load_catalogue,
    load_policy,
    shipped_catalogues,
    shipped_policies,
    to_resolved,
    with_settings,
)
from casework.procedure.model import STAGES, Deadline, Policy
from casework.procedure.requirements import Delegated, DifferentPeople, StepTaken, ValueIs
from tests.unit.procedure.small_policy import load_shipped

STRAND_FILES = sorted(workflows_dir().glob("*/strands/**/*.yaml"))
LETTERS = {path.parent.name for path in letters_dir().glob("*/letter.yaml")}


@pytest.fixture
def academy() -> Policy:
    return load_policy(shipped_policies()["england-academy"])


@pytest.fixture
def policy() -> Policy:
    return load_shipped()


def test_the_check_finds_nothing(policy: Policy) -> None:
    catalogues = [load_catalogue(folder) for folder in shipped_catalogues().values()]
    assert [str(problem) for problem in check(policy, catalogues, LETTERS)] == []


@pytest.mark.parametrize("employer", ["M-LA", "M-GB"])
@pytest.mark.parametrize("effect", ["immediate", "after_appeal"])
def test_the_check_finds_nothing_in_either_type_of_school(policy: Policy, employer: str, effect: str) -> None:
    ours = with_settings(policy, {"employer_type": employer, "appeal_effect": effect})
    assert check(ours, [], LETTERS) == []


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_the_check_finds_nothing_in_any_policy_that_is_shipped(name: str) -> None:
    assert [str(problem) for problem in check(load_policy(shipped_policies()[name]), [], LETTERS)] == []


def test_no_rule_for_maintained_schools_is_cited_in_an_academy(academy: Policy) -> None:
    text = to_resolved(academy).decode()
    assert "SSR-" not in text
    assert "local_authority" not in academy.roles
    assert not [name for name in academy.steps if "local_authority" in name]
    for word in ("governing body", "local authority has", "local authority is"):
        assert word not in text.replace("Published terms of reference of governing bodies", "")


def test_in_an_academy_every_decision_that_needs_authority_needs_a_delegation(academy: Policy) -> None:
    """Nobody suspends, lifts, warns, dismisses or decides an appeal by a power that is not on record (timescales 3)."""
    deciding = ("suspension", "accepted_without_hearing", "appeal_decision")
    asked = {
        name
        for name, (_, step) in academy.steps.items()
        for item in step.requires
        if isinstance(item.rule, Delegated)
        and item.strength == "must"
        and not item.waivable_by
        and not item.when
    }
    needed = {
        name
        for name, (_, step) in academy.steps.items()
        if step.act in deciding or (step.act == "decision" and step.imposes)
    } | {"lift_suspension"}
    assert asked == needed
    assert all(sanction.power in academy.powers for sanction in academy.sanctions.values())
    free = {"triage", "appoint_investigator", "hold_hearing", "close_case", "record_resignation"}
    assert not free & asked, "a report, an investigation or a thing already done is recorded without it"


def test_its_stages_are_the_six_of_a_disciplinary_case(policy: Policy) -> None:
    states = policy.strands["procedure"].states
    assert {state.stage for state in states.values()} - {None} == set(STAGES)
    assert [name for name, state in states.items() if state.stage is None] == ["closed"]


def test_its_strands_are_in_files_that_people_find_their_way_in() -> None:
    for file in STRAND_FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 400, f"{file.name} is too long to find one's way in"
        assert lines[1].startswith("# "), f"{file.name} does not say what it covers"


def test_what_steps_have_in_common_stands_once() -> None:
    written: Counter[str] = Counter()
    for file in STRAND_FILES:
        steps = yaml.safe_load(file.read_text(encoding="utf-8")).get("steps", {})
        for step in steps.values():
            for item in (*step.get("fields", {}).values(), *step.get("requires", ())):
                if "use" not in item:
                    written[json.dumps(item, sort_keys=True)] += 1
    assert [item for item, times in written.items() if times > 1] == []


def test_everything_a_head_teacher_reads_is_there(policy: Policy) -> None:
    for name, strand in policy.strands.items():
        for state_id, state in strand.states.items():
            assert state.plain, f"{name}.{state_id} has no plain sentence"
        for step_id, step in strand.steps.items():
            assert step.cites, f"{step_id} cites nothing"
            for item in step.requires:
                assert item.because.endswith("."), f"{step_id}.{item.id} does not say why"
            for field_id, field in step.fields.items():
                assert field.cites or field.occurrence, f"{step_id}.{field_id} cites nothing"
    assert all(role.plain for role in policy.roles.values())
    assert all(deadline.cites and deadline.then for deadline in policy.deadlines.values())
    assert all(setting.cites for setting in policy.settings.values())


def test_no_rule_id_stands_where_people_read(policy: Policy) -> None:
    def words() -> list[str]:
        found = [
            state.plain + state.title
            for strand in policy.strands.values()
            for state in strand.states.values()
        ]
        for _, step in policy.steps.values():
            found += [step.title, step.help, *(item.because for item in step.requires)]
            found += [
                field.label + field.help + " ".join(field.options.values()) for field in step.fields.values()
            ]
        found += [
            question.text
            for checklist in policy.checklists.values()
            for question in checklist.questions.values()
        ]
        return found + [deadline.title + deadline.then for deadline in policy.deadlines.values()]

    assert not [text for text in words() for rule in policy.rules if rule in text]


def test_only_the_governing_body_ends_a_suspension(policy: Policy) -> None:
    lifting = [(name, step) for name, (_, step) in policy.steps.items() if step.act == "suspension_lifted"]
    assert [(name, step.by) for name, step in lifting] == [("lift_suspension", ("governing_body",))]
    assert "minute" in lifting[0][1].fields
    assert all("headteacher" not in step.by for _, step in lifting)
    apart = next(
        one for one in lifting[0][1].requires if one.id == "head_does_not_act_for_the_governing_body"
    )
    assert (apart.strength, apart.waivable_by) == ("must", ())
    assert isinstance(apart.rule, DifferentPeople)
    assert (apart.rule.roles, apart.rule.apart_from) == (("headteacher",), ("governing_body",))


def test_a_suspension_is_on_full_pay_only(policy: Policy) -> None:
    _, suspend = policy.steps["suspend"]
    full_pay = next(item for item in suspend.requires if item.id == "full_pay")
    assert full_pay.rule == ValueIs(field="full_pay", values=(True,))
    assert (full_pay.strength, full_pay.waivable_by, full_pay.when) == ("must", (), None)


def test_hr_records_but_never_decides(policy: Policy) -> None:
    for step_id, (_, step) in policy.steps.items():
        # To say that a child may be at risk decides nothing, and everybody must (KCSIE-4.2).
        if step_id != "raise_safeguarding":
            assert "hr_adviser" not in step.by, f"{step_id}: the HR adviser advises (PAN-11)"
        assert all("hr_adviser" not in item.waivable_by for item in step.requires), step_id
    assert all("hr_adviser" not in sanction.decided_by for sanction in policy.sanctions.values())


def test_the_separation_at_the_hearing_is_waived_by_the_body_that_the_law_names(policy: Policy) -> None:
    for step_id in ("invite_to_hearing", "hold_hearing"):
        _, step = policy.steps[step_id]
        item = next(item for item in step.requires if item.id == "investigator_does_not_decide")
        assert (item.strength, set(item.waivable_by)) == ("must", {"governing_body", "local_authority"})
        assert item.waiver_needs == ("one_person_minute", "outside_investigator")


def test_nobody_can_waive_what_the_employee_is_owed(policy: Policy) -> None:
    waivable = {
        (step_id, item.id)
        for step_id, (_, step) in policy.steps.items()
        for item in step.requires
        if item.strength == "must" and item.waivable_by
    }
    assert waivable == {
        ("accept_without_hearing", "decider_did_not_investigate"),
        ("invite_to_hearing", "investigator_does_not_decide"),
        ("hold_hearing", "investigator_does_not_decide"),
        ("resume_hearing", "investigator_does_not_decide"),
        ("invite_to_appeal", "full_panel"),
        ("invite_to_appeal", "appeal_panel_is_no_smaller"),
        ("hold_appeal_hearing", "appeal_panel_is_no_smaller"),
        ("resume_appeal", "appeal_panel_is_no_smaller"),
    }


def test_accepted_without_a_hearing_is_at_most_a_first_written_warning(policy: Policy) -> None:
    _, step = policy.steps["accept_without_hearing"]
    levels = {policy.sanctions[name].level for name in step.fields["sanction"].options}
    assert max(levels) == policy.sanctions["first_written_warning"].level


VALUES = {
    "triage_days": 3,
    "allegation_letter_days": 2,
    "investigation_meeting_notice_days": 5,
    "investigation_days": 20,
    "case_to_answer_days": 5,
    "hearing_within_days": 15,
    "notice_of_hearing_days": 10,
    "notice_floor_days": 5,
    "employee_papers_days": 5,
    "companion_window_days": 5,
    "postponement_days": 10,
    "panel_size": 3,
    "outcome_letter_days": 5,
    "oral_warning_months": 6,
    "first_warning_months": 12,
    "final_warning_months": 12,
    "la_notify_days": 0,
    "la_terminates_days": 14,
    "written_reasons_days": 14,
    "appeal_lodge_days": 10,
    "appeal_ack_days": 5,
    "appeal_hear_days": 20,
    "appeal_notice_days": 10,
    "appeal_outcome_days": 5,
    "suspension_letter_days": 1,
    "suspension_review_days": 10,
    "lado_days": 1,
    "service_days_hand": 0,
    "service_days_email_agreed": 0,
    "service_days_email_late": 1,
    "service_days_first_class": 2,
    "service_days_signed_for": 2,
    "service_days_second_class": 3,
}


@pytest.mark.parametrize(("name", "value"), VALUES.items(), ids=VALUES.keys())
def test_a_default_is_the_one_that_was_chosen(policy: Policy, name: str, value: int) -> None:
    assert policy.settings[name].value == value


def test_what_no_document_supports_has_to_be_confirmed(policy: Policy) -> None:
    assert not [
        name
        for name, setting in policy.settings.items()
        if setting.support in "BCD" and not setting.unconfirmed
    ]
    assert {name for name, setting in policy.settings.items() if setting.hard} == {
        *(
            "companion_window_days",
            "la_terminates_days",
            "written_reasons_days",
            "suspension_letter_days",
            "full_pay_suspension",
            "lado_days",
        ),
        *("hold_after_close", "claim_limit_months", "early_conciliation_weeks"),
    }


def test_the_local_authority_ends_a_contract_by_the_fourteenth_day_with_the_first_day_counted(
    policy: Policy,
) -> None:
    clock = policy.deadlines["la_ends_contract"]
    assert (policy.days(clock.days), clock.unit, clock.count) == (14, "calendar_days", "beginning_with")
    assert clock.counted_from == "notified_on"


def test_no_contract_is_to_be_ended_of_somebody_who_also_works_elsewhere_for_the_authority(
    policy: Policy,
) -> None:
    """SSR-20c: such a person only ceases to work at this school."""
    condition = policy.deadlines["la_ends_contract"].when
    assert condition is not None
    assert (condition.field, condition.is_) == ("works_elsewhere", (False,))


@pytest.mark.parametrize(
    ("step", "requirement", "holders"),
    [
        ("invite_to_hearing", "chair_of_governors_is_not_on_the_panel", ("governing_body",)),
        ("invite_to_appeal", "chair_of_governors_is_not_on_the_panel", ("governing_body",)),
        ("close_case", "appeal_time_has_passed", ("hearing_chair", "governing_body")),
    ],
)
def test_nobody_waives_what_keeps_themselves_out_or_somebody_elses_right(
    policy: Policy, step: str, requirement: str, holders: tuple[str, ...]
) -> None:
    """PAN-6, ACAS-4f: a waiver belongs to the decision-maker or the governing body."""
    rule = next(asked for asked in policy.steps[step][1].requires if asked.id == requirement)
    assert rule.waivable_by == holders


@pytest.mark.parametrize("step", ["find_no_case_to_answer", "close_case"])
def test_the_record_of_a_safeguarding_allegation_is_kept_unless_it_was_malicious_or_false(
    policy: Policy, step: str
) -> None:
    """KCSIE-4.14, KCSIE-4.15 and RET-2: a safeguarding element overrides any shorter time."""
    fields, requires = policy.steps[step][1].fields, policy.steps[step][1].requires
    asked = next(one for one in requires if one.id == "safeguarding_record_is_kept")
    assert isinstance(asked.rule, ValueIs)
    assert asked.strength == "must"
    assert (asked.rule.field, asked.rule.values) == ("retention", ("safeguarding",))
    assert asked.when is not None
    outcomes = set(fields["safeguarding_outcome"].options) - {"not_safeguarding", "malicious", "false"}
    assert set(asked.when.is_) == outcomes


def test_reasons_that_are_asked_for_after_a_dismissal_are_due_in_fourteen_days(policy: Policy) -> None:
    """ERA96-92: from the decision to the end of an appeal, whoever was dismissed may ask; holidays count."""
    strand, ask = policy.steps["request_written_reasons"]
    _, give = policy.steps["give_written_reasons"]
    clock = policy.deadlines["written_reasons"]
    assert (policy.days(clock.days), clock.unit, clock.count) == (14, "calendar_days", "within")
    assert clock.starts == ("step:request_written_reasons",)
    assert "step:give_written_reasons" in clock.stops
    assert (ask.by, ask.to, give.to) == (("employee",), None, None)
    dismissed = ways(policy.strands[strand], "dismissal_determined", over=lambda step: step.to != "closed")
    assert set(ask.from_) == set(give.from_) == dismissed.keys() - {"appeal_upheld", "appeal_upheld_in_part"}
    for step in (ask, give):
        [needed] = step.requires
        assert (needed.rule, needed.strength) == (StepTaken(steps=("determine_dismissal",)), "must")
        assert (needed.waivable_by, needed.when) == ((), None)


def test_no_clock_runs_on_after_the_end_but_for_the_letter_that_is_due_then(policy: Policy) -> None:
    running = set()
    for name, clock in policy.deadlines.items():
        stops = [
            policy.steps[stop.removeprefix("step:")][1] for stop in clock.stops if stop.startswith("step:")
        ]
        for strand_id, start in started(policy, clock):
            strand = policy.strands[strand_id]
            left = ways(strand, start, over=lambda step, stops=stops: step not in stops)  # type: ignore[misc]
            running |= {name for state in left if strand.states[state].final}
    others = {
        "data_request",
        "ofsted_told",
        "people_told_of_breach",
        "reference_given",
        "union_official_told",
    }
    closing = {
        "extension_letter",
        "hold_ended_letter",
        "informal_letter",
        "late_appeal_letter",
        "no_case_letter",
        "reporter_closing_letter",
        "return_letter",
        "suspension_ended_letter",
        "warning_spent_letter",
    }
    assert running == {*others, *closing, "adjustment_letter", "police_letter", "tra_note"}


def started(policy: Policy, clock: Deadline) -> list[tuple[str, str]]:
    """Strand and state after each step that starts a clock."""
    found = []
    for trigger in clock.starts:
        if trigger == "case_opened":
            found.append((policy.main_strand, policy.strands[policy.main_strand].initial))
        elif trigger.startswith("step:"):
            strand, step = policy.steps[trigger.removeprefix("step:")]
            found += [(strand, state) for state in ([step.to] if step.to else step.from_)]
    return found


def test_the_time_for_an_appeal_runs_from_service(policy: Policy) -> None:
    starts = policy.deadlines["appeal_lodging"].starts
    assert all(
        start.startswith("letter_served:") or start == "step:record_outcome_letter" for start in starts
    )


def test_rules_say_how_well_they_are_confirmed(policy: Policy) -> None:
    assert all(set(rule.status) <= set("RSG*/") for rule in policy.rules.values())
    assert policy.rules["ERelA-10d"].confirmed
    assert not policy.rules["SSR-19c"].confirmed, "read in the edition of 2009 only"
    assert len(policy.rules) >= 190


def test_every_clause_of_the_social_media_policy_is_in_the_catalogue() -> None:
    catalogue = load_catalogue(shipped_catalogues()["social-media"])
    codes = "1.1 1.2 1.3 1.4 1.5 2.1 3.1 3.2 3.3 4.1a 4.1b 4.2a 4.2b 4.2c 4.2d 4.3 4.3d"
    codes += " 5.1 5.2 5.3 5.4a 5.4b 6.1 6.2 6.3 7 8 9"
    assert list(catalogue.by_code) == [f"SMP-{code}" for code in codes.split()]
    assert all(
        clause.code.removeprefix("SMP-").rstrip("abcd") == clause.number for clause in catalogue.clauses
    )
    assert not catalogue.by_code["SMP-6.3"].chargeable, "an unlawful act is charged under 3.3 or 5.2"


def test_the_policy_resolves_and_reads_back(policy: Policy) -> None:
    data = to_resolved(policy)
    assert from_resolved(data) == policy
    assert digest(from_resolved(data)) == digest(policy)
