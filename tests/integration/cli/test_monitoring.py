"""Equality monitoring: entered, counted, forgotten; and that nobody reads it beside a case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casework.base.ids import SeededDice
from casework.base.time import FixedClock, parse_occurred
from casework.keyring.errors import WrapRefused
from casework.keyring.files import read_account_keys, read_recovery_key
from casework.keyring.monitoring import read_monitoring_key
from casework.keyring.wrap import Wrap
from casework.services import cases, monitoring
from casework.services.directory import find_person
from casework.services.errors import NoAccess
from casework.services.loading import find_case
from casework.services.monitoring import answers_of, recorded
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk
from tests.integration.cli.test_retention import AGREED, in_files, sealed_of
from tests.security.doctor import ask, doctor


@pytest.fixture
def begun(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose school has a monitoring key, kept elsewhere."""
    monkeypatch.setenv("CASEWORK_MONITORING_PASSPHRASE", "three random words")
    desk.type("monitoring", "begin", "--key-file", str(tmp_path / "monitoring.key"))
    return desk


def counted(desk: Desk, key: Path) -> dict[str, dict[str, str]]:
    """What the holder of the key counts, by reference."""
    opened = read_monitoring_key(key, lambda: "three random words")
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now)) as workspace:
        school = choose_school(workspace, None)
        found = answers_of(workspace, school, opened)
        with workspace.store.read() as reader:
            names = {row.stream: row.reference for row in reader.cases(school.id)}
    return {names[stream]: dict(answers) for stream, answers in found.items()}


def test_answers_are_entered_by_hand_and_only_the_holder_of_the_key_can_open_them(
    begun: Desk, tmp_path: Path
) -> None:
    add = ("monitoring", "add", begun.reference, "--sex", "female", "--ethnic-group", "black")
    begun.type(*add, "--dry-run")
    assert not sealed_of(begun.folder, "monitoring")
    assert "Answers entered for 1 case" in begun.type(*add).stdout
    expected = {begun.reference: {"sex": "female", "ethnic_group": "black"}}
    assert counted(begun, tmp_path / "monitoring.key") == expected
    ((stream, key_id, recipient, suite, blob),) = ask(
        begun.folder,
        "SELECT stream, key_id, recipient, suite, blob FROM wraps JOIN keys USING (key_id) WHERE stream IN"
        " (SELECT stream FROM streams WHERE kind = 'monitoring')",
    )
    wrapped = Wrap(key_id, recipient, suite, blob)
    account = read_account_keys(begun.folder / "keys" / "account.key", str)
    recovery = read_recovery_key(begun.folder / "recovery.key", str)
    for other in (account, recovery):
        with pytest.raises(WrapRefused):
            other.unwrap(wrapped, stream=stream, compartment="main", epoch=1)
    with Workspace.open(begun.folder, str) as workspace, pytest.raises(NoAccess):
        workspace.stream_key(stream)
    for command in (("audit", "verify"), ("audit", "population"), ("db", "rebuild"), ("audit", "verify")):
        begun.type(*command)
    assert "2 of equality" not in begun.type("audit", "population").stdout
    assert "female" not in "".join(begun.type("case", "show", begun.reference).stdout)


def test_without_a_key_nothing_is_entered_and_a_second_key_is_made_only_on_purpose(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        "no monitoring key yet" in desk.type("monitoring", "add", desk.reference, "--sex", "male", ok=2).said
    )
    begin = ("monitoring", "begin", "--key-file")
    first, second = tmp_path / "1.key", tmp_path / "2.key"
    assert "CASEWORK_MONITORING_PASSPHRASE" in desk.type(*begin, str(first), ok=5).said
    assert not first.exists()
    desk.type(*begin, str(first), "--no-passphrase")
    desk.type("monitoring", "add", desk.reference, "--sex", "male")
    assert "--again" in desk.type(*begin, str(second), ok=2).said
    desk.type(*begin, str(second), "--no-passphrase", "--again")
    assert counted_with(desk, second) == 0  # sealed for the first
    assert counted_with(desk, first) == 1


def counted_with(desk: Desk, key: Path) -> int:
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now)) as workspace:
        return len(answers_of(workspace, choose_school(workspace, None), read_monitoring_key(key)))


