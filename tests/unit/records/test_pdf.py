from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import page
import pytest
from pypdf import PdfReader

from casework.records.entry import Item
from casework.records.history import build_history
from casework.records.model import History
from casework.records.pdf import to_html, to_pdf
from tests.unit.records.building import Story, changed
from tests.unit.records.sample import sample


@cache
def history() -> History:
    return build_history(sample().given())


@cache
def printed() -> bytes:
    return to_pdf(history())


@cache
def _pages(data: bytes) -> list[str]:
    return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(data)).pages]


def _with_note(text: str) -> History:
    story = Story()
    story.open("2026-03-02", "A report.")
    story.join("Ruth Adeyemi", "HR adviser", "hr_adviser")
    story.note(text)
    return build_history(story.given("2026-03-03T09:00:00.000Z"))


def test_the_same_history_gives_the_same_bytes() -> None:
    first_look = _with_note("First look.")
    assert to_pdf(first_look) == to_pdf(first_look)


def test_it_can_be_read_by_who_cannot_see_it_and_in_years_to_come() -> None:
    accessible = page.validate_pdf_bytes(printed(), profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in accessible.failures] == []
    lasting = page.validate_pdf_bytes(printed(), profile=page.ValidationProfile.PDF_A_3A)
    # The validator takes a stream whose last byte is a carriage return for one that is a byte too long.
    assert {failure.rule_id for failure in lasting.failures} <= {"PDFA3A-STREAM-LENGTH-001"}


def test_each_page_bears_the_reference_the_checkpoint_and_its_number() -> None:
    pages = _pages(printed())
    for number, text in enumerate(pages, start=1):
        assert "ASH-26-7KQ4, 38 events. Checkpoint 38, root" in text
        assert f"Page {number} of {len(pages)}" in text


@pytest.mark.parametrize(
    "words",
    [
        "Not in order: event 30, Hold the disciplinary hearing",
        "Waived: event 11, Appoint the investigator",
        "Advice beside it: HR advised to look for a contact",
        "Friday 27 March 2026 Thursday 26 March 2026 The report came in by e-mail",
        "12 by 13 Minutes added Belongs to another matter",
        "By hand on Tuesday 31 March 2026 (event 28): counts as received on Tuesday 31 March 2026",
        "Withheld from the employee by event 21",
        "Overdue by 7 days",
        "An event of a kind that this release does not know",
        "Decided by Diane Whitfield (P3) Head teacher. Basis: E-mail",
    ],
)
def test_what_an_auditor_looks_for_is_there(words: str) -> None:
    assert words.casefold() in " ".join(_pages(printed())).casefold()


def test_the_last_page_holds_the_signed_checkpoint_and_says_how_to_check_it() -> None:
    last = _pages(printed())[-1]
    assert "How to check it" in last
    signature = history().header.checkpoint.note.split()[-1]
    assert signature in last.replace(" ", "")
    assert history().header.checkpoint.verifier.replace(" ", "") in last.replace(" ", "")


def test_every_fingerprint_is_printed_whole() -> None:
    text = "".join(_pages(printed())).replace(" ", "")
    assert all(item.envelope_sha256 in text for item in history().fingerprints)
    files = [letter.file for letter in history().letters] + [item.file for item in history().evidence]
    assert all(file.sha256 in text and file.sealed_sha256 in text for file in files if file)


def test_the_drawings_say_in_words_what_they_show() -> None:
    shown = to_html(history())
    assert "<title>The six stages. Reported: Mon 2 Mar 2026 to Fri 6 Mar 2026, 4 days;" in shown
    assert "<title>The case on an axis of time, from Mon 2 Mar 2026 to Wed 20 May 2026." in shown


def test_a_character_that_no_font_shows_appears_by_its_number_and_the_page_says_so() -> None:
    text = " ".join(_pages(to_pdf(_with_note("The pupil wrote 再见 underneath."))))
    assert "The pupil wrote [U+518D][U+89C1] underneath." in text
    assert "Characters that the fonts of this document cannot show" in text
    assert "Characters that the fonts" not in " ".join(_pages(printed()))


def test_a_long_text_is_printed_in_full_after_the_table() -> None:
    long = " ".join(f"word{number}" for number in range(2000))
    text = " ".join(_pages(to_pdf(_with_note(long))))
    assert "in full below, page" in text
    assert "word0 word1" in text and "word1998 word1999" in text


def test_each_longer_text_has_one_target() -> None:
    entry = replace(
        history().entry(12), words=(Item("Minutes", "a" * 1000, None), Item("Note", "b" * 1000, None))
    )
    shown = to_html(replace(history(), entries=(*history().entries[:11], entry, *history().entries[12:])))
    assert shown.count('id="text-12"') == 1
    assert shown.count('href="#text-12"') == 2


def test_each_rule_that_is_cited_stands_in_words_once_and_in_order() -> None:
    shown = to_html(history()).partition('id="rules"')[2].partition("</table>")[0]
    ids = re.findall(r'<th scope="row">([^<]+)</th>', shown)
    assert ids == ["ACAS-4a", "ACAS-4c", "ACAS-6", "ACAS-9b", "ACAS-11", "ACAS-18", "KCSIE-4.10"]
    assert "Leave reasonable time to prepare" in shown


def test_a_masked_history_can_be_printed_and_names_nobody_who_is_withheld() -> None:
    given = sample().given()
    for event in given.events:
        if (event.facts or {}).get("kind") == "party_added":
            given = changed(given, event.n, body=None)
    shown = to_html(build_history(given))
    for name in ("Tom Bell", "Diane Whitfield", "Priya Nair", "Owen Marsh", "Judith Falk", "Ruth Adeyemi"):
        assert name not in shown
    assert shown.count("name withheld") == 6


def test_a_history_with_destroyed_facts_can_be_printed_and_warns() -> None:
    found = build_history(changed(sample().given(), 7, facts=None, body=None))
    shown = to_html(found)
    assert "Facts that are not shown." in shown
    assert "An event whose facts are not shown" in shown


def test_a_case_that_has_just_begun_can_be_printed() -> None:
    text = " ".join(_pages(to_pdf(_with_note("First look."))))
    assert "Nothing: every step was in order and in time" in text
    assert "No letter was proposed." in text and "No step was taken." in text
