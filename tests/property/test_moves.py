"""Whole cases at random that are moved to another policy somewhere on their way, perhaps back, and mended across it."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from casework.cases.followed import in_force
from casework.cases.moving import CannotMove
from casework.cases.rehearsal import rehearse
from casework.cases.replay import replay
from casework.cases.review_case import review_case
from tests.support.core import CALENDAR, POLICY
from tests.support.driver import Walk
from tests.support.policies import england, shipped

STRICTER = shipped(notice_of_hearing_days=12, panel_size=4, investigation_days=10)
WALKS = st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=40)


@given(before=WALKS, between=WALKS, after=WALKS)
def test_a_case_that_was_moved_is_lawful_and_each_event_stays_under_its_own_policy(
    before: list[int], between: list[int], after: list[int]
) -> None:
    walk = Walk()
    core = walk.core
    for seed in before:
        walk.act(seed)
    told = rehearse(core.history, core.policies, STRICTER, {CALENDAR: england()}, core.context)
    assert told.hindrances == ()
    running = core.case.running()
    with suppress(CannotMove):  # whoever approves may have lost that part in the walk
        core.move(STRICTER, "diane")
    if core.case.policy == POLICY:
        return
    n = core.case.n
    assert core.case.running() == running
    for seed in between:
        walk.act(seed)
    with suppress(CannotMove):
        core.move(shipped(), "diane", to=POLICY)
    for seed in after:
        walk.act(seed)
    assert core.case == replay(core.history)
    assert in_force(core.history, n) == POLICY
    assert in_force(core.history, n + 1) == "another-digest"
    for event in core.history:
        assert event.facts.get("policy", in_force(core.history, event.n)) == in_force(core.history, event.n)
    assert core.unlawful() == []
    review_case(core.history, core.policies, {CALENDAR: england()}, core.context.today)
