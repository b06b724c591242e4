"""Each table is altered behind casework's back: what verification finds, and what it cannot find."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from casework.base.canonical import canonical_bytes
from casework.base.ids import SeededDice
from casework.base.time import FixedClock
from casework.keyring.wrap import HPKE, SUITE, wrap
from casework.ledger.event import Envelope
from casework.ledger.merkle import Frontier
from casework.ledger.seal import StreamKey
from casework.services.cases import add_note
from casework.services.errors import RolledBackHere
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk
from tests.security.doctor import ask, change_settings, doctor, slip_in_policy, swapped

Attack = Callable[[Path], None]

FOUND: dict[str, tuple[str, Attack]] = {
    "facts": ("altered", lambda at: doctor(at, "UPDATE events SET facts = X'7B7D' WHERE pos = 4")),
    "facts nested deep": (
        "altered",
        lambda at: doctor(at, ("UPDATE events SET facts = ? WHERE pos = 4", (b"[" * 200_000,))),
    ),
    "facts of other types": (
        "altered",
        lambda at: doctor(
            at,
            (
                "UPDATE events SET facts = ? WHERE pos = 4",
                (b'{"kind":"letter_issued","file":{"id":[1]},"policy":{},"catalogues":[[1]],"calendar":[]}',),
            ),
        ),
    ),
    "a sealed body": ("altered", lambda at: doctor(at, "UPDATE events SET sealed = X'01' WHERE pos = 4")),
    "an envelope as text": (
        "altered",
        lambda at: doctor(at, "UPDATE events SET envelope = 'x' WHERE pos = 4"),
    ),
    "words taken away": ("removed", lambda at: doctor(at, "UPDATE events SET sealed = NULL WHERE pos = 4")),
    "an entry taken away whole": (
        "removed",
        lambda at: doctor(
            at, "UPDATE events SET sealed = NULL, facts = NULL, facts_salt = NULL WHERE pos = 4"
        ),
    ),
    "by which command an entry was made": (
        "altered",
        lambda at: doctor(at, "UPDATE events SET command = 'x' WHERE pos = 4"),
    ),
    "two signed heads exchanged": ("altered", lambda at: _exchange_heads(at)),
    "an entry": ("removed", lambda at: doctor(at, "DELETE FROM events WHERE pos = 4")),
    "the newest entries with their signed head": (
        "cut_short",
        lambda at: doctor(
            at,
            "DELETE FROM events WHERE command = (SELECT command FROM events WHERE log ="
            " (SELECT log FROM logs WHERE name = 'cases') ORDER BY pos DESC)",
        ),
    ),
    "a signed head": ("head_missing", lambda at: doctor(at, "UPDATE events SET head = NULL WHERE pos = 2")),
    "signed heads as bytes": ("head_forged", lambda at: doctor(at, "UPDATE events SET head = X'00'")),
    "the log's key": (
        "head_forged",
        lambda at: doctor(at, ("UPDATE logs SET public_key = ?", (secrets.token_bytes(32),))),
    ),
    "the log's key as a number": ("log_altered", lambda at: doctor(at, "UPDATE logs SET public_key = 1")),
    "a whole access log": (
        "cut_short",
        lambda at: doctor(
            at,
            "DELETE FROM events WHERE log = (SELECT log FROM logs WHERE name = 'access')",
            ("UPDATE logs SET size = 0, frontier = ? WHERE name = 'access'", (Frontier().to_bytes(),)),
        ),
    ),
    "the place of the next entry": (
        "cut_short",
        lambda at: doctor(at, "UPDATE logs SET frontier = X'00' WHERE name = 'cases'"),
    ),
    "the time of the newest entry": (
        "cut_short",
        lambda at: doctor(
            at, "UPDATE logs SET last_recorded = '2099-01-01T00:00:00.000Z' WHERE name = 'cases'"
        ),
    ),
    "the number of entries": ("cut_short", lambda at: doctor(at, "UPDATE logs SET size = 'y'")),
    "the two logs exchanged": (
        "log_altered",
        lambda at: doctor(
            at,
            "UPDATE logs SET name = 'x' WHERE name = 'cases'",
            "UPDATE logs SET name = 'cases' WHERE name = 'access'",
            "UPDATE logs SET name = 'access' WHERE name = 'x'",
        ),
    ),
    "the school": ("removed", lambda at: doctor(at, "DELETE FROM organisations")),
    "a case made to look like a personnel file": (
        "stream_altered",
        lambda at: doctor(at, "UPDATE streams SET kind = 'person', ref = 'x' WHERE kind = 'case'"),
    ),
    "a personnel file given to somebody else": (
        "stream_altered",
        lambda at: doctor(
            at, "UPDATE streams SET ref = (SELECT max(person) FROM people) WHERE kind = 'person'"
        ),
    ),
    "a case entered as somebody's file": (
        "stream_altered",
        lambda at: doctor(
            at, "UPDATE streams SET ref = (SELECT max(person) FROM people) WHERE kind = 'case'"
        ),
    ),
    "keys": ("key_missing", lambda at: doctor(at, "DELETE FROM wraps", "DELETE FROM keys")),
    "the policy": (
        "document_altered",
        lambda at: doctor(at, f"UPDATE policies SET {swapped('resolved', 'working_days', 'days')}"),
    ),
    "the policy, with rubbish": (
        "document_altered",
        lambda at: doctor(at, "UPDATE policies SET resolved = X'7B7D'"),
    ),
    "the policy, with text": (
        "document_altered",
        lambda at: doctor(at, "UPDATE policies SET resolved = 'x'"),
    ),
    "the policy taken away": ("document_missing", lambda at: doctor(at, "DELETE FROM policies")),
    "the calendar": (
        "document_altered",
        lambda at: doctor(at, f"UPDATE calendars SET {swapped('data', '2026-12-25', '2026-12-24')}"),
    ),
    "the calendar taken away": ("document_missing", lambda at: doctor(at, "DELETE FROM calendars")),
    "the catalogue": (
        "document_altered",
        lambda at: doctor(at, f"UPDATE catalogues SET {swapped('resolved', 'S2', 'S4')}"),
    ),
    "the catalogue taken away": ("document_missing", lambda at: doctor(at, "DELETE FROM catalogues")),
    "a weaker policy in force": (
        "settings_altered",
        lambda at: change_settings(at, policy=slip_in_policy(at)),
    ),
    "another recovery key": (
        "settings_altered",
        lambda at: change_settings(at, recovery_key=secrets.token_hex(32)),
    ),
    "another prefix": ("settings_altered", lambda at: change_settings(at, prefix="EVL")),
    "a sealed file": (
        "file_altered",
        lambda at: doctor(at, "UPDATE file_chunks SET data = zeroblob(length(data))"),
    ),
    "a sealed file, as text": ("file_altered", lambda at: doctor(at, "UPDATE file_chunks SET data = 'x'")),
    "a part of a file": ("file_altered", lambda at: doctor(at, "DELETE FROM file_chunks")),
    "the size of a file": ("file_altered", lambda at: doctor(at, "UPDATE files SET size = size + 1")),
    "a file moved to another case": (
        "file_altered",
        lambda at: doctor(
            at, "UPDATE files SET stream = (SELECT stream FROM streams WHERE kind = 'organisation')"
        ),
    ),
    "a file": ("file_missing", lambda at: doctor(at, "DELETE FROM file_chunks", "DELETE FROM files")),
    "the directory of people": ("directory_altered", lambda at: doctor(at, "DELETE FROM people")),
    "the entry of a person, exchanged": (
        "directory_altered",
        lambda at: doctor(at, "UPDATE people SET sealed = (SELECT sealed FROM people LIMIT 1)"),
    ),
    "the school's sealed details": (
        "directory_altered",
        lambda at: doctor(at, "UPDATE organisations SET sealed = zeroblob(80)"),
    ),
    "the school's name": ("directory_altered", lambda at: change_settings(at, name="Evil School")),
    "the label of a policy": (
        "document_altered",
        lambda at: doctor(at, "UPDATE policies SET label = 'x'"),
    ),
    "the index of a table": (
        "index_altered",
        lambda at: _spoil_index(at, "ix_people_organisation", "people.organisation"),
    ),
    "the index of the events": (
        "index_altered",
        lambda at: _spoil_index(at, "sqlite_autoindex_events_2", "events.stream"),
    ),
    "a file put in": (
        "file_inserted",
        lambda at: doctor(
            at, "INSERT INTO files SELECT 'stray', stream, 0, 0 FROM streams WHERE kind = 'case'"
        ),
    ),
}


def _spoil_index(folder: Path, index: str, column: str) -> None:
    """Change the copy of a value that an index keeps, as one flipped bit can; the row itself stays as it is."""
    path, table = folder / "casework.sqlite3", column.partition(".")[0]
    ((root, page, value),) = ask(
        folder,
        f"SELECT rootpage, (SELECT * FROM pragma_page_size), (SELECT {column} FROM {table} ORDER BY rowid DESC LIMIT 1)"
        f" FROM sqlite_schema WHERE name = '{index}'",
    )
    data = bytearray(path.read_bytes())
    at = data.index(value.encode("ascii"), (root - 1) * page, root * page)
    data[at + len(value) - 1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("what", FOUND)
def test_what_is_altered_in_the_database_is_found_without_a_key(what: str, victim: Desk) -> None:
    kind, attack = FOUND[what]
    (victim.folder / "keys" / "account.key").unlink()
    assert victim.type("audit", "verify", "--json").json["whole"] is True
    attack(victim.folder)
    said = victim.type("audit", "verify", "--json", ok=1).json
    assert said["ok"] is False
    assert kind in {finding["kind"] for finding in said["findings"]}


def _head_after_first_entry(folder: Path) -> list[tuple[str, tuple[Any, ...]]]:
    """Put the row to which the next entry of the access log is appended back to where it was after the first one."""
    rows = "SELECT envelope FROM events JOIN logs USING (log) WHERE name = 'access' AND pos = 0"
    first = bytes(ask(folder, rows)[0][0])
    frontier, recorded = Frontier().append(first).to_bytes(), Envelope.from_bytes(first).recorded
    update = "UPDATE logs SET size = 1, frontier = ?, last_recorded = ? WHERE name = 'access'"
    return [(update, (frontier, recorded))]


# Each of these is said in docs/security.md; whoever makes one of them found moves it up.
NOT_FOUND: dict[str, Attack] = {
    "accounts": lambda at: doctor(at, "UPDATE accounts SET public_key = X'00', sealed = X'00'"),
    "what a key is wrapped into": lambda at: doctor(at, "UPDATE wraps SET blob = zeroblob(80)"),
    "the epoch of a key": lambda at: doctor(at, "UPDATE keys SET epoch = 7"),
}


@pytest.mark.parametrize("what", NOT_FOUND)
def test_what_is_not_found_without_a_key_or_a_checkpoint_is_known(what: str, victim: Desk) -> None:
    victim.type("case", "show", victim.reference)
    NOT_FOUND[what](victim.folder)
    assert victim.type("audit", "verify", "--json").json["whole"] is True


def _exchange_heads(folder: Path) -> None:
    rows = (
        "SELECT e.log, pos, head FROM events e JOIN logs USING (log) WHERE name = 'cases' AND head NOT NULL"
    )
    (log, one, first), (_, two, second) = ask(folder, f"{rows} ORDER BY pos")[:2]
    put = "UPDATE events SET head = ? WHERE log = ? AND pos = ?"
    doctor(folder, (put, (second, log, one)), (put, (first, log, two)))


def _put_access_log_back(folder: Path) -> None:
    gone = "DELETE FROM events WHERE pos > 0 AND log = (SELECT log FROM logs WHERE name = 'access')"
    doctor(folder, gone, *_head_after_first_entry(folder))


def test_an_access_log_that_went_back_contradicts_its_checkpoint(victim: Desk, tmp_path: Path) -> None:
    victim.type("case", "show", victim.reference)
    note = tmp_path / "access.txt"
    victim.type("audit", "checkpoint", "--log", "access", "--out", str(note))
    for file in (victim.folder / "keys").glob("*.checkpoint"):
        file.unlink()
    _put_access_log_back(victim.folder)
    assert victim.type("audit", "verify", "--json").json["whole"] is True
    said = victim.type("audit", "verify", "--against", str(note), "--json", ok=1).json
    assert [finding["kind"] for finding in said["findings"]] == ["rolled_back"]


def test_an_installation_remembers_what_it_saw(victim: Desk) -> None:
    victim.type("case", "show", victim.reference)
    _put_access_log_back(victim.folder)
    said = victim.type("audit", "verify", "--json", ok=1).json
    assert [finding["kind"] for finding in said["findings"]] == ["rolled_back"]
    refused = victim.type("case", "show", victim.reference, ok=5)
    assert "went back to an earlier state" in refused.said
    assert ask(victim.folder, "SELECT size FROM logs WHERE name = 'access'") == [(1,)]


@pytest.mark.parametrize("by_another", [False, True])
def test_whoever_has_it_open_sees_that_it_went_back(victim: Desk, by_another: bool) -> None:
    """Against what they signed themselves, and against what another process of the installation saw meanwhile."""

    def note(workspace: Workspace) -> None:
        school = choose_school(workspace, None)
        add_note(workspace, school, find_case(workspace, school, victim.reference), text="Rang the parent")

    with Workspace.open(victim.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"open")) as workspace:
        if by_another:
            note(workspace)
        ((size, frontier),) = ask(victim.folder, "SELECT size, frontier FROM logs WHERE name = 'cases'")
        if by_another:
            victim.type("case", "note", victim.reference, "Seen by another")
        else:
            note(workspace)
        gone = "DELETE FROM events WHERE pos >= ? AND log = (SELECT log FROM logs WHERE name = 'cases')"
        back = "UPDATE logs SET size = ?, frontier = ? WHERE name = 'cases'"
        doctor(victim.folder, (gone, (size,)), (back, (size, frontier)))
        with pytest.raises(RolledBackHere, match="went back to an earlier state"):
            note(workspace)
    assert ask(victim.folder, "SELECT size FROM logs WHERE name = 'cases'") == [(size,)]


def test_what_is_remembered_is_the_owners_alone_and_is_checked_itself(victim: Desk) -> None:
    victim.type("case", "show", victim.reference)
    files = sorted((victim.folder / "keys").glob("*.checkpoint"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * len(files) != []
    files[0].write_text("rubbish", encoding="utf-8")
    said = victim.type("audit", "verify", "--json", ok=1).json
    assert [finding["kind"] for finding in said["findings"]] == ["head_forged"]
    assert files[0].name in said["findings"][0]["says"]


def _reader(victim: Desk) -> tuple[str, bytes, str, str]:
    """The account, its public key, the stream of the case and the key that its words are under."""
    ((account, public),) = ask(victim.folder, "SELECT account, public_key FROM accounts")
    rows = "SELECT stream, key_id FROM keys JOIN cases USING (stream)"
    ((stream, key),) = ask(victim.folder, rows)
    return account, bytes(public), stream, key


def test_a_key_that_somebody_slips_in_is_never_used(victim: Desk) -> None:
    account, public, stream, _ = _reader(victim)
    known = StreamKey(stream, "main", 2, bytes(32))
    made = wrap(known, public, account)
    doctor(
        victim.folder,
        ("INSERT INTO keys VALUES (?, ?, 'main', 2)", (known.key_id, stream)),
        ("INSERT INTO wraps VALUES (?, ?, ?, ?)", (made.key_id, account, SUITE, made.blob)),
    )
    victim.type("case", "note", victim.reference, "A word in confidence.")
    (newest,) = ask(
        victim.folder, f"SELECT sealed FROM events WHERE stream = '{stream}' ORDER BY n DESC LIMIT 1"
    )
    assert bytes.fromhex(known.key_id) not in bytes(newest[0])
    assert victim.type("audit", "verify", "--json").json["whole"] is True


def test_a_key_put_in_the_place_of_another_is_refused(victim: Desk) -> None:
    account, public, stream, key = _reader(victim)
    info = {"compartment": "main", "epoch": 1, "key": key, "recipient": account, "stream": stream}
    bound = b"casework/wrap/v1\n" + canonical_bytes(info)
    forged = HPKE.encrypt(bytes(32), X25519PublicKey.from_public_bytes(public), bound)
    doctor(
        victim.folder,
        ("UPDATE wraps SET blob = ? WHERE key_id = ? AND recipient = ?", (forged, key, account)),
    )
    before = ask(victim.folder, "SELECT count(*) FROM events")
    refused = victim.type("case", "note", victim.reference, "A word in confidence.", ok=5)
    assert "somebody put another in its place" in refused.stderr
    assert ask(victim.folder, "SELECT count(*) FROM events") == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases SET state = 'closed'",
        "DELETE FROM cases",
        "UPDATE clocks SET due = '2099-01-01'",
        "DELETE FROM warnings",
        "UPDATE warnings SET live_until = '2026-01-06'",
        "UPDATE party_roles SET role = 'chair_of_governors' WHERE role = 'headteacher'",
    ],
)
def test_lists_that_differ_are_called_stale_and_not_tampered_with(statement: str, victim: Desk) -> None:
    doctor(victim.folder, statement)
    said = victim.type("audit", "verify", ok=1)
    assert "The record is whole" in said.stdout
    assert "stale" in said.stderr and "casework db rebuild" in said.stderr
    assert victim.type("audit", "verify", "--json", ok=1).json["lists"] == "stale"
    victim.type("db", "rebuild")
    assert victim.type("audit", "verify", "--json").json["lists"] == "fresh"


@pytest.mark.parametrize(
    "doctored",
    [
        "CREATE TRIGGER evil AFTER INSERT ON events BEGIN DELETE FROM warnings; END",
        "CREATE VIEW evil AS SELECT * FROM cases",
    ],
)
def test_a_database_with_triggers_or_views_is_not_opened(doctored: str, victim: Desk) -> None:
    doctor(victim.folder, doctored)
    assert "triggers or views" in victim.type("case", "list", ok=5).said


@pytest.mark.parametrize("table", ["policies", "catalogues", "calendars"])
def test_nothing_is_decided_by_a_document_that_was_altered(table: str, victim: Desk) -> None:
    column = "data" if table == "calendars" else "resolved"
    doctor(victim.folder, f"UPDATE {table} SET {swapped(column, 'a', 'b')}")
    refused = victim.type("case", "note", victim.reference, "A word", ok=5)
    assert "not the one that was adopted" in refused.stderr
    before = ask(victim.folder, "SELECT count(*) FROM events")
    assert ask(victim.folder, "SELECT count(*) FROM events") == before


@pytest.mark.parametrize("part", ["recovery_key", "policy"])
def test_no_case_is_opened_under_settings_that_were_not_sealed(part: str, victim: Desk) -> None:
    """Whoever has the file and no key would otherwise get the key of every later case, or choose its law."""
    value = secrets.token_hex(32) if part == "recovery_key" else slip_in_policy(victim.folder)
    change_settings(victim.folder, **{part: value})
    typed = ("--reported", "2026-03-01", "--employee", "Jordan Blake", "--summary", "Another report")
    assert "not the ones that were sealed" in victim.type("case", "open", *typed, ok=5).stderr
    assert len(ask(victim.folder, "SELECT 1 FROM streams WHERE kind = 'case'")) == 1


def test_settings_that_cannot_be_read_are_a_sentence(victim: Desk) -> None:
    doctor(victim.folder, "UPDATE organisations SET settings = 'x'")
    assert "settings of a school" in victim.type("case", "list", ok=5).stderr


def test_a_key_from_outside_says_what_is_still_missing(victim: Desk, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(victim.type("audit", "key").stdout, encoding="utf-8")
    said = victim.type("audit", "verify", "--key", str(key))
    assert "No checkpoint from elsewhere" in said.stdout
    assert len(victim.type("audit", "verify", "--json").json["unwitnessed"]) == 2
