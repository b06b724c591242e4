"""The fields of a letter as they are typed, and what a letter lacks as it is told: plain words, and what to type."""

from __future__ import annotations

import click
import pytest

from casework.cli.letter_fields import as_arguments, given_elsewhere, own_fields, read_fields, typed_as
from casework.correspondence.errors import Lacking
from casework.correspondence.library import shipped
from tests.integration.cli.desk import Desk

PUPILS = [{"initials": "A.B.", "about": "was in the picture"}, {"initials": "C.D.", "about": "saw it"}]
PHONE = Lacking("fields.contact.phone", "Whom the reader can ask: the telephone number", "Priya Nair")
AUTHORITY = Lacking("sender.authority", "the authority under which the sender acts", "Helen Marsh")


def test_rows_are_typed_one_by_one_and_come_back_as_they_were_typed() -> None:
    referral = shipped().letter("lado-referral")
    typed = [("children", "A.B. | was in the picture"), ("children", "C.D.|saw it")]
    fields = read_fields(referral, typed)
    assert fields == {"children": PUPILS}
    again = as_arguments(referral, fields)
    assert again[1::2] == ["children=A.B. | was in the picture", "children=C.D. | saw it"]
    json = '[{"initials": "A.B.", "about": "was in the picture"}, {"initials": "C.D.", "about": "saw it"}]'
    assert read_fields(referral, [("children", json)]) == fields


def test_rows_for_each_allegation_begin_with_its_number() -> None:
    reasons = shipped().letter("written-reasons")
    fields = read_fields(reasons, [("findings", "2: proved | He says so: twice.")])
    row = {"allegation": 2, "finding": "proved", "reasons": "He says so: twice."}
    assert fields == {"findings": [row]}
    assert as_arguments(reasons, fields) == ["--field", "findings=2: proved | He says so: twice."]
    lacking = Lacking("fields.findings", "The findings")
    (_, placeholder) = as_arguments(reasons, {}, [lacking])
    assert placeholder == "findings=NUMBER: proved|not_proved | REASONS"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("proved | He says so.", "begins with the number of an allegation"),
        ("1: proved", "2 parts wanted, 1 given"),
        ("1: perhaps | He says so.", "choose one of proved, not_proved"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_form(typed: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        read_fields(shipped().letter("written-reasons"), [("findings", typed)])


def test_what_a_person_or_the_school_lacks_is_given_there_and_not_with_the_letter() -> None:
    letter = shipped().letter("suspension")
    town = Lacking("school.phone", "the school\u2019s telephone number")
    missing = [PHONE, AUTHORITY, town, Lacking("recipient.address_lines", "the address", "Jo Blake")]
    assert own_fields(letter, missing) == []
    assert typed_as(letter, PHONE) == ("Priya Nair", PHONE.label)
    assert given_elsewhere(missing, "ASH-26-7KQ4") == [
        ["school", "edit", "--phone", "NUMBER"],
        ["person", "edit", "Priya Nair", "--phone", "NUMBER"],
        ["case", "update-person", "ASH-26-7KQ4", "Priya Nair"],
        ["person", "edit", "Jo Blake", "--address", "LINE"],
        ["case", "update-person", "ASH-26-7KQ4", "Jo Blake"],
    ]


def test_an_authority_that_was_not_recorded_is_typed_with_the_letter(hearing_desk: Desk) -> None:
    desk, reference = hearing_desk, hearing_desk.reference
    wrong = "would_not_work:Nobody"
    asked = ("other_place", "supervised", "other_duties", "other_site", "pupils_moved")
    answers = [word for name in asked for word in ("--alternatives", f"{name}={wrong}")]
    suspended = ("--ground", "protect_inquiry", "--reason", "She could change the page.", "--full-pay")
    looked = ("--lado-view", "not_safeguarding", "--review-on", "2026-03-16", "--taken-by", "Helen Marsh")
    desk.type("case", "step", reference, "suspend", *suspended, *looked, *answers)
    lacking = desk.type("letter", "issue", reference, "suspension", ok=2)
    assert "fields." not in lacking.stderr
    assert "{" not in lacking.stderr
    assert "The authority under which the sender acts (of Helen Marsh)" in lacking.said
    assert "--authority WORDS" in lacking.stderr
    assert "person edit 'Priya Nair' --phone NUMBER" in lacking.stderr
    desk.type("person", "edit", "Priya Nair", "--phone", "01234 567892")
    desk.type("case", "update-person", reference, "Priya Nair")
    fields = ("other_told=governing_body", "support=Your union", "not_allowed=come to the school")
    given = ["--authority", "regulation 19", *(word for one in fields for word in ("--field", one))]
    draft = desk.type("letter", "preview", reference, "suspension", *given).stdout
    assert "regulation 19" in draft
    desk.type("letter", "propose", reference, "suspension", *given)
    changed = desk.type("letter", "issue", reference, "1", "--authority", "minute 3", ok=2)
    assert "on what authority" in changed.said
    desk.type("letter", "revise", reference, "1", "--field", "not_allowed=telephone the school")
    assert "regulation 19" in desk.type("letter", "preview", reference, "1").stdout
