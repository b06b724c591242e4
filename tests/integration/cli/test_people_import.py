"""The list of staff of a school's own system, taken over: known again, shown first, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.services import people_import
from tests.integration.cli.desk import Answer, Desk

HEAD = (
    "Staff Code,Title,Legal Forename,Legal Surname,Role,Work Email,Address 1,Post Code,"
    "Date of Birth,Leaving date,Teacher"
)
BLAKE = "T1,Ms,Jordan,Blake,Teaching assistant,j@ash.example,7 Mill Lane,AS1 2BC,1/2/1990,,N"
COOK = "T2,Mr,Omar,Cook,Caretaker,,,,,,"


@pytest.fixture
def staff(desk: Desk, tmp_path: Path) -> Any:
    """Writes a list of staff and imports it."""

    def import_(*rows: str, options: tuple[str, ...] = (), head: str = HEAD, coding: str = "utf-8") -> Answer:
        path = tmp_path / "staff.csv"
        path.write_bytes("\r\n".join((head, *rows)).encode(coding))
        return desk.type("person", "import", str(path), *options, ok=None)

    return import_


def person(desk: Desk, name: str) -> Any:
    return desk.type("person", "show", name, "--json").json["person"]


def test_a_list_is_taken_over_and_the_next_one_brings_what_changed(desk: Desk, staff: Any) -> None:
    first = staff(BLAKE, COOK, options=("--json",)).json
    assert [item["person"]["name"] for item in first["new"]] == ["Omar Cook"]
    assert [c["what"] for c in first["changed"][0]["changes"]][
        -1
    ] == "Staff number"  # known by the name until then
    assert first["not_taken"] == ["Date of Birth"]
    blake = person(desk, "Jordan Blake")
    assert blake["address"] == ["7 Mill Lane", "AS1 2BC"]
    assert (blake["salutation"], blake["number"], blake["flags"]) == ("Ms Blake", "T1", {})
    second = staff("T1,Mrs,Jordan,Marsh,Teaching assistant,,,,,31/08/2026,Y", options=("--json",)).json
    assert [item["name"] for item in second["no_longer_listed"]] == ["Omar Cook"]
    marsh = person(desk, "Jordan Marsh")
    assert (marsh["left"], marsh["flags"], marsh["address"]) == (
        "2026-08-31",
        {"teacher": True},
        blake["address"],
    )
    assert person(desk, "Omar Cook")["left"] == ""
    again = staff("T1,Mrs,Jordan,Marsh,Teaching assistant,,,,,31/08/2026,Y")
    assert again.exit_code == 0 and "nothing to enter" in again.stdout


def test_what_an_import_did_is_on_record_and_its_columns_hold_for_the_next(desk: Desk, staff: Any) -> None:
    head, row = "Who,What,Ref", "Omar Cook,Caretaker,T2"
    refused = staff(row, head=head)
    assert (
        refused.exit_code == 2
        and "--column name=HEADING" in refused.said
        and "Who, What, Ref" in refused.said
    )
    typed = ("--column", "name=who", "--column", "job-title=What", "--column", "number=Ref")
    assert staff(row, head=head, options=typed).exit_code == 0
    assert "1 changed" in staff("Omar Cook,Site manager,T2", head=head).stdout
    facts = desk.type("audit", "log", "--json").json["entries"]
    assert [item["kind"] for item in facts][-2:] == ["people_imported"] * 2
    assert desk.type("audit", "verify").exit_code == 0


def test_a_rehearsal_shows_all_of_it_and_enters_nothing(desk: Desk, staff: Any) -> None:
    shown = staff(BLAKE, COOK, options=("--dry-run",))
    assert "New:\n  Omar Cook, Caretaker" in shown.stdout and "7 Mill Lane" in shown.stdout
    assert "Nothing was entered" in shown.said
    assert "Omar Cook" not in desk.type("person", "list").stdout


BAD = {
    "a row without a name": ("T9,,,,Cook,,,,,,", "line 3: has no name"),
    "a row without a job": ("T9,,A,B,,,,,,,", "line 3: A B has no job title"),
    "a date that is none": ("T9,,A,B,Cook,,,,,31/02/2026,", "line 3: '31/02/2026' is no date"),
    "an e-mail that is none": ("T9,,A,B,Cook,nobody,,,,,", "line 3: 'nobody' is no e-mail"),
    "neither yes nor no": ("T9,,A,B,Cook,,,,,,perhaps", "line 3: 'perhaps' is neither yes nor no"),
    "too many cells": ("T9,,A,B,Cook,,,,,,N,more", "line 3: has 12 cells"),
    "unprintable": ("T9,,A,\u202eB,Cook,,,,,,", "line 3: A name or a line contains characters"),
    "two of one number": ("T2,,A,B,Cook,,,,,,", "line 3: staff number T2 is on line 2 too"),
    "two of one name": ("T9,,Omar,Cook,Cook,,,,,,", "line 3: somebody else is called Omar Cook"),
    "twice and no number": (",,A,B,Cook,,,,,,\r\n,,A,B,Cook,,,,,,", "line 4: A B is on line 3 already"),
}


@pytest.mark.parametrize("what", BAD)
def test_if_one_row_cannot_be_taken_none_is(what: str, desk: Desk, staff: Any) -> None:
    row, says = BAD[what]
    refused = staff(COOK, row)
    assert refused.exit_code == 2 and says in refused.said and "Traceback" not in refused.stderr
    assert "Omar Cook" not in desk.type("person", "list").stdout


def test_namesakes_are_told_apart_once(desk: Desk, staff: Any) -> None:
    rows = (COOK, "T3,Mr,Omar,Cook,Cook,,,,,,")
    assert "--call" in staff(*rows).said
    assert staff(*rows, options=("--call", "T3=Omar B. Cook")).exit_code == 0
    assert "nothing to enter" in staff(*rows).stdout
    assert person(desk, "Omar B. Cook")["number"] == "T3"


def test_a_second_contract_is_no_second_person_and_leavers_stay_away(desk: Desk, staff: Any) -> None:
    done = staff(
        COOK, "T2,Mr,Omar,Cook,Driver,,,,,,", "T4,,Old,Leaver,Cook,,,,,31/08/2019,", options=("--json",)
    ).json
    assert [item["person"]["name"] for item in done["new"]] == ["Omar Cook"]
    assert done["repeated"][0]["line"] == 3 and done["left_already"] == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 and so on", "is a workbook"),
        (b"\x00\x01\x02", "is not text"),
        (b"", "lists nobody"),
        (HEAD.encode(), "lists nobody"),
        (b'Name,Job title\n"Omar,Cook', "broken at line 2"),
        (b"Name,Name\na,b", "two columns called"),
        (b"Name\nOmar Cook", "job title"),
        (b"Name,Job title\n" + b"a,b\n" * 20_001, "more than 20,000"),
    ],
)
def test_a_file_that_is_no_list_ends_in_a_sentence(
    data: bytes, says: str, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    refused = desk.type("person", "import", str(path), ok=2)
    assert refused.exit_code == 2 and says in refused.said and "Traceback" not in refused.stderr


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(separator: str, coding: str, desk: Desk, staff: Any) -> None:
    head, row = (separator.join(parts) for parts in (("Name", "Job title"), ("Zoë Müller", "Cook")))
    assert staff(row, head=head, coding=coding, options=("--dry-run", "--json")).json["new"][0]["person"][
        "name"
    ] == ("Zoë Müller")


def test_people_are_found_by_parts_of_words_and_leavers_are_apart(desk: Desk, staff: Any) -> None:
    staff("T5,,Zoë,Müller,Music teacher,,,,,,", "T6,,Anna,Smith,Cook,,,,,,")
    find = lambda *words: [p["name"] for p in desk.type("person", "list", *words, "--json").json["people"]]  # noqa: E731
    assert find("--find", "mull mus") == ["Zoë Müller"]
    assert find("--find", "t6") == ["Anna Smith"]
    assert find("--find", "ller") == []
    desk.type("person", "edit", "Anna Smith", "--left", "2026-02-27")
    assert "Anna Smith" not in find() and find("--left") == ["Anna Smith"]
    assert "1 person has left" in desk.type("person", "list").stdout


def test_somebody_else_s_change_in_between_is_not_written_over(
    desk: Desk, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = people_import.plan_import

    def and_then_another_records(*given: Any, **named: Any) -> people_import.Plan:
        made = plan(*given, **named)
        desk.type("person", "edit", "Jordan Blake", "--phone", "0199")
        return made

    monkeypatch.setattr(people_import, "plan_import", and_then_another_records)
    refused = staff(BLAKE)
    assert refused.exit_code == 4 and "changed the directory first" in refused.said
    assert person(desk, "Jordan Blake")["address"] != ["7 Mill Lane", "AS1 2BC"]
