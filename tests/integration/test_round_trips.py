"""How often a step waits for the database: each snapshot and each transaction is a journey to a server and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.services import steps
from casework.services.loading import find_case
from casework.store import Store
from tests.support.schools import school_with_a_report


def test_a_step_is_one_snapshot_to_find_the_case_one_to_decide_and_one_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, school, reference = school_with_a_report(tmp_path, b"round trips")
    begun: list[str] = []
    begin = Store._begun

    def counted(self: Store, how, *rest):  # type: ignore[no-untyped-def]
        begun.append(how.__name__)
        return begin(self, how, *rest)

    with workspace:
        values = {"route": "formal", "enquiry": "Seen on the page."}
        steps.next_steps(
            workspace, school, find_case(workspace, school, reference)
        )  # what is read once is kept
        monkeypatch.setattr(Store, "_begun", counted)
        loaded = find_case(workspace, school, reference)
        steps.take_step(
            workspace, school, loaded, "triage", values=values, irregular="It was not written down before."
        )
    assert begun == ["begin_read", "begin_read", "begin_write"]
