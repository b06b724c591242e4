"""What takes two people: one proposes, another confirms, and nothing but what was proposed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.services.recorder import record
from casework.services.schools import choose_school, log_of
from casework.services.second_person import NotConfirmed, confirm, proposals, propose
from tests.support.accounts import NOW, enrol, open_as

DETAILS = {"streams": ["a", "b"], "on": "2026-03-02"}


def test_an_act_takes_two_people_and_is_done_once(folder: Path) -> None:
    keys = enrol(folder, "Helen Marsh", "headteacher")
    with open_as(folder, None, seed="first") as workspace:
        school = choose_school(workspace, None)
        with pytest.raises(BadInput, match="needs a reason"):
            propose(workspace, school, "retention", DETAILS, reason=" ")
        made = propose(workspace, school, "retention", DETAILS, reason="The time is over")
        with pytest.raises(NotConfirmed, match="takes two people"):
            confirm(workspace, school, made.id, "retention", DETAILS)
    with open_as(folder, keys) as workspace:
        for wrong, says in (
            ((made.id, "retention", {**DETAILS, "streams": ["a"]}), "not what was proposed"),
            ((made.id, "break_glass", DETAILS), "no such proposal"),
            (("somebody", "retention", DETAILS), "no such proposal"),
        ):
            with pytest.raises(NotConfirmed, match=says):
                confirm(workspace, school, *wrong)
        done = confirm(workspace, school, made.id, "retention", DETAILS)
        with workspace.store.read() as reader:
            log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
        entries = [(school.stream, done.decision)]
        record(workspace, log, entries, seen={school.stream: newest}, command=workspace.new_id())
        assert [item.used for item in proposals(workspace, school)] == [True]
        with pytest.raises(NotConfirmed, match="confirmed before"):
            confirm(workspace, school, made.id, "retention", DETAILS)


def test_a_proposal_grows_old(folder: Path) -> None:
    keys = enrol(folder, "Helen Marsh", "headteacher")
    with open_as(folder, None, seed="first") as workspace:
        school = choose_school(workspace, None)
        made = propose(workspace, school, "retention", DETAILS, reason="The time is over")
    late = NOW + timedelta(days=7, minutes=1)
    with open_as(folder, keys, now=late) as workspace, pytest.raises(NotConfirmed, match="older"):
        confirm(workspace, school, made.id, "retention", DETAILS)
