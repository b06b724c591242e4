"""What was done before: steps, other strands, earlier warnings, and the sanction that an appeal is about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.assess_steps import sanction_imposed, sanction_standing
from casework.cases.model import LiveWarning
from casework.cases.request import WaiverRequest
from tests.support.core import Core
from tests.support.judging import Judge, told

SANCTION: dict[str, Any] = {"sanction": {"type": "sanction", "label": "Sanction", "optional": True}}

at_work = Judge({"kind": "strand_state", "strand": "leave", "states": ["at_work", "back"]})
seen = Judge({"kind": "step_taken", "steps": ["look", "put_off"]})
rung = Judge({"kind": "live_warning", "sanction": "sanction"}, SANCTION, imposes="field:sanction")
fixed_rung = Judge({"kind": "live_warning"}, imposes="final")
no_more = Judge(
    {"kind": "sanction_not_increased", "sanction": "sanction"}, SANCTION, imposes="field:sanction"
)


def test_another_strand_stands_where_it_must() -> None:
    core = told()
    found = at_work(core)
    assert (found.status, found.says) == ("met", "Leave: at work.")
    core.take("send_home", "diane", risk={"harm": "no", "other": "no"}, review_on="2026-03-16")
    found = at_work(core)
    assert found.status == "breached"
    assert found.says == "Leave stands at “Away”; it must first be at work or back."
    assert found.remedy == "Record “Bring back” first."
    core.take("bring_back", "priya")
    assert at_work(core).status == "met"


def test_a_step_was_taken_by_any_record_of_it() -> None:
    core = told()
    found = seen(core)
    assert found.status == "breached"
    assert found.says == "“Look at the report” or “Put the hearing off” has not been recorded."
    assert found.remedy == "Record “Look at the report” or “Put the hearing off” first."
    core.take("look", "diane", why="reported")
    assert seen(core).events == (core.case.n,)
    core.take("put_off", "wendy")
    assert seen(core).status == "met"
    assert seen(core).events == (core.case.n,)


def test_an_irregular_record_of_it_counts() -> None:
    core = told()
    core.take("put_off", "wendy", irregular="It was put off before anybody had looked.")
    assert seen(core).status == "met"


def test_a_step_has_to_come_before_the_day_of_this_one() -> None:
    core = told().on("2026-03-05")
    core.take("look", "diane", why="reported", on="2026-03-05")
    found = seen(core, on="2026-03-04")
    assert found.status == "breached"
    assert found.says == (
        "“Look at the report” or “Put the hearing off” happened on Thursday 5 March 2026, after the date given."
    )
    assert (found.remedy, found.earliest, found.events) == (
        "Check the date.",
        date(2026, 3, 5),
        (core.case.n,),
    )
    assert seen(core, on="2026-03-05").status == "met"
    assert seen(core, on="unknown").status == "not_shown"


def test_any_earlier_record_will_do_however_many_came_later() -> None:
    core = told().on("2026-03-10")
    core.take("look", "diane", why="reported", on="2026-03-03")
    core.take("put_off", "wendy", on="2026-03-10")
    found = seen(core, on="2026-03-04")
    assert (found.status, found.events) == ("met", (core.case.n - 1,))


FIRST = LiveWarning("first", date(2025, 3, 2), date(2026, 3, 1))
NOW = LiveWarning("first", date(2025, 3, 3), date(2026, 3, 2))
LATER = LiveWarning("first", date(2026, 3, 3), date(2027, 3, 2))
FINAL = LiveWarning("final", date(2025, 9, 1), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("sanction", "warnings", "status"),
    [
        ("oral", (), "not_reached"),
        ("first", (), "not_reached"),
        ("final", (), "breached"),
        ("final", (FIRST,), "breached"),  # spent the day before
        ("final", (NOW,), "met"),  # the last day counts
        ("final", (LATER,), "breached"),  # not yet
        ("final", (FINAL,), "breached"),  # another rung
        ("final", (FINAL, NOW), "met"),
        ("dismissal", (NOW,), "breached"),
        ("dismissal", (FINAL,), "met"),
    ],
)
def test_a_rung_needs_the_one_below_to_be_live_on_the_day(
    sanction: str, warnings: tuple[LiveWarning, ...], status: str
) -> None:
    core = told()
    core.warnings = warnings
    assert rung(core, sanction=sanction).status == status


def test_a_skipped_rung_is_named() -> None:
    found = fixed_rung(told())
    assert found.says == "No first warning is live, so a final warning would skip a rung."
    assert found.remedy.startswith("Choose a lower sanction, or let the decision-maker record why")
    core = told()
    core.warnings = (NOW,)
    assert fixed_rung(core).status == "met"


def test_a_rung_cannot_be_shown_without_sanction_or_date() -> None:
    assert rung(told()).says == "No sanction is named."
    core = told()
    core.warnings = (NOW,)
    undated = rung(core, sanction="final", on="unknown")
    assert undated.status == "not_shown"
    assert undated.says == "Without a date it cannot be shown which warnings were live."


def sanctioned(sanction: str) -> Core:
    """A case in which a sanction was imposed after a hearing and appealed against."""
    core = told(grace=["appeal_chair"])
    core.allege("first")
    core.take("look", "diane", why="reported")
    core.on("2026-03-03").letter(served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "nothing"})
    core.take(
        "decide",
        "felix",
        sanction=sanction,
        findings={"1": "proved"},
        reasons={"1": "admitted"},
        waive=[WaiverRequest("live_warning", "felix", "So serious.")],
    )
    core.take("appeal", "jordan", grounds="Too harsh.")
    return core


def test_an_appeal_does_not_increase_the_sanction() -> None:
    core = sanctioned("first")
    imposed = core.case.last_step("decide")
    assert imposed is not None
    for lower in ("oral", "first"):
        found = no_more(core, sanction=lower)
        assert (found.status, found.events) == ("met", (imposed.n,))
    found = no_more(core, sanction="final")
    assert found.status == "breached"
    assert found.says == "An appeal cannot increase the sanction above the first warning."
    assert (found.remedy, found.events) == ("Choose a first warning or less.", (imposed.n,))


def test_what_is_appealed_against_is_the_first_decision_not_the_appeal() -> None:
    core = sanctioned("final")
    core.take("reduce", "grace", sanction="oral")
    assert no_more(core, sanction="final").status == "met"
    assert sanction_imposed(core.case, core.policy) == ("final", core.case.last_step("decide"))
    assert sanction_standing(core.case, core.policy) == ("oral", core.case.last_step("reduce"))


def test_without_a_sanction_there_is_nothing_to_compare() -> None:
    found = no_more(told(), sanction="oral")
    assert (found.status, found.says) == (
        "not_shown",
        "It is not recorded which sanction is appealed against.",
    )
    assert sanction_imposed(told().case, told().policy) is None
    assert sanction_standing(told().case, told().policy) is None
    assert no_more(sanctioned("first")).status == "not_shown"


def test_a_sanction_that_was_annulled_no_longer_stands() -> None:
    core = sanctioned("first")
    core.annul(core.case.n)
    core.annul(core.case.last_step("decide").n)  # type: ignore[union-attr]
    assert sanction_imposed(core.case, core.policy) is None
