from __future__ import annotations

import json
from dataclasses import fields
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from casework.records import phrases
from casework.records.history import build_history
from casework.records.json import to_json
from casework.records.model import History
from casework.records.pdf import to_html
from casework.records.text import NARROWEST, timeline_text, to_text
from tests.unit.records.building import Story, changed
from tests.unit.records.sample import sample

HOSTILE = "<b>bold</b> {{ 7 * 7 }} {% raw %} &amp; <script>alert(1)</script> \x1b[31mred \u202eesrever"

WORD = "Word"


@cache
def history() -> History:
    return build_history(sample().given())


@cache
def hostile() -> History:
    """A case in which every word that somebody can type is hostile, as a record from elsewhere may be."""
    story = Story()
    story.open("2026-03-02", WORD)
    story.join(WORD, WORD, "employee")
    story.join("Diane Whitfield", "Head teacher", "headteacher")
    allegation = story.allege(WORD, "SMP-5.2", period="2026-03-01")
    item = story.evidence(WORD, "log", allegation, file=WORD)
    story.disclose(item, how="withheld", reason=WORD)
    story.note(WORD)
    story.annul(story.n, WORD)
    letter = story.letter("outcome", WORD, "Diane Whitfield", title=WORD)
    story.serve(letter, "hand", "2026-03-02", WORD)
    story.withdraw_allegation(allegation, WORD)
    unknown = story.raw({"kind": "unknown"})
    story.bodies = [
        {name: HOSTILE if said == WORD else said for name, said in body.items()} for body in story.bodies
    ]
    return build_history(changed(story.given(), unknown, facts={"kind": "<i>kind</i>"}))


def test_json_can_be_read_back_into_the_same_history() -> None:
    assert TypeAdapter(History).validate_json(to_json(history())) == history()


def test_members_stand_in_the_order_of_the_classes() -> None:
    data = json.loads(to_json(history()))
    assert list(data) == [field.name for field in fields(History)]
    assert list(data["entries"][0]) == [field.name for field in fields(type(history().entries[0]))]


def test_every_member_is_always_there() -> None:
    entries = json.loads(to_json(history()))["entries"]
    assert len({tuple(entry) for entry in entries}) == 1


def test_json_keeps_hostile_words_exactly_as_they_were_recorded() -> None:
    data = json.loads(to_json(hostile()))
    assert data["people"][0]["who"]["name"] == HOSTILE
    assert data["allegations"][0]["wordings"][0]["text"] == HOSTILE


def test_no_format_shows_the_key_of_a_file() -> None:
    story = sample()
    keys = [body["file_key"] for body in story.bodies if "file_key" in body]
    assert len(keys) == 3
    shown = to_json(history()).decode() + to_text(history()) + to_html(history())
    assert not any(key in shown for key in keys)


def test_no_format_shows_the_random_id_of_a_party() -> None:
    # They are the same in other exports of the case, and would match a masked one with a full one.
    parties = list(sample().parties.values())
    shown = to_json(history()).decode() + to_text(history()) + to_html(history())
    assert not any(party in shown for party in parties)


def test_text_obeys_nothing_that_was_recorded() -> None:
    shown = to_text(hostile())
    assert "\x1b" not in shown and "\u202e" not in shown
    assert "[U+001B][31mred [U+202E]esrever" in " ".join(shown.split())
    assert "{{ 7 * 7 }}" in " ".join(shown.split())


def test_the_page_shows_markup_as_words() -> None:
    shown = to_html(hostile())
    assert "<script>" not in shown and "<b>bold" not in shown and "<i>kind" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "{{ 7 * 7 }} {% raw %} &amp;amp;" in shown
    assert "\x1b" not in shown and "\u202e" not in shown


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_nothing_is_left_to_be_obeyed(text: str) -> None:
    shown = phrases.visible(text)
    assert all(char in "\n\t" or (char >= " " and char not in "\x7f\x85\u202e\u2066") for char in shown)
    assert phrases.visible(shown) == shown


@given(st.integers(min_value=0, max_value=200))
@settings(max_examples=15)
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, to_text(history(), width).splitlines())) <= max(width, NARROWEST)


def test_text_can_show_a_part_of_the_timeline() -> None:
    shown = timeline_text(history().entries[7:9], 80)
    assert shown.startswith("  8  Friday 6 March 2026")
    assert shown.count("Entered by") == 2
    assert "Reported" in shown and "Investigated" not in shown


def test_text_marks_what_must_not_be_missed() -> None:
    shown = to_text(history())
    for mark in (
        "** Irregular **",
        "** Requirement waived **",
        "** Annulled by event 13 **",
        "Corrected by event 19",
    ):
        assert mark in shown
    assert "27 March 2026 -> Thursday 26 March 2026" in " ".join(shown.split())


def test_what_stands_out_names_the_events() -> None:
    assert phrases.stands_out(history()) == [
        "Recorded although not in order: event 30",
        "Requirement waived: event 11",
        "Corrected: event 18",
        "Annulled: event 12",
        "Decide what to do about the report: 1 day late (due Thu 5 Mar 2026)",
        "Review the suspension: 4 days late (due Fri 20 Mar 2026)",
        "Finish the investigation: 3 days late (due Mon 23 Mar 2026)",
        "Hear the appeal: overdue by 7 days (due Wed 13 May 2026)",
    ]


def test_numbers_and_days_are_put_into_words() -> None:
    assert phrases.count(1, "waiver") == "1 waiver"
    assert phrases.count(0, "waiver") == "no waivers"
    assert phrases.days(1) == "1 day" and phrases.days(None) == "not known"
    assert phrases.events((3, 4, 9)) == "events 3, 4 and 9"
    assert phrases.labelled("Why?", "Because") == "Why? Because"
    assert phrases.short_day("2026-03-03") == "Tue 3 Mar 2026"
