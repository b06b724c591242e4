"""What differs between two policies: nothing is overlooked, and stricter is told from looser."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.procedure.compare import Change, compare
from casework.procedure.errors import PolicyInvalid
from casework.procedure.load import digest, load_policy
from casework.procedure.model import Policy
from casework.procedure.resolve import with_settings
from tests.unit.procedure.small_policy import HERE, copy_small, edit, edits_of, load_shipped, load_small

BROKEN = sorted(path.parent for path in (HERE / "broken").glob("*/edit.yaml"))
P = "policy/strands/procedure.yaml"
NOTICE = """      - must: notice
        letter: invitation
        until: held_on
        clear_working_days: notice_days
"""


def changes(tmp_path: Path, *edits: tuple[str, str, str]) -> list[Change]:
    """What differs after edits of the small policy."""
    folder = copy_small(tmp_path)
    edit(folder, [{"file": file, "find": find, "put": put} for file, find, put in edits])
    return compare(load_small(), load_policy(folder / "policy"))


def only(tmp_path: Path, *edits: tuple[str, str, str]) -> Change:
    """The one thing that differs."""
    [change] = changes(tmp_path, *edits)
    return change


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_edit_that_makes_another_policy_is_a_change_and_back_again(case: Path, tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    edit(folder, edits_of(case))
    try:
        policy = load_policy(folder / "policy")
    except PolicyInvalid:
        return
    there, back = compare(load_small(), policy), compare(policy, load_small())
    assert bool(there) == bool(back) == (digest(policy) != digest(load_small()))
    opposite = {"stricter": "looser", "looser": "stricter", "": ""}
    assert sorted((c.section, c.entry, c.part, c.effect) for c in there) == sorted(
        (c.section, c.entry, c.part, opposite[c.effect]) for c in back
    )


@pytest.mark.parametrize("policy", [load_small(), load_shipped()], ids=lambda policy: policy.id)
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    assert compare(policy, policy) == []


def test_a_setting_shows_what_hangs_on_it(tmp_path: Path) -> None:
    found = compare(load_small(), with_settings(load_small(), {"notice_days": 12}))
    shown = [(c.section, c.entry, c.part, c.before, c.after, c.effect) for c in found]
    assert ("Settings", "notice_days", "value", "10", "12", "") in shown
    assert ("Deadlines", "outcome", "days", "10 working days", "12 working days", "looser") in shown
    [notice] = [c for c in found if c.part == "requires.notice"]
    assert (notice.section, notice.entry, notice.effect) == ("Steps of procedure", "hold", "stricter")
    assert "10 clear working days" in notice.before
    assert "12 clear working days" in notice.after


@pytest.mark.parametrize(
    ("find", "put", "effect"),
    [
        (NOTICE, NOTICE.replace("must", "should") + "        waivable_by: [chair]\n", "looser"),
        (NOTICE, NOTICE + "        waivable_by: [chair]\n", "looser"),
        (NOTICE, NOTICE + "        when: {subject: teacher, is: true}\n", "looser"),
        (NOTICE, NOTICE.replace("notice_days", "20"), "stricter"),
        (NOTICE, NOTICE.replace("notice_days", "5"), "looser"),
        (NOTICE, NOTICE.replace("letter: invitation", "letter: outcome"), ""),
        (
            "        roles: [investigator, chair]\n",
            "        roles: [investigator, chair, head]\n",
            "stricter",
        ),
        ("        waivable_by: [governors]\n", "", "stricter"),
        ("        states: [working, ended]\n", "        states: [ended]\n", "stricter"),
        ("        states: [working, ended]\n", "        states: [working, suspended, ended]\n", "looser"),
    ],
)
def test_a_requirement_is_stricter_or_looser(find: str, put: str, effect: str, tmp_path: Path) -> None:
    assert only(tmp_path, (P, find, put)).effect == effect


HOLD_BY = "    by: [chair]\n    recorders: [head]\n    act: hearing\n"
URGENT = "      urgent: {type: boolean, label: Urgent, optional: true}"


@pytest.mark.parametrize(
    ("find", "put", "part", "effect"),
    [
        (HOLD_BY, HOLD_BY.replace("chair", "chair, governors"), "by", "looser"),
        (URGENT, URGENT.replace(", optional: true", ""), "fields.urgent.optional", "stricter"),
        ("    letters: [invitation]\n", "", "letters", ""),
    ],
)
def test_a_step_changes_in_the_words_of_its_file(
    find: str, put: str, part: str, effect: str, tmp_path: Path
) -> None:
    change = only(tmp_path, (P, find, put))
    assert (change.section, change.part, change.effect) == ("Steps of procedure", part, effect)


def test_what_came_and_what_went(tmp_path: Path) -> None:
    step = "  hold:\n    title: Hold\n"
    new = "  wait:\n    title: Wait\n    from: [heard]\n    by: [head]\n    recorders: [head]\n"
    change = only(tmp_path, (P, step, new + step))
    assert (change.entry, change.title, change.part, change.before, change.after) == (
        "wait",
        "Wait",
        "",
        "",
        "Wait",
    )
