"""People whose name, address or job changes: in the directory at once, in a case when it is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.cli.desk import PEOPLE, Desk

ADDRESS = ["--address", "2 Church Row", "--address", "Ashgrove"]


def names(desk: Desk) -> list[str]:
    return [person["name"] for person in desk.type("case", "show", desk.reference, "--json").json["people"]]


def access(desk: Desk) -> int:
    return len(desk.type("audit", "log", "--log", "access", "--json").json["entries"])


def married(desk: Desk) -> Any:
    words = ["person", "edit", "Jordan Blake", "--name", "Jordan Marsh", "--salutation", "Mrs Marsh"]
    return desk.type(*words, *ADDRESS, "--teacher", "--json").json


def test_an_entry_is_mended_part_by_part(desk: Desk) -> None:
    before = desk.type("person", "show", "Jordan Blake", "--json").json["person"]
    edited = married(desk)
    assert [item["what"] for item in edited["changes"]] == [
        "Name",
        "Address",
        "How letters address them",
        "Employed as a teacher",
    ]
    after = desk.type("person", "show", "Jordan Marsh", "--json").json["person"]
    changed = {
        "name": "Jordan Marsh",
        "address": ["2 Church Row", "Ashgrove"],
        "salutation": "Mrs Marsh",
        "flags": {"teacher": True},
    }
    assert after == {**before, **changed} == edited["person"]
    desk.type("person", "edit", "Jordan Marsh", "--no-teacher", "--phone", "")
    last = desk.type("person", "show", "Jordan Marsh", "--json").json["person"]
    assert last == {**after, "flags": {}, "phone": ""}
    assert "case update-person REF" in desk.type("person", "edit", "Jordan Marsh", "--title", "Cook").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say what changes"),
        (["--name", " "], "needs a name"),
        (["--title", ""], "needs a name and a job title"),
        (["--name", "helen marsh"], "directory already"),
        (["--title", "Teaching assistant"], "nothing to change"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(words: list[str], says: str, desk: Desk) -> None:
    assert says in desk.type("person", "edit", "Jordan Blake", *words, ok=2).stderr


def test_a_change_can_be_rehearsed(desk: Desk) -> None:
    desk.type("person", "edit", "Jordan Blake", "--title", "Cook", "--dry-run")
    assert desk.type("person", "show", "Jordan Blake", "--json").json["person"]["title"] != "Cook"


def test_the_record_knows_every_entry_that_was_made_mended_and_taken_out(desk: Desk) -> None:
    desk.type("person", "add", "Tom Yates", "--title", "Caretaker")
    desk.type("person", "edit", "Tom Yates", "--title", "Site manager")
    desk.type("person", "edit", "Priya Nair", "--name", "Priya Shah")
    desk.type("person", "remove", "Tom Yates")
    desk.type("school", "edit", "--phone", "01632 960 111")
    assert desk.type("audit", "verify", "--json").json["whole"] is True
    log = desk.type("audit", "log", "--json").json["entries"]
    assert [item["kind"] for item in log].count("directory_changed") >= len(PEOPLE) + 4


def test_whoever_signs_in_is_called_by_the_new_name(desk: Desk) -> None:
    desk.type("person", "edit", "Priya Nair", "--name", "Priya Shah")
    assert desk.type("whoami", "--json").json["name"] == "Priya Shah"


@pytest.mark.parametrize("called", ["Jordan Marsh", "Jordan Blake", "employee", "Jordan"])
def test_a_case_keeps_a_name_until_it_is_told(called: str, desk: Desk) -> None:
    married(desk)
    assert "Jordan Blake" in names(desk)
    done = desk.type("case", "update-person", desk.reference, called, "--json").json
    assert done["changes"][0] == {"what": "Name", "old": "Jordan Blake", "new": "Jordan Marsh"}
    assert "Jordan Marsh" in names(desk)
    timeline = desk.type("case", "timeline", desk.reference).stdout
    assert "Name: Jordan Blake -> Jordan Marsh" in timeline
    assert "Employed as a teacher: No -> Yes" in timeline
    desk.type("verify")
    again = desk.type("case", "update-person", desk.reference, "Jordan Marsh", ok=2)
    assert "already" in again.stderr
    desk.type("case", "annul", desk.reference, str(done["events"][0]), "--reason", "Another Jordan")
    assert "Jordan Blake" in names(desk)


def test_somebody_outside_the_case_is_not_updated_in_it(desk: Desk) -> None:
    refused = desk.type("case", "update-person", desk.reference, "Ruth Adeyemi", ok=2)
    assert "not part of this case" in refused.stderr
    assert "Nobody called" in desk.type("case", "update-person", desk.reference, "Nobody", ok=2).stderr


def test_somebody_whose_name_holds_a_word_of_ours_joins_a_case(desk: Desk) -> None:
    desk.type("person", "add", "fitsum tesfaye", "--title", "Teacher")
    desk.type("case", "assign", desk.reference, "fitsum tesfaye", "--role", "companion")
    assert "fitsum tesfaye" in desk.type("case", "show", desk.reference).stdout


def test_reading_the_directory_is_put_on_the_access_log(desk: Desk) -> None:
    before = access(desk)
    desk.type("person", "list")
    desk.type("person", "show", "Helen Marsh")
    assert access(desk) == before + 2


def test_a_misspelt_name_is_met_with_the_one_that_was_probably_meant(desk: Desk) -> None:
    said = desk.type("person", "show", "Helen Mrash", ok=2).said
    assert "Nobody called 'Helen Mrash' is in the directory. Did you mean Helen Marsh?" in said
    assert "Did you mean" not in desk.type("person", "show", "Quentin Xu", ok=2).said
