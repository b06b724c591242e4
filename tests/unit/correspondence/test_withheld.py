"""Letters that must never exist: those that tell a third party what it may not know."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from casework.base.resources import letters_dir
from casework.correspondence.check import check_all
from casework.correspondence.compose import compose, to_text
from casework.correspondence.errors import WrongFact
from casework.correspondence.examples import example
from casework.correspondence.library import shipped
from casework.correspondence.withheld import names_employee, withheld_words

CLOSING = ("parent-closing", "reporter-closing", "data-breach-notice")
"""Letters to parents and others who may learn nothing about the employee."""

OUTSIDE = (
    *(
        "lado",
        "police",
        "barring_service",
        "teaching_agency",
        "new_employer",
        "notified_body",
        "union_official",
    ),
    *("parent", "affected_person", "reporter"),
)
"""The parts of those outside the school to whom a letter goes."""


def _with_words(letter_id: str, words: str) -> dict[str, Any]:
    """Return the example of a letter with `words` in its first field that holds words."""
    data = copy.deepcopy(example(letter_id))
    name = next(name for name, spec in shipped().letter(letter_id).fields.items() if spec.type == "text")
    data["fields"][name] = words
    return data


@pytest.mark.parametrize("letter_id", [*CLOSING, "body-notice"])
@pytest.mark.parametrize(
    "words", ["Jordan Price said so.", "JORDAN  PRICE", "Ask Price.", "Jordan is sorry."]
)
def test_a_letter_that_names_the_employee_cannot_be_written(letter_id: str, words: str) -> None:
    with pytest.raises(WrongFact, match="it names the employee"):
        compose(letter_id, _with_words(letter_id, words))


@pytest.mark.parametrize("letter_id", CLOSING)
@pytest.mark.parametrize(
    "words",
    [
        "There was a final written warning.",
        "The person was dismissed.",
        "The allegation was not upheld.",
        "The matter was unsubstantiated.",
        "It turned out to be false.",
        "The member of staff has resigned.",
        "No further action was taken.",
        "Somebody was suspended.",
    ],
)
def test_a_letter_that_confirms_an_outcome_cannot_be_written(letter_id: str, words: str) -> None:
    with pytest.raises(WrongFact, match="tells what came of it for the employee"):
        compose(letter_id, _with_words(letter_id, words))


@pytest.mark.parametrize("words", ["Jordan Price said so.", "There was a final written warning."])
@pytest.mark.parametrize("where", ["own_words", "reworded", "copy_to"])
def test_words_of_the_sender_tell_no_more_than_the_letter(where: str, words: str) -> None:
    data = copy.deepcopy(example("parent-closing"))
    data[where] = [{"after": "Dear Ms Poole", "now": [words]}] if where == "reworded" else [words]
    with pytest.raises(WrongFact, match="This letter may not say it"):
        compose("parent-closing", data)


@pytest.mark.parametrize("restricted", [True, False])
def test_a_letter_to_a_parent_names_nobody_and_warns_where_nothing_may_be_published(restricted: bool) -> None:
    data = copy.deepcopy(example("parent-closing"))
    data["fields"]["reporting_restriction"] = restricted
    words = to_text(compose("parent-closing", data))
    assert not names_employee(words, data["employee"])
    assert ("This must not become public." in words) is restricted


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Price", True),
        ("price list", False),
        ("The Prices", False),
        ("Mr Smith", False),
        ("Price Park School", False),
        ("Kit O’Price", True),
    ],
)
def test_a_name_is_found_as_a_word_and_not_within_the_name_of_the_school(words: str, named: bool) -> None:
    assert names_employee(words, "Mr Jordan Price", "Price Park School") is named


@pytest.mark.parametrize(
    "words",
    ["One allegation was unfounded.", "It was falsely said.", "The warning has lapsed.", "A spent warning."],
)
def test_a_reference_with_what_was_not_shown_cannot_be_written(words: str) -> None:
    with pytest.raises(WrongFact, match="not substantiated, or of a warning that is spent"):
        compose("employer-information", _with_words("employer-information", words))


def test_what_a_letter_does_not_withhold_it_may_say() -> None:
    assert (
        withheld_words(shipped().letter("lado-outcome"), "The allegation was unfounded.", shipped().language)
        == []
    )


@pytest.mark.parametrize("child", ["Ben", "Ben Okoro", "b.o.", "A.B.C.D.E.", "B1"])
def test_a_child_is_not_named(child: str) -> None:
    data = copy.deepcopy(example("lado-referral"))
    data["fields"]["children"][0]["initials"] = child
    with pytest.raises(WrongFact, match="a child is not named"):
        compose("lado-referral", data)


def test_every_letter_to_somebody_outside_asks_for_the_minimum_and_speaks_of_the_restriction() -> None:
    for letter in shipped().letters.values():
        if not set(letter.recipients) & set(OUTSIDE):
            continue
        ids = {passage.id for passage in letter.required}
        assert "ukgdpr:5c" in ids or "ukgdpr:33/what" in ids, letter.id
        assert "ea02:141f" in ids or "employee" in letter.withholds, letter.id


@pytest.mark.parametrize("letter_id", CLOSING)
def test_no_letter_to_a_third_party_has_a_field_that_tells_who_the_employee_is(letter_id: str) -> None:
    letter = shipped().letter(letter_id)
    assert {"employee", "outcome"} <= set(letter.withholds)
    assert not any("party.employee" in spec.sources for spec in letter.fields.values())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((r"withholds: .*\n", ""), "The letter no longer withholds what it did: employee."),
        (
            (r"recipient: parent", "recipient: [parent, reporter]"),
            "somebody to whom ours does not: reporter.",
        ),
        (
            (r"fields:\n", "fields:\n  who: {type: party, from: party.employee, label: Who it was}\n"),
            "who tells who the employee is, which this letter withholds.",
        ),
    ],
)
def test_a_school_cannot_make_the_letter_to_parents_tell_more(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    ours = (letters_dir() / "parent-closing" / "letter.yaml").read_text("utf-8")
    (tmp_path / "parent-closing").mkdir()
    (tmp_path / "parent-closing" / "letter.yaml").write_text(
        re.sub(change[0], change[1], ours, count=1), "utf-8"
    )
    assert any(reason in finding.reason for finding in check_all([tmp_path]))


def test_a_school_cannot_let_somebody_type_what_only_the_record_answers(tmp_path: Path) -> None:
    ours = (letters_dir() / "employer-information" / "letter.yaml").read_text("utf-8")
    (tmp_path / "employer-information").mkdir()
    theirs = ours.replace("    recorded: true\n", "")
    (tmp_path / "employer-information" / "letter.yaml").write_text(theirs, "utf-8")
    found = {finding.reason.split()[0] for finding in check_all([tmp_path])}
    assert {"asks_for_warnings", "live_warnings", "safeguarding"} <= found


def test_a_school_cannot_send_a_letter_to_another_reader_than_the_case_says(tmp_path: Path) -> None:
    ours = (letters_dir() / "adjustment-reply" / "letter.yaml").read_text("utf-8")
    (tmp_path / "adjustment-reply").mkdir()
    theirs = re.sub(r"recipient_from: .*\n", "", ours)
    (tmp_path / "adjustment-reply" / "letter.yaml").write_text(theirs, "utf-8")
    assert any("no longer goes to whom the case says" in found.reason for found in check_all([tmp_path]))


def test_the_note_of_a_talk_about_an_agreed_end_is_kept_apart() -> None:
    note = shipped().letter("protected-conversation")
    assert note.for_the_file
    assert note.apart
    assert [letter.id for letter in shipped().letters.values() if letter.apart] == [note.id]
