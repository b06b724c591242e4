"""Text laid out for people: aligned, wrapped to the terminal, dates as they are written in Britain."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cli import tables
from casework.cli.output import alarming, harmless, strong

WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" -é"), max_size=40)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 3), "Tue 3 Mar 2026"),
        ("2026-03-03", "Tue 3 Mar 2026"),
        ("2026-03-03T10:05", "Tue 3 Mar 2026, 10:05"),
        (None, ""),
        ("", ""),
    ],
)
def test_dates_are_british(value: date | str | None, shown: str) -> None:
    assert tables.day(value) == shown


def test_a_recorded_instant_is_shown_by_london_clocks() -> None:
    assert tables.local_time("2026-07-01T23:30:00.000Z") == "Thu 2 Jul 2026, 00:30"
    assert tables.recorded_day("2026-07-01T23:30:00.000Z") == "Thu 2 Jul 2026"


def test_columns_are_aligned_and_what_is_too_long_is_wrapped_inside_its_own() -> None:
    rows = [
        ("ASH-26-7KQ4", "a sentence that is much too long for the line that it stands in"),
        ("B", "short"),
    ]
    shown = tables.table(["Case", "What"], rows, columns=40).splitlines()
    assert all(len(line) <= 40 for line in shown)
    starts = {line.index(word) for line in shown for word in ("What", "short") if word in line}
    assert starts == {len("ASH-26-7KQ4") + 2}


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.integers(50, 120))
def test_a_table_never_outgrows_the_terminal_and_loses_no_word(
    rows: list[tuple[str, str, str]], columns: int
) -> None:
    shown = tables.table(["One", "Two", "Three"], rows, columns=columns)
    assert all(tables.columns_of(line) <= columns for line in shown.splitlines())
    assert sorted("".join("".join(cells) for cells in rows).replace(" ", "")) == sorted(
        "".join(shown.splitlines()[2:]).replace(" ", "")
    )


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert tables.columns_of("日本") == 4
    assert tables.columns_of("e\u0301") == 1
    shown = tables.table(["A", "B"], [("日本", "x"), ("ab", "y")], columns=40).splitlines()
    assert [
        tables.columns_of(line[: line.index(end)]) for line, end in zip(shown[2:], "xy", strict=True)
    ] == [6, 6]


def test_labels_are_aligned_and_empty_ones_left_out() -> None:
    assert tables.pairs([("Name", "Jordan Blake"), ("None", ""), ("Job", "Cook")]) == (
        "Name  Jordan Blake\nJob   Cook"
    )
    assert tables.pairs([("None", "")]) == ""
    assert tables.table(["One"], []) == ""


@pytest.mark.parametrize(
    ("items", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_read_as_english(items: list[str], shown: str) -> None:
    assert tables.listed(items) == shown


def test_numbers_agree_with_their_nouns() -> None:
    assert [tables.count(n, "entry", "entries") for n in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]


def test_nothing_that_could_move_the_cursor_gets_through() -> None:
    assert harmless("a\x1b[2Jb\rc\u202ed\te\n") == "a\ufffd[2Jb\ufffdc\ufffdd\te\n"
    assert harmless("\x1b[1mbold\x1b[0m") == "\x1b[1mbold\x1b[0m"


def test_a_coloured_text_is_wrapped_as_if_it_had_no_colour() -> None:
    words = "Speak to the LADO if a child may be at risk: 3 days late"
    plain = tables.paragraph(words, 4, "Due ", columns=40)
    assert tables.paragraph(alarming(words), 4, "Due ", columns=40) == alarming(plain)
    assert tables.columns_of(strong("ASH-26-7KQ4")) == 11


def test_a_name_too_long_for_its_column_is_broken_where_its_words_meet() -> None:
    rows = [("investigation_meeting_notice_days", "Clear working days of notice of an investigation meeting")]
    shown = tables.table(["Setting", "What it is"], rows, columns=50)
    assert [line[:26].strip() for line in shown.splitlines()[2:4]] == [
        "investigation_meeting_",
        "notice_days",
    ]


def test_words_are_wrapped_but_no_command_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    said = tables.wrapped(
        "There is no setting 'x' in this policy, which has a good many others.\n"
        "- The support that is offered (union, wellbeing service, health)\n"
        "Give them, one by one: casework school edit --contact lado=NUMBER"
    )
    assert said.splitlines() == [
        "There is no setting 'x' in this policy, which has a good",
        "many others.",
        "- The support that is offered (union, wellbeing service,",
        "  health)",
        "Give them, one by one:",
        "  casework school edit --contact lado=NUMBER",
    ]


@pytest.mark.parametrize(("number", "shown"), [(2, "0 and 1"), (3, "0, 1 and 2"), (5, "0, 1, 2 and more")])
def test_of_many_items_three_are_named(number: int, shown: str) -> None:
    assert tables.some([str(at) for at in range(number)]) == shown
