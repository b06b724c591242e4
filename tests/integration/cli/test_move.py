"""Moving a case to the policy that the school has adopted since: rehearsed, refused, recorded, told and verified."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk

WHY = "The governors want every open case to follow it."
OLD = "england-maintained@2026.1"


@pytest.fixture
def adopted(hearing_desk: Desk) -> Desk:
    """A school that has adopted its procedure anew, with a longer notice, since its case was opened."""
    hearing_desk.type("policy", "adopt", "--setting", "notice_of_hearing_days=12")
    return hearing_desk


def move(desk: Desk, *words: str, to: str = "adopted", ok: int = 0) -> str:
    answer = desk.type("case", "move", desk.reference, "--to", to, *words, ok=ok)
    return " ".join((answer.stdout if ok in (0, 1) else answer.stderr).split())


APPROVED = ("--approved-by", "Helen Marsh", "--because", WHY)


def tables(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(desk.folder / "casework.sqlite3") as database:
        return {
            table: sorted(database.execute(f"select * from {table}"), key=repr)
            for table in ("cases", "clocks", "strand_states", "party_roles")
        }


def test_a_rehearsal_says_what_differs_and_records_nothing(adopted: Desk) -> None:
    size = adopted.type("verify", "--json").json["entries"]
    told = move(adopted, "--dry-run")
    assert "Steps to come" in told
    assert "there are 12 clear working days" in told
    assert "Hold the hearing (stricter): must: Between receipt" in told
    assert "Clear working days of notice of a hearing: 12 clear wd. Until now: 10 clear wd." in told
    assert "To be approved by one of these: Head teacher, Case manager or Chair of governors." in told
    data = adopted.type("case", "move", adopted.reference, "--to", "adopted", "--dry-run", "--json").json
    assert data["dry_run"] is True
    assert data["hindrances"] == data["not_met"] == data["lost"] == []
    settings = [item for item in data["changes"] if item["section"] == "Settings"]
    assert [item["entry"] for item in settings] == ["notice_of_hearing_days"]
    assert {item["effect"] for item in data["changes"] if item not in settings} == {"stricter"}
    assert adopted.type("verify", "--json").json["entries"] == size
    assert "Moved to" in move(adopted, *APPROVED, "--dry-run")
    assert adopted.type("verify", "--json").json["entries"] == size


def test_a_case_is_moved_with_who_approved_it_and_why(adopted: Desk, tmp_path: Path) -> None:
    digest = adopted.type("school", "show", "--json").json["digest"]
    done = adopted.type("case", "move", adopted.reference, "--to", digest[:12], *APPROVED, "--json").json
    assert done["moved"]["to"] == {"label": OLD, "digest": digest}
    told = " ".join(adopted.type("case", "timeline", adopted.reference).stdout.split())
    assert f"Moved to the policy {OLD} ({digest[:12]})" in told
    assert "approved by Helen Marsh (P3) (head teacher). What came before is not judged again" in told
    assert f"Reason: {WHY}" in told
    folder = tmp_path / "out"
    adopted.type(
        "case",
        "export",
        adopted.reference,
        "--to",
        "Auditor",
        "--purpose",
        "Audit",
        "--out",
        str(folder),
        "--format",
        "json",
    )
    history = json.loads(next(folder.glob("*.json")).read_text(encoding="utf-8"))
    assert history["header"]["policy_digest"] == digest
    assert history["doubts"] == []
    assert history["entries"][-1]["kind"] == "policy_moved"
    assert not any(item["problem"] for item in history["reviews"])


def test_what_follows_is_judged_by_the_new_policy_and_the_record_verifies(adopted: Desk) -> None:
    move(adopted, *APPROVED)
    invite = ("invite-to-hearing", "--dry-run", "--taken-by", "Helen Marsh", "--json")
    refused = adopted.type(
        "case", "step", adopted.reference, *invite, "--hearing-at", "2026-03-17T10:00", ok=None
    )
    assert "12" in refused.stdout + refused.stderr
    adopted.type("verify")
    assert adopted.type(
        "case", "correct", adopted.reference, "6", "--set", "enquiry=Read it all.", "--reason", "More"
    )
    adopted.type("verify")
    live = tables(adopted)
    adopted.type("db", "rebuild")
    assert tables(adopted) == live
    digest = adopted.type("school", "show", "--json").json["digest"]
    assert [row[4] for row in live["cases"]] == [digest]


def test_unknown_policies_and_the_same_one_are_refused(adopted: Desk) -> None:
    assert "has adopted no policy 'other@1'" in move(adopted, *APPROVED, to="other@1", ok=2)
    assert "has adopted no policy 'deadbeef00'" in move(adopted, *APPROVED, to="deadbeef00", ok=2)
    assert "has adopted 2 policies called" in move(adopted, *APPROVED, to=OLD, ok=2)
    move(adopted, *APPROVED)
    assert "in exactly this form, already" in move(adopted, *APPROVED, ok=3)
    assert "in exactly this form, already" in move(adopted, "--dry-run", ok=3)


def test_a_move_that_nobody_may_approve_or_without_a_reason_is_refused(adopted: Desk) -> None:
    assert "--approved-by" in move(adopted, ok=2)
    assert "--because" in move(adopted, "--approved-by", "Helen Marsh", ok=2)
    nobody = move(adopted, "--approved-by", "Sam Field", "--because", WHY, ok=2)
    assert "Nobody called 'Sam Field' is part of this case." in nobody
    not_her = move(adopted, "--approved-by", "Daniel Okoro", "--because", WHY, ok=3)
    assert "head teacher, case manager or chair of governors" in not_her
    assert adopted.type("case", "show", adopted.reference, "--json").json["seen"] == 13


def test_a_policy_without_what_the_record_names_stands_in_the_way(hearing_desk: Desk) -> None:
    """An academy's policy has no local authority in it, and here somebody acts for it."""
    desk = hearing_desk
    desk.type("case", "assign", desk.reference, "Sam Field", "--role", "local_authority")
    desk.type("policy", "adopt", "--from", "england-academy")
    told = move(desk, "--dry-run", ok=1)
    assert "This stands in the way: the case cannot move" in told
    assert "Somebody is or was local authority, a part that it does not have." in told
    assert "To be approved by" not in told
    refused = move(desk, *APPROVED, ok=3)
    assert "The case cannot move to england-academy@2026.1. Somebody is or was local authority" in refused


def test_a_case_can_move_to_the_policy_of_an_academy(hearing_desk: Desk) -> None:
    hearing_desk.type("policy", "adopt", "--from", "england-academy")
    told = move(hearing_desk, "--dry-run")
    assert "Suspend the employee: No delegation of the power to suspend is on record" in told
    move(hearing_desk, *APPROVED)
    hearing_desk.type("verify")


def test_a_retry_of_the_same_command_moves_it_once(adopted: Desk) -> None:
    command = "3f0e7c62-3a94-4a55-8d65-6d2d5b8f3a10"
    move(adopted, *APPROVED, "--command", command)
    assert "had been recorded before" in move(adopted, *APPROVED, "--command", command)


def test_on_a_terminal_the_rehearsal_is_shown_before_anything_is_asked(adopted: Desk) -> None:
    answer = adopted.type("case", "move", adopted.reference, "--to", "adopted", answers=["Helen Marsh", WHY])
    assert answer.stderr.index("To be approved by") < answer.stderr.index("Who approved it")
    assert "Moved to" in answer.stdout
