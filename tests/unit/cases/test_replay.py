"""Folding facts: in order, without gaps; corrections and annulments; kinds that are not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.cases.model import Case
from casework.cases.replay import CaseFold, FactsMissing, Recorded, replay
from tests.support.core import Core
from tests.support.judging import told


def whole() -> Core:
    """A case with something of everything in it."""
    core = told(grace=["appeal_chair"])
    core.allege("first")
    core.allege("second", period=None)
    core.allege("third")
    core.withdraw_allegation("third")
    items = core.evidence(supports=["first"]), core.evidence(points="against"), core.evidence()
    core.take("send_home", "diane", risk={"harm": "unclear: why", "other": "no"}, review_on="2026-03-16")
    core.take("look", "diane", why="reported", investigator="rachel")
    core.disclose(items[0])
    core.disclose(items[1], how="withheld")
    core.disclose(items[2], how="withheld")
    core.disclose(items[2])
    first = core.on("2026-03-03").letter()
    core.letter(supersedes=first, served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "-", "2": "-"})
    return core


def test_nothing_is_an_empty_case() -> None:
    assert replay([]) == Case()


def test_the_fold_is_the_same_event_by_event() -> None:
    core = whole()
    core.correct(core.case.n, held_at="2026-03-20T11:00")
    core.annul(core.case.n)
    fold = CaseFold()
    for n, event in enumerate(core.history, start=1):
        fold.take(event)
        assert fold.case() == replay(core.history[:n])
        assert fold.case().n == n


def test_a_case_handed_out_does_not_change_with_what_comes_later() -> None:
    core = whole()
    fold = CaseFold()
    for event in core.history[:10]:
        fold.take(event)
    case, kept = fold.case(), replay(core.history[:10])
    for event in core.history[10:]:
        fold.take(event)
    assert case == kept


@pytest.mark.parametrize("missing", [1, 2, 10])
def test_a_gap_is_an_error(missing: int) -> None:
    history = [event for event in whole().history if event.n != missing]
    with pytest.raises(FactsMissing, match=f"Event {missing} of this case is missing"):
        replay(history)


def test_order_is_by_number_and_nothing_comes_twice() -> None:
    history = whole().history
    with pytest.raises(FactsMissing):
        replay([history[1], history[0], *history[2:]])
    with pytest.raises(FactsMissing):
        replay([history[0], *history])


def test_a_gap_is_named_even_where_an_amendment_points_beyond_it() -> None:
    core = whole()
    event = core.case.n
    core.correct(event, held_at="2026-03-20T11:00")
    with pytest.raises(FactsMissing, match="Event 2 of this case is missing"):
        replay([core.history[0], core.history[-1]])


def test_what_is_not_known_is_counted_and_left_alone() -> None:
    core = told()
    before = core.case
    unknown = {
        "kind": "moon_phase",
        "occurred": {"precision": "day", "date": "2030-01-01"},
        "stopped": ["look"],
    }
    core.history.append(Recorded(core.case.n + 1, core.history[-1].recorded, unknown))
    assert core.case == before.with_(n=before.n + 1)


def test_everything_stands_where_the_facts_put_it() -> None:
    case = whole().case
    assert case.states == {"procedure": "heard", "leave": "away"}
    assert [(item.number, item.withdrawn) for item in case.allegations.values()] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert case.allegations["second"].period is None
    first, second, third = case.evidence.values()
    assert (first.supports, second.points) == (("first",), "against")
    assert (first.disclosed is not None, second.withheld is not None) == (True, True)
    assert (third.disclosed is not None, third.withheld) == (True, None)
    superseded, standing = case.letters.values()
    assert (superseded.stands, standing.stands) == (False, True)
    assert superseded.superseded == standing.issued
    assert case.parties["rachel"].roles == ("investigator",)
    assert case.last_occurred == date(2026, 3, 20)
    assert [record.step for record in case.steps] == ["send_home", "look", "hear"]
    assert case.steps[0].values["risk"] == {"harm": "unclear", "other": "no"}
    assert case.steps[0].given == ("risk",)


def test_a_part_is_held_from_when_it_was_given_until_it_was_taken() -> None:
    core = told(ian=[])
    given = core.roles("ian", "clerk", "witness")
    taken = core.roles("ian", "witness")
    case = core.case
    assert "ian" not in case.held_at("clerk", given - 1)
    assert "ian" in case.held_at("clerk", given)
    assert "ian" not in case.held_at("clerk", taken)
    assert "ian" in case.held_at("witness", taken)
    core.roles("ian", "clerk")
    assert "ian" not in core.case.held_at("clerk", taken)
    assert "ian" in core.case.held_at("clerk", core.case.n)


def test_a_correction_puts_the_new_values_in_place_and_keeps_the_number() -> None:
    core = whole()
    event = core.case.n
    correction = core.correct(event, held_at="2026-03-20T11:30")
    (record,) = (item for item in core.case.steps if item.n == event)
    assert record.values["held_at"] == "2026-03-20T11:30"
    assert record.corrected == (correction,)
    assert core.case.corrections == (correction,)
    assert core.history[event - 1].facts["values"]["held_at"] == "2026-03-20T10:00"


def test_the_newest_correction_counts_until_it_is_annulled() -> None:
    core = whole()
    event = core.case.n
    first = core.correct(event, held_at="2026-03-20T11:00")
    second = core.correct(event, held_at="2026-03-20T12:00")
    assert core.case.steps[-1].values["held_at"] == "2026-03-20T12:00"
    assert core.case.steps[-1].corrected == (first, second)
    core.annul(second)
    assert core.case.steps[-1].values["held_at"] == "2026-03-20T11:00"
    assert core.case.steps[-1].corrected == (first,)
    core.annul(first)
    assert core.case.steps[-1].values["held_at"] == "2026-03-20T10:00"
    assert core.case.annulled == {first, second}


def test_an_annulled_event_is_as_if_it_had_not_been() -> None:
    core = whole()
    before = replay(core.history[:-1])
    event = core.case.n
    core.annul(event)
    after = core.case
    assert after.annulled == {event}
    assert replace(after, annulled=frozenset(), n=before.n) == before


def test_annulling_gives_no_number_away() -> None:
    core = told()
    core.allege("first")
    wrong = core.case.n
    core.allege("second")
    first = core.evidence()
    mistaken = core.case.n
    second = core.evidence()
    core.annul(wrong)
    core.annul(mistaken)
    assert {item.id: item.number for item in core.case.allegations.values()} == {"second": 2}
    assert {item.id: item.number for item in core.case.evidence.values()} == {second: 2}
    core.allege("third")
    third = core.evidence()
    assert core.case.allegations["third"].number == 3
    assert core.case.evidence[third].number == 3
    assert first not in core.case.evidence


def test_an_amended_allegation_keeps_its_number() -> None:
    core = told()
    core.allege("first", period=None)
    core.allege("second")
    core.allege("first")
    assert [(item.id, item.number) for item in core.case.standing_allegations] == [
        ("first", 1),
        ("second", 2),
    ]
    assert core.case.allegations["first"].period is not None
    core.annul(core.case.n)
    assert core.case.allegations["first"].period is None


@pytest.mark.parametrize("kind", ["note_added", "party_added", "letter_proposed"])
def test_facts_that_lack_what_their_kind_must_have_are_not_guessed(kind: str) -> None:
    core = told()
    facts: dict[str, Any] = {"kind": kind}
    with pytest.raises(KeyError):
        replay([*core.history, Recorded(core.case.n + 1, core.history[-1].recorded, facts)])