def test_a_key_that_is_not_written_is_not_on_record(begun: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    where = str(tmp_path / "file" / "monitoring.key")
    begun.type("monitoring", "begin", "--again", "--key-file", where, ok=5)
    begun.type("monitoring", "add", begun.reference, "--sex", "male")
    assert counted(begun, tmp_path / "monitoring.key")[begun.reference] == {"sex": "male"}


def test_a_file_is_imported_whole_or_not_at_all(begun: Desk, tmp_path: Path) -> None:
    second = another_case(begun)
    file = tmp_path / "answers.csv"

    def typed(text: str, ok: int = 0) -> str:
        file.write_text(text, encoding="utf-8-sig")
        done = begun.type("monitoring", "import", str(file), ok=ok)
        return f"{done.stdout} {done.said}"

    wrong = typed(f"case,sex\n{begun.reference},fem\nASH-26-0000,male\n", ok=2)
    assert "Line 2" in wrong and "Did you mean female" in wrong
    wrong = typed(f"case,sex\n{begun.reference},female\nASH-26-0000,male\n", ok=2)
    assert "Line 3: There is no such case" in wrong
    assert "Line 2: Nobody called" in typed("person,sex\nNobody Here,male\n", ok=2)
    assert "employee in no case" in typed("person,sex\nHelen Marsh,female\n", ok=2)
    assert "'gender' is not known" in typed("person,gender\nJordan Blake,male\n", ok=2)
    assert "one column has to be" in typed("sex\nmale\n", ok=2)
    assert "named twice" in typed(f"case,sex\n{begun.reference},male\n{begun.reference},male\n", ok=2)
    assert not sealed_of(begun.folder, "monitoring")
    typed(f"case,age_band\n{begun.reference},35 to 44\n")
    assert "entered for 1 case" in typed("person,sex\nJordan Blake,Male\n")  # the one that had none
    assert "no case is without answers" in typed("person,sex\nJordan Blake,Male\n", ok=2)
    found = counted(begun, tmp_path / "monitoring.key")
    assert found == {begun.reference: {"age_band": "from_35_to_44"}, second: {"sex": "male"}}
    listed = begun.type("monitoring", "list", "--json").json
    assert (listed["with_answers"], listed["without"], listed["to_be_destroyed"]) == (2, [], 0)


def another_case(desk: Desk) -> str:
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"second")) as workspace:
        school = choose_school(workspace, None)
        people = [
            (find_person(workspace, school, "Jordan Blake"), ["employee"]),
            (find_person(workspace, school, "Helen Marsh"), ["headteacher"]),
        ]
        opened = cases.open_case(
            workspace, school, reported=parse_occurred("2026-03-01"), summary="Another", people=people
        )
        return opened.reference


def test_what_is_replaced_or_stopped_is_counted_no_more_and_destroyed(begun: Desk, tmp_path: Path) -> None:
    key, name = tmp_path / "monitoring.key", begun.reference
    begun.type("monitoring", "add", name, "--sex", "male")
    old = sealed_of(begun.folder, "monitoring")
    assert "replace what was there" in begun.type("monitoring", "add", name, "--sex", "female").stdout
    assert counted(begun, key) == {name: {"sex": "female"}}
    listed = begun.type("retention", "due").stdout
    assert f"{name}:monitoring-1" in listed and "destroyed at once" in listed
    begun.type("retention", "apply", f"{name}:monitoring-1", *AGREED)
    assert in_files(begun.folder, old) == 0 and len(old) == 2
    assert "is not closed" in begun.type("retention", "apply", f"{name}:monitoring", *AGREED, ok=3).said
    begun.type("monitoring", "stop", name, "--reason", "Letter of 2 March")
    assert counted(begun, key) == {}
    assert "asked that nothing" in begun.type("monitoring", "add", name, "--sex", "male", ok=2).said
    assert "stopped before" in begun.type("monitoring", "stop", name, "--reason", "Again", ok=2).said
    left = sealed_of(begun.folder, "monitoring")
    own = ("--approved-by", "Jordan Blake", "--approved-by", "Helen Marsh", "--reason", "x")
    assert "their own record" in begun.type("retention", "apply", f"{name}:monitoring", *own, ok=2).said
    begun.type("retention", "apply", f"{name}:monitoring", *AGREED)
    assert in_files(begun.folder, left) == 0
    assert "equality monitoring" in begun.type("retention", "certificate", f"{name}:monitoring").stdout
    assert "Erased on" in begun.type("audit", "verify").stdout
    with Workspace.open(begun.folder, str) as workspace:
        assert recorded(workspace, choose_school(workspace, None)) == []


