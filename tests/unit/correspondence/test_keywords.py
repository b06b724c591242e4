"""A school's own letter in Word: read safely, and looked through by key words."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from casework.correspondence.compose import compose, to_text
from casework.correspondence.docx import LIMIT, UnreadableDocument, paragraphs_of
from casework.correspondence.errors import UnknownLetter
from casework.correspondence.examples import example
from casework.correspondence.keywords import letter_as, look_for
from casework.correspondence.library import shipped

INVITATION = """\
STRICTLY CONFIDENTIAL
[Date]
Dear [name]
I write to invite you to a disciplinary hearing at [time] on [date] in the Headteacher’s office.
You are entitled to be accompanied by a work colleague or a trade union representative.
If your companion is not available, suggest another time within five working days.
A copy of the investigation report and witness statements is enclosed.
"""


def word(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return made.getvalue()


def test_the_words_of_a_word_file_come_in_order() -> None:
    document = Document()
    document.add_heading("A hearing")
    paragraph = document.add_paragraph("On Monday")
    paragraph.add_run().add_break()
    paragraph.add_run("at ten")
    document.add_table(1, 1).cell(0, 0).text = "In the hall"
    document.add_paragraph("  ")
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    made = BytesIO()
    document.save(made)
    assert paragraphs_of(made.getvalue()) == ["A hearing", "On Monday at ten", "In the hall", "Page 1"]


def _looks(text: str, named: str = "L-12") -> dict[str, str]:
    letter = letter_as(shipped(), named)
    return {one.passage.id: one.status for one in look_for(letter, paragraphs_of(word(text)))}


def test_what_a_letter_says_looks_present_and_what_it_lacks_absent() -> None:
    looks = _looks(INVITATION)
    present = {
        "lx:1/confidential",
        "acas:10/when-and-where",
        "erela:10b",
        "erela:10d",
        "acas:9b",
    }
    assert {name for name, status in looks.items() if status == "present"} == present
    without = "\n".join(line for line in INVITATION.splitlines() if "five working" not in line)
    assert _looks(without)["erela:10d"] == "absent"


def test_it_says_where_the_words_stand() -> None:
    letter = letter_as(shipped(), "hearing-invitation")
    found = {one.passage.id: one.where for one in look_for(letter, INVITATION.splitlines())}
    assert found["erela:10b"].startswith("You are entitled to be accompanied")


def test_our_own_letters_look_as_if_they_said_what_they_must() -> None:
    looked, absent = 0, []
    for letter in shipped().letters.values():
        text = re.sub(r"\n[-=]{4,}\n", "\n\n", to_text(compose(letter.id, example(letter.id))))
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n|\n(?= - )", text) if part.strip()]
        for one in look_for(letter, paragraphs):
            if one.passage.when is None and one.status != "unread":
                looked += 1
                absent += [f"{letter.id}: {one.passage.id}"] if one.status == "absent" else []
    assert looked > 200
    assert len(absent) < looked / 10, absent


@pytest.mark.parametrize(
    ("named", "is_"), [("L-12", "hearing-invitation"), ("l-06", "investigation-meeting")]
)
def test_a_letter_is_named_by_number_or_folder(named: str, is_: str) -> None:
    assert letter_as(shipped(), named).id == is_


def test_a_number_that_is_no_letter_is_told() -> None:
    with pytest.raises(UnknownLetter, match="There is no letter L-99"):
        letter_as(shipped(), "L-99")


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a Word file"),
        (b"%PDF-1.7", "not a Word file"),
        (b"\xd0\xcf\x11\xe0 old", "old Word file"),
        (zipped(a_xml=b"<x/>"), "not a Word file"),
        (zipped(word__document_xml=BOMB), "declarations that no letter needs"),
        (zipped(word__document_xml=b"<w>" * 500), "nested deeper"),
        (zipped(word__document_xml=b"<x/>"), "not a Word file that can be read"),
        (lambda: zipped(word__document_xml=b" " * 120_000_000), "too large when it is unpacked"),
        (lambda: b"PK" + b" " * LIMIT, "may have 20 MiB"),
    ],
)
def test_what_is_no_word_file_is_refused_with_a_sentence(
    data: bytes | Callable[[], bytes], says: str
) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        paragraphs_of(data if isinstance(data, bytes) else data())


def test_a_damaged_word_file_is_refused(tmp_path: Path) -> None:
    data = word(INVITATION)
    with pytest.raises(UnreadableDocument):
        paragraphs_of(data[: len(data) // 2])
