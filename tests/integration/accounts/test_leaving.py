"""Somebody leaves: cases handed over, roles over, keys renewed; what was recorded stays readable for those who stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.services.audit import verify
from casework.services.directory import add_person, list_people, who_am_i
from casework.services.errors import NoAccess
from casework.services.leaving import leave
from casework.services.loading import find_case
from casework.services.members import members
from casework.services.readers import let_somebody_in
from casework.services.schools import choose_school, schools
from tests.support.accounts import NOW, enrol, open_as


def test_whoever_left_opens_nothing_and_nothing_is_lost(folder: Path, reference: str) -> None:
    gone = enrol(folder, "Dana Whitfield", "hr_adviser")
    stays = enrol(folder, "Sam Reed", "case_manager")
    with open_as(folder, None, seed="leave") as workspace:
        school = choose_school(workspace, None)
        let_somebody_in(
            workspace,
            school,
            find_case(workspace, school, reference),
            named="Dana Whitfield",
            reason="Deputises",
        )
        with pytest.raises(BadInput, match="your own"):
            leave(workspace, school, "priya.nair", reason="I go")
        done = leave(workspace, school, "dana.whitfield", reason="Her contract ends", to="Sam Reed")
        assert done.passed.done == (reference,) and len(done.keys) == 2
        add_person(workspace, school, name="New Person", title="Clerk")
    with open_as(folder, gone) as workspace, pytest.raises(NoAccess):
        who_am_i(workspace, school)
    with open_as(folder, gone) as workspace, workspace.store.read() as reader:
        assert reader.wraps_for(gone.account) == []
    with open_as(folder, stays) as workspace:
        assert "New Person" in [person.name for person in list_people(workspace, school)]
        assert workspace.stream_key(find_case(workspace, school, reference).stream)
        (left,) = [one for one in members(workspace, school) if one.account == gone.account]
        assert (left.name, left.last) == ("Dana Whitfield", NOW.date())
        assert verify(workspace, schools(workspace)).whole
    newcomer = enrol(folder, "Ina Late", "clerk", now=NOW + timedelta(days=1))
    with open_as(folder, newcomer, now=NOW + timedelta(days=1)) as workspace:
        assert who_am_i(workspace, school).name == "Ina Late"
        assert len(list_people(workspace, school)) > 8


def test_keys_are_renewed_when_the_last_day_has_come(folder: Path) -> None:
    gone = enrol(folder, "Dana Whitfield", "hr_adviser")
    last = NOW.date() + timedelta(days=3)
    with open_as(folder, None, seed="soon") as workspace:
        school = choose_school(workspace, None)
        assert leave(workspace, school, "dana.whitfield", reason="Leaves", last=last).keys == {}
    with open_as(folder, gone) as workspace:
        assert who_am_i(workspace, school).role == "hr_adviser"
    with open_as(folder, None, now=NOW + timedelta(days=4), seed="then") as workspace:
        assert len(leave(workspace, school, "dana.whitfield", reason="Left").keys) == 2
        assert verify(workspace, schools(workspace)).whole
