"""Whatever is withheld or destroyed, a history can be made and printed, and says that it is so."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.records.history import build_history
from casework.records.input import HistoryInput
from casework.records.json import to_json
from casework.records.model import History
from casework.records.pdf import to_html
from casework.records.text import to_text
from tests.unit.records.sample import sample

EVENTS = 38


@cache
def whole() -> HistoryInput:
    return sample().given()


@cache
def history() -> History:
    return build_history(whole())


@given(st.sets(st.integers(1, EVENTS)), st.sets(st.integers(1, EVENTS), max_size=6))
@settings(max_examples=40)
def test_any_events_can_be_withheld_or_destroyed(withheld: set[int], destroyed: set[int]) -> None:
    events = [
        replace(
            event,
            body=None if event.n in withheld | destroyed else event.body,
            facts=None if event.n in destroyed else event.facts,
        )
        for event in whole().events
    ]
    found = build_history(replace(whole(), events=events))
    assert [entry.n for entry in found.entries] == list(range(1, EVENTS + 1))
    assert set(found.header.withheld) == withheld | destroyed
    assert destroyed <= set(found.header.unreadable)
    assert {entry.n for entry in found.entries if not entry.readable} == destroyed
    assert found.fingerprints == history().fingerprints
    # Nothing is invented: no step is doubted only because something before it is not shown.
    assert found.doubts == ()
    assert to_json(found) and to_text(found) and to_html(found)


@given(st.sets(st.integers(1, EVENTS)))
@settings(max_examples=40)
def test_withheld_words_change_no_fact(withheld: set[int]) -> None:
    events = [replace(event, body=None) if event.n in withheld else event for event in whole().events]
    found = build_history(replace(whole(), events=events))
    assert found.figures == history().figures
    assert found.stages == history().stages
    assert found.deadlines == history().deadlines
    assert found.reviews == history().reviews
    assert [entry.occurred for entry in found.entries] == [entry.occurred for entry in history().entries]


@given(st.sets(st.integers(1, EVENTS)))
@settings(max_examples=40)
def test_words_that_are_withheld_appear_nowhere(withheld: set[int]) -> None:
    events = [replace(event, body=None) if event.n in withheld else event for event in whole().events]
    shown = to_json(build_history(replace(whole(), events=events))).decode()
    for event in whole().events:
        if event.n in withheld:
            for name in ("name", "text", "summary", "reason", "proof", "authority", "file_sha256"):
                said = (event.body or {}).get(name)
                assert said is None or said not in shown or said in _elsewhere(withheld)


@cache
def _said() -> tuple[tuple[int, str], ...]:
    return tuple((event.n, str(event.body)) for event in whole().events)


def _elsewhere(withheld: set[int]) -> str:
    """What events that are not withheld say: a name can stand in somebody's words too."""
    return "\n".join(said for n, said in _said() if n not in withheld)
