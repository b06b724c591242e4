"""A school's own letter in Word: read safely, and looked through for the passages that it must have."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from casework.correspondence.compose import compose
from casework.correspondence.docx import LIMIT, UnreadableDocument, paragraphs_of
from casework.correspondence.errors import UnknownLetter
from casework.correspondence.examples import example
from casework.correspondence.keywords import key_words, letter_as, look_by_words, look_for, plain_text
from casework.correspondence.library import shipped
from casework.correspondence.reading import deciding_values, read_facts
from casework.correspondence.rewording import blocks_of

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
    return {one.passage.id: one.status for one in look_for(shipped(), letter, paragraphs_of(word(text)))}


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
    assert _looks(INVITATION + "Any questions? Call 01632 960 150.")["lx:12/contact"] == "unsure"
    without = "\n".join(line for line in INVITATION.splitlines() if "five working" not in line)
    assert _looks(without)["erela:10d"] == "absent"


def test_it_says_where_the_words_stand() -> None:
    letter = letter_as(shipped(), "hearing-invitation")
    found = {one.passage.id: one.where for one in look_for(shipped(), letter, INVITATION.splitlines())}
    assert found["erela:10b"].startswith("You are entitled to be accompanied")


_MARK = re.compile(r"<!--(/?)passage((?: [^ ]+?)*)-->")


def _without(html: str, passage: str) -> str:
    """Return a letter without what stands in the marks of a passage."""
    kept, open_, start = [], [False], 0
    for mark in _MARK.finditer(html):
        kept += [] if any(open_) else [html[start : mark.start()]]
        start = mark.end()
        if mark[1]:
            open_.pop()
        else:
            open_.append(passage in mark[2].split())
    return "".join([*kept, html[start:]])


def _texts(html: str) -> list[str]:
    return [block.text for block in blocks_of(html)]


@pytest.mark.parametrize("letter_id", shipped().letters)
def test_each_passage_of_our_letters_is_found_and_missed_once_it_is_deleted(letter_id: str) -> None:
    letter, data = shipped().letter(letter_id), example(letter_id)
    html = compose(letter_id, data)
    values = deciding_values(letter, read_facts(letter, data)[0])
    needed = [one.id for one in letter.required if one.when is None or one.when.holds(values)]
    status = {one.passage.id: one.status for one in look_for(shipped(), letter, _texts(html))}
    assert {name: status[name] for name in needed if status[name] != "present"} == {}
    seen = []
    for name in needed:
        less = _texts(_without(html, name))
        entry = key_words()[name]
        (looked,) = (one for one in look_for(shipped(), letter, less) if one.passage.id == name)
        # By its key words alone it is not taken for present either; where they are common, that cannot be told.
        alone, _ = look_by_words(name, [plain_text(text) for text in less])
        seen += [name] if looked.status != "absent" or (alone == "present") else []
        assert alone != "unsure" or entry.common
    assert seen == []


def test_a_passage_of_which_a_part_is_left_cannot_be_told() -> None:
    letter = shipped().letter("hearing-invitation")
    texts = _texts(compose(letter.id, example(letter.id)))
    rest = [text for text in texts if not text.startswith("The choice is yours. Your companion can put")]
    rest = [text for text in rest if not text.startswith("a trade union representative whom")]
    status = {one.passage.id: one.status for one in look_for(shipped(), letter, rest)}
    assert status["erela:10c"] == "unsure"


def test_every_passage_has_its_key_words_and_every_entry_a_passage() -> None:
    required = {passage.id for letter in shipped().letters.values() for passage in letter.required}
    assert set(key_words()) == required


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
