"""What somebody learns who has the files and no key, and that whoever reads words leaves a trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.desk import PEOPLE, Desk, lock_key
from tests.security.doctor import ask

SECRET = "three random words"
READABLE = {
    *("name", "prefix", "policy", "catalogues", "calendar", "recovery_key"),
    *("stream", "access_stream", "accounts_stream"),
}


def everything_in(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_no_name_and_no_word_stands_in_the_clear_on_the_disk(victim: Desk) -> None:
    victim.type("case", "note", victim.reference, "Rang the parent of Aisha about the outing")
    victim.type("person", "add", "Mallory Smith", "--title", "Bursar", "--email", "mallory@ashgrove.example")
    held = everything_in(victim.folder)
    words = [part for name in PEOPLE for part in name.split()]
    words += [
        "Priya",
        "Nair",
        "Aisha",
        "outing",
        "Mallory",
        "Bursar",
        "ashgrove.example",
        "Mill Lane",
        "01234",
    ]
    words += ["Photographs of pupils", "post.png", "what was on the page", "Teaching assistant"]
    assert [word for word in words if word.encode() in held] == []


def test_what_is_readable_of_a_school_without_a_key_is_what_the_security_page_says(victim: Desk) -> None:
    assert set(json.loads(ask(victim.folder, "SELECT settings FROM organisations")[0][0])) == READABLE


def test_facts_hold_no_words_of_anybody(victim: Desk) -> None:
    """Every text in facts is an id, a hash, a date, a time, a code or a word of the policy: it has no blank in it."""

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value] if isinstance(value, str) else []

    facts = [json.loads(row[0]) for row in ask(victim.folder, "SELECT facts FROM events")]
    assert facts and not [text for text in texts(facts) if " " in text]


BEGUN = [("access_log_opened", None), ("role_given", None)]
"""What the access log begins with."""


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("case show REF", ("read", "case")),
        ("case brief REF", ("read", "case")),
        ("case triage REF", ("read", "case")),
        ("case timeline REF", ("read", "timeline")),
        ("case export REF --to x --purpose x --out OUT", ("exported", "history")),
        ("case readers REF", ("read", "readers")),
        ("access log REF", ("read", "access log")),
        ("access log REF --csv", ("exported", "access log")),
        ("evidence list REF", ("read", "evidence")),
        ("evidence get REF 1 --out OUT/file", ("read", "evidence")),
        ("letter list REF", ("read", "letter")),
        ("person list", ("read", "people")),
        ("person show Jordan", ("read", "people")),
    ],
)
def test_whoever_reads_words_stands_on_the_access_log(
    typed: str, noted: tuple[str, str], victim: Desk, tmp_path: Path
) -> None:
    words = typed.replace("REF", victim.reference).replace("OUT", str(tmp_path / "out")).split()
    victim.type(*words)
    log = "SELECT facts FROM events JOIN logs USING (log) WHERE name = 'access'"
    facts = [json.loads(row[0]) for row in ask(victim.folder, log)]
    assert [(item["kind"], item.get("what")) for item in facts] == [*BEGUN, noted]


@pytest.mark.parametrize(
    "typed",
    [
        "case list",
        "due",
        "status",
        "audit log",
        "audit verify",
        "audit exceptions",
        "stats",
        "db check",
        "register list",
    ],
)
def test_what_leaves_no_trace_needs_no_key_and_shows_no_name(typed: str, victim: Desk) -> None:
    lock_key(victim.folder)
    shown = victim.type(*typed.split()).stdout
    assert not [name for name in (*PEOPLE, "Priya Nair") if name.split()[0] in shown]


def test_a_passphrase_is_nowhere_on_the_disk_and_in_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "data")
    monkeypatch.setenv("CASEWORK_PASSPHRASE", SECRET)
    desk.type("init", "--name", "A School", "--prefix", "ASH", "--adviser", "Priya Nair")
    held = everything_in(desk.folder)
    assert SECRET.encode() not in held and b"Priya" not in held
    wrong = "another four random words"
    monkeypatch.setenv("CASEWORK_PASSPHRASE", wrong)
    for form in ((), ("--json",)):
        said = desk.type("person", "list", *form, ok=5)
        assert "does not open this key" in said.stderr
        assert not [text for text in (SECRET, wrong) if text in said.stdout + said.stderr]


def test_a_traceback_is_shown_only_when_asked_for(victim: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object, **__: object) -> None:
        raise KeyError("Jordan Blake")

    monkeypatch.setattr("casework.services.people.list_people", defect)
    monkeypatch.delenv("CASEWORK_TRACEBACK", raising=False)
    for form in ((), ("--json",)):
        said = victim.type("person", "list", *form, ok=70)
        assert "Jordan" not in said.stdout + said.stderr and "Traceback" not in said.stderr
