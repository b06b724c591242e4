"""Annulling: what never was is taken away, and what something rests on stays."""

from __future__ import annotations

import pytest

from casework.cases import letter_acts
from casework.cases.amend import CannotAmend
from casework.cases.fields import FieldInvalid
from tests.support.judging import told
from tests.support.mending import decided, heard, invited, step


def test_the_newest_step_of_a_strand_is_annulled_and_stays_visible() -> None:
    core = heard()
    event = step(core, "hear").n
    core.annul(event)
    assert core.state() == "looked_at"
    assert core.case.annulled == {event}
    assert core.history[-1].facts == {
        "kind": "annulled",
        "event": event,
        "calendar": core.context.calendar_digest,
        "recorded_by": {"party": "helen", "role": "adviser"},
    }
    assert core.bodies[-1] == {"reason": "It never happened."}
    assert [item.id for item in core.case.running()] == ["hearing"]
    core.take("hear", "felix", held_at="2026-04-17T10:00", answers={"1": "-", "2": "-"})
    assert core.state() == "heard"


def test_steps_are_annulled_newest_first() -> None:
    core = decided()
    with pytest.raises(CannotAmend, match="while later steps stand") as caught:
        core.annul(step(core, "hear").n)
    assert caught.value.remedy == "Annul the later steps first, newest first."
    hearing = step(core, "hear").n
    core.annul(step(core, "decide").n)
    core.annul(hearing)
    assert core.state() == "looked_at"


def test_another_strand_does_not_stand_in_the_way() -> None:
    core = invited()
    core.take("send_home", "diane", risk={"harm": "no", "other": "no"}, review_on="2026-04-10")
    core.annul(step(core, "look").n)
    assert core.case.states == {"procedure": "reported", "leave": "away"}


def test_what_a_later_step_rests_on_stays() -> None:
    core = heard()
    service = core.standing("invitation").services[0].n
    issued = core.standing("invitation").issued
    assert issued is not None
    with pytest.raises(CannotAmend, match="something recorded later rests on it"):
        core.annul(issued)
    with pytest.raises(CannotAmend) as caught:
        core.annul(service)
    assert caught.value.message == (
        f"Event {service} cannot be annulled: “Hold the hearing” (event {step(core, 'hear').n}) rests on it. "
        "The letter “invitation” has not been served. "
        "The letter “invitation” has not been served, so no notice has begun to run."
    )
    assert caught.value.remedy.startswith("Annul what rests on it first, newest first")
    core.annul(step(core, "hear").n)
    core.annul(service)
    assert core.why("hear", "felix", held_at="2026-04-17T10:00", answers={"1": "-", "2": "-"}).keys() == {
        "letter_served",
        "notice",
    }


def test_what_a_step_of_another_strand_rests_on_stays() -> None:
    core = told()
    core.take("send_home", "diane", risk={"harm": "no", "other": "no"}, review_on="2026-03-16")
    core.take("look", "diane", why="x")
    core.take("bring_back", "priya")
    back = core.case.n
    core.take("close", "wendy")
    with pytest.raises(CannotAmend, match="“Close the case”"):
        core.annul(back)


def test_what_was_unmet_anyway_stands_in_nobodys_way() -> None:
    core = invited().on("2026-04-10")
    core.take(
        "hear",
        "felix",
        held_at="2026-04-09T10:00",
        answers={"1": "-", "2": "-"},
        irregular="It was held early.",
    )
    note = core.evidence()
    assert note
    core.annul(core.case.n)
    assert core.case.evidence == {}


def test_a_part_that_a_later_step_needed_stays() -> None:
    core = told(ian=[])
    given = core.roles("ian", "head")
    core.take("look", "ian", why="x")
    with pytest.raises(CannotAmend, match="“Look at the report”"):
        core.annul(given)


def test_what_later_events_name_stays() -> None:
    core = told()
    core.allege("first")
    allegation = core.case.n
    item = core.evidence(supports=["first"])
    evidence = core.case.n
    core.disclose(item)
    letter = core.letter(served="2026-03-02")
    core.allege("second", period=None)
    amended = core.case.n
    core.allege("second")
    proposed, issued = core.case.letters[letter].proposed, core.case.letters[letter].issued
    for event in (allegation, evidence, amended, proposed, issued):
        with pytest.raises(CannotAmend, match="something recorded later rests on it"):
            core.annul(event or 0)


def test_a_step_that_a_letter_tells_of_stays() -> None:
    core = decided()
    event = step(core, "decide").n
    letter = core.letter("outcome")
    with pytest.raises(CannotAmend, match="The letter “outcome” tells of it") as caught:
        core.annul(event)
    assert caught.value.remedy == "Withdraw the letter first."
    core.record(
        letter_acts.withdraw_letter(
            core.case, letter=letter, reason="mistaken", policy=core.policy, recorder=core.by
        )
    )
    core.annul(event)
    assert core.state() == "heard"


def test_some_things_the_whole_case_rests_on() -> None:
    core = invited()
    added = next(item.n for item in core.history if item.facts["kind"] == "party_added")
    for event in (1, added):
        with pytest.raises(CannotAmend, match="the rest of the case rests on it"):
            core.annul(event)


def test_an_annulment_is_not_annulled_and_nothing_is_annulled_twice() -> None:
    core = heard()
    event = step(core, "hear").n
    core.annul(event)
    with pytest.raises(CannotAmend, match="the rest of the case rests on it"):
        core.annul(core.case.n)
    with pytest.raises(CannotAmend, match="has been annulled already"):
        core.annul(event)


@pytest.mark.parametrize("reason", ["", " ", "\u200b"])
def test_an_annulment_needs_a_reason(reason: str) -> None:
    core = heard()
    with pytest.raises(FieldInvalid, match="An annulment needs a reason"):
        core.annul(core.case.n, reason=reason)


def test_a_correction_is_annulled_like_anything_else() -> None:
    core = heard()
    event = step(core, "hear").n
    correction = core.correct(event, held_at="2026-04-16T10:00")
    core.annul(correction)
    assert step(core, "hear").values["held_at"] == "2026-04-17T10:00"
    assert step(core, "hear").breached == ()


def test_auditors_find_nothing_wrong_with_a_mended_case() -> None:
    core = decided()
    core.correct(step(core, "hear").n, held_at="2026-04-16T10:00")
    core.annul(step(core, "decide").n)
    core.correct(step(core, "look").n, on="2026-03-03")
    assert core.unlawful() == []
