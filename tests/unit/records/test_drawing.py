from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from casework.records.drawing import WIDTH, stages_drawing, timeline_drawing
from casework.records.history import build_history
from casework.records.model import History
from tests.unit.records.building import Story
from tests.unit.records.sample import sample

TODAY = date(2026, 5, 20)
SVG = "{http://www.w3.org/2000/svg}"


@cache
def history() -> History:
    return build_history(sample().given())


def _texts(drawing: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_each_stage_stands_with_its_date_and_days() -> None:
    texts = _texts(stages_drawing(history()))
    assert texts[:3] == ["Reported", "Mon 2 Mar 2026", "4 days"]
    assert texts[-3:] == ["Appeal", "Tue 28 Apr 2026", "22 days so far"]


def test_a_stage_that_was_not_reached_says_so_in_words_and_outline() -> None:
    story = Story()
    story.open("2026-03-02", "A report.")
    drawing = stages_drawing(build_history(story.given()))
    assert _texts(drawing).count("not reached") == 5
    assert drawing.count("stroke-dasharray") == 5


def test_steps_letters_and_what_was_late_are_marked_by_number_and_shape() -> None:
    drawing = timeline_drawing(history(), TODAY)
    texts = _texts(drawing)
    assert {"8–10", "30", "37", "L1", "L2", "25 days", "Review the suspension, 4 days"} <= set(texts)
    assert drawing.count('points="0,-4 4,0 0,4 -4,0"') == 1  # the irregular hearing
    assert drawing.count('stroke="#8a5a00"') == 1  # the waiver


def test_steps_of_one_day_share_a_mark_but_what_was_not_in_order_keeps_its_own() -> None:
    story = sample()
    story.step("close_case", "Diane Whitfield", "2026-04-29", irregular="The appeal was forgotten.")
    texts = _texts(timeline_drawing(build_history(story.given()), TODAY))
    assert "8–10" in texts and "8" not in texts
    assert "39" in texts


def test_every_mark_lies_within_the_drawing() -> None:
    drawing = timeline_drawing(history(), TODAY)
    places = [float(x) for x in re.findall(r'\b(?:x|x1|x2|cx)="(-?[0-9.]+)"', drawing)]
    assert places and all(-3 <= x <= WIDTH for x in places)


def test_labels_on_one_lane_do_not_touch() -> None:
    drawing = timeline_drawing(history(), TODAY)
    lane = next(
        group
        for group in ElementTree.fromstring(drawing).iter(f"{SVG}g")
        if group.find(f"{SVG}circle") is not None
    )
    rows: dict[str, list[tuple[float, str]]] = {}
    for text in lane.iter(f"{SVG}text"):
        rows.setdefault(text.attrib["y"], []).append((float(text.attrib["x"]), text.text or ""))
    for row in rows.values():
        ordered = sorted(row)
        for (left, one), (right, other) in pairwise(ordered):
            assert right - left >= 2.2 * (len(one) + len(other))


def test_a_case_of_one_day_can_be_drawn() -> None:
    story = Story()
    story.open("2026-03-02", "A report.")
    found = build_history(story.given("2026-03-02T20:00:00.000Z"))
    assert "2 Mar" in _texts(timeline_drawing(found, date(2026, 3, 2)))


@pytest.mark.parametrize("today", [date(2026, 3, 9), date(2026, 5, 20), date(2026, 7, 1), date(2029, 3, 1)])
def test_an_axis_has_neither_too_many_nor_too_few_ticks(today: date) -> None:
    story = Story()
    story.open("2026-03-02", "A report.")
    texts = _texts(timeline_drawing(build_history(story.given()), today))
    ticks = [
        text for text in texts if re.fullmatch(r"[0-9]{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} 20[0-9]{2}", text)
    ]
    assert 3 <= len(ticks) <= 13


def test_without_dates_there_is_no_drawing() -> None:
    entries = tuple(replace(entry, occurred=None) for entry in history().entries)
    assert timeline_drawing(replace(history(), entries=entries), TODAY) == ""
