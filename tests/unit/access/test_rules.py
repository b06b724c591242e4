"""Who may see and do what: the golden table, and what holds for every role, relation and day."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from casework.access.matrix import ROLES, as_csv, can_be, standing, verdict
from casework.access.model import ACTIONS, COMPARTMENTS, OF_THE_SCHOOL, RELATIONS, Held, Standing, roles_on
from casework.access.rules import (
    ADMINISTRATOR,
    AUDITOR,
    SHUT_OUT,
    can_be_let_in,
    compartments_for,
    may,
    relation_of,
)

TABLE = Path(__file__).parents[2] / "golden" / "access" / "matrix.csv"
TODAY = date(2026, 11, 20)
CONTENT = ("read_words", "read_deliberations", "read_safeguarding", "export", "step", "letter", "let_in")

a_role = st.sampled_from(ROLES)
an_action = st.sampled_from(ACTIONS)
of_a_case = st.sampled_from([action for action in ACTIONS if action not in OF_THE_SCHOOL])
some_roles = st.frozensets(a_role, max_size=4)
a_day = st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=9))
a_standing = st.builds(
    Standing,
    parts=st.frozensets(st.sampled_from([*ROLES, *SHUT_OUT]), max_size=3),
    let_in=st.sampled_from([None, "opened", "role", "part", "named", "deputy", "grant", "break_glass"]),
    compartments=st.frozensets(st.sampled_from(COMPARTMENTS)),
    since=a_day,
    until=a_day,
    shut_out=st.booleans(),
)


def test_the_matrix_is_the_golden_table() -> None:
    assert as_csv() == TABLE.read_text(encoding="utf-8")


def test_every_cell_of_the_matrix_says_yes_or_why_not() -> None:
    cells = {
        verdict(role, relation, action)
        for role in ROLES
        for relation in RELATIONS
        for action in ACTIONS
        if can_be(role, relation)
    }
    assert cells == {"yes", "party", "not_let_in", "role", "administrator", "no_grant"}


def test_each_relation_of_the_matrix_is_what_it_is_called() -> None:
    for role in ROLES:
        there = [relation for relation in RELATIONS if can_be(role, relation)]
        assert [relation_of(standing(role, relation)) for relation in there] == there


@given(action=of_a_case, roles=some_roles, how=a_standing, part=st.sampled_from(sorted(SHUT_OUT)))
def test_a_party_never_sees_its_case_whatever_its_role(
    action: str, roles: frozenset[str], how: Standing, part: str
) -> None:
    party = dataclasses.replace(how, parts=how.parts | {part})
    assert may(action, roles, party, TODAY).reason == "party"  # type: ignore[arg-type]


@given(action=an_action, roles=some_roles, more=a_role, how=a_standing)
def test_another_role_never_takes_away(action: str, roles: frozenset[str], more: str, how: Standing) -> None:
    if may(action, roles, how, TODAY).allowed:  # type: ignore[arg-type]
        assert may(action, roles | {more}, how, TODAY).allowed  # type: ignore[arg-type]


@given(action=an_action, roles=some_roles, more=a_role, how=a_standing)
def test_another_part_takes_away_only_by_shutting_out(
    action: str, roles: frozenset[str], more: str, how: Standing
) -> None:
    wider = dataclasses.replace(how, parts=how.parts | {more})
    if may(action, roles, how, TODAY).allowed:  # type: ignore[arg-type]
        assert may(action, roles, wider, TODAY).allowed  # type: ignore[arg-type]


@given(action=st.sampled_from(CONTENT), how=a_standing)
def test_an_administrator_never_reads_a_case(action: str, how: Standing) -> None:
    alone = dataclasses.replace(how, parts=frozenset())
    assert not may(action, [ADMINISTRATOR], alone, TODAY).allowed  # type: ignore[arg-type]


@given(action=st.sampled_from(CONTENT), how=a_standing)
def test_an_auditor_reads_words_only_under_a_grant_that_runs(action: str, how: Standing) -> None:
    alone = dataclasses.replace(how, parts=frozenset())
    if may(action, [AUDITOR], alone, TODAY).allowed:  # type: ignore[arg-type]
        assert action in ("read_words", "export")
        assert alone.let_in == "grant"
        assert alone.until is not None
        assert alone.until >= TODAY


@given(action=of_a_case, roles=some_roles, how=a_standing)
def test_nobody_else_does_anything_with_a_case_that_they_were_not_let_in_to(
    action: str, roles: frozenset[str], how: Standing
) -> None:
    outside = dataclasses.replace(how, let_in=None)
    if AUDITOR not in roles:
        assert not may(action, roles, outside, TODAY).allowed  # type: ignore[arg-type]


@given(action=of_a_case, role=a_role, how=a_standing)
def test_nobody_does_anything_before_their_time_or_after_it(action: str, role: str, how: Standing) -> None:
    early = dataclasses.replace(how, since=TODAY + timedelta(days=1))
    late = dataclasses.replace(how, until=TODAY - timedelta(days=1))
    for elsewhen in (early, late):
        if role != AUDITOR:
            assert not may(action, [role], elsewhen, TODAY).allowed  # type: ignore[arg-type]


def test_a_panel_reads_what_it_deliberated_and_the_lead_what_concerns_safeguarding() -> None:
    assert compartments_for(["headteacher"]) == {"main"}
    assert compartments_for(["headteacher", "hearing_chair"]) == {"main", "deliberations"}
    assert compartments_for(["safeguarding_lead"]) == {"main", "safeguarding"}


def test_what_was_not_opened_to_somebody_stays_shut_though_their_role_would_read_it() -> None:
    chair = Standing(frozenset(("hearing_chair",)), "part")
    assert may("read_deliberations", ["named_contact"], chair, TODAY).reason == "compartment"


def test_only_somebody_with_work_to_do_can_be_let_in_by_name() -> None:
    assert can_be_let_in(["hr_adviser", ADMINISTRATOR])
    assert not can_be_let_in([ADMINISTRATOR])
    assert not can_be_let_in([AUDITOR])
    assert not can_be_let_in([])


def test_a_role_is_held_from_its_first_day_to_its_last() -> None:
    held = (Held("hr_adviser", TODAY, TODAY + timedelta(days=2)), Held("clerk", TODAY))
    assert roles_on(held, TODAY - timedelta(days=1)) == frozenset()
    assert roles_on(held, TODAY) == roles_on(held, TODAY + timedelta(days=2)) == {"hr_adviser", "clerk"}
    assert roles_on(held, TODAY + timedelta(days=3)) == {"clerk"}
