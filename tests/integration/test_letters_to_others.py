"""What leaves the school: nothing of a note that is kept apart, and to everybody only what they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from casework.cases.model import LiveWarning, StepRecord
from casework.correspondence.compose import to_text
from casework.scenario.model import load_scenario
from casework.scenario.played import Played
from casework.scenario.run import play
from casework.services import letter_outside, letters
from casework.services.history import export
from casework.services.loading import LoadedCase

SCENARIO = Path(__file__).parents[1] / "scenarios" / "others-ask-and-are-told.yaml"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "to_pdf", str.encode)
        done = play(load_scenario(SCENARIO), tmp_path_factory.mktemp("others") / "data", lambda _: None)
    yield done
    done.workspace.close()


def _words(played: Played, name: str) -> str:
    found = next(text for file, text in played.letters.items() if file.endswith(f"{name}.pdf"))
    return " ".join(to_text(found.decode()).split())


def test_a_copy_of_the_file_has_no_word_of_a_note_that_is_kept_apart(played: Played) -> None:
    assert "Nothing was agreed." in _words(played, "protected-conversation")
    files = export(
        played.workspace, played.school, played.case, purpose="For a tribunal", formats=("txt", "json")
    )
    for words in files.values():
        assert b"Nothing was agreed" not in words
        assert b"It is one post." in words


@pytest.mark.parametrize("name", ["body-notice", "data-breach-notice"])
def test_whoever_need_not_know_the_employee_does_not_learn_the_name(played: Played, name: str) -> None:
    assert "Lawson" not in _words(played, name)


def test_a_reference_says_what_the_file_says_of_warnings(played: Played) -> None:
    words = _words(played, "employer-information")
    assert "Kit Lawson" in words
    assert "There is no live warning." in words


def test_a_note_for_the_file_has_no_address_and_no_salutation(played: Played) -> None:
    for name in ("tra-not-referred", "protected-conversation"):
        words = _words(played, name)
        assert "CONFIDENTIAL – NOTE FOR THE FILE" in words
        assert "Dear" not in words
        assert "Orchard Row" not in words
    rows = letters.listing(played.workspace, played.school, played.case)
    assert {row.recipient for row in rows if row.template == "tra-not-referred"} == {"The file"}


@contextmanager
def _after(played: Played, *steps: tuple[str, dict[str, object]]) -> Iterator[LoadedCase]:
    """The case as if these steps were all that had happened in it."""
    loaded = played.case
    before = loaded.case
    records = [
        StepRecord(n, "x", step, "", "", "p", "", "", "p", "", None, "", values)  # type: ignore[arg-type]
        for n, (step, values) in enumerate(steps, 1)
    ]
    loaded.case = before.with_(steps=tuple(records))
    try:
        yield loaded
    finally:
        loaded.case = before


@pytest.mark.parametrize(
    ("steps", "restricted"),
    [
        ([], False),
        ([("refer_to_lado", {"reporting_restriction": True})], True),
        ([("refer_to_lado", {"reporting_restriction": False})], False),
        ([("refer_to_lado", {"reporting_restriction": True}), ("record_charge", {"what": "arrest"})], True),
        ([("refer_to_lado", {"reporting_restriction": True}), ("record_charge", {"what": "charge"})], False),
    ],
)
def test_nothing_is_published_until_there_is_a_charge(
    played: Played, steps: list[tuple[str, dict[str, object]]], restricted: bool
) -> None:
    with _after(played, *steps) as loaded:
        assert letter_outside.reporting_restriction(loaded) is restricted


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("conclude_safeguarding", {"conclusion": "substantiated"})], "substantiated"),
        ([("conclude_safeguarding", {"conclusion": "unfounded"})], "nothing"),
        (
            [("conclude_safeguarding", {"conclusion": "substantiated"}), ("reconsider_conclusion", {})],
            "nothing",
        ),
        ([], "nothing"),
    ],
)
def test_of_a_safeguarding_matter_an_employer_learns_only_what_was_substantiated(
    played: Played, steps: list[tuple[str, dict[str, object]]], told: str
) -> None:
    with _after(played, *steps) as loaded:
        assert letter_outside.safeguarding_to_tell(loaded) == told


def test_a_spent_warning_is_never_told(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = LiveWarning("first_written_warning", date(2026, 1, 10), date(2027, 1, 9))
    monkeypatch.setattr(letter_outside, "warnings_of", lambda *_: (warning,))
    told = [
        letter_outside.live_warnings(played.workspace, played.case, on)
        for on in (date(2026, 1, 9), date(2026, 1, 10), date(2027, 1, 9), date(2027, 1, 10))
    ]
    assert [len(rows) for rows in told] == [0, 1, 1, 0]
    assert told[1][0]["level"] == "First written warning"
