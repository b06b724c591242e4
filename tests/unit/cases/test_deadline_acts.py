"""Moving a deadline: who may, until when, and how much is left when it runs on. What is late stays late."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.base.errors import CaseworkError
from casework.base.time import parse_occurred
from casework.cases.clocks import days_left
from casework.cases.deadline_acts import (
    DeadlineStands,
    Move,
    extend_deadline,
    pause_deadline,
    resume_deadline,
)
from casework.cases.fields import FieldInvalid
from casework.procedure.model import Deadline, Policy
from tests.support.core import Core
from tests.support.judging import PEOPLE
from tests.support.policies import SMALL, england, small

LOOK = {"changed_by": ["head"], "extend_days": 10}


def movable(**parts: Any) -> Policy:
    """The small policy, whose first deadline can be moved by the head: three days from 2 March 2026, to 5 March."""
    look = Deadline.model_validate(SMALL["deadlines"]["look"] | LOOK | parts)
    return small().model_copy(update={"deadlines": {**small().deadlines, "look": look}})


def told(**parts: Any) -> Core:
    return Core(movable(**parts), people=PEOPLE)


def move(
    core: Core, change: str, on: str, to: str = "", by: str = "diane", reason: str = "Why", **how: Any
) -> int:
    """Move a deadline on a day, by somebody."""
    core.on(on)
    given = {"clock": "look", "occurred": parse_occurred(on), **how}
    asked = Move(reason=reason, taken_by=by, recorder=core.by, context=core.context, **given)
    if change == "extend":
        decision = extend_deadline(core.case, core.policy, asked, until=date.fromisoformat(to))
    elif change == "pause":
        decision = pause_deadline(core.case, core.policy, asked, look_again=date.fromisoformat(to))
    else:
        decision = resume_deadline(core.case, core.policy, asked)
    return core.record(decision)


def running(core: Core) -> list[tuple[str, str]]:
    return [(clock.id, clock.due.isoformat()) for clock in core.case.running()]


def test_an_extension_moves_the_due_date_and_keeps_where_it_counts_from() -> None:
    core = told()
    move(core, "extend", "2026-03-05", "2026-03-12")  # on its last day it still can be
    assert running(core) == [("look", "2026-03-12")]
    assert core.case.clocks[-1].counted_from == date(2026, 3, 2)
    assert not any(clock.late(date(2026, 3, 12)) for clock in core.case.clocks)
    assert core.bodies[-1] == {"reason": "Why"}
    assert core.unlawful() == []


def test_it_can_be_extended_again_each_time_by_the_longest_at_most() -> None:
    core = told()
    with pytest.raises(DeadlineStands, match="goes to Thursday 19 March 2026 at the latest"):
        move(core, "extend", "2026-03-04", "2026-03-20")
    move(core, "extend", "2026-03-04", "2026-03-19")
    move(core, "extend", "2026-03-19", "2026-04-02")
    assert running(core) == [("look", "2026-04-02")]


@pytest.mark.parametrize(
    ("change", "on", "how", "error", "says"),
    [
        ("extend", "2026-03-06", {"to": "2026-03-12"}, DeadlineStands, "What is late stays late"),
        ("pause", "2026-03-06", {"to": "2026-03-12"}, DeadlineStands, "What is late stays late"),
        ("extend", "2026-03-04", {"to": "2026-03-05"}, FieldInvalid, "gives a later day"),
        ("extend", "2026-03-04", {"to": "2026-03-12", "by": "rachel"}, DeadlineStands, "Only these may move"),
        ("extend", "2026-03-04", {"to": "2026-03-12", "by": "nobody"}, DeadlineStands, "Only these may move"),
        ("extend", "2026-03-04", {"to": "2026-03-12", "reason": " "}, FieldInvalid, "needs a reason"),
        ("extend", "2026-03-04", {"to": "2026-03-12", "clock": "hearing"}, CaseworkError, "Running: look"),
        ("extend", "2026-03-04", {"to": "2026-03-12", "clock": "paused.look"}, CaseworkError, "Running"),
        ("pause", "2026-03-04", {"to": "2026-03-04"}, FieldInvalid, "comes after Wednesday 4 March 2026"),
        (
            "pause",
            "2026-03-04",
            {"to": "2026-04-02"},
            FieldInvalid,
            "on Wednesday 1 April 2026 at the latest",
        ),
        ("resume", "2026-03-04", {}, CaseworkError, "stands still"),
    ],
)
def test_what_cannot_be_moved_so_is_refused(
    change: str, on: str, how: dict[str, Any], error: type[CaseworkError], says: str
) -> None:
    with pytest.raises(error) as caught:
        move(told(), change, on, **how)
    assert says in caught.value.message


def test_a_decision_of_tomorrow_and_one_before_the_clock_ran_are_none() -> None:
    core = told()
    for day in ("2026-03-05", "2026-03-01"):
        core.on("2026-03-04")
        with pytest.raises(FieldInvalid):
            move(core, "extend", "2026-03-04", "2026-03-12", occurred=parse_occurred(day))


@pytest.mark.parametrize("basis", ["statutory", "policy"])
def test_what_nobody_may_move_stands(basis: str) -> None:
    core = told(basis=basis, changed_by=[], extend_days=None)
    with pytest.raises(DeadlineStands, match="cannot be moved"):
        move(core, "extend", "2026-03-04", "2026-03-12")


@pytest.mark.parametrize(
    "parts", [{"basis": "statutory"}, {"changed_by": []}], ids=["the law is moved", "extended by nobody"]
)
def test_a_policy_that_moves_the_law_or_names_nobody_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="changed_by"):
        movable(**parts)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        ("2026-03-02", "2026-03-10", "2026-03-13"),  # three days were left: 3, 4 and 5 March
        ("2026-03-03", "2026-03-10", "2026-03-12"),
        ("2026-03-04", "2026-03-10", "2026-03-11"),
        ("2026-03-05", "2026-03-10", "2026-03-10"),  # on its last day nothing was left
        ("2026-03-04", "2026-03-04", "2026-03-05"),  # and a pause of no time changes nothing
        ("2026-03-03", "2026-04-02", "2026-04-08"),  # past the day to look again; Easter does not count
    ],
)
def test_what_was_left_is_left_when_it_runs_on(paused: str, resumed: str, due: str) -> None:
    core = told()
    move(core, "pause", paused, "2026-03-20")
    assert running(core) == [("paused.look", "2026-03-20")]
    move(core, "resume", resumed)
    assert running(core) == [("look", due)]
    assert core.unlawful() == []


def test_standing_still_for_longer_needs_another_decision_and_loses_no_time() -> None:
    core = told()
    move(core, "pause", "2026-03-03", "2026-03-10")
    move(core, "pause", "2026-03-12", "2026-03-20")  # later than it should have been looked at
    assert running(core) == [("paused.look", "2026-03-20")]
    assert [clock.id for clock in core.case.clocks if clock.late(date(2026, 3, 12))] == ["paused.look"]
    move(core, "resume", "2026-03-16")
    assert running(core) == [("look", "2026-03-18")]


def test_the_step_that_stops_a_deadline_stops_one_that_stands_still() -> None:
    core = told()
    move(core, "pause", "2026-03-03", "2026-03-20")
    core.on("2026-03-04").take("look", "diane", why="It is public.", investigator="rachel")
    assert "paused.look" not in {clock.id for clock in core.case.running()}
    assert "look" not in {clock.id for clock in core.case.running()}
    assert core.unlawful() == []


def test_an_annulled_extension_never_was() -> None:
    core = told()
    event = move(core, "extend", "2026-03-04", "2026-03-12")
    core.annul(event)
    assert running(core) == [("look", "2026-03-05")]


@pytest.mark.parametrize(("part", "value"), [("due", "2026-03-31"), ("clock", "other")])
def test_an_auditor_finds_a_moved_deadline_that_was_altered(part: str, value: str) -> None:
    core = told()
    event = move(core, "extend", "2026-03-04", "2026-03-12")
    facts = deepcopy(dict(core.history[event - 1].facts))
    facts["clocks"][0][part] = value
    core.history[event - 1] = replace(core.history[event - 1], facts=facts)
    assert [found.n for found in core.unlawful()] == [event]


@pytest.mark.parametrize(
    ("unit", "on", "due", "left"),
    [
        ("working_days", "2026-04-02", "2026-04-08", 2),  # Good Friday and Easter Monday do not count
        ("statutory_working_days", "2026-04-02", "2026-04-08", 2),
        ("calendar_days", "2026-04-02", "2026-04-08", 6),
        ("working_days", "2026-04-02", "2026-04-04", 0),  # due at a weekend
        ("working_days", "2026-04-02", "2026-04-02", 0),
        ("working_days", "2026-04-02", "2026-04-01", 0),
        ("calendar_days", "2024-02-28", "2024-03-01", 2),  # 29 February
        ("calendar_days", "2026-10-24", "2026-10-26", 2),  # the clocks going back
    ],
)
def test_how_many_days_are_left(unit: str, on: str, due: str, left: int) -> None:
    deadline = Deadline.model_validate(SMALL["deadlines"]["look"] | {"unit": unit})
    found = days_left(deadline, date.fromisoformat(on), date.fromisoformat(due), small(), england())
    assert found == left
