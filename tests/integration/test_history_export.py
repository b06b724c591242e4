"""A history through the services: opened with the key, noted before it is shown, and true to the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from casework.base.errors import BadInput
from casework.base.ids import SeededDice
from casework.base.time import FixedClock
from casework.ledger.checkpoint import Verifier, open_checkpoint
from casework.services import cases, history
from casework.services.loading import LoadedCase, find_case
from casework.services.schools import School
from casework.services.workspace import Workspace
from casework.store.connect import Store
from tests.support.schools import NOW, school_with_a_report


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Workspace, School, LoadedCase]]:
    workspace, school, reference = school_with_a_report(tmp_path, b"history")
    with workspace:
        loaded = find_case(workspace, school, reference)
        cases.add_note(workspace, school, loaded, text="Rang the parent back.")
        yield workspace, school, loaded


def _access(workspace: Workspace, school: School) -> list[dict[str, Any]]:
    with workspace.store.read() as reader:
        log = reader.log_of(school.id, "access")
        assert log is not None
        opened, given, *noted = [json.loads(event.facts) for event in reader.events(log.log) if event.facts]
    assert (opened["kind"], given["kind"]) == ("access_log_opened", "role_given")
    return noted


def test_words_are_opened_and_fingerprints_are_those_of_the_store(
    desk: tuple[Workspace, School, LoadedCase],
) -> None:
    workspace, _, loaded = desk
    found = history.history_of(*desk)
    assert found.entries[-1].words[0].value == "Rang the parent back."
    assert "Tom Bell" in [person.who.name for person in found.people]
    with workspace.store.read() as reader:
        stored = reader.events_of(loaded.stream)
    assert [item.envelope_sha256 for item in found.fingerprints] == [
        sha256(event.envelope).hexdigest() for event in stored
    ]
    assert [item.position for item in found.fingerprints] == [event.pos for event in stored]


def test_the_checkpoint_is_signed_by_the_key_that_is_printed(
    desk: tuple[Workspace, School, LoadedCase],
) -> None:
    signed = history.history_of(*desk).header.checkpoint
    checkpoint = open_checkpoint(signed.note, Verifier.from_text(signed.verifier))
    assert checkpoint.size == signed.size
    assert all(item.position < signed.size for item in history.history_of(*desk).fingerprints)


def test_an_export_is_noted_with_its_purpose_and_printed_with_it(
    desk: tuple[Workspace, School, LoadedCase],
) -> None:
    workspace, school, loaded = desk
    files = history.export(*desk, purpose="Appeal panel", formats=("json", "txt"))
    assert list(files) == ["case-history.json", "case-history.txt"]
    header = json.loads(files["case-history.json"])["header"]
    assert (header["purpose"], header["exported_by"]) == ("Appeal panel", "Ruth Adeyemi")
    assert header["exported"] == "2026-03-03T09:00:00.000Z"
    assert "Rang the parent back." in files["case-history.txt"].decode()
    (noted,) = _access(workspace, school)
    assert (noted["kind"], noted["what"], noted["case"]) == ("exported", "history", loaded.stream)


def test_a_timeline_is_a_reading_and_noted_as_one(desk: tuple[Workspace, School, LoadedCase]) -> None:
    workspace, school, _ = desk
    entries = history.timeline(*desk)
    assert entries[0].title == "Case opened"
    assert [(item["kind"], item["what"]) for item in _access(workspace, school)] == [("read", "timeline")]


def test_what_cannot_be_noted_is_not_shown(
    desk: tuple[Workspace, School, LoadedCase], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = desk[0]

    def refuse(self: Store, *_: str, **_more: object) -> None:
        raise OSError("no room to write")

    monkeypatch.setattr(type(workspace.store), "transaction", refuse)
    with pytest.raises(OSError, match="no room"):
        history.export(*desk, purpose="Appeal panel", formats=("json",))


@pytest.mark.parametrize(("purpose", "formats"), [("Appeal", ("docx",)), ("Appeal", ()), ("  ", ("json",))])
def test_an_export_that_cannot_be_is_refused_and_not_noted(
    desk: tuple[Workspace, School, LoadedCase], purpose: str, formats: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput):
        history.export(*desk, purpose=purpose, formats=formats)
    assert _access(desk[0], desk[1]) == []


def test_a_history_includes_what_another_process_has_recorded_since(
    desk: tuple[Workspace, School, LoadedCase],
) -> None:
    workspace, school, loaded = desk
    with Workspace.open(workspace.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"other")) as other:
        cases.add_note(other, school, find_case(other, school, loaded.case.reference), text="From elsewhere.")
    assert history.history_of(*desk).entries[-1].words[0].value == "From elsewhere."
