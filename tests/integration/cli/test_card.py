"""`casework card`: what to do and not to do, with the school's numbers; on the screen and as one page."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from casework.services.school_details import CONTACT_LIMIT
from tests.integration.cli.desk import Desk

LADO = ("school", "edit", "--contact", "lado=Jane Roe, 01632 960 100")


def test_the_card_has_the_numbers_of_the_school(desk: Desk) -> None:
    assert "telephone numbers on the card changed. The card has them." in desk.type(*LADO).stdout
    done = desk.type("card")
    assert "Local authority designated officer (LADO): Jane Roe, 01632 960 100" in done.stdout
    assert "999" in done.stdout
    for heading in ("First: is a child at risk?", "Do now", "Do not", "Whom to ring"):
        assert heading in done.stdout
    assert "No number yet: Designated safeguarding lead, HR adviser" in done.stderr
    data = desk.type("card", "--json").json
    assert data["contacts"]["lado"]["number"] == "Jane Roe, 01632 960 100"
    assert data["contacts"]["dpo"]["number"] == ""
    assert desk.type("school", "show", "--json").json["contacts"] == {"lado": "Jane Roe, 01632 960 100"}


def test_a_number_is_taken_away_with_nothing(desk: Desk) -> None:
    desk.type(*LADO)
    desk.type("school", "edit", "--contact", "lado=")
    assert desk.type("school", "show", "--json").json["contacts"] == {}


def test_the_page_is_one_page_however_long_the_numbers_are(desk: Desk) -> None:
    long = "Alexandra Featherstonehaugh-Cholmondeley, 01632 960 100 x 27"
    assert len(long) == CONTACT_LIMIT
    contacts = ("lado", "dsl", "hr_adviser", "dpo", "chair_of_governors", "local_authority", "police")
    desk.type("school", "edit", *(part for name in contacts for part in ("--contact", f"{name}={long}")))
    out = desk.folder.parent / "card.pdf"
    assert desk.type("card", "--out", str(out)).stdout == f"{out}\n"
    reader = PdfReader(io.BytesIO(out.read_bytes()))
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    assert "The first ten minutes" in text
    assert "01632 960 100" in text
    assert "is there already" in desk.type("card", "--out", str(out), ok=2).stderr
    desk.type("card", "--out", str(out), "--force")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("school", "edit", "--contact", "vet=01632 960 100"), "There is no contact 'vet'."),
        (("school", "edit", "--contact", f"lado={'9' * 61}"), "at most 60 characters"),
        (("school", "edit", "--contact", "lado"), "is not of the form KEY=VALUE"),
        (("school", "edit", "--contact", "lado=\x1b[2J"), "cannot be printed"),
    ],
)
def test_bad_input_is_refused(desk: Desk, typed: tuple[str, ...], says: str) -> None:
    assert says in desk.type(*typed, ok=2).stderr


def test_the_adviser_who_sets_the_school_up_is_the_one_to_ring(empty_desk: Desk) -> None:
    school = ("--name", "Elm School", "--prefix", "ELM", "--adviser", "Priya Nair", "--no-passphrase")
    empty_desk.type("init", *school, "--adviser-phone", "01632 960 003")
    done = empty_desk.type("card")
    assert "HR adviser: Priya Nair, 01632 960 003" in done.stdout
    assert "HR adviser" not in done.stderr


def test_without_a_school_the_card_says_how_to_begin(empty_desk: Desk) -> None:
    said = empty_desk.type("card", ok=5).said
    assert "No school is set up in" in said
    assert "casework init" in said