def test_the_employee_gets_a_copy_from_the_holder_of_the_key(begun: Desk, tmp_path: Path) -> None:
    copy = (
        "monitoring",
        "copy",
        begun.reference,
        "--monitoring-key",
        str(tmp_path / "monitoring.key"),
        "--out",
    )
    assert "No answers" in begun.type(*copy, str(tmp_path / "none.txt"), ok=2).said
    begun.type("monitoring", "add", begun.reference, "--sex", "male", "--disability", "disabled")
    begun.type(*copy, str(tmp_path / "copy.txt"))
    assert "Disability: Disabled" in (tmp_path / "copy.txt").read_text()
    begun.type("person", "data", "Jordan Blake", "--out", str(tmp_path / "request"))
    review = (tmp_path / "request" / "review.yaml").read_text()
    assert "equality monitoring" in review and "Disabled" not in review


def test_figures_by_characteristic_need_the_key_and_their_reading_is_noted(
    begun: Desk, tmp_path: Path
) -> None:
    begun.type("monitoring", "add", begun.reference, "--sex", "male")
    key = str(tmp_path / "monitoring.key")
    before = ask(begun.folder, "SELECT size FROM logs WHERE name = 'access'")
    found = begun.type("stats", "--monitoring-key", key, "--json").json
    assert [item["tables"] for item in found["characteristics"]] == [[]] * 6  # one case is too few
    assert "Too few cases, or answers, to show a number by age, sex" in " ".join(
        begun.type("stats", "--monitoring-key", key).stdout.split()
    )
    assert begun.type("stats", "--json").json["characteristics"] == []
    assert ask(begun.folder, "SELECT size FROM logs WHERE name = 'access'") == [(before[0][0] + 2,)]
    assert (
        "not a casework monitoring key"
        in begun.type("stats", "--monitoring-key", str(begun.folder / "recovery.key"), ok=5).said
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE streams SET kind = 'case' WHERE kind = 'monitoring'",
        "DELETE FROM wraps WHERE key_id IN (SELECT key_id FROM keys WHERE stream IN"
        " (SELECT stream FROM streams WHERE kind = 'monitoring'))",
        "DELETE FROM events WHERE stream IN (SELECT stream FROM streams WHERE kind = 'monitoring')",
        "UPDATE events SET sealed = NULL WHERE stream IN (SELECT stream FROM streams WHERE kind = 'monitoring')",
    ],
)
def test_whoever_changes_them_is_found_out(begun: Desk, change: str) -> None:
    begun.type("monitoring", "add", begun.reference, "--sex", "male")
    doctor(begun.folder, change)
    assert begun.type("audit", "verify", "--json", ok=1).json["findings"]


def test_a_public_key_that_somebody_slips_in_is_never_used(begun: Desk, tmp_path: Path) -> None:
    with Workspace.open(begun.folder, str) as workspace:
        own = monitoring._newest_key(workspace, choose_school(workspace, None))
    assert own is not None
    ((pos, facts),) = ask(
        begun.folder, "SELECT pos, facts FROM events WHERE CAST(facts AS TEXT) LIKE '%monitoring_begun%'"
    )
    other = facts.replace(own[1].hex().encode(), b"00" * 32)
    doctor(begun.folder, ("UPDATE events SET facts = ? WHERE pos = ? AND facts = ?", (other, pos, facts)))
    with Workspace.open(begun.folder, str) as workspace:
        assert monitoring._newest_key(workspace, choose_school(workspace, None)) == own


def test_a_backup_holds_them_still_sealed_and_what_was_destroyed_since_goes_again(
    begun: Desk, tmp_path: Path
) -> None:
    begun.type("monitoring", "add", begun.reference, "--sex", "male")
    backup = tmp_path / "before.backup"
    begun.type("db", "backup", str(backup))
    begun.type("monitoring", "stop", begun.reference, "--reason", "Letter")
    begun.type("retention", "apply", f"{begun.reference}:monitoring", *AGREED)
    shutil.copy(begun.folder / "erasures.json", tmp_path / "newest.json")
    place = tmp_path / "restored"
    recovery = ("--recovery-key", str(begun.folder / "recovery.key"))
    done = begun.type(
        "db",
        "restore",
        str(backup),
        "--to",
        str(place),
        *recovery,
        "--erasures",
        str(tmp_path / "newest.json"),
    )
    assert "Erased again: 1 record" in done.stdout
    assert not sealed_of(place, "monitoring")
    with Workspace.open(place, str) as workspace:
        school = choose_school(workspace, None)
        assert find_case(workspace, school, begun.reference).case.reference == begun.reference
        assert recorded(workspace, school) == []
