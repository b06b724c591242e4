from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.correspondence import words
from casework.correspondence.language import guilt_words, our_codes
from casework.correspondence.library import shipped

ENGLISH = shipped().language
NBSP = "\u00a0"


def test_dates_and_times_are_british_and_stay_on_one_line() -> None:
    at = datetime(2026, 4, 17, 10, 0)
    assert ENGLISH.whole_day(date(2026, 4, 17)) == f"Friday 17{NBSP}April{NBSP}2026"
    assert ENGLISH.date_only(date(2026, 4, 7)) == f"7{NBSP}April{NBSP}2026"
    assert ENGLISH.moment(at) == f"Friday 17{NBSP}April{NBSP}2026 at 10.00am"
    assert ENGLISH.time_of_day(at) == "10.00am"
    assert ENGLISH.moment(at) == ENGLISH.moment(at)
    assert ENGLISH.moment(at.date()) == ENGLISH.whole_day(at)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (150, "2 hours 30 minutes"),
        (0, "0 minutes"),
    ],
)
def test_durations(minutes: int, said: str) -> None:
    assert ENGLISH.duration(minutes) == said


def test_lists_counts_and_choices() -> None:
    assert ENGLISH.listed(["Ann"]) == "Ann"
    assert ENGLISH.listed(["Ann", "Ben"]) == "Ann and Ben"
    assert ENGLISH.listed(["Ann", "Ben", "Cara"]) == "Ann, Ben and Cara"
    assert ENGLISH.counted(1, "allegation") == f"one{NBSP}allegation"
    assert ENGLISH.counted(0, "allegation") == f"no{NBSP}allegations"
    assert ENGLISH.counted(12, "child", "children") == f"12{NBSP}children"
    assert words.words(words.Choice("a", "an A")) == "an A"
    assert words.words("plain") == "plain"
    assert words.Choice("a", "an A") == "a"


@pytest.mark.parametrize(
    ("text", "with_stop", "without"),
    [
        ("He said so", "He said so.", "He said so"),
        ("He said so.", "He said so.", "He said so"),
        ("Did he?", "Did he?", "Did he?"),
        ("He said “no.”", "He said “no.”", "He said “no.”"),
        ("and so on...", "and so on...", "and so on..."),
    ],
)
def test_full_stops(text: str, with_stop: str, without: str) -> None:
    assert words.stopped(text) == with_stop
    assert words.unstopped(text) == without


def test_a_title_goes_on_within_a_sentence() -> None:
    assert words.lower_first("Head teacher") == "head teacher"
    assert words.lower_first("HR adviser") == "HR adviser"
    assert words.lower_first("") == ""


def test_numbers_stay_with_their_words() -> None:
    assert words.together("clauses 4.1 and 4.3") == f"clauses{NBSP}4.1 and{NBSP}4.3"
    assert words.together("on Friday 27 February 2026") == f"on Friday{NBSP}27{NBSP}February{NBSP}2026"


def test_paragraphs_and_lines_of_a_text() -> None:
    assert (
        str(words.paragraphs("One\nline\n\n \nTwo & <b>")) == "<p>One<br>line</p>\n<p>Two &amp; &lt;b&gt;</p>"
    )


@given(st.text())
def test_no_markup_in_a_text_survives(text: str) -> None:
    made = str(words.paragraphs(text)).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in made
    assert ">" not in made


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  a  ", "a"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc", "abc"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2068Ann\u2069", "Ann"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("e\u0301", "é"),
        ("half \ud83d one", "half  one"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("ته\u200cران", "ته\u200cران"),
    ],
)
def test_what_has_no_shape_is_dropped_and_joiners_stay(raw: str, cleaned: str) -> None:
    assert words.clean(raw) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert words.clean(words.clean(text)) == words.clean(text)


def test_words_of_guilt_are_found_through_markup() -> None:
    assert guilt_words("you are <b>guilty</b> of your\n misconduct") == ["guilty", "your misconduct"]
    assert guilt_words("It is alleged that there was potential misconduct. If it is found true…") == []


def test_codes_of_ours_are_found_and_references_are_not() -> None:
    assert our_codes("See ACAS-9a, L-12 and KCSIE-4.10.") == ["ACAS-9a", "L-12", "KCSIE-4.10"]
    assert our_codes("ASH-26-7KQ4, clause 4.1, L-shaped") == []
